"""Everything that can be refused. A refusal has a code, a status for the door, and facts; the sentence is in config/words.

HallError
├── NotFound (404)      no_such_service, no_such_window, no_such_ticket, no_such_appointment, no_such_evaluation, …
├── NotNow (409)        illegal_move, window_busy, window_closed, already_holds, already_evaluated, quota_full, hall_closed, …
├── NotAllowed (403)    not_your_window, wrong_role, …
├── NotSignedIn (401)   no_token, bad_token, bad_password, locked_out
└── WrongBody (422)     bad_body, key_reused, …
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

# Met by programs only: no page of ours is ever answered so.
KINDS_OF_PROGRAMS = frozenset({
    "broken_json", "not_json", "key_reused", "bad_key", "unknown_field", "wrong_method", "too_large", "bad_time",
    "schema_newer", "no_pages",
})  # fmt: skip


class HallError(Exception):
    """Refused by a rule of the hall: nothing has changed. `facts` fill the sentence; `data` goes into the answer."""

    status_hint = 409

    def __init__(self, code: str, *, data: dict[str, Any] | None = None, **facts: Any):
        super().__init__(f"{code}: {facts}" if facts else code)
        self.code, self.facts, self.data = code, facts, data or {}


class NotFound(HallError):
    status_hint = 404


class NotNow(HallError):
    status_hint = 409


class NotAllowed(HallError):
    status_hint = 403


class NotSignedIn(HallError):
    status_hint = 401


class WrongBody(HallError):
    """`errors` is a list of {field, problem}; the door prints it."""

    status_hint = 422


C = TypeVar("C", bound=StrEnum)


def coded(kind: type[C], given: str, field: str) -> C:
    """The code that is meant by a text; refused with all that are known."""
    try:
        return kind(given)
    except ValueError:
        raise WrongBody("bad_body", errors=[{"field": field, "code": "literal_error", "expected": [*kind]}]) from None


# how SQLite names what is wrong: the code that people are told
DISK_TROUBLE = {"FULL": "disk_full"} | dict.fromkeys(("IOERR", "READONLY", "CANTOPEN", "CORRUPT", "NOTADB"), "disk_fails")


def disk_trouble(error: BaseException) -> str:
    """The code for a change or a look that the disk did not let happen, by SQLite's own error; empty for every other error."""
    name: str = getattr(error, "sqlite_errorname", "")  # SQLITE_IOERR_FSYNC, say
    return DISK_TROUBLE.get(name.removeprefix("SQLITE_").split("_")[0], "")
