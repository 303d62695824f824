"""What of a window names a type and a zone, however it is called; and the refusal of what may not be served where."""

from __future__ import annotations

from typing import Any

from config.settings import as_json
from config.settings.texts import gathered
from config.settings.zones import coded

from ..domain.errors import WrongBody
from ..domain.floor import Floor
from ..domain.things import Setting, Window
from ..domain.zones import left_without, wrong_places


def by_code(floor: Floor, given: dict[str, Any], old: Window | None) -> tuple[dict[str, Any], list[Setting]]:
    """What is given of a window with its type and zone as codes; and the settings with what that adds to them. A text that is neither a
    code nor a name becomes one of the hall's own."""
    own: list[Setting] = []
    kinds: dict[str, Any] = {"type": floor.types, "zone": floor.zones}
    for column, kind in kinds.items():
        code = getattr(old, column, "")
        texts = {name: value for name, value in given.items() if name.partition("_")[0] == column}
        if not texts:
            continue
        before = {column: kind.names(kind.code_of(code))} if code else None
        code, after = coded(kind, gathered({column}, texts, before)[column])
        given = {name: value for name, value in given.items() if name not in texts} | {column: code}
        if after != kind:
            own.append(Setting(name=f"{column}s", value=as_json(after)))
    return given, own


def ensure_placed(before: Floor, after: Floor) -> None:
    """Refuses a change that puts a service where it may not go, or takes away a type or zone still named. What was so before stands."""
    was = wrong_places(before)
    errors = [said for one, said in wrong_places(after).items() if one not in was] + left_without(before, after)
    if errors:
        raise WrongBody("bad_body", errors=errors)
