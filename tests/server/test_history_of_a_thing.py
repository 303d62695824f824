"""The auditor asks the journal about one thing: its whole history, with old and new values, by an index, and with nothing left out."""

import sqlite3

import pytest

from server import actions
from server.record import journal, store


def ask(context, **what):
    return context.auditor.get("/events", limit=500, **what).json["items"]


def told(row, key=None):
    return {change["field"]: (change["old"], change["new"]) for change in row["changes"] if key in (None, change["key"])}


def test_a_change_of_a_setting_is_told_value_by_value_old_and_new(context):
    for seconds in (120, 180):
        context.manager.put("/settings/alerting", value={"help_s": seconds})

    rows = ask(context, thing="setting:alerting")

    assert [row["kind"] for row in rows] == ["setting.changed", "setting.changed"]
    assert told(rows[-1]) == {"alerting.help_s": (120, 180)}
    assert rows[-1]["by"]["role"] == "manager" and rows[-1]["changes"][0]["name"]["zh"] and rows[-1]["changes"][0]["name"]["en"]
    assert rows[-1]["body"]["was"]["settings"]["alerting"]["value"]["help_s"] == 120, "the journal itself has the old value"


def test_a_services_history_goes_from_the_hall_file_over_lists_to_its_last_change(context):
    context.manager.put("/services/tax", minutes=9)
    context.ledger.do("staff:m", actions.put_services, services=[{"code": "tax", "minutes": 11}, {"code": "social", "minutes": 5}])
    context.manager.put("/services/social", minutes=6)

    rows = ask(context, thing="service:tax")

    assert [row["kind"] for row in rows] == ["hall.loaded", "service.changed", "service.changed"]
    assert rows[0]["changes"] and {change["key"] for row in rows for change in row["changes"]} == {"tax"}
    assert [told(row)["minutes"] for row in rows[1:]] == [(6.0, 9.0), (9.0, 11.0)]


def test_a_window_and_a_member_of_staff_have_their_history(context):
    context.staff("li")
    context.manager.put("/windows/2", zone={"zh": "东厅"})
    context.manager.put("/windows/2/clerk", clerk="li", reason="调班")
    context.manager.put("/windows/2/state", state="paused", reason="午休")
    context.admin.put("/staff/li", role="guide")

    of_window, of_person = ask(context, thing="window:2"), ask(context, thing="staff:li")

    assert [row["kind"] for row in of_window][-3:] == ["window.changed", "window.assigned", "window.paused"]
    assert of_window[0]["kind"] == "hall.loaded" and {row["window"] for row in of_window[1:]} == {"2"}
    paused = of_window[-1]["changes"][0]
    assert (paused["old_name"]["en"], paused["new_name"]["en"]) == ("Open", "Paused") and told(of_window[-1])["reason"] == ("", "午休")
    assert [row["kind"] for row in of_person] == ["staff.changed", "staff.changed", "window.assigned", "staff.changed"]
    assert told(of_person[-1])["role"] == ("clerk", "guide")


def test_a_case_has_its_evaluation_its_words_and_its_end(context):
    context.kiosk.take()
    keypad = context.device("keypad", window="1")
    called = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{called['id']}/service")
    keypad.post(f"/tickets/{called['id']}/completion")
    context.nobody().post("/evaluations", token=context.link(called), grade=1, comment="太慢")
    (case,) = context.manager.get("/cases").json["items"]
    context.manager.post(f"/cases/{case['id']}/owner")
    context.manager.post(f"/cases/{case['id']}/closing", outcome="corrected", called_back=True, note="已说明")
    context.clock.forward(seconds=1)
    context.ledger.do("hall", actions.forget_comments, before=context.clock())

    rows = ask(context, thing=f"case:{case['id']}")

    assert [row["kind"] for row in rows] == [
        "evaluation.opened", "evaluation.given", "case.opened", "case.taken", "case.closed", "words.forgotten",
    ]  # fmt: skip
    assert told(rows[4])["state"] == ("taken", "closed") and "太慢" not in str(rows)
    assert [row["kind"] for row in ask(context, thing=f"ticket:{called['id']}")][:2] == ["ticket.issued", "ticket.called"]


