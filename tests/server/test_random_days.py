"""Random days against the real ledger: whatever people press, no number twice, no ticket lost, never two live at a window,
every change with its event, and the journal rebuilds the tables. Also with classes of a hall's own, which the law binds."""

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from small_hall import WINDOWS, Clock, small_hall

from config.codes import AT_WINDOW, LIVE, State
from server import actions
from server.domain.errors import HallError
from server.domain.line import may_serve
from server.domain.packages import TRANSFERRED, measure_packages, to_visit
from server.domain.slots import slots_of
from server.domain.tickets import MOVES
from server.domain.visits import measure, visit
from server.record import audit, store
from server.record.ledger import Ledger
from server.record.packages import packages_of_days
from server.views.day import DayFigures, grades

PACKAGES = [
    {"code": "all", "name": {"zh": "all"}, "ordered": False, "legs": [{"service": code} for code in ("social", "tax", "estate")]},
    *(
        {
            "code": code,
            "name": {"zh": code},
            "ordered": ordered,
            "questions": [{"code": "loan", "text": {"zh": "有没有贷款？"}}],
            "legs": [{"service": "tax"}, {"service": "estate", "only_if": "loan"}, {"service": "social", "unless": "loan"}],
        }
        for code, ordered in (("home", True), ("free", False))
    ),
]
CLERKS = ["ann", "bo", "cy"]
answers = st.dictionaries(st.just("loan"), st.booleans())
windows = st.sampled_from([w["no"] for w in WINDOWS])
services = st.sampled_from(["tax", "social", "estate"])
GESTURES = ("recall", "start_service", "mark_missed", "return_ticket", "hold", "resume", "finish", "cancel", "checkin")


