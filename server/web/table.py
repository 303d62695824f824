"""The table of doors. One row says everything of a door: method, path, who may, what comes in, what goes out.

Routes, checking, OpenAPI and the tests that walk all refusals are made from it. A door reads the request, does one action and
gives the answer; it decides nothing of the hall.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.routing import Rule

from config.masks import mask_numbers

from ..domain.errors import WrongBody
from ..domain.permissions import VISITOR, Permission, who_may
from ..domain.private import Answer
from . import auth, authenticator, errors, models, second
from .context import Context, context
from .idempotency import DrawnAfter, StoredAnswer, Undrawn, dumps, idempotent

PREFIX = "/api/v1"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
LONGEST_REASON = 200  # characters


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    method: str
    path: str  # as in OpenAPI: /tickets/{id}
    name: str
    summary: str
    tag: str
    act: Callable
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    gives: dict[int, type[BaseModel] | None]
    lists: bool = False  # the answer is {"items": [...], "next": ...}
    may: Permission | None = None  # what the caller must be allowed; None: anybody
    holder: bool = False  # whoever knows the track code may, too
    first: bool = False  # also for who has still to change the first password
    anew: bool = False  # signing in: whoever was signed in here before is nobody
    refuses: tuple[str, ...] = ()  # codes of its own, for the document
    held: second.Held | None = None  # may need a second person: where the hall wants that, it is asked for, and answered with 202
    reasoned: bool = False  # changes how the hall is set: a hall may ask why, and keeps the answer with the event
    reason_needed: bool = False  # every hall asks
    most: int = 0  # bytes of a body, where it may have more than others
    media: str = ""  # the content type of an answer that is a file, not JSON

    @property
    def roles(self) -> frozenset[str] | None:
        """Who may; None: anybody."""
        return None if self.may is None else who_may(self.may)

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def keyed(self) -> bool:
        """Whether it takes an Idempotency-Key."""
        return self.method == "POST"


ENDPOINTS: list[Endpoint] = []


def endpoint(method: str, path: str, *, gives: dict, tag: str, **more) -> Callable:
    """Puts a function into the table. Its docstring's first line is the summary."""

    def put(act: Callable) -> Callable:
        summary = (inspect.getdoc(act) or "").split("\n")[0]
        ENDPOINTS.append(Endpoint(method=method, path=path, name=act.__name__, summary=summary, tag=tag, act=act, gives=gives, **more))
        return act

    return put


class AnswerNotDrawn(Exception):
    """What was asked for is done and on the disk; only the answer is missing. Whatever the cause is, it must not be told as a refusal."""


