"""The display agent put together: the hall's news go to bars, loudspeakers and keypads, and keys go to the hall."""

from __future__ import annotations

import hashlib
import logging
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import drivers
from config import words
from config.devices import Wanted, of_display, speaker_tables
from config.enrolment import Enrolment, Granted, NoCode, Shown
from config.link import Away, HallClient
from drivers.contract import Announcement, Device, DeviceError, Keypad, KeyPress, Speaker, Status
from drivers.worker import Worker

from .announcer import Announcer, CallToSay, How, how
from .bars import Bars
from .machine import Reports
from .news import NewsClient
from .pads import Habits, Pad
from .pairing import Pairing
from .picture import Picture

if TYPE_CHECKING:
    from config.schema import DisplaySettings, SpeakerTable

log = logging.getLogger("hall.display")

LOOK = 3.0  # seconds between two looks at how the devices are: a manager hears of trouble within five
PATIENCE = 10.0  # seconds without the hall until bars stop showing numbers that may be old
FRESH = 30.0  # seconds: a call that came during an outage and is older is not announced any more
HEARD_WITHIN = 60.0  # seconds for one sentence
SOUNDS = 100  # files kept
MOST_ROOMS = 40  # the server watches no more for one socket

Row = dict[str, Any]


def run(settings: DisplaySettings, *, folder: Path, ready: Callable[[Agent], None] = lambda agent: None) -> int:
    """Runs the agent until it is told to stop; the process' exit status. `folder`: where the token of its pairing is kept."""
    agent = Agent(settings, pairing=Pairing(folder))
    try:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: agent.leave(0))
        agent.start()
        ready(agent)
        return agent.wait()
    finally:
        agent.close()


def opened(wanted: Wanted) -> Any:
    return drivers.open(wanted.kind, wanted.url, **wanted.settings)


@dataclass
class WatchedDevice:
    """A device that is asked how it is: under which name and kind the hall knows it, and at which window it hangs."""

    name: str
    kind: str
    device: Device | Worker[Speaker] | None  # a worker tells by itself how its device is
    window: str = ""


