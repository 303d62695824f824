"""What listens: gunicorn with one worker and many threads on Linux, Werkzeug with threads on Windows.

One process only: a second one would have its own writer and its own rooms. On Linux a request has a thread only while it is answered:
what is still on its way waits in arrivals.py, open pages in web/lines.py.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import logging
import os
import selectors
import signal
import socket
import struct
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from functools import partial
from typing import Any

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from config.alive import bound_to
from config.words import Words

from .arrivals import EACH, Arrival, Arrivals, nodelay

log = logging.getLogger("hall.front")
GRACE = 2  # s for open requests when the server stops; open sockets would hold it for ever
SLOW = 12  # s in which not a byte can be written: such a connection gives its thread back
GOODBYE = 2.0  # s in which the other end may finish what it was saying
THROWN_AWAY = 16 << 20  # bytes of that which are read
KEPT = 2048  # connections kept open between two requests
STRANGERS = 2  # questions of one address at once that show neither token nor session: each beside one's own costs that one 5 ms of the lock
LINES = 5500  # files for open pages and for the hall itself
AT_ONCE = 32  # connections taken in before anybody else is looked at again
REFUSALS = {"too_slow": "408 Request Timeout", "head_too_long": "431 Request Header Fields Too Large"}


def serve(
    make: Callable, *, host: str, port: int, threads: int, proxied: bool = False, forked: Callable[[], object] = lambda: None
) -> None:
    """Listens until told to stop. `make()` gives a server.app.Server; it is called in the process that serves. `proxied`: everybody
    comes from the proxy's address, so addresses say nothing. `forked()`: called in the process above that one, where there are two."""
    if os.name == "nt":
        _werkzeug(make, host, port)
    else:
        _gunicorn(make, host, port, threads, proxied, forked)