@dataclass(frozen=True, kw_only=True)
class ApiRequest:
    """One request, read and checked."""

    context: Context
    endpoint: Endpoint
    who: authenticator.Caller
    body: Any
    query: Any
    path: dict[str, str]
    raw: Any  # the body as plain JSON
    only_tried: bool = False  # whether the endpoint would let this caller do it; nothing is done
    confirms: second.Confirmation | None = None  # it was asked for earlier, and another confirms it

    @property
    def floor(self):
        return self.context.floor

    @property
    def now(self) -> int:
        return self.context.clock()

    @property
    def lang(self) -> str:
        return errors.language()

    def do(
        self,
        act: Callable,
        answer: Callable | DrawnAfter,
        *,
        guard: Callable | None = None,
        again: Callable | None = None,
        secret: bool = False,
        by_holder: bool = False,
        **arguments,
    ) -> StoredAnswer:
        """Does one action, once for its key. `answer(entry, result)` makes (status, JSON value) on the writer's thread, while the hall is
        as the action left it; one that is DrawnAfter is made here, of the same picture, when the action is on the disk.
        `by_holder`: it is done by the track code; whoever has signed in is a member of staff all the same.
        """
        if self.only_tried:
            raise second.LetIn
        key, caller, answers = self.key, self.who.key, self.context.answers
        digest = self.digest if key else ""
        if self.confirms:
            key, caller, digest, secret = self.confirms.key, self.confirms.by.key, self.confirms.digest, True
            guard, answer = self.confirms.guard(self, guard), self.confirms.answer(self, answer)
        mine: Future[StoredAnswer] = Future()
        try:
            done = self.context.ledger.do(
                "holder" if by_holder and not self.who.actor.startswith(("staff", "token")) else self.who.actor,
                idempotent,
                caller=caller,
                key=key,
                digest=digest,
                act=act,
                arguments=arguments,
                answer=answer,
                guard=guard,
                again=again,
                secret=secret,
                draws=(lambda: answers.draws(caller, key, mine)) if key else None,
                because=self.because,
            )
            if isinstance(done, StoredAnswer):
                kept = done
            elif done.drawing in (mine, None):
                kept = self.drawn(done, answer, digest)
                mine.set_result(kept)
            else:
                kept = replace(done.drawing.result(), replayed=True)
            if key and not secret:
                answers.put(caller, key, StoredAnswer(status=kept.status, body=kept.body, digest=digest, replayed=True))
        except BaseException as error:
            mine.set_exception(error)
            raise
        finally:
            if key:
                answers.drawn(caller, key, mine)
        if key and not isinstance(done, StoredAnswer) and done.drawing is mine:
            if answers.to_keep(Answer(caller=caller, key=key, digest=kept.digest, status=kept.status, body=kept.body, at=done.now)):
                self.context.ledger.later("hall", answers.keep, hours=self.context.settings.limits.idempotency_hours)
        return kept

    def drawn(self, done: Undrawn, answer: Any, digest: str) -> StoredAnswer:
        """The answer of what is on the disk."""
        try:
            with self.context.view_of(done) as view:
                status, value = answer.draw(view, done.result)
        except Exception as error:
            raise AnswerNotDrawn(f"done, but not told: {error}") from error
        return StoredAnswer(status=status, body=dumps(value), digest=digest, replayed=done.replayed)

    @property
    def key(self) -> str | None:
        key = request.headers.get("Idempotency-Key")
        if key is None or not self.endpoint.keyed:
            return None
        if not KEY.fullmatch(key):
            raise WrongBody("bad_key")
        return key

    @property
    def because(self) -> str:
        """Why it is done, as whoever does it says; a hall that asks for it takes no change without. Numbers that stand in it are masked."""
        if self.confirms:
            return self.confirms.act.because
        if not self.endpoint.reasoned:
            return ""
        said = unquote(request.headers.get("Change-Reason", "")).strip()
        if len(said) > LONGEST_REASON or not said.isprintable():
            raise WrongBody("reason_form", most=LONGEST_REASON)
        if not said and (self.context.settings.security.reasons_asked or self.endpoint.reason_needed):
            raise WrongBody("reason_missing")
        return mask_numbers(said)

    @cached_property
    def digest(self) -> str:
        """What tells one request from another under the same key; keyed, for a body may hold a person."""
        text = json.dumps([self.endpoint.method, request.path, self.raw], ensure_ascii=False, sort_keys=True)
        return self.context.ledger.keys.hashed("request", text)