class Agent:
    """Everything of one machine. Started in order of dependence, stopped the other way round."""

    def __init__(self, settings: DisplaySettings, *, pairing: Pairing | None = None, clock: Callable[[], float] = time.monotonic):
        self._settings, self._clock, self._pairing = settings, clock, pairing
        own = settings.server
        paired = None if own.token or pairing is None else pairing.recall()
        token, self.name = (paired.token, paired.name) if paired else (own.token, settings.display.name)
        self.picture = Picture()
        self.link = HallClient(own.url, token, timeout=own.timeout, ca=own.ca or None)
        self.reports = Reports(self.link, self.name, leave=self.leave)
        self.news = NewsClient(own.url, token, rooms=self._rooms, drawn=self._drawn, heard=self._heard, lost=self._lost, ca=own.ca)
        self.watched: list[WatchedDevice] = []
        self.pads: dict[str, Pad] = {}
        self.announcers: list[tuple[SpeakerTable, Announcer]] = []
        self._workers: list[Worker[Speaker]] = []
        self._keypads: list[Keypad] = []
        self._faces: dict[str, Face] = {}
        self._over, self._status = threading.Event(), 0
        self._ahead = timedelta()
        self._lost_at: float | None = clock()
        self._named: set[str] = set()  # numbers that have been asked to get ready
        self._sounds = tempfile.TemporaryDirectory(prefix="hall-sounds-")
        self._words = words.load()
        self._open_bars()
        self._open_keypads()
        self._open_speakers()

    def start(self) -> None:
        self.reports.start()
        self.news.start()
        for keypad in self._keypads:
            keypad.start(self._pressed)
        threading.Thread(target=self._look, name="look", daemon=True).start()
        if self._pairing:
            threading.Thread(target=self._pair, args=(self._pairing,), name="pair", daemon=True).start()
        log.info("the display %s drives %s", self.name, ", ".join(p.name for p in self.watched) or "nothing")

    def wait(self) -> int:
        self._over.wait()
        return self._status

    def leave(self, status: int) -> None:
        self._status = status
        self._over.set()

    def close(self) -> None:
        self._over.set()
        self.news.close()
        for _, announcer in self.announcers:
            announcer.close()
        for pad in self.pads.values():
            pad.close()
        for worker in self._workers:
            worker.close(2)
        for one in self.watched:
            if one.device is not None and not isinstance(one.device, Worker):
                one.device.close()
        self.reports.close()
        self._sounds.cleanup()

    @property
    def alive(self) -> bool:
        """For the watchdog: the agent still takes up what the hall says."""
        return self.news.alive and not self._over.is_set()

    # ---------------------------------------------------------------- pairing

    def _pair(self, pairing: Pairing) -> None:
        """While this machine has no token the hall knows: asks for a code, says it, and takes the token once a manager has typed it."""
        enrolment = Enrolment(lambda path, body: self.link.post(path, body, repeat=False), "display")
        away = False
        while not self._over.wait(LOOK):
            if self.link.token:
                continue
            news = enrolment.step(self.name, self._clock())
            match news:
                case Shown(code):
                    log.warning(
                        "this display is not yet part of a hall: type the code %s on the page %s/manage, under devices", code, self.link.url
                    )
                case Granted():
                    self._paired(pairing, news)
                case NoCode(why) if not away:
                    log.warning("the hall server at %s gives no code for pairing now: %s", self.link.url, why)
                case _:
                    pass
            away = isinstance(news, NoCode) or (away and news is None)

    def _paired(self, pairing: Pairing, granted: Granted) -> None:
        try:
            pairing.keep(granted)
        except OSError as error:
            log.error("the token cannot be kept (%s); after a restart this display asks to be paired again. Give it --data DIR", error)
        self.name = granted.name
        self.link.token = self.news.token = granted.token
        self.reports.call_it(granted.name)
        log.info("paired: the hall knows this machine as %s", granted.name)

    # ---------------------------------------------------------------- devices

    def _open_bars(self) -> None:
        bars = {wanted.window: self._open(wanted) for wanted in of_display(self._settings) if wanted.kind == "sign"}
        self.bars = Bars({no: bar.show for no, bar in bars.items() if bar is not None}, self._settings.bars)

    def _open_keypads(self) -> None:
        own, tables = self._settings.server, {k.window: k for k in self._settings.keypads}
        for wanted in (w for w in of_display(self._settings) if w.kind == "keypad"):
            no, table = wanted.window, tables[wanted.window]
            keypad: Keypad | None = self._open(wanted)
            self._keypads += [keypad] if keypad else []
            self._faces[no] = Face(keypad)
            self.pads[no] = Pad(
                no,
                HallClient(own.url, table.token or own.token, timeout=own.timeout, ca=own.ca or None),
                window=lambda no=no: self.picture.windows.get(no, {}),
                face=self._faces[no],
                habits=Habits(serve=table.profile != "usb" if table.serve is None else table.serve, transfer=table.transfer),
            )

    def _open_speakers(self) -> None:
        speakers = [w for w in of_display(self._settings) if w.kind == "speaker"]
        for wanted, table in zip(speakers, speaker_tables(self._settings), strict=True):
            told = partial(self.reports.set, wanted.name, "speaker")
            worker: Worker[Speaker] = Worker(wanted.name, partial(opened, wanted), on_status=told, beat=LOOK)
            self._workers.append(worker)
            self.watched.append(WatchedDevice(wanted.name, "speaker", worker))
            announcer = Announcer(partial(self._say, worker), how=partial(self._as_set, table), name=wanted.name)
            self.announcers.append((table, announcer))

    def _as_set(self, table: SpeakerTable) -> How:
        return how(self.now(), self.picture.hall.get("voice") or {}, table)

    def _open(self, wanted: Wanted) -> Any:
        """A device that cannot be opened is a trouble to be shown, and keeps no other from its work. A wrong setting stops the start."""
        try:
            device = opened(wanted)
        except DeviceError as error:
            log.warning("%s at %s: %s", wanted.name, wanted.url, error)
            self.reports.set(wanted.name, wanted.kind, error.status())
            device = None
        self.watched.append(WatchedDevice(wanted.name, wanted.kind, device, wanted.window))
        return device

    def _look(self) -> None:
        """Tells how the devices are, and after a while without the hall takes old numbers from the bars."""
        shown_away = False
        while not self._over.is_set():
            for one in self.watched:
                if one.device is not None and not isinstance(one.device, Worker):
                    self.reports.set(one.name, one.kind, self._state(one.device, one.window))
            lost = self._lost_at
            if lost is None:
                shown_away = False
            elif not shown_away and self._clock() - lost >= PATIENCE:
                shown_away = True
                self.bars.away()
            self._over.wait(LOOK if lost is None or shown_away else min(LOOK, max(0.05, lost + PATIENCE - self._clock())))

    def _state(self, device: Device, window: str) -> Status:
        if self.picture.seq and window not in self.picture.windows:
            return Status(state="trouble", code="no_such_window", facts={"window": window}, stops=True)
        return device.status()

    # ---------------------------------------------------------------- what the hall says

    def _rooms(self) -> list[str]:
        """The hall, and for evaluators the windows with a keypad, as far as they are there."""
        return ["hall", *(f"window:{no}" for no in self.pads if no in self.picture.windows)][:MOST_ROOMS]

    def _drawn(self, seq: int, snapshot: Row, missed: list[Row]) -> None:
        again = self.picture.seq
        self.picture.draw(seq, snapshot["hall"])
        self._set_clock()
        self._lost_at = None
        calls = [m for m in missed if m.get("event") in ("ticket.called", "ticket.recalled") and self._current(m)]
        self.bars.draw(self.picture.windows, {c["window"] for c in calls} if again else ())
        self._show_on_keypads()
        if again:
            self._announce(calls)
            for m in missed:
                self._opened(m.get("event", ""), m)

    def _heard(self, name: str, news: Row) -> None:
        if not self.picture.hear(news):
            return
        call = name in ("ticket.called", "ticket.recalled")
        self.bars.draw(self.picture.windows, {news["window"]} if call else ())
        if call:
            self._announce([news])
        self._opened(name, news)
        self._get_ready()
        self._show_on_keypads()

    def _opened(self, name: str, news: Row) -> None:
        """An evaluation is asked for: from now on the window's evaluator belongs to it."""
        if name == "evaluation.opened" and news.get("window") in self.pads:
            self.pads[news["window"]].evaluation(str(news.get("number") or ""))

    def _lost(self, why: str) -> None:
        self._lost_at = self._clock()

    def _current(self, call: Row) -> bool:
        """A call that was missed in an outage, and for which somebody may still be looking."""
        ticket: Row = self.picture.windows.get(call.get("window") or "", {}).get("ticket") or {}
        at = datetime.fromisoformat(call["at"]) if call.get("at") else None
        fresh = at is None or self.now() - at < timedelta(seconds=FRESH)
        return fresh and ticket.get("number") == call.get("number") and ticket.get("state") == "called"

    def now(self) -> datetime:
        """The hall's own time, in the hall's own zone."""
        zone = self.picture.hall.get("timezone") or "Asia/Shanghai"
        return datetime.now(ZoneInfo(zone)) + self._ahead

    def _set_clock(self) -> None:
        said = self.picture.hall.get("now")
        if said:
            self._ahead = datetime.fromisoformat(said) - datetime.now(ZoneInfo("UTC"))

    # ---------------------------------------------------------------- sound

    def _announce(self, calls: list[Row]) -> None:
        for table, announcer in self.announcers:
            announcer.put(call_of(c) for c in calls if self._in_zone(c["window"], table.zone))

    def _get_ready(self) -> None:
        """Who should get ready, once for each number, where a hall wants it said."""
        if not any(table.ready for table, _ in self.announcers):
            return
        coming = {row["number"]: row for row in self.picture.next}
        fresh = [number for number in coming if number not in self._named]
        self._named = (self._named | set(coming)) if len(self._named) < 2000 else set(coming)
        for table, announcer in self.announcers:
            if table.ready:
                announcer.ready(set(coming))
                announcer.put(self._ready_call(number) for number in fresh)

    def _ready_call(self, number: str) -> CallToSay:
        say = {lang: self._words.text("announcements", "next", lang, number=number) for lang in words.LANGUAGES}
        return CallToSay(number=number, say=say, ready=True)

    def _in_zone(self, no: str, zone: str) -> bool:
        """Whether a window stands in the zone that a loudspeaker is for, as its table names it: by code, or by name in some language."""
        window = self.picture.windows.get(no, {})
        return not zone or zone in (window.get("zone_code"), window.get("zone"), *(window.get("zones") or {}).values())

    def _say(self, worker: Worker[Speaker], call: CallToSay, how: How) -> None:
        """One announcement, once through all its languages; returns when it was heard."""
        for notice in self._notices(call, how):
            heard = worker.do(lambda speaker, notice=notice: speaker.say(notice), within=5.0)
            try:
                heard.result(HEARD_WITHIN)
            except Late:
                heard.cancel()
                raise

    def _notices(self, call: CallToSay, how: How) -> list[Announcement]:
        """With the server's sound files where it made them; otherwise the loudspeaker's own voice reads the words."""
        said = {lang: call.say.get(lang, "") for lang in how.languages}
        try:
            files = [self._sound(call.audio[lang]) for lang in how.languages]
        except (KeyError, Away):
            return [Announcement(texts=said, volume=how.volume)]
        return [Announcement(texts=said, volume=how.volume, audio=str(file)) for file in files]

    def _sound(self, path: str) -> Path:
        """A sound file of the server, fetched once. Addresses say what is spoken, so the same address is the same sound."""
        folder = Path(self._sounds.name)
        file = folder / f"{hashlib.sha256(path.encode()).hexdigest()[:32]}.wav"
        if not file.exists():
            part = file.with_suffix(".part")
            part.write_bytes(self.link.fetch(path))
            part.rename(file)
            for old in sorted(folder.glob("*.wav"), key=lambda f: f.stat().st_mtime)[:-SOUNDS]:
                old.unlink(missing_ok=True)
        return file

    # ---------------------------------------------------------------- keypads

    def _pressed(self, press: KeyPress) -> None:
        if press.window in self.pads:
            self.pads[press.window].press(press)

    def _show_on_keypads(self) -> None:
        for no, face in self._faces.items():
            face.show(number=self.picture.number(no), waiting=self.picture.waiting(no))


class Face:
    """What one keypad shows. Only changes are sent; a refused press beeps and shows the same again."""

    def __init__(self, device: Keypad | None):
        self._device = device
        self._shown: tuple[str, int | None] = ("", None)

    def show(self, *, number: str, waiting: int | None) -> None:
        if (number, waiting) != self._shown:
            self._shown = number, waiting
            self._tell(number=number, waiting=waiting)

    def refuse(self) -> None:
        number, waiting = self._shown
        self._tell(number=number, waiting=waiting, beep=True)

    def _tell(self, **shown: Any) -> None:
        if self._device is None:
            return
        try:
            self._device.show(**shown)
        except DeviceError as error:
            log.warning("a keypad cannot show: %s", error)


def call_of(news: Row) -> CallToSay:
    return CallToSay(number=news["number"], window=news["window"], say=dict(news.get("say") or {}), audio=dict(news.get("audio") or {}))
