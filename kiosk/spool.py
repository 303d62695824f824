"""Numbers given while the server is away, kept on disk until it has them; and what the kiosk must remember through a restart.

A number is on the disk, synced, before anybody sees it. Nobody's name or number is: a person is sealed for the server, or left out.
No HTTP here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .seal import new_track, sealed, ticket_id

SCHEMA = 1
TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;
CREATE TABLE loans (
    loan TEXT NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL,
    width INTEGER NOT NULL, services TEXT NOT NULL, seal TEXT, PRIMARY KEY (loan, series)
) STRICT;
CREATE TABLE tickets (
    place INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, counter INTEGER NOT NULL,
    at INTEGER NOT NULL, body TEXT NOT NULL, attempt TEXT UNIQUE, printed INTEGER, state TEXT NOT NULL, code TEXT, detail TEXT,
    UNIQUE (day, series, counter)
) STRICT;
CREATE TABLE asked (key TEXT PRIMARY KEY NOT NULL, day TEXT NOT NULL, service TEXT NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE commands (id TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL, ok INTEGER, detail TEXT, told INTEGER NOT NULL DEFAULT 0) STRICT;
"""
BATCH = 50
UNSURE = 900_000  # ms in which somebody who comes again gets the number that a killed kiosk may not have shown


class NothingLeft(Exception):
    """There is no lent number for this service today."""


@dataclass(frozen=True, kw_only=True)
class NumberAlone:
    """A number given alone. `body` is what will be sent to be merged, without `printed`."""

    id: str
    number: str
    body: dict[str, Any]

    @property
    def ticket(self) -> dict[str, Any]:
        """As the server would show it, as far as a kiosk alone can know: no `ahead`, no `wait`."""
        keep = ("id", "number", "service", "class", "reason", "language", "issued_at", "authority")
        more = {"state": "waiting", "track": self.body["track"], "offline": True, "ahead": None, "wait": None, "channel": "kiosk"}
        return {k: self.body.get(k) for k in keep} | more


