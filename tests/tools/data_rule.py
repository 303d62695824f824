"""The data rule as a page for people: every field of a table of days, and every set of codes, out of what the server itself goes by.

PYTHONPATH=.:tests python -m tools.data_rule      writes docs/data.md
"""

from __future__ import annotations

import re
import types
import typing
from pathlib import Path
from typing import Any

from config import words
from server import data_rule
from server.web.codes import WORDED, word_of

FILE = Path(__file__).resolve().parents[2] / "docs" / "data.md"
HEAD = """# The data rule (统一叫号数据规则)

What every hall tells of its numbers, in the same fields and codes: so that two halls' files differ only in what happened there.
Made by `PYTHONPATH=.:tests python -m tools.data_rule` from what the server itself goes by; a test compares.

- `hall export --table tickets|legs|evaluations [--from DAY] [--to DAY] [--out FILE]`, or `GET
  /api/v1/data/{tickets,legs,evaluations}.{jsonl,csv}?from=&to=` by whoever may take reports (manager, administrator, auditor):
  JSON Lines, or CSV.
  One day after the other is read, so a year takes no more memory than a day; in the order in which numbers were taken. `hall
  export` alone writes how the hall is set, as a hall file ([hall.md](hall.md)).
- **Nobody who came is in it.** No name, phone or card, no hash of one either, and no word of an evaluation: what is kept of a
  person is kept apart and forgotten (docs/security.md). `reason` says why somebody used the green channel,
  as figures and the desk do. `clerk` is the sign-in name of who served, whom the same roles see in figures.
- Times are RFC 3339 in the hall's own offset, with milliseconds; what did not happen is `null`, in CSV an empty cell. Several
  codes are a list, in CSV with `;` between. A text that a spreadsheet would reckon has `'` before it in CSV.
- The codes are those of `GET /api/v1/codes`, where each has its word in every language. `services`, `windows`, `types` and
  `zones` are the hall's own and stand in its hall file. A code outside them is no code of the rule.
- The hall itself is named by 14 digits: the 12 digits of its division (GB/T 2260 and GB/T 10114: province, city, county, town,
  village) and 2 of its own.
"""


def page() -> str:
    parts = [HEAD]
    for table, row in data_rule.DAYS.items():
        sets = data_rule.coded(row)
        fields = data_rule.columns(row).items()
        lines = [f"| `{name}` | {_kind(field.annotation, sets.get(name))} | {field.description} |" for name, field in fields]
        summary = (row.__doc__ or "").split("\n")[0]
        parts.append(f"\n## {table}\n\n{summary}\n\n| field | what | |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    said = words.load()
    parts.append("\n## Codes\n")
    for name, (some, where) in WORDED.items():
        told = ", ".join(f"`{code}` {_both(said.texts(*word_of(code, where, said.codes)))}" for code in map(str, some))
        parts.append(f"\n**{name}**: {told}\n")
    return "".join(parts)


def _both(texts: dict[str, str]) -> str:
    return re.sub(r"[\[\]|]", "", f"{texts['zh']} / {texts['en']}")


def _kind(annotation: Any, of: str | None) -> str:
    some = typing.get_args(annotation) if typing.get_origin(annotation) in (types.UnionType, typing.Union) else (annotation,)
    bare = [one for one in some if one is not type(None)][0]
    none = " or null" if type(None) in some else ""
    if of:
        several = "codes" if bare is list or typing.get_origin(bare) is list else "a code"
        return f"{several} of `{of}`{none}"
    while typing.get_origin(bare) is typing.Annotated:
        bare = typing.get_args(bare)[0]
    return {"AwareDatetime": "time", "int": "whole number", "bool": "true or false", "str": "text"}[bare.__name__] + none


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
