"""Everything that can happen, one frozen dataclass each. An event is the audit entry, the message and the place to resume from.

`kind` is the name on the wire; `ticket` and `window` go into columns of their own; every other field is a public fact: no name of a
visitor, no ID number, no phone. What changed in the tables is added by the ledger as `set`. The docstring is what AsyncAPI prints.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

KINDS: dict[str, type[Event]] = {}
# What the ledger adds to an event's own facts: the columns as they are after it and as they were before, the fingerprints of words kept
# beside the journal (record/fingerprints.py), and the keys of the rows of words that were forgotten. It reaches no room.
OF_THE_LEDGER = ("set", "was", "because", "fingerprints", "forgotten")


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: ClassVar[str] = ""
    ticket: str | None = None  # ticket id
    window: str | None = None

    def __init_subclass__(cls, **named: Any):
        super().__init_subclass__(**named)
        if cls.kind:
            KINDS[cls.kind] = cls


@dataclass(frozen=True, kw_only=True)
class TicketEvent(Event):
    number: str | None = None
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class AppointmentBooked(TicketEvent):
    """An appointment was made for a slot."""

    kind: ClassVar[str] = "appointment.booked"
    slot_at: int = 0
    notice: str = ""  # version of the privacy notice that was shown
    limit: str = ""  # the limit of one person that staff have passed over, and why
    despite: str = ""


@dataclass(frozen=True, kw_only=True)
class AppointmentChanged(TicketEvent):
    """An appointment was moved to another slot."""

    kind: ClassVar[str] = "appointment.changed"
    slot_at: int = 0


@dataclass(frozen=True, kw_only=True)
class TicketIssued(TicketEvent):
    """A number was taken (or an appointment checked in)."""

    kind: ClassVar[str] = "ticket.issued"
    class_: str = "ordinary"
    channel: str = "kiosk"
    reason: str | None = None
    offline: bool = False
    ahead: int | None = None  # people ahead as the holder was told
    notice: str = ""  # version of the privacy notice that was shown
    package: str = ""  # the package (一件事) that it was taken for
    duplicate_of: str = ""  # id of another live ticket of the same person, where a kiosk had to issue alone
    proof_seen: bool = False  # whoever gave it has seen what its class asks for
    back_of: str | None = None  # the number whose right to come back it came by
    persons: int = 1
    authority: str = ""  # by what somebody acts for its holder
    here: str = ""  # how a phone has proved that it is in the hall
    limit: str = ""  # the limit of one person that staff have passed over, and why
    despite: str = ""


@dataclass(frozen=True, kw_only=True)
class TicketCalled(TicketEvent):
    """A number was called to a window. `why` is the sentence of the rule that chose it."""

    kind: ClassVar[str] = "ticket.called"
    window_name: str = ""
    times: int = 1
    why: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TicketRecalled(TicketEvent):
    """The same number was called again."""

    kind: ClassVar[str] = "ticket.recalled"
    window_name: str = ""
    times: int = 2


@dataclass(frozen=True, kw_only=True)
class TicketMissed(TicketEvent):
    """Nobody came to the call."""

    kind: ClassVar[str] = "ticket.missed"


@dataclass(frozen=True, kw_only=True)
class CallUndone(TicketEvent):
    """A call made by mistake was taken back; the number is in line as before."""

    kind: ClassVar[str] = "call.undone"


@dataclass(frozen=True, kw_only=True)
class TicketReturned(TicketEvent):
    """A missed number is back in line: put there by staff, or by its holder on the phone."""

    kind: ClassVar[str] = "ticket.returned"
    channel: str = "desk"  # or phone


@dataclass(frozen=True, kw_only=True)
class TicketTransferred(TicketEvent):
    """A number goes on to another service or window and keeps the time it has waited."""

    kind: ClassVar[str] = "ticket.transferred"
    to_service: str = ""
    to_window: str | None = None
    place: str = "arrival"


@dataclass(frozen=True, kw_only=True)
class PackageAnswered(TicketEvent):
    """A question of the package (一件事) that a number was taken for was answered, or answered otherwise. `onward`: its legs to come."""

    kind: ClassVar[str] = "package.answered"
    package: str = ""
    answers: dict[str, bool] = field(default_factory=dict)
    onward: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class LegSkipped(TicketEvent):
    """A leg of a package is not visited on this number, for a `reason`; without one it is to be visited after all."""

    kind: ClassVar[str] = "leg.skipped"
    package: str = ""
    leg: str = ""  # the service
    reason: str | None = None
    onward: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TicketPostponed(TicketEvent):
    """The holder let others go first."""

    kind: ClassVar[str] = "ticket.postponed"
    places: int | None = None
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class TicketMadeGreen(TicketEvent):
    """A number already taken was given priority, green or by a class of the hall's own; the number stays as it is printed. The reason is
    told to staff only."""

    kind: ClassVar[str] = "ticket.made_green"
    class_: str = "green"
    reason: str = ""
    proof_seen: bool = False


@dataclass(frozen=True, kw_only=True)
class TicketCancelled(TicketEvent):
    """The holder gave the number up."""

    kind: ClassVar[str] = "ticket.cancelled"
    reason: str = ""  # `replaced`: by a ticket that a kiosk issued alone


@dataclass(frozen=True, kw_only=True)
class TicketReferred(TicketEvent):
    """A number or booking goes to another hall: it is in no line here any more, and the other hall is being asked. Names nobody."""

    kind: ClassVar[str] = "ticket.referred"
    hall: str = ""
    to_service: str = ""  # of the other hall
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferralAccepted(TicketEvent):
    """The other hall has taken a number or booking over: `there` is its number there."""

    kind: ClassVar[str] = "referral.accepted"
    hall: str = ""
    there: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferralRefused(TicketEvent):
    """The other hall has not taken it, by its own rule `code`: it is here again as it was."""

    kind: ClassVar[str] = "referral.refused"
    hall: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class ReferralReceived(TicketEvent):
    """A number or booking was taken over from another hall, where it was number `there`. Names nobody."""

    kind: ClassVar[str] = "referral.received"
    hall: str = ""
    there: str = ""
    why: str = ""
    kept_place: bool = False  # it stands where it would stand had it been taken here


@dataclass(frozen=True, kw_only=True)
class TicketReprinted(TicketEvent):
    """The same number was printed once more, marked 补打."""

    kind: ClassVar[str] = "ticket.reprinted"


@dataclass(frozen=True, kw_only=True)
class TicketExpired(TicketEvent):
    """The day ended before the number was finished. `why` carried: its holder may come back until then without queueing again."""

    kind: ClassVar[str] = "ticket.expired"
    why: str = ""
    back_until: int | None = None


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(TicketEvent):
    """A change of the hall takes from a number or booking what it was given; `reasons` say what."""

    kind: ClassVar[str] = "promise.broken"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PromiseRestored(TicketEvent):
    """What a change of the hall had taken from a number or booking, it has again."""

    kind: ClassVar[str] = "promise.restored"
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ServiceStarted(TicketEvent):
    """The visitor is at the window."""

    kind: ClassVar[str] = "service.started"


@dataclass(frozen=True, kw_only=True)
class ServiceHeld(TicketEvent):
    """Put aside; the window is free for others."""

    kind: ClassVar[str] = "service.held"


@dataclass(frozen=True, kw_only=True)
class ServiceResumed(TicketEvent):
    """Taken up again after having been put aside."""

    kind: ClassVar[str] = "service.resumed"


@dataclass(frozen=True, kw_only=True)
class ServiceFinished(TicketEvent):
    """Served; `outcome` done, incomplete or referred; `flags` what was said of it besides, with how many papers were `waived`."""

    kind: ClassVar[str] = "service.finished"
    outcome: str = "done"
    flags: tuple[str, ...] = ()
    waived: int = 0
    why: str = ""  # papers: some were missing, and its holder may come back with them until then without queueing again
    back_until: int | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluationOpened(TicketEvent):
    """The visitor may now say how it was."""

    kind: ClassVar[str] = "evaluation.opened"
    evaluation: str = ""
    expires_at: int = 0


@dataclass(frozen=True, kw_only=True)
class EvaluationGiven(TicketEvent):
    """An evaluation was given. Who gave it and what it says are not told to the window."""

    kind: ClassVar[str] = "evaluation.given"
    evaluation: str = ""
    channel: str = "pad"


@dataclass(frozen=True, kw_only=True)
class EvaluationClosed(TicketEvent):
    """The time to evaluate is over; stored as 未评价."""

    kind: ClassVar[str] = "evaluation.closed"
    evaluation: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseOpened(TicketEvent):
    """Somebody was dissatisfied: it is to be followed up."""

    kind: ClassVar[str] = "case.opened"
    case: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseTaken(TicketEvent):
    """Somebody follows a bad evaluation up."""

    kind: ClassVar[str] = "case.taken"
    case: str = ""


@dataclass(frozen=True, kw_only=True)
class CaseClosed(TicketEvent):
    """A bad evaluation was followed up. What was found in words is kept apart."""

    kind: ClassVar[str] = "case.closed"
    case: str = ""
    outcome: str = ""
    called_back: bool = False


@dataclass(frozen=True, kw_only=True)
class WordsForgotten(Event):
    """Words kept beside the journal were forgotten, as the privacy rule has it."""

    kind: ClassVar[str] = "words.forgotten"


@dataclass(frozen=True, kw_only=True)
class PersonLookedUp(Event):
    """Somebody asked at the desk what is kept of them, and was shown it. Names nobody."""

    kind: ClassVar[str] = "person.looked_up"
    tickets: int = 0  # numbers and bookings that were found


@dataclass(frozen=True, kw_only=True)
class PersonCopied(Event):
    """Somebody was given a copy of what is kept of them. Names nobody."""

    kind: ClassVar[str] = "person.copied"
    tickets: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonRefused(Event):
    """Somebody is given no number and no booking until an instant (ms); what they hold stands. Names nobody."""

    kind: ClassVar[str] = "person.refused"
    refusal: str = ""
    reason: str = ""
    until: int = 0


@dataclass(frozen=True, kw_only=True)
class PersonReadmitted(Event):
    """Somebody was taken off the list of those who are given nothing, before it ended by itself. Names nobody."""

    kind: ClassVar[str] = "person.readmitted"
    refusal: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonForgotten(Event):
    """Somebody had what is kept of them deleted. Names nobody."""

    kind: ClassVar[str] = "person.forgotten"
    tickets: int = 0


@dataclass(frozen=True, kw_only=True)
class WindowOpened(Event):
    """A window takes people."""

    kind: ClassVar[str] = "window.opened"


@dataclass(frozen=True, kw_only=True)
class WindowPaused(Event):
    """A window pauses, with a reason."""

    kind: ClassVar[str] = "window.paused"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WindowClosed(Event):
    """A window takes nobody any more."""

    kind: ClassVar[str] = "window.closed"
    reason: str = ""  # of a manager who closes it


@dataclass(frozen=True, kw_only=True)
class WindowAssigned(Event):
    """Who works at a window from now on: a manager put somebody there, or one of two came or went. Who, and why, is told to staff only."""

    kind: ClassVar[str] = "window.assigned"
    staff: str = ""
    beside: str = ""  # a second one, who works there, too
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WindowChanged(Event):
    """What a window is or serves was changed by a manager."""

    kind: ClassVar[str] = "window.changed"


@dataclass(frozen=True, kw_only=True)
class ServiceChanged(Event):
    """What a service is was changed by a manager; without `service`, what many are, by a list."""

    kind: ClassVar[str] = "service.changed"
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class SettingChanged(Event):
    """A rule of the hall was changed."""

    kind: ClassVar[str] = "setting.changed"
    setting: str = ""


@dataclass(frozen=True, kw_only=True)
class WeightsWeighed(Event):
    """The hall looked at night whether other weights would have kept more on its own past days: what came of it, on how many days, with
    how many points more on those that were held out, and the factors of the groups before and after."""

    kind: ClassVar[str] = "weights.weighed"
    outcome: str = ""  # few (too few past days), shipped (none better found), found
    days: int = 0
    gain: float = 0.0
    before: dict[str, float] = field(default_factory=dict)
    after: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HallLoaded(Event):
    """The hall was set up from a hall file."""

    kind: ClassVar[str] = "hall.loaded"
    code: str = ""
    services: int = 0
    windows: int = 0


@dataclass(frozen=True, kw_only=True)
class DayEnded(Event):
    """The day was closed; what was unfinished has expired."""

    kind: ClassVar[str] = "day.ended"
    day: str = ""
    expired: int = 0


@dataclass(frozen=True, kw_only=True)
class ClockBelieved(Event):
    """Somebody said that a computer clock that had jumped is right. From here on the hall goes by it."""

    kind: ClassVar[str] = "clock.believed"
    gone_by: str = ""  # the hall's own time until then, as people are told it
    shown: str = ""  # what the clock showed


@dataclass(frozen=True, kw_only=True)
class TokenMade(Event):
    """A device or program was given a token."""

    kind: ClassVar[str] = "token.made"
    token: str = ""
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Event):
    """A token was revoked."""

    kind: ClassVar[str] = "token.revoked"
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class MachineChanged(Event):
    """A device was given another name or place."""

    kind: ClassVar[str] = "machine.changed"
    machine: str = ""


@dataclass(frozen=True, kw_only=True)
class MachineRemoved(Event):
    """A device was taken out of service; its tokens are worth nothing any more."""

    kind: ClassVar[str] = "machine.removed"
    machine: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffChanged(Event):
    """A member of staff was added or changed; `change` says how."""

    kind: ClassVar[str] = "staff.changed"
    staff: str = ""
    change: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffSignedIn(Event):
    """A member of staff signed in."""

    kind: ClassVar[str] = "staff.signed_in"
    staff: str = ""
    near: str = ""  # a keyed fingerprint of the address: the same address has the same


@dataclass(frozen=True, kw_only=True)
class StaffSignedOut(Event):
    """A member of staff signed out."""

    kind: ClassVar[str] = "staff.signed_out"
    staff: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffRefused(Event):
    """A sign-in failed; after too many the account is locked for a while."""

    kind: ClassVar[str] = "staff.refused"
    staff: str = ""
    locked: bool = False
    near: str = ""  # as of a sign-in
    why: str = ""  # the password was right, and `place`: the address not one of those named; `code`: the second factor's code was wrong


@dataclass(frozen=True, kw_only=True)
class ActAsked(Event):
    """Somebody asks for an act that another has to confirm."""

    kind: ClassVar[str] = "act.asked"
    act: str = ""
    what: str = ""
    about: str = ""
    until_at: int = 0


@dataclass(frozen=True, kw_only=True)
class ActConfirmed(Event):
    """The second person confirms it; the next event is the act itself, done by who asked."""

    kind: ClassVar[str] = "act.confirmed"
    act: str = ""
    what: str = ""
    about: str = ""
    asked_by: str = ""


@dataclass(frozen=True, kw_only=True)
class ActDropped(Event):
    """It is not done: `withdrawn` by who asked, `refused` by another, or `late`."""

    kind: ClassVar[str] = "act.dropped"
    act: str = ""
    what: str = ""
    about: str = ""
    asked_by: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class NumbersLent(Event):
    """A range of numbers was lent to a kiosk for issuing alone."""

    kind: ClassVar[str] = "numbers.lent"
    kiosk: str = ""
    loan: str = ""
    day: str = ""
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class DeviceChanged(Event):
    """A device reports another state than before."""

    kind: ClassVar[str] = "device.changed"
    device: str = ""
    state: str = "unknown"
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Event):
    """Something is about to break a rule, or has."""

    kind: ClassVar[str] = "alert.raised"
    alert: str = ""
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertChanged(Event):
    """What an alert tells has changed while it stands."""

    kind: ClassVar[str] = "alert.changed"
    alert: str = ""
    what: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertAcknowledged(Event):
    """Somebody has taken an alert upon themselves."""

    kind: ClassVar[str] = "alert.acknowledged"
    alert: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertCleared(Event):
    """What an alert warned of is over."""

    kind: ClassVar[str] = "alert.cleared"
    alert: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanActivated(Event):
    """A prepared plan for a peak is in force."""

    kind: ClassVar[str] = "plan.activated"
    plan: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanDeactivated(Event):
    """A plan is over."""

    kind: ClassVar[str] = "plan.deactivated"
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeChanged(Event):
    """A notice on the boards was put up, changed or taken down."""

    kind: ClassVar[str] = "notice.changed"
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class HelpCalled(Event):
    """Somebody pressed 呼叫导服."""

    kind: ClassVar[str] = "help.called"
    help: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class HelpAnswered(Event):
    """A guide is on the way."""

    kind: ClassVar[str] = "help.answered"
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """A manager told something to one window or to all; or, of a ticket, staff left a note for whoever serves it."""

    kind: ClassVar[str] = "message.sent"
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class VisitorDiverted(Event):
    """A visitor was guided elsewhere: self-service, online, or after all a window."""

    kind: ClassVar[str] = "visitor.diverted"
    to: str = ""
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class BoardChanged(Event):
    """Not in the journal: waits and who should get ready, as computed beside."""

    kind: ClassVar[str] = "board.changed"
