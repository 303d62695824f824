"""How the hall speaks."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from .common import Body, Language, Tell


class Hear(Body):
    text: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    language: Language = "zh"


class Heard(Tell):
    """`url`: a WAV of the hall's own voice."""

    url: str
