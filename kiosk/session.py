"""The visitor's minute as a table of screens. Pure: it opens no device, asks no server and reads no clock.

`step(session, gesture, now, **facts)` gives the next session and what is to be asked for (`"issue"`, `"print"`, …) or None. Instants are
milliseconds of any steady clock, handed in. Whoever asked tells the answer as another gesture (`issued`, `printed`, …).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Screen(StrEnum):
    IDLE = "idle"
    CARD = "card"  # lay your card on the reader
    CHOOSING = "choosing"
    CONFIRM = "confirm"
    PACKAGES = "packages"  # 一件事: several services on one number
    PACKAGE_ASKS = "package_asks"  # one question of a package after another
    PACKAGE = "package"  # its stations, before the number is taken
    PHONE = "phone"
    ID = "id"  # type the ID number: no card is at hand
    PRINCIPAL = "principal"  # lay the card of whom you act for
    AUTHORITY = "authority"  # by what you act for them
    APPOINTMENT = "appointment"  # type or scan an appointment's code
    CHECKIN = "checkin"  # an appointment was found
    SLOTS = "slots"
    ASKING = "asking"  # looking something up
    ISSUING = "issuing"  # a number was asked for, no answer yet
    PRINTING = "printing"  # the number is known, paper moves
    DONE = "done"
    BOOKED = "booked"
    HOLDS = "holds"  # already holds a ticket
    QUOTA = "quota"  # full for today
    CLOSED = "closed"
    UNREADABLE = "unreadable"
    NO_PAPER = "no_paper"  # the number is theirs, the slip did not come
    REFUSED = "refused"
    AWAY = "away"  # no server and no lent number left
    ENROL = "enrol"  # not yet known to a hall


S = Screen

# Rows that recur. Gestures of people: start_*, choose, confirm, …; of the world: card, issued, printed, time, …
ALWAYS = ("help", "prefer", "stay", "read", "laid", "lifted", "answered", "question")  # never lead to another screen
ENDS = {"cancel": S.IDLE, "time": S.IDLE}
STARTS = {
    "start_card": S.CARD,
    "start_phone": S.PHONE,
    "start_id": S.ID,
    "start_none": S.CHOOSING,
    "start_appointment": S.APPOINTMENT,
    "start_book": S.CHOOSING,
    "start_package": S.PACKAGES,
}
READS = {"card": S.CHOOSING, "unreadable": S.UNREADABLE}
NEXT_PERSON = {"next_card": S.CHOOSING}
ISSUES = {
    "issued": S.PRINTING,
    "holds": S.HOLDS,
    "full": S.QUOTA,
    "shut": S.CLOSED,
    "refused": S.REFUSED,
    "nothing_left": S.AWAY,
    "unknown_kiosk": S.ENROL,
}

# Everything that can change the screen is in this table. Read a row as: "on this screen, these gestures, leading there".
# A gesture that is not in the row is refused and changes nothing.
SCREENS: dict[Screen, dict[str, Screen | None]] = {
    S.IDLE: {
        **STARTS, **READS,
        "choose": S.CONFIRM, "code": S.ASKING, "slots": S.ASKING,
        "shut": S.CLOSED, "unknown_kiosk": S.ENROL, "cancel": S.IDLE, "time": S.IDLE,
    },
    S.CARD: {**READS, **STARTS, "code": S.ASKING, "back": S.IDLE, **ENDS},
    S.CHOOSING: {
        "choose": S.CONFIRM, "slots": S.ASKING, "code": S.ASKING, "found": S.CHECKIN, "holds": S.HOLDS,
        "acting": S.PRINCIPAL, "packages": S.PACKAGES, "package": S.PACKAGE_ASKS, "plan": S.ASKING,
        "card": S.CHOOSING, "next_card": S.CHOOSING, "unreadable": S.CHOOSING, "back": S.IDLE, **ENDS,
    },
    S.CONFIRM: {
        "confirm": S.ISSUING, "online": S.IDLE, "slots": S.ASKING, "found": S.CHECKIN, "holds": S.HOLDS,
        "card": S.CONFIRM, "next_card": S.CHOOSING, "unreadable": S.CONFIRM, "back": S.CHOOSING, **ENDS,
    },
    S.PACKAGES: {
        "package": S.PACKAGE_ASKS, "plan": S.ASKING, "found": S.CHECKIN, "holds": S.HOLDS,
        "card": S.PACKAGES, "next_card": S.CHOOSING, "unreadable": S.PACKAGES, "back": S.CHOOSING, **ENDS,
    },
    S.PACKAGE_ASKS: {
        "answer": S.PACKAGE_ASKS, "again": S.PACKAGE_ASKS, "plan": S.ASKING, "holds": S.HOLDS,
        "card": S.PACKAGE_ASKS, "next_card": S.CHOOSING, "unreadable": S.PACKAGE_ASKS, "back": S.PACKAGES, **ENDS,
    },
    S.PACKAGE: {
        "confirm": S.ISSUING, "again": S.PACKAGE_ASKS, "holds": S.HOLDS,
        "card": S.PACKAGE, "next_card": S.CHOOSING, "unreadable": S.PACKAGE, "back": S.PACKAGES, **ENDS,
    },
    S.PHONE: {"phone": S.CHOOSING, **READS, **NEXT_PERSON, "code": S.ASKING, "back": S.IDLE, **ENDS},
    S.ID: {"id": S.CHOOSING, **READS, **NEXT_PERSON, "code": S.ASKING, "back": S.IDLE, **ENDS},
    S.PRINCIPAL: {"card": S.AUTHORITY, "id": S.AUTHORITY, "unreadable": S.PRINCIPAL, "back": S.CHOOSING, **ENDS},
    S.AUTHORITY: {"authority": S.CHOOSING, "card": S.AUTHORITY, **NEXT_PERSON, "back": S.PRINCIPAL, **ENDS},
    S.APPOINTMENT: {"code": S.ASKING, "card": S.ASKING, "next_card": S.ASKING, "unreadable": S.UNREADABLE, "back": S.IDLE, **ENDS},
    S.CHECKIN: {"confirm": S.ISSUING, "choose": S.CONFIRM, "back": S.CHOOSING, **NEXT_PERSON, **ENDS},
    S.SLOTS: {"book": S.ASKING, "back": S.CHOOSING, **NEXT_PERSON, **ENDS},
    S.ASKING: {
        "found": S.CHECKIN, "not_found": S.APPOINTMENT, "holds": S.HOLDS, "slots_found": S.SLOTS, "planned": S.PACKAGE,
        "booked": S.BOOKED, "full": S.QUOTA,
        "shut": S.CLOSED, "refused": S.REFUSED, "unreachable": S.REFUSED, "nothing_left": S.AWAY, "unknown_kiosk": S.ENROL,
        "back": S.CHOOSING, "cancel": S.IDLE, "time": S.REFUSED,
    },
    S.ISSUING: {**ISSUES, "not_now": S.PACKAGE, "time": S.REFUSED},  # nobody may leave while a number may be on its way
    S.PRINTING: {"printed": S.DONE, "paper_failed": S.NO_PAPER, "time": S.DONE},  # a slow printer holds nobody up
    S.DONE: {"reprint": S.PRINTING, "printed": S.DONE, "paper_failed": S.NO_PAPER, **NEXT_PERSON, **ENDS},
    S.BOOKED: {**NEXT_PERSON, **ENDS},
    S.HOLDS: {"reprint": S.PRINTING, "back": S.CHOOSING, **NEXT_PERSON, **ENDS},
    S.QUOTA: {"slots": S.ASKING, "back": S.CHOOSING, **NEXT_PERSON, **ENDS},
    S.CLOSED: {"opened": S.IDLE, "start_book": S.CHOOSING, "unknown_kiosk": S.ENROL},
    S.UNREADABLE: {**STARTS, "card": S.CHOOSING, "unreadable": S.UNREADABLE, "back": S.IDLE, **ENDS},
    S.NO_PAPER: {"reprint": S.PRINTING, "printed": S.DONE, **NEXT_PERSON, **ENDS},
    S.REFUSED: {"issued": S.PRINTING, "back": S.CHOOSING, **NEXT_PERSON, **ENDS},  # an answer after the guard's time still counts
    S.AWAY: {"back": S.IDLE, **NEXT_PERSON, **ENDS},
    S.ENROL: {"enrol": S.ENROL, "enrolled": S.IDLE},
}  # fmt: skip
for _row in SCREENS.values():
    for _gesture in ALWAYS:
        _row[_gesture] = None  # stays where it is

# Seconds without a touch after which a screen ends by itself (`time`), in the standard layout; half as long again in the elder layout.
TIMES = {
    S.IDLE: 60, S.CARD: 30, S.CHOOSING: 60, S.CONFIRM: 60, S.PACKAGES: 60, S.PACKAGE_ASKS: 60, S.PACKAGE: 60, S.PHONE: 60, S.ID: 60,
    S.PRINCIPAL: 60, S.AUTHORITY: 60, S.APPOINTMENT: 60, S.CHECKIN: 45, S.SLOTS: 60, S.ASKING: 15,
    S.ISSUING: 20, S.PRINTING: 12, S.DONE: 15, S.BOOKED: 30, S.HOLDS: 30, S.QUOTA: 45, S.UNREADABLE: 15, S.NO_PAPER: 60, S.REFUSED: 20,
    S.AWAY: 20,
}  # fmt: skip
SILENT = frozenset({S.IDLE, S.ISSUING, S.ASKING, S.PRINTING})  # no countdown is shown there

# Screens on which somebody may be busy with reading or typing: before they end, it is asked whether anybody is there, and so many
# seconds are added for the answer.
QUESTIONED = frozenset(
    {
        S.CHOOSING,
        S.CONFIRM,
        S.PACKAGES,
        S.PACKAGE_ASKS,
        S.PACKAGE,
        S.PHONE,
        S.ID,
        S.PRINCIPAL,
        S.AUTHORITY,
        S.APPOINTMENT,
        S.CHECKIN,
        S.SLOTS,
        S.QUOTA,
        S.HOLDS,
    }  # fmt: skip
)
TO_ANSWER = 20

# What each gesture brings along and the session keeps.
KEEPS: dict[str, tuple[str, ...]] = {
    "card": ("person", "message"),
    "next_card": ("person", "message"),
    "phone": ("person",),
    "id": ("person",),
    "authority": ("authority",),
    "choose": ("service",),
    "slots": ("service",),
    "code": ("code",),
    "package": ("package", "answers"),
    "answer": ("answers",),
    "again": ("answers",),
    "plan": ("package", "answers"),
    "planned": ("plan",),
    "not_now": ("not_now", "message"),
    "confirm": ("reason", "appointment", "without"),
    "book": ("slot",),
    "found": ("appointments",),
    "slots_found": ("slots",),
    "issued": ("ticket",),
    "holds": ("tickets", "message"),
    "booked": ("appointment",),
    "reprint": ("ticket",),
    "full": ("message",),
    "shut": ("message",),
    "refused": ("message",),
    "unreachable": ("message",),
    "not_found": ("message",),
    "unreadable": ("message",),
    "paper_failed": ("message",),
    "nothing_left": ("message",),
    "prefer": ("prefer",),
    "help": ("help",),
    "answered": ("help",),
    "enrol": ("enrol", "message"),
    "unknown_kiosk": ("message",),
}

# What is to be done when a gesture has led to a screen.
ASKS: dict[tuple[str, Screen], str] = {
    ("card", S.CHOOSING): "greet",
    ("next_card", S.CHOOSING): "greet",
    ("phone", S.CHOOSING): "greet",
    ("card", S.CONFIRM): "greet",
    ("card", S.PACKAGES): "greet",
    ("card", S.PACKAGE_ASKS): "greet",
    ("card", S.PACKAGE): "greet",
    ("plan", S.ASKING): "plan",
    ("card", S.ASKING): "look_up",
    ("next_card", S.ASKING): "look_up",
    ("code", S.ASKING): "look_up",
    ("authority", S.CHOOSING): "greet",
    ("slots", S.ASKING): "slots",
    ("book", S.ASKING): "book",
    ("confirm", S.ISSUING): "issue",
    ("issued", S.PRINTING): "print",
    ("booked", S.BOOKED): "print_booking",
    ("reprint", S.PRINTING): "reprint",
}

PEOPLE = frozenset(  # gestures a person makes; the rest is the world's
    [
        *STARTS,
        "phone",
        "id",
        "acting",
        "authority",
        "code",
        "choose",
        "packages",
        "package",
        "answer",
        "confirm",
        "online",
        "slots",
        "book",
        "reprint",
        "back",
        "cancel",
        "stay",
        "read",
        "help",
        "prefer",
        "enrol",
    ]
)


class NotHere(Exception):
    """The screen does not know this gesture; nothing has changed."""

    def __init__(self, screen: Screen, gesture: str):
        super().__init__(f"The screen {screen} does not know {gesture}.")
        self.screen, self.gesture, self.code = screen, gesture, "not_here"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whom the kiosk serves just now. What may be shown is masked already; `holder` and `phone` go to the server and nowhere else."""

    masked: str = ""
    last4: str = ""
    card: str = ""
    phone_masked: str = ""
    typed: bool = False  # the number may be anybody's: nothing that is theirs is looked up or shown
    age: int | None = None
    holder: dict[str, str] | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    def same(self, other: Person) -> bool:
        return (self.holder or {}).get("id_number") == (other.holder or {}).get("id_number") and bool(self.holder)


