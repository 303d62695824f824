"""Who is next: promises, rows of numbers, the cap, and a sentence for everybody who is passed over."""

import inspect
import re

import pytest
from pydantic import ValidationError

from config import settings, words
from config.settings.rules import Rules
from server.domain import dispatch
from server.domain.dispatch import Station, Waiter, choose, explain, idle

WORDS = words.load()
NOW = 1_700_000_000_000
MIN = 60_000


def waiter(number, waited, *, target=30, service="social", series=None, **more):
    at = NOW - int(waited * MIN)
    return Waiter(
        id=number, number=number, series=series or number[0], service=service, line_at=at, clock_at=at, target=target * 60, **more
    )


def window(*services, **more):
    return Station(no="1", services=frozenset(services or {"social"}), **more)


@pytest.mark.parametrize("mode", ["fair", "most"])
def test_first_come_first_served_in_one_series(mode):
    line = [waiter("A003", 4), waiter("A001", 12), waiter("A002", 9)]

    called = choose(line, window(), NOW, Rules(mode=mode))

    assert called.ticket.number == "A001"
    assert called.code == "first_come" and called.overtaken == ()


def test_a_booked_visitor_goes_before_a_walk_in_and_the_desk_says_why():
    line = [waiter("A014", 9), waiter("Y002", 6, target=10, class_="appointment")]

    why = explain(choose(line, window(), NOW, Rules()))

    assert why["code"] == "appointment"
    told = WORDS.texts("why", why["code"], **why["facts"])
    assert told["zh"] == "优先于等候 9 分钟的 A014：预约号的 10 分钟承诺将到期"
    assert told["en"] == "ahead of A014 (waiting 9 min): booked, and its 10-minute promise is nearly up"
    assert why["overtaken"] == ["A014"]


@pytest.mark.parametrize("mode", ["fair", "most"])
@pytest.mark.parametrize(("waited", "first"), [(1, "A001"), (2, "G001"), (10, "G001"), (10.1, "A001")])
def test_who_has_waited_ninety_minutes_goes_before_all_but_who_could_still_be_kept(mode, waited, first):
    """A green one with eight minutes left, or none, still goes before; one that is lost already does not."""
    line = [waiter("A001", 91), waiter("G001", waited, target=10, class_="green")]

    assert choose(line, window(), NOW, Rules(mode=mode)).ticket.number == first


@pytest.mark.parametrize(("mode", "first"), [("fair", "A001"), ("most", "A001")])
def test_no_walk_in_in_time_goes_before_who_has_waited_ninety_minutes(mode, first):
    line = [waiter("A001", 91), waiter("B001", 29, expected_s=120), waiter("Y001", 31, target=10, class_="appointment")]

    assert choose(line, window(), NOW, Rules(mode=mode)).ticket.number == first


@pytest.mark.parametrize(("over", "first"), [(29, "B001"), (30, "A001"), (50, "A001")])
def test_who_is_thirty_minutes_past_the_promise_is_passed_over_by_no_walk_in_in_time(over, first):
    line = [waiter("A001", 30 + over, expected_s=1800), waiter("B001", 29, expected_s=120)]

    why = explain(choose(line, window(), NOW, Rules()))

    assert why["facts"]["number"] == first


def test_among_those_so_late_the_longest_past_the_promise_goes_first_and_green_and_booked_before_walk_ins():
    line = [waiter("A001", 55), waiter("B001", 58, target=45), waiter("C001", 69, target=45), waiter("Y001", 25, target=10,
            class_="appointment", complex=True)]  # fmt: skip
    order = []
    late = Rules(overdue_s=600)
    while line:
        order.append(choose(line, window(), NOW, late).ticket)
        line.remove(order[-1])

    assert [w.number for w in order] == ["Y001", "A001", "C001", "B001"]


def test_a_booked_visitor_whose_promise_is_nearly_up_still_goes_before_who_is_so_late():
    line = [waiter("A001", 60), waiter("Y001", 5, target=10, class_="appointment")]

    assert choose(line, window(), NOW, Rules()).ticket.number == "Y001"