class UnbuiltRule(Rule):
    """A rule that answers addresses and makes none: nobody here asks for one (`url_for`). To be ready to make them cost every start about
    0.06 s of CPU."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _no_address


def _no_address(*_, **__):
    raise NotImplementedError("this hall makes no addresses from its rules")


def blueprint() -> Blueprint:
    """All doors of the table as Flask routes."""
    bp = Blueprint("api", __name__, url_prefix=PREFIX)
    for row in ENDPOINTS:
        rule = re.sub(r"\{(\w+)\}", r"<\1>", row.path)
        bp.add_url_rule(rule, endpoint=f"{row.name}_{row.method.lower()}", view_func=_view(row), methods=[row.method])
    return bp


def _view(row: Endpoint) -> Callable:
    def view(**path):
        h = context()
        if row.most:  # a long body is read from whoever may send one: byte by byte, it would hold a thread for whoever comes by
            auth.require(auth.caller(anew=row.anew), row.may, first=row.first)
        raw_bytes = read_body(h, row.most) if row.changes else b""  # too large is said to anybody
        who = auth.caller(anew=row.anew)
        if not (row.holder and who.role in ("", VISITOR)):  # the holder of a track code is looked at by the door itself
            auth.require(who, row.may, first=row.first)
        raw, body = checked(row.body, raw_bytes) if row.changes else (None, None)
        req = ApiRequest(context=h, endpoint=row, who=who, body=body, query=read_query(row.query), path=path, raw=raw)
        act = second.held(req)
        return response(once(req, lambda: second.ask(req, act) if act else row.act(req, **path)))

    view.__name__ = row.name
    return view


def once(req: ApiRequest, act: Callable):
    """The answer. Those that went through `ask.do` are kept for their key on disk; others, which change nothing of the hall, in memory."""
    key = req.key
    if key is None:
        return act()
    digest, answers = req.digest, req.context.answers
    known = answers.get(req.who.key, key)
    if known:
        if known.digest != digest:
            raise WrongBody("key_reused")
        return known
    given = act()
    if isinstance(given, tuple) and given[0] < 400:
        answers.put(req.who.key, key, StoredAnswer(status=given[0], body=dumps(given[1]), digest=digest, replayed=True))
    return given


def read_body(h: Context, most: int = 0) -> bytes:
    most = max(most, h.settings.limits.body)
    if (request.content_length or 0) > most:
        raise errors.BadRequest("too_large", 413, limit=most)
    request.max_content_length = most  # a body without a length (chunked) is cut there
    try:
        return request.get_data(cache=False)
    except OSError:  # the rest of it never came
        raise errors.BadRequest("broken_json", 400) from None


def checked(model: type[BaseModel] | None, raw: bytes) -> tuple[Any, Any]:
    """(plain JSON, the model). No body at all is `{}`."""
    if not raw.strip():
        raw = b"{}"
    elif not is_json(request.mimetype):
        raise errors.BadRequest("not_json", 415)
    try:
        plain = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise errors.BadRequest("broken_json", 400) from None
    if model is None:
        model = models.Nothing
    try:
        return plain, model.model_validate_json(raw)
    except ValidationError as error:
        raise errors.wrong_body(error, model) from None


def is_json(mimetype: str) -> bool:
    # curl -d labels every body as a form unless told otherwise; refusing it would only cost people an hour.
    return mimetype in ("", "application/json", "application/x-www-form-urlencoded") or mimetype.endswith("+json")


def _no_constant(name: str):
    raise ValueError(f"{name} is no JSON")


def read_query(model: type[BaseModel] | None):
    given = request.args.to_dict()
    model = model or models.Query
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise errors.wrong_body(error, model) from None


def response(given) -> Response:
    """A StoredAnswer, or (status, JSON value)."""
    if isinstance(given, Response):
        return given
    kept = given if isinstance(given, StoredAnswer) else StoredAnswer(status=given[0], body=dumps(given[1]))
    answer = Response(kept.body or None, kept.status, content_type="application/json" if kept.body else None)
    if not kept.body:
        answer.headers.pop("Content-Type", None)
    if kept.replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def spoken(req: ApiRequest, language: str | None) -> str:
    """The language asked for, or the hall's first; one that the hall does not speak is refused."""
    known = req.context.words.languages
    if language is not None and language not in known:
        raise WrongBody("bad_body", errors=[{"field": "language", "problem": ", ".join(known)}])
    return language or known[0]


def items(rows: list, next: Any = None) -> tuple[int, dict]:
    return 200, {"items": rows, "next": next}
