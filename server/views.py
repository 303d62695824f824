"""Everything that can be asked: the hall's picture as people and programs see it. It never writes and holds no rule.

`Sight` is one look at one immutable Floor; what is older than today is read on a read-only connection. Times leave as RFC 3339.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import qrcode

from .domain.dispatch import choose, explain, idle
from .domain.duty import active_plans, plans, serves
from .domain.evaluations import BAD, GOOD, GRADES, TAGS
from .domain.floor import Floor
from .domain.hours import as_texts, is_open
from .domain.line import promise_of, rules_of, served_by, station, waiters
from .domain.slots import slots_of
from .domain.texts import FIRST, Text, gathered, pick
from .domain.things import COMMAND_LASTS, Case, Device, Evaluation, HallNotice, Service, Visitor, Window
from .domain.tickets import AT_WINDOW, LIVE, MOVES, State, Ticket
from .forecast.waits import Wait, as_told
from .record import store
from .record.keys import Keys

HIDDEN_MOVES = {"expire", "onward"}  # done by the hall itself, never by hand
HOLDERS_MOVES = ("postpone", "cancel", "rebook")  # what the holder of a track code may do
CALLS_SHOWN = 20
CASES_SHOWN = 100
LINE_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Sight:
    floor: Floor
    waits: object | None  # server.forecast.wait_forecast.WaitForecast or None: waits and who is next
    now: int
    zone: ZoneInfo
    keys: Keys
    public_url: str
    soon_at: int = 3  # people ahead from which on a holder is told to get ready
    say: Callable[[str, str, dict], dict]  # (section of the words, key, facts) -> {language: text}
    audio: Callable[[dict], dict | None] = lambda say: None  # {language: text} -> URLs, or None without a voice
    voice: dict | None = None  # how boards speak: languages, times, volume, hours, quiet
    reader: sqlite3.Connection | None = field(default=None, repr=False)

    # -- times

    def instant(self, ms: int | None) -> str | None:
        return None if ms is None else datetime.fromtimestamp(ms / 1000, self.zone).isoformat(timespec="milliseconds")

    # -- words

    def told(self, section: str, said: dict) -> dict:
        """What the hall says, in every language, beside its code. What was written down before there were codes holds its sentences."""
        if "facts" not in said:
            return said
        code, facts = said["code"], self._named(said["facts"])
        return {"code": code} | self.say(section, code, facts) | {k: v for k, v in said.items() if k not in ("code", "facts")}

    def _named(self, facts: dict) -> dict:
        """Facts with the names of the services and plans that they hold by code."""
        service = self.floor.services.get(facts.get("service", ""))
        plan = next((p for p in plans(self.floor) if p["id"] == facts.get("plan")), None)
        names = {"service": service and service.name, "plan": plan and plan.get("name")}
        return facts | {k: v for k, v in names.items() if v}

    def window_name(self, no: str) -> Text:
        """A window's own name; where it has none in a language, how windows are called by their number."""
        w = self.floor.windows.get(no)
        return self.say("names", "window", {"window": no}) | (w.name if w else {})

    def service_name(self, code: str) -> Text:
        s = self.floor.services.get(code)
        return s.name if s else {FIRST: code}

    # -- the hall and its things

    def hall(self) -> dict:
        hall, hours = self.floor.the_hall, self.floor.setting("hours")
        today = datetime.fromtimestamp(self.now / 1000, self.zone).date()
        return {
            "code": hall.code,
            **named("name", hall.name),
            "now": self.instant(self.now),
            "open": is_open(hours, self.now, self.zone),
            "hours": as_texts(hours, today, self.zone),
            "timezone": hall.timezone,
            "language": FIRST,
            "voice": self.voice or {},
            "look": self.floor.setting("look") or None,
            "notice": self.floor.setting("notice") or None,
        }

    def wait(self, wait) -> dict | None:
        if wait is None:
            return None
        return {"p50": wait.p50, "p90": wait.p90, "at": self.instant(wait.at), "say": self.say("wait", *as_told(wait.p50, wait.p90))}

    @cached_property
    def waiting_by_service(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for t in self.floor.waiting():
            counts[t.service] = counts.get(t.service, 0) + 1
        return counts

    @cached_property
    def newer(self) -> list[tuple[str, str]]:
        return self.waits.newer(self.floor) if self.waits else []

    def service_now(self, code: str) -> dict:
        """What changes of a service by itself: who waits, and how long."""
        served = self.waits if self.waits and served_by(self.floor, code, self.now) else None
        return {
            "code": code,
            "waiting": self.waiting_by_service.get(code, 0),
            "ahead": served and served.ahead_of_new(self.floor, code, "ordinary"),
            "wait": self.wait(served and served.for_new(code, "ordinary", self.newer)),
        }

    def service(self, code: str) -> dict:
        s = self.floor.services[code]
        return {
            "code": s.code,
            **named("name", s.name),
            "prefix": s.prefix,
            "kind": s.kind,
            **named("theme", s.theme) | {"theme_en": s.theme.get("en", "")},
            "initials": initials(pick(s.name)),
            "matters": list(s.matters),
            **materials(s),
            "online": s.online or None,
            "minutes": s.minutes,
            "closed": s.closed,
            "spoken": s.spoken,
            **self.service_now(code),
        }

    def services(self) -> list[dict]:
        return [self.service(s.code) for s in sorted(self.floor.services.values(), key=lambda s: s.place)]

    def clerk(self, name: str | None) -> dict | None:
        staff = self.floor.staff.get(name or "")
        if staff is None or not staff.shown:
            return None
        return {"name": staff.shown, "photo": staff.photo or None, "stars": staff.stars or None, "title": staff.title or None}

    def window(self, no: str) -> dict:
        w = self.floor.windows[no]
        t = self.at_windows.get(no)
        return {
            "no": w.no,
            **named("name", self.window_name(no)),
            "type": w.type or pick(self.say("names", "window_type", {})),
            "services": list(serves(self.floor, w, self.now)),
            "zone": w.zone,
            "state": w.state,
            "reason": w.reason or None,
            "since": self.instant(w.since) if w.since else None,
            "clerk": self.clerk(w.clerk),
            "ticket": {"number": t.number, "state": str(t.state), "service": t.service, "times_called": t.times_called} if t else None,
        }

    @cached_property
    def at_windows(self) -> dict[str, Ticket]:
        return {t.window: t for t in self.floor.tickets.values() if t.state in AT_WINDOW and t.window}

    def windows(self) -> list[dict]:
        return [self.window(w.no) for w in self._windows]

    @cached_property
    def _windows(self) -> list[Window]:
        return sorted(self.floor.windows.values(), key=lambda w: w.place)

    def notices(self) -> list[dict]:
        """What stands on the boards now: within its period, with the notices of active plans."""
        of_plans = [
            {
                "id": f"plan-{p['id']}",
                **shown(gathered("notices", p["notice"])["text"]),
                "from": None,
                "until": None,
            }
            for p in active_plans(self.floor)
            if p.get("notice", {}).get("text")
        ]
        return of_plans + [
            self.notice(n)
            for n in self.floor.notices.values()
            if not n.removed and (n.ends_at is None or n.ends_at > self.now)
        ]

    def notice(self, n: HallNotice) -> dict:
        return {"id": n.id} | shown(n.text) | {"from": self.instant(n.starts_at), "until": self.instant(n.ends_at)}

    # -- tickets

    @cached_property
    def ahead(self) -> dict[str, int | None]:
        return self.waits.people_ahead(self.floor) if self.waits else {}

    def ahead_of(self, t: Ticket) -> int | None:
        """People ahead of a ticket that waits, 0 of any other; None where nothing can be said."""
        return self.ahead.get(t.id) if t.state is State.WAITING else 0

    def ticket(self, t: Ticket) -> dict:
        """A ticket for any program that may see it; the holder only masked."""
        return {
            "id": t.id,
            "key": t.key,
            "number": t.number,
            "day": t.day,
            "service": t.service,
            "class": t.class_,
            "reason": t.reason,
            "channel": t.channel,
            "state": str(t.state),
            "issued_at": self.instant(t.issued_at),
            "ahead": self.ahead_of(t),
            "wait": self.wait(self.wait_of(t)),
            "told": {"p50": t.wait_p50, "p90": t.wait_p90, "say": self.say("wait", *as_told(t.wait_p50, t.wait_p90))}
            if t.wait_p50 is not None
            else None,
            "window": t.window,
            "only_window": t.only_window,
            "times_called": t.times_called,
            "called_at": self.instant(t.called_at),
            "started_at": self.instant(t.started_at),
            "finished_at": self.instant(t.finished_at),
            "outcome": t.outcome,
            "track": self.track_code(t),
            "url": self.track_url(t),
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
            "offline": t.offline,
            "slot_at": self.instant(t.slot_at),
            "slot_end": self.instant(t.slot_end),
            "language": t.language,
            "target": t.target,
            "holder_masked": self.holder(t.id),
        }

    def track_code(self, t: Ticket) -> str:
        """The code on the slip; a kiosk that was alone made its own."""
        if t.offline and self.reader is not None:
            row = self.reader.execute("SELECT value FROM secrets WHERE name = ?", (f"track-of:{t.id}",)).fetchone()
            if row:
                return row["value"]
        return self.keys.code("track", t.id)

    def track_url(self, t: Ticket) -> str:
        return f"{self.public_url}/t/{self.track_code(t)}"

    def wait_of(self, t: Ticket):
        """From now until the call; None once it is called, or where no window serves it. Until a forecast knows a ticket, what it was
        told: the slip, the answer and the phone say the same."""
        if self.waits is None or t.state is not State.WAITING:
            return None
        if t.wait_p50 is not None and not (t.legs or t.misses) and self.waits.is_new(t):
            return Wait(p10=t.wait_p50, p50=t.wait_p50, p90=t.wait_p90, at=t.issued_at)
        return self.waits.of_ticket(t.id) or self.waits.for_new(t.service, t.class_, self.newer)

    def holder(self, ticket: str) -> str | None:
        """张* or ****002X or 138****1234: whichever is known, never more."""
        v = self.floor.visitors.get(ticket)
        if v is None and self.reader is not None:
            row = self.reader.execute("SELECT * FROM visitors WHERE ticket = ?", (ticket,)).fetchone()
            v = row and store.thing_of(Visitor, row)
        if not v:
            return None
        return v.name or (f"****{v.id_last4}" if v.id_last4 else v.phone) or None

    def moves(self, t: Ticket) -> list[str]:
        return [m for m in MOVES[t.state] if m not in HIDDEN_MOVES]

    def staff_ticket(self, t: Ticket) -> dict:
        promise, clock = promise_of(self.floor, t), t.clock_at or None  # it starts with the check-in
        return self.ticket(t) | {
            "moves": self.moves(t),
            "waited": clock and max(0, ((t.called_at or self.now) - clock) // 1000),
            "clock_at": clock and self.instant(clock),
            "target": promise.target_s,
            "warn": promise.warn_s,
            "handling": promise.handling_s,
            "due_at": clock and self.instant(clock + promise.target_s * 1000),
            "order": self.waits.place(t.id) if self.waits else None,
            "evaluated": None,
        }

    def track(self, t: Ticket) -> dict:
        """What the holder of a track code sees."""
        service, window = self.floor.services.get(t.service), self.floor.windows.get(t.window or "")
        mine = [e for e in self.floor.evaluations.values() if e.ticket == t.id]
        last = max(mine, key=lambda e: e.leg, default=None)
        public = self.ticket(t)
        public.pop("reason")
        rules = rules_of(self.floor)
        nowhere = dict.fromkeys(("window_name", "window_name_en", "window_names"))
        name = named("window_name", self.window_name(window.no)) if window else nowhere
        return public | {
            **named("service_name", self.service_name(t.service)),
            **materials(service),
            **name,
            "moves": [m for m in HOLDERS_MOVES if m in MOVES[t.state]],
            "return_within": rules.returns.within_s,
            "changes": self.changes(t),
            "ahead_rose": self.waits.rose.get(t.id) if self.waits and t.state is State.WAITING else None,
            "soon": t.state is State.WAITING and public["ahead"] is not None and public["ahead"] <= self.soon_at,
            "evaluation": self.evaluation_link(last) if last and last.state == "open" else None,
            "evaluated": bool(last and last.state == "given"),
        }

    def changes(self, t: Ticket) -> list[dict]:
        """What has happened to a ticket, newest first, in words for its holder."""
        if self.reader is None:
            return []
        rows = self.reader.execute('SELECT at, kind, "window", body FROM events WHERE ticket = ? ORDER BY seq DESC LIMIT 12', (t.id,))
        told = lambda r: self.say("changes", r["kind"], _facts(json.loads(r["body"])) | ({"window": r["window"]} if r["window"] else {}))
        return [{k: r[k] for k in ("at", "kind", "window")} | told(r) for r in rows]

    def find(self, id: str) -> Ticket | None:
        """Any ticket there ever was."""
        found = self.floor.tickets.get(id)
        if found is None and self.reader is not None:
            row = self.reader.execute("SELECT * FROM tickets WHERE id = ?", (id,)).fetchone()
            found = row and store.thing_of(Ticket, row)
        return found

    def find_track(self, code: str) -> Ticket | None:
        id = self.keys.id_of("track", code)
        if id is None and self.reader is not None:
            row = self.reader.execute("SELECT value FROM secrets WHERE name = ?", (f"track:{code}",)).fetchone()
            id = row and row["value"]
        return self.find(id) if id else None

    # -- evaluations

    def evaluation_link(self, e: Evaluation) -> dict:
        token = self.keys.code("evaluation", e.id)
        return {"url": f"{self.public_url}/e/{token}", "token": token, "expires_at": self.instant(e.expires_at)}

    def evaluation_asked(self, no: str) -> dict | None:
        """What the pad of a window asks now: the last service finished there, for as long as the pad asks."""
        pad_ms = ({"pad_s": 60} | self.floor.setting("evaluation"))["pad_s"] * 1000
        last = max((e for e in self.floor.evaluations.values() if e.window == no), key=lambda e: e.opened_at, default=None)
        if last is None or last.state != "open" or self.now > last.opened_at + pad_ms:
            return None
        link = self.evaluation_link(last)
        asked = {"number": last.number, "service": last.service, "qr": qr_svg(link["url"]), "options": self.options()}
        return asked | link | {"expires_at": self.instant(last.opened_at + pad_ms)}

    def find_evaluation(self, token: str) -> Evaluation | None:
        id = self.keys.id_of("evaluation", token)
        found = self.floor.evaluations.get(id or "")
        if found is None and id and self.reader is not None:
            row = self.reader.execute("SELECT * FROM evaluations WHERE id = ?", (id,)).fetchone()
            found = row and store.thing_of(Evaluation, row)
        return found

    def evaluation(self, e: Evaluation) -> dict:
        """What the person who holds an evaluation link sees."""
        open_ = e.state == "open" and self.now <= e.expires_at
        return {
            "number": e.number,
            "window": e.window,
            "service": e.service,
            **named("service_name", self.service_name(e.service)),
            "clerk": self.clerk(e.clerk),
            "state": e.state if e.state == "given" or open_ else "expired",
            "expires_at": self.instant(e.expires_at),
            "options": self.options(),
        }

    def cases(self, closed: bool = False) -> list[dict]:
        """Bad evaluations to be followed up, the oldest first; or the last ones that were closed. For managers only."""
        if closed:
            rows = self.reader.execute("SELECT * FROM cases WHERE state = 'closed' ORDER BY closed_at DESC LIMIT ?", (CASES_SHOWN,))
            return [self.case(store.thing_of(Case, row)) for row in rows]
        return [self.case(c) for c in sorted(self.floor.cases.values(), key=lambda c: c.opened_at) if c.state != "closed"]

    def case(self, c: Case) -> dict:
        e, words = self.floor.evaluations.get(c.id), None
        if self.reader is not None:
            if e is None:
                e = store.thing_of(Evaluation, self.reader.execute("SELECT * FROM evaluations WHERE id = ?", (c.id,)).fetchone())
            words = self.reader.execute("SELECT text, note FROM comments WHERE evaluation = ?", (c.id,)).fetchone()
        clerk, owner = self.clerk(e.clerk) if e else None, self.floor.staff.get(c.owner)
        return {
            "id": c.id,
            "number": e and e.number,
            "service": e and e.service,
            "window": e and e.window,
            "clerk": clerk and clerk["name"],
            "grade": {"n": e.grade} | self.say("grades", str(e.grade), {}) if e else None,
            "tags": [{"code": code} | self.say("tags", code, {}) for code in (e.tags if e else ())],
            "words": words["text"] if words else "",
            "note": words["note"] if words else "",
            "named": bool(e and not e.anonymous),
            "at": self.instant(c.opened_at),
            "state": c.state,
            "owner": (owner.shown or owner.name) if owner else c.owner or None,
            "taken_at": self.instant(c.taken_at),
            "outcome": c.outcome or None,
            "called_back": c.called_back,
            "closed_at": self.instant(c.closed_at),
        }

    # -- rooms

    def calls(self, limit: int = CALLS_SHOWN, where: str = "", *args) -> list[dict]:
        """The last calls, the latest first, out of the journal up to this picture's event."""
        if self.reader is None:
            return []
        rows = self.reader.execute(
            "SELECT seq, at, kind, \"window\", body FROM events WHERE kind IN ('ticket.called', 'ticket.recalled') "
            f"AND seq <= ? AND at >= ? {where} ORDER BY seq DESC LIMIT ?",
            (self.floor.seq, self.instant(self.now - 12 * 3_600_000), *args, limit),
        )
        return [self.call(r["seq"], r["at"], r["window"], json.loads(r["body"])) for r in rows]

    def call(self, seq: int, at: str, window: str, facts: dict) -> dict:
        """One call as boards draw and speak it."""
        say = self.say("announcements", "call", {"number": facts["number"], "window": window})
        return {
            "seq": seq,
            "number": facts["number"],
            "window": window,
            "window_name": facts.get("window_name") or pick(self.window_name(window)),
            "service": facts["service"],
            "times": facts["times"],
            "at": at,
            "say": say,
            "audio": self.audio(say),
        }

    def next_up(self) -> list[dict]:
        """请准备: those who are likely to be called next, as far as they still wait."""
        if self.waits is None:
            return []
        return [
            {"number": t.number, "service": t.service}
            for t in (self.floor.tickets.get(id) for id in self.waits.next_ids)
            if t and t.state is State.WAITING
        ]

    def board(self) -> dict:
        """Room `hall` and GET /board."""
        return {
            "hall": self.hall(),
            "services": self.services(),
            "windows": self.windows(),
            "calls": self.calls(),
            "next": self.next_up(),
            "notices": self.notices(),
        }

    def window_room(self, no: str) -> dict:
        calls = self.calls(1, 'AND "window" = ?', no)
        return {"hall": self.hall(), "window": self.window(no), "services": self.services(), "call": calls[0] if calls else None}

    def pad_room(self, no: str) -> dict:
        return {"hall": self.hall(), "window": self.window(no), "services": self.services(), "evaluation": self.evaluation_asked(no)}

    def ticket_room(self, t: Ticket) -> dict:
        return {"hall": self.hall(), "ticket": self.track(t)}

    def staff_window(self, no: str) -> dict:
        """A window with its own services (without what is lent to it now), and whom dispatch would call there, and why."""
        w = self.floor.windows[no]
        up = self.waits.up.get(no) if self.waits else None
        return self.window(no) | {"own": list(w.services), "clerk_name": w.clerk, "up": up and up | {"why": self.told("why", up["why"])}}

    def line(self, no: str) -> dict:
        """Whom dispatch would call to a window, in order, and why; `idle` says why nobody."""
        at, rules = station(self.floor, self.floor.windows[no], self.now), rules_of(self.floor)
        left = {w.id: w for w in waiters(self.floor, rules) if w.service in at.services}
        everyone, items = list(left.values()), []
        while len(items) < LINE_SHOWN and (choice := choose(left.values(), at, self.now, rules)):
            items.append({"id": choice.ticket.id, "number": choice.ticket.number, "why": self.told("why", explain(choice))})
            left.pop(choice.ticket.id)
            at = replace(at, green_in_a_row=at.green_in_a_row + 1 if choice.ticket.class_ == "green" else 0)
        return {"items": items, "next": None, "idle": None if items else self.told("why", idle(everyone, at))}

    def staff_windows(self) -> list[dict]:
        return [self.staff_window(w.no) for w in self._windows]

    def staff_room(self) -> dict:
        live = sorted((t for t in self.floor.tickets.values() if t.state in LIVE), key=lambda t: (t.line_at, t.seq or 0))
        booked = [t for t in self.floor.tickets.values() if t.state is State.BOOKED and t.day == self.floor.day]
        return {
            "hall": self.hall(),
            "services": self.services(),
            "windows": self.staff_windows(),
            "tickets": [self.staff_ticket(t) for t in (*live, *booked)],
            "notices": self.notices(),
            "messages": self.messages(),
            "help": self.help(),
        }

    def messages(self) -> list[dict]:
        """What the manager has told the desks today, newest first; `window` null is for all."""
        sent = sorted(self.floor.messages.values(), key=lambda m: -m.at)
        said = lambda m: self.say("messages", m.say["code"], self._named(m.say["facts"])) if m.say else {}
        return [
            {"id": m.id, "window": m.window, "text": m.text or pick(say), "at": self.instant(m.at), "by": m.by, "say": say or None}
            for m, say in ((m, said(m)) for m in sent)
        ]

    def help(self) -> list[dict]:
        """Who has called for a guide today and is still waiting, or was just answered."""
        return [
            {"id": h.id, "place": h.place, "at": self.instant(h.at), "answered_by": h.answered_by or None}
            for h in sorted(self.floor.helps.values(), key=lambda h: -h.at)
            if not h.answered_at or self.now - h.answered_at < 600_000
        ]

    def managers_room(self) -> dict:
        mine = {"alerts": self.alerts(), "devices": self.devices(), "today": self.today(), "plans": self.plans(), "cases": self.cases()}
        return self.staff_room() | mine

    def plans(self) -> list[dict]:
        """What is prepared for peaks, and what of it is active since when."""
        active = self.floor.setting("plans_active")
        return [p | {"active_since": self.instant(active.get(p["id"], {}).get("since"))} for p in plans(self.floor)]

    def alerts(self) -> list[dict]:
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
                "raised_at": self.instant(a.raised_at),
                "changed_at": self.instant(a.changed_at),
            }
            for a in sorted(self.floor.alerts.values(), key=lambda a: -a.raised_at)
            if a.state != "cleared"
        ]

    def advice(self, one: dict) -> dict:
        facts = self._named(one) | {"saves": round(one["saves"]) if "saves" in one else None}
        return one if "zh" in one else one | self.say("advice", one["do"], facts)

    def commands(self, machine: str) -> list[dict]:
        """What a machine shall do, in the order in which it was wished."""
        sql = "SELECT id, what, ticket FROM commands WHERE machine = ? AND at > ? ORDER BY rowid"
        rows = self.reader.execute(sql, (machine, self.now - COMMAND_LASTS))
        return [{"id": id, "do": what} | ({"ticket": ticket} if ticket else {}) for id, what, ticket in rows]

    def devices(self) -> list[dict]:
        return [
            {
                "id": d.id,
                "name": d.id.split("/")[0],
                "device": d.id.partition("/")[2],
                "kind": d.kind,
                "state": d.state,
                "code": d.code,
                **self.device_says(d),
                "at": self.instant(d.at),
            }
            for d in sorted(self.floor.devices.values(), key=lambda d: d.id)
        ]

    def device_says(self, d: Device) -> dict:
        """How a device is, in its machine's own words, else in those of its code; a code that nobody knows has none."""
        known = self.say("devices", d.code or "ok", d.facts)
        said = ({} if d.code in known.values() else known) | d.sentence
        return {"facts": d.facts} | named("sentence", said) | {"sentence_en": said.get("en", "")}

    def today(self) -> dict:
        """The day's figures so far. `kept_pct` is of those whose wait is decided: called, or past the promise and still waiting."""
        tickets = [t for t in self.floor.tickets.values() if t.day == self.floor.day and t.issued_at is not None]
        decided = kept = 0
        waits, services = [], []
        for t in tickets:
            target = (t.target or promise_of(self.floor, t).target_s) * 1000
            called = t.legs[0].called_at if t.legs else t.called_at
            clock = t.legs[0].line_at if t.legs else t.clock_at
            if called is not None:
                decided += 1
                kept += called - clock <= target
                waits.append(max(0, called - clock) // 1000)
            elif t.state is State.WAITING and self.now - t.clock_at > target:
                decided += 1
            services += [leg.finished_at - leg.began for leg in t.legs if leg.began and leg.finished_at]
        count = lambda *states: sum(t.state in states for t in tickets)
        given = [e for e in self.floor.evaluations.values() if e.state == "given"]
        oldest = max((self.now - t.clock_at for t in tickets if t.state is State.WAITING), default=0)
        return {
            "issued": len(tickets),
            "done": count(State.DONE),
            "waiting": count(State.WAITING),
            "at_windows": count(State.CALLED, State.SERVING),
            "held": count(State.HELD),
            "missed": count(State.MISSED),
            "cancelled": count(State.CANCELLED),
            "expired": count(State.EXPIRED),
            "booked": sum(t.state is State.BOOKED and t.day == self.floor.day for t in self.floor.tickets.values()),
            "kept": kept,
            "decided": decided,
            "kept_pct": round(100 * kept / decided, 1) if decided else None,
            "wait_avg": round(sum(waits) / len(waits)) if waits else None,
            "wait_max": max(waits, default=None),
            "oldest_waiting": max(0, oldest) // 1000,
            "service_avg": round(sum(services) / len(services) / 1000) if services else None,
            "evaluated": len(given),
            "evaluations": len(self.floor.evaluations),
            "good_pct": round(100 * sum(e.grade in GOOD for e in given) / len(given), 2) if given else None,
            "bad": sum(e.grade in BAD for e in given),
        }

    def appointments(self, query: str = "") -> list[dict]:
        """Today's bookings that have not come yet; `query` is a code, or the last four of a phone or ID number."""
        query = query.strip().lower()
        found = []
        for t in sorted(self.floor.tickets.values(), key=lambda t: t.slot_at or 0):
            if t.state is not State.BOOKED or t.day != self.floor.day:
                continue
            v = self.floor.visitors.get(t.id)
            keys = (v.id_last4.lower(), v.phone[-4:]) if v else ()
            if query and query not in keys and query not in (t.id, self.track_code(t)):
                continue
            rules = rules_of(self.floor).appointments
            item = {"id": t.id, "service": t.service, "slot_at": self.instant(t.slot_at), "slot_end": self.instant(t.slot_end)}
            late = self.now > t.slot_at + rules.late_s * 1000
            found.append(item | {"holder_masked": self.holder(t.id), "early": self.now < t.slot_at - rules.early_s * 1000, "late": late})
        return found

    def figures(self, day: str) -> dict:
        """One day by hour and by service; `usual` is the mean of the four same weekdays before, hour by hour."""
        tickets = [store.thing_of(Ticket, r) for r in self.reader.execute("SELECT * FROM tickets WHERE day = ?", (day,))]
        date = datetime.strptime(day, "%Y-%m-%d").date()
        before = [(date - timedelta(days=7 * n)).isoformat() for n in range(1, 5)]
        past = self.reader.execute(f"SELECT * FROM tickets WHERE day IN ({','.join('?' * 4)})", before)
        by_day: dict[str, list[Ticket]] = {}
        for row in past:
            by_day.setdefault(row["day"], []).append(store.thing_of(Ticket, row))
        old = [self._by_hour(some) for some in by_day.values()]
        usual = [
            {"hour": h, "issued": round(sum(next((x["issued"] for x in hours if x["hour"] == h), 0) for hours in old) / len(old), 1)}
            for h in (sorted({x["hour"] for hours in old for x in hours}) if old else ())
        ]
        codes = sorted({t.service for t in tickets})
        services = [{"code": c} | _sums([t for t in tickets if t.service == c], self.now) for c in codes]
        return {"day": day, "hours": self._by_hour(tickets), "services": services, "usual": usual}

    def _by_hour(self, tickets: list[Ticket]) -> list[dict]:
        hours: dict[int, list[Ticket]] = {}
        for t in tickets:
            if t.issued_at is not None:
                hours.setdefault(datetime.fromtimestamp(t.issued_at / 1000, self.zone).hour, []).append(t)
        return [{"hour": h} | _sums(some, self.now) for h, some in sorted(hours.items())]

    def slots(self, service: str, first_day: str, days: int) -> list[dict]:
        return [
            {"id": s.id, "service": s.service, "at": self.instant(s.start), "from": self.instant(s.start), "to": self.instant(s.end)}
            | {"capacity": s.capacity, "free": s.free}
            for s in slots_of(self.floor, service, first_day, days, self.now, self.zone)
        ]

    def options(self) -> list[dict]:
        """The five grades with their tags, best first."""
        said = lambda section, code: self.say(section, str(code), {})
        return [{"grade": g} | said("grades", g) | {"tags": [{"code": c} | said("tags", c) for c in TAGS[g]]} for g in GRADES]

    def appointment(self, t: Ticket) -> dict:
        """A booking: the same thing as its ticket, which has no number yet."""
        return self.track(t) | {"ticket": t.number, "moves": self.moves(t)}


def named(name: str, text: Text) -> dict:
    """A text as programs outside know it (`name`, `name_en`), and in every language that it has (`names`)."""
    return {name: pick(text), f"{name}_en": pick(text, "en"), f"{name}s": text}


def shown(text: Text) -> dict:
    """A notice, whose English is null where there is none."""
    return named("text", text) | {"text_en": text.get("en")}


def materials(service: Service | None) -> dict:
    all = service.materials if service else {}
    return {"materials": pick(all) or [], "materials_en": all.get("en", []), "material_lists": all}


def _sums(tickets: list[Ticket], now: int) -> dict:
    """Counts and waits (s) of some tickets."""
    first = [(t.legs[0].called_at if t.legs else t.called_at, t) for t in tickets]
    waits = sorted(max(0, called - (t.legs[0].line_at if t.legs else t.clock_at)) // 1000 for called, t in first if called)
    kept = sum(
        bool(called and t.target and called - (t.legs[0].line_at if t.legs else t.clock_at) <= t.target * 1000) for called, t in first
    )
    decided = len(waits) + sum(t.state is State.EXPIRED and not called for called, t in first)  # never called: not kept
    at = lambda share: waits[min(len(waits) - 1, int(share * len(waits)))] if waits else None
    return {
        "issued": sum(t.issued_at is not None for t in tickets),
        "done": sum(t.state is State.DONE for t in tickets),
        "missed": sum(t.misses > 0 for t in tickets),
        "kept": kept,
        "kept_pct": round(100 * kept / decided, 1) if decided else None,
        "wait_p50": at(0.5),
        "wait_p90": at(0.9),
    }


def _facts(body: dict) -> dict:
    return {k: v for k, v in body.items() if isinstance(v, str | int) and not isinstance(v, bool)}


def events(reader: sqlite3.Connection, after: int, limit: int) -> list[dict]:
    """Rows of the journal in order, without gaps."""
    rows = reader.execute("SELECT * FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit))
    return [dict(r) | {"body": json.loads(r["body"])} for r in rows]


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """公积金 -> gjj, for the kiosk's search."""
    from pypinyin import Style, lazy_pinyin

    return "".join(
        part[0] for part in lazy_pinyin(name, style=Style.FIRST_LETTER, errors=lambda s: [c for c in s if c.isalnum()]) if part
    ).lower()


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """A QR code as one small SVG path: a bar for each run of dark modules."""
    code = qrcode.QRCode(border=2, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    bars = []
    for y, row in enumerate(matrix):
        for dark, run in itertools.groupby(enumerate(row), key=lambda cell: cell[1]):
            cells = list(run)
            if dark:
                bars.append(f"M{cells[0][0]} {y}h{len(cells)}v1h-{len(cells)}z")
    side = len(matrix)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
    return f'{head}<path d="{"".join(bars)}"/></svg>'
