"""Serves the person at the kiosk: gestures in, states out, in between the questions to server and printer. Draws no page, opens no port.

The session is a value behind one lock. Whatever takes time runs beside it, and its answer comes back as a gesture with the number of
the visit it belongs to, so that nobody ever gets another's answer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from config.codes import LIVE
from config.id_numbers import wrong_with
from config.link import Away, Refused
from config.mistakes import nearest
from config.words import LANGUAGES
from drivers.contract import Card, DeviceError, Slip, Status

from . import people, slip, view
from .numbers import Numbers, ticket_of
from .session import TIMES, NotHere, Person, Prefer, Screen, Session, step
from .shapes import Both, KioskState, Prompt
from .spool import NothingLeft
from .voice import KioskVoice

log = logging.getLogger(__name__)

ANEW = ("help", "question", "answer", "again")  # gestures after which something is said though the screen stays
PAPER = 8.0  # seconds in which a printer that cannot be reached may come back before the slip is given up
DEFAULT = Prefer()
REMIND = 8.0  # seconds between two reminders of a card that was left
FOR_THE_HOLDER = ("expired", "not_yet_valid")  # what else is odd about a card is no news to its holder, and no reason to refuse
FOR_PEOPLE = (404, 409, 429, 503)  # with these the server's own sentence is for the person; others are about the request
TYPED = ("bad_phone", "bad_id_number", "expired_card")  # and these too


class Attendant:
    """`printer` takes a Slip and gives a future of its Status (drivers.worker.Worker.do), or is None where the machine has none."""

    def __init__(
        self,
        numbers: Numbers,
        world: view.World,
        *,
        printer: Callable[[Slip], Future[Status]] | None = None,
        template: slip.SlipTemplate | None = None,
        default: Prefer = DEFAULT,
        times: Mapping[Screen, int] = TIMES,
        clock: Callable[[], float] = time.monotonic,
        pool: ThreadPoolExecutor | None = None,
        voice: KioskVoice | None = None,
    ):
        self.numbers, self.template, self._printer = numbers, template or slip.load(), printer
        self.voice = voice
        self._times, self._clock = dict(times), clock
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._pool = pool or ThreadPoolExecutor(6, thread_name_prefix="kiosk-ask")
        self._session = Session(default=default, prefer=default)
        self._world = world
        self._seq = int(time.time() * 1000)  # rises with each state, also over a restart: no page takes a new state for an old one
        self._say: Prompt | None = None
        self._reminded = 0

    # ---------------------------------------------------------------- gestures

    def tell(self, gesture: str, *, visit: int | None = None, **facts: Any) -> Session:
        """A gesture of the person (or the answer to a question). Raises NotHere where the screen does not know it."""
        with self._lock:
            if visit is not None and visit != self._session.visit:
                return self._session
            before = self._session
            session, ask = step(before, gesture, self._now(), times=self._times, **facts)
            self._session = session
            if session.screen is not before.screen or session.visit != before.visit or gesture in ANEW:
                self._speak({"help": "help", "question": "still_there"}.get(gesture))
                self._reminded = self._now()
            self._publish()
            if ask:
                self._pool.submit(self._do, ask, session)
            return session

    def hear(self, gesture: str, **facts: Any) -> None:
        """The same from the world (a card, an answer, the clock), which does not mind when the screen has gone on."""
        try:
            self.tell(gesture, **facts)
        except NotHere:
            log.debug("nobody waits for %s now", gesture)

    def choose(self, service: str) -> Session:
        self._must_know(service)
        return self.tell("choose", service=service)

    def package(self, package: str) -> Session:
        """A package is chosen: its questions come first. Alone it is said at once that there is no number for it."""
        with self._lock:
            found = self._world.package(package)
            if found is None or self._session.purpose == "book":
                near = nearest(package, [p["code"] for p in self._world.packages_offered])
                raise WrongGesture("package", "not_offered", near, code="package_gone")
            asks = found.get("questions") and self._world.online
            return self.tell("package" if asks else "plan", package=found, answers=())

    def answer(self, question: str, answer: bool | None) -> Session:
        with self._lock:
            session = self._session
            asked = session.question
            if session.screen is Screen.PACKAGE_ASKS and (asked is None or asked["code"] != question):
                raise WrongGesture("question", "not_offered")
            answered = replace(session, answers=(*session.answers, (question, answer)))
            return self.tell("answer" if answered.question else "plan", answers=answered.answers, package=session.package)

    def back(self) -> Session:
        """One step back; among the questions of a package to the one before."""
        with self._lock:
            session = self._session
            if session.screen in (Screen.PACKAGE_ASKS, Screen.PACKAGE) and session.answers:
                return self.tell("again", answers=session.answers[:-1])
            return self.tell("back")

    def _ensure_left(self, without: Sequence[str]) -> None:
        """What is left for another day are legs that cannot be had now, and something remains."""
        told = view.plan(self._session, self._world)
        cannot = told.without if told else []
        if odd := [code for code in without if code not in cannot]:
            raise WrongGesture("without", "not_offered", nearest(odd[0], cannot))
        if not told or not told.can:
            raise WrongGesture("package", "not_offered", code="package_gone")

    def confirm(self, reason: str | None = None, appointment: str | None = None, without: Sequence[str] = ()) -> Session:
        with self._lock:
            if self._session.screen is Screen.PACKAGE:
                self._ensure_left(without)
            session = self._session
            offered = view.green(session, self._world)
            if reason and reason not in [g.reason for g in offered]:
                raise WrongGesture("reason", "not_offered", code="bad_reason")
            reason = reason or next((g.reason for g in offered if g.given), None)
            if session.screen in (Screen.CONFIRM, Screen.PACKAGE) and not reason and not self._world.gives("ordinary"):
                raise WrongGesture("reason", "missing", code="reason_first")
            chosen = None
            if session.screen is Screen.CHECKIN:
                chosen = next((a for a in session.appointments if appointment in (None, a["id"])), None)
                if chosen is None:
                    raise WrongGesture("appointment", "not_offered")
            return self.tell("confirm", reason=reason, appointment=chosen, without=tuple(without))

    def went_online(self) -> Session:
        """The person does it on a phone instead of taking a number; that is counted."""
        with self._lock:
            service = self._world.service(self._session.service)
            if self._session.screen is Screen.CONFIRM and not (service and service.get("online")):
                raise WrongGesture("service", "not_online")
            session = self.tell("online")
            self.numbers.count_online(service["code"] if service else "")
            return session

    def reprint(self, ticket: str | None = None) -> Session:
        with self._lock:
            session = self._session
            known = [t for t in (session.ticket, *session.tickets) if t and ticket in (None, t["id"])]
            if not known and session.screen in (Screen.DONE, Screen.HOLDS, Screen.NO_PAPER):
                raise WrongGesture("ticket", "not_offered")
            return self.tell("reprint", ticket=known[0] if known else None)

    def slots(self, service: str | None = None) -> Session:
        with self._lock:
            service = service or self._session.service
            self._must_know(service)
            return self.tell("slots", service=service)

    def book(self, slot: str) -> Session:
        with self._lock:
            if self._session.screen is Screen.SLOTS and slot not in [s["id"] for s in self._session.slots]:
                raise WrongGesture("slot", "not_offered")
            return self.tell("book", slot=slot)

    def phone(self, phone: str) -> Session:
        number = people.phone_number(phone)
        if number is None:
            raise WrongGesture("phone", "other", code="bad_phone")
        return self.tell("phone", person=people.of_phone(number))

    def typed_id(self, number: str) -> Session:
        with self._lock:
            if not self._world.menu.get("typed"):  # the hall has changed its mind meanwhile
                raise WrongGesture("number", "not_offered", code="not_typed_here")
            if why := wrong_with(number, date.fromisoformat(self.numbers.day())):
                raise WrongGesture("number", "other", code="bad_id_number", why=why)
            typed = people.of_typed(number)
            return self._session if self._own_again(typed) else self.tell("id", person=typed)

    def acting(self) -> Session:
        """Who has laid a card acts for another: theirs comes next."""
        with self._lock:
            if not view.may_act(self._session, self._world):
                raise WrongGesture("person", "not_offered", code="not_acted_here")
            return self.tell("acting")

    def authority(self, authority: str) -> Session:
        stated: list[str] = list(self._world.menu.get("authorities") or ())
        if authority not in stated:
            raise WrongGesture("authority", "not_offered", nearest(authority, stated), code="not_acted_here")
        return self.tell("authority", authority=authority)

    def _own_again(self, person: Person) -> bool:
        """Whether somebody lays or types their own card where that of whom they act for is asked for. That is said, and nothing is done."""
        with self._lock:
            session = self._session
            if session.screen is not Screen.PRINCIPAL or not session.agent or not session.agent.same(person):
                return False
            self.hear("unreadable", message={"code": "own_card"})
            return True

    def prefer(self, **changes: Any) -> Session:
        language = changes.get("language")
        if language and language not in LANGUAGES:
            raise WrongGesture("language", "not_offered", nearest(language, LANGUAGES))
        with self._lock:
            return self.tell("prefer", prefer=replace(self._session.prefer, **changes))

    def read(self) -> Session:
        """Reads the screen aloud, also where sound is off: the person asked for it."""
        with self._lock:
            session = self.tell("read")
            self._say_aloud(view.read_aloud(session, self._world), asked=True)
            self._publish()
            return session

    def help(self) -> Session:
        with self._lock:
            before = self._session
            asked = before.help or {"asked_at": self.stamp(), "answered": False}
            session = self.tell("help", help=asked)
            if not before.help:
                self._pool.submit(self._call_help, session)
            return session

    def _must_know(self, service: str | None) -> None:
        offered = [s["code"] for s in self._world.offered]
        if service not in offered:
            near = nearest(service or "", offered)
            raise WrongGesture("service", "not_offered", near, code="no_such_service")

    # ---------------------------------------------------------------- devices and the clock

    def card(self, card: Card) -> None:
        person = people.of_card(card, date.fromisoformat(self.numbers.day()))
        warning = next((w for w in card.warnings if w in FOR_THE_HOLDER), None)
        if odd := [w for w in card.warnings if w not in FOR_THE_HOLDER]:
            log.warning("a card was read that is odd: %s", ", ".join(odd))
        message = {"code": warning, "words": "cards"} if warning else None
        if not self._own_again(person):
            self.hear("card", person=person, message=message)
        self.hear("laid")

    def lifted(self) -> None:
        self.hear("lifted")

    def new_code(self) -> None:
        """Somebody at the screen wants a fresh enrolment code; the old one is put away at once."""
        self.tell("enrol", enrol=None, message={"code": "unknown_kiosk"})

    def scanned(self, value: str) -> None:
        self.hear("code", code=value)

    def reader_status(self, status: Status) -> None:
        if status.code == "left_behind":  # the reader is well: the person is reminded, and no manager is called
            self._remind()
            return
        self.device("reader", status)
        if status.state == "trouble" and not status.stops:
            self.hear("unreadable", message={"code": status.code, "words": "devices_told"})

    def device(self, name: str, status: Status) -> None:
        self.know(lambda world: world.with_device(name, status))

    def tick(self) -> None:
        """Ends a screen whose time is over; reminds of a card that was left. Called a few times a second."""
        with self._lock:
            session, now = self._session, self._now()
            if session.deadline is not None and now >= session.deadline:
                self.hear(session.at_its_end())
            elif not self._world.online and session.screen in (Screen.IDLE, Screen.CLOSED):
                self._open_or_shut()
            elif session.card_left and session.screen not in view.BUSY and now - self._reminded >= REMIND * 1000:
                self._remind()

    def _remind(self) -> None:
        with self._lock:
            self._reminded = self._now()
            if self._session.screen not in view.BUSY:
                self._speak("card_left")
                self._publish()

    # ---------------------------------------------------------------- what is known

    def know(self, change: Callable[[view.World], view.World]) -> None:
        with self._lock:
            before, self._world = self._world, change(self._world)
            self._open_or_shut()
            if view.lasting(before) != view.lasting(self._world):
                self._publish()

    def online(self, online: bool) -> None:
        self.know(lambda world: replace(world, online=online))

    def _open_or_shut(self) -> None:
        idle = self._session.screen is Screen.IDLE and self._session.prefer == self._session.default
        if idle and not self._is_open():
            self.hear("shut", message={"code": "hall_closed", "hours": hours_of(self._world.hall)})
        elif self._session.screen is Screen.CLOSED and self._is_open():
            self.hear("opened")

    def _is_open(self) -> bool:
        """As the server says. While it is away a hall that was closed stays so until the hours it told of; nobody else is sent away."""
        hall = self._world.hall
        now = self.stamp()
        if hall.get("open") is not False or self._world.online:
            return hall.get("open") is not False
        if str(hall.get("now", ""))[:10] != now[:10] or hall.get("hours") is None:
            return True
        return any(str(h["from"])[-5:] <= now[11:16] < str(h["to"])[-5:] for h in hall["hours"])

    @property
    def world(self) -> view.World:
        return self._world

    @property
    def session(self) -> Session:
        return self._session

    def state(self) -> KioskState:
        with self._lock:
            return view.state(
                self._session, self._world, seq=self._seq, now=self._now(), stamp=self.stamp(), times=self._times, say=self._say
            )

    def wait(self, seq: int, timeout: float) -> KioskState | None:
        """The state, once it is another than number `seq`; None when nothing has changed in `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._seq != seq, timeout):
                return None
            return self.state()

    def _publish(self) -> None:
        self._seq += 1
        self._changed.notify_all()

    def _speak(self, key: str | None = None) -> None:
        """What is to be said now: at a screen's beginning, or for `key`. A new sentence takes the old one's place."""
        sentence = view.both("kiosk_say", key) if key else view.spoken(self._session)
        if sentence:
            self._say_aloud(sentence)
        else:
            self._say = None

    def _say_aloud(self, sentence: Both, *, asked: bool = False) -> None:
        audio = Both(**self.voice.urls(sentence.model_dump())) if self.voice else None
        self._say = Prompt(id=self._seq + 1, asked=asked, audio=audio, zh=sentence.zh, en=sentence.en)

    def _now(self) -> int:
        return int(self._clock() * 1000)

    def stamp(self) -> str:
        return self.numbers.stamp(int(self.numbers.client.now() * 1000))

    # ---------------------------------------------------------------- questions, each answered by a gesture

    def _do(self, ask: str, session: Session) -> None:
        try:
            gesture, facts = getattr(self, f"_ask_{ask}")(session)
        except Refused as refused:
            gesture, facts = self._refused(refused, session)
        except Away as away:
            lost = away.sent and session.screen is Screen.ISSUING  # it may have been issued: who asks again gets the same
            code = "no_answer" if lost else "package_alone" if session.package else "unreachable"
            gesture = "refused" if session.screen is Screen.ISSUING else "unreachable"
            facts = {"message": {"code": code}}
        except NothingLeft:
            gesture, facts = "nothing_left", {"message": {"code": "nothing_left"}}
        except Exception:
            log.exception("the question %s failed", ask)  # a person waits: whatever went wrong, the screen must go on
            gesture, facts = "refused", {"message": {"code": "no_answer"}}
        if gesture:
            self.hear(gesture, visit=session.visit, **facts)

    def _refused(self, refused: Refused, session: Session) -> tuple[str, dict[str, Any]]:
        message = {"code": refused.code, session.prefer.language: refused.detail}
        if refused.unknown_token:
            return "unknown_kiosk", {"message": {"code": "unknown_kiosk"}}
        if refused.status not in FOR_PEOPLE and refused.code not in TYPED:
            log.warning("the server did not take a request: %s %s %s", refused.code, refused.detail, refused.data.get("errors", ""))
            message = {"code": "cannot_now"}
        if refused.code == "already_holds" and refused.data.get("ticket"):
            return "holds", {"tickets": (refused.data["ticket"],), "message": message}
        if session.package and session.screen is Screen.ISSUING:
            if refused.code == "package_not_now":
                return "not_now", {"not_now": tuple(refused.data.get("legs") or ()), "message": message}
            return "refused", {"message": message}
        known = {"quota_full": "full", "service_not_now": "full", "numbers_stopped": "full"}
        if refused.code == "hall_closed" and not self._is_open():
            return "shut", {"message": message}
        return known.get(refused.code, "refused"), {"message": message}

    def _ask_issue(self, session: Session) -> tuple[str, dict[str, Any]]:
        person = session.person or Person()
        agent = session.agent.holder if session.agent else None
        if session.appointment:
            path = f"/appointments/{session.appointment['id']}/checkin"
            body = {"agent": agent, "authority": session.authority} if agent else {}
            try:
                client = self.numbers.client
                answer = self.numbers.ask(lambda: client.post(path, body, language=session.prefer.language))
                return "issued", {"ticket": ticket_of(answer.data)}
            except Away:  # the person is here, and must not leave without a number
                log.warning("the server went away during a check-in; a lent number is given")
        class_, reason = view.class_asked(session.reason, self._world)
        if session.package:
            ticket = self.numbers.issue_package(
                package=session.package["code"],
                answers={code: answer for code, answer in session.answers if answer is not None},
                without=session.without,
                class_=class_,
                reason=reason,
                holder=person.holder,
                phone=person.phone,
                language=session.prefer.language,
                notice=self._world.privacy.get("version") if person.holder else None,
                wish=str(session.visit),
                agent=agent,
                authority=session.authority if agent else None,
            )
            return "issued", {"ticket": ticket}
        ticket = self.numbers.issue(
            service=session.appointment["service"] if session.appointment else session.service or "",
            class_=class_,
            reason=reason,
            holder=person.holder,
            phone=person.phone,
            language=session.prefer.language,
            notice=self._world.privacy.get("version") if person.holder else None,
            agent=agent,
            authority=session.authority if agent else None,
        )
        return "issued", {"ticket": ticket}

    def _ask_plan(self, session: Session) -> tuple[str, dict[str, Any]]:
        package: Mapping[str, Any] = session.package or {}
        given = {said: ",".join(code for code, answer in session.answers if answer is yes) for said, yes in (("yes", True), ("no", False))}
        query = urlencode({said: codes for said, codes in given.items() if codes})
        path = f"/packages/{package.get('code', '')}" + (f"?{query}" if query else "")
        answer = self.numbers.ask(lambda: self.numbers.client.get(path, budget=2))
        return "planned", {"plan": answer.data}

    def _ask_print(self, session: Session) -> tuple[str, dict[str, Any]]:
        return self._print(session.ticket or {}, session, again=False)

    def _ask_print_booking(self, session: Session) -> tuple[None, dict[str, Any]]:
        self.print(session.appointment or {}, person=session.person, language=session.prefer.language)
        return None, {}

    def _ask_reprint(self, session: Session) -> tuple[str, dict[str, Any]]:
        return self._print(self.numbers.reprint(session.ticket or {}, session.prefer.language), session, again=True)

    def _print(self, ticket: dict[str, Any], session: Session, *, again: bool) -> tuple[str, dict[str, Any]]:
        whose = None if ticket.get("authority") else session.person  # a slip that another carries names nobody
        error = self.print(ticket, person=whose, language=session.prefer.language, again=again)
        return ("paper_failed", {"message": error}) if error else ("printed", {})

    def print(
        self, ticket: dict[str, Any], *, person: Person | None = None, language: str = "zh", again: bool = False
    ) -> dict[str, Any] | None:
        """Puts a ticket on paper; None, or the message of what went wrong. The number stands, whatever the paper does."""
        if self._printer is None:
            self.numbers.shown(ticket, printed=False)
            return {"code": "no_printer"}
        world = self._world
        service = world.service(ticket.get("service"))
        masked = {"masked": person.masked, "last4": person.last4, "phone": person.phone_masked} if person else None
        paper = slip.slip(
            ticket,
            slip.with_halls(self.template, world.hall.get("slip") or {}),
            hall=world.hall,
            service=service,
            person=masked,
            url=view.track_url(ticket, world, language),
            language=language,
            reprint=again,
            zone=self.numbers.zone,
            place=lambda lang: view.place(service or {}, lang),
            stations=view.stations_on_paper(ticket, world),
            unserved=view.unserved(service, world) is not None,
            returns=world.rules("returns"),
            kiosk=world.kiosk,
        )
        message = None
        self.numbers.spool.step("paper next")
        try:
            self._printer(paper).result(PAPER + 60)
        except DeviceError as error:
            log.warning("the slip of %s was not printed: %s", ticket.get("number"), error.code)
            message = {"code": "no_paper"}
        except TimeoutError:
            message = {"code": "no_paper"}
        self.numbers.spool.step("paper out")
        if not again:
            self.numbers.shown(ticket, printed=message is None)
        return message

    def _ask_greet(self, session: Session) -> tuple[str | None, dict[str, Any]]:
        """Who has a number already is shown it, and who has an appointment today need not look for their service. On the page of what
        was chosen only a number for that is meant. No answer is no harm."""
        person = session.person or Person()
        try:
            held = self.numbers.held(person.holder, person.phone, session.prefer.language)
            booked = self._search(session) if self.numbers.online else []
        except (Away, Refused) as error:
            log.debug("nothing was looked up: %s", error)
            return None, {}
        held = [t for t in held if _is_meant(t, session)]
        if held:
            return "holds", {"tickets": tuple(held), "message": {"code": "holds"}}
        today = [a for a in booked if a.get("back") or str(a.get("slot_at", ""))[:10] == self.numbers.day()]
        return ("found", {"appointments": tuple(today)}) if today else (None, {})

    def _ask_look_up(self, session: Session) -> tuple[str, dict[str, Any]]:
        found = self._search(session)
        if found:
            return "found", {"appointments": tuple(found)}
        if session.code and not people.phone_number(session.code):
            try:
                answer = self.numbers.ask(lambda: self.numbers.client.get(f"/track/{code_of(session.code or '')}", budget=2))
            except Refused as refused:
                if refused.status not in (404, 422):
                    raise
            else:
                ticket = ticket_of(answer.data)
                if ticket.get("state") in LIVE:
                    return "holds", {"tickets": (ticket,)}
        return "not_found", {"message": {"code": "not_found"}}

    def _search(self, session: Session) -> list[dict[str, Any]]:
        person = session.person or Person()
        body = {"holder": None if person.typed else person.holder, "phone": person.phone}
        if session.code and session.screen is Screen.ASKING:
            number = people.phone_number(session.code)  # typed instead of a code: the number it was booked with
            body = {"phone": number} if number else {"code": code_of(session.code)}
        body = {k: v for k, v in body.items() if v}
        if not body:
            return []
        answer = self.numbers.ask(
            lambda: self.numbers.client.post("/appointments/search", body, language=session.prefer.language, budget=2)
        )
        return [a for a in answer.data["items"] if a.get("state") == "booked" or a.get("back")]

    def _ask_slots(self, session: Session) -> tuple[str, dict[str, Any]]:
        answer = self.numbers.ask(lambda: self.numbers.client.get(f"/slots?service={session.service}&days=7", budget=2))
        free = [s for s in answer.data["items"] if s.get("free", 0) > 0]
        return ("slots_found", {"slots": tuple(free)}) if free else ("refused", {"message": {"code": "no_slots"}})

    def _ask_book(self, session: Session) -> tuple[str, dict[str, Any]]:
        person = session.person or Person()
        body = {"slot": session.slot, "holder": person.holder, "phone": person.phone, "language": session.prefer.language}
        body = {k: v for k, v in body.items() if v}
        answer = self.numbers.ask(lambda: self.numbers.client.post("/appointments", body, language=session.prefer.language))
        return "booked", {"appointment": answer.data}

    def _call_help(self, session: Session) -> None:
        body = {"screen": str(session.screen), "language": session.prefer.language}
        try:
            self.numbers.ask(lambda: self.numbers.client.post(f"/devices/{self._world.kiosk}/help", body))
        except (Away, Refused) as error:
            log.warning("the call for a guide did not reach the server: %s", error)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _is_meant(held: Mapping[str, Any], session: Session) -> bool:
    """Whether somebody who is about to take a number takes the one that they hold a second time."""
    match session.screen:
        case Screen.CONFIRM:
            return held["service"] == session.service
        case Screen.PACKAGE_ASKS | Screen.PACKAGE:
            return bool(session.package) and held.get("package") == session.package["code"]
        case _:
            return True


class WrongGesture(Exception):
    """A gesture whose facts are wrong; nothing has changed. `problem`: a code of the words' `problems`, its facts in `facts`.
    `suggestion`: what was probably meant. `code`: what the refusal is called."""

    def __init__(self, field: str, problem: str, suggestion: str = "", *, code: str = "bad_body", **facts: Any):
        super().__init__(f"{field}: {problem}")
        self.field, self.problem, self.suggestion, self.code, self.facts = field, problem, suggestion, code, facts


def code_of(text: str) -> str:
    """What stands in a code: the last part of an address, else the text itself; never a path of its own."""
    last = text.strip().split("?")[0].split("#")[0].rstrip("/").rsplit("/", 1)[-1]
    return "".join(c for c in last if c.isalnum() or c in "-_")[:120]


def hours_of(hall: Mapping[str, Any]) -> list[str]:
    return [f"{h.get('from', '')}–{h.get('to', '')}" for h in hall.get("hours") or ()]
