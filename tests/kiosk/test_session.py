"""The table of screens, walked screen by gesture; and the minutes that people really have."""

import pytest

from kiosk.session import ALWAYS, ASKS, KEEPS, PEOPLE, SCREENS, SILENT, STARTS, TIMES, NotHere, Person, Prefer, Screen, Session, step

S = Screen
ZHANG = Person(masked="张*", last4="002X", card="resident", holder={"name": "张三", "id_number": "11010519491231002X", "card": "resident"})
CHEN = Person(masked="陈*文", last4="0014", card="hmt", holder={"name": "陈大文", "id_number": "810000198001010014", "card": "hmt"})
TICKET = {"id": "t1", "number": "A001", "service": "social"}
FACTS = {
    "person": ZHANG, "service": "social", "code": "AP-1", "slot": "s1", "reason": None, "appointment": None, "appointments": ({"id": "a"},),
    "ticket": TICKET, "tickets": (TICKET,), "slots": ({"id": "s1"},), "message": {"code": "x"}, "help": {"asked_at": 0},
    "enrol": {"code": "1"},
    "authority": "entrusted", "prefer": Prefer(language="en"), "package": {"code": "home", "questions": [{"code": "loan"}]},
    "answers": (("loan", True),), "plan": {"stations": []}, "not_now": ("tax",), "without": (),
}  # fmt: skip
GESTURES = sorted({g for row in SCREENS.values() for g in row})


def at(screen, **more):
    return Session(screen=screen, deadline=99_000 if "time" in SCREENS[screen] else None, **more)


def facts(gesture):
    return {name: FACTS[name] for name in KEEPS.get(gesture, ())}


@pytest.mark.parametrize("screen", S)
@pytest.mark.parametrize("gesture", GESTURES)
def test_every_gesture_on_every_screen_goes_where_the_table_says_or_changes_nothing(screen, gesture):
    before = at(screen, person=ZHANG if screen is not S.IDLE else None)
    row = SCREENS[screen]
    meant = "next_card" if gesture == "card" and "next_card" in row and "card" not in row else gesture  # the minute is over: another person

    if meant not in row:
        with pytest.raises(NotHere) as refused:
            step(before, gesture, 5, **facts(gesture))
        assert refused.value.screen is screen and before == at(screen, person=before.person)
        return
    after, ask = step(before, gesture, 5, **facts(gesture))

    assert after.screen is (row[meant] or screen)
    assert ask == ASKS.get((meant, after.screen))


@pytest.mark.parametrize("screen", S)
def test_whatever_leads_to_idle_forgets_the_person(screen):
    for gesture, to in SCREENS[screen].items():
        if to is not S.IDLE:
            continue
        held = {"person": ZHANG, "service": "social", "ticket": TICKET, "tickets": (TICKET,), "reason": "elderly", "code": "x"}
        left = at(screen, prefer=Prefer(elder=True), **held)

        after, _ = step(left, gesture, 5, **facts(gesture))

        assert after == Session(visit=left.visit + 1, since=after.since, screen=S.IDLE)
        assert after.prefer == Prefer()


def test_every_screen_that_waits_for_a_person_ends_by_itself():
    stays = {S.CLOSED, S.ENROL}

    assert {s for s in S if "time" not in SCREENS[s]} == stays
    assert {s for s in S if "time" in SCREENS[s]} == set(TIMES)
    for screen in set(S) - stays:
        end = SCREENS[screen]["time"]
        assert end in (S.IDLE, S.REFUSED, S.DONE), f"{screen} ends nowhere"


def test_nobody_can_leave_while_a_number_is_on_its_way():
    for screen in (S.ISSUING, S.PRINTING):
        assert not {"cancel", "back", "choose", "confirm", *STARTS} & set(SCREENS[screen])


def test_help_language_and_the_countdown_work_on_every_screen():
    for screen in S:
        assert {"help", "prefer", "stay"} <= set(at(screen).may())


def test_three_touches_are_enough():
    session, touches = Session(), 0
    for gesture in ("card", "choose", "confirm", "issued", "printed"):
        touches += gesture in PEOPLE
        session, _ = step(session, gesture, 0, **facts(gesture))

    assert session.screen is S.DONE and touches == 2


def test_the_countdown_starts_again_with_each_touch_and_is_longer_for_elders():
    session, _ = step(Session(), "start_none", 1_000)
    assert session.seconds_left(1_000) == 60

    session, _ = step(session, "stay", 31_000)
    assert session.seconds_left(31_000) == 60
    assert session.seconds_left(90_500) == 1

    session, _ = step(session, "prefer", 31_000, prefer=Prefer(elder=True))
    assert session.seconds_left(31_000) == 90


def test_a_card_lifted_is_no_sign_that_somebody_is_there():
    session, _ = step(Session(), "card", 0, person=ZHANG)
    before = session.deadline

    session, _ = step(session, "laid", 20_000)
    session, _ = step(session, "lifted", 30_000)

    assert session.deadline == before


