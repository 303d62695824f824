"""The session and what is known of the hall as the state that the touch page draws. Pure; nothing unmasked goes through here."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config import words as catalogue
from config.settings.texts import pick
from config.words import devices as device_words
from drivers.contract import Status

from .session import Person, Screen, Session
from .shapes import (
    Acting,
    Authority,
    Both,
    DeviceShown,
    Enrolment,
    GreenReason,
    Help,
    HoursToday,
    KioskHall,
    KioskPackage,
    KioskPerson,
    KioskPlan,
    KioskService,
    KioskState,
    KioskStation,
    KioskTicket,
    Look,
    Machine,
    PackageAsks,
    Paper,
    PrivacyShown,
    Prompt,
    Said,
    Slot,
    Wait,
    WayIn,
)  # fmt: skip
from .texts import text_of, texts_of

S = Screen
BUSY = frozenset(
    {
        S.CARD,
        S.CHOOSING,
        S.CONFIRM,
        S.PACKAGES,
        S.PACKAGE_ASKS,
        S.PACKAGE,
        S.PRINCIPAL,
        S.AUTHORITY,
        S.CHECKIN,
        S.SLOTS,
        S.ASKING,
        S.ISSUING,
        S.PRINTING,
    }  # fmt: skip
)

GREEN = "elderly"  # the reason that a card proves
BOOKING = ("start_appointment", "start_book", "slots", "book")  # what a kiosk that gives no booked numbers does not do
ONLY_BOOKED = "only_booked"  # this kiosk gives numbers to those with a booking
BOOKABLE = ("quota_full", "service_not_now", "numbers_stopped", ONLY_BOOKED)  # who gets no number for these may book another time
WINDOWS_NAMED = 6  # more numbers of windows than this are no help to anybody

Facts = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """What the kiosk knows besides the person before it; from the server's last answers and from the devices."""

    kiosk: str = "kiosk-1"
    title: str = ""
    layout: Any = "auto"
    screen_inches: float | None = None
    hall: Facts = field(default_factory=dict[str, Any])
    services: tuple[Facts, ...] = ()
    packages: tuple[Facts, ...] = ()
    online: bool = False
    url: str = ""  # of the track pages
    devices: Mapping[str, Status] = field(default_factory=dict[str, Status])
    ways: tuple[Any, ...] = ("card", "appointment", "phone", "none")
    green: tuple[str, ...] | None = None  # this machine offers only these of the hall's reasons; None: all of them
    elder_age: int = 0  # this machine may ask for a greater age than the hall, never for a smaller one
    elder_first: tuple[str, ...] = ()
    notice: Mapping[str, str] = field(default_factory=dict[str, str])
    left: Mapping[str, int] = field(default_factory=dict[str, int])  # lent numbers by service
    stamp: str = ""  # the hall's time as it is looked at, RFC 3339

    def service(self, code: str | None) -> Facts | None:
        return next((s for s in self.services if s["code"] == code), None)

    @property
    def menu(self) -> Facts:
        """What the hall has this kiosk offer; of an older server nothing is known, and everything is offered."""
        return self.hall.get("menu") or {}

    @property
    def offered(self) -> tuple[Facts, ...]:
        """The services of this kiosk, in the order in which the hall has them shown."""
        codes: list[str] | None = self.menu.get("services")
        if codes is None:
            return self.services
        known = {s["code"]: s for s in self.services}
        return tuple(known[code] for code in codes if code in known)

    @property
    def packages_offered(self) -> tuple[Facts, ...]:
        """The packages of this kiosk: those of which it offers every leg, for the server gives no number here for another."""
        if not self.gives("ordinary") and not self.gives("green") and not own_classes(self):
            return ()
        here = {s["code"] for s in self.offered}
        return tuple(p for p in self.packages if all(leg["service"] in here for leg in p["legs"]))

    def package(self, code: str | None) -> Facts | None:
        return next((p for p in self.packages_offered if p["code"] == code), None)

    def gives(self, class_: str) -> bool:
        """Whether this kiosk gives numbers of a class."""
        classes: list[str] | None = self.menu.get("classes")
        return classes is None or class_ in classes

    def rules(self, name: str) -> Facts:
        """A part of the hall's rules, as the hall last told it."""
        rules: Facts = self.hall.get("rules") or {}
        return rules.get(name) or {}

    @property
    def privacy(self) -> Mapping[str, str]:
        """What is read from a card and why: as a manager set it for the hall, in its first language where it has no other; else as the
        installer wrote it for this machine."""
        told: Facts = self.hall.get("notice") or {}
        texts: Mapping[str, str] = told.get("text") or {}
        if not texts:
            return self.notice
        said = {lang: pick(texts, lang) for lang in _words().languages}
        return {**self.notice, **texts, **said, "version": told.get("version") or self.notice.get("version", "")}

    def works(self, device: str) -> bool:
        status = self.devices.get(device)
        return status is not None and not status.stops

    def with_device(self, name: str, status: Status) -> World:
        return replace(self, devices={**self.devices, name: status})


