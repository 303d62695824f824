"""Setting `slip`, [slip] of a hall file: what stands on the hall's slips, over what is shipped ([slip] of config/words) and over the
template of a kiosk's own machine. It decides what may be left out, never how it looks: that is drivers/printer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from config import words
from config.settings.base import Partial, SettingModel, wrong
from config.settings.texts import Language
from config.words import LANGUAGES

SLIP_WORDS = tuple(
    "hall number service theme class ahead wait time date slot slot_date person id phone materials online reason kiosk window "
    "phone_of_hall place unserved return_within return_times no_return checkin_from checkin_until later nth station station_place".split()
)
PROMISE = "wait"  # the word without which no slip says how long it takes
SAYS_IT = ("highlights", "facts", "lines")  # parts that stand on every slip, of which one must


def _slip_text(text: str) -> str:
    from config.mistakes import did_you_mean

    for word in re.findall(r"\{(\w*)\}", text):
        if word not in SLIP_WORDS:
            raise wrong("slip_word", f"there is no word {{{word}}}{did_you_mean(word, SLIP_WORDS)}; known: {', '.join(SLIP_WORDS)}")
    return text


SlipText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_slip_text)]
SlipLines = Annotated[list[SlipText], Field(max_length=12)]
if TYPE_CHECKING:
    SlipLanguage = str
else:
    SlipLanguage = Literal["visitor", "both", *LANGUAGES]


class SlipWords(Partial):
    """What stands on a slip in one language; what is left out stands as in the shipped template."""

    heading: SlipText | None = None
    subheading: SlipText | None = None
    label: SlipText | None = None
    title: SlipText | None = None
    subtitle: SlipText | None = None
    highlights: Annotated[list[tuple[SlipText, SlipText]], Field(max_length=3)] | None = None
    facts: Annotated[list[tuple[SlipText, SlipText]], Field(max_length=12)] | None = None
    lines: SlipLines | None = None
    offline: SlipLines | None = None
    qr_lines: SlipLines | None = None
    footer: SlipLines | None = None
    reprint: SlipText | None = None
    alone: SlipText | None = None
    booked_label: SlipText | None = None
    booked_lines: SlipLines | None = None
    stations_heading: SlipText | None = Field(default=None, description="above the stations of a number for several services")
    stations: SlipLines | None = Field(default=None, description="of each of them, with {nth}, {station} and {station_place}")

    def over(self, shipped: dict[str, Any]) -> dict[str, Any]:
        """All parts: those that are said here, else the shipped ones."""
        return shipped | self.model_dump(exclude_none=True)


def shipped(lang: str) -> dict[str, Any]:
    return words.load().tables.get(lang, {}).get("slip", {})


class HallSlip(SettingModel):
    """The slip of a hall. The number and its code stand on it whatever is written here; how long it takes must."""

    language: SlipLanguage | None = Field(default=None, description="`visitor`, `both` or one; empty: as the kiosk's own file says")
    words: dict[Language, SlipWords] = {}

    @model_validator(mode="after")
    def _promises(self) -> HallSlip:
        for lang, own in self.words.items():
            if f"{{{PROMISE}}}" not in str([own.over(shipped(lang)).get(part) for part in SAYS_IT]):
                raise wrong("slip_without_wait", "the slip must say how long it takes: {wait} in highlights, facts or lines")
        return self

    def whole(self) -> dict[str, Any]:
        """Every language with all its parts, as it is printed."""
        filled = {lang: self.words.get(lang, SlipWords()).over(shipped(lang)) for lang in LANGUAGES}
        return {"language": self.language, "words": {lang: parts for lang, parts in filled.items() if parts}}