def ensure_free(host: str, port: int) -> None:
    """Raises OSError with a sentence where somebody else listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(f"port {port} on {host} cannot be used: {error.strerror}. Choose another with --port.") from None


class PortTaken(Exception):
    """Somebody else listens there."""


def _gunicorn(make: Callable, host: str, port: int, threads: int, proxied: bool, forked: Callable[[], object]) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.gthread import TConn, ThreadWorker

    bind = bound_to(os.getpid(), signal.SIGKILL)  # never an orphan that still answers and holds the folder
    logging.getLogger("gunicorn.error").addFilter(_not_slow)

    class Threads(ThreadWorker):
        """A request gets a thread when the whole of it is here. Whoever is slow, silent or gone holds up nobody else."""

        def init_process(self):
            self.arrivals = Arrivals(_open_files() - KEPT - LINES, None if proxied else EACH, self.drop)
            self.busy, self.waiting = Counter(), {}  # by address: requests in threads, and those that wait for one
            all_of_them = threads if proxied else 0  # a proxy's address is everybody's
            self.share = {  # (says who it is, or wants a file, which may be read slowly and costs no turn; polls, which wait)
                (True, True): max(4, threads // 2, all_of_them),
                (True, False): max(4, threads // 4, all_of_them),
                (False, True): max(4, threads // 2, all_of_them),
                (False, False): max(STRANGERS, all_of_them // 4),
            }
            super().init_process()

        def accept(self, listener):
            for _ in range(AT_ONCE):
                try:
                    sock, address = listener.accept()
                except BlockingIOError:
                    return
                except OSError as error:  # gone again, or no file left for it: whoever has waited longest makes room
                    if error.errno in (errno.EMFILE, errno.ENFILE):
                        self.arrivals.end(silent_only=False)
                    return
                self.nr_conns += 1
                nodelay(sock)
                for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # the kernel's own: gunicorn sets Python's to none
                    sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SLOW, 0))
                conn = TConn(self.cfg, sock, address, listener.getsockname())
                conn.init()
                self.gather(conn)

        def gather(self, conn, data=b""):
            arrival = Arrival(conn, _address(conn), data)
            conn.sock.setblocking(False)
            if data and self.whole(arrival):
                return
            self.arrivals.add(arrival)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.read, arrival))

        def read(self, arrival, sock):
            if arrival not in self.arrivals:  # it made room for another since it was seen to have something to read
                return
            try:
                data = sock.recv(65_536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            arrival.request.add(data)
            if not data:
                self.leave(arrival)
                self.finish(arrival.conn)
            elif arrival.request.too_long:
                self.leave(arrival)
                self.drop(arrival, "head_too_long")
            else:
                self.whole(arrival, leave=True)

        def whole(self, arrival, leave=False):
            """Gives it to a thread if it is."""
            if not arrival.request.whole():
                if arrival.request.expects:
                    arrival.request.expects = False
                    with contextlib.suppress(OSError):
                        arrival.conn.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
                return False
            if leave:
                self.leave(arrival)
            arrival.conn.whose = (arrival.address, (arrival.request.named or arrival.request.of_a_file, arrival.request.polls))
            arrival.conn.parser.unreader.unread(bytes(arrival.request.data))
            self.enqueue_req(arrival.conn)
            return True

        def leave(self, arrival):
            self.arrivals.take(arrival)
            self.poller.unregister(arrival.conn.sock)

        def drop(self, arrival, code):
            """Ends one that did not come to an end by itself; with a sentence if there is a code."""
            with contextlib.suppress(KeyError, ValueError):
                self.poller.unregister(arrival.conn.sock)
            if code:
                with contextlib.suppress(OSError):
                    arrival.conn.sock.send(refusal(code, arrival.request.language, front.says))
            self.finish(arrival.conn)

        def finish(self, conn):
            self.nr_conns -= 1
            conn.close()

        def enqueue_req(self, conn: Any):
            whose = conn.whose
            if self.busy[whose] >= self.share[whose[1]]:
                self.waiting.setdefault(whose, deque()).append(conn)
                if len(self.waiting[whose]) > EACH:
                    self.finish(self.waiting[whose].popleft())
                return
            self.busy[whose] += 1
            super().enqueue_req(conn)

        def finish_request(self, conn: Any, fs):
            whose = conn.whose
            self.busy[whose] -= 1
            if self.busy[whose] <= 0:
                del self.busy[whose]
            if waiting := self.waiting.get(whose):
                self.enqueue_req(waiting.popleft())
                if not waiting:
                    del self.waiting[whose]
            rest = _unread(conn)
            if rest and not fs.cancelled() and not fs.exception() and fs.result():
                self.gather(conn, rest)
                return
            super().finish_request(conn, fs)
            if len(self.keepalived_conns) > KEPT:
                self.forget(self.keepalived_conns.popleft())

        def forget(self, conn):
            with contextlib.suppress(KeyError, ValueError):
                self.poller.unregister(conn.sock)
            self.finish(conn)

        def on_client_socket_readable(self, conn, client):
            if conn not in self.keepalived_conns:  # likewise
                return
            self.poller.unregister(client)
            self.keepalived_conns.remove(conn)
            try:
                data = client.recv(65_536)  # nearly always the whole request
            except OSError:
                data = b""
            if data:
                self.gather(conn, data)
            else:  # the client has left
                self.finish(conn)

        def murder_pending(self):
            super().murder_pending()
            self.arrivals.late(time.monotonic())
            if not self.alive:
                self.arrivals.end(silent_only=True)

        def handle(self, conn):
            kept = super().handle(conn)
            if not kept:
                # gunicorn would wait for the client's goodbye (2 s) in its one loop: whoever never says it would hold up the whole hall.
                with contextlib.suppress(OSError):  # a line of news lives on: its socket is another's now
                    let_go(conn.sock)
                conn.close = lambda **_: None  # pyright: ignore[reportAttributeAccessIssue]  it was closed by the line above
            return kept

    class Above(Arbiter):
        def spawn_worker(self):
            pid = super().spawn_worker()  # the one below never comes back from it
            forked()
            return pid

    class Front(BaseApplication):
        server: Any = None
        says: Words | None = None

        def load_config(self):
            options = {
                "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
                "workers": 1,
                "worker_class": Threads,
                "threads": threads,
                "worker_connections": 1 << 20,  # bounded by arrivals.py and KEPT
                "graceful_timeout": GRACE,
                "timeout": 0,  # the worker waits on its own threads; a long report must not get it killed
                "keepalive": 30,
                "backlog": 1024,
                "control_socket_disable": True,  # it would lie in the user's home: two halls on one machine would share it
                "loglevel": "warning",
                "proc_name": "hall-server",
                "post_worker_init": lambda worker: self.on_term(),
                "post_fork": lambda arbiter, worker: bind(),
                "worker_int": lambda worker: self.stop(),
                "worker_exit": lambda arbiter, worker: self.stop(),
                "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def run(self):
            Above(self).run()

        def load(self):
            self.server = make()
            self.says = self.server.context.words
            print(f"hall server on http://{host}:{port}", flush=True)
            return self.server.app

        def on_term(self):
            """Open pages hold their threads for ever: at the first word of stopping their lines are broken, and they come back later."""
            before = signal.getsignal(signal.SIGTERM)

            def stopping(number, frame):
                if self.server is not None:
                    threading.Thread(target=self.server.sockets.close, daemon=True).start()
                if callable(before):
                    before(number, frame)

            signal.signal(signal.SIGTERM, stopping)

        def stop(self):
            server, self.server = self.server, None
            if server is not None:
                server.close()

    front = Front()
    sys.argv = sys.argv[:1]  # gunicorn looks at GUNICORN_CMD_ARGS and at nothing else of ours
    front.run()


def let_go(sock: socket.socket, seconds: float = GOODBYE) -> None:
    """Closes a line whose answer was given. What still comes of a body that was refused is read and thrown away for a while: closed before,
    the answer would be lost to whoever is still sending, and nginx would make a 502 of it."""
    from gunicorn.util import close_graceful

    sock.setblocking(True)
    close_graceful(sock, timeout=seconds, max_drain=THROWN_AWAY)


def _address(conn) -> str:
    return conn.client[0] if isinstance(conn.client, tuple) else ""


def _unread(conn) -> bytes:
    """What came behind the request: the beginning of the next one."""
    rest = conn.parser.unreader.buf.getvalue()
    conn.parser.unreader.buf = io.BytesIO()
    return rest


def _open_files() -> int:
    """As many as this process may have open; it takes all that it is given."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 20_000 if hard == resource.RLIM_INFINITY else min(hard, 20_000)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], KEPT + LINES + EACH)


