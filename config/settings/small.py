"""The settings of a few fields each, from `calls` to `neighbours`: one frozen model for each. They decide nothing."""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AfterValidator, Field, Strict, StringConstraints, model_validator

from config.codes import Class, SiteKind
from config.settings.base import (
    ByName,
    Clock,
    Flag,
    HallCode,
    Names,
    Partial,
    Percent,
    ServiceCode,
    SettingModel,
    Span,
    Web,
    WindowNo,
    in_file,
    upto,
    wrong,
)
from config.settings.rules import WEIGHTS, Rules, Weight
from config.settings.texts import Language, Text, Texted, short
from config.words import LANGUAGES


class Calls(SettingModel):
    """What becomes of those who are called and do not come. In a hall file: [calling]."""

    when_called: Literal["refuse", "miss"] = Field(
        default="refuse", description="calling on while one is called: refused, or that one is missed"
    )
    recalls_before_miss: Annotated[int, Strict(), Field(ge=0, le=20)] = in_file(
        "recalls", 0, description="how often one must be called again before it may be missed; 0: not at all"
    )
    most_calls: Annotated[int, Strict(), Field(ge=0, le=100, description="calls of one number at most; 0: no limit")] = 0
    patience_s: Annotated[int, Strict(), Field(ge=0, le=600)] = Field(
        default=15, description="seconds that somebody called has to come before the next call passes them over"
    )
    undo_s: Annotated[int, Strict(), Field(ge=0, le=600)] = Field(
        default=30, description="seconds in which a call made by mistake is taken back"
    )
    auto_miss_s: Annotated[int, Strict(), Field(ge=0, le=3600)] = in_file(
        "auto_miss", 0, description="seconds after each call until the hall itself calls again, where it must, or misses; 0: it never does"
    )
    auto_call: Flag = Field(default=False, description="whether the hall itself calls the next one when a service has ended at a window")
    wrap_up_s: Annotated[int, Strict(), Field(ge=0, le=1800)] = in_file(
        "wrap_up", 0, description="seconds after a service for the clerk's own work, in which the hall calls nobody there"
    )


class Alerting(SettingModel):
    """What a manager is told at once, beside what is promised."""

    idle_s: Annotated[int, Strict(), Field(ge=60, le=7200)] = Field(
        default=180, description="seconds that an open window may leave people waiting"
    )
    help_s: Annotated[int, Strict(), Field(ge=10, le=3600)] = Field(
        default=60, description="seconds in which a call for a guide is answered"
    )
    paused_s: Annotated[int, Strict(), Field(ge=60, le=86_400)] = Field(default=1800, description="seconds after which a pause is long")
    queue: Annotated[int, Strict(), Field(ge=0, le=10_000)] = Field(
        default=0, description="how many may wait for one service; 0: as many as come"
    )


class Goals(SettingModel):
    """What share of all who come shall need no window. The two published goals are the defaults (网上办结率, 一网通办办件率)."""

    online_pct: Annotated[int, Strict(), Field(ge=0, le=100, description="who did it online, percent")] = 88
    elsewhere_pct: Annotated[int, Strict(), Field(ge=0, le=100, description="online or self-service, percent")] = 90


class EvaluationRules(SettingModel):
    """How long the pad asks, how long the link on the slip can be used, and whether an evaluation is anonymous unless its giver says no."""

    pad_s: Annotated[int, Strict(), Field(ge=5, le=3600)] = in_file("pad", 60)
    open_hours: Annotated[int, Strict(), Field(ge=1, le=8760)] = 24
    anonymous: Flag = Field(default=True, description="what pad, phone and keypad take where nobody chooses")

    @model_validator(mode="before")
    @classmethod
    def _seconds(cls, data: Any) -> Any:
        """[evaluation] open_for of a hall file is in seconds."""
        return _converted(data, "open_for", "open_hours", 3600)


class OwnSlots(SettingModel):
    """How long a booked slot is and how many may book it."""

    minutes: Annotated[int, Strict(), Field(ge=5, le=480)] | None = None
    capacity: Annotated[int, Strict(), Field(ge=0, le=1000)] | None = None


class Slots(SettingModel):
    """Appointments: the slots of all services, and of single ones where they differ."""

    minutes: Annotated[int, Strict(), Field(ge=5, le=480)] = 30
    capacity: Annotated[int, Strict(), Field(ge=0, le=1000)] = in_file("per_slot", 4)
    services: dict[ServiceCode, OwnSlots] = {}

    @model_validator(mode="before")
    @classmethod
    def _seconds(cls, data: Any) -> Any:
        """[appointments] slot of a hall file is in seconds."""
        return _converted(data, "slot", "minutes", 60)

    def of(self, service: str) -> tuple[int, int]:
        """(minutes, capacity) of a service."""
        own = self.services.get(service, OwnSlots())
        return (
            self.minutes if own.minutes is None else own.minutes,
            self.capacity if own.capacity is None else own.capacity,
        )


def _converted(data: Any, key: str, field: str, by: int) -> Any:
    given = cast(dict[str, Any], data) if isinstance(data, dict) else {}
    if not isinstance(given.get(key), int) or isinstance(given[key], bool):
        return cast(Any, data)
    return {k: v for k, v in given.items() if k != key} | {field: given[key] // by}


Prefix = Annotated[str, StringConstraints(pattern="^[A-Z]{0,3}$")]


class Series(SettingModel):
    """The letters before a service's own in a number, by class."""

    ordinary: Prefix = ""
    appointment: Prefix = "Y"
    green: Prefix = "L"
    returning: Prefix = Field(default="X", description="of those who come back without queueing again")

    def mark(self, class_: str, rules: Rules) -> str:
        own = rules.own(class_)
        return own.mark if own else {str(Class.APPOINTMENT): self.appointment, str(Class.GREEN): self.green}.get(class_, self.ordinary)


Reservation = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,29}$"), Names("class")]


