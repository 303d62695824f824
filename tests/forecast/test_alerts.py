"""What will break, what would prevent it, how many will come, how many windows that takes."""

from dataclasses import replace
from pathlib import Path

from config import words
from server.domain.dispatch import Station, Waiter
from server.forecast import alerts
from server.forecast.learned import Learned
from server.forecast.wait_picture import HallState
from server.forecast.waits import predict_all

ROOT = Path(__file__).resolve().parents[2]
WORDS = words.load()
NOW, MIN = 1_700_000_000_000, 60_000


def line(n, waited, service="tax"):
    came = [NOW - int(waited * MIN) + k for k in range(n)]
    return tuple(
        Waiter(id=str(k), number=f"A{k:03}", series="A", service=service, line_at=at, clock_at=at, target=1800) for k, at in enumerate(came)
    )


def hall(waiting, *stations):
    return HallState(waiting=waiting, stations=stations, minutes={"tax": 6.0, "social": 6.0}, learned=Learned(leave=(0.0,) * 30))


BUSY = Station(no="1", services=frozenset({"tax"}))
CLOSED = Station(no="5", services=frozenset({"tax"}), open=False)
OTHER = Station(no="2", services=frozenset({"social"}))


def test_a_line_that_cannot_be_served_in_time_is_told_ten_minutes_ahead():
    state = hall(line(8, 22), BUSY)

    found = alerts.breaches(state, NOW, predict_all(state, NOW))

    assert [b.service for b in found] == ["tax"] and found[0].in_minutes <= 8
    assert found[0].tickets[-1][0] == "A007" and "A000" not in [t[0] for t in found[0].tickets]
    told = found[0].alert()
    said = WORDS.texts("alerts", told["say"]["code"], **told["say"]["facts"] | {"service": {"zh": "税务", "en": "Tax"}})
    assert told["id"] == "promise-tax-ordinary" and "税务（现场取号）" in said["zh"] and "Tax (walk-ins)" in said["en"]


def test_services_of_the_same_windows_are_one_warning():
    """Three services at one window, and one at another: two warnings, not four, however few waited in each line."""
    both = Station(no="1", services=frozenset({"tax", "deed", "visa"}), busy_with="tax", started_at=NOW - MIN)
    some = [replace(w, service=("tax", "deed", "visa", "visa")[n % 4], series="ABCC"[n % 4]) for n, w in enumerate(line(8, 22))]
    apart = [replace(w, id=f"x{w.id}", number=f"X{w.number}", service="social", series="S") for w in line(8, 22)]
    state = replace(hall((*some, *apart), both, OTHER), minutes={s: 6.0 for s in ("tax", "deed", "visa", "social")})
    look = predict_all(state, NOW)
    look = replace(look, late=dict.fromkeys(look.late, 1.0))

    found = alerts.breaches(state, NOW, look)

    assert {(b.id, b.service, b.kinds) for b in found} == {("promise-deed-ordinary", "visa", 3), ("promise-social-ordinary", "social", 1)}
    grouped = next(b for b in found if b.kinds == 3)
    said = WORDS.texts("alerts", "promise", **grouped.alert()["say"]["facts"] | {"service": {"zh": "签证", "en": "Visas"}})
    assert said["zh"].startswith("签证和另外2项（现场取号）") and said["en"].startswith("Visas and 2 more (walk-ins): in ")
    rest = alerts.breaches(state, NOW, look, told={"visa-ordinary", "social-ordinary"})
    assert [(b.id, b.kinds) for b in rest] == [("promise-deed-ordinary", 2)]  # those of the others are still told, under the same name


def test_who_was_called_before_and_is_back_breaks_no_promise_any_more():
    waiting = line(8, 22)
    back = hall(tuple(replace(w, decided=True) for w in waiting), BUSY)

    before, look = predict_all(hall(waiting, BUSY), NOW), predict_all(back, NOW)

    assert max(before.late.values()) == 1 and set(look.late.values()) == {0} and alerts.breaches(back, NOW, look) == []
    assert {id: w.p50 for id, w in look.tickets.items()} == {id: w.p50 for id, w in before.tickets.items()}  # they wait all the same


def test_an_easy_line_raises_nothing():
    state = hall(line(2, 5), BUSY)

    assert alerts.breaches(state, NOW, predict_all(state, NOW)) == []


