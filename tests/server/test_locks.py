"""Another program at the database: its write lock is said by name and passes, and a reader that never ends is told to a manager."""

import logging
import sqlite3

import pytest

from server.domain.private import Secret
from server.forecast.alert_task import Alerts
from server.record.store import WAL_KEPT, wal_size

MEGABYTE = "x" * (1 << 20)


@pytest.fixture
def other(context):
    """Another program's connection to the database."""
    connection = sqlite3.connect(context.folder / "hall.db", isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize(("lang", "said"), [("zh", "另一个程序正占用"), ("en", "Another program is holding")])
def test_a_held_write_lock_is_a_named_503_that_says_when_to_ask_again_and_changes_nothing(context, other, caplog, lang, said):
    kiosk = context.kiosk
    seq = context.seq
    other.execute("BEGIN IMMEDIATE")

    refused = kiosk.ask("POST", "/tickets", {"service": "tax"}, key="one-press", lang=lang)

    assert (refused.status_code, refused.json["code"], refused.headers["Retry-After"]) == (503, "database_busy", "2")
    assert said in refused.json["detail"] and context.seq == seq
    assert not [r for r in caplog.records if r.exc_info or r.levelno > logging.WARNING]
    assert "locked" in context.nobody().ask("GET", "/readyz", root=True).json["problems"]["disk"]

    other.execute("ROLLBACK")
    again = kiosk.ask("POST", "/tickets", {"service": "tax"}, key="one-press", lang=lang)
    assert (again.status_code, again.json["number"]) == (201, "A001")
    assert context.nobody().ask("GET", "/readyz", root=True).status_code == 200


def test_a_log_that_a_reader_keeps_from_shrinking_is_told_and_shrinks_when_the_reader_ends(context, other):
    server = context.server.context
    alerts = Alerts(context.ledger, do=server.do, trouble=server.trouble)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM events").fetchall()  # it goes on reading the hall as it was

    for n in range(70):
        context.ledger.do("test", lambda tx, n=n: tx.keep(Secret(name=f"large:{n}", value=MEGABYTE)))
    server.upkeep.tick()
    alerts.tick()

    (told,) = [a for a in context.manager.get("/alerts").json["items"] if a["kind"] == "storage"]
    assert "MB" in told["say"]["zh"] and "一直在读数据库" in told["say"]["zh"] and "goes on reading" in told["say"]["en"]
    ready = context.nobody().ask("GET", "/readyz", root=True)
    assert ready.status_code == 200 and "MB" in ready.json["warnings"]["wal"]

    other.execute("COMMIT")
    for _ in range(3):
        context.kiosk.take()
    server.upkeep.tick()
    alerts.tick()
    assert wal_size(context.folder) <= WAL_KEPT
    assert "warnings" not in context.nobody().ask("GET", "/readyz", root=True).json
    assert not [a for a in context.manager.get("/alerts").json["items"] if a["kind"] == "storage"]
