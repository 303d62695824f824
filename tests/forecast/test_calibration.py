"""A hall's own past corrects what is told, group by group; without a past nothing changes, and the range never turns over."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from server.domain.dispatch import Station, Waiter
from server.forecast import history
from server.forecast.calibration import LINE, WINDOWS, Unseen, WaitOutcome, corrected, groups_of, kind_of, learn_corrections, unseen
from server.forecast.learn import Past, learn
from server.forecast.learned import Correction, Learned
from server.forecast.wait_forecast import draw
from server.forecast.wait_picture import HallState
from server.forecast.waits import predict, predict_all

DRAWN = (300, 600, 1200)
NOW, MIN = 1_700_000_000_000, 60_000
STAY = (0.0,) * 30


def hall(line, learned):
    """One busy window, and so many who wait for it."""
    came = [NOW - (line - n) * MIN for n in range(line)]
    waiting = tuple(
        Waiter(id=f"{n}", number=f"A{n}", series="A", service="tax", line_at=t, clock_at=t, target=1800) for n, t in enumerate(came)
    )
    window = Station(no="1", services=frozenset({"tax"}), busy_with="tax", started_at=NOW - MIN)
    hours = ((NOW - 99 * MIN, NOW + 199 * MIN),)
    return HallState(waiting=waiting, stations=(window,), minutes={"tax": 6.0}, learned=learned, midnight=NOW - 600 * MIN, hours=hours)


def outcomes(n, factor, kind="ordinary", drawn=DRAWN):
    """Waits around `factor` times the drawn median, from a half to one and a half times that."""
    return [WaitOutcome(kind=kind, drawn=drawn, told=drawn, waited=factor * drawn[1] * (0.5 + k / max(1, n - 1))) for k in range(n)]


def test_a_new_hall_tells_what_the_runs_give():
    state = hall(5, Learned(leave=STAY))

    told, all_ = predict(state, NOW, service="tax"), predict_all(state, NOW)

    assert len(all_.tickets) == 5 and all_.new
    assert all(w.drawn == (w.p10, w.p50, w.p90) for w in (told, *all_.tickets.values(), *all_.new.values()))
    assert learn_corrections([]) == {} and corrected(DRAWN, "ordinary", {}) == DRAWN


def test_what_a_hall_taught_is_in_every_wait_that_is_told():
    learned = Learned(leave=STAY, corrections={("", -1): Correction(middle=1.5, low=1.0, high=1.2)})
    state, before = hall(5, learned), predict_all(hall(5, Learned(leave=STAY)), NOW)

    told, alone = predict_all(state, NOW), predict(state, NOW, service="tax")

    assert len(before.tickets) == 5 and before.new
    assert all(told.tickets[id].p50 > wait.p50 and told.tickets[id].drawn == wait.drawn for id, wait in before.tickets.items())
    assert all(told.new[key].p50 > wait.p50 and told.new[key].drawn == wait.drawn for key, wait in before.new.items())
    assert alone.p50 > alone.drawn[1] and alone.p90 - alone.p50 > alone.drawn[2] - alone.drawn[1]


def test_waits_that_run_late_are_told_later_and_the_more_surely_the_more_there_are():
    few, many = (learn_corrections(outcomes(n, 1.5)) for n in (100, 20_000))

    told = [corrected(DRAWN, "ordinary", some) for some in (few, many)]

    assert 600 < told[0][1] < told[1][1] and abs(told[1][1] - 900) < 60
    within = [sum(o.waited <= p90 for o in outcomes(400, 1.5)) / 400 for _, _, p90 in told]
    assert abs(within[1] - 0.9) < 0.03


def test_a_range_that_holds_too_seldom_gets_wider_and_one_that_always_holds_narrower():
    narrow, wide = ((580, 600, 620), (10, 600, 3000))

    told = [corrected(d, "ordinary", learn_corrections(outcomes(3000, 1.0, drawn=d))) for d in (narrow, wide)]

    assert told[0][2] > 620 and told[0][0] < 580
    assert told[1][2] < 3000 and told[1][0] > 10


def test_a_kind_with_few_numbers_is_told_by_the_broader_group():
    found = learn_corrections([*outcomes(3000, 1.5), *outcomes(5, 0.5, kind="green")])

    assert groups_of("green", 600)[1] not in found
    assert corrected(DRAWN, "green", found) == corrected(DRAWN, "transfer", found)
    assert corrected(DRAWN, "green", found)[1] > 600


def test_who_is_booked_and_early_is_a_kind_of_their_own():
    assert kind_of("appointment", later=True) == "early" and kind_of("appointment", later=False) == "appointment"
    found = learn_corrections([*outcomes(3000, 1.0), *outcomes(3000, 1.5, kind="early")])

    assert corrected(DRAWN, "early", found)[1] > 780 > corrected(DRAWN, "ordinary", found)[1]


def test_what_other_halls_taught_holds_until_the_own_numbers_say_otherwise():
    others = learn_corrections(outcomes(20_000, 1.5))

    new, old = learn_corrections([], others), learn_corrections(outcomes(20_000, 1.0), others)

    assert corrected(DRAWN, "ordinary", new)[1] > 850 and abs(corrected(DRAWN, "ordinary", old)[1] - 600) < 30


waits = st.integers(0, 20_000)
some_outcomes = st.lists(
    st.builds(
        lambda kind, drawn, waited: WaitOutcome(kind=kind, drawn=tuple(sorted(drawn)), told=(0, 0, 0), waited=waited),
        st.sampled_from(["green", "appointment", "early", "ordinary"]),
        st.tuples(waits, waits, waits),
        waits,
    ),
    max_size=40,
)


@given(
    some_outcomes, st.tuples(waits, waits, waits), st.sampled_from(["green", "early", "transfer", "ordinary"]), st.sampled_from([1, 1.4])
)
def test_p10_is_never_above_p50_nor_p50_above_p90(past, drawn, kind, wider):
    p10, p50, p90 = corrected(tuple(sorted(drawn)), kind, learn_corrections(past), wider)

    assert 0 <= p10 <= p50 <= p90


def test_a_moment_like_no_past_day_is_known_and_told_wider():
    known = Learned(days=10, most_waiting=20, fewest_open=(4,) * 48, leave=(0.0,) * 30)

    assert unseen(24, 4, 600, known) is None
    assert unseen(26, 4, 600, known) == Unseen(why=LINE, now=26, ever=20)
    assert unseen(3, 2, 600, known) == Unseen(why=WINDOWS, now=2, ever=4)
    assert unseen(3, None, 600, known) is None  # outside of the hours windows may be shut
    assert unseen(99, 0, 600, replace(known, days=4)) is None  # four days have not seen much

    usual, strange = (predict_all(hall(12, replace(known, most_waiting=n, fewest_open=())), NOW) for n in (20, 4))
    assert usual.unseen is None and strange.unseen == Unseen(why=LINE, now=12, ever=4)
    assert strange.tickets["11"].p50 == usual.tickets["11"].p50 and strange.tickets["11"].p90 > usual.tickets["11"].p90


def test_past_days_say_how_many_waited_at_once_and_how_few_windows_served():
    def past(day, window, arrive, called, ended):
        return Past(
            day=day, service="tax", rank="ordinary", arrive=arrive, clock=arrive, called=called, started=called, ended=ended, window=window
        )

    known = learn(
        [past(1, "1", 600, 605, 612), past(1, "2", 601, 606, 640), past(1, "1", 602, 613, 620), past(2, "1", 600, 601, 625)],
        minutes={"tax": 8.0}, days=2,
    )  # fmt: skip

    assert known.most_waiting == 3  # on the first day, at 10:02
    assert known.fewest_open[20:22] == (1, 0)  # from ten to half past: two windows on the first day, one on the second; then none


def test_the_journal_tells_what_was_told_and_what_came(ledger, take, desk, clock):
    ledger.waits = draw(ledger.floor, clock())
    waiting = take("tax")
    told = (waiting.wait_p10, waiting.wait_p50, waiting.wait_p90)
    clock.forward(minutes=7)
    desk("2").call_next()

    one = history.outcome_of(ledger.floor.tickets[waiting.id])

    assert None not in told and one == WaitOutcome(kind="ordinary", drawn=waiting.wait_drawn, told=told, waited=420.0)
    assert history.outcome_of(waiting) is None  # not called yet
    assert history.outcome_of(replace(ledger.floor.tickets[waiting.id], clock_at=clock())) is None  # let others go first