def lasting(world: World) -> World:
    """The world without what only says when it was looked at: a page need not be drawn again for that."""
    hall = {k: v for k, v in world.hall.items() if k != "now"}
    services = tuple({**s, "wait": {**s["wait"], "at": ""}} if s.get("wait") else s for s in world.services)
    return replace(world, hall=hall, services=services)


def state(
    session: Session, world: World, *, seq: int, now: int, stamp: str, times: Mapping[Screen, int], say: Prompt | None = None
) -> KioskState:
    """`now` is in ms of the session's clock, `stamp` the hall's time as RFC 3339."""
    left, world = session.seconds_left(now), replace(world, stamp=stamp)
    service = world.service(session.service)
    return KioskState(
        seq=seq,
        screen=session.screen,
        may=[g for g in session.may() if _may(g, session, world)],
        language=session.prefer.language,
        elder=session.prefer.elder,
        wheelchair=session.prefer.wheelchair,
        muted=session.prefer.muted,
        seconds_left=left,
        timeout=None if left is None else times.get(session.screen),
        still_there=session.questioned,
        now=stamp,
        hall=_hall(world.hall),
        kiosk=Machine(name=world.kiosk, title=world.title, layout=world.layout, screen_inches=world.screen_inches),
        server="ok" if world.online else "away",
        purpose="book" if session.purpose == "book" else "take",
        person=_person(session.person) if session.person else None,
        acting=_acting(session),
        authorities=_authorities(session, world),
        card_left=session.card_left and session.screen not in BUSY,
        notice=PrivacyShown(**world.privacy) if world.privacy else None,
        ways=[_way(way, world) for way in _ways(world)],
        warnings=_warnings(world),
        lead=both("kiosk", _code_entry(world)) if session.screen is S.APPOINTMENT else None,
        services=[_service(s, world) for s in world.offered],
        elder_first=[s["code"] for code in world.elder_first for s in world.offered if s["code"] == code],
        service=_service(service, world) if service else None,
        packages=[] if session.purpose == "book" else [_package(p, world) for p in world.packages_offered],
        package=_package(session.package, world) if session.package else None,
        asks=_asks(session),
        plan=plan(session, world),
        green=green(session, world),
        needs_reason=not world.gives("ordinary"),
        ticket=_ticket(session.ticket, world, session) if session.ticket else None,
        tickets=[_ticket(t, world, session) for t in session.tickets],
        appointment=_ticket(session.appointment, world, session) if session.appointment else None,
        appointments=[_ticket(a, world, session) for a in session.appointments],
        slots=[Slot.model_validate(s) for s in session.slots],
        paper=_paper(world.devices.get("printer")),
        message=told(session.message),
        say=say,
        help=Help(**session.help) if session.help else None,
        enrol=Enrolment(**session.enrol) if session.enrol else None,
        devices={name: _device(status) for name, status in world.devices.items()},
    )


# ---------------------------------------------------------------- words


@functools.cache
def _words() -> catalogue.Words:
    return catalogue.load()


