"""Fills a hall that nobody runs with the past of three years, faster than a hall could live it: for `hall bench` and the instruments.

Its journal is whole: `hall verify` and `hall replay` agree. Each number has one event, as it was when it was over.
"""

from __future__ import annotations

import itertools
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.codes import Class, EvaluationState, State

from ..domain.things import Evaluation, Service, Window
from ..domain.tickets import Ticket
from ..record import ledger as ledgers
from ..record import private, store
from ..record.keys import Keys
from ..record.visits import days_to_keep, kept_day
from ..runtime.past_days import RIPE

YEARS = 1090  # days
MORNING, LENGTH = 32_400_000, 28_000_000  # ms: when a day begins, and for how long numbers are taken
TODAY = "Z"  # the series of those of today: the hall itself gives none of it
EVALUATED = 0.4  # of all numbers
AT_ONCE = 20_000  # numbers in one step
Row = tuple[Any, ...]


def fill(folder: Path, tickets: int, of_today: int = 0) -> None:
    """Stores finished tickets of earlier working days, and `of_today` of today, in all services, windows and classes of the hall."""
    db = store.open_writer(folder)
    db.row_factory = sqlite3.Row
    after = "SELECT sql FROM sqlite_master WHERE tbl_name IN ('tickets', 'evaluations', 'events') AND sql IS NOT NULL AND type = '{}'"
    triggers, indexes = ([sql for (sql,) in db.execute(after.format(kind)).fetchall()] for kind in ("trigger", "index"))
    made = _Made(db, folder)
    _alone(db)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):  # a power cut would leave nothing: it is filled anew
        db.execute(f"PRAGMA {pragma}")
    db.execute("BEGIN IMMEDIATE")
    for sql in (*triggers, *indexes):  # made again when all is there: in a tenth of the time
        kind, name = sql.split()[1:3] if sql.split()[1] != "UNIQUE" else sql.split()[2:4]
        db.execute(f"DROP {kind} {name}")
    rows = made.rows(tickets, of_today)
    while some := list(itertools.islice(rows, AT_ONCE)):
        for table, n in (("tickets", 0), ("evaluations", 1), ("events", 2)):
            given = [one for row in some if (one := row[n]) is not None]
            if given:
                db.executemany(f"INSERT INTO {table}({made.names[table]}) VALUES({','.join('?' * len(given[0]))})", given)
    for sql in (*indexes, *triggers):
        db.execute(sql)
    db.execute("INSERT OR REPLACE INTO head(id, seq, seal) VALUES('head', ?, ?)", (made.seq, ledgers.seal(Keys.of(folder), *made.end)))
    db.execute("COMMIT")
    db.execute("PRAGMA journal_mode = WAL")
    keep_days(db)
    db.close()


def _alone(db: sqlite3.Connection, patience: float = 20.0) -> None:
    """Waits for whoever read beside a server that has just ended."""
    end = time.monotonic() + patience
    while True:
        try:
            db.execute("PRAGMA journal_mode = DELETE")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def keep_days(db: sqlite3.Connection) -> None:
    """Past days are kept for reports, as a hall that has lived them keeps them (runtime/past_days.py), a few every minute."""
    (last,) = db.execute("SELECT max(day) FROM tickets WHERE day < ?", ((date.today() - timedelta(days=RIPE)).isoformat(),)).fetchone()
    for day in reversed(days_to_keep(db, last, YEARS) if last else []):
        if kept := kept_day(db, day):
            private.put(db, kept)


