"""Tells systemd that a process is ready and still lives (sd_notify, WatchdogSec; nothing without systemd); no child outlives its parent.

A process that hangs must not say that it lives: `alive` asks the process's own door, from the outside, each time.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import sys
import threading
import urllib.request
from collections.abc import Callable


def tell(text: str) -> bool:
    """One line to systemd ("READY=1"); False where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.sendto(text.encode(), address)
        return True
    return False


def answers(url: str, timeout: float = 5.0) -> Callable[[], bool]:
    """A question to a door of our own: does it answer in time, with whatever status below 500?"""

    def ask() -> bool:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(url, timeout=timeout) as answer:
                return answer.status < 500
        except OSError as error:
            return getattr(error, "code", 599) < 500

    return ask


def watch(alive: Callable[[], bool], *, stop: threading.Event | None = None) -> threading.Thread | None:
    """Says READY as soon as `alive` is true, then that we live, three times in each WatchdogSec. None without systemd."""
    if not os.environ.get("NOTIFY_SOCKET"):
        return None
    stop = stop or threading.Event()
    pause = int(os.environ.get("WATCHDOG_USEC", "30000000")) / 3_000_000

    def run() -> None:
        while not alive():
            if stop.wait(min(0.2, pause)):
                return
        tell("READY=1")
        while not stop.wait(pause):
            if alive():
                tell("WATCHDOG=1")

    thread = threading.Thread(target=run, name="watchdog", daemon=True)
    thread.start()
    return thread


def bound_to(parent: int, death: int) -> Callable[[], None]:
    """To be called in a child process: when `parent` ends, however it ends, the child gets the signal `death`. Linux only."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    prctl = ctypes.CDLL(None).prctl  # loaded before the fork, after which little is safe

    def bind() -> None:
        prctl(1, death)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(1)

    return bind
