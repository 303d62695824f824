"""The tables, as an append-only list of migrations. A migration that has been released is never edited.

`events` is the journal: triggers refuse update and delete. Tables that follow are projections which `hall replay` can rebuild.
Those of the last group are private: not in the journal, not rebuilt, may be forgotten.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from typing import Any

from ..domain.texts import FIRST, gathered, pick

# sqlite-utils loads these wherever they are installed, for kinds of columns that we have none of: 25 MB in a server that needs neither.
_UNUSED: dict[str, Any] = {name: None for name in ("numpy", "pandas") if name not in sys.modules}
sys.modules.update(_UNUSED)
from sqlite_utils import Database, Migrations  # noqa: E402

for _name in _UNUSED:
    del sys.modules[_name]

migrations = Migrations("hallfloor")


class SchemaNewer(Exception):
    """The database was made by a newer program; this one must not touch it."""

    def __init__(self, steps: set[str]):
        super().__init__(f"this hall was last run by a newer version of the program ({', '.join(sorted(steps))}): please use that one.")


class SchemaOlder(Exception):
    """The database was left by an older program; the next start of the server brings it up to date."""

    def __init__(self):
        super().__init__("this hall was last run by an older version of the program: start the server once, which brings it up to date.")


class TablesMissing(Exception):
    """The database has lost tables, or never was a hall's."""

    def __init__(self, tables: set[str]):
        some = "all tables are missing" if tables >= BASE else f"missing: {', '.join(sorted(tables))}"
        super().__init__(f"the database is not a whole hall ({some}). Restore the last backup (hall restore).")


@migrations()
def m0001_the_hall(db):
    for statement in FOUNDED.split(";\n\n"):
        db.execute(statement)


