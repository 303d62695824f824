"""What a number is told at issue: never a made-up zero, and true for the tenth of ten taken in the same second."""

from concurrent.futures import ThreadPoolExecutor


def test_a_free_window_does_not_make_a_wait_of_zero(house):
    ticket = house.kiosk.take("estate")

    assert 0 < ticket["wait"]["p50"] < 60 and ticket["wait"]["p50"] < ticket["wait"]["p90"] <= 120


def test_ten_numbers_in_one_second_are_not_told_the_same(house):
    taken = [house.kiosk.take("estate") for _ in range(10)]

    waits = [t["wait"]["p50"] for t in taken]
    usual = house.ledger.floor.services["estate"].minutes * 60
    assert waits == sorted(waits) and len(set(waits)) == 10
    assert waits[0] < 60 and 6 * usual < waits[9] < 12 * usual  # one window serves it
    assert all(t["wait"]["p50"] < t["wait"]["p90"] for t in taken)
    house.server.house.lookout.refresh()
    again = house.ledger.outlook.of_ticket(taken[9]["id"])
    assert 0.6 * again.p50 < waits[9] < 1.6 * again.p50  # what runs say that know all ten


def test_the_slip_the_answer_and_the_phone_say_the_same(house):
    for _ in range(4):
        house.kiosk.take("estate")
    ticket = house.kiosk.take("estate")

    told = {k: ticket["wait"][k] for k in ("p50", "p90", "say")}
    assert told == ticket["told"]
    seen = house.kiosk.get(f"/tickets/{ticket['id']}").json
    assert {k: seen["wait"][k] for k in ("p50", "p90", "say")} == told
    followed = house.nobody().get(f"/track/{ticket['track']}").json
    assert {k: followed["wait"][k] for k in ("p50", "p90", "say")} == told


def test_who_is_called_meanwhile_still_keeps_the_window_busy(house):
    first = house.kiosk.take("estate")
    house.device("keypad", "3").post("/windows/3/calls")
    second = house.kiosk.take("estate")

    assert second["wait"]["p50"] > first["wait"]["p50"] + 10 * 60


def test_a_green_number_is_not_behind_walk_ins(house):
    for _ in range(6):
        house.kiosk.take("estate")
    walk_in = house.kiosk.take("estate")
    green = house.kiosk.take("estate", **{"class": "green", "reason": "elderly"})

    assert green["wait"]["p50"] < walk_in["wait"]["p50"] / 3


def test_numbers_for_other_windows_add_nothing(house):
    for _ in range(6):
        house.kiosk.take("tax")

    assert house.kiosk.take("estate")["wait"]["p50"] < 60


def test_all_at_once_from_many_kiosks(house):
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: house.kiosk.take("estate"), range(16)))

    in_order = sorted(taken, key=lambda t: t["number"])
    waits = [t["told"]["p50"] for t in in_order]
    assert waits == sorted(waits) and waits[-1] > 8 * waits[1] > 0
