"""The same request twice is one change and one answer: at once, in a race, through a restart, and never under a wrong key."""

import sqlite3
import threading

import pytest

from server.domain.errors import NotFound
from server.domain.private import Answer
from server.views.tickets import TicketsView

BODY = {"service": "tax", "channel": "kiosk"}


def test_the_same_key_and_body_give_the_same_answer(context):
    first = context.kiosk.ask("POST", "/tickets", BODY, key="k-1")
    seq = context.seq

    again = context.kiosk.ask("POST", "/tickets", dict(reversed(BODY.items())), key="k-1")

    assert again.status_code == 201 and again.json == first.json and context.seq == seq
    assert again.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers


def test_it_lives_through_a_restart(fresh):
    context = fresh()
    token = context.kiosk.token
    first = context.kiosk.ask("POST", "/tickets", BODY, key="k-1")

    context = fresh()

    kiosk = context.nobody()
    kiosk.token = token
    seq = context.seq
    again = kiosk.ask("POST", "/tickets", BODY, key="k-1")
    assert again.json == first.json and again.headers["Idempotency-Replayed"] == "true" and context.seq == seq
    context.clock.forward(minutes=24 * 60)
    assert kiosk.ask("POST", "/tickets", BODY, key="k-1").json == first.json


def test_the_same_key_with_another_body_or_address_is_refused(context):
    context.kiosk.ask("POST", "/tickets", BODY, key="k-1")
    seq = context.seq

    for path, body in (("/tickets", BODY | {"service": "social"}), ("/help", {})):
        answer = context.kiosk.ask("POST", path, body, key="k-1", lang="en")
        assert answer.status_code == 422 and answer.json["code"] == "key_reused"
    assert context.seq == seq


def test_keys_of_one_caller_are_not_those_of_another(context):
    one = context.kiosk.ask("POST", "/tickets", BODY, key="k-1").json
    two = context.app.ask("POST", "/tickets", BODY, key="k-1").json

    assert one["number"] != two["number"]


def test_a_refused_request_keeps_no_answer(context):
    keypad = context.device("keypad", window="A12")
    assert keypad.ask("POST", "/windows/A12/calls", {}, key="c-1").json["code"] == "window_closed"
    keypad.put("/windows/A12/state", state="open")
    context.kiosk.take()

    assert keypad.ask("POST", "/windows/A12/calls", {}, key="c-1").status_code == 201


def test_nobody_waiting_is_an_answer_too(context):
    keypad = context.device("keypad", window="1")
    keypad.ask("POST", "/windows/1/calls", {}, key="c-1")
    context.kiosk.take()

    again = keypad.ask("POST", "/windows/1/calls", {}, key="c-1")

    assert again.status_code == 204 and again.headers["Idempotency-Replayed"] == "true"


def test_a_repeated_gesture_is_answered_though_the_ticket_has_moved_on(context):
    keypad, ticket = context.device("keypad", window="1"), context.kiosk.take()
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    first = keypad.ask("POST", f"/tickets/{ticket['id']}/transfer", {"service": "estate"}, key="t-1")
    context.server.context.answers._kept.clear()

    again = keypad.ask("POST", f"/tickets/{ticket['id']}/transfer", {"service": "estate"}, key="t-1")

    assert first.status_code == again.status_code == 201 and again.json == first.json


@pytest.mark.parametrize("key", ["x" * 201, "with space", "with\ttab"])
def test_a_key_that_is_none_is_refused(context, key):
    assert context.kiosk.ask("POST", "/tickets", BODY, key=key).json["code"] == "bad_key"


def test_fifty_identical_requests_at_one_moment_are_one_ticket(context):
    kiosk, seq = context.kiosk, context.seq
    gate, answers = threading.Barrier(50), []

    def ask():
        client = context.nobody()
        client.token = kiosk.token
        gate.wait()
        answers.append(client.ask("POST", "/tickets", BODY, key="same"))

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()

    assert {a.status_code for a in answers} == {201} and len({a.text for a in answers}) == 1
    assert context.seq == seq + 1
    assert sum(a.headers.get("Idempotency-Replayed") == "true" for a in answers) == 49