class Reserved(ByName[tuple[Reservation, ...]]):
    """Windows that call only some classes: known ones, or the hall's own."""

    root: dict[WindowNo, tuple[Reservation, ...]] = {}


def _picture(value: str) -> str:
    """A page loads it as an image: an address or a picture written out, never a script."""
    if len(value) > 20_000 or not re.match("/(?!/)|https?://|data:image/", value):
        raise wrong("picture_form", "a picture is /…, https://… or data:image/…")
    return value


Colour = Annotated[str, StringConstraints(pattern="^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$")]


class Look(Texted, Partial):
    """What a hall may change of the look without touching code, and how it is reached. In a hall file: [hall]."""

    kind: SiteKind | None = Field(default=None, description="what kind of place it is: of GET /codes, `site_kinds`")
    logo: Annotated[str, AfterValidator(_picture)] | None = None
    ink: Colour | None = None
    call: Colour | None = None
    wall: Literal["dark", "light"] | None = None
    phone: Annotated[str, upto(80)] | None = None
    complaints: Annotated[str, upto(80)] | None = Field(default=None, description="the line shown on the pad for complaints")
    address: Annotated[Text, short(200)] = {}


class PrivacyNotice(Texted, Partial):
    """What kiosks show before they read a card, and its version."""

    version: Annotated[str, upto(40)] = ""
    text: Annotated[Text, short(1000)] = {}

    @model_validator(mode="before")
    @classmethod
    def _by_language(cls, data: Any) -> Any:
        """Until version 0.2 the languages stood beside the version."""
        given = cast(dict[str, Any], data) if isinstance(data, dict) else {}
        said = {lang: text for lang, text in given.items() if lang in LANGUAGES}
        return {k: v for k, v in given.items() if k not in said} | {"text": said} if said else cast(Any, data)


class Loud(SettingModel):
    """Another volume at some hours."""

    from_: Clock = Field(alias="from")
    to: Clock
    volume: Percent

    @model_validator(mode="after")
    def _in_order(self) -> Loud:
        if self.from_ >= self.to:
            raise wrong("span_form", 'hours are written "08:30-12:00", opening before closing')
        return self


class Voice(SettingModel):
    """How calls are spoken and how loud boards play them; what a manager leaves out is as the installer has it."""

    AS_SAID: ClassVar = True

    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("zh",)
    times: Annotated[int, Strict(), Field(ge=1, le=3, description="how often each call is spoken")] = 2
    volume: Percent = 80
    hours: tuple[Loud, ...] = ()
    quiet: tuple[Span, ...] = Field(default=(), description='"12:00-13:30": shown, not spoken')


class Privacy(SettingModel):
    """People are forgotten sooner than the installer says, never later; without a value as the installer says."""

    AS_SAID: ClassVar = True

    holder_days: Annotated[int, Strict(), Field(ge=0, le=3650)] | None = None
    comment_days: Annotated[int, Strict(), Field(ge=1, le=3650)] | None = None


class KioskMarks(ByName[str]):
    """Each kiosk's letter in the numbers it issues alone."""

    root: dict[str, Annotated[str, StringConstraints(pattern="^[A-Z]$")]] = {}


class Neighbour(Texted, SettingModel):
    """Another hall that people may go to instead: shown beside this one on phones. What it looks like now is asked of `url`."""

    code: HallCode
    name: Annotated[Text, short(200, 1)]
    address: Annotated[Text, short(200)] = {}
    phone: Annotated[str, upto(200)] = ""
    url: Web = Field(default="", description="its hall server, asked whether it is open and how many wait; empty: nobody is asked")
    page: Web = Field(default="", description="where phones are led; empty: the booking page at `url`")
    accepts: Annotated[bool, Strict()] = Field(
        default=False, description="people whom it refers here are taken over, by the rules of this hall"
    )
    keeps_time: Annotated[bool, Strict()] = Field(
        default=False, description="they stand where they would stand had they taken their number here"
    )


def _once(halls: tuple[Neighbour, ...]) -> tuple[Neighbour, ...]:
    codes = [hall.code for hall in halls]
    if len(set(codes)) < len(codes):
        raise wrong("twice", "every code stands once")
    return halls


class Neighbours(SettingModel):
    items: Annotated[tuple[Neighbour, ...], Field(max_length=20), AfterValidator(_once)] = ()


class LastLook(SettingModel):
    """What came of the last night on which the hall looked for better weights."""

    day: Annotated[str, upto(10)] = ""
    outcome: Literal["", "few", "shipped", "found"] = Field(default="", description="few: too few past days; shipped: none better found")
    days: Annotated[int, Strict(), Field(ge=0, le=1000, description="past days that were run again")] = 0
    gain: Annotated[float, Field(ge=-200, le=200, description="points more on those that were held out")] = 0.0


class Weights(SettingModel):
    """How much people of each group, short work and a promise already lost count when who is next is chosen, against what is shipped:
    found by the hall itself on its own past days, at night (docs/decisions/0010-dispatch.md). Without `nightly` it looks no more."""

    nightly: Flag = True
    factors: dict[Weight, Annotated[float, Field(ge=0.1, le=10)]] = Field(default={}, description="what is left out counts as shipped")
    last: LastLook = LastLook()

    @property
    def each(self) -> tuple[float, ...]:
        """The factors in the order of WEIGHTS."""
        return tuple(self.factors.get(cast(Weight, name), 1.0) for name in WEIGHTS)
