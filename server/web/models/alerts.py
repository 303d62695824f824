"""What managers are warned of, and what they may do about it."""

from __future__ import annotations

from pydantic import Field

from config.codes import AlertLevel, AlertState

from .common import Instant, Said, Tell


class AdviceStep(Tell):
    """One thing to do, of several that belong together."""

    do: str = Field(description="open_window, staff_window, lend")
    window: str | None = None
    services: list[str] | None = None
    plan: str | None = None


class Advice(Said):
    """What a manager may do about an alert in one press: a suggestion, never done by itself."""

    do: str = Field(description="open_window, staff_window, lend, activate_plan, message, or steps: all of them one after the other")
    window: str | None = None
    services: list[str] | None = None
    plan: str | None = None
    text: str | None = None
    steps: list[AdviceStep] | None = None
    saves: float | None = Field(default=None, description="promises kept by it within the hour")


class Alert(Tell):
    id: str
    kind: str
    subject: str
    level: AlertLevel
    say: Said
    advice: list[Advice]
    state: AlertState
    owner: str | None
    raised_at: Instant
    changed_at: Instant