class Spool:
    """One file in the spool folder. Many threads, or a second process by mistake, do no harm: each change is one immediate transaction."""

    def __init__(self, folder: str | Path, *, machine: list[str] | None = None, step: Callable[[str], None] = lambda name: None):
        """`machine`: what tells this computer from a copy of its disk. `step` is called between steps; the fault test kills there."""
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock, self.step, self.broken = threading.RLock(), step, ""
        path = self.folder / "spool.db"
        try:
            self._open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, full, not permitted: the file itself may be sound
                raise
            self.broken = f"spool.broken-{int(time.time())}.db"  # kept for whoever can read it; new loans keep new numbers apart
            path.rename(self.folder / self.broken)
            self._open(path)
        self._bind(this_machine() if machine is None else machine)

    def _open(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma secure_delete = on")
        with self._writing():
            (version,) = self._db.execute("pragma user_version").fetchone()
            if version > SCHEMA:
                raise RuntimeError(f"The spool in {self.folder} comes from a newer program; install that one again.")
            if version == 0:
                for statement in TABLES.split(";"):
                    if statement.strip():
                        self._db.execute(statement)
                self._db.execute(f"pragma user_version = {SCHEMA}")

    def _bind(self, machine: list[str]) -> None:
        """A copied disk must not give the same numbers twice: loans are good on one machine only. It is the same machine when any mark
        of it is (a network card may be changed); where none can be read, nothing can be told."""
        marks = sorted(hashlib.sha256(f"hallfloor spool {m}".encode()).hexdigest()[:32] for m in machine)
        with self._writing():
            before: list[str] = self.recall("machine") or []
            if before and marks and not set(before) & set(marks):
                self._db.execute("delete from loans")
            if marks != before:
                self._put("machine", marks)

    # ---------------------------------------------------------------- loans

    def lend(self, answer: dict[str, Any]) -> None:
        """Keeps what `POST /kiosks/{name}/loans` answered. The same loan again changes nothing."""
        with self._writing():
            for r in answer["ranges"]:
                first, last = int(r["first"]), int(r["last"])
                self._db.execute(
                    "insert into loans values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                    (
                        answer["loan"], answer["day"], r["series"], first, last, first, int(r.get("width", 3)),
                        json.dumps(r["services"]), answer.get("seal"),
                    ),
                )  # fmt: skip

    def left(self, day: str) -> dict[str, int]:
        """How many lent numbers each service has left on a day."""
        left: dict[str, int] = {}
        for row in self._rows("select services, last - next + 1 as n from loans where day = ?", day):
            for service in json.loads(row["services"]):
                left[service] = left.get(service, 0) + row["n"]
        return left

    def drop_loan(self, loan: str) -> None:
        with self._writing():
            self._db.execute("delete from loans where loan = ?", (loan,))

    def loans(self, from_day: str) -> list[dict[str, Any]]:
        """The loans of a day and later as they were asked for: {loan, day, count}."""
        sql = "select loan, day, max(last - first) + 1 as count from loans where day >= ? group by loan, day order by day"
        return [dict(row) for row in self._rows(sql, from_day)]

    def confirm_loan(self, answer: dict[str, Any]) -> bool:
        """Whether the server still knows a loan as we do. If not (it was set back, or is another server), no more of its numbers."""
        ours = {r["series"]: (r["first"], r["last"]) for r in self._rows("select * from loans where loan = ?", answer["loan"])}
        theirs = {r["series"]: (int(r["first"]), int(r["last"])) for r in answer["ranges"]}
        known = all(theirs.get(series) == span for series, span in ours.items())
        if not known:
            self.drop_loan(answer["loan"])
        return known

    def belongs_to(self, kiosk: str) -> None:
        """A loan is good for one kiosk's name; under a new name new ones are asked for."""
        with self._writing():
            if self.recall("kiosk") not in (None, kiosk):
                self._db.execute("delete from loans")
            self._put("kiosk", kiosk)

    def loan_wanted(self, day: str) -> str:
        """The id under which a loan for that day is asked for. It is kept until the answer is, so that asking again asks for the same."""
        with self._writing():
            asked = self.recall(f"asking {day}")
            if not asked:
                asked = base64.b32encode(secrets.token_bytes(10)).decode().lower()
                self._put(f"asking {day}", asked)
            return asked

    def loan_got(self, day: str, answer: dict[str, Any]) -> None:
        with self._writing():
            self.lend(answer)
            self._db.execute("delete from facts where name = ?", (f"asking {day}",))

    def forget_asking(self, day: str) -> None:
        with self._writing():
            self._db.execute("delete from facts where name = ?", (f"asking {day}",))

    # ---------------------------------------------------------------- wishes whose number may not have been seen

    def asking(self, *, day: str, service: str, person: str, at: int) -> str:
        """The Idempotency-Key of this person's wish, on the disk before anything is asked for. `seen` ends it.

        A kiosk killed before it could show the number asks under the same key when the person comes again: so there is one number.
        """
        with self._writing():
            self._db.execute("delete from asked where at < ?", (at - UNSURE,))
            for row in self._rows("select key, who from asked where day = ? and service = ?", day, service):
                if is_whose(row["who"], person):
                    return row["key"]
            key = uuid.uuid4().hex
            self._db.execute("insert into asked values (?, ?, ?, ?, ?)", (key, day, service, whose(person), at))
            return key

    def seen(self, key: str) -> None:
        """The number of this wish was shown, or there is none: the next wish is another."""
        with self._writing():
            self._db.execute("delete from asked where key = ?", (key,))

    # ---------------------------------------------------------------- giving numbers

    def take(
        self,
        *,
        day: str,
        service: str,
        at: int,
        stamp: Callable[[int], str],
        holder: dict[str, str] | None = None,
        phone: str | None = None,
        attempt: str | None = None,
        agent: dict[str, str] | None = None,
        **facts: Any,
    ) -> NumberAlone:
        """The next lent number for a service. When this returns, it is on the disk. Raises NothingLeft.

        `at`: ms since the epoch, by the server's clock as last heard; `stamp` writes an instant as RFC 3339.
        `facts`: class, reason, language, notice, authority.
        """
        with self._writing():
            if attempt:
                row = self._db.execute("select * from tickets where attempt = ?", (attempt,)).fetchone()
                if row:  # asked again after all: the same number
                    return self._lent(row)
            loan = self._loan_for(day, service)
            counter = loan["next"]
            number = f"{loan['series']}{counter:0{loan['width']}d}"
            id = ticket_id(loan["loan"], number)
            (latest,) = self._db.execute("select coalesce(max(at), 0) from tickets").fetchone()
            at = max(at, latest + 1) if latest - at < 3_600_000 else at  # in arrival order, also when the clock is set back a little
            body = {
                "id": id, "loan": loan["loan"], "series": loan["series"], "counter": counter, "number": number, "day": day,
                "service": service, "track": new_track(), "class": "ordinary", "reason": None, "language": "zh", "notice": None,
                "issued_at": stamp(at), "attempt": attempt, "sealed": None, "phone_sealed": None,
            } | facts  # fmt: skip
            if loan["seal"]:
                public = base64.b64decode(loan["seal"])
                body["sealed"] = sealed(holder, public, id) if holder else None
                body["phone_sealed"] = sealed(phone, public, id) if phone else None
                body |= {"agent_sealed": sealed(agent, public, id)} if agent else {}
            self._db.execute("update loans set next = next + 1 where loan = ? and series = ?", (loan["loan"], loan["series"]))
            self.step("taken, not kept")
            self._db.execute(
                "insert into tickets (id, day, series, counter, at, body, attempt, state) values (?, ?, ?, ?, ?, ?, ?, 'new')",
                (id, day, loan["series"], counter, at, json.dumps(body, ensure_ascii=False), attempt),
            )
            self.step("kept, not committed")
            lent = NumberAlone(id=id, number=number, body=body)
        self.step("committed")
        return lent

    def _loan_for(self, day: str, service: str) -> sqlite3.Row:
        for row in self._rows("select * from loans where day = ? and next <= last order by rowid", day):
            if service in json.loads(row["services"]):
                return row
        raise NothingLeft(service)

    def printed(self, id: str, printed: bool) -> None:
        with self._writing():
            self._db.execute("update tickets set printed = ? where id = ?", (int(printed), id))

    def given(self, attempt: str) -> NumberAlone | None:
        """The number that was given alone for this wish."""
        rows = self._rows("select * from tickets where attempt = ?", attempt)
        return self._lent(rows[0]) if rows else None

    def find(self, id: str) -> NumberAlone | None:
        rows = self._rows("select * from tickets where id = ?", id)
        return self._lent(rows[0]) if rows else None

    def _lent(self, row: sqlite3.Row) -> NumberAlone:
        body = json.loads(row["body"])
        return NumberAlone(id=row["id"], number=body["number"], body=body)

    # ---------------------------------------------------------------- merging

    def unmerged(self, limit: int = BATCH) -> list[dict[str, Any]]:
        """What the server does not have yet, in the order in which it was given, ready to be sent."""
        rows = self._rows("select body, printed from tickets where state = 'new' order by place limit ?", limit)
        return [json.loads(r["body"]) | {"printed": None if r["printed"] is None else bool(r["printed"])} for r in rows]

    def merged(self, items: Iterable[dict[str, Any]]) -> None:
        """Keeps what the server said to each. What it has needs no sealed person here any longer; what it refused stays whole."""
        with self._writing():
            for item in items:
                if item["result"] == "refused":
                    self._db.execute(
                        "update tickets set state = 'refused', code = ?, detail = ? where id = ? and state = 'new'",
                        (item.get("code"), item.get("detail"), item["id"]),
                    )
                    continue
                row = self._db.execute("select body from tickets where id = ?", (item["id"],)).fetchone()
                if row:
                    body = json.loads(row["body"]) | {"sealed": None, "phone_sealed": None, "agent_sealed": None}
                    text = json.dumps(body, ensure_ascii=False)
                    self._db.execute("update tickets set state = 'merged', body = ? where id = ?", (text, item["id"]))
            self.step("answered, not committed")

    def counts(self) -> dict[str, int]:
        """How many tickets are new, merged and refused."""
        rows = self._rows("select state, count(*) as n from tickets group by state")
        return {"new": 0, "merged": 0, "refused": 0} | {r["state"]: r["n"] for r in rows}

    def tidy(self, today: str) -> None:
        """Forgets merged tickets and loans of days that are over. What has not been merged is never forgotten."""
        with self._writing():
            self._db.execute("delete from tickets where state = 'merged' and day < ?", (today,))
            self._db.execute("delete from loans where day < ? and loan not in (select json_extract(body, '$.loan') from tickets)", (today,))
            self._db.execute("delete from facts where name like 'asking %' and name < ?", (f"asking {today}",))
            self._db.execute("delete from commands where told = 1 and at < ?", (_ms(today) - 7 * 86_400_000,))

    # ---------------------------------------------------------------- a manager's wishes, done once

    def begin_command(self, id: str, at: int) -> bool:
        """True the first time an id is seen: kept before it is done, so that a restart in the middle does not do it again."""
        with self._writing():
            return self._db.execute("insert into commands (id, at) values (?, ?) on conflict do nothing", (id, at)).rowcount == 1

    def end_command(self, id: str, ok: bool, detail: str) -> None:
        with self._writing():
            self._db.execute("update commands set ok = ?, detail = ? where id = ?", (int(ok), detail, id))

    def untold_commands(self) -> list[dict[str, Any]]:
        rows = self._rows("select id, ok, detail from commands where told = 0 and ok is not null")
        return [{"id": r["id"], "ok": bool(r["ok"]), "detail": r["detail"] or ""} for r in rows]

    def interrupted_commands(self) -> None:
        """At start: what was begun and not ended has failed, and is not tried again."""
        with self._writing():
            self._db.execute("update commands set ok = 0, detail = 'interrupted by a restart' where ok is null")

    def told_command(self, id: str) -> None:
        with self._writing():
            self._db.execute("update commands set told = 1 where id = ?", (id,))

    # ---------------------------------------------------------------- what it remembers

    def remember(self, name: str, value: Any) -> None:
        with self._writing():
            self._put(name, value)

    def recall(self, name: str) -> Any:
        rows = self._rows("select value from facts where name = ?", name)
        return json.loads(rows[0]["value"]) if rows else None

    def _put(self, name: str, value: Any) -> None:
        text = json.dumps(value, ensure_ascii=False)
        self._db.execute("insert into facts values (?, ?) on conflict (name) do update set value = excluded.value", (name, text))

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Reads under the lock: on this one connection another thread's half-done transaction would be seen."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @contextmanager
    def _writing(self):
        """One immediate transaction; inside another it is a part of that one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def close(self) -> None:
        with self._lock:
            self._db.close()


def whose(person: str, salt: bytes | None = None) -> str:
    """A number or phone as a salted hash that is slow to guess; kept only until the ticket has been shown."""
    salt = salt or secrets.token_bytes(16)
    return f"{salt.hex()}:{hashlib.scrypt(person.encode(), salt=salt, n=2**14, r=8, p=1, dklen=16).hex()}"


def is_whose(kept: str, person: str) -> bool:
    return secrets.compare_digest(kept, whose(person, bytes.fromhex(kept.split(":")[0])))


def this_machine() -> list[str]:
    """What a copy of the disk in another computer does not share: the addresses of its network cards."""
    cards: list[str] = []
    for card in Path("/sys/class/net").glob("*/device"):  # real cards only, no bridges and no tunnels
        try:
            cards.append((card.parent / "address").read_text(encoding="ascii").strip())
        except OSError:
            continue
    node = uuid.getnode()
    if not cards and not node >> 40 & 1:  # with that bit it is no card's address but drawn by chance
        cards.append(f"{node:012x}")
    return cards


def _ms(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000)
