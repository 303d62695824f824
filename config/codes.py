"""Every set of codes, once: states, classes, roles, … . They stand in the tables, in the journal and on the wire under these names.

Each is the type of a field: of the things in server/domain, of the shapes in server/web/models, and so of the
pages. A new one is added here, and tests/test_codes.py names every other place that must know it. What each means to people is said in
config/words.
"""

from __future__ import annotations

from enum import StrEnum
from typing import assert_never


class State(StrEnum):
    """Of a ticket. What leads where is MOVES in server/domain/tickets.py."""

    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    MISSED = "missed"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFERRED = "referred"  # to another hall, or on its way there


class Move(StrEnum):
    """What can happen to a ticket. From where each is allowed, and where it leads, is MOVES in server/domain/tickets.py."""

    CHECKIN = "checkin"
    REBOOK = "rebook"
    CALL = "call"
    POSTPONE = "postpone"
    TRANSFER = "transfer"
    MAKE_GREEN = "make_green"
    RECALL = "recall"
    START = "start"
    MISS = "miss"
    UNDO = "undo"
    PUT_BACK = "put_back"
    HOLD = "hold"
    RESUME = "resume"
    RETURN = "return"
    ONWARD = "onward"
    FINISH = "finish"
    CANCEL = "cancel"
    EXPIRE = "expire"
    REFER = "refer"
    TAKE_BACK = "take_back"  # another hall has refused a number
    KEEP_BOOKING = "keep_booking"  # likewise a booking


class Phase(StrEnum):
    """Where a ticket stands, as far as it matters to those who only want to know that."""

    AHEAD = "ahead"  # has not come yet
    IN_LINE = "in_line"
    AT_WINDOW = "at_window"  # at most one of these at a window
    ASIDE = "aside"  # may come back
    OVER = "over"


def phase(state: State) -> Phase:
    match state:
        case State.BOOKED:
            return Phase.AHEAD
        case State.WAITING:
            return Phase.IN_LINE
        case State.CALLED | State.SERVING:
            return Phase.AT_WINDOW
        case State.HELD | State.MISSED:
            return Phase.ASIDE
        case State.DONE | State.CANCELLED | State.EXPIRED | State.REFERRED:
            return Phase.OVER
        case _:
            assert_never(state)


def _states(*phases: Phase) -> frozenset[State]:
    return frozenset(state for state in State if phase(state) in phases)


AT_WINDOW = _states(Phase.AT_WINDOW)
TYPED = "typed"  # where the kind of a card stands: nobody showed one, the number was typed
LIVE = _states(Phase.IN_LINE, Phase.AT_WINDOW, Phase.ASIDE)  # in the hall today
OVER = _states(Phase.OVER)
UNFINISHED = frozenset(State) - OVER


class Class(StrEnum):
    """Of a ticket: who goes before whom."""

    ORDINARY = "ordinary"
    APPOINTMENT = "appointment"
    GREEN = "green"


class Rank(StrEnum):
    """Which promise a ticket stands under: that of its class, or `transfer` on a further leg; a green visitor stays green."""

    ORDINARY = Class.ORDINARY
    APPOINTMENT = Class.APPOINTMENT
    GREEN = Class.GREEN
    TRANSFER = "transfer"


class Reason(StrEnum):
    """Why somebody may use the green channel."""

    ELDERLY = "elderly"
    DISABLED = "disabled"
    PREGNANT = "pregnant"
    MILITARY = "military"
    INFANT = "infant"
    OTHER = "other"


class Channel(StrEnum):
    """Where a ticket was taken."""

    KIOSK = "kiosk"
    DESK = "desk"
    ONLINE = "online"
    APPOINTMENT = "appointment"
    API = "api"
    PHONE = "phone"  # by somebody whose phone has proved that it is in the hall


class Outcome(StrEnum):
    """How a service at a window ended."""

    DONE = "done"
    INCOMPLETE = "incomplete"
    REFERRED = "referred"


class BackFor(StrEnum):
    """Why somebody may come back without queueing again: papers were missing, or the day ended before their turn."""

    PAPERS = "papers"
    CARRIED = "carried"


class Authority(StrEnum):
    """By what somebody acts for another."""

    ENTRUSTED = "entrusted"
    GUARDIAN = "guardian"
    UNIT = "unit"


class Mark(StrEnum):
    """What is said of a service as it ends: handled at once or promised for later (即办件, 承诺件), accepted although something is lacking
    (容缺受理), papers not asked for (材料免交), done at the first visit (一次办成)."""

    AT_ONCE = "at_once"
    PROMISED = "promised"
    TOLERATED = "tolerated"
    WAIVED = "waived"
    FIRST_TIME = "first_time"


class SkipReason(StrEnum):
    """Why a leg of a package is not visited on a number."""

    NOT_NEEDED = "not_needed"
    DONE_BEFORE = "done_before"
    LATER = "later"  # on another day
    ONLINE = "online"
    NOT_TODAY = "not_today"  # said by the hall itself: nobody serves it any more today
    NOT_REACHED = "not_reached"  # likewise: the leg before, which it needs, was not completed


class StationState(StrEnum):
    """Of a service of a number that visits several."""

    DONE = "done"
    NOW = "now"
    NEXT = "next"
    TO_COME = "to_come"
    SKIPPED = "skipped"  # not visited on this number
    LEFT = "left"  # the number ended before


class ReferralReason(StrEnum):
    """Why a number or a booking goes to another hall."""

    NOT_HERE = "not_here"
    NEARER = "nearer"
    SHORTER = "shorter"
    FAULT = "fault"


