"""Numbers as anybody, their holder and staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from config.codes import Authority, BackFor, Class, EvaluationState, Move, ReferralReason, ReferralState, State

from ..domain.floor import IN_STATE, NOTED, OF_TICKET
from ..domain.given import Givens, standing
from ..domain.hours import opened
from ..domain.line import may_return, promise_of
from ..domain.persons import KeptOfPerson
from ..domain.private import Secret, Visitor
from ..domain.rights import until
from ..domain.slots import checkin_opens, free_times
from ..domain.texts import FIRST
from ..domain.tickets import MOVES, Ticket, asked_as, kept_for
from ..domain.transaction import Wait as ForecastWait
from ..forecast.wait_picture import Wait, as_told
from ..record import journal, store
from . import shapes
from .base import facts_of, materials, service_names, window_names
from .stations import StationsView

HIDDEN_MOVES = {"expire", "onward", "put_back", "take_back", "keep_booking"}  # done by the hall itself, never by hand
CHANGES_SHOWN = 12
HOLDERS_MOVES = (Move.POSTPONE, Move.RETURN, Move.CANCEL, Move.REBOOK)  # what the holder of a track code may do


class TicketsView(StationsView):
    def referred_today(self) -> list[Ticket]:
        """Numbers and bookings of today that have gone to another hall, or are on their way there."""
        return [t for t in self.floor.tickets.of(IN_STATE, State.REFERRED) if t.day == self.floor.day]

    def referral(self, t: Ticket, *, link: bool = False) -> shapes.Referral | None:
        """Where a number has gone to, or has come from; with the `link` to follow it, for its holder."""
        if not t.referral:
            return None
        known = t.referral
        out = "to" in known
        code = known["to"] if out else known["from"]
        hall = next((one.name for one in self.floor.neighbours.items if one.code == code), {})
        state = ReferralState(known["state"]) if out else None
        facts = {"hall": hall or code, "number": known.get("number"), "service": known.get("service_names"), "why": known.get("refusal")}
        return {
            "out": out,
            "hall": code,
            "hall_names": hall or {FIRST: code},
            "service_names": known.get("service_names"),
            "number": known.get("number"),
            "state": state,
            "why": ReferralReason(known["why"]) if known.get("why") else None,
            "say": {"code": str(state or "received")} | self.say("referrals", str(state or "received"), facts),
            "steps": [{"service_names": one["service_names"], "outcome": one["outcome"]} for one in known.get("legs", ())],
            "url": self._followed(t) if link and out else None,
        }

    def _followed(self, t: Ticket) -> str | None:
        """The track page at the other hall."""
        kept = store.fetch(self.reader, Secret, f"referred:{t.id}") if self.reader is not None else None
        return kept and self.keys.unlock("referred", kept.value.partition(":")[2], t.id)

    def ahead_of(self, t: Ticket) -> int | None:
        """People ahead of a ticket that waits, 0 of any other; None where nothing can be said."""
        if t.state is not State.WAITING:
            return 0
        return self.waits.ahead_of(self.floor, t) if self.waits and t.id in self.floor.tickets else None

    def ticket(self, t: Ticket) -> shapes.Ticket:
        """A ticket for any program that may see it. Who it is and the code on its slip are in `person` and `link`."""
        return {
            "id": t.id,
            "key": t.key,
            "number": t.number,
            "day": t.day,
            "service": t.service,
            "class": t.class_,
            "class_names": self.class_names(t.class_),
            "channel": t.channel,
            "state": t.state,
            "issued_at": self.instant(t.issued_at),
            "ahead": self.ahead_of(t),
            "wait": self.wait(self.wait_of(t)),
            "told": self.told_wait(t),
            "window": t.window,
            "only_window": t.only_window,
            "times_called": t.times_called,
            "called_at": self.instant(t.called_at),
            "started_at": self.instant(t.started_at),
            "finished_at": self.instant(t.finished_at),
            "outcome": t.outcome,
            "legs": [
                {
                    "service": leg.service,
                    "window": leg.window,
                    "called_at": self.instant(leg.called_at),
                    "started_at": self.instant(leg.started_at),
                    "finished_at": self.instant(leg.finished_at),
                    "outcome": leg.outcome,
                }
                for leg in t.legs
            ],
            "onward": list(t.onward),
            "package": t.package,
            "offline": t.offline,
            "slot_at": self.instant(t.slot_at),
            "slot_end": self.instant(t.slot_end),
            "language": t.language,
            "target": t.target,
            "persons": t.persons,
            "authority": Authority(t.authority) if t.authority else None,
            "back": self.back(t),
            "referral": self.referral(t),
        }

    def person(self, t: Ticket) -> shapes.TicketPerson:
        """Of whom the number is, for who serves and receives: masked, and why it goes before others."""
        return {"reason": t.reason, "holder_masked": self.holder(t.id), "holder_typed": self.typed_holder(t.id)}

    def link(self, t: Ticket) -> shapes.TicketLink:
        """What its holder follows it with. Whoever knows it may give the number up: it is for the holder and for who hands it out."""
        return {"track": self.track_code(t), "url": self.track_url(t)}

    def track_code(self, t: Ticket) -> str:
        """The code on the slip; a kiosk that was alone made its own."""
        if t.offline and self.reader is not None:
            own = store.fetch(self.reader, Secret, f"track-of:{t.id}")
            if own:
                return own.value
        return self.keys.code("track", t.id)

    def track_url(self, t: Ticket) -> str:
        """The address in the slip's code. The page opens in the language in which the number was taken."""
        return f"{self.public_url}/t/{self.track_code(t)}" + ("" if t.language == FIRST else f"?lang={t.language}")

    def told_wait(self, t: Ticket) -> shapes.ToldWait | None:
        """The wait as it was told when the number was taken."""
        if t.wait_p50 is None or t.wait_p90 is None:
            return None
        return {"p50": t.wait_p50, "p90": t.wait_p90, "say": self.say("wait", *as_told(t.wait_p50, t.wait_p90))}

    def wait_of(self, t: Ticket) -> ForecastWait | None:
        """From now until the call; None once it is called, or where no window serves it. Until a forecast knows a ticket, what it was
        told: the slip, the answer and the phone say the same."""
        if self.waits is None or t.state is not State.WAITING:
            return None
        if t.wait_p50 is not None and t.wait_p90 is not None and not (t.legs or t.misses) and self.waits.is_new(t):
            return Wait(p10=t.wait_p50 if t.wait_p10 is None else t.wait_p10, p50=t.wait_p50, p90=t.wait_p90, at=t.issued_at or 0)
        return self.waits.of_ticket(t.id) or self.waits.for_new(t.service, asked_as(t), self.newer, t.clock_at)

    def holder(self, ticket: str) -> str | None:
        """张* or ****002X or 138****1234: whichever is known, never more."""
        v = self._visitor(ticket)
        if not v:
            return None
        return v.name or (f"****{v.id_last4}" if v.id_last4 else v.phone) or None

    def typed_holder(self, ticket: str) -> bool:
        """Whether its ID number was typed."""
        v = self._visitor(ticket)
        return v is not None and v.typed

    def _visitor(self, ticket: str) -> Visitor | None:
        v = self.floor.visitors.get(ticket)
        return store.fetch(self.reader, Visitor, ticket) if v is None and self.reader is not None else v

    def person_kept(self, found: Sequence[KeptOfPerson], missed: int, *, days: int) -> shapes.PersonKept:
        """All that is kept of a person, masked as it is kept. `days`: after so many it is forgotten by itself."""
        return {"tickets": [self._kept(one, days) for one in found], "missed": missed}

    def _kept(self, one: KeptOfPerson, days: int) -> shapes.KeptTicket:
        t, v = one.ticket, one.visitor
        return {
            "ticket": t.id,
            "number": t.number,
            "service": t.service,
            "service_names": self.service_name(t.service),
            "state": t.state,
            "say": {"code": t.state} | self.say("states", t.state, {}),
            "at": self.instant(t.issued_at or t.slot_at),
            "name": v.name,
            "id_last4": v.id_last4,
            "card": v.card,
            "phone": v.phone,
            "reachable": bool(v.reach),
            "notice": v.notice,
            "messages": [{"what": m.what.split(":")[0], "state": m.state, "at": self.at(m.at)} for m in one.sent],
            "browsers": one.browsers,
            "words": one.words,
            "until": self.at(v.at + days * 86_400_000),
        }

    def moves(self, t: Ticket) -> list[Move]:
        """What may be done with it now: nothing that would be refused, but for the time that passes (`undo_until`)."""
        most = self.floor.calls.most_calls
        refused = {
            "return": not may_return(self.floor, t),
            "make_green": t.class_ == Class.GREEN and not self.floor.rules.classes,
            "rebook": t.state is State.BOOKED and not self.rebookable(t),
            "recall": bool(most) and t.times_called >= most,
        }
        return [Move(m) for m in MOVES[t.state] if m not in HIDDEN_MOVES and not refused.get(m)]

    def staff_ticket(self, t: Ticket) -> shapes.StaffTicket:
        promise, clock = promise_of(self.floor, t), t.clock_at or None  # it starts with the check-in
        decided = t.state is State.WAITING and t.first_called_at is not None  # called before, and back in line
        return {
            **self.ticket(t),
            **self.on_package(t),
            "moves": self.moves(t),
            "waited": clock and max(0, ((t.called_at or self.now) - clock) // 1000),
            "clock_at": self.instant(clock),
            "target": promise.target_s,
            "warn": promise.warn_s,
            "handling": promise.handling_s,
            "due_at": self.at(clock + promise.target_s * 1000) if clock and not decided else None,
            "order": self.waits.place(t.id) if self.waits else None,
            "evaluated": None,
            "unkept": self.unkept(t),
            "undo_until": self.at(t.called_at + 1000 * self.floor.calls.undo_s) if t.state is State.CALLED and t.called_at else None,
        }

    def line_ticket(self, t: Ticket) -> shapes.StaffTicket:
        """As those see it who serve the line."""
        return {**self.staff_ticket(t), **self.person(t), "notes": self.notes_of(t), "kept_for": kept_for(t)}

    def notes_of(self, t: Ticket) -> list[shapes.TicketNote]:
        """What staff has written for whoever serves it, in order, as long as it is kept."""
        some = ((m, self.written(m)) for m in self.floor.messages.of(NOTED, t.id))
        return [{"text": text, "by": m.by, "at": self.at(m.at)} for m, text in some if text]

    def track(self, t: Ticket) -> shapes.TrackedTicket:
        """What the holder of a track code sees."""
        service, window = self.floor.services.get(t.service), self.floor.windows.get(t.window or "")
        mine = list(self.floor.evaluations.of(OF_TICKET, t.id))
        last = max(mine, key=lambda e: e.leg, default=None)
        public, course = self.ticket(t), self.on_package(t)
        links = {e.leg: self.evaluation_link(e) for e in mine if e.state == EvaluationState.OPEN}
        for leg, station in enumerate(course.get("stations", [])[: len(t.legs)], 1):
            station["evaluation"] = links.get(leg)
        rules, moves = self.floor.rules, self.moves(t)
        return {
            **public,
            **course,
            **self.link(t),
            "referral": self.referral(t, link=True),
            "holder_masked": self.holder(t.id),
            **service_names(self.service_name(t.service)),
            **materials(service),
            **window_names(self.window_name(window.no) if window else None),
            "where": self.where_of(t),
            "moves": [m for m in HOLDERS_MOVES if m in moves and (m != "return" or rules.returns.oneself)],
            "return_within": rules.returns.within_s if may_return(self.floor, t) else None,
            "unkept": self.unkept(t),
            "rules": self.rules_of(t),
            **self.checkin_of(t),
            "changes": self.changes(t),
            "ahead_rose": self.waits.rose.get(t.id) if self.waits and t.state is State.WAITING else None,
            "soon": t.state is State.WAITING and public["ahead"] is not None and public["ahead"] <= self.soon_at,
            "evaluation": self.evaluation_link(last) if last and last.state == EvaluationState.OPEN else None,
            "evaluated": bool(last and last.state == EvaluationState.GIVEN),
        }

    @cached_property
    def givens(self) -> Givens:
        return Givens(self.floor, self.now, self.zone)

    def rebookable(self, t: Ticket) -> bool:
        """Whether another time can be had: one is free."""
        if t.service not in self._free:
            self._free[t.service] = list(islice(free_times(self.floor, t.service, self.now, self.zone), 2))
        return any(at != t.slot for at in self._free[t.service])

    @cached_property
    def _free(self) -> dict[str, list[int]]:
        """The next two free times of the services that were asked about."""
        return {}

    def unkept(self, t: Ticket) -> list[shapes.Said]:
        """What a change of the hall took from a number or booking, in words for its holder, until it is settled."""
        lacks = standing(self.floor, t, self.givens) if t.unkept else ()
        return [{"code": reason} | self.say("unkept", *self._told_unkept(t, reason)) for reason in lacks]

    def checkin_of(self, t: Ticket) -> shapes.CheckinTimes:
        """From when to when a booking is checked in as one."""
        if t.state is not State.BOOKED:
            return {"checkin_from": None, "checkin_until": None}
        first, last = self._checkin(t)
        return {"checkin_from": first, "checkin_until": last}

    def _checkin(self, t: Ticket) -> tuple[str, str]:
        rule = self.floor.rules.appointments
        return self.at(checkin_opens(self.floor, t, self.zone)), self.at(t.slot + min(rule.late_s, rule.no_show_s) * 1000)

    def rules_of(self, t: Ticket) -> list[shapes.Said]:
        """The hall's rules that matter to a number now, in words for its holder: when to check in, what becomes of it after a miss."""
        rule = self.floor.rules.returns
        if t.state is State.BOOKED:
            first, last = self._checkin(t)
            return [self._rule("checkin", {"from": first[11:16], "until": last[11:16]})]
        left = max(0, rule.times - t.misses + (t.state is State.MISSED)) if rule.within_s else 0
        if t.state in (State.WAITING, State.CALLED):
            facts = {"minutes": max(1, rule.within_s // 60), "times": left}
            return [self._rule("returns" if left else "no_returns", facts)]
        if t.state is State.MISSED and may_return(self.floor, t):
            until = self.at((t.called_at or self.now) + rule.within_s * 1000)[11:16]
            return [self._rule("missed", {"until": until, "times": left, "places": rule.places or None})]
        return [self._rule("missed_over", {})] if t.state is State.MISSED else []

    def back(self, t: Ticket) -> shapes.ComingBack | None:
        """The right of a number that is over to come back without queueing again, in words for its holder."""
        if not t.back_for:
            return None
        last = until(self.floor, t, self.zone)
        over = last is not None and self.now > last
        facts = {"service": self.service_name(t.service), "until": self.at(last)[:16].replace("T", " ") if last else None}
        code = "used" if last is None else "over" if over else t.back_for
        said = self.say("back", code, facts)
        return {"why": BackFor(t.back_for), "until": None if last is None or over else self.at(last), "say": {"code": code} | said}

    def _rule(self, code: str, facts: dict[str, Any]) -> shapes.Said:
        return {"code": code} | self.say("rules", code, facts)

    def _told_unkept(self, t: Ticket, reason: str) -> tuple[str, dict[str, Any]]:
        """(key, facts) of the sentence: what holds now."""
        clock = lambda ms: self.at(ms)[11:16]
        facts: dict[str, Any] = {"service": self.service_name(t.service), "slot": self.at(t.slot)[:16].replace("T", " ")}
        if reason == "checkin":
            first, last = self._checkin(t)
            facts |= {"from": first[11:16], "until": last[11:16]}
        if reason == "open_today":
            closed = [end for _, end in opened(self.floor.hours, date.fromisoformat(t.day), self.zone, t.service)]
            facts["until"] = clock(closed[-1]) if closed else None
        if reason == "wait":
            facts["minutes"] = -(-promise_of(self.floor, t).target_s // 60)
        if reason == "returns":
            times, within = self.givens.of(t)["returns"]
            facts |= {"times": times, "minutes": within // 60}
            return ("returns" if times and within else "no_returns"), facts
        return reason, facts

    def changes(self, t: Ticket) -> list[shapes.Said]:
        """What has happened to a ticket, newest first, in words for its holder."""
        if self.reader is None:
            return []
        told = lambda r: self.say("changes", r["kind"], facts_of(r["body"]) | ({"window": r["window"]} if r["window"] else {}))
        return [{k: r[k] for k in ("at", "kind", "window")} | told(r) for r in journal.of_ticket(self.reader, t.id, CHANGES_SHOWN)]

    def find(self, id: str) -> Ticket | None:
        """Any ticket there ever was."""
        found = self.floor.tickets.get(id)
        if found is None and self.reader is not None:
            found = store.fetch(self.reader, Ticket, id)
        return found

    def find_track(self, code: str) -> Ticket | None:
        id = self.keys.id_of("track", code)
        if id is None and self.reader is not None:
            known = store.fetch(self.reader, Secret, f"track:{code}")
            id = known and known.value
        return self.find(id) if id else None
