"""The one place where anything changes: change + event + message. It knows no rule of the hall.

One writer thread drains a queue. Requests that wait together share one commit, each in a savepoint of its own, so that a refusal undoes
nobody else. Gather, commit, then tell: a failed write says nothing to the hall. An event row carries the SHA-256 of its own canonical
content and of the row before it; triggers refuse update and delete; the head is sealed with the hall's key, so that a cut tail shows.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from ..domain.dispatch import LookedAhead
from ..domain.errors import disk_trouble
from ..domain.events import Event, WordsForgotten
from ..domain.floor import TABLE_OF, Floor, key_of
from ..domain.private import PERSONAL, PRIVATE, Comment, fingerprints
from ..domain.transaction import Transaction as Action
from ..domain.transaction import Waits
from . import private, schema, store
from .keys import FILE as KEY
from .keys import HallUnfit, Keys, new_id

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
log = logging.getLogger("hall.ledger")
FIRST_HASH = "0" * 64
LOCK = "hall.lock"
MOST_IN_ONE_COMMIT = 256
WIPE_AGAIN = 5.0  # s until the log is emptied again where somebody was still reading an older state
WORTH_CARRYING = 20  # commits after which the log is carried over into the database as soon as nobody asks for anything
SLOW_SYNC = 0.004  # s from which on a disk is a slow one
GATHER = 0.01  # s for which whoever comes while others are done goes with them; on a slow disk as long as a sync, up to five times this
LATER = 1.0  # s after which what nobody waits for is written, where nothing else was
STEP_BACK = 600_000  # ms; a clock set back further was wrong before, and is believed


# with why, where it was said
REASONED = frozenset({
    "setting.changed", "service.changed", "window.changed", "staff.changed", "staff.signed_out", "token.made", "token.revoked", "act.asked",
})  # fmt: skip


canonical: Callable[[Any], str] = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def fingerprint(seq: int, at: str, kind: str, actor: str, ticket: str | None, window: str | None, body: str, prev: str) -> str:
    """SHA-256 over the canonical JSON list of a row's own columns, the hash of the row before it last."""
    return hashlib.sha256(canonical([seq, at, kind, actor, ticket, window, body, prev]).encode()).hexdigest()


def instant(ms: int, zone: ZoneInfo) -> str:
    """RFC 3339 with the hall's offset and milliseconds."""
    return datetime.fromtimestamp(ms / 1000, zone).isoformat(timespec="milliseconds")