def test_two_clerks_at_one_moment_never_get_one_ticket(context):
    keypads = [context.device("keypad", window=no) for no in ("1", "2")]
    for round in range(20):
        context.kiosk.take("social")
        gate, answers = threading.Barrier(2), {}

        def press(keypad, no, gate=gate, answers=answers):
            gate.wait()
            answers[no] = keypad.post(f"/windows/{no}/calls")

        threads = [threading.Thread(target=press, args=(k, no)) for k, no in zip(keypads, ("1", "2"), strict=True)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()

        assert sorted(a.status_code for a in answers.values()) == [201, 204], round
        (winner,) = [(no, a) for no, a in answers.items() if a.status_code == 201]
        context.manager.post(f"/tickets/{winner[1].json['id']}/miss")


def test_old_answers_go_in_passing(context):
    context.kiosk.ask("POST", "/tickets", BODY, key="old")
    context.clock.forward(minutes=60 * (context.settings.limits.idempotency_hours + 1))
    context.kiosk.ask("POST", "/tickets", BODY, key="new")

    left = context.ledger.do("test", lambda tx: [kept.key for kept in tx.find(Answer)])

    assert left == ["new"]


def test_answers_that_wait_together_are_kept_together_and_none_of_a_number_that_was_forgotten(context):
    ledger, answers = context.ledger, context.server.context.answers
    plain, asked = ledger.later, []
    ledger.later = lambda *action, **arguments: asked.append((action, arguments))
    first, second = (context.kiosk.ask("POST", "/tickets", BODY, key=key).json["id"] for key in ("a", "b"))
    ((action, arguments),) = asked
    answers.drop([first])

    plain(*action, **arguments)

    kept = {one.key: one.body for one in ledger.do("test", lambda tx: tx.find(Answer))}
    assert second in kept["b"] and "number" in kept["b"] and "number" not in kept["a"]  # of a: what it is drawn of


def test_a_kiosks_unanswered_request_that_arrives_after_its_merge_issues_nothing(context):
    k = context.kiosk
    loan = k.post("/kiosks/k1/loans", loan="abcdefghij234567", day="2026-11-20", count=10).json
    series = next(r for r in loan["ranges"] if "tax" in r["services"])["series"]
    lent = {
        "id": f"abcdefghij234567-{series.lower()}001", "loan": "abcdefghij234567", "series": series, "counter": 1, "number": f"{series}001",
        "day": "2026-11-20", "service": "tax", "issued_at": "2026-11-20T09:05:00.000+08:00", "attempt": "late-one",
    }  # fmt: skip
    assert k.post("/tickets/merge", kiosk="k1", tickets=[lent]).json["items"][0]["result"] == "merged"
    seq = context.seq

    late = k.ask("POST", "/tickets", BODY, key="late-one")

    assert late.status_code == 201 and late.json["number"] == f"{series}001" and context.seq == seq


def test_a_number_whose_answer_was_never_drawn_is_replaced_by_the_one_given_alone(context):
    k = context.kiosk
    loan = k.post("/kiosks/k1/loans", loan="abcdefghij234567", day="2026-11-20", count=10).json
    series = next(r for r in loan["ranges"] if "tax" in r["services"])["series"]
    context.ledger.later = lambda *action, **arguments: None  # killed when the number was on the disk, and its answer was not
    first = k.ask("POST", "/tickets", BODY, key="unanswered").json
    lent = {
        "id": f"abcdefghij234567-{series.lower()}001", "loan": "abcdefghij234567", "series": series, "counter": 1, "number": f"{series}001",
        "day": "2026-11-20", "service": "tax", "issued_at": "2026-11-20T09:05:00.000+08:00", "attempt": "unanswered",
    }  # fmt: skip

    merged = k.post("/tickets/merge", kiosk="k1", tickets=[lent])

    assert merged.json["items"][0]["result"] == "merged", merged.text
    states = {t["number"]: t["state"] for t in context.auditor.get("/tickets").json["items"]}
    assert states == {first["number"]: "cancelled", f"{series}001": "waiting"}


def test_an_answer_is_drawn_beside_the_writer_of_the_hall_as_the_action_left_it(context, monkeypatch):
    drawn, ticket = [], TicketsView.ticket
    monkeypatch.setattr(TicketsView, "ticket", lambda view, t: drawn.append((threading.current_thread().name, view)) or ticket(view, t))
    kiosk, seq = context.kiosk, context.seq

    answer = kiosk.ask("POST", "/tickets", BODY, key="k-1")

    ((thread, view),) = drawn
    assert thread != "ledger" and context.seq == seq + 1
    assert view.floor is not context.ledger.floor and view.floor.tickets[answer.json["id"]].state == "waiting"


def test_a_server_killed_before_an_answer_was_kept_has_done_it_once_and_draws_the_answer(fresh):
    context = fresh()
    token = context.kiosk.token
    context.ledger.later = lambda *action, **arguments: None  # killed when the change was on the disk, and the answer was not
    first = context.kiosk.ask("POST", "/tickets", BODY, key="k-1")
    seq = context.seq

    context = fresh()

    kiosk = context.nobody()
    kiosk.token = token
    again = [kiosk.ask("POST", "/tickets", BODY, key="k-1") for _ in range(2)]
    assert [(a.status_code, a.headers["Idempotency-Replayed"], a.json) for a in again] == [(201, "true", first.json)] * 2
    assert again[0].text == again[1].text and context.seq == seq
    assert kiosk.ask("POST", "/tickets", BODY | {"service": "social"}, key="k-1").json["code"] == "key_reused"


@pytest.mark.parametrize("cause", [ZeroDivisionError(), sqlite3.OperationalError("database is locked"), NotFound("no_such_ticket")])
def test_an_answer_that_cannot_be_drawn_leaves_what_was_done_and_is_drawn_when_asked_again(context, monkeypatch, cause):
    """Whatever the cause: nobody is told that nothing was changed, or that it was refused."""
    kiosk, seq = context.kiosk, context.seq

    def draw(view, ticket):
        raise cause

    monkeypatch.setattr(TicketsView, "ticket", draw)
    failed = kiosk.ask("POST", "/tickets", BODY, key="k-1")
    assert (failed.status_code, failed.json["code"]) == (500, "internal")
    monkeypatch.undo()

    again = kiosk.ask("POST", "/tickets", BODY, key="k-1")

    assert again.status_code == 201 and context.seq == seq + 1 and again.json["id"] in context.ledger.floor.tickets


def test_several_things_of_one_answer_are_found_again(context):
    keypad, ticket = context.device("keypad", window="1"), context.kiosk.take()
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    context.ledger.later = lambda *action, **arguments: None
    first = keypad.ask("POST", f"/tickets/{ticket['id']}/completion", {}, key="f-1")
    context.server.context.answers._kept.clear()

    again = keypad.ask("POST", f"/tickets/{ticket['id']}/completion", {}, key="f-1")

    assert first.status_code == again.status_code == 201 and again.json == first.json


def test_what_was_done_with_each_of_several_is_found_again(context):
    k = context.kiosk
    loan = k.post("/kiosks/k1/loans", loan="abcdefghij234567", day="2026-11-20", count=10).json
    series = next(r for r in loan["ranges"] if "tax" in r["services"])["series"]
    lent = {
        "id": f"abcdefghij234567-{series.lower()}001", "loan": "abcdefghij234567", "series": series, "counter": 1, "number": f"{series}001",
        "day": "2026-11-20", "service": "tax", "issued_at": "2026-11-20T09:05:00.000+08:00",
    }  # fmt: skip
    given = {
        "kiosk": "k1",
        "tickets": [lent, lent, lent | {"id": lent["id"].replace("001", "099"), "number": f"{series}099", "counter": 99}],
    }
    context.ledger.later = lambda *action, **arguments: None
    first = k.ask("POST", "/tickets/merge", given, key="m-1")
    context.server.context.answers._kept.clear()

    again = k.ask("POST", "/tickets/merge", given, key="m-1")

    assert [one["result"] for one in first.json["items"]] == ["merged", "already", "refused"]
    assert first.json["items"][0]["ticket"]["number"] == f"{series}001" and again.json == first.json


@pytest.mark.parametrize("gesture", ["help", "notice", "case", "service"])
def test_answers_of_smaller_gestures_are_drawn_beside_the_writer_too(context, monkeypatch, gesture):
    drawn = []
    view = type(context.server.context).view
    monkeypatch.setattr(
        type(context.server.context), "view", lambda *given, **more: drawn.append(threading.current_thread().name) or view(*given, **more)
    )
    manager = context.manager
    if gesture == "case":
        ticket = context.kiosk.take()
        keypad = context.device("keypad", window="1")
        for path in ("/windows/1/calls", f"/tickets/{ticket['id']}/service", f"/tickets/{ticket['id']}/completion"):
            keypad.post(path)
        context.nobody().post("/evaluations", token=context.link(ticket), grade=1)
    drawn.clear()

    if gesture == "help":
        answer = context.kiosk.post("/devices/k1/help")
    elif gesture == "notice":
        answer = manager.post("/notices", text="今天下午停电")
    elif gesture == "case":
        answer = manager.post(f"/cases/{manager.get('/cases').json['items'][0]['id']}/owner")
    else:
        answer = manager.put("/services/tax", minutes=7)

    assert answer.status_code in (200, 201), answer.text
    assert "ledger" not in drawn
