"""What listens: gunicorn with one worker and many threads on Linux, Werkzeug with threads on Windows.

One process only: a second one would have its own writer and its own rooms. Every open page holds a thread for as long as it is open.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

from config.alive import bound_to

log = logging.getLogger("hall.front")
GRACE = 2  # s for open requests when the server stops; open sockets would hold it for ever
SLOW = 12  # s without a byte in or out: such a connection gives its thread back. Open pages answer a ping every 5 s


def serve(make: Callable, *, host: str, port: int, threads: int) -> None:
    """Listens until told to stop. `make()` gives a server.app.Server; it is called in the process that serves."""
    if os.name == "nt":
        _werkzeug(make, host, port)
    else:
        _gunicorn(make, host, port, threads)


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


def _gunicorn(make: Callable, host: str, port: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication
    from gunicorn.workers.gthread import ThreadWorker

    bind = bound_to(os.getpid(), signal.SIGKILL)  # never an orphan that still answers and holds the folder
    logging.getLogger("gunicorn.error").addFilter(_not_slow)

    class Threads(ThreadWorker):
        """A phone that leaves in the middle of a request, or without a goodbye, must hold up nobody else."""

        def enqueue_req(self, conn):
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # the kernel's own: gunicorn sets Python's to none
                conn.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", SLOW, 0))
            super().enqueue_req(conn)

        def handle(self, conn):
            kept = super().handle(conn)
            if not kept:
                # gunicorn would wait for the client's goodbye (2 s) in its one loop: whoever never says it would hold up the whole hall.
                conn.close(graceful=True)
                conn.close = lambda **_: None  # pyright: ignore[reportAttributeAccessIssue]  it was closed by the line above
            return kept

    class Front(BaseApplication):
        server: Any = None

        def load_config(self):
            options = {
                "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
                "workers": 1,
                "worker_class": Threads,
                "threads": threads,
                "worker_connections": threads * 4,
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

        def load(self):
            self.server = make()
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

    sys.argv = sys.argv[:1]  # gunicorn looks at GUNICORN_CMD_ARGS and at nothing else of ours
    Front().run()


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
