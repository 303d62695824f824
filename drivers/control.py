"""A line of text in, a line of text out, on loopback: how a demo page or a tester moves a stand-in device. Never part of a real device."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Mapping
from typing import Any

Commands = Mapping[str, Callable[[str], object]]


def attach(device: Any, standin: Any, end: Callable[[], None] | None = None) -> Any:
    """A device with the stand-in at its far end as `device.standin`; both end together."""
    ended = device.close

    def close() -> None:
        ended()
        (end or standin.close)()

    device.standin, device.close = standin, close
    return device


class Control:
    """Serves `commands` on 127.0.0.1: "lay resident" calls commands["lay"]("resident"). Answers "ok …" or "no …"."""

    def __init__(self, commands: Commands, port: int = 0):
        control = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    self.wfile.write((control.do(line.decode("utf-8", "replace")) + "\n").encode())

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.commands = commands
        self._server = Server(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.2,), name="stand-in control", daemon=True).start()

    def do(self, line: str) -> str:
        verb, _, rest = line.strip().partition(" ")
        if verb not in self.commands:
            return f"no {verb!r} is not one of {', '.join(self.commands)}"
        try:
            return f"ok {self.commands[verb](rest.strip()) or ''}".rstrip()
        except (ValueError, KeyError, TypeError) as error:
            return f"no {error}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