class _Made:
    """The rows, one number after the other; `end` is the last event's (seq, hash)."""

    def __init__(self, db: sqlite3.Connection, folder: Path):
        self.seq, self.hash = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        self.code, zone = db.execute("SELECT code, timezone FROM hall").fetchone()
        self.zone = ZoneInfo(zone)
        self.services, self.windows = store.find(db, Service), sorted(window.no for window in store.find(db, Window))
        self.chance = random.Random(1)
        ticket = Ticket(
            id="", key="", day="", number="", seq=0, series="", service="", class_=Class.ORDINARY, state=State.DONE, target=1800,
            times_called=1, outcome="done", issued_at=0, window=self.windows[0], clerk="",
        )  # fmt: skip
        evaluation = Evaluation(
            id="", ticket="", leg=1, number="", window="", clerk="", service="", opened_at=0, expires_at=0,
            state=EvaluationState.GIVEN, grade=5, channel="pad", given_at=0,
        )  # fmt: skip
        self.told = {"tickets": store.row_of(ticket), "evaluations": store.row_of(evaluation)}
        self.cells = {table: {name: store.cell(value) for name, value in row.items()} for table, row in self.told.items()}
        self.names = {table: ",".join(f'"{name}"' for name in row) for table, row in self.told.items()}
        self.names["events"] = 'seq, at, kind, actor, ticket, "window", body, prev, hash'

    @property
    def end(self) -> tuple[int, str]:
        return self.seq, self.hash

    def rows(self, tickets: int, of_today: int) -> Iterator[tuple[Row, Row | None, Row]]:
        """(ticket, its evaluation or None, the event) each."""
        now = datetime.now(self.zone)
        days = [now.date() - timedelta(days=n) for n in range(YEARS, 9, -1)]
        days = [day for day in days if day.weekday() < 6]
        past = tickets - of_today
        done = 0
        for n, day in enumerate(days, start=1):
            many = past * n // len(days) - done
            yield from self._day(day, many, done)
            done += many
        ends = int(now.timestamp() * 1000) - 1_000_000
        for k in range(of_today):
            yield self._number(now.date().isoformat(), done + k, k + 1, self.services[0], f"{TODAY}{k + 1:03d}", ends - (of_today - k), "")

    def _day(self, day: date, many: int, n: int):
        begins = int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() * 1000) + MORNING
        text, counted = day.isoformat(), Counter[str]()
        for k in range(many):
            service = self.services[int(self.chance.random() ** 2 * len(self.services))]  # some are asked for more than others
            counted[service.prefix] += 1
            number = f"{service.prefix}{counted[service.prefix]:03d}"
            yield self._number(text, n + k, k + 1, service, number, begins + k * LENGTH // many, service.prefix)

    def _number(self, day: str, n: int, seq: int, service: Service, number: str, at: int, series: str):
        chance = self.chance.random()
        window = self.windows[int(chance * len(self.windows))]
        called = at + int(chance * chance * 3_000_000)
        started = called + 20_000
        finished = started + 60_000 + n * 7_919 % 900_000
        id = f"old{n:013d}"
        ticket = {
            "id": id, "key": f"{self.code}-{day.replace('-', '')}-old{n}", "day": day, "number": number, "seq": seq,
            "series": series or TODAY, "service": service.code, "issued_at": at, "line_at": at, "clock_at": at, "clerk": f"clerk{window}",
            "class": Class.GREEN.value if n % 11 == 0 else Class.ORDINARY.value, "window": window, "first_called_at": called,
            "called_at": called, "started_at": started, "finished_at": finished,
        }  # fmt: skip
        changes, given = {"tickets": {id: self.told["tickets"] | ticket}}, None
        if (n * 31) % 100 < 100 * EVALUATED:
            evaluation = {
                "id": f"{id}.1", "ticket": id, "number": number, "window": window, "clerk": ticket["clerk"], "service": service.code,
                "opened_at": finished, "expires_at": finished + 604_800_000, "grade": 1 + (n % 19 + 4) // 5, "given_at": finished + 30_000,
            }  # fmt: skip
            changes["evaluations"] = {f"{id}.1": self.told["evaluations"] | evaluation}
            given = self._row("evaluations", evaluation)
        body = ledgers.canonical({"number": number, "service": service.code, "set": changes})
        self.seq += 1
        text = time.strftime("%Y-%m-%dT%H:%M:%S.000+00:00", time.gmtime(at // 1000))
        columns = (self.seq, text, "ticket.issued", "bench", id, None, body)
        prev, self.hash = self.hash, ledgers.fingerprint(*columns, self.hash)
        return self._row("tickets", ticket), given, (*columns, prev, self.hash)

    def _row(self, table: str, changed: dict[str, Any]) -> Row:
        return tuple((self.cells[table] | changed).values())