def both(section: str, key: str, **facts: Any) -> Both:
    """A sentence of config/words in every language."""
    return Both(**_words().texts(section, key, **facts))


def said(section: str, code: str, **facts: Any) -> Said:
    return Said(code=code, **_words().texts(section, code, **facts))


def told(message: Facts | None) -> Said | None:
    """A message's code as sentences; a sentence that came with it (from the server) is taken as it is. `words`: the code's section."""
    if not message:
        return None
    code, facts = message["code"], {k: v for k, v in message.items() if k not in ("code", "words")}
    section = next((s for s in (message.get("words"), "kiosk") if s and code in _words().codes(s)), "refusals")
    known = _words().texts(section, code, **facts)
    return Said(code=code, **{lang: facts.get(lang) or sentence for lang, sentence in known.items()})


def problem(code: str, **facts: Any) -> Both:
    """What is wrong with one field, as it is told to people."""
    known = _words().codes("problems")
    return both("problems", next((c for c in (f"{code}_told", code) if c in known), "other"), **facts)


def spoken(session: Session) -> Both | None:
    """What is said on reaching a screen, or None."""
    if session.screen is S.PACKAGE_ASKS:
        return _asks(session)
    key = str(session.screen)
    if key not in _words().codes("kiosk_say"):
        return None
    return both("kiosk_say", key, **{k: session.ticket.get(k) for k in ("number", "ahead")} if session.ticket else {})


def read_aloud(session: Session, world: World) -> Both:
    """All that stands on the screen and matters, for a person who asked to hear it; at least what is said on reaching the screen."""
    if session.screen is S.CONFIRM and (service := world.service(session.service)):
        told: Facts = service.get("wait") or {}
        wait: Facts = told.get("say") or {}
        ahead = service.get("ahead", service.get("waiting"))
        facts: dict[str, Any] = {"service": _as_read(service), "ahead": ahead, "wait": wait, "warning": unserved(service, world)}
        return _read("confirm_read", facts, service)
    if session.screen is S.PACKAGE and session.package and (planned := plan(session, world)):
        return _package_read(session.package, planned)
    shown = session.ticket or (session.tickets[0] if session.tickets else None)
    if shown and shown.get("number"):
        service = world.service(shown.get("service")) or {}
        facts = {name: shown.get(name) for name in ("number", "ahead", "window")}
        facts |= {"service": shown.get("package_names") or _as_read(service)}
        return _read("number_read", facts, service)
    return spoken(session) or both("kiosk_say", "choosing")


def _package_read(package: Facts, told: KioskPlan) -> Both:
    by_lang: dict[str, str] = {}
    for lang in _words().languages:
        stations = [pick(one.names, lang) for one in told.stations if one.state != "skipped" and one.can]
        cannot = " ".join(one.told.model_dump()[lang] for one in told.stations if not one.can and one.told)
        materials = list(told.material_lists.get(lang) or told.materials)
        facts: dict[str, Any] = {"stations": stations, "n": len(stations), "materials": materials, "cannot": cannot}
        by_lang[lang] = _words().text("kiosk_say", "package_read", lang, package=text_of(package, "name", lang), **facts)
    return Both(**by_lang)


def _read(key: str, facts: dict[str, Any], service: Facts) -> Both:
    """A sentence with lists and places, which each language has in its own words."""
    by_lang: dict[str, str] = {}
    for lang in _words().languages:
        own = {"materials": list(text_of(service, "materials", lang)), "place": place(service, lang)}
        own |= {k: v.model_dump().get(lang) for k, v in facts.items() if isinstance(v, Both)}
        by_lang[lang] = _words().text("kiosk_say", key, lang, **facts | own)
    return Both(**by_lang)


# ---------------------------------------------------------------- what may be had


