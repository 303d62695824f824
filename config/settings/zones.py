"""Settings `types` and `zones`, [[types]] and [[zones]] of a hall file: what windows and parts of the hall are for, what a type decides,
and where the zones are. They are named by code; the text of before there were codes stands for one (docs/decisions/0025). It knows no hall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config import words
from config.codes import NOBODY_CALLED, Purpose
from config.settings.base import Names, Partial, ServiceCode, SettingModel, as_text, wrong
from config.settings.texts import FIRST, Text, Texted, pick, short

PlaceCode = Annotated[
    str, BeforeValidator(as_text), StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")
]
TypeCode = Annotated[PlaceCode, Names("type")]


class HallType(Texted, Partial):
    """A type of windows and zones: one of the hall's own, or what the hall says of a known one."""

    code: PlaceCode
    name: Annotated[Text, short(60)] = Field(default={}, description="empty: as the product calls it, of one of its own its code")
    services: tuple[ServiceCode, ...] = Field(default=(), description="which go to windows of such a type only")


class HallZone(Texted, Partial):
    """A part of the hall. By it boards and loudspeakers know their windows, and people find them."""

    code: PlaceCode
    name: Annotated[Text, short(60)] = Field(default={}, description="empty: its code")
    type: TypeCode | None = Field(default=None, description="of its windows that have none of their own")
    storey: Annotated[Text, short(40)] = Field(default={}, description="such as 2nd floor")  # 二楼
    place: Annotated[Text, short(100)] = Field(default={}, description="where on it: by the east lifts")


Item = TypeVar("Item", HallType, HallZone)


def _once(items: tuple[Item, ...]) -> tuple[Item, ...]:
    codes = [one.code for one in items]
    if len(set(codes)) < len(codes):
        raise wrong("twice", "every code stands once")
    return items


class Types(SettingModel):
    known: ClassVar[frozenset[str]] = frozenset(Purpose)  # the codes that every hall has
    items: Annotated[tuple[HallType, ...], Field(max_length=100), AfterValidator(_once)] = ()

    @property
    def by_code(self) -> dict[str, HallType]:
        """What the hall says of its types; `收件`, as halls from before there were codes have it, is `intake`."""
        return {known().get(one.code, one.code): one for one in self.items}

    def code_of(self, text: str) -> str:
        """The code that a text means: itself, that of the type which is called so in any language, or, of any other, the text."""
        own = {name: code for code, one in self.by_code.items() for name in one.name.values()}
        return known().get(text) or (text if text in self.by_code else own.get(text, text))

    def names(self, code: str) -> Text:
        """What a type is called, in every language."""
        return shipped(code) | self.own_names(code) or {FIRST: code}

    def own_names(self, code: str) -> Text:
        """What the hall itself calls it."""
        return own.name if (own := self.by_code.get(code)) else {}

    @property
    def only(self) -> dict[str, tuple[str, ...]]:
        """service -> the types to whose windows alone it goes."""
        found: dict[str, tuple[str, ...]] = {}
        for code, one in self.by_code.items():
            for service in one.services:
                found[service] = (*found.get(service, ()), code)
        return found


class Zones(SettingModel):
    known: ClassVar[frozenset[str]] = frozenset()
    items: Annotated[tuple[HallZone, ...], Field(max_length=300), AfterValidator(_once)] = ()

    @property
    def by_code(self) -> dict[str, HallZone]:
        return {one.code: one for one in self.items}

    @property
    def called(self) -> set[str]:
        """All codes and names."""
        return {text for one in self.items for text in (one.code, *one.name.values())}

    def code_of(self, text: str) -> str:
        """Likewise of a zone."""
        own = {name: one.code for one in self.items for name in one.name.values()}
        return text if text in self.by_code else own.get(text, text)

    def zone(self, code: str) -> HallZone:
        """A zone; of one that is only named, its code is all that is known."""
        return self.by_code.get(code) or HallZone(code=code)

    def names(self, code: str) -> Text:
        return self.zone(code).name or {FIRST: code}


@cache
def known() -> dict[str, str]:
    """{code or name in any language: code} of the product's own types."""
    said = words.load()
    names = {said.text("purposes", code, lang): str(code) for code in Purpose for lang in said.languages}
    return names | {str(code): str(code) for code in Purpose}


def shipped(code: str) -> Text:
    """What the product calls a type; nothing where it is none of its own."""
    return words.load().texts("purposes", code) if code in set(Purpose) else {}


# ---------------------------------------------------------------- texts for codes

Kind = TypeVar("Kind", Types, Zones)


def coded(kind: Kind, text: Mapping[str, str]) -> tuple[str, Kind]:
    """(the code that a text means, the setting with it): a text that means none becomes one of the hall's own, and what it is called in
    other languages is its name there. The text in the first language is tried before the others."""
    said = {lang: one for lang, one in text.items() if one}
    if not said:
        return "", kind
    first = pick(said)
    codes = [kind.code_of(one) for one in (first, *said.values())]
    code = next((one for one in codes if one in kind.by_code or one in kind.known), first)
    given, old = shipped(code) if code in kind.known else {}, kind.by_code.get(code)
    more = {lang: one for lang, one in said.items() if one not in (code, *kind.names(code).values()) and lang not in given}
    if not more and (given or old):
        return code, kind
    before = (old.name if old else {}) or ({} if given or not more else {FIRST: code})
    called = {"name": before | more} if before | more else {}
    model: Any = HallType if isinstance(kind, Types) else HallZone
    new = old.model_copy(update=called) if old else model(code=code, **called)
    items = tuple(new if one is old else one for one in kind.items) if old else (*kind.items, new)
    return code, kind.model_copy(update={"items": items})


# ---------------------------------------------------------------- what a type decides


@dataclass(frozen=True)
class Misplaced:
    """A service at a window to which it may not go: it goes to windows of the types `only`, or nobody is called in the window's zone."""

    window: str
    service: str
    type: str
    zone: str = ""
    only: tuple[str, ...] = ()


def type_at(types: Types, zones: Zones, type: str, zone: str) -> str:
    """The code of what a window is for: its own type, else that of its zone."""
    return types.code_of(type or (zones.zone(zones.code_of(zone)).type if zone else None) or Purpose.GENERAL)


def misplaced(types: Types, zones: Zones, windows: Iterable[tuple[str, str, str, Iterable[str]]]) -> Iterator[Misplaced]:
    """Of (number, type, zone, services) of windows: what may not be served there."""
    only = types.only
    for no, type, zone, services in windows:
        here, where = type_at(types, zones, type, zone), zones.code_of(zone)
        nobody = zone and types.code_of(zones.zone(where).type or "") in NOBODY_CALLED
        for service in services:
            if nobody:
                yield Misplaced(no, service, here, zone=where)
            elif here not in only.get(service, (here,)):
                yield Misplaced(no, service, here, only=only[service])
