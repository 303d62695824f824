"""An ID-card reader on a serial line: find, select, read; one event for each placement of a card. Never keeps or asks for a photo.

The rhythm is in `Sam`, which does one exchange per `step` and is handed its port and its clock; the thread only repeats it.
Rhythm and time-outs: measured ranges of public code, find 0.3-1 s, find/select ≤ 500 ms, base read ≤ 3 s.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from .. import ports
from ..backoff import Backoff
from ..contract import STARTING, Card, CardReader, DeviceError, Status
from . import card as cards
from . import frames
from .answers import MEANING, fine, trouble
from .frames import Damaged, SamDecoder, SamFrame

log = logging.getLogger(__name__)

POLL = 0.35  # seconds between looks for a card
QUICK, READ, APPENDED = 0.5, 3.0, 1.5  # seconds to wait for an answer
SILENT_POLLS = 5  # then the port is closed and opened again
TRIES = 3  # failures in a row before anybody is told
WRONG_ORDER = (0x21, 0x81, 0x91)  # the module was asked out of turn: begin again


def open(
    url: str, *, poll: float = POLL, left_behind: float = 20.0, today: Callable[[], date] = date.today, **port_settings: Any
) -> CardReader:
    """A reader at `serial:///dev/ttyUSB0?baud=115200` (115200 8N1 unless said) or behind a serial server, `tcp://host:port`.

    `left_behind`: after so many seconds a card that lies there is said to be forgotten, and again each such time.
    """
    settings: dict[str, Any] = {"baud": 115200} | port_settings
    return SerialReader(lambda: ports.open(url, **settings), poll=float(poll), left_behind=float(left_behind), today=today)


class SerialReader:
    """The thread around `Sam`: opens, repeats, reopens with growing pauses, tells each change once."""

    verified = False  # the frames are public and agree everywhere; no reader was at hand

    def __init__(self, connect: Callable[[], ports.Port], *, poll: float, left_behind: float, today: Callable[[], date]):
        self._connect, self._poll, self._left_behind, self._today = connect, poll, left_behind, today
        self._stop = threading.Event()
        self._status: Status = STARTING
        self._sam: Sam | None = None
        self._thread: threading.Thread | None = None

    @property
    def module(self) -> str:
        """The security module's number as printed on readers; "" before it has said so."""
        return self._sam.module if self._sam else ""

    @property
    def present(self) -> bool:
        return self._sam is not None and self._sam.present

    def start(
        self,
        on_card: Callable[[Card], None],
        on_trouble: Callable[[Status], None] | None = None,
        on_lift: Callable[[], None] | None = None,
    ) -> None:
        def tell(status: Status) -> None:
            changed = status.code != self._status.code or status.state != self._status.state
            self._status = status
            # What a citizen is told is told each time: the second failed card deserves its sentence too.
            if on_trouble and (changed or status.state == "trouble" and not status.stops):
                guarded(on_trouble, status)

        self._tell = tell
        self._on_card, self._on_lift = on_card, on_lift
        self._thread = threading.Thread(target=self._run, name="card reader", daemon=True)
        self._thread.start()

    def status(self) -> Status:
        return self._status

    def close(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(5)

    def _run(self) -> None:
        backoff, last = Backoff(), None
        while not self._stop.is_set():
            try:
                port = self._connect()
            except DeviceError as error:
                self._tell(error.status())
                self._stop.wait(backoff.pause())
                continue
            self._sam = Sam(
                port,
                on_card=lambda c: guarded(self._on_card, c),
                on_lift=lambda: self._on_lift and guarded(self._on_lift),
                tell=self._tell,
                poll=self._poll,
                left_behind=self._left_behind,
                today=self._today,
                stopped=self._stop.is_set,
                last=last,
            )
            try:
                self._sam.identify()
                while not self._stop.is_set():
                    pause = self._sam.step()
                    if self._sam.lost:
                        break
                    if self._sam.heard:
                        backoff.reset()
                    self._stop.wait(pause)
            except DeviceError as error:
                self._tell(error.status())
            finally:
                last = self._sam.gone()
                port.close()
            if not self._stop.is_set():
                self._stop.wait(backoff.pause())


def guarded(call: Callable[..., Any], *arguments: Any) -> None:
    """A listener's mistake is logged (without the card) and never stops the reader."""
    try:
        call(*arguments)
    except Exception as error:  # noqa: BLE001 — whatever the listener did wrong, the next visitor's card must be read
        log.error("a listener of the card reader failed: %s", type(error).__name__)


class Sam:
    """One placement at a time: looking → (found) → read → waiting for the card to be lifted → looking.

    `step` does the next exchange and gives the pause before the one after. `lost`: it has been silent too long, open it again.
    """

    def __init__(
        self,
        port: ports.Port,
        *,
        on_card: Callable[[Card], None],
        on_lift: Callable[[], None] = lambda: None,
        tell: Callable[[Status], None] = lambda status: None,
        poll: float = POLL,
        left_behind: float = 20.0,
        today: Callable[[], date] = date.today,
        clock: Callable[[], float] = time.monotonic,
        stopped: Callable[[], bool] = lambda: False,
        last: Card | None = None,
    ):
        self._port, self._on_card, self._on_lift, self._tell = port, on_card, on_lift, tell
        self._poll, self._left_behind, self._today, self._clock, self._stopped = poll, left_behind, today, clock, stopped
        self._decoder = SamDecoder()
        self.module = ""  # its number, once it has said it
        self.present = False  # a card that has been read still lies there
        self.heard = False  # the reader has said something sensible since it was opened
        self.lost = False
        self._silent = 0  # polls in a row without an answer
        self._foreign = 0  # of these, how many brought bytes in no known envelope
        self._damaged = 0
        self._failures = 0  # failed reads in a row
        self._lost_read = False  # a read was asked for and its answer never came
        self._seen_lying = False  # the reader has confirmed the present card's presence: its "gone" can be believed
        self._by_finding = False  # it cannot tell whether the present card still lies there: only "no card" at a look means gone
        self._last = last  # kept until the reader says "no card": only to know the same placement again
        self._laid_at = 0.0

    def identify(self) -> None:
        """Asks for the module's number, three times: after power-on the first answer is sometimes wrong. No answer is no trouble yet."""
        for _ in range(3):
            self._port.drain()
            self._decoder.reset()
            self._port.write(frames.SAM_ID, QUICK)
            answer = self._listen(0.3, lambda f: frames.sam_id(f) is not None)
            if isinstance(answer, SamFrame):
                self.module = frames.sam_id(answer) or ""
                return
            if self._stopped():
                return

    def step(self) -> float:
        if self.present and not self._by_finding:
            return self._look_whether_lifted()
        return self._look_for_card()

    def gone(self) -> Card | None:
        """The port is being closed. Gives the card that may still lie there, so that a loose plug does not make a second placement."""
        if self.present:
            self.present = False
            self._on_lift()
        return self._last

    # looking for a card

    def _look_for_card(self) -> float:
        if self._lost_read:
            # The module thinks that it has read this card and will not find it again until it is lifted: ask for the answer once more.
            self._lost_read = False
            reply = self._ask(frames.READ_BASE, READ, _is_read)
            if reply is not None:
                return self._taken(reply)
            self._tell(trouble("unreadable", "no answer to a read"))
            return self._poll
        reply = self._ask(frames.FIND, QUICK, lambda f: f.sw3 != 0x90)
        if reply is None:
            return self._poll
        if reply.sw3 == 0x9F:
            return self._read()
        if reply.sw3 == 0x80:  # no card; with an edge of its own a reader says so of one that it has read, too
            self._lifted()
            self._failures = 0
            self._tell(fine(self.module))
        elif reply.sw3 not in WRONG_ORDER or self._failed_again():
            self._tell(trouble(MEANING.get(reply.sw3, "fault"), _detail(reply)))
        return self._poll

    def _read(self) -> float:
        reply = self._ask(frames.SELECT, QUICK, lambda f: f.sw3 != 0x90 or len(f.data) == 8)
        if reply is None:
            if self._failed_again():
                self._tell(trouble("unreadable", "no answer to a select"))
            return self._poll
        if reply.sw3 != 0x90:
            return self._failed(reply)
        reply = self._ask(frames.READ_BASE, READ, _is_read)
        if reply is None:
            self._lost_read = True
            return 0.0
        return self._taken(reply)

    def _taken(self, reply: SamFrame) -> float:
        block = frames.texts(reply)
        if block is None:
            return self._failed(reply)
        try:
            card = cards.card(block, self._today())
        except cards.NotACard as error:
            if not self._same(None):
                self._placed(None)
                self._tell(trouble("odd_card", str(error)))
            return self._poll
        if not self._same(card):
            self._placed(card)
            self._tell(fine(self.module))
            self._on_card(card)
        return self._poll

    def _same(self, card: Card | None) -> bool:
        """The card that was found lies there already. Without an edge of its own a reader finds it at every look."""
        if not (self.present or card) or self._last != card:
            return False
        if not self.present:  # it has lain there since before the line was opened
            self._laid_at = self._clock()
        self.present, self._failures = True, 0
        self._remind()
        return True

    def _placed(self, card: Card | None) -> None:
        self._lifted()  # the one before, where nobody has seen it go
        self.present, self._seen_lying, self._by_finding, self._failures = True, False, False, 0
        self._last, self._laid_at = card, self._clock()

    def _failed(self, reply: SamFrame) -> float:
        """Once or twice is a hand that moves; then the person is told, and told again at every third failure."""
        code = MEANING.get(reply.sw3, "unreadable")
        again = self._failed_again()
        if code in ("unreadable", "not_authentic") and not again:
            return 0.0 if reply.sw3 in (0x47, 0x3F) else self._poll / 2
        self._tell(trouble(code, _detail(reply)))
        return self._poll

    def _failed_again(self) -> bool:
        """Counts a failure; True at every third in a row."""
        self._failures += 1
        return self._failures % TRIES == 0

    # a card lies there

    def _look_whether_lifted(self) -> float:
        reply = self._ask(frames.READ_APPENDED, APPENDED, lambda f: f.sw3 != 0x90 or len(f.data) % 70 == 0)
        if reply is None:
            return self._poll
        if reply.sw3 in (0x90, 0x91):
            self._seen_lying = True
            self._remind()
            return self._poll
        # Gone, or this reader cannot tell: only one that has said "still there" before is believed.
        if self._seen_lying:
            self._lifted()
        else:
            self._by_finding = True
        return 0.0

    def _remind(self) -> None:
        if self._left_behind and self._clock() - self._laid_at >= self._left_behind:
            self._laid_at = self._clock()
            self._tell(trouble("left_behind"))

    def _lifted(self) -> None:
        self._last = None
        if self.present:
            self.present = False
            self._on_lift()

    # one question, one answer

    def _ask(self, request: bytes, seconds: float, fits: Callable[[SamFrame], bool]) -> SamFrame | None:
        """The answer to a request, or None. A damaged answer is asked for once more; a late answer to an earlier question is dropped."""
        for last_try in (False, True):
            self._port.drain()
            self._decoder.reset()
            self._port.write(request, QUICK)
            answer = self._listen(seconds, fits)
            if isinstance(answer, SamFrame):
                if answer.sw3 in (0x10, 0x11) and not last_try:  # our request arrived damaged
                    continue
                self._silent = self._foreign = self._damaged = 0
                self.heard = True
                return answer
            if answer is None:
                self._silence()
                return None
        self._damaged += 1
        if self._damaged >= 3:
            self._tell(trouble("damaged"))
        self._settle()
        return None

    def _listen(self, seconds: float, fits: Callable[[SamFrame], bool]) -> SamFrame | Damaged | None:
        deadline = self._clock() + seconds
        damaged = None
        while (left := deadline - self._clock()) > 0 and not self._stopped():
            data = self._port.read(min(left, 0.1))
            for found in self._decoder.feed(data):
                if isinstance(found, Damaged):
                    damaged = found
                elif fits(found):
                    return found
            if damaged and not data:  # nothing good followed it: ask again now
                return damaged
        return damaged

    def _silence(self) -> None:
        self._silent += 1
        if self._decoder.noise or self._decoder.waiting:
            self._foreign += 1
        if self._foreign >= 3 and not self.heard:
            self._tell(trouble("unknown_envelope", self._decoder.last_noise.hex(" ")))
        if self._silent >= SILENT_POLLS:
            if self._foreign < 3 or self.heard:
                self._tell(trouble("offline"))
            self.lost = True
        else:
            self._settle()

    def _settle(self) -> None:
        """After a time-out: let a late answer arrive and throw it away, so that it can never pass for the next card."""
        self._port.drain()
        self._decoder.reset()
        self._port.write(frames.STATUS, QUICK)
        deadline = self._clock() + QUICK
        while self._clock() < deadline and not self._stopped():
            if any(isinstance(f, SamFrame) and not f.data for f in self._decoder.feed(self._port.read(0.1))):
                return


def _detail(reply: SamFrame) -> str:
    return f"SW3={reply.sw3:02X}"


def _is_read(frame: SamFrame) -> bool:
    return frame.sw3 != 0x90 or frames.texts(frame) is not None
