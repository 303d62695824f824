"""What a number is told at issue: never a made-up zero, and true for the tenth of ten taken in the same second."""

from concurrent.futures import ThreadPoolExecutor


def test_a_free_window_does_not_make_a_wait_of_zero(context):
    ticket = context.kiosk.take("estate")

    assert 0 < ticket["wait"]["p50"] < 60 and ticket["wait"]["p50"] < ticket["wait"]["p90"] <= 120


def test_ten_numbers_in_one_second_are_not_told_the_same(context):
    taken = [context.kiosk.take("estate") for _ in range(10)]

    waits = [t["wait"]["p50"] for t in taken]
    usual = context.ledger.floor.services["estate"].minutes * 60
    assert waits == sorted(waits) and len(set(waits)) == 10
    assert waits[0] < 60 and 6 * usual < waits[9] < 12 * usual  # one window serves it
    assert all(t["wait"]["p50"] < t["wait"]["p90"] for t in taken)
    context.server.context.jobs.forecaster.refresh()
    again = context.ledger.waits.of_ticket(taken[9]["id"])
    assert 0.6 * again.p50 < waits[9] < 1.6 * again.p50  # what runs say that know all ten


def test_the_slip_the_answer_and_the_phone_say_the_same(context):
    for _ in range(4):
        context.kiosk.take("estate")
    ticket = context.kiosk.take("estate")

    told = {k: ticket["wait"][k] for k in ("p50", "p90", "say")}
    assert told == ticket["told"]
    seen = context.kiosk.get(f"/tickets/{ticket['id']}").json
    assert {k: seen["wait"][k] for k in ("p50", "p90", "say")} == told
    followed = context.nobody().get(f"/track/{ticket['track']}").json
    assert {k: followed["wait"][k] for k in ("p50", "p90", "say")} == told


def test_who_is_called_meanwhile_still_keeps_the_window_busy(context):
    first = context.kiosk.take("estate")
    context.device("keypad", "3").post("/windows/3/calls")
    second = context.kiosk.take("estate")

    assert second["wait"]["p50"] > first["wait"]["p50"] + 10 * 60


def test_a_green_number_is_not_behind_walk_ins(context):
    for _ in range(6):
        context.kiosk.take("estate")
    walk_in = context.kiosk.take("estate")
    green = context.kiosk.take("estate", **{"class": "green", "reason": "elderly"})

    assert green["wait"]["p50"] < walk_in["wait"]["p50"] / 3


def test_numbers_for_other_windows_add_nothing(context):
    for _ in range(6):
        context.kiosk.take("tax")

    assert context.kiosk.take("estate")["wait"]["p50"] < 60


def test_all_at_once_from_many_kiosks(context):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: context.kiosk.take("estate"), range(16)))

    in_order = sorted(taken, key=lambda t: t["number"])
    waits = [t["told"]["p50"] for t in in_order]
    assert waits == sorted(waits) and waits[-1] > 8 * waits[1] > 0


HOURS = {"friday": ["08:30-12:00", "13:30-17:30"], "enforce": False}


def test_at_ten_to_twelve_who_cannot_be_served_before_lunch_is_told_the_afternoon(context, clock):
    """Eight numbers of twenty minutes for one window; the clock of the tests stands at 10:00."""
    clock.forward(minutes=110)
    taken = [context.kiosk.take("estate") for _ in range(8)]
    waits = {}
    for hours in (HOURS, {}):
        context.manager.put("/settings/hours", value=hours)
        context.server.context.jobs.forecaster.refresh()
        waits[bool(hours)] = [context.kiosk.get(f"/tickets/{t['id']}").json["wait"]["p50"] for t in taken]

    assert waits[True][0] < 120 and waits[False][0] < 120
    assert waits[False][3] < 75 * 60 and waits[True][3] > 95 * 60  # three services of twenty minutes, and the break
    assert waits[True][-1] > waits[False][-1] + 20 * 60


def test_what_breaks_over_the_break_is_warned_of(context, clock):
    """Two numbers for a free window at 11:24 whose clerk goes to lunch at 12:00 without having called them."""
    context.manager.put("/settings/hours", value=HOURS)
    clock.forward(minutes=84)
    taken = [context.kiosk.take("estate") for _ in range(2)]
    clock.forward(minutes=36)  # twelve o'clock: the windows close for lunch
    context.manager.put("/windows/3/state", state="closed")
    context.server.context.jobs.forecaster.refresh()

    late = context.ledger.waits.look.late
    assert late[taken[0]["id"]] > 0.9 and late[taken[1]["id"]] > 0.9
    assert 88 * 60 < context.ledger.waits.of_ticket(taken[0]["id"]).p50 < 93 * 60  # and the wait is until they are back
