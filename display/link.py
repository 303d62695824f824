"""The agent's requests to the hall server. It knows "away" from "refused", repeats a request under its key, and decides nothing."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

NOT_NOW = {502, 503, 504}  # a proxy before a server that is gone, or one that is starting: the same as no server
PAUSE = 0.1  # seconds between two tries


class Away(Exception):
    """The server gave no answer; what was asked may have happened all the same."""


class Refused(Exception):
    """The server said no, in a sentence a person can act on; nothing has changed there."""

    def __init__(self, status: int, code: str, detail: str):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail


class Link:
    """One for each token, used from many threads; each thread keeps a connection of its own."""

    def __init__(self, url: str, token: str = "", *, timeout: float = 3.0, clock: Callable[[], float] = time.monotonic):
        """`timeout`: seconds for a whole call with its repeats."""
        parts = urlsplit(url)
        self.url, self.token, self.timeout = url.rstrip("/"), token, timeout
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/")
        self._clock, self._mine = clock, threading.local()

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "", patience: float | None = None) -> Any:
        """The answer's JSON, None for 204. The key stays the same through all repeats."""
        return self.call("POST", path, body or {}, key=key or uuid.uuid4().hex, patience=patience)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self.call("PUT", path, body)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", patience: float | None = None) -> Any:
        """`path` below /api/v1. Raises Away or Refused. `patience` 0: one try only."""
        headers = {"Accept": "application/json"}
        payload = None
        if body is not None:
            payload = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        end = self._clock() + (self.timeout if patience is None else patience)
        while True:
            try:
                return _read(*self._once(method, f"{self._prefix}/api/v1{path}", payload, headers))
            except Away:
                if self._clock() + PAUSE >= end:
                    raise
                time.sleep(PAUSE)

    def fetch(self, path: str, *, most: int = 4 << 20) -> bytes:
        """A file of the server, such as the sound of a call. `path` from its root."""
        status, data = self._once("GET", self._prefix + path, None, {})
        if status != 200 or len(data) > most:
            raise Away(f"status {status} for {path}")
        return data

    def close(self) -> None:
        """Gives back the connection of the calling thread."""
        connection = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
            self._mine.connection = None

    def _once(self, method: str, path: str, payload: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        kept = getattr(self._mine, "connection", None)
        connection = kept or self._connect()
        try:
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if kept and not isinstance(error, TimeoutError):  # the server had closed it meanwhile; the key makes a second try safe
                return self._once(method, path, payload, headers)
            raise Away(f"{type(error).__name__}: {error}") from error
        if response.will_close:
            self.close()
        return response.status, data

    def _connect(self) -> http.client.HTTPConnection:
        more = {"context": self._tls} if self._tls else {}
        kind = http.client.HTTPSConnection if self._tls else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self.timeout, **more)
        try:
            connection.connect()
        except OSError as error:
            raise Away(f"{type(error).__name__}: {error}") from error
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._mine.connection = connection
        return connection


def _read(status: int, data: bytes) -> Any:
    if status in NOT_NOW or status >= 500:
        raise Away(f"status {status}")
    try:
        value = json.loads(data) if data.strip() else None
    except ValueError:
        raise Away(f"status {status}, but what came is not from a hall server") from None
    if status >= 400:
        problem = value if isinstance(value, dict) else {}
        raise Refused(status, str(problem.get("code", f"status_{status}")), str(problem.get("detail", "")))
    return value
