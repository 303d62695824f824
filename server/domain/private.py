"""What is kept beside the journal, never in it, and not rebuilt from it: what may be forgotten, and what must stay secret.

Each class is one row of one table. How rows are asked for by an action is said with the words below: `tx.find(Session, staff=But("li"))`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from config.codes import TYPED


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """What is kept of a person, only masked or hashed with the hall's key; forgotten by the privacy rule."""

    KEY: ClassVar[str] = "ticket"
    ticket: str
    name: str = ""  # 张*明
    id_hash: str = ""
    id_last4: str = ""
    card: str = ""
    phone_hash: str = ""
    phone: str = ""  # 138****1234
    reach: str = ""  # the phone, sealed with the hall's key: only where the hall sends messages
    notice: str = ""  # version of the privacy notice that was shown before
    agent_name: str = ""  # of who acts for them, likewise masked or hashed
    agent_hash: str = ""
    agent_last4: str = ""
    agent_card: str = ""
    at: int = 0
    browser: str = ""  # keyed hash of what the phone's page is known by

    @property
    def typed(self) -> bool:
        """Whether the ID number was typed: it may be anybody's, and opens nothing that is another's."""
        return self.card == TYPED


@dataclass(frozen=True, kw_only=True)
class Secret:
    """`token:<id>` -> SHA-256 of a token's 256 random bits, `staff:<name>` -> the password's argon2 hash, `set:<name>` -> when that was
    set (ms), `earlier:<name>` -> the hashes before it as JSON, `tries:<name>:<near>` and `codes:<name>` -> wrong passwords and codes
    as JSON, `second:<name>` and `second-begun:<name>` -> a second factor, sealed (actions/second_factors.py), `track:<code>` and
    `track-of:<ticket>` -> each other, `missed:<keyed hash>:<ticket>` -> when a booking was missed (ms),
    `gave-up:<keyed hash>:<ticket>` -> when a number or booking was given up (ms), `phone-code:<keyed hash>` -> the code that was sent
    to a phone, hashed, as JSON, `act:<id>` -> an act that waits for a second person, sealed, `referring:<ticket>` -> what
    another hall is asked to take over, sealed, until it has answered, `referred:<ticket>` -> when it did (ms) and its page there, sealed,
    `referral-refused:<hall>:<id>` -> when another hall's was refused (ms) and why."""

    KEY: ClassVar[str] = "name"
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class RefusedPerson:
    """Somebody who is given no number and no booking until `until` (ms), by keyed hashes and masks; forgotten when that has passed."""

    KEY: ClassVar[str] = "id"
    id: str
    id_hash: str = ""
    phone_hash: str = ""
    name: str = ""  # masked, as are the next two
    id_last4: str = ""
    phone: str = ""
    reason: str
    until: int
    at: int
    by: str = ""  # who has put them on the list


@dataclass(frozen=True, kw_only=True)
class StaffSession:
    """A sign-in that has not ended. `id` goes into the signed cookie, `csrf` into a header of every change."""

    id: str
    staff: str
    csrf: str
    window: str | None
    made_at: int
    seen_at: int


@dataclass(frozen=True, kw_only=True)
class Comment:
    """The words given with an evaluation, and what whoever followed it up noted."""

    KEY: ClassVar[str] = "evaluation"
    WORDS: ClassVar[tuple[str, ...]] = ("text", "contact", "note")
    evaluation: str
    text: str = ""
    contact: str = ""
    note: str = ""
    salt: str = ""  # by chance; forgotten with the words, so that afterwards nobody finds them in their fingerprint


@dataclass(frozen=True, kw_only=True)
class MessageWords:
    """What a manager wrote to the windows, sealed."""

    KEY: ClassVar[str] = "message"
    WORDS: ClassVar[tuple[str, ...]] = ("text",)
    message: str
    text: str = ""
    salt: str = ""
    at: int = 0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request was answered with under its idempotency key. `digest` tells one request from another; ANY fits every one."""

    ANY: ClassVar[str] = "*"  # a kiosk's request that was overtaken by its own merge
    caller: str
    key: str
    digest: str
    status: int
    body: str
    at: int


@dataclass(frozen=True, kw_only=True)
class KeptDay:
    """The measured legs of a past day (domain/columns.py), so that years of them are counted at once. The database itself drops it when a
    number or an evaluation of that day changes; `legs` None: being drawn up."""

    KEY: ClassVar[str] = "day"
    day: str
    names: str = ""
    legs: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message to the holder of a ticket: queued, sent, stale, refused or failed."""

    ticket: str
    what: str
    state: str
    at: int


@dataclass(frozen=True, kw_only=True)
class Push:
    """A browser that wants to be told of a ticket."""

    ticket: str
    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """What a machine shall do."""

    id: str
    machine: str
    what: str
    ticket: str | None
    at: int


@dataclass(frozen=True, kw_only=True)
class MachineSeen:
    """When a machine was last heard of, or its token used (ms). Written now and then, so a stopped server may know less."""

    KEY: ClassVar[str] = "machine"
    machine: str
    at: int


@dataclass(frozen=True, kw_only=True)
class PageSeen:
    """A page of the hall in a browser (a board, a window's screen, a pad, a desk) and when it was last open (ms). Kept for a day."""

    id: str  # what follows, in one text
    kind: str
    window: str | None
    token: str
    person: str
    browser: str
    address: str
    at: int


PRIVATE: dict[str, type] = {
    "visitors": Visitor,
    "secrets": Secret,
    "refusals": RefusedPerson,
    "sessions": StaffSession,
    "comments": Comment,
    "message_words": MessageWords,
    "answers": Answer,
    "kept_days": KeptDay,
    "sent": Sent,
    "pushes": Push,
    "commands": Command,
    "machines_seen": MachineSeen,
    "pages_seen": PageSeen,
}

PERSONAL = frozenset(
    {Visitor, Comment, MessageWords, Sent, Push, RefusedPerson}
)  # what is forgotten of people leaves the disk at once, not some day

# -- words that the journal covers without holding them. The event has a fingerprint of each field of the class's `WORDS`, so that a
# word which is changed later shows; that words were forgotten is an event as well.


def words_of(row: Mapping[str, Any], cls: type) -> dict[str, str]:
    """{field: words} of a row, of those fields in which there are any."""
    return {field: row[field] for field in getattr(cls, "WORDS", ()) if row[field]}


def fingerprints(row: Mapping[str, Any], cls: type[Any]) -> dict[str, str]:
    """{field: SHA-256, hexadecimal} of a row's words. With its salt, of 128 bits, words can be compared, and not guessed without it."""
    whose: tuple[str, str, str] = row["salt"], cls.__name__, row[cls.KEY]
    return {field: hashlib.sha256("\0".join((*whose, field, words)).encode()).hexdigest() for field, words in words_of(row, cls).items()}


# -- how rows are asked for, beside "equal to"


@dataclass(frozen=True)
class Below:
    than: int


@dataclass(frozen=True)
class Above:
    than: int


@dataclass(frozen=True)
class But:
    """Any but this one."""

    value: str


@dataclass(frozen=True)
class Starting:
    """With this beginning."""

    start: str
