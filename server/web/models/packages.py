"""一件事: packages of services as people choose them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from .common import Query, Said, Tell, Texts
from .tickets import QuestionAsked, Station

Answered = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_,]{0,500}$")]


class PackageQuery(Query):
    yes: Answered | None = Field(default=None, description="codes of questions that are answered with yes, with commas")
    no: Answered | None = None


class OfferedLeg(Tell):
    service: str
    service_names: Texts
    matters: list[str] = Field(description="official codes")
    only_if: str | None = Field(description="needed by who answers this question with yes")
    unless: str | None = Field(description="needed by who answers this question with no")
    materials: list[str]
    materials_en: list[str] | None = None
    material_lists: dict[str, list[str]] = {}
    online: str | None
    can: bool = Field(description="whether a number of it can be had now")
    why_not: Said | None


class OfferedPackage(Tell):
    """Several services that people come for at once, on one number."""

    code: str
    name: str
    name_en: str
    names: Texts
    initials: str
    aliases: list[str]
    matter: str | None = Field(description="its own official code")
    ordered: bool = Field(description="each leg needs the one before; else the next is where the wait is shortest")
    questions: list[QuestionAsked]
    legs: list[OfferedLeg]
    can: bool


class LegNotNow(Tell):
    service: str
    say: Said


class PackageDoubt(Tell):
    """What is worth a look in a package, and stops nothing."""

    package: str
    service: str
    say: Said


class PackagePlan(Tell):
    """What somebody would visit who takes it now."""

    code: str
    stations: list[Station]
    cannot: list[LegNotNow] = Field(description="legs of which no number can be had now")
    can: bool