@pytest.mark.parametrize(("old", "new"), [("fair", 600), ("most", 5400)])
def test_the_two_modes_of_older_halls_are_taken_as_minutes(old, new):
    assert settings.parse("rules", {"mode": old}) == Rules(overdue_s=new)
    assert settings.parse("rules", {"mode": "most", "cap_s": 7200}).overdue_s == 7200
    assert settings.as_json(settings.parse("rules", {"mode": old})) == {"overdue_s": new}


def test_a_window_does_not_idle_while_someone_it_may_serve_waits():
    line = [waiter("A001", 1)]

    assert choose(line, window("social", "tax"), NOW, Rules()).ticket.number == "A001"
    assert choose(line, window("tax"), NOW, Rules()) is None
    assert idle(line, window("tax"))["code"] == "nobody"


def test_a_reserved_window_says_that_it_is_reserved():
    line = [waiter("A001", 1)]
    green_only = window(reserved=frozenset({"green"}))

    assert choose(line, green_only, NOW, Rules()) is None
    why = idle(line, green_only)
    assert why == {"code": "reserved", "facts": {"n": 1, "classes": ["green"]}}
    said = WORDS.texts("why", "reserved", **why["facts"])
    assert said["zh"] == "有 1 人在等候，但本窗口此时专为绿色通道保留"
    assert said["en"] == "1 person is waiting, but this window is now reserved for the green channel"


def test_a_ticket_sent_to_one_window_waits_for_that_window():
    line = [waiter("A001", 20, only_window="7"), waiter("A002", 3)]

    assert choose(line, window(), NOW, Rules()).ticket.number == "A002"


def test_the_green_channel_has_a_fair_cap():
    line = [waiter("A001", 5), waiter("G009", 5, target=10, class_="green")]
    rules = Rules()

    assert choose(line, window(green_in_a_row=rules.green.in_a_row), NOW, rules).ticket.number == "A001"
    assert choose(line, window(green_in_a_row=rules.green.in_a_row - 1), NOW, rules).ticket.number == "G009"


def test_every_code_has_a_sentence_in_every_language():
    codes = set(re.findall(r'return \(?"(\w+)", ', inspect.getsource(dispatch._reason))) | {"nobody", "reserved", "by_hand", "ahead"}

    assert len(codes) > 10
    for lang in WORDS.languages:
        assert codes == WORDS.codes("why", lang)


def test_a_rule_set_survives_the_way_through_json():
    rules = Rules(overdue_s=1800, cap_s=3600)

    assert settings.parse("rules", settings.in_whole(rules)) == rules == settings.parse("rules", settings.as_json(rules))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"caps": 300}, "rules.caps: unknown; did you mean 'cap_s'"),
        ({"mode": "best"}, "rules.mode: unknown"),
        ({"overdue_s": -1}, "rules.overdue_s: must be between 0 and 86400"),
        ({"cap_s": -1}, "rules.cap_s: must be between 60 and 86400"),
        ({"green": {"agee": 60}}, "rules.green.agee: unknown; did you mean 'age'"),
    ],
)
def test_a_wrong_rule_set_is_refused_in_a_sentence(data, says):
    with pytest.raises(ValidationError) as refused:
        settings.parse("rules", data)

    assert says in settings.sentences("rules", refused.value)[0]


@pytest.mark.parametrize(
    ("class_", "kind", "minutes"),
    [("appointment", "ordinary", 10), ("appointment", "complex", 30), ("green", "complex", 10), ("transfer", "complex", 15),
     ("ordinary", "ordinary", 30), ("ordinary", "complex", 45)],
)  # fmt: skip
def test_the_published_promises_are_the_defaults(class_, kind, minutes):
    promise = Rules().promise(kind=kind, class_=class_)

    assert promise.target_s == minutes * 60 and promise.handling_s == 20 * 60
