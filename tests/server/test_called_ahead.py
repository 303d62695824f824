"""A call that was looked ahead at, from the press to the sentence at the desk; and a call that waits for nobody."""

import pytest

from server.domain.dispatch import Instead
from server.forecast import ahead_task, forward


@pytest.fixture
def two_in_line(context, clock, monkeypatch):
    """A quick matter and a longer one wait; whoever looks ahead finds that the longer one is better called first."""
    quick = context.kiosk.take("tax")
    clock.forward(minutes=1)
    longer = context.kiosk.take("social")
    clock.forward(minutes=4)

    class Turned:
        def __init__(self, state, now, seed):
            pass

        def better(self, no):
            return Instead(ticket=longer["id"], index=quick["id"], minutes=90)

    monkeypatch.setattr(ahead_task, "FuturesAhead", Turned)
    monkeypatch.setattr(forward, "compiled", lambda: True)
    return quick, longer


def test_the_desk_shows_and_calls_whom_it_was_worked_out_for_and_says_why(context, two_in_line):
    quick, longer = two_in_line
    keypad = context.device("keypad", "1")

    context.server.context.jobs.ahead.tick()
    shown = keypad.get("/windows/1/line").json["items"][0]
    called = keypad.post("/windows/1/calls").json

    assert shown["number"] == called["number"] == longer["number"]
    (row,) = (r for r in context.auditor.get("/events", limit=1000).json["items"] if r["kind"] == "ticket.called")
    assert (row["body"]["why"]["code"], row["body"]["why"]["facts"]["instead"]) == ("ahead", quick["number"])
    assert (
        shown["why"]["zh"]
        == f"优先于等候 5 分钟的 {quick['number']}：往后推算 90 分钟，先叫 {longer['number']} 比先叫 {quick['number']} 兑现得更好"
    )
    assert "worked out 90 min ahead" in shown["why"]["en"]


def test_a_call_after_the_floor_has_moved_on_goes_by_the_index(context, two_in_line):
    quick, _ = two_in_line
    context.server.context.jobs.ahead.tick()

    context.kiosk.take("tax")

    assert context.device("keypad", "1").post("/windows/1/calls").json["number"] == quick["number"]


def test_a_call_without_a_look_ahead_goes_by_the_index_at_once(context, two_in_line):
    quick, _ = two_in_line

    assert context.device("keypad", "1").post("/windows/1/calls").json["number"] == quick["number"]
