"""Setting `kiosks`, [kiosks] of a hall file: what each kiosk offers, by its name, and how all of them ask. `offered` says what
follows for the services of one: for whoever refuses and for whoever tells. It knows no hall."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config.codes import Authority, Class, Rank
from config.settings.base import Flag, Names, Partial, ServiceCode, SettingModel, as_text, wrong
from config.settings.small import Reservation
from config.settings.texts import Text, Texted, short
from config.settings.zones import PlaceCode, Zones

KioskName = Annotated[str, BeforeValidator(as_text), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


ONLY_OF_LINES = frozenset(Rank) - frozenset(Class)  # sorts of numbers that none is taken as


def _taken(classes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(classes)) < len(classes):
        raise wrong("twice", "every code stands once")
    if odd := ONLY_OF_LINES & set(classes):
        raise wrong("not_taken_as", f"no number is taken as {', '.join(sorted(odd))}")
    return classes


class KioskMenu(Texted, Partial):
    """What one kiosk offers. What is left out narrows nothing."""

    place: Annotated[Text, short(100)] = Field(default={}, description="where it stands: told to whoever must go to another one")
    zone: Annotated[PlaceCode, Names("zone")] | None = Field(default=None, description="only services that windows of this zone serve")
    services: tuple[ServiceCode, ...] = Field(default=(), description="only these; with a zone those of them that are served there")
    classes: Annotated[tuple[Reservation, ...], AfterValidator(_taken)] = Field(
        default=(), description="only these numbers; without `appointment` it then neither books nor checks in"
    )
    typed: Flag | None = Field(default=None, description="whether an ID number may be typed here; left out: as at all kiosks")


class Kiosks(SettingModel):
    """A kiosk that is not named offers everything."""

    menus: dict[KioskName, KioskMenu] = {}
    used_first: Flag = Field(default=True, description="services stand by how many came for them in the last four weeks")
    authorities: tuple[Authority, ...] = Field(
        default=tuple(Authority), description="by what somebody may act for another at kiosks, with both cards; without any nobody may"
    )
    typed: Flag = Field(default=False, description="who has no card at hand may type the ID number; it proves nothing")


def offered(menu: KioskMenu | None, zones: Zones, services: Iterable[str], windows: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
    """Which of `services` a kiosk with this menu offers, in their order. `windows`: (zone, services) of each."""
    if menu is None:
        return list(services)
    there: set[str] | None = None
    if menu.zone:
        here = zones.code_of(menu.zone)
        there = {code for zone, served in windows if zone and zones.code_of(zone) == here for code in served}
    return [code for code in services if (not menu.services or code in menu.services) and (there is None or code in there)]
