"""A hall's own texts: what it calls itself, its services and windows, what it writes on its boards. Each is one value, {language: text}.

They may be given as one value (`name = {zh = "…", en = "…"}`) or side by side (`name`, `name_en`), as hall files, programs outside and
what was stored of older versions do; `gathered` makes one value of both.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Annotated, Any, cast

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from config.words import LANGUAGES

FIRST = "zh"  # the language of a text that names none
Text = dict[str, str]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE)]


def pick(text: Mapping[str, Any], lang: str = FIRST) -> Any:
    """A text in a language, else in the first one, else in any."""
    return next((text[k] for k in (lang, FIRST, *text) if text.get(k)), "")


def gathered(
    texts: Container[str], values: Mapping[str, Any], before: Mapping[str, Any] | None = None, *, languages: Container[str] | None = None
) -> dict[str, Any]:
    """`values` with each of the `texts` as one value. A text given whole takes the place of the old one; `name` or `name_en` alone changes
    that language and leaves the others as they were `before`. What is empty is not kept. `languages`: those that a key may end in."""
    made: dict[str, Any] = {}
    for key, value in values.items():
        field, _, lang = key.rpartition("_")
        if key in texts:
            field, lang = key, FIRST
        elif languages is not None and lang not in languages:
            field = ""
        if field not in texts or isinstance(value, Mapping):
            whole = cast(Any, value)
            made[key] = {k: v for k, v in whole.items() if v} if field in texts else whole
            continue
        old = made.get(field, (before or {}).get(field) or {})
        made[field] = {k: v for k, v in (old | {lang: value}).items() if v}
    return made


def beside(name: str, text: Mapping[str, Any]) -> dict[str, Any]:
    """A text as hall files write it: `name` in the first language, `name_en` and the like beside it."""
    if FIRST not in text or not all(lang in LANGUAGES for lang in text):
        return {name: dict(text)} if text else {}
    return {name if lang == FIRST else f"{name}_{lang}": text[lang] for lang in (FIRST, *(k for k in text if k != FIRST))}


class Each:
    """Marks a field that is a text: `one` is what it must be in each language. Where one is `needed` an empty text is a mistake."""

    def __init__(self, one: Any, *, needed: bool = False):
        self.one, self.needed = one, needed

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        inner = handler.generate_schema(Annotated[dict[Language, self.one], Field(max_length=20)])
        return core_schema.no_info_before_validator_function(self._whole, inner)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "object", "additionalProperties": {"type": "string"}}

    def _whole(self, value: Any) -> Any:
        """Everything but a table is the text in the first language."""
        each = cast(dict[Any, Any], value) if isinstance(value, dict) else {FIRST: value}
        said = {lang: text for lang, text in each.items() if text not in ("", [], None)}
        return said or ({FIRST: ""} if self.needed else {})


def short(most: int, least: int = 0) -> Each:
    """A text of so many characters at most."""
    return Each(Annotated[str, StringConstraints(strip_whitespace=True, min_length=least, max_length=most)], needed=least > 0)


class Texted(BaseModel):
    """A model with texts: they may be given side by side, in the languages that the words are in."""

    @model_validator(mode="before")
    @classmethod
    def _one_value(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return gathered(texts_of(cls), cast(dict[str, Any], data), languages=LANGUAGES)


def texts_of(model: type[BaseModel]) -> frozenset[str]:
    """The fields that are texts."""
    return frozenset(name for name, field in model.model_fields.items() if any(isinstance(mark, Each) for mark in field.metadata))