def test_idle_counts_down_only_when_somebody_has_changed_its_look():
    assert step(Session(), "stay", 0)[0].deadline is None

    changed, _ = step(Session(), "prefer", 0, prefer=Prefer(language="en"))
    assert changed.deadline == TIMES[S.IDLE] * 1000 and changed.seconds_left(0) is None  # silent

    assert step(changed, "time", 60_000)[0].prefer == Prefer()


def test_a_card_counts_more_than_a_code_typed_before():
    session, _ = step(Session(), "start_appointment", 0)
    session, _ = step(session, "code", 0, code="AP-99")
    session, _ = step(session, "not_found", 0, message={"code": "not_found"})

    session, ask = step(session, "card", 0, person=ZHANG)

    assert (session.code, session.person, ask) == (None, ZHANG, "look_up")


def test_another_card_is_another_person():
    session, _ = step(Session(), "card", 0, person=ZHANG)
    session, _ = step(session, "choose", 0, service="social")

    session, ask = step(session, "card", 0, person=CHEN)

    assert (session.screen, session.person, session.service, session.visit, ask) == (S.CHOOSING, CHEN, None, 2, "greet")


def test_the_same_card_again_keeps_the_place():
    session, _ = step(Session(), "card", 0, person=ZHANG)
    session, _ = step(session, "choose", 0, service="social")

    session, _ = step(session, "card", 0, person=ZHANG)

    assert (session.screen, session.service, session.visit) == (S.CONFIRM, "social", 1)


def test_a_card_laid_after_choosing_joins_the_visit():
    session, _ = step(Session(), "start_none", 0)
    session, _ = step(session, "choose", 0, service="social")

    session, _ = step(session, "card", 0, person=ZHANG)

    assert (session.screen, session.person, session.service) == (S.CONFIRM, ZHANG, "social")


@pytest.mark.parametrize("screen", [S.DONE, S.HOLDS, S.QUOTA, S.NO_PAPER, S.BOOKED, S.AWAY, S.REFUSED])
def test_the_next_person_need_not_wait_for_the_countdown(screen):
    session, ask = step(at(screen, person=ZHANG, ticket=TICKET), "card", 0, person=ZHANG)

    assert (session.screen, session.ticket, session.visit, ask) == (S.CHOOSING, None, 2, "greet")


def test_who_came_to_book_is_asked_for_a_time_not_given_a_number():
    session, _ = step(Session(), "start_book", 0)

    session, ask = step(session, "choose", 0, service="social")

    assert (session.screen, session.service, ask) == (S.ASKING, "social", "slots")


def test_back_from_the_packages_is_where_somebody_came_from():
    straight, _ = step(Session(), "start_package", 0)
    through, _ = step(step(Session(), "start_none", 0)[0], "packages", 0)

    assert step(straight, "back", 0)[0].screen is S.IDLE and step(through, "back", 0)[0].screen is S.CHOOSING


def test_who_leaves_a_package_leaves_its_answers():
    chosen = at(S.PACKAGE, package={"code": "home"}, answers=(("loan", True),), plan={"stations": []}, not_now=("tax",), without=("tax",))

    back, _ = step(chosen, "back", 0)

    assert (back.package, back.answers, back.plan, back.not_now, back.without) == (None, (), None, (), ())


def test_a_session_never_prints_whom_it_holds():
    session, _ = step(Session(), "card", 0, person=ZHANG)

    assert "11010519491231002X" not in repr(session) and "张三" not in repr(session)


def test_silent_screens_show_no_countdown():
    for screen in SILENT:
        assert at(screen).seconds_left(0) is None


def test_the_rows_that_every_screen_shares_are_in_every_row():
    for row in SCREENS.values():
        assert set(ALWAYS) <= set(row)


def test_who_acts_for_another_lays_two_cards_and_says_by_what_and_the_number_is_the_others():
    session, _ = step(at(S.CHOOSING, person=ZHANG), "acting", 5)
    assert (session.screen, session.person, session.agent) == (S.PRINCIPAL, None, ZHANG)

    session, _ = step(session, "card", 6, person=CHEN, message=None)
    session, asked = step(session, "authority", 7, authority="guardian")

    assert (session.screen, session.person, session.agent, session.authority) == (S.CHOOSING, CHEN, ZHANG, "guardian")
    assert asked == "greet" and session.service is None


def test_a_step_back_leaves_nobody_acting_and_the_next_person_finds_nothing_of_either():
    acting, _ = step(at(S.CHOOSING, person=ZHANG), "acting", 5)
    alone, _ = step(acting, "back", 6)
    known, _ = step(acting, "card", 6, person=CHEN, message=None)
    again, _ = step(known, "back", 7)
    third = Person(masked="赵*", last4="0038", holder={"id_number": "110105194912310038"})
    next_one, _ = step(known, "card", 8, person=third, message=None)

    assert (alone.person, alone.agent) == (ZHANG, None)
    assert (again.screen, again.person, again.agent) == (S.PRINCIPAL, None, ZHANG)
    assert (next_one.screen, next_one.person, next_one.agent, next_one.authority) == (S.CHOOSING, third, None, None)
