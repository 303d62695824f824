"""Setting `rules`: promises, green channel, the hall's own classes, dispatch, appointments, returns, quotas. In a hall file: [calling],
[green], [appointments], [[classes]] and the rows of [[rules]].

Durations are whole seconds, clock times of a day are minutes since midnight. Source: domain.md §7 B3, B4, C1-C5 and §3.7 lines 3-10.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from config.codes import BackFor, Channel, Class, Rank, Reason, Role, ServiceKind
from config.settings.base import WEEKDAYS, Flag, Partial, Seconds, ServiceCode, SettingModel, Span, Weekday, in_file, wrong
from config.settings.texts import Text, Texted, short

ORDINARY, APPOINTMENT, GREEN, TRANSFER = Rank.ORDINARY, Rank.APPOINTMENT, Rank.GREEN, Rank.TRANSFER
DAY = 24 * 60

# What is weighed when who is next is chosen: the groups of people, how much short work counts, and a promise that is lost already.
Weight = Literal[
    "green", "appointment/ordinary", "appointment/complex", "transfer", "ordinary/ordinary", "ordinary/complex", "short", "lost"
]
WEIGHTS: tuple[str, ...] = get_args(Weight)
GROUPS = WEIGHTS[:6]
AS_SHIPPED = (1.0,) * len(WEIGHTS)

LOOK_AHEAD = True

Giver = Literal[Role.KIOSK, Role.APP, Role.GUIDE, Role.CLERK, Role.MANAGER]
Minute = Annotated[int, Strict(), Field(ge=0, le=DAY)]
Target = Annotated[int, Strict(), Field(ge=1, le=86_400)]


class Promise(SettingModel):
    """How long until called (`target_s`), when to warn (`warn_s`, counted from the same clock), how long the service may take."""

    target_s: Target = in_file("target")
    warn_s: Seconds = in_file("warn", description="four fifths of the promise unless it is given")
    handling_s: Target = in_file("handling", 1200)

    @model_validator(mode="before")
    @classmethod
    def _warn(cls, data: Any) -> Any:
        if isinstance(data, dict) and not {"warn_s", "warn"} & data.keys():
            given = cast(dict[str, Any], data)
            target = given.get("target_s", given.get("target"))
            return given | {"warn_s": target * 4 // 5} if isinstance(target, int) else given
        return cast(Any, data)


class Where(SettingModel):
    """What a rule holds for; what is left out fits everything. `class_` is `class` in a hall file."""

    kind: ServiceKind | None = None
    class_: Rank | None = in_file("class", None)
    channel: Channel | None = None
    service: ServiceCode | None = None


class PromiseRule(Where):
    """One row of the manager's table. The row with most fields given wins, among equals the later row."""

    promise: Promise

    def fits(self, kind: str, class_: str, channel: str | None, service: str | None) -> bool:
        return (
            self.kind in (None, kind)
            and self.class_ in (None, class_)
            and self.channel in (None, channel)
            and self.service in (None, service)
        )

    @property
    def weight(self) -> int:
        given = self.service is not None, self.class_ is not None, self.channel is not None, self.kind is not None
        return 8 * given[0] + 4 * given[1] + 2 * given[2] + given[3]


def _row(minutes: int, warn: int, **where: Any) -> PromiseRule:
    return PromiseRule(promise=Promise(target_s=minutes * 60, warn_s=warn * 60), **where)


# Ten and thirty minutes for the booked and twenty for handling are published promises (domain.md C1); the others are usual ones.
PROMISES = (
    _row(30, 24, class_=ORDINARY, kind=ServiceKind.ORDINARY),
    _row(45, 36, class_=ORDINARY, kind=ServiceKind.COMPLEX),
    _row(10, 8, class_=APPOINTMENT, kind=ServiceKind.ORDINARY),
    _row(30, 24, class_=APPOINTMENT, kind=ServiceKind.COMPLEX),
    _row(10, 8, class_=GREEN),
    _row(15, 12, class_=TRANSFER),
)