def refusal(code: str, wanted: str, says: Words | None) -> bytes:
    """A whole answer to somebody whose request is not read, in the language that it asks for."""
    body = b""
    if says is not None:
        lang = says.fitting(*(tag for tag, quality in parse_accept_header(wanted, LanguageAccept) if quality), "*")
        status = int(REFUSALS[code][:3])
        told = {"title": says.text("titles", f"status_{status}", lang), "status": status, "code": code, "detail": says.refusal(code, lang)}
        body = json.dumps({"type": f"/problems/{code}"} | told, ensure_ascii=False).encode()
    kind = f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"HTTP/1.1 {REFUSALS[code]}\r\n{kind}\r\n\r\n".encode() + body


def _not_slow(record: logging.LogRecord) -> bool:
    """Somebody who was too slow is not worth a traceback in the log."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))


def _werkzeug(make: Callable, host: str, port: int, started: Callable = lambda front: None) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Handler(WSGIRequestHandler):
        disable_nagle_algorithm = True  # 40 ms on every small answer otherwise
        protocol_version = "HTTP/1.1"
        timeout = SLOW

        def log_request(self, *_, **__):
            """Requests are counted in /metrics."""

    server = make()
    front = make_server(host, port, server.app, threaded=True, request_handler=Handler)
    front.daemon_threads = True  # pyright: ignore[reportAttributeAccessIssue]  it is a threaded one
    print(f"hall server on http://{host}:{port}", flush=True)
    started(front)
    try:
        front.serve_forever()
    finally:
        front.server_close()
        server.close()
