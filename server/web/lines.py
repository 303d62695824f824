"""The open lines of pages and devices: one thread holds all WebSockets, and nobody can take the places of those with a token.

Engine.IO and Socket.IO speak as their libraries do; here is only what they would use a thread of its own for: reading, writing and
the ping of each line. A message to many is framed once. Nothing here knows what is said.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import selectors
import socket
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engineio import exceptions as eio_exceptions
from engineio.packet import CLOSE, NOOP, PING, PONG, UPGRADE, Packet
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.utilities import RemoteProtocolError, generate_accept_token

log = logging.getLogger("hall.lines")
PLACE = "hall.place"  # in a request's environment: the LinePlace of its line
LARGEST = 65_536  # bytes of one message from a client
UNSENT = 2 << 20  # bytes that may wait for a slow reader; beyond them it is cut off, and comes back for a fresh picture
UNREAD = 64  # messages that may wait to be taken up
TALKERS = 16  # threads that take up what clients say
INTRODUCTION = 10.0  # s that a newcomer has for it
TICK = 0.5  # s between looks at the clock
HUNG_UP = b"\x88\x02\x03\xe8"  # a close frame, 1000
UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n"


class LinePlace:
    """One open line, as the limit counts it. `opened` once Engine.IO knows it; `end` breaks it then."""

    __slots__ = ("address", "came", "end", "kind", "limit", "opened")

    def __init__(self, limit: ConnectionLimit, address: str):
        self.limit, self.address, self.came, self.kind, self.opened = limit, address, time.monotonic(), "newcomer", False
        self.end: Callable[[], None] = lambda: None

    def leave(self) -> None:
        self.limit.leave(self)


class ConnectionLimit:
    """Who may hold a line: `most` in all; of strangers (without a token or a sign-in) three quarters of that, `each` from one address.

    Who one is is said only after the line is open. Until then one is a newcomer: of a third of the places, and the oldest one of the
    address with the most of them makes room for the next, so that whoever opens lines and says nothing keeps out nobody who speaks at once.
    """

    def __init__(self, most: int, each: int | None = None):
        self.most, self.strangers, self._few = most, max(1, most * 3 // 4), max(1, most // 3)
        self.each = min(each or max(1, most // 2), self.strangers)
        self.over = False  # the server is stopping: whoever still finds the door open would sit before a hall that has ended
        self._lock = threading.Lock()
        self._places: set[LinePlace] = set()
        self._newcomers: dict[LinePlace, None] = {}  # oldest first
        self._crowds: dict[str, dict[LinePlace, None]] = {}  # the same by address
        self._addresses: Counter[str] = Counter()  # strangers

    def enter(self, address: str) -> LinePlace | None:
        """A newcomer's place; None where there is none."""
        pushed = None
        with self._lock:
            if self.over:
                return None
            if self._newcomers and (len(self._newcomers) >= self._few or len(self._places) >= self.most):
                pushed = next(iter(max(self._crowds.values(), key=len)))
                self._leave(pushed)
            place = None
            if len(self._places) < self.most:
                place = LinePlace(self, address)
                self._places.add(place)
                self._newcomers[place] = self._crowds.setdefault(address, {})[place] = None
        if pushed is not None:
            pushed.end()
        return place

    def know(self, place: LinePlace | None) -> bool:
        """Whoever holds this line has shown who he is. False where the line has made room for another meanwhile."""
        return self._settle(place, "known")

    def seat(self, place: LinePlace | None) -> bool:
        """Whoever holds this line is a stranger, and stays one. False where there are enough of them."""
        return self._settle(place, "stranger")

    def _settle(self, place: LinePlace | None, kind: str) -> bool:
        if place is None:  # no line that anybody counts: a test's
            return True
        with self._lock:
            if place not in self._places:
                return False
            if place.kind == "newcomer" and kind == "stranger":
                if self._addresses.total() >= self.strangers or self._addresses[place.address] >= self.each:
                    return False
                self._addresses[place.address] += 1
            elif place.kind == "stranger" and kind == "known":
                self._forget(place)
            elif place.kind == "known":
                return True
            self._settled(place)
            place.kind = kind
            return True

    def leave(self, place: LinePlace) -> None:
        with self._lock:
            self._leave(place)

    def _leave(self, place: LinePlace) -> None:
        if place not in self._places:
            return
        self._places.discard(place)
        self._settled(place)
        if place.kind == "stranger":
            self._forget(place)
        place.kind = "gone"

    def _settled(self, place: LinePlace) -> None:
        self._newcomers.pop(place, None)
        crowd = self._crowds.get(place.address, {})
        crowd.pop(place, None)
        if not crowd:
            self._crowds.pop(place.address, None)

    def _forget(self, place: LinePlace) -> None:
        self._addresses[place.address] -= 1
        if not self._addresses[place.address]:
            del self._addresses[place.address]

    def late(self, now: float) -> list[LinePlace]:
        """Newcomers whose time is over; they have left."""
        with self._lock:
            late = list(itertools.takewhile(lambda p: now - p.came > INTRODUCTION, self._newcomers))
            for place in late:
                self._leave(place)
        return late

    def close(self) -> list[LinePlace]:
        """Nobody is let in any more. Gives those who are in."""
        with self._lock:
            self.over = True
            return list(self._places)

    @property
    def count(self) -> int:
        return len(self._places)


