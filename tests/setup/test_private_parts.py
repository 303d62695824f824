"""What we override or call of libraries though it is not public: each is named here, and its library has an upper bound in pyproject.toml.

A test that fails after an update says which of our lines has to be read again beside the library's new source.
"""

import ast
import inspect
import sys
import tomllib
from pathlib import Path

import engineio
import engineio.socket as eio_socket
import pytest
import socketio
from werkzeug import routing

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("server", "kiosk", "display", "drivers", "config")

# (who uses it and for what, package in pyproject.toml, class, method, its parameters, a line of the library that our use relies on)
USED = [
    ("server/web/sockets.py: an acknowledgement of `watch` leaves before later news", "python-socketio", socketio.Server,
     "_handle_event_internal", "self, server, sid, eio_sid, data, namespace, id", "self._handle_event_internal"),
    ("server/web/lines.py: no thread for each line's ping", "python-engineio", eio_socket.Socket,
     "_send_ping", "self", "self.server.start_background_task(self._send_ping)"),
    ("server/web/lines.py: `eio._async` says what a thread, a queue and a WebSocket are", "python-engineio", eio_socket.Socket,
     "_websocket_handler", "self, ws", "self.server._async['websocket'](\n            self._websocket_handler, self.server)"),
    ("server/web/table.py: a start compiles no maker of addresses", "werkzeug", routing.Rule,
     "_compile_builder", "self, append_unknown: 'bool' = True", "self._compile_builder(True).__get__(self, None)"),
    ("display/news.py: messages stay in order", "python-engineio", engineio.Client,
     "start_background_task", "self, target, *args, **kwargs", "self.start_background_task(self.handlers[event], *args)"),
]  # fmt: skip
if sys.platform != "win32":
    from gunicorn.workers import gthread

    USED += [
        ("server/…/front.py: a request gets a thread when it is whole", "gunicorn", gthread.ThreadWorker,
         "accept", "self, listener", "selectors.EVENT_READ, self.accept)"),
        ("server/…/front.py: and so does the next one of the same connection", "gunicorn", gthread.ThreadWorker,
         "on_client_socket_readable", "self, conn, client", "partial(self.on_client_socket_readable, conn)"),
        ("server/…/front.py: requests are counted by address", "gunicorn", gthread.ThreadWorker,
         "enqueue_req", "self, conn", "self.enqueue_req(conn)"),
        ("server/…/front.py: and counted off again", "gunicorn", gthread.ThreadWorker,
         "finish_request", "self, conn, fs", "self.method_queue.defer(self.finish_request, conn, fut)"),
        ("server/…/front.py: whoever is late is let go", "gunicorn", gthread.ThreadWorker,
         "murder_pending", "self", "self.murder_pending()"),
        ("server/…/front.py: a client that never says goodbye holds up nobody", "gunicorn", gthread.ThreadWorker,
         "handle", "self, conn", "self.handle"),
        ("server/…/front.py: the connection is closed in its own thread", "gunicorn", gthread.TConn,
         "close", "self, graceful=False", "conn.close(graceful="),
    ]  # fmt: skip


def source(class_):
    """The text of the modules of a class and of all its bases: a call may stand in any of them."""
    return "".join(inspect.getsource(sys.modules[c.__module__]) for c in class_.__mro__ if c is not object)


@pytest.mark.parametrize(("where", "package", "class_", "name", "parameters", "relied_on"), USED, ids=[u[3] for u in USED])
def test_a_private_part_that_we_override_is_still_what_it_was(where, package, class_, name, parameters, relied_on):
    method = getattr(class_, name, None)

    assert method is not None, f"{package} has no {class_.__name__}.{name} any more. Look at {where}."
    found = str(inspect.signature(method)).split(")")[0].lstrip("(")
    assert found == parameters, f"{package} changed {class_.__name__}.{name} to ({found}). Look at {where}."
    assert relied_on in source(class_), f"{package} uses {class_.__name__}.{name} in another way. Look at {where}."


@pytest.mark.parametrize("package", sorted({used[1] for used in USED}))
def test_a_library_whose_private_parts_are_used_has_an_upper_bound(package):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (wanted,) = [d for d in project["dependencies"] if d.startswith((f"{package}>", f"{package}["))]

    assert ",<" in wanted, f"{wanted} in pyproject.toml takes any later version, though private parts of it are used."


def trees():
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def private(name):
    return name.startswith("_") and not name.endswith("__")


def test_no_private_part_of_a_library_is_used_that_is_not_named_here():
    everything = dict(trees())
    ours, used = set(), set()
    for path, tree in everything.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                ours.add(node.name)
            elif isinstance(node, ast.Attribute) and private(node.attr):
                mine = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
                ours.add(node.attr) if mine else used.add((path, node.attr))
            elif isinstance(node, ast.ImportFrom) and not node.level:
                used |= {(path, a.name) for a in node.names if private(a.name) and node.module.split(".")[0] not in ROOMS}
    named = {used[3] for used in USED} | {"_exit", "_async"}  # os._exit is public; _async stands in USED with _websocket_handler

    strangers = sorted(f"{path} uses `{name}`" for path, name in used if name not in ours | named)
    assert not strangers, f"{'; '.join(strangers)}: name it in USED, and give its library an upper bound."