class HallClass(Texted, Partial):
    """A class of numbers that a hall has beside the known ones (优待, 惠企专办): who goes by it, and what they are promised. Its numbers
    are a row of their own, so it has letters of its own. Nobody goes before others without a law that says so."""

    code: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,29}$")]
    name: Annotated[Text, short(40, 1)]
    mark: Annotated[str, StringConstraints(pattern="^[A-Z]{1,3}$")] = Field(description="letters before a service's own in its numbers")
    like: Literal["ordinary", "green"] = Field(default="ordinary", description="the class it is weighed as when the next one is chosen")
    weight: Annotated[float, Field(ge=0.1, le=10)] = Field(default=1.0, description="how much it counts beside the class it is like")
    target: Target | None = Field(default=None, description="promised wait in seconds; without it that of the class it is like")
    warn: Seconds | None = Field(default=None, description="four fifths of the promise unless it is given")
    in_a_row: Annotated[int, Strict(), Field(ge=0, le=1000)] | None = Field(
        default=None, description="like green: calls with priority at a window after which it waits for another class; 0: no limit"
    )
    given_by: Annotated[tuple[Giver, ...], Field(min_length=1)] = (Role.GUIDE, Role.MANAGER)
    proof: Annotated[Text, short(100)] = Field(default={}, description="what is asked for; staff say that they have seen it")
    ground: Annotated[Text, short(200)] = Field(default={}, description="the law or rule by which it goes before others")

    @property
    def first(self) -> bool:
        """Whether it is weighed more than those who only came."""
        return self.like == Class.GREEN or self.weight > 1

    def promised(self, like: Promise) -> Promise:
        """Its promise, where that of the class it is like is known."""
        if self.target is None:
            return like
        warn = self.target * 4 // 5 if self.warn is None else self.warn
        return Promise(target_s=self.target, warn_s=warn, handling_s=like.handling_s)


def _each_once(classes: tuple[HallClass, ...]) -> tuple[HallClass, ...]:
    for some in ([one.code for one in classes], [one.mark for one in classes]):
        if len(set(some)) < len(some):
            raise wrong("class_twice", "every class has a code and letters of its own")
    if any(one.code in set(Rank) for one in classes):
        raise wrong("class_known", f"{', '.join(Rank)} are classes that every hall has")
    return classes


class Green(SettingModel):
    """Which reasons open the green channel, from which age an ID card proves it, and how many may go before the others."""

    reasons: tuple[Reason, ...] = (Reason.ELDERLY, Reason.DISABLED, Reason.PREGNANT, Reason.MILITARY, Reason.OTHER)
    age: Annotated[int, Strict(), Field(ge=0, le=130, description="from which an ID card proves the reason elderly")] = 60
    automatic: Flag = Field(default=False, description="whether such a card makes a number green without being asked for")
    in_a_row: Annotated[int, Strict(), Field(ge=0, le=1000, description="green calls at a window before another class; 0: no limit")] = 5


class Appointments(SettingModel):
    """How early and how late a booked visitor may come, and who may book."""

    early_s: Seconds = in_file("early", 30 * 60, description="check-in opens this long before the slot")
    late_s: Seconds = in_file("grace", 15 * 60, description="later than this the visitor is a walk-in")
    no_show_s: Seconds = in_file("no_show", 30 * 60, description="then the booking expires")
    days_ahead: Annotated[int, Strict(), Field(ge=0, le=366)] = 7
    misses_allowed: Annotated[int, Strict(), Field(ge=0, le=1000, description="bookings one may miss within `block_days`")] = 3
    block_days: Annotated[int, Strict(), Field(ge=0, le=366, description="who missed more cannot book; 0: nobody is barred")] = 0
    per_person: Annotated[int, Strict(), Field(ge=0, le=100, description="bookings one person may hold at once; 0: any number")] = 3
    per_address: Annotated[
        int, Strict(), Field(ge=0, le=10_000, description="bookings an hour from one address without a sign-in; 0: any number")
    ] = 60


class Returns(SettingModel):
    """A number that missed its call: how often it may return, for how long, and after how many others."""

    times: Annotated[int, Strict(), Field(ge=0, le=100)] = in_file("returns", 1)
    within_s: Seconds = in_file("return_within", 30 * 60)
    places: Annotated[int, Strict(), Field(ge=0, le=1000, description="others of its line before it; 0: to the head")] = in_file(
        "return_behind", 3
    )
    oneself: Flag = in_file("return_oneself", True, description="whether one may put oneself back on the phone, by the same rule")