def test_who_and_what_kind_are_asked_of_the_whole_journal(context):
    context.manager.put("/settings/alerting", value={"help_s": 120})
    (row,) = ask(context, kind="setting.changed")

    assert row in ask(context, actor=row["actor"])
    assert {one["actor"] for one in ask(context, actor=row["actor"])} == {row["actor"]}
    assert ask(context, actor=row["actor"], kind="ticket.issued") == []


@pytest.mark.parametrize("thing", ["hall", "setting:", "door:3", "window:3\n"])
def test_a_thing_that_there_cannot_be_is_refused(context, thing):
    assert context.auditor.get("/events", thing=thing).status_code == 422


def test_of_a_whole_hall_file_only_the_first_values_are_told_and_how_many_more(context, monkeypatch):
    every = ask(context)[0]["changes"]
    monkeypatch.setattr("server.views.journal.MOST_CHANGES", 5)

    row = ask(context)[0]

    assert row["kind"] == "hall.loaded" and row["changes"] == every[:5] and row["more"] == len(every) - 5 > 0


# -- by which way it is found


QUESTIONS = {
    "a setting": {"thing": "setting:rules"},
    "a service": {"thing": "service:tax"},
    "a window's history": {"thing": "window:3"},
    "a member of staff": {"thing": "staff:li"},
    "a case": {"thing": "case:abc.1"},
    "a ticket": {"thing": "ticket:abc"},
    "a number": {"number": "A001"},
    "a day": {"day": "2026-11-20"},
    "a window": {"window": "1"},
    "a person": {"actor": "staff:li"},
    "a kind": {"kind": "setting.changed"},
    "all at once": {"thing": "window:3", "number": "A001", "day": "2026-11-20", "window": "1", "actor": "staff:li", "kind": "x"},
    "a number of a day": {"number": "A001", "day": "2026-11-20"},
    "a day of a window": {"day": "2026-11-20", "window": "1", "kind": "ticket.called"},
}
INDEXES = {
    "a number": "events_by_ticket", "a day": "events_by_day", "a window": "events_by_window", "a person": "events_by_actor",
    "a kind": "events_by_kind", "a number of a day": "events_by_ticket", "a day of a window": "events_by_day",
}  # fmt: skip


@pytest.mark.parametrize("backwards", [True, False])
@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_by_an_index_and_looks_through_no_journal(ledger, question, backwards):
    said = []
    with sqlite3.connect(ledger.folder / store.DATABASE) as reader:
        reader.row_factory = sqlite3.Row
        reader.set_trace_callback(said.append)

        journal.events(reader, 0, 50, before=2**53 if backwards else None, **QUESTIONS[question])

        reader.set_trace_callback(None)
        plan = [step["detail"] for step in reader.execute(f"EXPLAIN QUERY PLAN {said[-1]}")]
    reader.close()
    looks = [step for step in plan if step.startswith("SCAN") and "VIRTUAL TABLE" not in step and step not in ("SCAN days",)]
    assert looks == [], plan
    assert any(INDEXES.get(question, "") in step for step in plan), plan
    assert not any("rowid>?" in step and "INDEX" not in step for step in plan), plan


def test_what_a_start_and_a_board_ask_of_the_journal_goes_by_the_same_indexes_as_before(ledger):
    said = []
    with sqlite3.connect(ledger.folder / store.DATABASE) as reader:
        reader.row_factory = sqlite3.Row
        reader.set_trace_callback(said.append)
        journal.calls(reader, 100, "2026-11-20", 5)
        journal.window_changes(reader, "2026-11-01", "2026-11-20")
        reader.set_trace_callback(None)
        plans = [[step["detail"] for step in reader.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in said]
    reader.close()

    assert "calls_in_order" in plans[0][0] and "window_states" in plans[1][0]
