"""一件事: one number for several services. What is left to visit, where it goes next, and that no leg is lost, doubled or changed."""

import pytest

from config.codes import SkipReason
from server import actions
from server.domain.errors import HallError
from server.domain.packages import measure_packages
from server.domain.tickets import services_of
from server.record import audit

HOME = {
    "code": "home", "name": {"zh": "安居", "en": "A home"},
    "questions": [{"code": "loan", "text": {"zh": "有没有贷款？", "en": "Is there a loan?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "loan"}, {"service": "social"}],
}  # fmt: skip
FREE = HOME | {"code": "free", "ordered": False}


@pytest.fixture
def hall(ledger):
    ledger.do("m", actions.put_setting, name="packages", value={"items": [HOME, FREE]})
    yield ledger
    assert audit.verify(ledger.folder).ok and audit.replay(ledger.folder) == []


@pytest.fixture
def begin(hall):
    def take(package="home", **more):
        return hall.do("kiosk:k1", actions.issue_ticket, package=package, **more)

    return take


def served(hall, ticket, no, **how):
    """The number is called to a window, served and finished there."""
    hall.do("w", actions.call_ticket, window=no, ticket=ticket.id)
    hall.do("w", actions.start_service, ticket=ticket.id)
    return hall.do("w", actions.finish, ticket=ticket.id, **how)[0]


def refused(hall, act, **named):
    seq = hall.floor.seq
    with pytest.raises(HallError) as error:
        hall.do("x", act, **named)
    assert hall.floor.seq == seq
    return error.value


@pytest.mark.parametrize(
    ("answers", "visits"),
    [({"loan": True}, "tax estate social"), ({"loan": False}, "tax social"), ({}, "tax estate social")],
)
def test_one_number_visits_the_legs_that_the_answers_ask_for(hall, begin, answers, visits):
    ticket, windows = begin(answers=answers), {"tax": "1", "estate": "3", "social": "2"}
    number, key = ticket.number, ticket.key

    for service in visits.split():
        assert (ticket.service, ticket.number, ticket.key) == (service, number, key)
        ticket = served(hall, ticket, windows[service])

    assert str(ticket.state) == "done" and [leg.service for leg in ticket.legs] == visits.split()
    assert [e.service for e in hall.floor.evaluations.values()] == visits.split()
    assert measure_packages([ticket])["home"].first_pass == 1


def test_a_question_left_open_is_answered_at_the_window_and_an_answer_can_be_taken_back(hall, begin):
    ticket = begin()
    say = lambda yes: hall.do("w", actions.answer_questions, ticket=ticket.id, answers={"loan": yes}).onward

    assert (say(False), say(True), say(False)) == (("social",), ("estate", "social"), ("social",))
    assert served(hall, ticket, "1").service == "social"


def test_who_waits_for_a_leg_that_is_not_needed_goes_to_the_next_with_the_time_waited(hall, begin, clock):
    ticket = served(hall, begin(answers={"loan": True}), "1")
    clock.forward(minutes=9)

    moved = hall.do("guide", actions.answer_questions, ticket=ticket.id, answers={"loan": False})

    assert (moved.service, moved.onward, moved.line_at, moved.clock_at) == ("social", (), ticket.line_at, ticket.clock_at)
    assert refused(hall, actions.skip_leg, ticket=ticket.id, service="social", reason="later").code == "last_leg"


def test_a_leg_is_skipped_with_a_reason_and_taken_up_again(hall, begin):
    ticket = begin(answers={"loan": True})

    skipped = hall.do("w", actions.skip_leg, ticket=ticket.id, service="estate", reason="later")
    back = hall.do("w", actions.restore_leg, ticket=ticket.id, service="estate")

    assert skipped.onward == ("social",) and back.onward == ("estate", "social")
    assert refused(hall, actions.skip_leg, ticket=ticket.id, service="estate", reason="not_today").code == "bad_body"
    assert refused(hall, actions.skip_leg, ticket=ticket.id, service="nothing", reason="later").code == "bad_body"


def test_a_package_with_a_leg_left_for_another_day_is_not_complete(hall, begin):
    ticket = served(hall, served(hall, begin(without=["estate"]), "1"), "2")

    figures = measure_packages([ticket])["home"]

    assert str(ticket.state) == "done" and (figures.over, figures.complete, figures.first_pass_pct) == (1, 0, 0.0)


def test_legs_that_need_one_another_stop_at_one_that_was_not_completed_and_the_others_do_not(hall, begin):
    stopped = served(hall, begin(answers={"loan": True}), "1", outcome="incomplete")
    free = hall.do("w", actions.issue_ticket, package="free", answers={"loan": True})
    on = served(hall, free, {"tax": "1", "social": "1", "estate": "3"}[free.service], outcome="incomplete")

    assert str(stopped.state) == "done" and {leg.skipped for leg in stopped.plan[1:]} == {SkipReason.NOT_REACHED}
    assert str(on.state) == "waiting" and len(on.onward) == 1 and not measure_packages([stopped])["home"].complete


def test_without_an_order_the_next_leg_is_where_the_wait_is_shortest(hall, begin):
    for _ in range(4):
        hall.do("k", actions.issue_ticket, service="tax")
    hall.do("k", actions.issue_ticket, service="social")

    ticket = begin("free", answers={"loan": False})

    assert (ticket.service, ticket.onward, ticket.any_order) == ("social", ("tax",), True)


def test_nobody_is_sent_where_no_number_is_called_any_more_today(hall, begin):
    free, ordered = begin("free", answers={"loan": True}), begin(answers={"loan": True})
    hall.do("w", actions.put_service, code="estate", closed=True)

    ordered = served(hall, ordered, "1")
    for no in ("1", "2"):
        free = served(hall, free, no)

    assert str(ordered.state) == "done" and [leg.skipped for leg in ordered.plan] == [None, "not_today", "not_reached"]
    assert str(free.state) == "done" and {leg.service: leg.skipped for leg in free.plan}["estate"] == "not_today"


def test_what_is_put_aside_goes_on_when_it_is_finished(hall, begin):
    ticket = begin(answers={"loan": False})
    hall.do("w", actions.start_service, ticket=hall.do("w", actions.call_ticket, window="1", ticket=ticket.id).id)
    hall.do("w", actions.hold, ticket=ticket.id)

    after, evaluation = hall.do("w", actions.finish, ticket=ticket.id)

    assert (str(after.state), after.service, after.held_at, evaluation.service) == ("waiting", "social", None, "tax")


def test_sent_on_by_hand_it_comes_back_to_the_leg_that_was_not_finished(hall, begin):
    ticket = begin(answers={"loan": True})
    hall.do("w", actions.start_service, ticket=hall.do("w", actions.call_ticket, window="1", ticket=ticket.id).id)

    ticket = hall.do("w", actions.transfer, ticket=ticket.id, service="social")
    ticket = served(hall, ticket, "2")

    assert (ticket.service, ticket.onward) == ("tax", ("estate",))
    assert not measure_packages([served(hall, served(hall, ticket, "1"), "3")])["home"].first_pass


def test_limits_count_a_number_for_each_of_its_services_wherever_it_is(hall, begin):
    quota = {"quotas": [{"service": "social", "start": 0, "end": 1440, "tickets": 1}], "one_per_service": True}
    hall.do("m", actions.put_setting, name="rules", value=quota)
    holder = {"id_number": "11010519491231002X"}
    ticket = begin(answers={"loan": False}, holder=holder, class_="ordinary")

    again = refused(hall, actions.issue_ticket, service="social", holder=holder)

    assert again.code == "already_holds" and again.facts["number"] == ticket.number
    assert services_of(ticket) == ("tax", "social")
    full = refused(hall, actions.issue_ticket, package="home", answers={"loan": True})
    assert (full.code, full.data["legs"]) == ("package_not_now", ["social"])
    assert begin(answers={"loan": True}, without=["social"]).onward == ("estate",)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ({"package": "nothing"}, "no_such_package"),
        ({"package": "home", "answers": {"load": True}}, "bad_body"),
        ({"package": "home", "without": ["tax", "estate", "social"]}, "nothing_in_package"),
        ({"package": "home", "without": ["police"]}, "bad_body"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_changes_nothing(hall, named, code):
    assert refused(hall, actions.issue_ticket, **named).code == code


def test_a_booking_of_its_first_leg_is_checked_in_for_the_whole_package(hall, clock):
    whose = {"phone": "13812345678"}
    booked = hall.do("app", actions.book, service="tax", slot_at=clock() + 30 * 60_000, **whose)
    clock.forward(minutes=25)

    came = hall.do("k", actions.issue_ticket, package="home", answers={"loan": False}, **whose)

    assert (came.id, came.package, came.service, came.onward) == (booked.id, "home", "tax", ("social",))


def test_who_leaves_after_a_leg_keeps_what_was_done_and_its_evaluation(hall, begin):
    ticket = served(hall, begin(answers={"loan": False}), "1")

    hall.do("hall", actions.end_day, day=ticket.day)

    gone = hall.floor.tickets[ticket.id]
    assert str(gone.state) == "expired" and [leg.outcome for leg in gone.legs] == ["done"]
    assert [e.state for e in hall.floor.evaluations.values()] == ["open"] and measure_packages([gone])["home"].complete == 0


def test_a_package_that_is_changed_changes_no_number_and_is_not_deleted_while_one_is_under_way(hall, begin):
    ticket = begin(answers={"loan": True})
    shorter = HOME | {"questions": [], "legs": [{"service": "tax"}]}

    hall.do("m", actions.put_setting, name="packages", value={"items": [shorter, FREE]})

    assert hall.floor.tickets[ticket.id].onward == ("estate", "social")
    assert refused(hall, actions.put_setting, name="packages", value={"items": [FREE]}).facts["errors"][0]["code"] == "still_held"


def test_what_is_added_to_a_booking_that_is_checked_in_is_held_to_the_limits_of_any_number(hall, begin, clock):
    whose = {"holder": {"id_number": "11010519491231002X"}}
    booked = hall.do("app", actions.book, service="tax", slot_at=clock() + 30 * 60_000, **whose)
    quota = {"quotas": [{"service": "social", "start": 0, "end": 1440, "tickets": 1}]}
    hall.do("m", actions.put_setting, name="rules", value=quota)
    hall.do("kiosk:k1", actions.issue_ticket, service="social")
    clock.forward(25)

    full = refused(hall, actions.issue_ticket, package="home", answers={"loan": False}, **whose)
    came = begin(answers={"loan": False}, without=["social"], **whose)

    assert (full.code, full.data["legs"], full.facts.get("why")) == ("package_not_now", ["social"], None)
    assert (came.id, came.service, came.onward) == (booked.id, "tax", ())


def test_who_holds_a_number_for_a_leg_does_not_get_a_second_one_for_it_by_checking_in(hall, begin, clock):
    whose = {"holder": {"id_number": "11010519491231002X"}}
    hall.do("m", actions.put_setting, name="rules", value={"one_per_service": True})
    hall.do("app", actions.book, service="tax", slot_at=clock() + 30 * 60_000, **whose)
    held = hall.do("kiosk:k1", actions.issue_ticket, service="social", **whose)
    clock.forward(25)

    twice = refused(hall, actions.issue_ticket, package="home", answers={"loan": False}, **whose)

    assert (twice.code, twice.facts["number"]) == ("already_holds", held.number)