@migrations()
def m0002_materials_in_english(db):
    db.execute("ALTER TABLE services ADD COLUMN materials_en TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m0002_telling_holders(db):
    db.execute("ALTER TABLE visitors ADD COLUMN reach TEXT NOT NULL DEFAULT ''")
    db.execute(
        "CREATE TABLE sent (ticket TEXT NOT NULL, what TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL, "
        "PRIMARY KEY (ticket, what)) STRICT"
    )
    db.execute(
        "CREATE TABLE pushes (ticket TEXT NOT NULL, endpoint TEXT NOT NULL, p256dh TEXT NOT NULL, auth TEXT NOT NULL, "
        "PRIMARY KEY (ticket, endpoint)) STRICT"
    )


@migrations()
def m0003_the_journal_is_not_replaced(db):
    # INSERT OR REPLACE deletes without asking the delete trigger
    db.execute(
        "CREATE TRIGGER events_are_never_replaced BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq) "
        "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
    )


@migrations()
def m0004_what_machines_shall_do(db):
    db.execute(
        "CREATE TABLE commands (id TEXT PRIMARY KEY NOT NULL, machine TEXT NOT NULL, what TEXT NOT NULL, ticket TEXT, "
        "at INTEGER NOT NULL) STRICT"
    )


@migrations()
def m0005_cases(db):
    db.execute(
        "CREATE TABLE cases (id TEXT PRIMARY KEY NOT NULL, state TEXT NOT NULL, opened_at INTEGER NOT NULL, owner TEXT NOT NULL, "
        "taken_at INTEGER, outcome TEXT NOT NULL, called_back INTEGER NOT NULL, closed_at INTEGER) STRICT"
    )
    db.execute("CREATE INDEX cases_in_order ON cases(opened_at)")
    db.execute("ALTER TABLE comments ADD COLUMN note TEXT NOT NULL DEFAULT ''")


@migrations()
def m0006_what_the_hall_says_to_windows(db):
    db.execute("ALTER TABLE messages ADD COLUMN say TEXT NOT NULL DEFAULT '{}'")


@migrations()
def m0007_a_text_is_one_value_for_all_languages(db):
    in_json = lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    read = lambda column, cell: json.loads(cell) if column.startswith("materials") else cell
    for table, texts in {
        "hall": ("name",),
        "services": ("name", "theme", "materials"),
        "windows": ("name",),
        "notices": ("text",),
        "devices": ("sentence",),
    }.items():
        columns = [name + lang for name in texts for lang in ("", "_en")]
        for key, *cells in db.execute(f"SELECT rowid, {','.join(columns)} FROM {table}").fetchall():
            row = gathered(table, {c: read(c, cell) for c, cell in zip(columns, cells, strict=True)})
            pairs = ",".join(f"{name} = ?" for name in texts)
            db.execute(f"UPDATE {table} SET {pairs} WHERE rowid = ?", [*(in_json(row[name]) for name in texts), key])
        for name in texts:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {name}_en")


@migrations()
def m0008_facts_of_a_device(db):
    db.execute("ALTER TABLE devices ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'")


@migrations()
def m0009_what_a_leg_was(db):
    for column in ("first_called_at INTEGER", "held INTEGER NOT NULL DEFAULT 0", "held_at INTEGER"):
        db.execute(f"ALTER TABLE tickets ADD COLUMN {column}")
    calls = "SELECT body FROM events WHERE kind IN ('ticket.called', 'ticket.transferred', 'service.finished') ORDER BY seq"
    first: dict[str, int | None] = {}
    for (body,) in db.execute(calls):
        for id, row in json.loads(body).get("set", {}).get("tickets", {}).items():
            for at in first_call(row):
                first[id] = at if at is None else first.get(id) or at
    db.conn.executemany("UPDATE tickets SET first_called_at = ? WHERE id = ?", ((at, id) for id, at in first.items() if at))
    db.execute("CREATE INDEX window_states ON events(at) WHERE kind IN ('window.opened', 'window.paused', 'window.closed')")


def first_call(row: dict) -> list[int | None]:
    """What an event of before there was `first_called_at` says of it: the call, or that the next leg has none yet; else nothing."""
    if "first_called_at" in row or "called_at" not in row:
        return []
    at = row["called_at"]
    return [at] if at is not None or "legs" in row else []


@migrations()
def m0010_who_sits_at_a_window(db):
    db.execute("ALTER TABLE windows ADD COLUMN manned INTEGER NOT NULL DEFAULT 1")


@migrations()
def m0011_what_a_device_is_called_and_where_it_stands(db):
    for column in ("shown", "place"):
        db.execute(f"ALTER TABLE tokens ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")


@migrations()
def m0012_what_is_not_kept(db):
    db.execute("ALTER TABLE tickets ADD COLUMN unkept TEXT NOT NULL DEFAULT '{}'")


@migrations()
def m0013_everyday_words_for_a_service(db):
    db.execute("ALTER TABLE services ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m0014_when_machines_were_seen(db):
    db.execute("CREATE TABLE machines_seen (machine TEXT PRIMARY KEY NOT NULL, at INTEGER NOT NULL) STRICT")


@migrations()
def m0015_when_a_window_last_lost_a_number(db):
    db.execute("ALTER TABLE windows ADD COLUMN let_go_at INTEGER NOT NULL DEFAULT 0")


@migrations()
def m0016_which_pages_were_seen(db):
    db.execute(
        'CREATE TABLE pages_seen (id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, "window" TEXT, token TEXT NOT NULL, '
        "person TEXT NOT NULL, browser TEXT NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL) STRICT"
    )


@migrations()
def m0017_more_texts_for_all_languages(db):
    in_json = lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for table, texts in {"services": ("spoken",), "windows": ("type", "zone"), "staff": ("title",)}.items():
        for key, *cells in db.execute(f"SELECT rowid, {','.join(texts)} FROM {table}").fetchall():
            row = [in_json({"zh": cell} if cell else {}) for cell in cells]
            db.execute(f"UPDATE {table} SET {','.join(f'{name} = ?' for name in texts)} WHERE rowid = ?", [*row, key])


@migrations()
def m0018_what_a_told_wait_came_from(db):
    db.execute("ALTER TABLE tickets ADD COLUMN wait_p10 INTEGER")
    db.execute("ALTER TABLE tickets ADD COLUMN wait_drawn TEXT NOT NULL DEFAULT '[]'")


@migrations()
def m0019_a_start_reads_the_day(db):
    for what in (
        "open_evaluations ON evaluations(opened_at) WHERE state = 'open'",
        "open_cases ON cases(opened_at) WHERE state <> 'closed'",
        "standing_alerts ON alerts(raised_at) WHERE state <> 'cleared'",
        "loans_of_a_day ON loans(day)",
        "messages_in_order ON messages(at)",
        "helps_in_order ON helps(at)",
        "visitors_by_age ON visitors(at)",
    ):
        db.execute(f"CREATE INDEX {what}")


@migrations()
def m0020_who_made_a_token_and_until_when(db):
    db.execute("ALTER TABLE tokens ADD COLUMN maker TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE tokens ADD COLUMN until INTEGER")


@migrations()
def m0021_a_salt_for_words(db):
    db.execute("ALTER TABLE comments ADD COLUMN salt TEXT NOT NULL DEFAULT ''")


@migrations()
def m0022_words_of_messages_and_the_notice_agreed_to(db):
    db.execute(
        "CREATE TABLE message_words (message TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, salt TEXT NOT NULL, at INTEGER NOT NULL) STRICT"
    )
    db.execute("ALTER TABLE visitors ADD COLUMN notice TEXT NOT NULL DEFAULT ''")


@migrations()
def m0023_the_journal_is_asked_by_thing(db):
    for index in (
        "events_by_day ON events(substr(at, 1, 10))",
        'events_by_window ON events("window") WHERE "window" IS NOT NULL',
        "events_by_actor ON events(actor)",
        "events_by_kind ON events(kind)",
        f"events_by_subject ON events({SUBJECT}) WHERE {HAS_SUBJECT}",
    ):
        db.execute(f"CREATE INDEX {index}")


# What an event is about that is no ticket, as the index has it: a question that says it otherwise would look through the journal.
HAS_SUBJECT = """kind IN ('setting.changed', 'weights.weighed', 'plan.activated', 'plan.deactivated', 'service.changed', 'staff.changed',
'staff.signed_in', 'staff.signed_out', 'staff.refused', 'window.opened', 'window.paused', 'window.closed', 'window.assigned',
'window.changed')"""
SUBJECT = """CASE WHEN kind = 'setting.changed' THEN 'setting:' || json_extract(body, '$.setting')
WHEN kind = 'weights.weighed' THEN 'setting:weights'
WHEN kind IN ('plan.activated', 'plan.deactivated') THEN 'setting:plans_active'
WHEN kind = 'service.changed' THEN 'service:' || json_extract(body, '$.service')
WHEN substr(kind, 1, 6) = 'staff.' THEN 'staff:' || json_extract(body, '$.staff')
ELSE 'window:' || "window" END"""


@migrations()
def m0024_past_days_kept_for_reports(db):
    db.execute("CREATE TABLE kept_days (day TEXT PRIMARY KEY NOT NULL, names TEXT NOT NULL, legs BLOB) STRICT")
    day_of = "(SELECT day FROM tickets WHERE id = {}.ticket)"
    for table, day in (("tickets", "{}.day"), ("evaluations", day_of)):
        for what, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            days = ", ".join(day.format(row) for row in rows)
            drop = f"DELETE FROM kept_days WHERE day IN ({days})"
            db.execute(f"CREATE TRIGGER day_no_more_kept_{what.lower()}_{table} AFTER {what} ON {table} BEGIN {drop}; END")


@migrations()
def m0025_a_window_names_its_type_and_zone_by_code(db):
    for no, type_, zone in db.execute("SELECT no, type, zone FROM windows").fetchall():
        row, _ = codes_of_window({"type": json.loads(type_), "zone": json.loads(zone)})
        db.execute("UPDATE windows SET type = ?, zone = ? WHERE no = ?", [row["type"], row["zone"], no])
    texts = "SELECT body FROM events WHERE kind IN ('hall.loaded', 'window.changed') ORDER BY seq"
    for (body,) in db.execute(texts).fetchall():
        for row in json.loads(body).get("set", {}).get("windows", {}).values():
            take_names(db, codes_of_window(row or {})[1])


@migrations()
def m0026_rights_limits_skills_packages_and_media(db):
    for column in ("persons INTEGER NOT NULL DEFAULT 1", "authority TEXT NOT NULL DEFAULT ''", "back_for TEXT NOT NULL DEFAULT ''"):
        db.execute(f"ALTER TABLE tickets ADD COLUMN {column}")
    for column in ("back_until INTEGER", "back_of TEXT"):
        db.execute(f"ALTER TABLE tickets ADD COLUMN {column}")
    for column in ("agent_name", "agent_hash", "agent_last4", "agent_card", "browser"):
        db.execute(f"ALTER TABLE visitors ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
    for column in ("package TEXT", "plan TEXT NOT NULL DEFAULT '[]'", "any_order INTEGER NOT NULL DEFAULT 0"):
        db.execute(f"ALTER TABLE tickets ADD COLUMN {column}")
    db.execute("CREATE INDEX tickets_of_packages ON tickets(day) WHERE package IS NOT NULL")
    db.execute("ALTER TABLE messages ADD COLUMN ticket TEXT")
    db.execute("ALTER TABLE notices ADD COLUMN media TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE windows ADD COLUMN beside TEXT")
    db.execute("DELETE FROM kept_days")  # what is kept of a day has marks now: they are drawn up again
    db.execute(
        "CREATE TABLE refusals (id TEXT PRIMARY KEY NOT NULL, id_hash TEXT NOT NULL, phone_hash TEXT NOT NULL, name TEXT NOT NULL, "
        "id_last4 TEXT NOT NULL, phone TEXT NOT NULL, reason TEXT NOT NULL, until INTEGER NOT NULL, at INTEGER NOT NULL, "
        '"by" TEXT NOT NULL) STRICT'
    )
    for index in (
        "refusals_by_id ON refusals(id_hash) WHERE id_hash <> ''",
        "refusals_by_phone ON refusals(phone_hash) WHERE phone_hash <> ''",
        "refusals_by_end ON refusals(until)",
    ):
        db.execute(f"CREATE INDEX {index}")


@migrations()
def m0027_a_number_may_go_to_another_hall(db):
    db.execute("ALTER TABLE tickets ADD COLUMN referral TEXT NOT NULL DEFAULT '{}'")
    db.execute("CREATE INDEX tickets_that_may_come_back ON tickets(back_until) WHERE back_until IS NOT NULL")


def codes_of_window(row: dict) -> tuple[dict, dict[str, dict[str, str]]]:
    """A window's row as it was while type and zone were texts in every language, with the one in the first language as the code; and
    {setting: text} of those that have other languages, too, for these to be kept as names."""
    texts = {column: row[column] for column in ("type", "zone") if isinstance(row.get(column), dict)}
    named = {f"{column}s": text for column, text in texts.items() if pick(text) and text != {FIRST: pick(text)}}
    return row | {column: pick(text) for column, text in texts.items()}, named


def take_names(db, named: dict[str, dict[str, str]]) -> None:
    """Puts what `codes_of_window` found into the settings."""
    for setting, text in named.items():
        known = db.execute("SELECT value FROM settings WHERE name = ?", [setting]).fetchone()
        items = {one["code"]: one for one in json.loads(known[0])["items"]} if known else {}
        items |= {pick(text): {"code": pick(text), "name": text}}
        value = json.dumps({"items": list(items.values())}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        db.execute("INSERT INTO settings(name, value) VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = ?", [setting, value, value])


FOUNDED = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, ticket TEXT, "window" TEXT,
    body TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;

CREATE INDEX events_by_ticket ON events(ticket) WHERE ticket IS NOT NULL;

CREATE INDEX calls_in_order ON events(seq) WHERE kind IN ('ticket.called', 'ticket.recalled');

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TABLE hall (
    id TEXT PRIMARY KEY NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, timezone TEXT NOT NULL
) STRICT;

CREATE TABLE services (
    code TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, prefix TEXT NOT NULL, kind TEXT NOT NULL,
    theme TEXT NOT NULL, theme_en TEXT NOT NULL, matters TEXT NOT NULL, materials TEXT NOT NULL, online TEXT NOT NULL,
    minutes REAL NOT NULL, place INTEGER NOT NULL, closed INTEGER NOT NULL, spoken TEXT NOT NULL
) STRICT;

CREATE TABLE windows (
    no TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL, type TEXT NOT NULL, services TEXT NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, clerk TEXT, since INTEGER NOT NULL, place INTEGER NOT NULL, zone TEXT NOT NULL
) STRICT;

CREATE TABLE staff (
    name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, shown TEXT NOT NULL, photo TEXT NOT NULL, stars INTEGER NOT NULL,
    title TEXT NOT NULL, must_change INTEGER NOT NULL, disabled INTEGER NOT NULL, keys TEXT NOT NULL
) STRICT;

CREATE TABLE tokens (
    id TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL, "window" TEXT, name TEXT NOT NULL, made_at INTEGER NOT NULL, revoked_at INTEGER
) STRICT;

CREATE TABLE tickets (
    id TEXT PRIMARY KEY NOT NULL, "key" TEXT, day TEXT NOT NULL, number TEXT, seq INTEGER, series TEXT NOT NULL,
    service TEXT NOT NULL, "class" TEXT NOT NULL, reason TEXT, channel TEXT NOT NULL, state TEXT NOT NULL,
    issued_at INTEGER, line_at INTEGER NOT NULL, clock_at INTEGER NOT NULL, target INTEGER, "window" TEXT,
    only_window TEXT, clerk TEXT, times_called INTEGER NOT NULL, misses INTEGER NOT NULL, called_at INTEGER,
    started_at INTEGER, finished_at INTEGER, outcome TEXT, language TEXT NOT NULL, offline INTEGER NOT NULL,
    slot_at INTEGER, slot_end INTEGER, wait_p50 INTEGER, wait_p90 INTEGER, kiosk TEXT, onward TEXT NOT NULL, legs TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX one_live_ticket_per_window ON tickets("window") WHERE state IN ('called', 'serving');

CREATE UNIQUE INDEX no_number_twice_a_day ON tickets(day, number) WHERE number IS NOT NULL;

CREATE UNIQUE INDEX no_key_twice ON tickets("key") WHERE "key" IS NOT NULL;

CREATE INDEX tickets_of_a_day ON tickets(day);

CREATE INDEX unfinished_tickets ON tickets(state) WHERE state IN ('booked', 'waiting', 'called', 'serving', 'held', 'missed');

CREATE TABLE evaluations (
    id TEXT PRIMARY KEY NOT NULL, ticket TEXT NOT NULL, leg INTEGER NOT NULL, number TEXT NOT NULL, "window" TEXT NOT NULL, clerk TEXT,
    service TEXT NOT NULL, opened_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL, grade INTEGER,
    tags TEXT NOT NULL, anonymous INTEGER NOT NULL, commented TEXT NOT NULL, channel TEXT NOT NULL, given_at INTEGER
) STRICT;

CREATE INDEX evaluations_in_order ON evaluations(opened_at);

CREATE TABLE settings (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;

CREATE TABLE counters (id TEXT PRIMARY KEY NOT NULL, last INTEGER NOT NULL) STRICT;

CREATE TABLE loans (
    id TEXT PRIMARY KEY NOT NULL, kiosk TEXT NOT NULL, day TEXT NOT NULL, series TEXT NOT NULL, first INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;

CREATE TABLE devices (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, sentence TEXT NOT NULL,
    sentence_en TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE TABLE alerts (
    id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, level TEXT NOT NULL, say TEXT NOT NULL,
    advice TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, raised_at INTEGER NOT NULL, changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notices (
    id TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, text_en TEXT NOT NULL, starts_at INTEGER NOT NULL, ends_at INTEGER,
    removed INTEGER NOT NULL
) STRICT;

CREATE TABLE messages (id TEXT PRIMARY KEY NOT NULL, "window" TEXT, text TEXT NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL) STRICT;

CREATE TABLE helps (
    id TEXT PRIMARY KEY NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, answered_by TEXT NOT NULL, answered_at INTEGER
) STRICT;

CREATE TABLE visitors (
    ticket TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, id_hash TEXT NOT NULL, id_last4 TEXT NOT NULL, card TEXT NOT NULL,
    phone_hash TEXT NOT NULL, phone TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;

CREATE INDEX visitors_by_id ON visitors(id_hash) WHERE id_hash <> '';

CREATE TABLE secrets (name TEXT PRIMARY KEY NOT NULL, "value" TEXT NOT NULL) STRICT;

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL, staff TEXT NOT NULL, csrf TEXT NOT NULL, "window" TEXT, made_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE comments (evaluation TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL, contact TEXT NOT NULL) STRICT;

CREATE TABLE answers (
    caller TEXT NOT NULL, "key" TEXT NOT NULL, digest TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (caller, "key")
) STRICT;

CREATE INDEX answers_by_age ON answers(at);

CREATE TABLE head (id TEXT PRIMARY KEY NOT NULL, seq INTEGER NOT NULL, seal TEXT NOT NULL) STRICT
"""


BASE = {"events", "head", "hall"}  # what every version of the program made


def ensure_whole(connection: sqlite3.Connection, *, older: bool = False) -> None:
    """Raises SchemaNewer, SchemaOlder (not where `older` ones will do) or TablesMissing; sqlite3.DatabaseError where it cannot be read."""
    mine = sqlite3.connect(":memory:", isolation_level=None)
    try:
        prepare(mine)
        ours, theirs = _steps(mine), _steps(connection)
        wanted = _tables(mine) if theirs >= ours else BASE
    finally:
        mine.close()
    if missing := wanted - _tables(connection):
        raise TablesMissing(missing)
    if theirs - ours:
        raise SchemaNewer(theirs - ours)
    if ours - theirs and not older:
        raise SchemaOlder


def _steps(connection: sqlite3.Connection) -> set[str]:
    if "_sqlite_migrations" not in _tables(connection):
        return set()
    return {name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'hallfloor'").fetchall()}


def _tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}


def prepare(connection: sqlite3.Connection) -> Database:
    """Brings a database to this program's schema, or raises SchemaNewer. Safe when several processes start at once."""
    db = Database(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        ours = {m.name for m in migrations.pending(Database(memory=True))}
        theirs = {m.name for m in migrations.applied(db)}
        if theirs - ours:
            raise SchemaNewer(theirs - ours)
        migrations.apply(db)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return db