class Outbox(queue.Queue):
    """What Engine.IO has for one client: kept for the next poll, or handed to the WebSocket at once when there is one."""

    def __init__(self):
        super().__init__()
        self.line: OpenLine | None = None
        self.place: LinePlace | None = getattr(_entering, "place", None)
        if self.place is not None:
            self.place.opened = True

    def put(self, item, block=True, timeout=None):
        with self.mutex:
            line = self.line
            if line is None:
                self.queue.append(item)
                self.unfinished_tasks += 1
                self.not_empty.notify()
        if line is not None:
            line.tell(item)
        elif item is None and self.place is not None:  # its end
            self.place.leave()

    def hand_over(self, line: OpenLine) -> None:
        """From now on `line` gets it, after what is here already."""
        with self.mutex:
            kept = list(self.queue)
            self.queue.clear()
            self.unfinished_tasks = 0
            self.all_tasks_done.notify_all()
            for item in kept:
                line.tell(item)
            self.line = line

    def join(self) -> None:
        """A client that is being cut off is not waited for."""


_entering = threading.local()  # .place of the request that is opening a line


class OpenLines:
    """Between the front and Engine.IO: a WSGI application that counts who comes, and the thread that holds the WebSockets."""

    def __init__(self, app, most: int, strangers: int | None = None, full: Callable | None = None):
        """`full` is the WSGI application that answers whoever finds no place."""
        self._app, self._full, self.limit = app, full or _full, ConnectionLimit(most, strangers)
        self.eio: Any = None
        self._loop = _Loop(self)
        self._pings: deque[tuple[float, Any]] = deque()  # of those who poll: all wait equally long, so they stand in order
        self._talkers = ThreadPoolExecutor(TALKERS, thread_name_prefix="line")

    def serve(self, eio: Any) -> None:
        """Takes from an engineio.Server what it would start a thread for."""
        self.eio = eio
        eio._async = eio._async | {"thread": self._task, "queue": Outbox, "websocket": self._websocket}

    def __call__(self, environ, start_response):
        """Lets in who may open a line; beyond the limit a newcomer is told so at once."""
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._app(environ, start_response)
        self._loop.start()
        if "sid=" in environ.get("QUERY_STRING", ""):
            return self._app(environ, start_response)
        place = environ[PLACE] = self.limit.enter(environ.get("REMOTE_ADDR", ""))
        if place is None:
            return self._full(environ, start_response)
        place.end = lambda: self._break(place)
        _entering.place = place
        try:
            return self._app(environ, start_response)
        finally:
            _entering.place = None
            if not place.opened:  # it was refused
                place.leave()

    def hang_up(self) -> None:
        """Breaks every line, and lets nobody in any more."""
        for place in self.limit.close():
            place.end()

    def close(self) -> None:
        self.hang_up()
        self._loop.stop()
        self._talkers.shutdown(wait=False)

    # -- what Engine.IO asks for

    def _task(self, target, args=(), kwargs=None):
        """Instead of a thread: pings stand in a list, what a client says is taken up by a few threads."""
        return _Task(self, target, args, kwargs or {})

    def _websocket(self, handler, server):
        """Instead of a WebSocket in two threads. `handler` is the method of an engineio.Socket that would hold it."""
        return lambda environ, start_response: self._take(handler.__self__, environ, start_response)

    def _take(self, session, environ, start_response):
        key = environ.get("HTTP_SEC_WEBSOCKET_KEY", "")
        if not key or environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or session.upgrading:
            start_response("400 Bad Request", [("Content-Type", "text/plain"), ("Sec-WebSocket-Version", "13")])
            return [b""]
        theirs = environ.get("gunicorn.socket")
        if theirs is not None:  # gunicorn's own thread goes on with others
            sock = socket.socket(fileno=theirs.detach())
        else:
            sock = environ["werkzeug.socket"]
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        line = OpenLine(self._loop, session, sock, session.queue.place)
        line.send(UPGRADED % generate_accept_token(key.encode("latin-1")))
        if session.connected:
            session.upgrading, line.probing = True, True
        else:
            session.connected = session.upgraded = True
            session.queue.hand_over(line)
        if line.place is not None and line.place.kind == "gone":  # it made room for another in this moment
            line.cut()
        self._loop.add(line)
        if theirs is not None:
            raise StopIteration  # so gunicorn hears that nothing is to be answered
        line.ended.wait()
        raise ConnectionError  # and Werkzeug

    def _break(self, place: LinePlace) -> None:
        session = self._of(place)
        line = session and session.queue.line
        if line is not None:
            line.cut()
        elif session is not None:
            self.submit(self.gone, session, "transport close")

    def end(self, sid: str) -> bool:
        """Lets a client go, by Engine.IO's name of it; False where it is gone already."""
        session = self.eio.sockets.get(sid)
        if session is None or session.closed:
            return False
        if session.queue.line is not None:
            session.queue.line.cut()
        else:
            self.submit(self.gone, session, "client error")
        return True

    def _of(self, place: LinePlace):
        return next((s for s in list(self.eio.sockets.values()) if s.queue.place is place), None)

    def submit(self, act: Callable, *given) -> None:
        with contextlib.suppress(RuntimeError):  # the server has ended
            self._talkers.submit(_quietly, act, *given)

    def gone(self, session, reason: str) -> None:
        """A client has left, however it did."""
        session.close(wait=False, abort=True, reason=reason)
        self.eio.sockets.pop(session.sid, None)
        if session.queue.place is not None:
            session.queue.place.leave()

    def tick(self, now: float) -> None:
        """Pings those who poll, and lets go who has left or never said who he is."""
        for place in self.limit.late(now):
            place.end()
        while self._pings and self._pings[0][0] <= now:
            session = self._pings.popleft()[1]
            if not (session.closed or session.closing or session.queue.line):
                session.last_ping = time.time()
                session.send(Packet(PING))
        for session in list(self.eio.sockets.values()):
            if session.queue.line is None:
                with contextlib.suppress(eio_exceptions.SocketIsClosedError):
                    if session.check_ping_timeout():
                        continue
                self.submit(self.gone, session, "ping timeout")

    def ping_later(self, session) -> None:
        self._pings.append((time.monotonic() + self.eio.ping_interval, session))


