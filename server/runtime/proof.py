"""Whether the journal is whole, looked at by the running hall itself: its end at the start, all of it once a day. It changes nothing, and
the hall goes on whatever it finds: managers are told, and whoever asks /readyz."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..domain.errors import HallError
from ..forecast.tuning_task import at_rest
from ..record import audit
from .periodic import PeriodicTask

TAIL = 2000  # rows that are looked at before anybody is let in
PATIENCE = 3600.0  # s that the whole of it may take, beside everything
AGAIN = 3_600_000  # ms after a look that came to nothing
AT_LAST = 4 * 3_600_000  # ms after the start: a hall whose machine is off at night is looked at by day


class JournalProof(PeriodicTask):
    """`tick()` looks whether it is time. `do(name, *given)` has a job done, however long it takes; `trouble(fact)` hears of the first bad
    row, as "17: why", and "" where all is well."""

    def __init__(self, ledger, *, do: Callable[..., Any], trouble: Callable[[str], None], pause: float = 60.0):
        super().__init__("proof", pause, trouble="the journal could not be looked through")
        self.ledger, self.do, self.trouble = ledger, do, trouble
        self._begun, self._again_from, self._day = ledger.clock(), 0, ""
        self.looked: dict[str, tuple[int, audit.Verdict]] = {}  # "end", "whole" -> when last (ms), and what was found

    def look_at_end(self) -> None:
        """At the start, before anybody is let in."""
        self._tell("end", audit.verify(self.ledger.folder, last=TAIL))

    def tick(self) -> None:
        floor, now = self.ledger.floor, self.ledger.clock()
        if self._day >= floor.day or now < self._again_from or not (at_rest(floor, now) or now - self._begun > AT_LAST):
            return
        self._again_from = now + AGAIN
        try:
            verdict = self.do("verify")
        except HallError:  # whoever reads it is away: once more, later
            return
        self._day = floor.day
        self._tell("whole", verdict)

    def _tell(self, how: str, verdict: audit.Verdict) -> None:
        self.looked[how] = (self.ledger.clock(), verdict)
        if not verdict.ok:
            self._log.error("the journal is not whole: bad %s: %s", verdict.bad, verdict.reason)
        self.trouble("" if verdict.ok else f"{verdict.bad}: {verdict.reason}")
