"""Whether a phone is in the hall: by the code of a screen that changes, by a printed one, or by where it says it is. Pure; of where a phone
was only the yes or no is ever kept."""

from __future__ import annotations

import hmac
from math import asin, cos, radians, sin, sqrt

from config.codes import HereBy
from config.settings import Here

from .transaction import Keys

EARTH = 6_371_000  # m
LENGTH = 12  # signs of a code: 60 bits


def code_now(keys: Keys, here: Here, now: int) -> tuple[str, int]:
    """(the code that screens show, when the next one is due in ms)."""
    n = now // (here.code_s * 1000)
    return _code(keys, HereBy.CODE, n), (n + 1) * here.code_s * 1000


def poster_code(keys: Keys, here: Here) -> str:
    """The printed code that is good; empty where none is."""
    return _code(keys, HereBy.POSTER, here.poster) if here.poster else ""


def by_code(keys: Keys, here: Here, code: str, now: int) -> HereBy | None:
    """What a code proves: that of now and the one before are good. None: nothing."""
    n = now // (here.code_s * 1000)
    if any(_same(code, _code(keys, HereBy.CODE, n - before)) for before in (0, 1)):
        return HereBy.CODE
    return HereBy.POSTER if here.poster and _same(code, poster_code(keys, here)) else None


def by_place(here: Here, latitude: float, longitude: float, accuracy: float) -> bool:
    """Whether a place may be the hall's: no further than the radius, and known well enough to say so."""
    if here.place is None or accuracy > here.radius_m:
        return False
    return metres(here.place, (latitude, longitude)) <= here.radius_m


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Between two places on the earth."""
    (lat, lon), (lat2, lon2) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def right(keys: Keys, how: HereBy, browser: str, until: int) -> str:
    """What a browser that has proved it shows until an instant (ms)."""
    said = f"{until}.{how}"
    return f"{said}.{keys.hashed('here right', f'{said}.{browser}')[:LENGTH]}"


def right_of(keys: Keys, shown: str, browser: str, now: int) -> HereBy | None:
    """How it was proved, where such a right is this browser's and not over."""
    until, _, rest = shown.partition(".")
    how = rest.partition(".")[0]
    if not until.isdecimal() or how not in set(HereBy) or now > int(until):
        return None
    return HereBy(how) if _same(shown, right(keys, HereBy(how), browser, int(until))) else None


def _code(keys: Keys, kind: HereBy, n: int) -> str:
    return keys.hashed(f"here {kind}", str(n))[:LENGTH]


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.lower().encode(), b.lower().encode())