def green(session: Session, world: World) -> list[GreenReason]:
    """The reasons for the green channel that this person may give here. They are the hall's; this machine may offer fewer. Who is old
    enough by the card has the reason without asking where the hall has it so."""
    if session.screen not in (S.CONFIRM, S.PACKAGE, S.ISSUING):
        return []
    here = session.agent or session.person  # who stands here, not for whom the number is
    rule, age = world.rules("green"), here.age if here else None
    least = max(int(rule.get("age") or 0), world.elder_age)
    old = age is not None and least > 0 and age >= least
    reasons: list[str] = [r for r in rule.get("reasons") or () if world.gives("green") and (world.green is None or r in world.green)]
    offered = [r for r in reasons if r != GREEN or old]
    given = bool(rule.get("automatic"))
    found = [GreenReason(reason=r, given=given and r == GREEN, **_words().texts("kiosk", f"green_{r}", age=least)) for r in offered]
    return found + [GreenReason(reason=str(own["code"]), given=False, **_class_asked(own)) for own in own_classes(world)]


def own_classes(world: World) -> list[Facts]:
    """The hall's own classes that this machine may give."""
    rules: Facts = world.hall.get("rules") or {}
    return [own for own in rules.get("classes") or () if world.gives(str(own["code"]))]


def class_asked(reason: str | None, world: World) -> tuple[str, str | None]:
    """(class, reason of the green channel) that a key on the page stands for."""
    if reason in [own["code"] for own in own_classes(world)]:
        return str(reason), None
    return ("green", reason) if reason else ("ordinary", None)


def _class_asked(own: Facts) -> dict[str, str]:
    named: Facts = own.get("names") or {}
    return _words().texts("kiosk", "class_asked", name=named, proof=own.get("proof") or None)


def _may(gesture: str, session: Session, world: World) -> bool:
    if gesture in ("start_id", "id"):
        return bool(world.menu.get("typed"))
    if gesture == "acting":
        return may_act(session, world)
    return world.gives("appointment") or gesture not in BOOKING


def may_act(session: Session, world: World) -> bool:
    """Whether who stands here may take a number for another: their own card was read, and the hall has it so."""
    here = session.person
    known = here is not None and here.holder is not None and not here.typed
    return known and session.agent is None and session.purpose != "book" and bool(world.menu.get("authorities"))


def _acting(session: Session) -> Acting | None:
    if session.agent is None:
        return None
    by = session.authority
    return Acting(agent=_person(session.agent), authority=both("kiosk", f"authority_{by}") if by else None)


def _authorities(session: Session, world: World) -> list[Authority]:
    if session.screen is not S.AUTHORITY:
        return []
    stated: list[str] = list(world.menu.get("authorities") or ())
    known = [one for one in stated if f"authority_{one}" in _words().codes("kiosk")]  # one of a newer server is not offered
    return [Authority(authority=one, **_words().texts("kiosk", f"authority_{one}")) for one in known]


def _ways(world: World) -> list[Any]:
    """The ways of the first page: those of this machine that the hall has it offer, and after the first of them the packages, where there
    are any for it. To type the ID number comes after the card, unless the machine says where."""
    known: list[Any] = [*world.ways[:1], *(["package"] if world.packages_offered else []), *world.ways[1:]]
    if "id" not in known:
        known.insert(known.index("card") + 1 if "card" in known else len(known), "id")
    return [way for way in known if _may(f"start_{way}", Session(), world)]


def _way(way: Any, world: World) -> WayIn:
    """Whether a button of the first page can lead anywhere now, and how it goes where that depends on the machine."""
    if way == "card" and not world.works("reader"):
        return WayIn(
            way=way, ready=False, sentence=both("devices_told", "reader") if "reader" in world.devices else both("kiosk", "no_reader")
        )
    if way in ("appointment", "book") and not world.online:
        return WayIn(way=way, ready=False, sentence=both("kiosk", "unreachable"))
    if way == "package" and not world.online:
        return WayIn(way=way, ready=False, sentence=both("kiosk", "way_package_alone"))
    return WayIn(way=way, ready=True, sentence=both("kiosk", f"way_{_code_entry(world)}") if way == "appointment" else None)