class ReferralState(StrEnum):
    """Of a number or booking that goes to another hall, as the hall that sends it knows."""

    ASKED = "asked"  # it is on its way: the other hall has not answered yet
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Place(StrEnum):
    """Where a transferred ticket stands in its new line: by the time already waited, first, or last."""

    ARRIVAL = "arrival"
    HEAD = "head"
    TAIL = "tail"


class Diversion(StrEnum):
    """Where a guide sent somebody (导服分流)."""

    SELFSERVICE = "selfservice"
    ONLINE = "online"
    WINDOW = "window"


class Purpose(StrEnum):
    """What a window or a zone of the hall is for (1+3+3+X): its type. A hall may have others of its own beside these (setting `types`)."""

    GUIDE = "guide"
    INTAKE = "intake"
    COLLECTION = "collection"
    COMPLAINTS = "complaints"
    SELFSERVICE = "selfservice"
    ADVICE = "advice"
    ONLINE = "online"
    GENERAL = "general"
    ENTERPRISE = "enterprise"
    BENEFITS = "benefits"
    CROSS_PROVINCE = "cross_province"
    CROSS_REGION = "cross_region"
    UNRESOLVED = "unresolved"
    GREEN = "green"


NOBODY_CALLED = frozenset({Purpose.GUIDE, Purpose.SELFSERVICE, Purpose.ONLINE})  # people go there by themselves, and no number is called


class SiteKind(StrEnum):
    """What kind of place a hall is. What each says beside its file is DEFAULTS in config/settings/sites.py."""

    CENTRE = "centre"
    VEHICLES = "vehicles"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    VILLAGE = "village"
    BANK = "bank"


class ServiceKind(StrEnum):
    ORDINARY = "ordinary"
    COMPLEX = "complex"


class WindowState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    PAUSED = "paused"


class Role(StrEnum):
    """Of a token, and of a member of staff. What each may do is MAY in server/domain/permissions.py."""

    KIOSK = "kiosk"
    DISPLAY = "display"
    PAD = "pad"
    KEYPAD = "keypad"
    APP = "app"
    HALL = "hall"  # another hall, which refers people to this one
    AUDITOR = "auditor"
    GUIDE = "guide"
    CLERK = "clerk"
    MANAGER = "manager"
    ADMIN = "admin"
    SECURITY = "security"


class StaffRole(StrEnum):
    """The roles of people who sign in."""

    CLERK = Role.CLERK
    GUIDE = Role.GUIDE
    MANAGER = Role.MANAGER
    AUDITOR = Role.AUDITOR
    ADMIN = Role.ADMIN
    SECURITY = Role.SECURITY


class HeldAct(StrEnum):
    """What a hall may want two persons for (`[security] confirm`)."""

    PERSONS = "persons"  # what is kept of a person is deleted
    TOKENS = "tokens"  # one is revoked
    MACHINES = "machines"  # a device is taken out of service
    ACCOUNTS = "accounts"  # of those who manage or audit: made, changed, given a new password
    SETTINGS = "settings"  # settings, services, windows


class EvaluationState(StrEnum):
    OPEN = "open"
    GIVEN = "given"
    CLOSED = "closed"


class ListChange(StrEnum):
    """What a row of a list of services does."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    SAME = "same"


class SkillLevel(StrEnum):
    """How well somebody does a service: learns it, and serves it only beside an expert; does it alone; does it and may be learned from."""

    LEARNING = "learning"
    ABLE = "able"
    EXPERT = "expert"


class CaseState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    """How a bad evaluation was settled; 误评 and 恶意 are kept, and not deleted."""

    CORRECTED = "corrected"
    EXPLAINED = "explained"
    MISTAKEN = "mistaken"
    MALICIOUS = "malicious"
    UNVERIFIED = "unverified"


class DeviceState(StrEnum):
    OK = "ok"
    TROUBLE = "trouble"
    UNKNOWN = "unknown"


class MachineKind(StrEnum):
    """What a machine is that asks to be let in."""

    KIOSK = "kiosk"
    DISPLAY = "display"


class Order(StrEnum):
    """What a machine may be told to do."""

    REPRINT = "reprint"
    RESTART = "restart"


class AlertState(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


class AlertLevel(StrEnum):
    WARN = "warn"
    BAD = "bad"


class AlertKind(StrEnum):
    """What an alert is about."""

    WAIT = "wait"
    PROMISE = "promise"
    SERVICE = "service"
    UNSERVED = "unserved"
    QUEUE = "queue"
    IDLE_WINDOW = "idle_window"
    PAUSED = "paused"
    EVALUATION = "evaluation"
    HELP = "help"
    DEVICE = "device"
    PLAN_DUE = "plan_due"
    UNKEPT = "unkept"
    HOLIDAYS = "holidays"
    STORAGE = "storage"


class MergeResult(StrEnum):
    """What became of a number that a kiosk gave out alone."""

    MERGED = "merged"
    ALREADY = "already"
    REFUSED = "refused"


class RefusalReason(StrEnum):
    """Why somebody is given no number and no booking for a while. It is told to them."""

    TOUTING = "touting"
    GIVING_UP = "giving_up"
    NOT_COMING = "not_coming"
    FALSE_IDENTITY = "false_identity"
    DISORDER = "disorder"


class Despite(StrEnum):
    """Why staff give a number or a booking although a limit stands against it."""

    IN_PERSON = "in_person"
    FAMILY = "family"
    HALL_FAULT = "hall_fault"
    URGENT = "urgent"
    MISTAKE = "mistake"


class HereBy(StrEnum):
    """How a phone has proved that it is in the hall."""

    CODE = "code"  # of a screen: another one every minute or so
    POSTER = "poster"
    PLACE = "place"  # where it says that it is
