"""The agent's ear: watches rooms of the hall server over Socket.IO, comes back after an outage, and misses nothing.

What it hears is told from one thread and in the order of the journal: `drawn` for a fresh state, `heard` for each event after it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, cast

import socketio  # pyright: ignore[reportMissingTypeStubs]
from socketio.exceptions import SocketIOError  # pyright: ignore[reportMissingTypeStubs]

from drivers.backoff import Backoff

log = logging.getLogger("hall.display.news")

PAUSES = (0.3, 0.6, 1.0, 2.0, 4.0)  # seconds before the next try
PATIENCE = 5.0  # seconds for a connection or an acknowledgement
OVER: tuple[str, dict[str, Any]] = ("", {})  # what the line puts into the queue when it has ended

Row = dict[str, Any]


def row_of(said: Any) -> Row:
    """What came over the line, where it is a JSON object; else an empty one."""
    return cast("Row", said) if isinstance(said, dict) else {}


class OrderedConnection:
    """A connection of the library, with its messages in order.

    The library starts a background task for each message, so two events may overtake each other. Here one thread takes up all of them.
    """

    def __init__(self, ca: str = "") -> None:
        believes: Row = {"sslopt": {"ca_certs": ca}} if ca else {}
        self.client: Any = socketio.Client(reconnection=False, handle_sigint=False, websocket_extra_options=believes)
        self._transport = self.client.eio
        self._start = self._transport.start_background_task
        self._transport.start_background_task = self._in_order
        self._messages: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
        threading.Thread(target=self._take_up, name="news messages", daemon=True).start()

    def end(self) -> None:
        """Hangs up. The polite way waits three seconds for a server that may be gone."""
        if self._transport.ws is not None:
            self._transport.ws.abort()
        self.client.disconnect()
        self._messages.put(None)

    def _in_order(self, target: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        if target == self._transport.handlers["message"]:
            return self._messages.put(arguments)
        return self._start(target, *arguments, **more)

    def _take_up(self) -> None:
        while (message := self._messages.get()) is not None:
            self._transport.handlers["message"](*message)


class NewsClient:
    """`rooms()` is asked before each `watch`: the rooms may depend on what the hall turned out to have.

    `drawn(seq, snapshot, missed)`: the rooms' state, and the events since the last time (empty at first). `heard(name, news)`.
    `lost(why)`: the hall is away (once for each outage); `found` is the `drawn` that follows.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        rooms: Callable[[], list[str]],
        drawn: Callable[[int, Row, list[Row]], None],
        heard: Callable[[str, Row], None],
        lost: Callable[[str], None] = lambda why: None,
        pauses: tuple[float, ...] = PAUSES,
        patience: float = PATIENCE,
        ca: str = "",
    ):
        self._ca = ca
        self._url, self.token, self._rooms = url, token, rooms
        self._drawn, self._heard, self._lost = drawn, heard, lost
        self._pauses, self._patience = pauses, patience
        self._stop = threading.Event()
        self._queue: queue.Queue[tuple[str, Row]] = queue.Queue()
        self._seq: int | None = None
        self._watched: list[str] = []
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def start(self) -> NewsClient:
        self._thread.start()
        return self

    def close(self) -> None:
        self._stop.set()
        self._queue.put(OVER)
        self._thread.join(self._patience + 1)

    @property
    def alive(self) -> bool:
        """The thread has not died of a mistake of ours."""
        return self._thread.is_alive()

    def _run(self) -> None:
        backoff, known = Backoff(self._pauses), True
        while not self._stop.is_set():
            why = ""
            self._queue = queue.Queue()
            line = self._line()
            try:
                auth = {"token": self.token} if self.token else {}
                line.client.connect(self._url, auth=auth, transports=["websocket"], wait_timeout=self._patience)
                self._watch(line)
                backoff.reset()
                known = True
                self._listen(line)
                why = "the connection has ended"
            except (SocketIOError, OSError) as error:
                why = self._refused or str(error) or type(error).__name__
            except WatchRefused as error:
                why = str(error)
            finally:
                line.end()
            if self._stop.is_set():
                return
            if known:
                known = False
                log.warning("the hall server at %s is away: %s", self._url, why)
                self._guarded(self._lost, why)
            self._stop.wait(backoff.pause())

    def _line(self) -> OrderedConnection:
        """A new connection, not yet open: whatever it brings goes into this time's queue."""
        line, mine = OrderedConnection(self._ca), self._queue
        self._refused = ""

        def no(said: Any = None) -> None:
            data: Any = row_of(said).get("data", said)
            self._refused = str(row_of(data).get("detail") or row_of(data).get("message") or ("" if isinstance(data, dict) else data or ""))

        def over(*_why: Any) -> None:
            mine.put(OVER)

        def heard(name: str, news: Any = None, *_more: Any) -> None:
            mine.put((name, row_of(news)))

        line.client.on("connect_error", no)
        line.client.on("disconnect", over)
        line.client.on("*", heard)
        return line

    def _watch(self, line: OrderedConnection) -> None:
        """Asks for the rooms until they are those that are wanted; two rounds where the first tells which windows there are."""
        for _ in range(3):
            rooms = self._rooms()
            asked: Row = {"rooms": rooms} if self._seq is None else {"rooms": rooms, "after": self._seq}
            answer = row_of(line.client.call("watch", asked, timeout=self._patience))
            if "seq" not in answer:
                refused = row_of(answer.get("error")).get("detail")
                raise WatchRefused(refused or "the answer to `watch` is not one of a hall server")
            self._seq, self._watched = answer["seq"], rooms
            self._guarded(self._drawn, answer["seq"], answer["snapshot"], answer.get("events") or [])
            if self._rooms() == rooms:
                return

    def _listen(self, line: OrderedConnection) -> None:
        while not self._stop.is_set():
            name, news = self._queue.get()
            if not name:
                return
            seq = news.get("seq")
            if seq is not None:
                if seq <= (self._seq or 0):
                    continue  # it was in the snapshot
                self._seq = seq
            self._guarded(self._heard, name, news)
            if self._rooms() != self._watched:
                self._watch(line)

    def _guarded(self, call: Callable[..., Any], *arguments: Any) -> None:
        """A mistake with one event is logged and does not end the hearing of the others."""
        try:
            call(*arguments)
        except Exception:  # noqa: BLE001 — the next call must reach the bars whatever this one did
            log.exception("an event could not be taken up")


class WatchRefused(Exception):
    """The server does not let us watch, with its sentence."""