class Day(RuleBasedStateMachine):
    @initialize()
    def open_the_hall(self):
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.ledger = Ledger(Path(self.folder.name), clock=self.clock)
        small_hall(self.ledger)
        self.issued, self.refused, self.figures = {}, 0, DayFigures()
        self.ledger.do("test", actions.put_setting, name="packages", value={"items": PACKAGES})
        self.by_hand = set()  # numbers that somebody sent elsewhere, which may come back to a service
        for w in WINDOWS:
            self.ledger.do("test", actions.set_window, window=w["no"], state="open")

    def press(self, action, **arguments):
        """A gesture; a refusal must have changed nothing."""
        before = self.ledger.floor
        try:
            return self.ledger.do("test", action, **arguments)
        except HallError:
            self.refused += 1
            assert self.ledger.floor == before
            return None

    @invariant()
    def the_figures_kept_are_those_measured_anew(self):
        if hasattr(self, "figures"):
            floor, now = self.ledger.floor, self.clock.now
            legs = (leg for t in floor.tickets.values() if t.day == floor.day for leg in visit(t, grades(floor, t)))
            assert self.figures.measure(floor, now) == measure(legs, now)

    def some(self, n):
        return list(self.ledger.floor.tickets)[n % len(self.ledger.floor.tickets)] if self.ledger.floor.tickets else None

    @rule(service=services, green=st.booleans(), onward=st.lists(services, max_size=2))
    def take(self, service, green, onward):
        ticket = self.press(
            actions.issue_ticket,
            service=service,
            class_="green" if green else "ordinary",
            reason="elderly" if green else None,
            onward=tuple(onward),
        )
        assert (ticket.day, ticket.number) not in self.issued
        self.issued[ticket.day, ticket.number] = ticket.id

    @rule(service=services, hours=st.integers(0, 5))
    def book(self, service, hours):
        slots = slots_of(self.ledger.floor, service, self.ledger.floor.day, 1, self.clock(), self.ledger.zone)
        if slots:
            self.press(actions.book, service=service, slot_at=slots[min(hours, len(slots) - 1)].start)

    @rule(window=windows)
    def call_next(self, window):
        called = self.press(actions.call_next, window=window)
        if called:
            assert called.state is State.CALLED
            assert may_serve(self.ledger.floor, self.ledger.floor.windows[window], called, self.clock.now)

    @rule(window=windows, ending=st.sampled_from(["finish", "hold", "mark_missed", "recall", "transfer"]))
    def serve(self, window, ending):
        """A whole service, so that days get far."""
        there = self.ledger.floor.at_window(window) or self.press(actions.call_next, window=window)
        if there is None:
            return
        if ending not in ("mark_missed", "recall"):
            self.press(actions.start_service, ticket=there.id)
        if ending == "transfer":
            self.by_hand.add(there.id)
            self.press(actions.transfer, ticket=there.id, service="estate")
        else:
            self.press(getattr(actions, ending), ticket=there.id)

    @rule(window=windows, n=st.integers(0, 99))
    def call_one(self, window, n):
        if ticket := self.some(n):
            self.press(actions.call_ticket, window=window, ticket=ticket)

    @rule(gesture=st.sampled_from(GESTURES), n=st.integers(0, 99))
    def gesture(self, gesture, n):
        if ticket := self.some(n):
            self.press(getattr(actions, gesture), ticket=ticket)

    @rule(n=st.integers(0, 99), service=services, place=st.sampled_from(["arrival", "head", "tail"]))
    def transfer(self, n, service, place):
        if ticket := self.some(n):
            self.by_hand.add(ticket)
            self.press(actions.transfer, ticket=ticket, service=service, place=place)

    @rule(package=st.sampled_from(["home", "free", "all"]), said=answers, without=st.lists(services, max_size=1))
    def take_package(self, package, said, without):
        said = {} if package == "all" else said
        ticket = self.press(actions.issue_ticket, package=package, answers=said, without=tuple(without))
        if ticket:
            assert (ticket.day, ticket.number) not in self.issued
            self.issued[ticket.day, ticket.number] = ticket.id

    @rule(n=st.integers(0, 99), said=answers)
    def answer(self, n, said):
        if ticket := self.some_package(n):
            self.press(actions.answer_questions, ticket=ticket, answers=said)

    @rule(n=st.integers(0, 99), service=services, reason=st.sampled_from(["later", "done_before", "not_needed", None]))
    def leave_out(self, n, service, reason):
        if ticket := self.some_package(n):
            how = {"ticket": ticket, "service": service}
            self.press(*((actions.skip_leg,) if reason else (actions.restore_leg,)), **how, **({"reason": reason} if reason else {}))

    def some_package(self, n):
        some = [t.id for t in self.ledger.floor.tickets.values() if t.package]
        return some[n % len(some)] if some else None

    @rule(window=windows, outcome=st.sampled_from(["done", "done", "incomplete", "referred"]))
    def end_a_leg(self, window, outcome):
        there = self.ledger.floor.at_window(window) or self.press(actions.call_next, window=window)
        if there is not None:
            self.press(actions.start_service, ticket=there.id)
            self.press(actions.finish, ticket=there.id, outcome=outcome)

    @rule(window=windows, clerk=st.sampled_from(CLERKS), take_over=st.booleans())
    def sit_down(self, window, clerk, take_over):
        self.press(actions.set_window, window=window, state="open", clerk=clerk, take_over=take_over)

    @rule(
        people=st.dictionaries(
            st.sampled_from(CLERKS), st.dictionaries(services, st.sampled_from(["learning", "able", "expert"])), max_size=3
        ),
        others=st.sampled_from(["all", "all", "none"]),
        any_business=st.lists(windows, unique=True, max_size=2),
    )
    def skills(self, people, others, any_business):
        value = {"people": people, "others": others, "any_business": any_business}
        self.press(actions.put_setting, name="skills", value=value)

    @rule(n=st.integers(0, 99), places=st.integers(1, 5))
    def postpone(self, n, places):
        if ticket := self.some(n):
            self.press(actions.postpone, ticket=ticket, places=places)

    @rule(window=windows, state=st.sampled_from(["open", "paused", "closed", "open"]))
    def change_window(self, window, state):
        self.press(actions.set_window, window=window, state=state)

    @rule(n=st.integers(0, 99), grade=st.integers(1, 5))
    def evaluate(self, n, grade):
        if self.ledger.floor.evaluations:
            key = list(self.ledger.floor.evaluations)[n % len(self.ledger.floor.evaluations)]
            self.press(actions.evaluate, evaluation=key, grade=grade)

    @rule(minutes=st.integers(0, 20))
    def time_goes_on(self, minutes):
        self.clock.forward(minutes)

    @rule()
    def the_plug_is_pulled(self):
        before = self.ledger.floor
        self.ledger.close()
        self.ledger = Ledger(Path(self.folder.name), clock=self.clock)
        same = {k: v for k, v in before.tickets.items() if v.day == self.ledger.floor.day or v.state in LIVE or v.state is State.BOOKED}
        assert self.ledger.floor.tickets == same

    @invariant()
    def never_two_live_tickets_at_a_window(self):
        if hasattr(self, "ledger"):
            busy = [t.window for t in self.ledger.floor.tickets.values() if t.state in AT_WINDOW]
            assert len(busy) == len(set(busy))
            assert None not in busy

    @invariant()
    def a_number_waits_in_one_line_and_a_package_visits_each_service_once(self):
        if hasattr(self, "ledger"):
            floor = self.ledger.floor
            lines = [t.id for service in floor.services for t in floor.waiting(service)]
            assert sorted(lines) == sorted(t.id for t in floor.tickets.values() if t.state is State.WAITING)
            for t in floor.tickets.values():
                if not t.package or t.id in self.by_hand:
                    continue
                been = [leg.service for leg in t.legs if leg.outcome != TRANSFERRED]
                assert len(set(been)) == len(been)
                assert set(been) <= {leg.service for leg in t.plan}
                if t.state in LIVE:
                    assert t.onward == to_visit(t) and t.service not in been and t.service not in t.onward
                    assert next(leg for leg in t.plan if leg.service == t.service).needed or t.state in (State.SERVING, State.HELD)

    @invariant()
    def no_ticket_is_lost(self):
        if hasattr(self, "ledger"):
            floor = self.ledger.floor
            there = {(t.day, t.number): t.id for t in floor.tickets.values()}
            for (day, number), id in self.issued.items():
                if day == floor.day:
                    assert there[day, number] == id

    def teardown(self):
        if not hasattr(self, "ledger"):
            return
        try:
            self.every_change_has_its_event()
            assert audit.verify(self.ledger.folder).ok
            assert audit.replay(self.ledger.folder) == []
            self.packages_are_measured_alike()
            self.ledger.do("test", actions.end_day, day=self.ledger.floor.day)
            left = [t for t in self.ledger.floor.tickets.values() if MOVES[t.state] and t.day <= self.ledger.floor.day]
            assert left == []
            assert audit.replay(self.ledger.folder) == []
        finally:
            self.ledger.close()
            self.folder.cleanup()

    def packages_are_measured_alike(self):
        """Out of the tables, with what people thought of each leg, as out of the numbers themselves; every leg has its promise."""
        floor = self.ledger.floor
        today = [t for t in floor.tickets.values() if t.day == floor.day]
        given = {}
        for e in floor.evaluations.values():
            given.setdefault(e.ticket, {})[e.leg] = e.grade
        with store.open_reader(self.ledger.folder) as db:
            assert packages_of_days(db, floor.day, floor.day) == measure_packages(today, given)
        for t in today:
            if t.package and t.issued_at is not None:
                assert [leg.service for leg in visit(t)][: len(t.legs)] == [leg.service for leg in t.legs]
                assert all(leg.target is not None for leg in visit(t))  # each wait has its promise

    def every_change_has_its_event(self):
        """Each ticket's states, as its events tell them, are a walk along the table that ends where the table has it."""
        with store.open_reader(self.ledger.folder) as db:
            states = {}
            for row in db.execute("SELECT body FROM events ORDER BY seq"):
                for id, change in json.loads(row["body"]).get("set", {}).get("tickets", {}).items():
                    if "state" in change:
                        old, new = states.get(id), State(change["state"])
                        assert old is None or new in MOVES[old].values()
                        states[id] = new
            rows = db.execute("SELECT id, day, number, state FROM tickets").fetchall()
        assert states == {r["id"]: State(r["state"]) for r in rows}
        there = {(r["day"], r["number"]): r["id"] for r in rows}
        assert all(there[key] == id for key, id in self.issued.items())


