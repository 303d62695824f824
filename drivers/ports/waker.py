"""Waits for a file descriptor, or for somebody to say that there is no need to wait any longer. POSIX select or Windows sockets."""

from __future__ import annotations

import select
import socket


class Waker:
    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)

    def wait(self, fd: int | socket.socket, timeout: float | None) -> bool:
        """True when `fd` can be read; False when the time is over or `wake` was called."""
        ready = select.select([fd, self._ear], [], [], timeout if timeout is None else max(timeout, 0))[0]
        if self._ear in ready:
            self._ear.recv(4096)
        return fd in ready

    def wake(self) -> None:
        try:
            self._mouth.send(b"!")
        except OSError:
            return  # it is full: whoever waits will wake; or it is closed: nobody waits

    def close(self) -> None:
        self._mouth.close()
        self._ear.close()


class WakingPort:
    """What the ports share that wait with a Waker: somebody can end the waiting, and what has come in can be thrown away."""

    def __init__(self) -> None:
        self._waker = Waker()

    def read(self, timeout: float) -> bytes:
        raise NotImplementedError

    def wake(self) -> None:
        self._waker.wake()

    def drain(self) -> None:
        for _ in range(64):  # a device that never stops talking must not hold us
            if not self.read(0):
                return
