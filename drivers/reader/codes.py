"""A scanned text becomes a Code: whose it is, what is in it, whether it may be used. Pure; asks nobody and keeps nothing.

Our own codes are links to a number's page (…/t/<track>) and the bare track or appointment code. Codes of other systems (a province's
identity code, a health code) are told apart by patterns that a hall configures, for every province has its own form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

from ..contract import ScannedCode

Parser = Callable[[str, float], ScannedCode | None]  # (text, seconds since the epoch) -> a Code, or None: not mine

PROBLEMS = ("expired", "foreign", "payment", "unreadable")


def refused(kind: str, problem: str) -> ScannedCode:
    """A code that may not be used; what stood in it is not handed on."""
    return ScannedCode(kind=kind, value="", problem=problem)


def read(text: str, parsers: Iterable[Parser], now: float) -> ScannedCode:
    """The first parser that knows the text; "foreign" when none does. Never raises."""
    text = clean(text)
    if not text:
        return refused("foreign", "unreadable")
    for parser in parsers:
        code = parser(text, now)
        if code:
            return code
    if re.fullmatch(r"(1[0-5]\d{16}|(2[5-9]|30)\d{14,22})", text):  # the forms of the two large payment systems
        return refused("foreign", "payment")
    return refused("foreign", "foreign")


def clean(text: str) -> str:
    """Control characters gone; full-width forms made plain, for a wedge scanner types through whatever input method is on.

    A scanner may be set to put the name of the kind of code before it (`]Q1`, AIM): that is no part of the code.
    """
    plain = text.translate(PLAIN)
    return re.sub(r"^\][A-Za-z][0-9A-Za-z]", "", "".join(c for c in plain if c.isprintable()).strip()[:2048])


# The full-width forms of ASCII, and what Chinese input methods make of a full stop and a slash.
PLAIN = {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)} | {0x3002: ".", 0xFF61: ".", 0x3001: "/"}


def standard(bases: Iterable[str] = (), patterns: Iterable[Pattern | dict[str, Any]] = ()) -> list[Parser]:
    """The parsers of a hall: its own links and bare codes, then the patterns it set. `bases`: host names that are ours; none: any."""
    hosts = {place(b) for b in bases}
    more = [p if isinstance(p, Pattern) else Pattern(**p) for p in patterns]
    return [lambda text, now: link(text, hosts), *more, lambda text, now: bare(text)]


def place(address: str) -> str:
    """Host and port of an address or of a bare host name; the port that its scheme means by itself is left out."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    return parts.netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(parts.scheme.lower(), ":"))


def link(text: str, hosts: set[str]) -> ScannedCode | None:
    """http(s)://…/t/<track>; a link of the same form at another host is foreign, any other link is not ours.

    In capitals throughout (Caps Lock, or a scanner that is set so) the track is as it was made: in small letters.
    """
    if not re.match(r"https?://", text, re.IGNORECASE):
        return None
    try:
        where, path = place(text), urlsplit(text).path
    except ValueError:
        return refused("foreign", "foreign")
    found = re.fullmatch(r".*/([tT])/([A-Za-z0-9_-]{8,64})/?", path)
    if not found or (hosts and where not in hosts):
        return refused("foreign", "foreign")
    return ScannedCode(kind="track", value=found[2] if found[1] == "t" else found[2].lower())


def bare(text: str) -> ScannedCode | None:
    """A track or an appointment code by itself: letters, digits, - and _, with at least one letter."""
    if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9_-]{8,64}", text):
        return ScannedCode(kind="track", value=text)
    return None


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A code of another system by its form: `{kind = "identity", form = "^ZLB:(?P<value>\\\\w{16,64}):(?P<at>\\\\d{13})$", seconds = 60}`.

    `form` is a regular expression for the whole text with a group `value`, and `at` where the code carries its time: seconds or
    milliseconds since the epoch or YYYYMMDDhhmmss in China's time. Older than `seconds` it is expired; 0: it never is.
    """

    kind: str
    form: str
    seconds: int = 0

    def __post_init__(self) -> None:
        try:
            groups = re.compile(self.form).groupindex
        except re.error as error:
            raise ValueError(f"The form of {self.kind!r} is no regular expression: {error}.") from None
        if "value" not in groups:
            raise ValueError(f"The form of {self.kind!r} needs a group (?P<value>…).")

    def __call__(self, text: str, now: float) -> ScannedCode | None:
        found = re.fullmatch(self.form, text)
        if not found:
            return None
        made = instant(found["at"]) if self.seconds and "at" in found.groupdict() and found["at"] else None
        if made is not None and now - made > self.seconds:
            return refused(self.kind, "expired")
        return ScannedCode(kind=self.kind, value=found["value"])


def instant(text: str) -> float | None:
    """Seconds since the epoch from the three forms in use; None for anything else."""
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) == 14:
        try:
            return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=timezone(timedelta(hours=8))).timestamp()
        except ValueError:
            return None
    return int(text) / {10: 1, 13: 1000}[len(text)] if len(text) in (10, 13) else None


class Lines:
    """Characters become lines: at Enter and, where `pause` is not 0, when nothing followed for so many seconds. Pure.

    With a pause, fewer than `shortest` characters without an Enter are a person at the keys, not a scanner, and are thrown away.
    From a scanner that has sent an Enter once, one is awaited for longer: a gap in the middle is then no end.
    """

    AWAITED = 2.0  # seconds

    def __init__(self, *, pause: float = 0.0, shortest: int = 6, longest: int = 2048):
        self._pause, self._shortest, self._longest = pause, shortest, longest
        self._kept, self._last, self._enters = "", 0.0, False

    @property
    def unfinished(self) -> bool:
        return bool(self._kept)

    def feed(self, characters: str, now: float) -> list[str]:
        lines = self.tick(now)
        for c in characters:
            if c in "\r\n":
                if self._kept:
                    lines.append(self._kept)
                self._kept, self._enters = "", True
            elif c == "\b":
                self._kept = self._kept[:-1]
            elif len(self._kept) < self._longest:
                self._kept += c
            self._last = now
        return lines

    def tick(self, now: float) -> list[str]:
        """To be called while nothing comes in: ends a line that has no Enter."""
        pause = self.AWAITED if self._enters else self._pause
        if not self._pause or not self._kept or now - self._last <= pause:
            return []
        line, self._kept = self._kept, ""
        return [line] if len(line) >= self._shortest else []
