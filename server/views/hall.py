"""The hall, its services, notices, messages, calls for help, plans and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, TypedDict

from config.codes import Channel, Class, Role
from config.settings import as_json

from ..domain.floor import SENT, HallZone
from ..domain.hours import as_texts, clock, is_open, next_numbers, numbers_as_texts, opened, stopped_from
from ..domain.line import told_quota, used_up
from ..domain.offered import given_at, most_used, offered_at, typed_at
from ..domain.texts import FIRST, Text, pick
from ..domain.things import HallNotice
from ..domain.things import Service as ServiceRow
from .base import BaseView, materials, names
from .initials import initials
from .shapes import (
    Alert,
    DeskMessage,
    GreenReason,
    Hall,
    Help,
    MenuTold,
    Notice,
    NumbersStopped,
    Said,
    ServedAt,
    Service,
    ShownZone,
    Span,
    Wait,
)


class ServiceNow(TypedDict):
    code: str
    waiting: int
    ahead: int | None
    wait: Wait | None


class NumbersGiven(TypedDict):
    open: bool
    numbers: list[Span] | None
    next_numbers: str | None


class Offer(TypedDict):
    full: bool
    full_hours: Span | None
    served: bool
    windows: list[ServedAt]


class HallView(BaseView):
    def hall(self) -> Hall:
        hall, hours = self.floor.the_hall, self.floor.hours_now
        today = datetime.fromtimestamp(self.now / 1000, self.zone).date()
        return {
            "code": hall.code,
            **names(hall.name),
            "now": self.at(self.now),
            "hours": _spans(as_texts(hours, today, self.zone)),
            **self.given_at(None),
            "stopped": self.stopped,
            "sessions": [
                {"from": one.span[:5], "to": one.span[6:], **names(one.name), "services": list(one.services)}
                for one in sorted(hours.sessions_on(today), key=lambda one: one.span)
            ],
            "timezone": hall.timezone,
            "language": FIRST,
            "zones": [self.zone_shown(one) for one in self.floor.zones.items],
            "voice": self.voice or {},
            "look": as_json(self.floor.look) or None,
            "notice": as_json(self.floor.notice) or None,
        }

    def given_at(self, service: ServiceRow | None) -> NumbersGiven:
        """Whether numbers may be taken now, of any service or of one, and when they may today and next."""
        hours, stopped = self.floor.hours_now, self.stopped is not None
        if not hours.enforce and (service is None or not (stopped or hours.own(service.code))):
            return {"open": True, "numbers": None, "next_numbers": None}
        apart = service is None or stopped or service.code in hours.apart or hours.last_by_handling
        key = (service.code if service else None) if apart else ""
        if key not in self._given:
            today = datetime.fromtimestamp(self.now / 1000, self.zone).date()
            open = is_open(hours, self.now, self.zone, service)
            coming = None if open else next_numbers(hours, self.now, self.zone, service)
            numbers = _spans(numbers_as_texts(hours, today, self.zone, service))
            self._given[key] = {"open": open, "numbers": numbers, "next_numbers": None if coming is None else self.at(coming)}
        return self._given[key]

    @cached_property
    def stopped(self) -> NumbersStopped | None:
        """Since when today there are no more numbers at all, and why."""
        today = datetime.fromtimestamp(self.now / 1000, self.zone).date()
        since = stopped_from(self.floor.hours_now, today, self.zone)
        if since is None or since > self.now:
            return None
        return {"from": self.at(since), "texts": self.floor.stopped.text or self.say("announcements", "stopped", {})}

    @cached_property
    def _given(self) -> dict[str | None, NumbersGiven]:
        """By service; those that are given as the hall is open share one."""
        return {}

    def zone_shown(self, zone: HallZone) -> ShownZone:
        type_code = self.floor.types.code_of(zone.type) if zone.type else None
        called = names(self.floor.zones.names(zone.code))
        return {"code": zone.code, **called, "type_code": type_code, "where": self.where(zone), "places": zone.place}

    def service_now(self, code: str) -> ServiceNow:
        """What changes of a service by itself: who waits, and how long."""
        served = self.waits if self.waits and self.windows_of.get(code) else None
        return {
            "code": code,
            "waiting": len(self.floor.waiting(code)),
            "ahead": served.ahead_of_new(self.floor, code, Class.ORDINARY) if served else None,
            "wait": self.wait(served.for_new(code, Class.ORDINARY, self.newer)) if served else None,
        }

    def service(self, code: str) -> Service:
        s = self.floor.services[code]
        return {
            "code": s.code,
            **names(s.name),
            "prefix": s.prefix,
            "kind": s.kind,
            "theme": pick(s.theme),
            "theme_en": s.theme.get("en", ""),
            "themes": s.theme,
            "initials": initials(pick(s.name)),
            "aliases": list(s.aliases),
            "keys": keys(s),
            "matters": list(s.matters),
            **materials(s),
            "online": s.online or None,
            "minutes": s.minutes,
            "closed": s.closed,
            "spoken": s.spoken,
            **self.given_at(s),
            **self.offer(code),
            **self.service_now(code),
        }

    @cached_property
    def opening_hours(self) -> bool:
        """Whether windows are meant to be open now. Before they are, nobody need be told that they are not."""
        day = datetime.fromtimestamp(self.now / 1000, self.zone).date()
        return any(start <= self.now < end for start, end in opened(self.floor.hours, day, self.zone))

    def offer(self, code: str) -> Offer:
        """What a kiosk must know before it offers a service: whether numbers are left, whether anybody serves it, and where."""
        windows = self.windows_of.get(code, [])
        there = [w for w in windows if w.state != "closed"]
        full = used_up(self.floor, code, self.now, self.zone, Channel.KIOSK)
        return {
            "full": full is not None,
            "full_hours": {"from": clock(full.start), "to": clock(full.end)} if full and told_quota(full) else None,
            "served": bool(there or windows and not self.opening_hours),
            "windows": [{"no": w.no, **self.placed(w)} for w in there or windows],
        }

    def told_rules(self) -> dict[str, Any]:
        """The rules by which a kiosk words its slips and offers the green channel."""
        green, returns = self.floor.rules.green, self.floor.rules.returns
        return {
            "green": {"reasons": list(green.reasons), "age": green.age, "automatic": green.automatic},
            "classes": [
                {"code": own.code, "names": own.name, "proof": own.proof} for own in self.floor.rules.classes if Role.KIOSK in own.given_by
            ],
            "returns": {"within": returns.within_s, "times": returns.times},
        }

    def menu(self, kiosk: str, used: Mapping[str, int]) -> MenuTold:
        """What a kiosk offers, in the order in which it shows it. `used`: service -> how many came of late."""
        floor = self.floor
        return {
            "services": most_used(floor, offered_at(floor, kiosk), used),
            "classes": None if (classes := given_at(floor, kiosk)) is None else list(classes),
            "typed": typed_at(floor, kiosk),
            "authorities": list(floor.kiosks.authorities),
        }

    def green_reasons(self) -> list[GreenReason]:
        """The reasons that open the green channel here, in words, and the hall's own classes, which are given likewise."""
        rules = self.floor.rules
        reasons = ((one, self.say("kiosk", f"green_{one}", {"age": rules.green.age})) for one in rules.green.reasons)
        found: list[GreenReason] = [
            {"reason": one, "say": said, "class": Class.GREEN, "given_by": None, "proof": {}} for one, said in reasons
        ]
        for own in rules.classes:
            said = dict.fromkeys(self.say("classes", Class.GREEN, {}), pick(own.name)) | own.name
            found.append(
                {"reason": own.code, "say": said, "class": own.code, "given_by": [Role(r) for r in own.given_by], "proof": own.proof}
            )
        return found

    def services(self) -> list[Service]:
        return [self.service(s.code) for s in sorted(self.floor.services.values(), key=lambda s: s.place)]

    def notices(self) -> list[Notice]:
        """What stands on the boards and what will, whose periods are not over: why there are no more numbers, what active plans say, the
        hall's own."""
        stop = self.stopped
        of_stop = [self.shown("stopped", stop["texts"])] if stop else []
        of_plans = [self.shown(f"plan-{p.id}", p.notice.text) for p in self.floor.active_plans if p.notice.text]
        return (
            of_stop
            + of_plans
            + [self.notice(n) for n in self.floor.notices.values() if not n.removed and (n.ends_at is None or n.ends_at > self.now)]
        )

    def notice(self, n: HallNotice) -> Notice:
        return self.shown(n.id, n.text, n.starts_at, n.ends_at, n.media)

    def shown(self, id: str, text: Text, starts_at: int | None = None, ends_at: int | None = None, media: str = "") -> Notice:
        """A notice, whose English is null where there is none."""
        return {
            "id": id,
            "text": pick(text),
            "text_en": text.get("en"),
            "texts": text,
            "from": self.instant(starts_at),
            "until": self.instant(ends_at),
            "media": media or None,
        }

    def messages(self) -> list[DeskMessage]:
        """What the manager has told the desks today, newest first; `window` null is for all."""
        sent = reversed(self.floor.messages.of(SENT))
        said = lambda m: self.say("messages", m.say["code"], self._named(m.say["facts"])) if m.say else {}
        told = ((m, said(m), self.written(m)) for m in sent)
        return [
            {"id": m.id, "window": m.window, "text": text or pick(say), "at": self.at(m.at), "by": m.by, "say": say or None}
            for m, say, text in told
            if say or text
        ]

    def help(self) -> list[Help]:
        """Who has called for a guide today and is still waiting, or was just answered."""
        return [
            {"id": h.id, "place": h.place, "at": self.at(h.at), "answered_by": h.answered_by or None}
            for h in sorted(self.floor.helps.values(), key=lambda h: -h.at)
            if not h.answered_at or self.now - h.answered_at < 600_000
        ]

    def plans(self) -> list[dict[str, Any]]:
        """What is prepared for peaks, and what of it is active since when."""
        active = self.floor.plans_active.root
        since = lambda id: self.instant(active[id].since) if id in active else None
        return [as_json(p) | {"active_since": since(p.id)} for p in self.floor.plans.items]

    def alerts(self) -> list[Alert]:
        return [
            {
                "id": a.id,
                "kind": a.kind,
                "subject": a.subject,
                "level": a.level,
                "say": self.told("alerts", a.say),
                "advice": [self.advice(one) for one in a.advice],
                "state": a.state,
                "owner": a.owner or None,
                "raised_at": self.at(a.raised_at),
                "changed_at": self.at(a.changed_at),
            }
            for a in sorted(self.floor.standing_alerts(), key=lambda a: -a.raised_at)
        ]

    def advice(self, one: dict[str, Any]) -> Said:
        facts = self._named(one) | {"saves": round(one["saves"]) if "saves" in one else None}
        facts |= {"steps": [self.say("steps", step["do"], self._named(step)) for step in one.get("steps", ())]}
        return one if "zh" in one else one | self.say("advice", one["do"], facts)


def _spans(texts: list[dict[str, Any]]) -> list[Span]:
    return [{"from": one["from"], "to": one["to"]} for one in texts]


def keys(s: ServiceRow) -> list[str]:
    """What else its initials may be: those of what people call it, and of its theme. A word in Latin letters is a key as it is."""
    return list(dict.fromkeys(key for key in map(initials, (*s.aliases, pick(s.theme))) if key))
