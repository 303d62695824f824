"""An act that waits for a second person. It is no thing of the hall: it is kept sealed beside the journal until it is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MOST = 100  # at once


@dataclass(frozen=True, kw_only=True)
class PendingAct:
    """`by` asked for it at `at` (ms); at `until` (ms) it is too late. The request itself is `endpoint`, `path` and `body`."""

    id: str
    held: str  # of HeldAct
    endpoint: str  # its name
    path: dict[str, str]
    body: Any
    about: str  # whom or what it is about; nothing of a visitor
    by: str
    because: str
    at: int
    until: int
    digest: str  # keyed, of method, address and body
    seen: str  # keyed, of the thing as it was