def day_of(ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(ms / 1000, zone).strftime("%Y-%m-%d")


@dataclass(frozen=True)
class Recorded:
    """An event that is on the disk."""

    seq: int
    at: str
    kind: str
    actor: str
    ticket: str | None
    window: str | None
    body: dict
    hash: str = ""


class Transaction:
    """What an action sees while it runs: the hall as it stands in this transaction, and ways to change it that leave an event."""

    def __init__(self, ledger: Ledger, working: Floor, actor: str, now: int):
        self._ledger, self._floor, self.actor, self.now = ledger, working, actor, now
        self.zone, self.keys = ledger.zone, ledger.keys
        self.waits, self.ahead, self.keep_reach = ledger.waits, ledger.ahead, ledger.keep_reach
        self.because = ""
        self._puts: dict[str, dict[str, object]] = {}
        self._forgotten: dict[str, list[str]] = {}  # words that no event has said yet
        self.told: list[Recorded] = []

    # -- looking

    @property
    def floor(self) -> Floor:
        """The hall with this action's own changes so far."""
        if self._puts:
            self._floor, self._puts = self._floor.with_rows(self._floor.seq, self._puts), {}
        return self._floor

    @property
    def day(self) -> str:
        return self._floor.day

    def day_of(self, ms: int) -> str:
        return day_of(ms, self.zone)

    def new_id(self) -> str:
        return new_id()

    def told_time(self, ms: int) -> str:
        """A time as people are told it: 2026-11-20 09:30."""
        return datetime.fromtimestamp(ms / 1000, self.zone).strftime("%Y-%m-%d %H:%M")

    def fetch(self, cls: type[T], key: str) -> T | None:
        """A thing that may be older than today's picture; None where there is none."""
        found = getattr(self.floor, TABLE_OF[cls]).get(key)
        return store.fetch(self._ledger.connection, cls, key) if found is None else found

    def find(self, cls: type[T], **where) -> list[T]:
        """All things, of whatever age and also private ones, that fit: see store.find."""
        return store.find(self._ledger.connection, cls, **where)

    def last_event(self, ticket: str) -> tuple[str, str] | None:
        """(kind, actor) of what happened to a ticket last."""
        row = self._ledger.connection.execute(
            "SELECT kind, actor FROM events WHERE ticket = ? ORDER BY seq DESC LIMIT 1", (ticket,)
        ).fetchone()
        return row and (row["kind"], row["actor"])

    def last_told(self, ticket: str) -> int:
        """When anything happened to a ticket last (ms); 0 for one of which nothing is known."""
        row = self._ledger.connection.execute("SELECT at FROM events WHERE ticket = ? ORDER BY seq DESC LIMIT 1", (ticket,)).fetchone()
        return int(datetime.fromisoformat(row["at"]).timestamp() * 1000) if row else 0

    # -- changing

    def tell(self, event: Event, *things, gone: Sequence[Any] = (), words: Sequence[Any] = ()) -> None:
        """Records an event together with the things as they are after it, and without those that are gone. The only way to change
        anything. `words` are private things whose words the event covers by their fingerprints; they are kept beside it."""
        changes: dict[str, dict[str, dict | None]] = {}
        was: dict[str, dict[str, dict]] = {}  # what replay does not need, and whoever reads the journal does
        befores = [self.fetch(type(thing), key_of(thing)) for thing in things]  # all at once: each look after a change makes a picture
        for thing, before in zip(things, befores, strict=True):
            table, key = TABLE_OF[type(thing)], key_of(thing)
            if table in PRIVATE:
                raise ValueError(f"{table} must not be in the journal")
            row = store.difference(before, thing)
            if row:
                changes.setdefault(table, {})[key] = row
                if before is not None:
                    was.setdefault(table, {})[key] = store.difference(thing, before)
            self._puts.setdefault(table, {})[key] = thing
        for thing in gone:
            table, key = TABLE_OF[type(thing)], key_of(thing)
            changes.setdefault(table, {})[key] = None
            was.setdefault(table, {})[key] = store.row_of(thing)
            self._puts.setdefault(table, {})[key] = None
        facts = store.row_of(event)
        facts.pop("ticket", None)
        facts.pop("window", None)
        store.apply(self._ledger.connection, changes)
        because = self.because if event.kind in REASONED else ""
        own = {"set": changes, "was": was, "because": because, "fingerprints": self._keep_words(words), "forgotten": self._forgotten}
        self.told.append(self._ledger.append(self.actor, self.now, event, facts | {name: what for name, what in own.items() if what}))
        self._forgotten = {}

    def _keep_words(self, words: Sequence[Any]) -> dict[str, dict[str, dict[str, str]]]:
        """{table: {key: {field: fingerprint}}} of private things that are kept herewith."""
        covered: dict[str, dict[str, dict[str, str]]] = {}
        for thing in words:
            salted = thing if thing.salt else replace(thing, salt=secrets.token_hex(16))
            self._keep(salted)
            covered.setdefault(TABLE_OF[type(thing)], {})[key_of(thing)] = fingerprints(vars(salted), type(thing))
        return covered

    def keep(self, thing) -> None:
        """Keeps a private thing (see PRIVATE): beside the journal, in the same transaction. Words are kept with an event: see tell."""
        if hasattr(type(thing), "WORDS"):
            raise ValueError(f"{TABLE_OF[type(thing)]}: its words need an event with their fingerprints")
        self._keep(thing)

    def _keep(self, thing) -> None:
        private.put(self._ledger.connection, thing)
        if (table := TABLE_OF[type(thing)]) in store.ON_THE_FLOOR:
            self._puts.setdefault(table, {})[key_of(thing)] = thing

    def forget(self, cls: type, most: int | None = None, **where) -> int:
        """Removes private things that fit: see store.find."""
        return self._gone(cls, self._forget(cls, most, **where))

    def forget_comments(self, before: int) -> int:
        """Removes what was said of services that were evaluated before an instant (ms)."""
        return self._gone(Comment, private.forget_comments(self._ledger.connection, before))

    def forget_answers(self, tickets: list[str]) -> int:
        """Removes kept answers that tell of these tickets."""
        return private.forget_answers(self._ledger.connection, tickets)

    def forget_of_tickets(self, cls: type, day: str, *, back: bool = False) -> int:
        """Removes private things of tickets that are older than a day, or of none; `back`: not where the holder may still come back."""
        return self._gone(cls, private.forget_of_tickets(self._ledger.connection, cls, day, self.now if back else None))

    def _forget(self, cls: type, most: int | None = None, **where) -> list[Any]:
        if (table := TABLE_OF[cls]) in store.ON_THE_FLOOR:
            self._puts.setdefault(table, {}).update({key_of(thing): None for thing in self.find(cls, **where)})
        return private.forget(self._ledger.connection, cls, most, **where)

    def _gone(self, cls: type, keys: list[Any]) -> int:
        """The next event says which words were forgotten: without one they are missing to `hall verify`."""
        self._ledger.to_wipe |= bool(keys) and cls in PERSONAL
        if keys and hasattr(cls, "WORDS"):
            self._forgotten.setdefault(TABLE_OF[cls], []).extend(keys)
        return len(keys)

    def done(self) -> Floor:
        """The hall after the action. Words that were forgotten and that no event of it has said are said by one of their own."""
        if self._forgotten:
            self.tell(WordsForgotten())
        return self.floor


class Closed(Exception):
    """The server is stopping: nothing is taken any more, and nothing that was taken is lost."""


@dataclass
class _Job:
    actor: str
    action: Callable[..., Any]
    arguments: tuple[Any, ...]
    named: dict[str, Any]
    answer: Future[Any]
    later: bool = False  # nobody waits for it


@dataclass(frozen=True)
class KnownHall:
    """The hall after the event of this `hash`: to be handed on to the next ledger of the same folder."""

    floor: Floor
    hash: str


class Ledger:
    """`do(actor, action, **arguments)` runs `action(entry, **arguments)` and returns its answer once it is on the disk.

    `clock()` gives milliseconds since the epoch. `announce(recorded, before, floor)` is called after each commit, in the order of `seq`,
    from a thread of its own: its trouble is logged and never the caller's. HallUnfit where key, journal and its seal do not belong
    together; `new` begins a hall where only a database is gone; `picture`: the hall as the folder's last ledger left it, which is taken
    where nothing has changed since.
    """

    def __init__(
        self, folder: Path, *, clock: Callable[[], int], zone: str = "Asia/Shanghai", announce: Callable | None = None, new: bool = False,
        picture: KnownHall | None = None,
    ):  # fmt: skip
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._occupation = occupy(self.folder)
        self.clock, self.zone = clock, ZoneInfo(zone)
        try:
            ensure_no_loss(self.folder, new=new)
            self.connection = store.open_writer(self.folder)
            schema.prepare(self.connection)
            self.keys = own_keys(self.folder, self.connection)
            if private.seal_words(self.connection, self.keys):
                store.emptied_log(self.connection)
        except BaseException:
            self._occupation.close()
            raise
        self.keep_reach = False  # whether phones are kept (sealed): only where the hall sends messages
        self.waits: Waits | None = None  # set by whoever predicts; read by actions
        self.ahead: Mapping[str, LookedAhead] = {}  # likewise
        last = self.connection.execute("SELECT seq, at, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self._seq, self._hash = (last["seq"], last["hash"]) if last else (0, FIRST_HASH)
        self._latest = store.moment_of(last)
        today = day_of(clock(), self.zone)
        if picture is not None and (picture.floor.seq, picture.hash, picture.floor.day) == (self._seq, self._hash, today):
            self.floor = picture.floor
        else:
            self.floor = store.load_floor(self.connection, today)
        self._turn_back = False
        self.announce = announce
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self.commits = self.actions = 0
        self.to_wipe, self._wipe_after, self.wipe_again = False, 0.0, WIPE_AGAIN  # something of a person was forgotten
        self.trouble = ""  # why the last change could not be written; empty once one was
        self._going, self._sync, self._last_batch = True, 0.0, 0  # of the writer: the last commit's seconds and actions
        self._gate, self._closed = threading.Lock(), False
        self._threads = [threading.Thread(target=t, name=n, daemon=True) for n, t in (("ledger", self._write), ("news", self._tell))]
        for thread in self._threads:
            thread.start()

    def do(self, actor: str, action: Callable[Concatenate[Action, P], R], /, *arguments: P.args, **named: P.kwargs) -> R:
        """What the action answers, once it is on the disk."""
        job = _Job(actor, action, arguments, named, Future())
        with self._gate:
            if self._closed:
                raise Closed("the ledger is closed")
            self._jobs.put(job)
        return job.answer.result()

    def later(self, actor: str, action: Callable[Concatenate[Action, P], Any], /, *arguments: P.args, **named: P.kwargs) -> None:
        """Does something with the next commit, or within a second: what nobody waits for, and what is made up for where it is lost."""
        job = _Job(actor, action, arguments, named, Future(), later=True)
        job.answer.add_done_callback(_logged)
        with self._gate:
            if not self._closed:
                self._jobs.put(job)

    @property
    def picture(self) -> KnownHall:
        return KnownHall(self.floor, self._hash)

    @property
    def alive(self) -> bool:
        """Whether the writer can still take an action."""
        return self._threads[0].is_alive()

    def close(self) -> None:
        """Finishes what is queued, then lets go of the folder."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(10)
        self._wipe()
        self.connection.close()
        self._occupation.close()

    # -- the writer thread

    def _write(self) -> None:
        logged = 0  # commits since the log was last carried over
        while self._going:
            batch: list[_Job] = []
            pressing = False  # somebody waits for one of them
            patience = LATER if logged >= WORTH_CARRYING else None
            while len(batch) < MOST_IN_ONE_COMMIT and self._next(batch, not pressing, LATER if batch else patience):
                pressing = pressing or not batch[-1].later
            if batch:
                self._commit(batch)
                logged += 1
            elif self._going:  # nobody came for a second
                store.carry_over(self.connection)
                logged = 0
        self._news.put(None)

    def _next(self, batch: list[_Job], block: bool, timeout: float | None) -> bool:
        """Whether another action came; it is of the batch then."""
        if not self._going:
            return False
        try:
            job = self._jobs.get(block, timeout)
        except queue.Empty:
            return False
        if job is None:
            self._going = False
            return False
        batch.append(job)
        return True

    def _who_comes(self, batch: list[_Job]) -> Iterator[_Job]:
        """The batch, and who comes while it is being done. On a slow disk others that are about to come are waited for, an eighth of a
        sync each: else a few go first, and all others wait for two."""
        sync = self._sync
        end = time.monotonic() + max(GATHER, min(sync, 5 * GATHER))
        slow = sync > SLOW_SYNC and max(len(batch), self._last_batch) > 1
        n = 0
        while n < len(batch):
            yield batch[n]
            n += 1
            if n == len(batch) < MOST_IN_ONE_COMMIT and time.monotonic() < end:
                self._next(batch, slow, sync / 8)
        self._last_batch = len(batch)

    def _commit(self, batch: list[_Job]) -> None:
        before, seq, hash = self.floor, self._seq, self._hash
        working, told, answers = self._today(before), [], []
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            for job in self._who_comes(batch):
                working = self._run(job, working, told, answers)
            if told:
                sealed = (self._seq, seal(self.keys, self._seq, self._hash))
                self.connection.execute("INSERT OR REPLACE INTO head(id, seq, seal) VALUES('head', ?, ?)", sealed)
            began = time.monotonic()
            self.connection.execute("COMMIT")
            self._sync = time.monotonic() - began
        except BaseException as error:  # noqa: BLE001  the disk is full or gone: nobody is told of a success
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            self._seq, self._hash = seq, hash
            known, self.trouble = self.trouble, str(error)
            if store.held_elsewhere(error):
                log.warning("another program holds the write lock of the database: %d waiting actions were not done", len(batch))
            elif disk_trouble(error):  # said once, and in /readyz for as long as it lasts
                if self.trouble != known:
                    log.error("nothing can be written: %s", error)
            else:
                log.exception("nothing of %d waiting actions could be written", len(batch))
            for job in batch:
                job.answer.set_exception(error)
            return
        if told or store.LOCKED in self.trouble:
            self.trouble = ""
        self.commits += 1
        self.actions += sum(not job.later for job in batch)
        self.floor = working
        if self.to_wipe and time.monotonic() >= self._wipe_after:
            self._wipe()
        if told and self.announce:
            self._news.put((told, before, working))
        for job, ok, answer in answers:
            job.answer.set_result(answer) if ok else job.answer.set_exception(answer)
        if told and self.waits is not None:
            self.waits.stand(working)

    def _wipe(self) -> None:
        """Empties the log beside the database, in which old states of pages stand: what was forgotten is then on the disk no more. While
        somebody reads an older state it is tried again after a later change."""
        self._wipe_after = time.monotonic() + self.wipe_again
        try:
            self.to_wipe = not store.emptied_log(self.connection)
        except sqlite3.Error as error:
            log.warning("the log beside the database could not be emptied: %s", error)

    def _run(self, job: _Job, working: Floor, told: list, answers: list) -> Floor:
        seq, hash = self._seq, self._hash
        self.connection.execute("SAVEPOINT action")
        tx = Transaction(self, working, job.actor, self._steady())
        try:
            answer = job.action(tx, *job.arguments, **job.named)
            after = tx.done().with_rows(self._seq, {})
        except Exception as error:  # noqa: BLE001  whatever went wrong is this caller's answer; the others go on
            if not self.connection.in_transaction:  # a full disk: SQLite has undone the whole transaction itself
                raise
            self.connection.execute("ROLLBACK TO action")
            self.connection.execute("RELEASE action")
            self._seq, self._hash = seq, hash
            if isinstance(error, sqlite3.Error):
                self.trouble = str(error)
            answers.append((job, False, error))
            return working
        self.connection.execute("RELEASE action")
        told.extend(tx.told)
        answers.append((job, True, answer))
        return after

    def append(self, actor: str, now: int, event: Event, body: dict) -> Recorded:
        """Writes one row of the journal; only an Entry calls this."""
        seq, at, text = self._seq + 1, instant(now, self.zone), canonical(body)
        hash = fingerprint(seq, at, event.kind, actor, event.ticket, event.window, text, self._hash)
        row = (seq, at, event.kind, actor, event.ticket, event.window, text, self._hash, hash)
        self.connection.execute("INSERT INTO events VALUES(?,?,?,?,?,?,?,?,?)", row)
        self._seq, self._hash = seq, hash
        return Recorded(seq, at, event.kind, actor, event.ticket, event.window, body, hash)

    def _today(self, floor: Floor) -> Floor:
        """Drops what is finished and not of today, once, when the day has turned."""
        day = day_of(self._steady(), self.zone)
        again, self._turn_back = self._turn_back, False
        given = not again and day < floor.day and any(t.day == floor.day and t.number for t in floor.tickets.values())
        if day == floor.day or given:  # a clock set back over midnight does not bring back a day whose numbers would come again
            return floor
        return store.load_floor(self.connection, day)

    def turn_back(self) -> None:
        """Somebody has said which time is right: the next change finds its day, also an earlier one than one that has numbers."""
        self._turn_back = True

    def _steady(self) -> int:
        """The clock, except that it stands still while it was set back a little: no event is earlier than the one before it."""
        now = self.clock()
        if 0 < self._latest - now <= STEP_BACK:
            return self._latest
        self._latest = now
        return now

    # -- the news thread

    def _tell(self) -> None:
        while (news := self._news.get()) is not None:
            try:
                if self.announce:
                    self.announce(*news)
            except Exception:  # noqa: BLE001  a listener's trouble is logged, never the clerk's
                log.exception("news could not be told")


def _logged(answer: Future[Any]) -> None:
    error = answer.exception()
    if error and not disk_trouble(error):
        log.error("what nobody waits for could not be written", exc_info=error)


def seal(keys: Keys, seq: int, hash: str) -> str:
    """What proves, with the hall's key, that the journal ended here."""
    return keys.hashed("head", f"{seq}:{hash}")


def ensure_no_loss(folder: Path, *, new: bool = False) -> None:
    """HallUnfit where a hall's key is there and its database is not: an empty hall would take its place. `new` begins one all the same;
    what is left of the old one is set aside."""
    database = folder / store.DATABASE
    if not (folder / KEY).exists() or (database.exists() and database.stat().st_size):
        return
    if not new:
        raise HallUnfit("database_missing", folder=str(folder))
    for name in (f"{store.DATABASE}-wal", f"{store.DATABASE}-shm", KEY):
        if (folder / name).exists():
            os.replace(folder / name, folder / f"{name}.before")


def own_keys(folder: Path, connection: sqlite3.Connection) -> Keys:
    """The key that the journal's last row is sealed with. It is made where nothing was ever written; HallUnfit where it does not fit."""
    if not (folder / KEY).exists() and ends(connection) == (None, None):
        return Keys.made(folder)
    return fitting_keys(folder, connection)


def fitting_keys(folder: Path, connection: sqlite3.Connection) -> Keys:
    """The key in a folder, if the journal's last row is sealed with it; HallUnfit otherwise. It makes none."""
    head, last = ends(connection)
    keys = Keys.of(folder)
    sealed, sealed_as = head or (0, "")
    seq, hash = last or (0, FIRST_HASH)
    if sealed != seq:
        raise HallUnfit("journal_cut", folder=str(folder), sealed=sealed, rows=seq)
    if head and seal(keys, seq, hash) != sealed_as:
        raise HallUnfit("key_foreign", folder=str(folder))
    return keys


def ends(connection: sqlite3.Connection) -> tuple[Any, Any]:
    """(seq and seal of the head, seq and hash of the last row); None for what is not there."""
    head = connection.execute("SELECT seq, seal FROM head").fetchone()
    return head, connection.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()


def occupy(folder: Path):
    """Holds the folder for this process: a second server on the same data is refused."""
    lock = open(folder / LOCK, "a+b")  # noqa: SIM115  held as long as the ledger lives
    try:
        if _fcntl:
            _fcntl.flock(lock, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        else:
            _msvcrt.locking(lock.fileno(), _msvcrt.LK_NBLCK, 1)
    except OSError:
        lock.close()
        raise store.Occupied(str(folder)) from None
    return lock


try:
    import fcntl as _fcntl
except ImportError:  # Windows
    import msvcrt as _msvcrt

    _fcntl = None