def test_a_window_that_is_usually_away_helps_once_it_is_opened():
    away = replace(CLOSED, intervals=((NOW + 300 * MIN, NOW + 360 * MIN),), ways=((), ((NOW + 300 * MIN, NOW + 360 * MIN),)))
    state = hall(line(8, 22), BUSY, away)
    breach = alerts.breaches(state, NOW, predict_all(state, NOW))[0]
    plan = alerts.PlanEffect(id="peak", open=("5",))

    assert {r.do for r in alerts.remedies(state, NOW, breach, plans=[plan])} == {"open_window", "activate_plan"}


def test_what_would_prevent_it_comes_with_its_effect():
    state = hall(line(8, 22), BUSY, CLOSED, OTHER)
    breach = alerts.breaches(state, NOW, predict_all(state, NOW))[0]
    plan = alerts.PlanEffect(id="peak", open=("5",), lends={"2": ("tax",)})

    advised = alerts.remedies(state, NOW, breach, plans=[plan])

    assert advised[0].do == "activate_plan" and {r.do for r in advised} == {"activate_plan", "open_window", "lend"}
    assert advised[0].saves >= advised[1].saves >= 1
    opened = next(r for r in advised if r.do == "open_window").as_dict()
    said = WORDS.text("advice", opened["do"], "zh", **opened)
    assert opened["window"] == "5" and said.startswith("开放 5 号窗口，一小时内可多兑现约") and opened["saves"] >= 1


def test_steps_that_keep_more_together_are_one_proposal():
    state = hall(line(14, 16), BUSY, CLOSED, OTHER)
    breach = alerts.Breach(service="tax", rank="ordinary", tickets=(), chance=1.0)

    both, *each = alerts.remedies(state, NOW, breach)

    assert both.do == "steps" and {s.window for s in both.steps} == {"5", "2"} and {s.do for s in both.steps} == {"open_window", "lend"}
    assert [r.do for r in each] == [s.do for s in sorted(both.steps, key=lambda s: -s.saves)] and both.saves >= each[0].saves + alerts.MORE
    assert both.as_dict()["steps"] == [{k: v for k, v in s.as_dict().items() if k != "saves"} for s in both.steps]


def test_where_one_step_is_enough_no_second_is_proposed():
    state = hall(line(4, 20), BUSY, CLOSED, OTHER)
    breach = alerts.Breach(service="tax", rank="ordinary", tickets=(), chance=1.0)

    assert {r.do for r in alerts.remedies(state, NOW, breach)} == {"open_window", "lend"}


def test_a_plan_is_never_a_step_of_something_else():
    state = hall(line(14, 16), BUSY, OTHER)
    breach = alerts.Breach(service="tax", rank="ordinary", tickets=(), chance=1.0)

    advised = alerts.remedies(state, NOW, breach, plans=[alerts.PlanEffect(id="peak", lends={"2": ("tax",)})])

    assert {r.do for r in advised} == {"lend", "activate_plan"}


def test_a_window_is_lent_for_all_services_of_the_warning():
    state = replace(hall(line(8, 22), BUSY, OTHER), minutes={"tax": 6.0, "deed": 6.0, "social": 6.0})
    breach = alerts.Breach(service="tax", rank="ordinary", tickets=(), chance=1.0, others=("deed",))

    assert [r.services for r in alerts.remedies(state, NOW, breach)] == [("tax", "deed")]


def test_a_remedy_without_effect_is_not_named():
    state = hall(line(8, 22), BUSY, replace(CLOSED, services=frozenset({"social"})))
    breach = alerts.breaches(state, NOW, predict_all(state, NOW))[0]

    assert alerts.remedies(state, NOW, breach) == []


def test_not_a_flood():
    state = hall(line(8, 22), BUSY)
    look = predict_all(state, NOW)
    raised, cleared = alerts.changes([], state, NOW, look)

    assert [b.id for b in raised] == ["promise-tax-ordinary"] and cleared == []
    assert alerts.changes(["promise-tax-ordinary", "plan-x"], state, NOW, look) == ([], [])
    unsure = replace(look, late={k: min(v, 0.3) for k, v in look.late.items()})
    assert alerts.changes(["promise-tax-ordinary"], state, NOW, unsure) == ([], [])
    over = replace(look, late={k: 0.1 for k in look.late})
    assert alerts.changes(["promise-tax-ordinary"], state, NOW, over) == ([], ["promise-tax-ordinary"])
