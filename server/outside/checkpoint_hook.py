"""Sends each signed checkpoint to an address elsewhere (the city, the auditor's own machine), signed a second time with a shared secret.

The newest speaks for all before it, so only that one is sent; one that is not taken is sent again until it is. It changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, Protocol

import urllib3

from config.schema import CheckpointsTable

from ..runtime.periodic import PeriodicTask

TIMEOUT = 8.0  # s
LONGEST = 3_600_000  # ms between two tries


class Made(Protocol):
    """See record/checkpoint.py."""

    @property
    def last(self) -> Any: ...


def post(url: str, body: bytes, headers: dict[str, str]) -> str:
    """Why it was not taken; "" where it was. No redirect is followed."""
    try:
        status = urllib3.request(
            "POST", url, body=body, headers=headers, timeout=urllib3.Timeout(total=TIMEOUT), retries=False, redirect=False
        ).status
    except urllib3.exceptions.HTTPError as error:
        return type(error).__name__
    return "" if 200 <= status < 300 else str(status)


class CheckpointHook(PeriodicTask):
    """`made.last` is the newest checkpoint that is known. `trouble(fact)` hears why it was not taken, and "" once it was."""

    def __init__(
        self, own: CheckpointsTable, made: Made, *, clock: Callable[[], int], trouble: Callable[[str], None],
        send: Callable[[str, bytes, dict[str, str]], str] = post, pause: float = 20.0,
    ):  # fmt: skip
        super().__init__("checkpoint_hook", pause, trouble="a checkpoint could not be sent")
        self.own, self.made, self.clock, self.trouble, self.send = own, made, clock, trouble, send
        self._sent: Any = None
        self._failed, self._again_from = 0, 0

    def close(self) -> None:
        """The last one, signed as the server stops, is tried once more: this machine may not come back."""
        super().close()
        self._again_from = 0
        self.attempt(self.tick)

    def tick(self) -> None:
        last, now = self.made.last, self.clock()
        if last is None or last == self._sent or now < self._again_from:
            return
        body = last.text.encode()
        signature = hmac.new(self.own.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Idempotency-Key": last.hash, "X-Hall-Signature": f"sha256={signature}"}
        wrong = self.send(self.own.url, body, headers)
        if wrong:
            self._failed += 1
            self._again_from = now + min(LONGEST, int(1000 * self.pause) * 2 ** min(self._failed, 20))
            self._log.warning("the checkpoint of event %s was not taken by %s: %s", last.seq, self.own.url, wrong)
        else:
            self._sent, self._failed, self._again_from = last, 0, 0
        self.trouble(wrong)