def _code_entry(world: World) -> str:
    """How an appointment can be found at this machine: by its code, by the card, and always by the phone number."""
    return "_".join(["appointment", *(device for device in ("scanner", "reader") if world.works(device))])


def _warnings(world: World) -> list[Said]:
    paper = _paper(world.devices.get("printer"))
    return [Said(code="no_paper", **paper.sentence.model_dump())] if paper.state == "none" else []


def _why_not(service: Facts, world: World) -> Said | None:
    if service.get("closed"):
        return said("refusals", "service_closed", service=_names(service))
    if not _given_now(service, world):
        stopped = world.hall.get("stopped")
        if stopped:
            return said("refusals", "numbers_stopped", why=dict(stopped["texts"]), **_next_numbers(service, world))
        return said("refusals", "service_not_now", service=_names(service), **_next_numbers(service, world))
    if service.get("full") and world.online:
        span = service.get("full_hours")
        return said("refusals", "quota_full", service=_names(service), **({"why": "span", **span} if span else {}))
    if not world.online and not world.left.get(service["code"]):
        return said("kiosk", "nothing_left")
    if not world.gives("ordinary") and not world.gives("green") and not own_classes(world):
        return said("kiosk", ONLY_BOOKED)
    return None


def _short(why: Said | None, service: Facts, world: World) -> Both | None:
    if why is None or why.code not in (*BOOKABLE, "service_closed"):
        return why
    if why.code == ONLY_BOOKED:
        return why
    facts: dict[str, str] = _next_numbers(service, world) if why.code in ("service_not_now", "numbers_stopped") else {}
    return both("kiosk", f"short_{why.code}", **{key: text[-11:] for key, text in facts.items()})


def _given_now(service: Facts, world: World) -> bool:
    """As the server says; while it is away, by what it told of the same day."""
    if world.online or service.get("numbers") is None:
        return service.get("open") is not False
    if str(world.hall.get("now", ""))[:10] != world.stamp[:10]:
        return True
    return any(one["from"] <= world.stamp[11:16] < one["to"] for one in service["numbers"])


def _next_numbers(service: Facts, world: World) -> dict[str, str]:
    """When there are numbers again: the time today, day and time later."""
    at = str(service.get("next_numbers") or "")
    if not at or at <= world.stamp:
        return {}
    return {"from": at[11:16]} if at[:10] == world.stamp[:10] else {"next": at[:16].replace("T", " ")}


def unserved(service: Facts | None, world: World) -> Said | None:
    """The warning that no window serves it now, where the hall knows that."""
    return said("kiosk", "unserved") if world.online and service and service.get("served") is False else None


# ---------------------------------------------------------------- pieces


def _hall(hall: Facts) -> KioskHall:
    hours, look = hall.get("hours"), hall.get("look")
    return KioskHall(
        code=hall.get("code") or "",
        name=hall.get("name") or "",
        name_en=hall.get("name_en") or hall.get("name") or "",
        names=dict(texts_of(hall, "name")),
        open=hall.get("open") is not False,
        hours=None if hours is None else [HoursToday.model_validate(h) for h in hours],
        numbers=None if (numbers := hall.get("numbers")) is None else [HoursToday.model_validate(n) for n in numbers],
        next_numbers=hall.get("next_numbers"),
        timezone=hall.get("timezone") or "Asia/Shanghai",
        look=Look.model_validate(look) if look else None,
    )


def _person(person: Person) -> KioskPerson:
    return KioskPerson(masked=person.masked, last4=person.last4, card=person.card, phone=person.phone_masked)