class Quota(Partial):
    """At most `tickets` for `service` between `start` and `end` (minutes since midnight), on some weekdays or on all. With a `channel` only
    those taken there are counted and limited: `appointment` are the bookings for that time. Without one it is all numbers of walk-ins."""

    service: ServiceCode
    start: Minute
    end: Minute
    tickets: Annotated[int, Strict(), Field(ge=0, le=100_000)]
    weekdays: tuple[Weekday, ...] = ()
    channel: Channel | None = None

    def limits(self, service: str, weekday: int, channel: Channel) -> bool:
        """Whether it has a say in a number of a channel, on a day that counts as `weekday` (0 for Monday)."""
        if self.service != service or (self.weekdays and WEEKDAYS[weekday] not in self.weekdays):
            return False
        return channel != Channel.APPOINTMENT if self.channel is None else self.channel == channel


class Rights(SettingModel):
    """Who may come back without queueing again: on how many days after one on which papers were missing, and whether those are carried over
    to the next opening whose turn had not come when the day ended: never, where a manager who closes the day says so, or always."""

    papers_days: Annotated[int, Strict(), Field(ge=0, le=60, description="days on which the service is given; 0: nobody may")] = 0
    carry: Literal["never", "asked", "always"] = "never"

    @property
    def days(self) -> dict[str, int]:
        """Kind of right -> on how many days it may be used."""
        return {BackFor.PAPERS: self.papers_days, BackFor.CARRIED: 0 if self.carry == "never" else 1}


class Choosing(SettingModel):
    """How the next one is chosen, and how many numbers one may hold."""

    overdue_s: Annotated[
        int, Strict(), Field(ge=0, le=86_400, description="who is this long past the promise is passed over by no walk-in in time")
    ] = in_file("overdue", 30 * 60)
    cap_s: Annotated[
        int, Strict(), Field(ge=60, le=86_400, description="who has waited this long goes before all but green and booked about to be late")
    ] = in_file("cap", 90 * 60)
    look_ahead: Flag = Field(
        default=LOOK_AHEAD, description="whether a call goes by what is worked out ahead, where that surely keeps more"
    )
    one_per_service: Flag = in_file("one_ticket", True, description="one live number per person and service")
    walk_to_window_s: Annotated[int, Strict(), Field(ge=0, le=600, description="from the call to the start of service")] = 24

    @model_validator(mode="before")
    @classmethod
    def _by_its_old_name(cls, data: Any) -> Any:
        """Halls before 0.2 had `mode`: in `fair` nobody past a promise was passed over, in `most` everybody until the cap."""
        given = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        if given.get("mode") not in ("fair", "most"):
            return cast(Any, data)
        cap = given.get("cap_s", given.get("cap"))
        most = cap if isinstance(cap, int) and 60 <= cap <= 86_400 else 90 * 60
        overdue = {"fair": 10 * 60, "most": most}[given["mode"]]
        return {"overdue_s": overdue} | {k: v for k, v in given.items() if k != "mode"}


