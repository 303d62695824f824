"""Settings `lends`, `plans` and `plans_active`: what windows serve beyond their own services, and what is prepared for peaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, Strict

from config.settings.base import ByName, Clock, Day, Flag, Names, Partial, ServiceCode, SettingModel, Weekday, WindowNo, upto, wrong
from config.settings.rules import Quota
from config.settings.texts import Text, Texted, short

Limit = Annotated[int, Strict(), Field(ge=1, le=86_400)]
PlanId = Annotated[str, Names("plan")]


class Lend(Partial):
    """Services that a window serves beside its own, or only these, always or at certain times."""

    window: WindowNo
    services: tuple[ServiceCode, ...]
    only: Flag = False
    weekdays: tuple[Weekday, ...] = ()
    dates: tuple[Day, ...] = ()
    from_: Clock | None = Field(default=None, alias="from")
    to: Clock | None = None
    note: Annotated[str, upto(300)] = ""


class Lends(SettingModel):
    items: tuple[Lend, ...] = ()


class Peak(Partial):
    """A line so long, or somebody waiting for so many seconds, makes a plan due."""

    waiting: Limit | None = None
    oldest: Limit | None = Field(default=None, description="seconds")


class Posted(SettingModel):
    """Who goes to which window."""

    window: WindowNo
    name: Annotated[str, upto(40, 1)]


class PlanNotice(Texted, Partial):
    text: Annotated[Text, short(300)] = {}


class Plan(Texted, Partial):
    """What is prepared for a peak."""

    id: Annotated[str, upto(60, 1)]
    name: Annotated[Text, short(60, 1)]
    services: tuple[ServiceCode, ...] = ()
    dates: tuple[Day, ...] = ()
    expect: Annotated[int, Strict(), Field(ge=10, le=500, description="percent of the usual visitors on these dates")] = 100
    when: Peak = Peak()
    lends: tuple[Lend, ...] = ()
    open: tuple[WindowNo, ...] = ()
    people: tuple[Posted, ...] = ()
    quotas: tuple[Quota, ...] = ()
    notice: PlanNotice = PlanNotice()
    auto: Flag = False


def _once(plans: tuple[Plan, ...]) -> tuple[Plan, ...]:
    ids = [plan.id for plan in plans]
    if len(set(ids)) < len(ids):
        raise wrong("twice", "every id stands once")
    return plans


class Plans(SettingModel):
    items: Annotated[tuple[Plan, ...], AfterValidator(_once)] = ()


class Activation(SettingModel):
    since: Annotated[int, Strict(), Field(ge=0, le=2**53)]
    by: str = ""


class PlansActive(ByName[Activation]):
    root: dict[PlanId, Activation] = {}
