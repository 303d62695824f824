"""Evaluations, what pads ask, and cases."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from config.codes import CaseOutcome, CaseState, EvaluationState

from ..domain.evaluations import GRADES, TAGS
from ..domain.floor import ASKED_AT
from ..domain.private import Comment
from ..domain.things import Case, Evaluation
from ..record import store
from . import shapes
from .base import service_names
from .people import PeopleView

CASES_SHOWN = 100


class EvaluationsView(PeopleView):
    def evaluation_link(self, e: Evaluation) -> shapes.EvaluationLink:
        token = self.keys.code("evaluation", e.id)
        return {"url": f"{self.public_url}/e/{token}", "token": token, "expires_at": self.instant(e.expires_at)}

    def evaluation_asked(self, no: str) -> shapes.PadAsks | None:
        """What the pad of a window asks now: the last service finished there, for as long as the pad asks and until the next number is
        called there: who comes then must not answer for the one before."""
        last = self.asked_at(no)
        return self.asks(last) if last and self.floor.at_window(no) is None else None

    def asked_at(self, no: str) -> Evaluation | None:
        """The last service finished at a window, while it is open and as long as a pad asks."""
        last = next(reversed(self.floor.evaluations.of(ASKED_AT, no)), None)
        asks = last is not None and last.state == EvaluationState.OPEN and self.now <= last.opened_at + self.floor.evaluation.pad_s * 1000
        return last if asks else None

    def asks(self, e: Evaluation) -> shapes.PadAsks:
        """What a pad asks after a service."""
        link = self.evaluation_link(e)
        return {
            "number": e.number,
            "service": e.service,
            "url": link["url"],
            "token": link["token"],
            "qr": qr_svg(link["url"]),
            "options": self.options(),
            "anonymous": self.floor.evaluation.anonymous,
            "expires_at": self.at(e.opened_at + self.floor.evaluation.pad_s * 1000),
        }

    def find_evaluation(self, token: str) -> Evaluation | None:
        id = self.keys.id_of("evaluation", token)
        found = self.floor.evaluations.get(id or "")
        if found is None and id and self.reader is not None:
            found = store.fetch(self.reader, Evaluation, id)
        return found

    def evaluation(self, e: Evaluation) -> shapes.EvaluationAsked:
        """What the person who holds an evaluation link sees."""
        open_ = e.state == EvaluationState.OPEN and self.now <= e.expires_at
        return {
            "number": e.number,
            "window": e.window,
            "service": e.service,
            **service_names(self.service_name(e.service)),
            "clerk": self.clerk(e.clerk),
            "state": "given" if e.state == EvaluationState.GIVEN else "open" if open_ else "expired",
            "expires_at": self.at(e.expires_at),
            "options": self.options(),
            "anonymous": self.floor.evaluation.anonymous,
        }

    def cases(self, closed: bool = False) -> list[shapes.Case]:
        """Bad evaluations to be followed up, the oldest first; or the last ones that were closed. For managers only."""
        if closed and self.reader is not None:
            return [self.case(c) for c in store.find(self.reader, Case, most=CASES_SHOWN, last="closed_at", state=CaseState.CLOSED)]
        return [self.case(c) for c in sorted(self.floor.cases.values(), key=lambda c: c.opened_at) if c.state != CaseState.CLOSED]

    def case(self, c: Case) -> shapes.Case:
        e, words = self.floor.evaluations.get(c.id), None
        if self.reader is not None:
            if e is None:
                e = store.fetch(self.reader, Evaluation, c.id)
            words = store.fetch(self.reader, Comment, c.id)
        tags: list[Any] = [{"code": code} | self.say("tags", code, {}) for code in (e.tags if e else ())]
        clerk, owner = self.clerk(e.clerk) if e else None, self.floor.staff.get(c.owner)
        return {
            "id": c.id,
            "number": e and e.number,
            "service": e and e.service,
            "window": e and e.window,
            "clerk": clerk and clerk["name"],
            "grade": {"n": e.grade} | self.say("grades", str(e.grade), {}) if e else None,
            "tags": tags,
            "words": self._said(words.text, f"{c.id}.text") if words else "",
            "note": self._said(words.note, f"{c.id}.note") if words else "",
            "named": bool(e and not e.anonymous),
            "at": self.at(c.opened_at),
            "state": c.state,
            "owner": (owner.shown or owner.name) if owner else c.owner or None,
            "taken_at": self.instant(c.taken_at),
            "outcome": CaseOutcome(c.outcome) if c.outcome else None,
            "called_back": c.called_back,
            "closed_at": self.instant(c.closed_at),
        }

    def _said(self, sealed: str, of: str) -> str:
        """Words that are kept sealed."""
        return self.keys.unlock("words", sealed, of) or ""

    def options(self) -> list[shapes.GradeOption]:
        """The five grades with their tags, best first."""
        said: Callable[[str, Any], Any] = lambda section, code: self.say(section, str(code), {})
        tags: Callable[[int], list[Any]] = lambda grade: [{"code": tag, **said("tags", tag)} for tag in TAGS[grade]]
        asked: list[Any] = [{"grade": grade, "tags": tags(grade), **said("grades", grade)} for grade in GRADES]
        return asked


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """A QR code as one small SVG path: a bar for each run of dark modules."""
    import qrcode  # here: it brings Pillow, which nothing else in the server draws with
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(border=2, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    matrix = code.get_matrix()
    bars = []
    for y, row in enumerate(matrix):
        for dark, run in itertools.groupby(enumerate(row), key=lambda cell: cell[1]):
            cells = list(run)
            if dark:
                bars.append(f"M{cells[0][0]} {y}h{len(cells)}v1h-{len(cells)}z")
    side = len(matrix)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
    return f'{head}<path d="{"".join(bars)}"/></svg>'