class Rules(Choosing):
    """Everything that dispatch and waits go by. The defaults are the ones a hall starts with."""

    promises: tuple[PromiseRule, ...] = PROMISES
    green: Green = Green()
    classes: Annotated[tuple[HallClass, ...], Field(max_length=12), AfterValidator(_each_once)] = ()
    appointments: Appointments = Appointments()
    returns: Returns = Returns()
    rights: Rights = Rights()
    quotas: tuple[Quota, ...] = ()

    @model_validator(mode="after")
    def _by_law(self) -> Rules:
        """Who goes before others names the law that says so: weighed more than those who only came, or promised to be called sooner."""
        for own in self.classes:
            sooner = own.target is not None and any(own.target < self.promise(kind=kind).target_s for kind in ServiceKind)
            if not own.ground and (own.first or sooner):
                raise wrong("class_ground", f"'{own.code}' goes before others: say by which law or rule, ground = …")
        return self

    def own(self, class_: str) -> HallClass | None:
        """One of the hall's own classes; None of those that every hall has."""
        return next((one for one in self.classes if one.code == class_), None)

    def like(self, class_: str) -> str:
        """The class by which somebody is weighed. One that the hall does not know any more is ordinary."""
        if class_ in (ORDINARY, GREEN, APPOINTMENT, TRANSFER):
            return class_
        own = self.own(class_)
        return own.like if own else ORDINARY

    def yields(self, class_: str) -> bool:
        """Whether those of a class go before nobody who only came: one of the hall's own without a law."""
        own = self.own(class_)
        return own is not None and not own.ground

    def in_a_row(self, class_: str) -> int:
        """Calls with priority at a window after which those of a class wait for another; 0: no limit, or a class without priority."""
        own = self.own(class_)
        if self.like(class_) != GREEN:
            return 0
        return self.green.in_a_row if own is None or own.in_a_row is None else own.in_a_row

    def promise(self, *, kind: str = "ordinary", class_: str = ORDINARY, channel: str | None = None, service: str | None = None) -> Promise:
        """The promise for one ticket. `kind` is the service's (ordinary, complex); pass class_="transfer" for a further leg."""
        if own := self.own(class_):
            return own.promised(self.promise(kind=kind, class_=own.like, channel=channel, service=service))
        best, most = None, 0
        for row in self.promises:
            if row.fits(kind, class_, channel, service) and row.weight >= most:
                best, most = row.promise, row.weight
        return best or Promise(target_s=self.cap_s)

    @property
    def factors(self) -> tuple[float, ...]:
        """How much each of WEIGHTS counts, against what is shipped."""
        return AS_SHIPPED


def clashes(rules: Rules, series: Any, prefixes: Iterable[str]) -> list[tuple[str, str]]:
    """(class, series) of each of the hall's own classes whose numbers would be a row that is another's as well; `series`: the setting."""
    rows: dict[str, list[str]] = {}
    for prefix in sorted(set(prefixes)):
        for class_, mark in [*series.model_dump().items(), *((own.code, own.mark) for own in rules.classes)]:
            rows.setdefault(mark + prefix, []).append(class_)
    return [(class_, row) for row, classes in rows.items() if len(classes) > 1 for class_ in classes if rules.own(class_)]


class RulesInForce(Rules):
    """The rules as they are set, with the weights that the hall has found for itself."""

    found: tuple[float, ...] = AS_SHIPPED

    @property
    def factors(self) -> tuple[float, ...]:
        return self.found


class RuleRow(Where):
    """A row of [[rules]] in a hall file: a promise, how late the booked may be, or a quota (for `service`, a day or between `hours`, on
    `weekdays`, of a `channel`)."""

    target: Target | None = None
    warn: Seconds | None = None
    handling: Target | None = None
    grace: Seconds | None = None
    quota: Annotated[int, Strict(), Field(ge=0, le=100_000)] | None = None
    hours: Span | None = None
    weekdays: tuple[Weekday, ...] = ()

    @model_validator(mode="after")
    def _of_a_service(self) -> RuleRow:
        if self.quota is not None and self.service is None:
            raise wrong("quota_of_what", "a quota names its service")
        return self

    @classmethod
    def of_promise(cls, row: PromiseRule) -> RuleRow:
        where = {name: getattr(row, name) for name in Where.model_fields}
        return cls(**where, target=row.promise.target_s, warn=row.promise.warn_s, handling=row.promise.handling_s)

    @classmethod
    def of_quota(cls, quota: Quota) -> RuleRow:
        whole = (quota.start, quota.end) == (0, DAY)
        hours = None if whole else f"{_clock(quota.start)}-{_clock(quota.end)}"
        return cls(service=quota.service, quota=quota.tickets, hours=hours, weekdays=quota.weekdays, channel=quota.channel)

    def promises(self) -> list[PromiseRule]:
        if self.target is None:
            return []
        given = {k: v for k in ("target", "warn", "handling") if (v := getattr(self, k)) is not None}
        where = {k: v for k in ("kind", "class_", "channel", "service") if (v := getattr(self, k)) is not None}
        return [PromiseRule(promise=Promise(**given), **where)]

    def quotas(self) -> list[Quota]:
        if self.quota is None or self.service is None:
            return []
        start, end = (_minute(self.hours[:5]), _minute(self.hours[6:])) if self.hours else (0, DAY)
        more = {name: value for name in ("weekdays", "channel") if (value := getattr(self, name))}
        return [Quota(service=self.service, start=start, end=end, tickets=self.quota, **more)]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])
