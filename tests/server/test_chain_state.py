"""The auditor sees how the chain is, without anything being looked through for it, and takes the journal away whole."""

import contextlib
import csv
import io
import sqlite3

from server.record import audit, store
from server.record.ledger import fingerprint


def chain(context):
    return context.auditor.get("/chain").json


def test_before_the_first_whole_look_only_the_end_at_the_start_is_known(context):
    known = chain(context)

    assert known["end"]["bad"] is None and known["whole"] is None and known["checkpoint"] is None
    assert known["rows"] == context.ledger.floor.seq
    assert known["kept"] == {"folder": str(context.ledger.folder / "checkpoints"), "elsewhere": False, "trouble": ""}


def test_after_it_is_known_when_up_to_which_event_and_where_the_last_checkpoint_went(context, clock):
    h = context.server.context
    clock.forward(minutes=5 * 60)
    h.proof.tick()
    upto = context.ledger.floor.seq
    h.checkpoints.write_now()
    context.kiosk.take("tax")

    known = chain(context)

    assert known["whole"]["upto"] == upto < known["rows"] and known["whole"]["at"].startswith("2026-11-20T15:00")
    assert known["checkpoint"]["seq"] == upto and known["checkpoint"]["key"] == h.checkpoints.last.fingerprint


def test_a_bad_row_is_named(context, clock):
    with contextlib.closing(sqlite3.connect(context.ledger.folder / store.DATABASE, isolation_level=None)) as db:
        db.execute("DROP TRIGGER events_are_never_changed")
        db.execute("UPDATE events SET actor = 'nobody' WHERE seq = 2")
    clock.forward(minutes=5 * 60)
    context.server.context.proof.tick()

    assert chain(context)["whole"]["bad"] == 2 and chain(context)["whole"]["reason"]


def lines(answer):
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_whole_journal_is_taken_away_and_its_chain_can_be_reckoned_from_the_file(context, monkeypatch):
    monkeypatch.setattr("server.web.journal.PAGE", 7)
    for _ in range(12):
        context.kiosk.take("tax")

    rows = lines(context.auditor.get("/events.csv"))

    prev = "0" * 64
    for row in rows:
        hash = fingerprint(
            int(row["seq"]), row["at"], row["kind"], row["actor"], row["ticket"] or None, row["window"] or None, row["body"], prev
        )
        assert (row["prev"], row["hash"]) == (prev, hash)
        prev = hash
    assert len(rows) == context.ledger.floor.seq == audit.verify(context.ledger.folder).rows > 2 * 7


def test_what_is_asked_for_is_taken_whole_with_old_and_new_values_that_no_spreadsheet_reckons(context, monkeypatch):
    monkeypatch.setattr("server.web.journal.PAGE", 2)
    for seconds in (120, 180, 240):
        context.manager.put("/settings/alerting", value={"help_s": seconds})
    context.manager.put("/services/tax", name={"zh": "=1+1", "en": "@SUM"})

    of_setting = lines(context.auditor.get("/events.csv", thing="setting:alerting", language="en"))
    of_service = lines(context.auditor.get("/events.csv", thing="service:tax", kind="service.changed"))

    assert len(of_setting) == 3 and of_setting[-1]["changes"].endswith("180 → 240") and of_setting[-1]["who"].startswith("manager")
    assert all(not line[0][column].startswith(("=", "@")) for line in (of_setting, of_service) for column in ("who", "changes"))
    assert context.manager.get("/events.csv").status_code == 403 and context.auditor.get("/events.csv", thing="cat:1").status_code == 422
