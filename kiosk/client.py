"""The kiosk's only voice towards the server. It knows "away" from "refused", and never decides what either means for a visitor.

HTTP over the standard library: a whole call has one budget of seconds in which it is repeated under the same Idempotency-Key.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

LARGEST = 8 * 1024 * 1024  # bytes of an answer that are read; more is no answer of ours
NOT_NOW = {429, 502, 503, 504}  # a server in trouble, or a proxy before one that is gone: the same as no server


class Away(Exception):
    """The server gave no answer. `sent`: a request had left, so what was asked may have happened all the same."""

    def __init__(self, why: str, *, sent: bool = False):
        super().__init__(why)
        self.sent = sent


class Refused(Exception):
    """The server said no, in a sentence a person can act on (`detail`, in the language asked for); nothing has changed there."""

    def __init__(self, status: int, code: str, detail: str, data: dict[str, Any] | None = None):
        super().__init__(detail)
        self.status, self.code, self.detail, self.data = status, code, detail, data or {}

    @property
    def unknown_kiosk(self) -> bool:
        """The server does not know (or no longer knows) this kiosk."""
        return self.status == 401


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    data: Any = None
    replayed: bool = False
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class Client:
    """One per kiosk process, used from many threads. `token` may be set later (enrolment)."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout: float = 1.5,
        budget: float = 3.0,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        ca: str | None = None,
    ):
        """`timeout`: seconds for one connection or one silence; `budget`: for a whole call with its repeats."""
        parts = urlsplit(url)
        self.url, self.token = url.rstrip("/"), token
        self._tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or (443 if self._tls else 80)
        self._prefix = parts.path.rstrip("/") + "/api/v1"
        self.timeout, self.budget, self._steady, self._wall = timeout, budget, steady, wall
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._address: str | None = None
        self.ahead = 0.0  # seconds by which the server's clock is before ours, as last heard

    def get(self, path: str, **more: Any) -> Answer:
        return self.call("GET", path, **more)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str | None = None, **more: Any) -> Answer:
        return self.call("POST", path, {} if body is None else body, key=key or uuid.uuid4().hex, **more)

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, language: str = "zh", budget: float | None = None
    ) -> Answer:
        """One request, repeated under the same key while the budget lasts. Raises Away or Refused."""
        headers = {"Accept": "application/json", "Accept-Language": "en" if language == "en" else "zh-CN"}
        payload = None
        if body is not None:
            payload = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"

        end = self._steady() + (self.budget if budget is None else budget)
        sent, pause = False, 0.05
        while True:
            try:
                return self._once(method, self._prefix + path, payload, headers, end)
            except Away as away:
                sent = sent or away.sent
                left = end - self._steady()
                if left <= pause + 0.05:
                    raise Away(str(away), sent=sent) from away.__cause__
                time.sleep(pause)
                pause = min(pause * 2, 0.8)

    def now(self) -> float:
        """Seconds since the epoch by the server's clock, as far as it is known."""
        return self._wall() + self.ahead

    def heard(self, at: float, took: float = 0.0) -> None:
        """The server's own clock (seconds), just read in an answer that took so long: finer than its Date header. It was read at some
        instant of that time, so what lies within says nothing: a slow answer must not put numbers given alone before earlier ones."""
        ahead = at + took / 2 - self._wall()
        if abs(ahead - self.ahead) > took / 2:
            self.ahead = ahead

    # ---------------------------------------------------------------- one try

    def _once(self, method: str, path: str, payload: bytes | None, headers: dict[str, str], end: float) -> Answer:
        connection, fresh = self._connection(end)
        try:
            self._patience(connection, end)
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            raw = self._body(connection, response, end)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if not fresh and not isinstance(error, TimeoutError):  # a kept connection that the server had closed meanwhile
                try:
                    return self._once(method, path, payload, headers, end)
                except Away as away:  # or closed after it had read the request: nobody knows
                    raise Away(str(away), sent=True) from error
            raise Away(f"{type(error).__name__}: {error}", sent=True) from error
        if response.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle.append(connection)
        return self._answer(response, raw)

    def _answer(self, response: http.client.HTTPResponse, raw: bytes) -> Answer:
        status = response.status
        if status in NOT_NOW:
            raise Away(f"status {status}", sent=True)
        try:
            data = json.loads(raw) if raw.strip() else None
        except ValueError:
            raise Away(f"status {status}, but what came is not from a hall server", sent=True) from None
        if status >= 500:
            raise Away(f"status {status}", sent=True)
        if status >= 400:
            problem = data if isinstance(data, dict) else {}
            facts = {k: v for k, v in problem.items() if k not in ("type", "title", "status", "detail")}
            raise Refused(status, str(problem.get("code", f"status_{status}")), str(problem.get("detail", "")), facts)
        if status >= 300 or data is None and status != 204:
            raise Away(f"status {status}, but what came is not from a hall server", sent=True)
        headers = {k.lower(): v for k, v in response.getheaders()}
        if "date" in headers and not self.ahead:
            self._date(headers["date"])
        return Answer(status=status, data=data, replayed=headers.get("idempotency-replayed") == "true", headers=headers)

    def _date(self, text: str) -> None:
        try:
            at = parsedate_to_datetime(text).timestamp() + 0.5
        except (ValueError, TypeError):
            return
        if abs(at - self._wall()) > 2:  # a header has whole seconds only
            self.heard(at)

    def _body(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, end: float) -> bytes:
        """The whole body; a server that drips for longer than the budget is away too."""
        parts, size = [], 0
        while True:
            self._patience(connection, end)
            part = response.read1(65536)
            if not part:
                response.close()  # read1 leaves it open, and the connection could not be used again
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                raise http.client.HTTPException("an answer without end")

    def _patience(self, connection: http.client.HTTPConnection, end: float) -> None:
        left = end - self._steady()
        if left <= 0:
            raise TimeoutError("out of time")
        if connection.sock is not None:
            connection.sock.settimeout(min(self.timeout, left))

    # ---------------------------------------------------------------- connections

    def _connection(self, end: float) -> tuple[http.client.HTTPConnection, bool]:
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
        wait = min(self.timeout, end - self._steady())
        if wait <= 0:
            raise Away("out of time")
        address = self._resolve(wait)
        kind = http.client.HTTPConnection if self._tls is None else http.client.HTTPSConnection
        more = {} if self._tls is None else {"context": self._tls}
        connection = kind(self._host, self._port, timeout=wait, **more)
        connection._create_connection = lambda _, timeout, source: socket.create_connection((address, self._port), timeout, source)
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            self._address = None
            raise Away(f"{type(error).__name__}: {error}", sent=False) from error
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, True

    def _resolve(self, wait: float) -> str:
        """The host's address. A name server that is away would hold the caller for long, so it is asked aside and remembered."""
        if self._address:
            return self._address
        found: list[str] = []

        def look() -> None:
            try:
                found.append(socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0][4][0])
            except OSError:
                return

        thread = threading.Thread(target=look, name="kiosk-resolve", daemon=True)
        thread.start()
        thread.join(wait)
        if not found:
            raise Away(f"no address for {self._host}")
        self._address = found[0]
        return found[0]

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
