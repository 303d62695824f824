"""The requests of kiosk and display to the hall server, over the way that `[server]` of their config file names.

A whole call has one budget of seconds in which it is repeated under the same Idempotency-Key. The caller learns whether the server
was away or said no, and decides what either means. HTTP itself is urllib3's.
"""

from __future__ import annotations

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
from urllib.parse import quote, urlsplit

import urllib3
from urllib3 import exceptions
from urllib3.response import BaseHTTPResponse

LARGEST = 8 * 1024 * 1024  # bytes of an answer that are read; more is no answer of ours
NOT_NOW = {429, 502, 503, 504}  # a server in trouble, or a proxy before one that is gone: the same as no server
KEPT = 16  # connections kept open at most
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.8  # seconds between two tries
NEVER_SENT = (exceptions.NewConnectionError, exceptions.ConnectTimeoutError, exceptions.SSLError)


class Away(Exception):
    """The server gave no answer. `sent`: a request had left, so what was asked may have happened all the same."""

    def __init__(self, why: str, *, sent: bool = False):
        super().__init__(why)
        self.sent = sent


class Refused(Exception):
    """The server said no, in a sentence a person can act on (`detail`, in the language asked for). Nothing has changed there."""

    def __init__(self, status: int, code: str, detail: str, data: dict[str, Any] | None = None):
        super().__init__(detail)
        self.status, self.code, self.detail, self.data = status, code, detail, data or {}

    @property
    def unknown_token(self) -> bool:
        """The server does not know (or no longer knows) the token of this device."""
        return self.status == 401


@dataclass(frozen=True, kw_only=True)
class HallAnswer:
    status: int
    data: Any = None
    replayed: bool = False
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)