def _service(service: Facts, world: World) -> KioskService:
    why = _why_not(service, world)
    return KioskService(
        code=service["code"],
        name=service["name"],
        name_en=service.get("name_en") or service["name"],
        names=dict(texts_of(service, "name")),
        theme=service.get("theme"),
        theme_en=service.get("theme_en"),
        themes=dict(texts_of(service, "theme")),
        initials=service.get("initials") or "",
        aliases=list(service.get("aliases") or ()),
        keys=list(service.get("keys") or ()),
        prefix=service.get("prefix") or "",
        kind=service.get("kind") or "ordinary",
        waiting=service.get("waiting") or 0,
        ahead=service.get("ahead", service.get("waiting")),
        wait=_wait(service.get("wait")),
        can=why is None,
        why_not=why,
        short=_short(why, service, world),
        bookable=why is not None and why.code in BOOKABLE and world.online and world.gives("appointment"),
        warning=unserved(service, world),
        materials=list(service.get("materials") or ()),
        materials_en=list(service.get("materials_en") or ()) or None,
        material_lists=dict(texts_of(service, "materials")),
        online=service.get("online") or None,
    )


# ---------------------------------------------------------------- packages


def _package(package: Facts, world: World) -> KioskPackage:
    can = bool(package.get("can")) and world.online
    return KioskPackage(
        code=package["code"],
        name=package["name"],
        name_en=package.get("name_en") or package["name"],
        names=dict(texts_of(package, "name")),
        initials=package.get("initials") or "",
        aliases=list(package.get("aliases") or ()),
        legs=len(package["legs"]),
        can=can,
        short=None if can else both("kiosk", "short_package" if world.online else "short_package_alone"),
    )


def _asks(session: Session) -> PackageAsks | None:
    question = session.question if session.screen is S.PACKAGE_ASKS else None
    if not question or not session.package:
        return None
    texts: Facts = question["texts"]
    said = {lang: pick(texts, lang) for lang in _words().languages}
    return PackageAsks(code=question["code"], nth=len(session.answers) + 1, of=len(session.package["questions"]), **said)


def plan(session: Session, world: World) -> KioskPlan | None:
    """The stations of the chosen package, what cannot be had of them, and what to bring to the others."""
    if not session.plan or not session.package:
        return None
    told: dict[str, Facts] = {one["service"]: one["say"] for one in session.plan["cannot"]}
    no = [*told, *(code for code in session.not_now if code not in told)]
    stations = [_station(one, world, can=one["service"] not in no, say=told.get(one["service"])) for one in session.plan["stations"]]
    had = [one.service for one in stations if one.can and one.state != "skipped"]
    legs: list[Facts] = [leg for code in had for leg in session.package["legs"] if leg["service"] == code]
    by_lang = {lang: _each_once(text for leg in legs for text in text_of(leg, "materials", lang) or ()) for lang in _words().languages}
    return KioskPlan(
        stations=stations,
        without=[one.service for one in stations if not one.can],
        can=bool(had),
        materials=by_lang["zh"],
        materials_en=by_lang["en"] or None,
        material_lists=by_lang,
    )


def _each_once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(text.strip() for text in texts))


def _station(station: Facts, world: World, *, can: bool = True, say: Facts | None = None) -> KioskStation:
    service = world.service(station["service"]) or {}
    where = {lang: place(service, lang) or station["where"].get(lang) or "" for lang in _words().languages}
    skipped = station["state"] == "skipped"
    why: Facts | None = station.get("skipped") or station.get("stopped") or say
    return KioskStation(
        service=station["service"],
        names=dict(station["service_names"]),
        state=station["state"],
        sure=station.get("sure") is not False,
        can=can or skipped,
        place=Both(**where) if where["zh"] and not skipped else None,
        wait=_wait(station.get("wait")),
        told=Said(**why) if why else None,
    )


def stations_on_paper(ticket: Facts, world: World) -> list[dict[str, Any]]:
    """The stations of a number for several services as its slip needs them: {names, place {language: text}, sure, come: False for one that
    is left for another day, materials {language: list}}, in their order, without those that are over or not needed."""
    found: list[dict[str, Any]] = []
    for one in ticket.get("stations") or ():
        skipped: Facts = one.get("skipped") or {}
        shown, why = _station(one, world), skipped.get("code")
        if one["state"] in ("now", "next", "to_come") or why == "later":
            service = world.service(one["service"]) or {}
            materials = {lang: list(text_of(service, "materials", lang) or ()) for lang in _words().languages}
            where = shown.place.model_dump() if shown.place else {}
            found.append({"names": shown.names, "place": where, "sure": shown.sure, "come": why != "later", "materials": materials})
    return found


