"""What a hall's own classes must not do: share a row of numbers with another, or be taken away from those who hold them. Pure; the
refusals are in actions.

Numbers of one series are one row that people can see, so every class has letters of its own before a service's.
"""

from __future__ import annotations

from typing import Any

from config.settings.rules import clashes

from .floor import NOT_OVER, Floor
from .texts import Text


def class_names(floor: Floor, code: str) -> Text:
    """What one of the hall's own classes is called; {} of those that every hall has."""
    own = floor.rules.own(code)
    return own.name if own else {}


def wrong_classes(before: Floor, after: Floor) -> list[dict[str, Any]]:
    """Facts of the refusal of each fault that a change makes."""
    prefixes = {s.prefix for s in after.services.values()}
    same = clashes(after.rules, after.series, prefixes)
    was = clashes(before.rules, before.series, {s.prefix for s in before.services.values()})
    new = [one for one in same if one not in was]
    found = [{"field": "rules.classes", "code": "class_letters", "name": class_names(after, code), "series": row} for code, row in new]
    gone = {own.code for own in before.rules.classes} - {own.code for own in after.rules.classes}
    if gone:
        held = {t.class_ for t in after.tickets.of(NOT_OVER, True)} & gone
        reserved = {code for codes in after.reserved.root.values() for code in codes} & gone
        found += [{"field": "rules.classes", "code": "class_held", "name": class_names(before, code)} for code in sorted(held)]
        found += [{"field": "rules.classes", "code": "class_reserved", "name": class_names(before, code)} for code in sorted(reserved)]
    return found