TestRandomDays = Day.TestCase
TestRandomDays.settings = settings(
    max_examples=40, stateful_step_count=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


LAW = {"zh": "《退役军人保障法》第三十条"}
OWN = (
    {"code": "veteran", "name": {"zh": "退役军人优先"}, "mark": "T", "like": "green", "target": 480, "in_a_row": 2, "ground": LAW,
     "proof": {"zh": "优待证"}},
    {"code": "benefits", "name": {"zh": "惠企专办"}, "mark": "H", "weight": 0.8, "target": 2700},
    {"code": "harvest", "name": {"zh": "农忙专办"}, "mark": "U", "weight": 3.0, "ground": LAW},
)  # fmt: skip


class DayOfOwnClasses(Day):
    @initialize()
    def open_the_hall(self):
        super().open_the_hall()
        rules = {"classes": list(OWN), "rights": {"papers_days": 2, "carry": "always"}}
        self.ledger.do("test", actions.put_setting, name="rules", value=rules)

    @rule(service=services, own=st.sampled_from([one["code"] for one in OWN]), persons=st.integers(1, 4))
    def take_of_own_class(self, service, own, persons):
        ticket = self.press(actions.issue_ticket, service=service, class_=own, persons=persons)
        assert (ticket.day, ticket.number) not in self.issued
        self.issued[ticket.day, ticket.number] = ticket.id

    @rule(window=windows)
    def call_next(self, window):
        before = self.ledger.floor
        called = self.press(actions.call_next, window=window)
        if called is None or called.class_ != "benefits":
            return
        passed = [
            t.number
            for t in before.waiting(called.service)
            if (t.class_, len(t.legs), t.only_window) == ("ordinary", 0, None) and t.line_at < before.tickets[called.id].line_at
        ]
        assert passed == []  # no law puts it before those who came first


TestRandomDaysOfOwnClasses = DayOfOwnClasses.TestCase
TestRandomDaysOfOwnClasses.settings = settings(TestRandomDays.settings, max_examples=20)