def _ticket(ticket: Facts, world: World, session: Session) -> KioskTicket:
    service = world.service(ticket.get("service")) or {}
    name = ticket.get("service_name") or service.get("name") or str(ticket.get("service") or "")
    waits = ticket.get("state") in (None, "waiting")
    back: Facts = ticket.get("back") or {}
    return KioskTicket(
        id=ticket["id"],
        number=ticket.get("number"),
        service=str(ticket.get("service") or ""),
        service_name=name,
        service_name_en=ticket.get("service_name_en") or service.get("name_en") or name,
        service_names=dict(texts_of(ticket, "service_name") or texts_of(service, "name")),
        package_names=ticket.get("package_names"),
        stations=[_station(one, world) for one in ticket.get("stations") or ()],
        class_=ticket.get("class"),
        state=ticket.get("state") or "waiting",
        ahead=ticket.get("ahead"),
        wait=_wait(ticket.get("wait")),
        issued_at=ticket.get("issued_at"),
        slot_at=ticket.get("slot_at"),
        slot_end=ticket.get("slot_end"),
        early=bool(ticket.get("early")),
        checkin_from=ticket.get("checkin_from"),
        window=ticket.get("window"),
        place=Both(**{lang: place(service, lang) for lang in _words().languages}) if waits and place(service, "zh") else None,
        warning=unserved(service, world) if waits and ticket.get("number") else None,
        back=Said(**back["say"]) if back.get("until") else None,
        unkept=[Said(**one) for one in ticket.get("unkept") or ()],
        track=ticket.get("track") or "",
        url=track_url(ticket, world, session.prefer.language),
        offline=bool(ticket.get("offline")),
    )


def place(service: Facts, lang: str) -> str:
    """Where a number of this service is called: windows and area. Empty where no window serves it, or so many that it helps nobody."""
    windows: list[Facts] = list(service.get("windows") or ())
    zones = {str(where.get(lang) or pick(where)) for w in windows if (where := w.get("where"))}
    zone = zones.pop() if len(zones) == 1 else ""
    if not windows or len(windows) > WINDOWS_NAMED:
        return zone
    return _words().text("kiosk", "place", lang, n=len(windows), windows=[str(w["no"]) for w in windows], zone=zone)


def track_url(ticket: Facts, world: World, language: str) -> str:
    """The address in the slip's code: the phone opens in the language in which the number was taken."""
    if not ticket.get("track") or not world.url:
        return ""
    language = ticket.get("language") or language
    return f"{world.url}/t/{ticket['track']}" + ("" if language == "zh" else f"?lang={language}")


def _wait(wait: Facts | None) -> Wait | None:
    if not wait:
        return None
    return Wait(p50=wait["p50"], p90=wait["p90"], at=str(wait.get("at") or ""), say=Both(**wait["say"]))


def _names(service: Facts) -> dict[str, str]:
    return {lang: text_of(service, "name", lang) for lang in _words().languages}


def _as_read(service: Facts) -> dict[str, str]:
    """Its names as a voice says them."""
    return _names(service) | dict(service.get("spoken") or {})


def _paper(printer: Status | None) -> Paper:
    """Whether slips come out, and what a person is told about it."""
    if printer is None or printer.stops:
        return Paper(state="none", sentence=both("kiosk", "no_printer" if printer is None else "no_slips_now"))
    sentence = _sentence(printer)
    if printer.state == "unknown":
        return Paper(state="unknown", sentence=sentence)
    return Paper(state="low" if printer.code == "paper_low" else "ok", sentence=sentence)


def _device(status: Status) -> DeviceShown:
    sentence = _sentence(status)
    return DeviceShown(state=status.state, code=status.code, sentence=sentence.zh, sentence_en=sentence.en)


def _sentence(status: Status) -> Both:
    return Both(**{lang: device_words.sentence(status.code, status.facts, lang) for lang in _words().languages})
