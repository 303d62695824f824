"""The call keypads and evaluators at the windows: a key becomes a gesture of the open interface, asked once.

Each window has a thread of its own: a press that waits for the server holds up no other window. A press that did not arrive within
its patience is refused where it was made, and never done later behind the clerk's back.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from config.link import Away, HallClient, Refused
from drivers.contract import KeyPress

log = logging.getLogger("hall.display.pads")

SAME_PRESS = 0.6  # seconds: a bouncing key, or a second press while the first was being answered
TOO_OLD = 3.0  # seconds: a press that waited longer is no longer what its clerk expects
EVALUATION_OPEN = 60.0  # seconds an evaluator's key still belongs to the service that was finished


class Face(Protocol):
    """What a pad can tell its clerk. Each returns at once."""

    def show(self, *, number: str, waiting: int | None) -> None: ...
    def refuse(self) -> None: ...


class NotPossible(Exception):
    """A key that cannot be done as things stand at this window; the sentence is for the log."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """`serve`: a number in hand when the next is called, or when it is ended, counts as served even if nobody pressed "the visitor
    is here": such pads have no key for it. `transfer`: the service that the transfer key sends to."""

    serve: bool = True
    transfer: str = ""


class Pad:
    """One window's keys. `window()` is the window as room `hall` shows it; `link` speaks with the window's own token."""

    def __init__(
        self,
        no: str,
        link: HallClient,
        *,
        window: Callable[[], dict[str, Any]],
        face: Face,
        habits: Habits | None = None,
        clock: Callable[[], float] = time.monotonic,
        thread: bool = True,
    ):
        self.no, self._link, self._window, self._face, self._habits = no, link, window, face, habits or Habits()
        self._clock = clock
        self._presses: queue.Queue[tuple[KeyPress, float] | None] = queue.Queue()
        self._evaluation: tuple[str, float] = ("", 0.0)  # number, until
        self._key = ""
        self._held: list[str] = []  # tickets put aside here, by id
        self._last: tuple[tuple[str, str], float] = (("", ""), -1e9)  # gesture and number, when its answer came
        self._gestures: dict[str, Callable[[KeyPress, str], None]] = {
            "call": self._call,
            "recall": self._recall,
            "start": self._start,
            "miss": self._miss,
            "finish": self._finish,
            "hold": self._hold,
            "resume": self._resume,
            "transfer": self._transfer,
            "pause": self._pause,
            "open": self._open,
            "close": self._shut,
        }
        self._thread = threading.Thread(target=self._run, name=f"pad {no}", daemon=True)
        if thread:
            self._thread.start()

    def press(self, press: KeyPress) -> None:
        """From the keypad's own thread; returns at once."""
        self._presses.put((press, self._clock()))

    def evaluation(self, number: str) -> None:
        """The hall asks for an evaluation of this number at this window."""
        if number != self._evaluation[0]:
            self._key = uuid.uuid4().hex  # of this evaluation: a grade pressed again after a lost answer is the same grade
        self._evaluation = (number, self._clock() + EVALUATION_OPEN)

    def close(self) -> None:
        self._presses.put(None)
        if self._thread.is_alive():
            self._thread.join(1)

    def _run(self) -> None:
        while (waiting := self._presses.get()) is not None:
            press, since = waiting
            try:
                if self._clock() - since > TOO_OLD:
                    log.info("window %s: the key %s waited too long and was left", self.no, press.gesture)
                    self._face.refuse()
                else:
                    self.do(press)
            except Exception:  # noqa: BLE001 — a mistake with one key must not end all keys of the window
                log.exception("window %s: the key %s failed", self.no, press.gesture)
                self._face.refuse()
        self._link.close()

    def do(self, press: KeyPress) -> bool:
        """Does one press; False where it was refused (and the clerk told so)."""
        what, (before, when) = (press.gesture, press.number), self._last
        if what == before and self._clock() - when < SAME_PRESS and press.grade is None:
            return True
        try:
            self._gesture(press)
        except (Refused, Away, NotPossible) as error:
            log.info("window %s: the key %s was refused: %s", self.no, press.gesture, error)
            self._face.refuse()
            return False
        finally:
            self._last = (what, self._clock())
        return True

    def _gesture(self, press: KeyPress) -> None:
        if press.grade is not None or press.gesture == "evaluate":
            return self._evaluate(press.grade)
        act = self._gestures.get(press.gesture)
        if act is None:
            raise NotPossible(f"no gesture is named {press.gesture!r}")
        return act(press, uuid.uuid4().hex)

    # the gestures, each with one key for all its requests

    def _call(self, press: KeyPress, key: str) -> None:
        if press.number:
            self._post(f"/windows/{self.no}/calls", {"number": press.number}, key)
            return
        if self._habits.serve and self._in_hand():
            self._finish(press, key)
        called = self._post(f"/windows/{self.no}/calls", {}, f"{key}-call")
        if called is None:
            raise NotPossible("nobody waits")

    def _recall(self, press: KeyPress, key: str) -> None:
        self._post(f"/tickets/{self._there()['id']}/calls", {}, key)

    def _start(self, press: KeyPress, key: str) -> None:
        self._post(f"/tickets/{self._there()['id']}/service", {}, key)

    def _miss(self, press: KeyPress, key: str) -> None:
        self._post(f"/tickets/{self._there()['id']}/miss", {}, key)

    def _finish(self, press: KeyPress, key: str) -> None:
        """Ends the service and opens its evaluation; a number that was only called is begun first."""
        done = self._post(f"/tickets/{self._begun(key)}/completion", {}, f"{key}-finish")
        self.evaluation(done["ticket"]["number"])

    def _hold(self, press: KeyPress, key: str) -> None:
        ticket = self._begun(key)
        self._post(f"/tickets/{ticket}/hold", {}, f"{key}-hold")
        self._held.append(ticket)

    def _resume(self, press: KeyPress, key: str) -> None:
        """The one put aside last at this pad."""
        if not self._held:
            raise NotPossible("nothing was put aside here")
        self._link.call("DELETE", f"/tickets/{self._held[-1]}/hold", {"window": self.no})
        self._held.pop()

    def _transfer(self, press: KeyPress, key: str) -> None:
        where = {"window": press.number} if press.number else {"service": self._habits.transfer} if self._habits.transfer else None
        if where is None:
            raise NotPossible("the transfer key needs a window's number before it, or a service in the config")
        self._post(f"/tickets/{self._begun(key)}/transfer", where, f"{key}-transfer")

    def _pause(self, press: KeyPress, key: str) -> None:
        """One key for both ways: open pauses; paused and closed open."""
        state = "paused" if self._window().get("state") == "open" else "open"
        self._link.call("PUT", f"/windows/{self.no}/state", {"state": state})

    def _open(self, press: KeyPress, key: str) -> None:
        self._link.call("PUT", f"/windows/{self.no}/state", {"state": "open"})

    def _shut(self, press: KeyPress, key: str) -> None:
        self._link.call("PUT", f"/windows/{self.no}/state", {"state": "closed"})

    def _evaluate(self, grade: int | None) -> None:
        number, until = self._evaluation
        if grade is None or not number or self._clock() > until:
            raise NotPossible("there is nothing to evaluate now")
        self._link.post("/evaluations", {"number": number, "grade": grade}, key=f"pad-{self._key}-{grade}")
        self._evaluation = ("", 0.0)

    # what is at the window

    def _in_hand(self) -> dict[str, Any] | None:
        """The ticket at the window as the server has it just now, with its id: the public picture has none."""
        ticket: dict[str, Any] = self._link.get(f"/windows/{self.no}").data.get("ticket") or {}
        return ticket if ticket.get("id") else None

    def _there(self) -> dict[str, Any]:
        ticket = self._in_hand()
        if ticket is None:
            raise NotPossible("no number is in hand")
        return ticket

    def _begun(self, key: str) -> str:
        """The id of the ticket in hand; a number that was only called is begun first, where the pad has no key for that."""
        ticket = self._there()
        if ticket["state"] == "called" and self._habits.serve:
            self._post(f"/tickets/{ticket['id']}/service", {}, f"{key}-start")
        return ticket["id"]

    def _post(self, path: str, body: dict[str, Any], key: str) -> Any:
        return self._link.post(path, body, key=key).data
