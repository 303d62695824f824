"""`hall torture faults`: what disks do to a hall: power cuts at every moment, full, failing, lying and held-up disks, damaged logs.

A whole server (or a kiosk's spool) works in this process on a disk that is recorded (tools/disk.py); the folder is made again as the fault
left it, opened as after a restart, and counted: each answered change is there once, none that nobody asked for, the journal is whole, all
tables follow from it, and the pages tell what it says. The first thing that does not hold is raised as `Broken`.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import doors
from small_hall import TEN, Clock, small_hall

from kiosk.spool import Spool
from server.record import audit, store
from server.record.keys import HallUnfit
from server.record.schema import TablesMissing
from tools.disk import FULL, READ_ONLY, WRITE_FAILED, Disk

PAGES_IN_LOG = 20  # a checkpoint so often that many cuts fall into one
ONCE = ("ticket.issued", "service.started", "service.finished", "ticket.cancelled", "message.sent")  # a ticket has one of each here


class Broken(AssertionError):
    """Something that must hold does not."""


def hold(fits: object, why: str) -> None:
    if not fits:
        raise Broken(why)


# -- a day on a disk


@dataclass
class Press:
    """A gesture of whoever has a token, under a key of its own. `answered`: the moment of the disk at which the answer was there."""

    who: str
    path: str
    body: dict[str, Any]
    key: str
    answered: int | None = None
    status: int = 0
    answer: Any = None

    def made(self, context: doors.Context) -> Any:
        return doors.Caller(context, token=self.who).ask("POST", self.path, self.body, key=self.key)


@dataclass
class Day:
    """Visitors and clerks at work on a hall, two at a time; what each was answered, and when."""

    context: doors.Context
    disk: Disk
    chance: random.Random
    presses: list[Press] = field(default_factory=list)
    begins = ends = 0  # moments of the disk between which people work

    def __post_init__(self) -> None:
        every = f"PRAGMA wal_autocheckpoint = {PAGES_IN_LOG}"
        self.context.ledger.do("test", lambda tx: self.context.ledger.connection.execute(every))
        self.tokens = {no: self.context.token("keypad", window=no) for no in ("1", "2")} | {"kiosk": self.context.token("kiosk", name="k1")}
        self.begins = self.disk.now

    def work(self, visitors: int) -> Day:
        threads = [threading.Thread(target=self._serve, args=(random.Random(self.chance.random()), no, visitors)) for no in ("1", "2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self

    def press(self, who: str, path: str, **body: Any) -> Any:
        made = Press(self.tokens[who], path, body, f"{len(self.presses):04}-{self.chance.getrandbits(128):032x}")
        self.presses.append(made)
        answer = made.made(self.context)
        made.status, made.answer, made.answered = answer.status_code, answer.json, self.disk.now
        return made.answer if made.status == 201 else None

    def _serve(self, chance: random.Random, no: str, visitors: int) -> None:
        for n in range(visitors):
            taken = self.press("kiosk", "/tickets", service=chance.choice(("tax", "social")), channel="kiosk", holder={"name": "王五"})
            if taken and chance.random() < 0.2:
                self.press("kiosk", f"/tickets/{taken['id']}/cancellation")
            called = self.press(no, f"/windows/{no}/calls")
            if called:
                self.press(no, f"/tickets/{called['id']}/service")
                self.press(no, f"/tickets/{called['id']}/completion")
            if n % 3 == 2:  # people are forgotten, and the log is emptied
                with contextlib.suppress(sqlite3.Error):  # on a disk that fails
                    self.context.ledger.do("test", _forget_masks)


def _forget_masks(tx) -> None:
    from server.domain.private import Visitor

    tx.forget(Visitor)


def a_day(folder: Path, *, seed: int, visitors: int, failing_syncs: bool = False) -> Day:
    """The making of a hall, some work in it, and its end, on a disk that was recorded."""
    with Disk(folder / "data") as disk:
        context = doors.Context(folder / "data", Clock(), small_hall)
        day = Day(context, disk, random.Random(seed))
        over = threading.Event()
        meanwhile = threading.Thread(target=_fail_now_and_then, args=(disk, day, over, random.Random(seed)))
        if failing_syncs:
            meanwhile.start()
        day.work(visitors)
        over.set()
        if failing_syncs:
            meanwhile.join()
        day.ends = disk.now
        context.close()
    return day


def _fail_now_and_then(disk: Disk, day: Day, over: threading.Event, chance: random.Random) -> None:
    seen = 0
    while not over.wait(0.001):
        if len(day.presses) > seen + chance.randint(2, 6):
            seen = len(day.presses)
            disk.fail_syncs()
            over.wait(0.005)
            disk.mend()


# -- power cuts of the server


def power_cuts(folder: Path, day: Day, *, cuts: int) -> Counter[str]:
    """Some fall into the making of the hall, most into its work, some into its end."""
    counted: Counter[str] = Counter()
    for n in range(cuts):
        last = day.disk.now if n % 5 == 4 else day.ends
        moment = day.chance.randint(1, day.begins) if n % 10 == 9 else day.chance.randint(day.begins, last)
        day.disk.image(folder / f"cut{n}", moment, day.chance)
        counted["gestures in doubt"] += after_the_cut(folder / f"cut{n}", day, moment)
        shutil.rmtree(folder / f"cut{n}")
        counted["power cuts"] += 1
    return counted


def after_the_cut(folder: Path, day: Day, moment: int) -> int:
    """The hall comes back with all that was answered, once; returns how many gestures were in doubt."""
    if moment < day.begins:  # nobody was answered anything yet: it is made anew, or goes on being made
        with contextlib.closing(doors.Context(folder, Clock(), small_hall)):
            pass
        prove(folder)
        return 0
    with contextlib.closing(doors.Context(folder, day.context.clock, small_hall, opened=())) as context:
        prove(folder)
        counts = _told(context)
        promised = [p for p in day.presses if p.status == 201 and p.answered is not None and p.answered <= moment]
        for p in promised:
            again = p.made(context)
            hold(again.status_code == 201, f"{p.path} was answered and is refused when asked again: {again.status_code} {again.text}")
            same = all(again.json.get(what) == p.answer.get(what) for what in ("id", "number", "track"))
            hold(same, f"{p.path} was answered {p.answer} and then {again.json}")
        hold(_told(context) == counts, "a gesture that was answered was done again")
        doubt = [p for p in day.presses if p not in promised]
        for p in (p for p in doubt if p.path == "/tickets"):
            hold(p.made(context).status_code == 201, "a number that nobody was told could not be asked for again")
        counts = _told(context)
        twice = [key for key, n in counts.items() if n > 1 and key[0] in ONCE]
        hold(not twice, f"done twice: {twice}")
        issued = sum(n for (kind, _), n in counts.items() if kind == "ticket.issued")
        asked = sum(p.path == "/tickets" for p in day.presses)
        hold(issued == asked, f"{asked} numbers were asked for and {issued} are there")
        _pages_tell_what_is_so(context)
    prove(folder)
    return len(doubt)


def _told(context: doors.Context) -> Counter[tuple[str, str]]:
    with contextlib.closing(store.open_reader(context.folder)) as db:
        return Counter((row["kind"], row["ticket"]) for row in db.execute("SELECT kind, ticket FROM events WHERE ticket IS NOT NULL"))


def _pages_tell_what_is_so(context: doors.Context) -> None:
    told = {t["id"]: t["state"] for t in context.auditor.get("/tickets", limit=500).json["items"]}
    with contextlib.closing(store.open_reader(context.folder)) as db:
        there = {row["id"]: row["state"] for row in db.execute("SELECT id, state FROM tickets")}
    hold(told == there, "the list of numbers is not what is on the disk")
    board, windows = context.nobody().get("/board"), context.auditor.get("/windows")
    hold((board.status_code, windows.status_code) == (200, 200), f"board and windows are answered {board.text} {windows.text}")
    at = {t.window: t.number for t in context.ledger.floor.tickets.values() if t.state in ("called", "serving")}
    shown = {w["no"]: w["ticket"]["number"] for w in windows.json["items"] if w["ticket"]}
    hold(at == shown, f"at the windows are {at}, shown are {shown}")


def prove(folder: Path) -> None:
    """The file is sound, the journal whole, and all tables follow from it."""
    with contextlib.closing(store.open_reader(folder)) as db:
        said = [line for (line,) in db.execute("PRAGMA integrity_check")]
    hold(said == ["ok"], f"integrity_check: {said[:3]}")
    verdict = audit.verify(folder)
    hold(verdict.ok, f"hall verify: bad {verdict.bad}: {verdict.reason}")
    differences = audit.replay(folder)
    hold(not differences, f"hall replay: {differences[:3]}")


# -- power cuts of a kiosk that is alone


SPOOL_DAY = "2026-11-20"


def spool_cuts(folder: Path, *, seed: int, cuts: int, visitors: int = 6) -> Counter[str]:
    """A kiosk gives numbers alone and hands some in; after a power cut no number that was shown is lost, none is given a second time."""
    chance = random.Random(seed)
    shown: list[tuple[int, str, str]] = []  # (moment, attempt, number)
    with Disk(folder / "spool") as disk:
        spool = Spool(folder / "spool", machine=["m1"])
        for day in (SPOOL_DAY, "2026-11-21"):
            spool.lend(_loan(f"loan{day}", day, visitors * 2))
        lent = disk.now
        for n in range(visitors):
            number = _given_alone(spool, f"attempt{n}")
            shown.append((disk.now, f"attempt{n}", number))
            if chance.random() < 0.3:
                spool.merged([{"id": t["id"], "result": "merged"} for t in spool.unmerged(2)])
        worked = disk.now
        spool.close()
    counted: Counter[str] = Counter()
    for n in range(cuts):
        moment = chance.randint(1, lent) if n % 10 == 9 else chance.randint(lent, disk.now if n % 5 == 4 else worked)
        disk.image(folder / f"cut{n}", moment, chance)
        with contextlib.closing(Spool(folder / f"cut{n}", machine=["m1"])) as back:
            hold(not back.broken, "the spool is taken for broken after a power cut")
            said = [line for (line,) in back._db.execute("PRAGMA integrity_check")]
            hold(said == ["ok"], f"the spool: {said[:3]}")
            before = [(attempt, number) for at, attempt, number in shown if at <= moment]
            for attempt, number in before:
                kept = back.given(attempt)
                hold(kept and kept.number == number, f"{number} was shown and is {kept and kept.number}")
            if moment >= lent:
                new = _given_alone(back, "after the cut")
                hold(new not in {number for _, number in before}, f"{new} was given twice")
        shutil.rmtree(folder / f"cut{n}")
        counted["power cuts of a kiosk"] += 1
    return counted


def _given_alone(spool: Spool, attempt: str) -> str:
    return spool.take(day=SPOOL_DAY, service="tax", at=TEN, stamp=str, attempt=attempt).number


def _loan(id: str, day: str, numbers: int) -> dict[str, Any]:
    span = {"prefix": "A", "series": f"A{day[-1]}", "first": 1, "last": numbers, "width": 3, "services": ["tax"]}
    return {"loan": id, "kiosk": "k1", "day": day, "seal": None, "ranges": [span]}


# -- disks that fail while the hall works


TROUBLES: dict[str, Callable[[Disk], None]] = {
    "full": lambda disk: disk.fail(FULL),
    "full in the middle of a change": lambda disk: disk.fail(FULL, after=3),
    "read only": lambda disk: disk.fail(READ_ONLY),
    "writes fail": lambda disk: disk.fail(WRITE_FAILED, after=1),
    "syncs fail": lambda disk: disk.fail_syncs(),
}


def failing_disk(folder: Path, *, seed: int, presses: int = 2, cuts: int = 2) -> Counter[str]:
    """While a disk fails every change is refused in a sentence, the hall goes on being looked at, and it works as soon as the disk does;
    then, and after a power cut in any of these moments, all is there that was answered, and nothing twice."""
    moments = []
    with Disk(folder / "data") as disk:
        context = doors.Context(folder / "data", Clock(), small_hall)
        day = Day(context, disk, random.Random(seed))
        take = lambda: day.press("kiosk", "/tickets", service="tax", channel="kiosk")
        nobody = context.nobody()
        for trouble, begin in TROUBLES.items():
            hold(take(), "a number was refused on a sound disk")
            began = len(day.presses)
            begin(disk)
            for _ in range(presses):
                take()
            tried = day.presses[began:]
            hold(any(p.status == 503 for p in tried), f"{trouble}: nothing was refused: {[p.status for p in tried]}")
            odd = [p for p in tried if p.status != 201 and (p.status, p.answer["code"]) not in ((503, "disk_full"), (503, "disk_fails"))]
            hold(not odd, f"{trouble}: {odd}")
            hold(nobody.get("/board").status_code == 200, f"{trouble}: the board cannot be looked at")
            ready = nobody.ask("GET", "/readyz", root=True)
            hold("disk" in ready.json["problems"], f"{trouble}: /readyz says {ready.json}")
            moments.append(disk.now)
            disk.mend()
            hold(take(), f"{trouble}: a number is refused although the disk works again")
        context.close()
    prove(folder / "data")
    for n, moment in enumerate(day.chance.sample([*moments, disk.now], cuts)):
        disk.image(folder / f"cut{n}", moment, day.chance)
        after_the_cut(folder / f"cut{n}", day, moment)
    return Counter(f"disk: {trouble}" for trouble in TROUBLES)


def held_up_disk(folder: Path, *, seed: int, kiosks: int = 4) -> Counter[str]:
    """A disk that takes its time: nobody is answered before it has written, boards are looked at meanwhile, and all who waited share it."""
    with Disk(folder / "data") as disk:
        context = doors.Context(folder / "data", Clock(), small_hall)
        day = Day(context, disk, random.Random(seed))
        disk.hold.clear()
        threads = [
            threading.Thread(target=day.press, args=("kiosk", "/tickets"), kwargs={"service": "tax", "channel": "kiosk"})
            for _ in range(kiosks)
        ]
        for thread in threads:
            thread.start()
        hold(disk.waiting.wait(120), "nothing came to the disk")
        looked = context.nobody().get("/board").status_code
        hold(looked == 200, f"the board is answered {looked} while the disk is slow")
        hold(not any(p.answered for p in day.presses), "somebody was answered before the disk had it")
        disk.mend()
        for thread in threads:
            thread.join(120)
        hold([p.status for p in day.presses] == [201] * kiosks, f"{[p.status for p in day.presses]}")
        context.close()
    prove(folder / "data")
    return Counter({"disk: held up": 1})


def lying_disk(folder: Path, day: Day, *, cuts: int) -> Counter[str]:
    """A disk that says it has written and has not: what is lost then cannot be known here, but a hall that is not whole is never passed off
    as one. It either opens and proves, or is refused or found bad in a sentence."""
    counted: Counter[str] = Counter()
    for n in range(cuts):
        image = folder / f"lie{n}"
        day.disk.image(image, day.chance.randint(day.begins, day.disk.now), day.chance, honest=False)
        counted[f"power cuts of a lying disk: {_found(image, day.context.clock)}"] += 1
        shutil.rmtree(image)
    return counted


def damaged_log(folder: Path, day: Day, *, cuts: int) -> Counter[str]:
    """The log beside the database is cut anywhere, or a bit of it is turned. What stands before that is a whole hall where nothing after
    it is in the database yet; else the database is newer than its log, which SQLite cannot know: it is refused, or found bad (prove)."""
    counted: Counter[str] = Counter()
    for n in range(cuts):
        image = folder / f"log{n}"
        day.disk.image(image, day.ends, day.chance)
        log = image / "hall.db-wal"
        content = bytearray(log.read_bytes())
        if n % 2 or not content:
            del content[day.chance.randrange(len(content) + 1) :]
        else:
            content[day.chance.randrange(len(content))] ^= 1 << day.chance.randrange(8)
        log.write_bytes(content)
        counted[f"damaged logs: {_found(image, day.context.clock)}"] += 1
        shutil.rmtree(image)
    return counted


def _found(folder: Path, clock: Clock) -> str:
    """How a folder is that may be damaged: whole, or said to be not."""
    try:
        with contextlib.closing(doors.Context(folder, clock, small_hall, opened=())):
            pass
        prove(folder)
    except (HallUnfit, TablesMissing, sqlite3.DatabaseError):
        return "refused in a sentence"
    except Broken:
        return "found bad"
    return "whole"


# -- all of it, again and again


def faults(folder: Path, *, seed: int, cuts: int) -> Counter[str]:
    """One round: two days (one of them on a disk whose syncs fail now and then) with as many power cuts each, and every other fault."""
    counted = Counter({"days": 2})
    for failing in (False, True):
        day = a_day(folder / f"day{failing}", seed=seed, visitors=8, failing_syncs=failing)
        counted["gestures answered"] += sum(p.status == 201 for p in day.presses)
        counted += power_cuts(folder, day, cuts=cuts)
        if not failing:
            counted += lying_disk(folder, day, cuts=cuts // 4) + damaged_log(folder, day, cuts=cuts // 4)
    counted += spool_cuts(folder / "kiosk", seed=seed, cuts=cuts)
    counted += failing_disk(folder / "failing", seed=seed, presses=4, cuts=4)
    return counted + held_up_disk(folder / "slow", seed=seed)
