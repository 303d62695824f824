"""Web push to the holders of numbers."""

from __future__ import annotations

from pydantic import Field

from .common import Body, Tell


class PushKeys(Body):
    p256dh: str = Field(min_length=80, max_length=100, pattern=r"^[A-Za-z0-9_-]+=*$")
    auth: str = Field(min_length=16, max_length=40, pattern=r"^[A-Za-z0-9_-]+=*$")


class Push(Body):
    """A browser's subscription, as PushSubscription.toJSON() gives it."""

    endpoint: str = Field(max_length=1000)
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815  the browser's own name


class PushKey(Tell):
    key: str


class Pushed(Tell):
    ticket: str
    told: bool