class HallClient:
    """One for each token, used from many threads. `token` may be set later (enrolment)."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout: float = 3.0,
        budget: float | None = None,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        ca: str | None = None,
    ):
        """`timeout`: seconds for one connection or one silence. `budget`: seconds for a whole call with its repeats; default `timeout`."""
        parts = urlsplit(url)
        self.url, self.token = url.rstrip("/"), token
        self.timeout, self.budget = timeout, timeout if budget is None else budget
        self._tls = ssl.create_default_context(cafile=ca) if parts.scheme == "https" else None
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or (443 if self._tls else 80)
        self._named, self._prefix = parts.netloc.rpartition("@")[2], parts.path.rstrip("/")
        self._steady, self._wall = steady, wall
        self._lock = threading.Lock()
        self._pool: urllib3.HTTPConnectionPool | None = None
        self.ahead = 0.0  # seconds by which the server's clock is before ours, as last heard

    def get(self, path: str, **more: Any) -> HallAnswer:
        return self.call("GET", path, **more)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "", **more: Any) -> HallAnswer:
        """The key stays the same through all repeats, so that what is asked happens once."""
        return self.call("POST", path, {} if body is None else body, key=key or uuid.uuid4().hex, **more)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        language: str = "zh",
        budget: float | None = None,
        repeat: bool = True,
        because: str = "",
    ) -> HallAnswer:
        """One request to `path` below /api/v1, repeated while the budget lasts. `because`: why it is done. Raises Away or Refused."""
        headers = {"Accept": "application/json", "Accept-Language": language}
        payload = None
        if body is not None:
            payload = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        if key:
            headers["Idempotency-Key"] = key
        if because:
            headers["Change-Reason"] = quote(because)
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"

        end = self._steady() + (self.budget if budget is None else budget)
        sent, pause = False, FIRST_PAUSE
        while True:
            try:
                return self._answer(*self._once(method, f"{self._prefix}/api/v1{path}", payload, headers, end))
            except Away as away:
                sent = sent or away.sent
                if not repeat or end - self._steady() <= pause + FIRST_PAUSE:
                    raise Away(str(away), sent=sent) from away.__cause__
                time.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def fetch(self, path: str, *, most: int = 4 << 20) -> bytes:
        """A file of the server, such as the sound of a call. `path` from the server's root. One try."""
        status, _, data = self._once("GET", self._prefix + path, None, {}, self._steady() + self.budget)
        if status != 200 or len(data) > most:
            raise Away(f"status {status} for {path}")
        return data

    def close(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.close()

    # ---------------------------------------------------------------- the server's clock

    def now(self) -> float:
        """Seconds since the epoch by the server's clock, as far as it is known."""
        return self._wall() + self.ahead

    def heard(self, at: float, took: float = 0.0) -> None:
        """The server's own clock (seconds), just read in an answer that took so long: finer than its Date header. It was read at some
        instant of that time, so what lies within says nothing: a slow answer must not put numbers given alone before earlier ones."""
        ahead = at + took / 2 - self._wall()
        if abs(ahead - self.ahead) > took / 2:
            self.ahead = ahead

    def _date(self, text: str) -> None:
        try:
            at = parsedate_to_datetime(text).timestamp() + 0.5
        except (ValueError, TypeError):
            return
        if abs(at - self._wall()) > 2:  # a header has whole seconds only
            self.heard(at)

    # ---------------------------------------------------------------- one try

    def _once(
        self, method: str, path: str, payload: bytes | None, headers: dict[str, str], end: float
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; a kept connection that the server had closed meanwhile is opened again at once."""
        for fresh in (False, True):
            try:
                response = self._open(end).urlopen(
                    method, path, payload, {"Host": self._named, **headers}, retries=False, redirect=False,
                    timeout=self._left(end), preload_content=False, decode_content=False,
                )  # fmt: skip
                try:
                    return response.status, {k.lower(): v for k, v in response.headers.items()}, self._body(response, end)
                finally:
                    response.release_conn()
            except NEVER_SENT as error:
                self.close()  # the server may have moved: its address is asked for again
                raise Away(_told(error), sent=fresh) from error  # the second try: the first had left on a kept connection
            except exceptions.ProtocolError as error:
                if fresh:
                    raise Away(_told(error), sent=True) from error
            except (exceptions.HTTPError, OSError) as error:
                raise Away(_told(error), sent=True) from error
        raise AssertionError("unreachable")

    def _left(self, end: float) -> float:
        left = end - self._steady()
        if left <= 0:
            raise Away("out of time")
        return min(self.timeout, left)

    def _body(self, response: BaseHTTPResponse, end: float) -> bytes:
        """The whole body; a server that drips for longer than the budget is away too."""
        parts: list[bytes] = []
        size = 0
        while part := response.read1(65536):
            parts.append(part)
            size += len(part)
            if size > LARGEST or end <= self._steady():
                response.close()
                raise Away("an answer without end", sent=True)
        return b"".join(parts)

    def _answer(self, status: int, headers: dict[str, str], raw: bytes) -> HallAnswer:
        if status in NOT_NOW:
            raise Away(f"status {status}", sent=True)
        try:
            data: Any = json.loads(raw) if raw.strip() else None
        except ValueError:
            raise Away(f"status {status}, but what came is not from a hall server", sent=True) from None
        if status >= 500:
            raise Away(f"status {status}", sent=True)
        if status >= 400:
            problem: dict[str, Any] = {**data} if isinstance(data, dict) else {}
            facts = {k: v for k, v in problem.items() if k not in ("type", "title", "status", "detail")}
            raise Refused(status, str(problem.get("code", f"status_{status}")), str(problem.get("detail", "")), facts)
        if status >= 300 or data is None and status != 204:
            raise Away(f"status {status}, but what came is not from a hall server", sent=True)
        if "date" in headers and not self.ahead:
            self._date(headers["date"])
        return HallAnswer(status=status, data=data, replayed=headers.get("idempotency-replayed") == "true", headers=headers)

    # ---------------------------------------------------------------- connections

    def _open(self, end: float) -> urllib3.HTTPConnectionPool:
        """The kept connections. They go to the host's address, under the host's name: its name is looked up once, and never here."""
        with self._lock:
            if self._pool is not None:
                return self._pool
        address = _resolve(self._host, self._port, self._left(end))
        if self._tls:
            host = self._host
            pool = urllib3.HTTPSConnectionPool(
                address, self._port, maxsize=KEPT, ssl_context=self._tls, server_hostname=host, assert_hostname=host
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, self._port, maxsize=KEPT)
        with self._lock:
            self._pool = self._pool or pool
            return self._pool


def _resolve(host: str, port: int, wait: float) -> str:
    """The host's address. A name server that is away would hold the caller for long, so it is asked in a thread beside."""
    found: list[str] = []

    def look() -> None:
        try:
            found.append(str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0]))
        except OSError:
            return

    thread = threading.Thread(target=look, name="resolve", daemon=True)
    thread.start()
    thread.join(wait)
    if not found:
        raise Away(f"no address for {host}")
    return found[0]


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
