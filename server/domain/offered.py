"""What each kiosk offers, by its menu (config/settings/kiosks.py). Pure; the refusal is in actions, what is told of it in views."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from config.settings.kiosks import offered

from .duty import own_services
from .floor import Floor
from .texts import Text


def offered_at(floor: Floor, kiosk: str, services: Iterable[str] | None = None) -> list[str]:
    """Which services (of all, by their place) a kiosk offers."""
    known = sorted(floor.services, key=lambda code: floor.services[code].place) if services is None else services
    return offered(floor.kiosks.menus.get(kiosk), floor.zones, known, [(w.zone, own_services(floor, w)) for w in floor.windows.values()])


def given_at(floor: Floor, kiosk: str) -> tuple[str, ...] | None:
    """Which classes of numbers it gives; None: all, the hall's own too."""
    menu = floor.kiosks.menus.get(kiosk)
    return (menu.classes or None) if menu else None


def typed_at(floor: Floor, kiosk: str) -> bool:
    """Whether an ID number may be typed there."""
    menu = floor.kiosks.menus.get(kiosk)
    return floor.kiosks.typed if menu is None or menu.typed is None else menu.typed


def offers(floor: Floor, kiosk: str, service: str, class_: str) -> bool:
    given = given_at(floor, kiosk)
    return (given is None or class_ in given) and bool(offered_at(floor, kiosk, [service]))


def elsewhere(floor: Floor, service: str, class_: str) -> list[Text]:
    """Where those kiosks stand that offer it and of which that is known."""
    return [menu.place for name, menu in floor.kiosks.menus.items() if menu.place and offers(floor, name, service, class_)]


def at_no_kiosk(floor: Floor) -> list[str]:
    """Services that can be had and that none of the named kiosks offers; none where no kiosk is named."""
    menus = floor.kiosks.menus
    anywhere = {code for name in menus for code in offered_at(floor, name)}
    return [code for code, s in floor.services.items() if menus and not s.closed and code not in anywhere]


def most_used(floor: Floor, codes: Iterable[str], used: Mapping[str, int]) -> list[str]:
    """The same services, those for which most came first; what stood side by side stays so. `used`: service -> how many came."""
    return sorted(codes, key=lambda code: -used.get(code, 0)) if floor.kiosks.used_first else list(codes)
