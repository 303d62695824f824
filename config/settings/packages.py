"""Setting `packages`, [[packages]] of a hall file: 一件事, several services that people come for at once, visited on one number. It knows
no hall; which legs are left of one that was taken is worked out in server/domain/packages.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from config.settings.base import MATTER, Flag, Matter, Partial, ServiceCode, SettingModel, as_text, upto, wrong
from config.settings.texts import Text, Texted, short

MATTER_OR_NONE = MATTER.replace("{1,", "{0,")
PackageCode = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
QuestionCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class PackageQuestion(Texted, Partial):
    """What is asked to know which legs somebody needs; the answer is yes or no."""

    code: QuestionCode
    text: Annotated[Text, short(60, 1)]


class PackageLeg(Partial):
    """A service of a package, and for whom."""

    service: ServiceCode
    matters: tuple[Matter, ...] = Field(default=(), description="which of its official matters; none: all of them")
    only_if: QuestionCode | None = Field(default=None, description="needed by who says yes to this question")
    unless: QuestionCode | None = Field(default=None, description="needed by who says no to this question")


class Package(Texted, Partial):
    """一件事: legs visited on one number, in this order or where the wait is shortest."""

    code: PackageCode
    name: Annotated[Text, short(40, 1)]
    matter: Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=MATTER_OR_NONE)] = Field(
        default="", description="its own official code, where it has one"
    )
    aliases: Annotated[tuple[Annotated[str, upto(40, 1)], ...], Field(max_length=30)] = ()
    ordered: Flag = Field(default=True, description="each leg needs the one before; else the next is where the wait is shortest")
    open: Flag = Field(default=True, description="false: nobody takes it any more; who has taken it goes on")
    questions: Annotated[tuple[PackageQuestion, ...], Field(max_length=10)] = ()
    legs: Annotated[tuple[PackageLeg, ...], Field(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _whole(self) -> Package:
        codes, services = [one.code for one in self.questions], [leg.service for leg in self.legs]
        if len(set(codes)) < len(codes) or len(set(services)) < len(services):
            raise wrong("twice", "every code stands once")
        asked = {question for leg in self.legs for question in (leg.only_if, leg.unless) if question}
        if any(leg.only_if and leg.unless for leg in self.legs):
            raise wrong("one_condition", "a leg has only_if or unless, not both")
        if unknown := sorted(asked - set(codes)):
            raise wrong("no_question", f"there is no question '{unknown[0]}' in this package")
        if idle := sorted(set(codes) - asked):
            raise wrong("idle_question", f"no leg depends on the question '{idle[0]}'")
        return self


def _once(items: tuple[Package, ...]) -> tuple[Package, ...]:
    codes = [one.code for one in items]
    if len(set(codes)) < len(codes):
        raise wrong("twice", "every code stands once")
    return items


class Packages(SettingModel):
    items: Annotated[tuple[Package, ...], Field(max_length=200), AfterValidator(_once)] = ()

    @property
    def by_code(self) -> dict[str, Package]:
        return {one.code: one for one in self.items}


def doubts(
    packages: Iterable[Package], served: Collection[str], matters: Mapping[str, Collection[str]]
) -> Iterator[tuple[int, Package, str, str, str]]:
    """What is worth a look in packages that may be taken: (place from 1, package, service of the leg, code of the sentence, matter).
    `served`: services that are open and have a window; `matters`: service -> its official codes."""
    for place, package in enumerate(packages, 1):
        for leg in package.legs if package.open else ():
            if leg.service not in matters:
                continue
            if leg.service not in served:
                yield place, package, leg.service, "leg_unserved", ""
            known = matters[leg.service]
            if strange := [matter for matter in leg.matters if known and matter not in known]:
                yield place, package, leg.service, "leg_matter", strange[0]