class _Task:
    """What stands where Engine.IO expects a thread that was started."""

    def __init__(self, lines: OpenLines, target, args, kwargs):
        self._lines, self._act, self._args, self._kwargs = lines, target, args, kwargs

    def start(self) -> None:
        if getattr(self._act, "__name__", "") == "_send_ping":
            self._lines.ping_later(self._act.__self__)
        else:
            self._lines.submit(lambda: self._act(*self._args, **self._kwargs))

    def join(self, timeout: float | None = None) -> None:
        """Nobody waits for these."""


def _full(environ, start_response):
    start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
    return [b"busy"]


def _quietly(act: Callable, *given) -> None:
    try:
        act(*given)
    except Exception:  # noqa: BLE001  one client's trouble is not the others'
        log.exception("a message could not be taken up")


class OpenLine:
    """One WebSocket. Written to by whoever has news, read by the loop alone."""

    __slots__ = (
        "_inbox", "_lock", "_loop", "_out", "_text", "_unsent", "_ws", "busy", "closing", "ended", "gone", "ping_at", "place", "pong_by",
        "probing", "session", "sock",
    )  # fmt: skip

    def __init__(self, loop: _Loop, session, sock: socket.socket, place: LinePlace | None):
        self._loop, self.session, self.sock, self.place = loop, session, sock, place
        self._ws = Connection(ConnectionType.SERVER)
        self._lock = threading.Lock()
        self._out: deque[memoryview] = deque()
        self._unsent, self._text = 0, ""
        self._inbox: deque[Any] = deque()
        self.busy = self.closing = self.gone = self.probing = False
        self.ping_at, self.pong_by = time.monotonic() + loop.interval, 0.0
        self.ended = threading.Event()

    # -- to the client

    def tell(self, packet) -> None:
        """An Engine.IO packet, or None: it was the last."""
        if packet is None:
            self.send(HUNG_UP, last=True)
        else:
            self.send(framed(packet))

    def send(self, data: bytes, last: bool = False) -> None:
        with self._lock:
            if self.closing or self.gone:
                return
            self.closing = last
            if not self._out:
                sent = self._write(data)
                if sent == len(data):
                    if last:
                        self._loop.look(self)
                    return
                data = data[sent:]
            self._out.append(memoryview(data))
            self._unsent += len(data)
            if self._unsent > UNSENT:
                self.closing = True
                self._out.clear()
        self._loop.look(self)

    def _write(self, data) -> int:
        try:
            return self.sock.send(data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.closing = True
            self._out.clear()
            return len(data)

    def write_on(self) -> None:
        """What the client's network could not take before."""
        with self._lock:
            while self._out:
                sent = self._write(self._out[0])
                if not self._out:
                    break
                self._unsent -= sent
                if sent < len(self._out[0]):
                    self._out[0] = self._out[0][sent:]
                    break
                self._out.popleft()

    @property
    def wants_to_write(self) -> bool:
        return bool(self._out)

    @property
    def finished(self) -> bool:
        return self.closing and not self._out

    def cut(self) -> None:
        """Breaks it without a goodbye: a client that is sent away stays away, one whose line breaks comes back by itself."""
        with self._lock:
            self.closing = True
            self._out.clear()
        self._loop.look(self)

    # -- from the client

    def read(self) -> None:
        try:
            data = self.sock.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if not data:
            self.cut()
            return
        try:
            self._ws.receive_data(data)
            for event in self._ws.events():
                self._take_up(event)
        except (RemoteProtocolError, ValueError):  # not what a browser sends
            self.cut()

    def _take_up(self, event) -> None:
        match event:
            case TextMessage():
                self._text += event.data
                if len(self._text) > LARGEST:
                    self.send(bytes((0x88, 2)) + (1009).to_bytes(2, "big"), last=True)
                elif event.message_finished:
                    text, self._text = self._text, ""
                    self._heard(Packet(encoded_packet=text))
            case BytesMessage():
                self.cut()  # no client of ours sends one
            case Ping():
                self.send(self._ws.send(event.response()))
            case CloseConnection():
                self.send(HUNG_UP, last=True)

    def _heard(self, packet: Packet) -> None:
        if packet.packet_type == PONG:
            self.pong_by = 0.0
        elif self.probing:
            self._probe(packet)
        elif packet.packet_type == CLOSE:
            self.cut()
        elif len(self._inbox) >= UNREAD:
            self.cut()
        else:
            self._later(packet)

    def _probe(self, packet: Packet) -> None:
        """A client that polled so far tries the WebSocket, and goes over to it."""
        session = self.session
        if packet.packet_type == PING and packet.data == "probe":
            self.send(framed(Packet(PONG, "probe")))
            session.queue.put(Packet(NOOP))  # ends its poll
        elif packet.packet_type == UPGRADE:
            session.upgraded, session.upgrading, self.probing = True, False, False
            session.queue.hand_over(self)
        else:
            self.cut()

    def _later(self, packet: Packet | None) -> None:
        """In a thread of the few, one after the other."""
        with self._lock:
            self._inbox.append(packet)
            if self.busy:
                return
            self.busy = True
        self._loop.lines.submit(self._talk)

    def _talk(self) -> None:
        while True:
            with self._lock:
                if not self._inbox:
                    self.busy = False
                    return
                packet = self._inbox.popleft()
            if packet is None:
                self._loop.lines.gone(self.session, "transport close")
                continue
            try:
                self.session.receive(packet)
            except eio_exceptions.EngineIOError:
                self.cut()
            except Exception as error:  # noqa: BLE001  whatever it was: this client is not understood, and all others are
                log.warning("a client said what nobody understands (%s)", type(error).__name__)
                self.cut()

    # -- its end

    def drop(self) -> None:
        """By the loop alone."""
        with self._lock:
            self.gone = self.closing = True
            self._out.clear()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()
        self.ended.set()
        if self.probing:  # it goes on polling
            self.session.upgrading = False
        else:
            self._later(None)

    def beat(self, now: float) -> bool:
        """The ping when its time has come; False where the last one was not answered."""
        if self.pong_by:
            return now < self.pong_by
        if now >= self.ping_at:
            self.ping_at, self.pong_by = now + self._loop.interval, now + self._loop.patience
            self.send(PING_FRAME)
        return True


def framed(packet: Packet) -> bytes:
    """A packet as the bytes that go to everybody who hears it (RFC 6455, 5.2: a server masks nothing). Made once for each packet."""
    made = packet.__dict__.get("frame")
    if made is None:
        text = packet.encode()
        data, first = (text.encode(), 0x81) if isinstance(text, str) else (bytes(text or b""), 0x82)
        size = len(data)
        if size < 126:
            head = bytes((first, size))
        elif size < 65_536:
            head = bytes((first, 126)) + size.to_bytes(2, "big")
        else:
            head = bytes((first, 127)) + size.to_bytes(8, "big")
        made = packet.frame = head + data  # pyright: ignore[reportAttributeAccessIssue]  kept with the packet, as its text is
    return made


PING_FRAME = framed(Packet(PING))


class _Loop:
    """The one thread. It begins with the first line."""

    def __init__(self, lines: OpenLines):
        self.lines = lines
        self._selector = selectors.DefaultSelector()
        self._ours, self._wake = socket.socketpair()
        for end in (self._ours, self._wake):
            end.setblocking(False)
        self._selector.register(self._ours, selectors.EVENT_READ)
        self._changed: deque[OpenLine] = deque()
        self._all: set[OpenLine] = set()
        self._lock, self._stopped = threading.Lock(), False
        self._thread: threading.Thread | None = None

    @property
    def interval(self) -> float:
        return self.lines.eio.ping_interval

    @property
    def patience(self) -> float:
        return self.lines.eio.ping_timeout

    def start(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None and not self._stopped:
                    self._thread = threading.Thread(target=self._run, name="lines", daemon=True)
                    self._thread.start()

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
        self._poke()
        if self._thread is not None:
            self._thread.join(2)

    def add(self, line: OpenLine) -> None:
        self.look(line)

    def look(self, line: OpenLine) -> None:
        """It has something to write, or has ended."""
        self._changed.append(line)
        self._poke()

    def _poke(self) -> None:
        with contextlib.suppress(OSError):  # full: it wakes anyway
            self._wake.send(b"\0")

    def _run(self) -> None:
        tick = time.monotonic()
        while not self._stopped:
            for key, ready in self._selector.select(TICK):
                line = key.data
                if line is None:
                    with contextlib.suppress(OSError):
                        self._ours.recv(65_536)
                elif not line.gone:
                    if ready & selectors.EVENT_WRITE:
                        line.write_on()
                    if ready & selectors.EVENT_READ:
                        line.read()
                    self._settle(line)
            while self._changed:
                self._settle(self._changed.popleft())
            now = time.monotonic()
            if now - tick >= TICK:
                tick = now
                self._beat(now)
        for line in list(self._all):
            self._drop(line)
        self._selector.close()

    def _beat(self, now: float) -> None:
        try:
            for line in list(self._all):
                if not line.beat(now):
                    self._drop(line)
            self.lines.tick(now)
        except Exception:  # noqa: BLE001  the lines go on
            log.exception("a look at the lines failed")

    def _settle(self, line: OpenLine) -> None:
        """What it is watched for, as it stands now."""
        if line.gone:
            return
        if line.finished:
            self._drop(line)
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.wants_to_write else 0)
        try:
            if line in self._all:
                if self._selector.get_key(line.sock).events != wanted:
                    self._selector.modify(line.sock, wanted, line)
            else:
                self._selector.register(line.sock, wanted, line)
                self._all.add(line)
        except (OSError, ValueError, KeyError):
            self._drop(line)

    def _drop(self, line: OpenLine) -> None:
        if line in self._all:
            self._all.discard(line)
            with contextlib.suppress(OSError, ValueError, KeyError):
                self._selector.unregister(line.sock)
        line.drop()
