"""How the hall speaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from .common import Body, Language, Span, Tell


class Loud(Span):
    volume: int


class Voicing(Tell):
    """How boards speak: the installer's table, the managers' setting over it."""

    languages: list[Language] = ["zh"]
    times: int = Field(default=2, description="how often each call is spoken")
    volume: int = Field(default=100, description="0 to 100, and other volumes by the hour")
    hours: list[Loud] = []
    quiet: list[str] = Field(default=[], description='"12:00-13:30": shown, not spoken')


class Hear(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    language: Language = "zh"


class Heard(Tell):
    """`url`: a WAV of the hall's own voice."""

    url: str