@dataclass(frozen=True, kw_only=True)
class Prefer:
    language: str = "zh"
    elder: bool = False
    wheelchair: bool = False
    muted: bool = False


@dataclass(frozen=True, kw_only=True)
class Session:
    """One value holds the whole minute. `visit` rises with each person, so that an answer for somebody who has left is known as such."""

    screen: Screen = S.IDLE
    visit: int = 1
    since: int = 0  # ms, when the screen was reached
    deadline: int | None = None  # ms
    questioned: bool = False  # it has been asked whether anybody is there, and nobody has answered yet
    default: Prefer = Prefer()
    prefer: Prefer = Prefer()
    purpose: str = "take"  # or "book"; "package": the first page led straight to the packages
    person: Person | None = None
    agent: Person | None = None  # who stands here, where the number is for `person`
    authority: str | None = None  # by what they act
    service: str | None = None
    reason: str | None = None
    package: Mapping[str, Any] | None = None  # the chosen one, as the server told of it then
    answers: tuple[tuple[str, bool | None], ...] = ()  # (question, yes or no; None: the person does not know), in the order asked
    plan: Mapping[str, Any] | None = None  # what the server says that somebody visits who answers so
    without: tuple[str, ...] = ()  # legs that are left for another day
    not_now: tuple[str, ...] = ()  # legs for which the server has refused the number
    code: str | None = field(default=None, repr=False)
    slot: str | None = None
    ticket: dict[str, Any] | None = None
    tickets: tuple[dict[str, Any], ...] = ()
    appointment: dict[str, Any] | None = None
    appointments: tuple[dict[str, Any], ...] = ()
    slots: tuple[dict[str, Any], ...] = ()
    message: dict[str, str] | None = None
    help: dict[str, Any] | None = None
    enrol: dict[str, Any] | None = None
    reprint: bool = False
    card_left: bool = False  # a card lies on the reader
    card_since: int | None = None

    @property
    def question(self) -> Mapping[str, Any] | None:
        """The question of the package that is asked next."""
        asked = [q for q in (self.package or {}).get("questions") or () if q["code"] not in dict(self.answers)]
        return asked[0] if asked else None

    def may(self) -> tuple[str, ...]:
        """The gestures that a person can make here, by their names in the table."""
        return tuple(g for g in SCREENS[self.screen] if g in PEOPLE)

    def at_its_end(self) -> str:
        """The gesture of a clock that has reached the deadline: first a question, then the end."""
        return "question" if self.screen in QUESTIONED and not self.questioned else "time"

    def seconds_left(self, now: int) -> int | None:
        if self.deadline is None or self.screen in SILENT:
            return None
        return max(0, -(-(self.deadline - now) // 1000))


def step(session: Session, gesture: str, now: int, *, times: dict[Screen, int] | None = None, **facts: Any) -> tuple[Session, str | None]:
    """The session after `gesture`, and what is to be asked for now. NotHere if the screen does not know it."""
    gesture = _meant(session, gesture, facts)
    try:
        screen = SCREENS[session.screen][gesture] or session.screen
    except KeyError:
        raise NotHere(session.screen, gesture) from None

    before = session
    if screen in (S.IDLE, S.CLOSED, S.ENROL) and gesture not in ALWAYS or gesture == "next_card":
        session = _forgotten(session)
    elif screen in (S.CHOOSING, S.PACKAGES) and screen is not session.screen:
        session = replace(session, service=None, reason=None, ticket=None, tickets=(), slots=(), message=None, appointment=None)
        session = replace(session, package=None, answers=(), plan=None, without=(), not_now=())
    elif gesture == "planned":
        session = replace(session, message=None, not_now=())
    elif gesture in STARTS:
        session = replace(session, message=None)
    if gesture in ("card", "next_card", "phone", "id"):
        session = replace(session, code=None)  # who lays a card down means the card, not the code typed before
    if screen is S.AUTHORITY:
        session = replace(session, message=None)
    if screen is S.PRINCIPAL and gesture in ("acting", "back"):
        session = replace(session, agent=session.agent or session.person, person=None, authority=None, message=None)
    if before.screen is S.PRINCIPAL and gesture == "back":  # for nobody but themselves
        session = replace(session, person=session.agent, agent=None)
    kept = {name: facts[name] for name in KEEPS.get(gesture, ()) if name in facts}
    session = replace(session, screen=screen, **kept)
    if gesture in STARTS:
        session = replace(session, purpose={"start_book": "book", "start_package": "package"}.get(gesture, "take"))
    if gesture in ("issued", "reprint"):
        session = replace(session, reprint=gesture == "reprint", message=None)
    if gesture == "laid":
        session = replace(session, card_left=True, card_since=now)
    if gesture == "lifted":
        session = replace(session, card_left=False, card_since=None)
    if gesture == "time" and screen is S.REFUSED:
        session = replace(session, message={"code": "no_answer"})
    if screen is not before.screen:
        session = replace(session, since=now)
    if gesture == "question":
        session = replace(session, questioned=True, deadline=now + TO_ANSWER * 1000)
    elif gesture not in ("laid", "lifted", "answered"):  # those are no sign that somebody is there
        session = replace(session, questioned=False, deadline=_deadline(session, now, times or TIMES))
    return session, ASKS.get((gesture, screen))


def _meant(session: Session, gesture: str, facts: dict[str, Any]) -> str:
    """The same act can mean two things: a second card is another person, who came to book wants times and not a number, and back is where
    somebody came from."""
    if gesture == "card" and "next_card" in SCREENS[session.screen]:
        ended = "card" not in SCREENS[session.screen]
        if ended or (session.person and session.person.holder and not session.person.same(facts["person"])):
            return "next_card"
    if gesture == "choose" and session.purpose == "book":
        return "slots"
    if gesture == "back" and session.screen is S.PACKAGES and session.purpose == "package":
        return "cancel"  # back to where they came from
    return gesture


def _forgotten(session: Session) -> Session:
    """Nothing of the person is left; what the machine knows stays."""
    return Session(
        visit=session.visit + 1, default=session.default, prefer=session.default, card_left=session.card_left, card_since=session.card_since
    )


def _deadline(session: Session, now: int, times: dict[Screen, int]) -> int | None:
    if "time" not in SCREENS[session.screen] or session.screen not in times:
        return None
    if session.screen is S.IDLE and session.prefer == session.default and session.help is None:
        return None
    return now + times[session.screen] * (1500 if session.prefer.elder else 1000)
