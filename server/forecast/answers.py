"""What the jobs answer with: values, so that whoever only reads them needs nothing of how they were worked out."""

from __future__ import annotations

from dataclasses import dataclass

PROTECTED, ALL = 0.93, 0.90  # shares kept that an advice must reach


@dataclass(frozen=True, kw_only=True)
class StaffingPlan:
    """`spans[w]`: working times in minutes since midnight. `open`: (minute, windows open) from then on."""

    spans: tuple[tuple[tuple[float, float], ...], ...]
    open: tuple[tuple[int, int], ...]
    hours: float
    full_hours: float
    protected: float
    all: float
    full_protected: float
    full_all: float

    @property
    def share(self) -> float:
        return self.hours / self.full_hours if self.full_hours else 1.0


@dataclass(frozen=True, kw_only=True)
class PromisesKept:
    """Shares of the promises falling due; 1.0 where none does."""

    windows: int
    all: float
    protected: float
    lost: float  # promises that break

    @property
    def enough(self) -> bool:
        return self.all >= ALL and self.protected >= PROTECTED


@dataclass(frozen=True, kw_only=True)
class Advice:
    due: float  # promises that fall due
    as_is: PromisesKept
    advised: PromisesKept
    full: PromisesKept
    open: tuple[str, ...] = ()
    close: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Windows for one day. `plan` None: nobody is known to come, or the hall is closed. `as_is`: (windows, hours, protected, all)."""

    day: str
    visitors: float
    days: int  # past days behind it
    windows: tuple[str, ...] = ()  # of the spans of the plan
    plan: StaffingPlan | None = None
    as_is: tuple[int, float, float, float] | None = None


class NothingRecorded(Exception):
    """There is no ticket on that day."""
