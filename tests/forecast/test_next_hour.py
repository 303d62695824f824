"""Which windows the next hour needs: opened where promises would break, closed where none would, never the last that serves."""

from dataclasses import replace

from server.domain.dispatch import Station, Waiter
from server.forecast import next_hour
from server.forecast.learned import BINS, Learned
from server.forecast.wait_picture import HallState

NOW, MIN = 1_700_000_000_000, 60_000
KNOWN = Learned(days=9, leave=(0.0,) * 30, come={("tax", "ordinary"): (1.0,) * BINS})


def window(no, *services, open=True, **more):
    return Station(no=no, services=frozenset(services), open=open, **more)


def hall(n, *stations, learned=KNOWN, waited=15):
    came = [NOW - waited * MIN + k for k in range(n)]
    line = tuple(
        Waiter(id=str(k), number=f"A{k:03}", series="A", service="tax", line_at=at, clock_at=at, target=1800) for k, at in enumerate(came)
    )
    return HallState(waiting=line, stations=stations, minutes={"tax": 6.0, "social": 6.0}, learned=learned, midnight=NOW - 600 * MIN)


def test_windows_are_opened_until_the_promises_are_kept():
    closed = [window(no, "tax", open=False) for no in ("2", "3", "4", "5", "6")]
    found = next_hour.advise(hall(12, window("1", "tax"), *closed, window("9", "social", open=False)), NOW)

    assert found.open and "9" not in found.open and not found.close and len(found.open) <= next_hour.MOST_OPENED
    assert found.as_is.all < 0.6 < found.advised.all <= found.full.all + 0.02
    assert found.advised.windows == 1 + len(found.open) and found.full.windows == 7


def test_where_every_window_is_closed_all_who_wait_are_lost_until_one_opens():
    found = next_hour.advise(hall(3, *(window(no, "tax", open=False) for no in ("1", "2", "3"))), NOW)

    assert found.due > 3 and found.as_is.all < 0.05 and found.as_is.windows == 0
    assert found.open and found.advised.enough


def test_what_would_not_help_is_not_opened():
    found = next_hour.advise(hall(12, window("1", "tax"), window("9", "social", open=False)), NOW)

    assert found.open == () and found.close == () and found.advised == found.as_is


def test_a_window_too_many_is_closed_but_never_the_last_that_serves_nor_one_at_work():
    some = (window("1", "tax"), window("2", "tax"), window("3", "tax"), window("9", "social"))
    found = next_hour.advise(hall(0, *some), NOW)

    assert 1 <= len(found.close) <= 2 and set(found.close) <= {"1", "2", "3"} and found.advised.enough
    busy = [replace(s, busy_with="tax", started_at=NOW - MIN) for s in some[:3]]
    assert next_hour.advise(hall(0, *busy, some[3]), NOW).close == ()


def test_on_the_first_day_nothing_is_closed():
    some = (window("1", "tax"), window("2", "tax"), window("3", "tax"))

    assert next_hour.advise(hall(0, *some, learned=None), NOW).close == ()


def test_a_window_lent_by_the_clock_is_one_window():
    later = replace(window("2", "social", open=False), intervals=((NOW + 30 * MIN, NOW + 300 * MIN),))
    found = next_hour.advise(hall(10, window("1", "tax"), window("2", "tax", open=False), later), NOW)

    assert found.full.windows == 2 and found.open == ("2",)


def test_a_window_is_tried_open_or_closed_whatever_its_days_were_until_now():
    far = NOW + 300 * MIN
    away = replace(window("2", "tax", open=False), intervals=((far, far + MIN),), ways=(((far, far + MIN),), ()))
    plain = replace(away, ways=())
    found, wanted = (next_hour.advise(hall(12, window("1", "tax"), s), NOW) for s in (away, plain))
    assert found.open == ("2",) and found.full == wanted.full

    here = replace(window("2", "tax"), intervals=((NOW, far),), ways=(((NOW, far),), ((NOW, far),)))
    state = hall(0, window("1", "tax"), here, window("9", "social"))
    closed = lambda s: next_hour._kept(replace(state, stations=(s, state.stations[0])), NOW, frozenset({"1"}), (9.0, 0.0), 40, 1)
    assert closed(here) == closed(replace(here, ways=()))


def test_after_the_hour_a_window_goes_its_own_ways_again():
    end, far = NOW + 60 * MIN, NOW + 300 * MIN
    there = replace(window("2", "tax"), intervals=((NOW, far),), ways=(((NOW, far),), ((NOW, end - MIN),), ()))

    assert next_hour._for_an_hour(there, False, NOW).ways == (((end, far),), (), ())
    assert next_hour._for_an_hour(replace(there, open=False), True, NOW).ways == (((NOW, end), (end, far)), ((NOW, end),), ((NOW, end),))
