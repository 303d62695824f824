"""News over Socket.IO: rooms, snapshots, and what was missed. Who hears what is decided in messages.py; here it is only sent.

Sockets that watch the same rooms share one synthetic room (their signature), so an event is written once for all of them and reaches
each of them once, however many of its rooms match. `watch` and the telling of news exclude each other: what the snapshot does not hold
comes after it.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import request
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError

from config.codes import Role

from .. import messages, views
from ..domain.errors import HallError, NotAllowed, NotFound, NotSignedIn, WrongBody
from ..domain.floor import Floor
from ..domain.permissions import Permission
from . import authenticator, errors
from .browsers import browser
from .context import Context
from .lines import LARGEST, PLACE, OpenLines
from .memory import BrowserScreen

log = logging.getLogger("hall.sockets")
BINARY = ("5", "6")  # how a message of Socket.IO begins to which pieces of bytes belong; no client of ours sends one
TO_WATCH: dict[str, Permission] = {"staff": "see_staff_room", "managers": "see_managers_room"}
ROOM = re.compile(r"hall|staff|managers|(?:window|pad):[A-Za-z0-9]{1,8}|ticket:[A-Za-z0-9_.-]{1,140}")
ORDER = {"hall": 0, "window": 1, "screen": 1, "pad": 2, "ticket": 3, "staff": 4, "managers": 5}  # later knows more and overrides
MOST_ROOMS = 40
MOST_MISSED = 500  # events sent again; more is a fresh snapshot only
WATCHES = 20  # in TEN seconds from one socket
TEN = 10.0


@dataclass
class Listener:
    """One connected socket. `rooms` as the client named them; `signature` the same as the server names them."""

    sid: str
    caller: authenticator.Caller
    track: str | None = None
    token: str | None = None
    cookie: str | None = None
    lang: str = "zh"
    browser: str = ""
    address: str = ""
    rooms: tuple[str, ...] = ()
    signature: frozenset[str] = frozenset()
    asked: deque = field(default_factory=lambda: deque(maxlen=WATCHES))


class Sockets:
    def __init__(self, app, context: Context):
        self.context = context
        self.lock = threading.RLock()
        self.more_told = threading.Condition(self.lock)
        self.listeners: dict[str, Listener] = {}
        self.told = context.floor  # the picture as far as it has been told
        self._snapshots: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}
        self._tracks: dict[str, tuple] = {}
        origins = context.settings.server.allowed_origins
        self.socketio = SocketIO(
            app,
            async_mode="threading",
            ping_interval=5,
            ping_timeout=5,
            max_http_buffer_size=LARGEST,
            monitor_clients=False,  # lines.py does
            cors_allowed_origins=[context.public_url, *origins] if origins else None,  # pyright: ignore[reportArgumentType]  None: its own only
            logger=False,
            engineio_logger=False,
        )
        self.socketio.on_event("connect", self.connect)
        self.socketio.on_event("disconnect", self.disconnect)
        self.socketio.on_event("watch", self.watch)
        self._in_order()
        limits = context.settings.limits
        self.lines = app.wsgi_app = OpenLines(app.wsgi_app, limits.sockets, limits.strangers, partial(full, app))
        self.lines.serve(self.server.eio)
        self._understood()

    @property
    def server(self) -> Any:
        """The Socket.IO server under Flask-SocketIO."""
        return self.socketio.server  # pyright: ignore[reportAttributeAccessIssue]  there once it has an app

    @property
    def count(self) -> int:
        return len(self.listeners)

    def close(self) -> None:
        """Breaks the lines without a goodbye: a client that is sent away stays away, one whose line breaks comes back by itself."""
        self.lines.close()

    # -- who comes

    def connect(self, given=None):
        """Nobody needs a token for the hall's board; a token that is wrong is refused, never treated as nobody."""
        given = given if isinstance(given, dict) else {}
        token, track = given.get("token"), given.get("track")
        lang = errors.language(given.get("language"))
        cookie = request.cookies.get(authenticator.COOKIE)
        try:
            if token is not None and not isinstance(token, str):
                raise NotSignedIn("bad_token")
            caller = authenticator.identify(
                self.context.authenticator,
                self.context.clock(),
                bearer=token or None,
                cookie=cookie,
                touch=False,
                address=request.remote_addr,
            )
            if track is not None and not self._ticket(track if isinstance(track, str) else ""):
                raise NotFound("no_such_ticket")
            limit, place = self.lines.limit, request.environ.get(PLACE)
            if not (limit.know(place) if caller.role else limit.seat(place)):
                raise errors.BadRequest("busy", 503)
        except HallError as error:
            said = self._said(error, lang)
            raise ConnectionRefusedError(said["detail"], said) from None
        with self.lock:
            self.listeners[mine()] = Listener(mine(), caller, track=track, token=token or None, cookie=cookie, lang=lang)
            self.listeners[mine()].browser = browser(request.headers.get("User-Agent", ""))
            self.listeners[mine()].address = request.remote_addr or ""

    def disconnect(self, *_):
        with self.lock:
            self.listeners.pop(mine(), None)
        self.context.screens.left(mine())

    # -- watch

    def watch(self, given=None, *_):
        """The acknowledgement: {seq, snapshot, events?} or {error: {code, detail}}."""
        listener = self.listeners.get(mine())
        if listener is None:
            return {"error": self._said(NotAllowed("wrong_role"), errors.language())}
        try:
            rooms, after = self._read(listener, given)
            return self._join(listener, rooms, after)
        except HallError as error:
            return {"error": self._said(error, listener.lang)}

    def _read(self, listener: Listener, given) -> tuple[list[str], int | None]:
        now = time.monotonic()
        if len(listener.asked) == WATCHES and now - listener.asked[0] < TEN:
            raise errors.BadRequest("too_many_requests", 429)
        listener.asked.append(now)
        after = None
        if isinstance(given, dict):
            unknown = set(given) - {"rooms", "after"}
            if unknown:
                raise WrongBody("unknown_field", field=sorted(unknown)[0], suggestion="rooms")
            after, given = given.get("after"), given.get("rooms")
        if isinstance(given, str):
            given = [given]
        fine = isinstance(given, list) and given and len(given) <= MOST_ROOMS and all(isinstance(r, str) for r in given)
        known = after is None or (isinstance(after, int) and not isinstance(after, bool) and after >= 0)
        if not isinstance(given, list) or not fine or not known:
            wrong = {"field": "after", "problem": "≥ 0"} if fine else {"field": "rooms", "problem": '["hall", …]'}
            raise WrongBody("bad_body", errors=[wrong])
        return list(dict.fromkeys(given)), after

    def _join(self, listener: Listener, rooms: list[str], after: int | None) -> dict:
        who = self._who(listener, touch=False)
        inner = {room: self._allowed(listener, who, room) for room in rooms}  # as the client names it -> as messages.py does
        with self.context.full_view() as view:
            view = self._at(self.told, view)
            snapshot = {room: self._snapshot(inside, view) for room, inside in inner.items()}
            answer = {"seq": self.told.seq, "snapshot": snapshot}
            signature = frozenset(inner.values())
            if after is not None and after <= self.told.seq:
                missed = self._missed(view, signature, after)
                if missed is not None:
                    answer["events"] = missed
        if signature != listener.signature:
            if listener.signature:
                self.server.leave_room(listener.sid, named(listener.signature))
            self.server.enter_room(listener.sid, named(signature))
            listener.rooms, listener.signature = tuple(rooms), signature
        page = screen(listener, who, rooms)
        if page:
            self.context.screens.came(listener.sid, page)
        return answer

    def _who(self, listener: Listener, *, touch: bool = True) -> authenticator.Caller:
        """Asked again at every `watch`: a token may have been revoked, a session ended, since the socket was opened."""
        h = self.context
        return authenticator.identify(
            h.authenticator, h.clock(), bearer=listener.token, cookie=listener.cookie, touch=touch, address=listener.address
        )

    def _allowed(self, listener: Listener, who: authenticator.Caller, room: str) -> str:
        """The room's inner name; a refusal where this caller may not watch it."""
        kind, _, name = room.partition(":")
        if not ROOM.fullmatch(room):
            raise NotFound("no_such_room", room=room[:60])
        if kind in ("window", "pad") and name not in self.told.windows:
            raise NotFound("no_such_window", window=name)
        if kind == "pad" and not (who.role == Role.PAD and who.window == name):
            raise NotAllowed("wrong_room", room=room)
        if not who.may(TO_WATCH.get(kind)):
            raise NotAllowed("wrong_room", room=room)
        if kind == "ticket":
            ticket = self._ticket(name)
            if ticket is None:
                raise NotAllowed("wrong_room", room="ticket")
            return f"ticket:{ticket.id}"
        if kind == "window" and who.role in (Role.DISPLAY, Role.PAD) and who.window == name:
            return f"screen:{name}"
        return room

    def _ticket(self, track: str):
        with self.context.full_view() as view:
            return view.find_track(track)

    def _at(self, floor: Floor, view: views.View) -> views.View:
        """The same view of an older picture."""
        return self.context.view(floor, reader=view.reader)

    def _snapshot(self, room: str, view: views.View) -> dict[str, Any]:
        """A room's state; drawn once for all who ask within some seconds of the same picture."""
        mark = (view.floor.seq, view.waits and view.waits.at, view.now // 5000)
        kept = self._snapshots.get(room)
        if kept and kept[0] == mark:
            return kept[1] | {"hall": kept[1]["hall"] | {"now": view.instant(view.now)}}
        kind, _, name = room.partition(":")
        if kind == "ticket":
            ticket = view.find(name)
            if ticket is None:
                raise NotFound("no_such_ticket")
            return dict(view.ticket_room(ticket))
        match kind:
            case "hall":
                drawn = dict(view.board())
            case "staff":
                drawn = dict(view.staff_room())
            case "managers":
                drawn = dict(view.managers_room())
            case "window" | "screen":
                drawn = dict(view.window_room(name))
            case _:
                drawn = dict(view.pad_room(name))
        self._snapshots[room] = (mark, drawn)
        return drawn

    def _missed(self, view: views.View, signature: frozenset[str], after: int) -> list[dict] | None:
        """The events after `after` that these rooms may hear, as the hall stands now; None where they are too many."""
        if self.told.seq - after > MOST_MISSED:
            return None
        rows = views.events(view.past, after, self.told.seq - after) if self.told.seq > after else []
        missed = []
        for row in rows:
            if row["seq"] > self.told.seq:
                break
            body = combined(messages.messages(PastEvent(row), self.told, view, signature.__contains__), signature)
            if body is not None:
                missed.append({"event": row["kind"], "seq": row["seq"], "at": row["at"], **body})
        return missed

    # -- news

    def announce(self, recorded: list, before, floor) -> None:
        """Tells what was committed. Called by the ledger's news thread, in the order of `seq`."""
        began = time.perf_counter()
        with self.lock:
            signatures = {x.signature for x in self.listeners.values() if x.signature}
            try:
                if signatures:
                    self._tell(recorded, before, floor, signatures)
            finally:
                self.told = floor
                self.more_told.notify_all()
            self._dismiss(recorded)
        self.context.metrics.news.observe(time.perf_counter() - began)

    def _tell(self, recorded: list, before, floor, signatures: set[frozenset[str]]) -> None:
        with self.context.reader() as connection:
            view = self.context.view(floor, reader=connection)
            watched = frozenset().union(*signatures)
            for one in recorded:
                told = messages.messages(one, before, view, watched.__contains__)
                if not told:
                    continue
                for signature in signatures:
                    body = combined(told, signature)
                    if body is not None:
                        self.socketio.emit(one.kind, {"seq": one.seq, "at": one.at, **body}, to=named(signature))

    def _dismiss(self, recorded: list) -> None:
        """Whoever lost the right to listen stops listening at once."""
        if any(r.kind in ("token.revoked", "machine.removed", "staff.changed", "staff.signed_out") for r in recorded):
            self.sweep()

    def sweep(self) -> None:
        """Ends the lines of those who may no longer do what they came with: a right may also end by time, of which no event tells."""
        with self.lock:
            for listener in list(self.listeners.values()):
                try:
                    who = self._who(listener, touch=False)
                except HallError:
                    who = None
                if who is None or who.standing != listener.caller.standing:
                    self.server.disconnect(listener.sid)

    def board_changed(self, waits) -> None:
        """Waits and who should get ready have moved on by themselves. Not in the journal, so without a number of its own."""
        with self.lock:
            signatures = {x.signature for x in self.listeners.values() if x.signature}
            if not signatures:
                return
            with self.context.reader() as connection:
                view = self.context.view(self.told, reader=connection)
                told = self._board(view, signatures)
                at = view.instant(view.now)
            for signature in signatures:
                body = combined(told, signature)
                if body is not None:
                    self.socketio.emit("board.changed", {"seq": None, "at": at, **body}, to=named(signature))

    def _board(self, view: views.View, signatures: set[frozenset[str]]) -> list:
        services = [view.service_now(code) for code in view.floor.services]
        told = [messages.RoomMessage("hall", {}, {"services": services, "next": view.next_up()})]
        watched = frozenset().union(*signatures)
        if watched & {"staff", "managers"}:
            windows = [{"no": no, "up": view.staff_window(no).get("up")} for no in view.floor.windows]
            for room in ("staff", "managers"):
                told.append(messages.RoomMessage(room, {}, {"services": services, "windows": windows}))
        tracks = {}
        for room in watched:
            if room.startswith("ticket:"):
                ticket = view.find(room.partition(":")[2])
                if ticket is None:
                    continue
                seen = view.ticket(ticket)
                tracks[room] = (seen["state"], seen["ahead"], seen["wait"] and (seen["wait"]["p50"], seen["wait"]["p90"]))
                if self._tracks.get(room) != tracks[room]:
                    told.append(messages.RoomMessage(room, {}, {"ticket": view.track(ticket)}))
        self._tracks = tracks
        return told

    # -- small things

    def _said(self, error: HallError, lang: str) -> dict:
        body = errors.as_problem(error, lang)
        return {"code": body["code"], "detail": body["detail"]}

    def _in_order(self) -> None:
        """An acknowledgement of `watch` leaves before any later news: both are handed to the socket under one lock.

        python-socketio sends the acknowledgement after the handler has returned; so the lock is taken around both.
        """
        server = self.server
        plain = server._handle_event_internal

        def ordered(srv, sid, eio_sid, data, namespace, id):
            if not (data and data[0] == "watch"):
                return plain(srv, sid, eio_sid, data, namespace, id)
            done = self.context.floor.seq  # whoever has had an answer sees it in what is drawn now
            with self.more_told:
                self.more_told.wait_for(lambda: self.told.seq >= done, timeout=1)
                try:
                    return plain(srv, sid, eio_sid, data, namespace, id)
                except Exception:  # noqa: BLE001  our own fault, not what the client said: see _understood
                    log.exception("a watch failed")
                    return None

        server._handle_event_internal = ordered

    def _understood(self) -> None:
        """Who says what is no message of Socket.IO, or sends one in pieces of bytes, is told nothing, in one line of the log, and let go:
        the library would write a traceback for each and keep what it has of the pieces."""
        handlers = self.server.eio.handlers
        plain = handlers["message"]

        def heard(eio_sid, data):
            wrong = "" if isinstance(data, str) and data[:1] not in BINARY else "bytes"
            try:
                if not wrong:
                    plain(eio_sid, data)
            except Exception as error:  # noqa: BLE001  whatever it was: this client is not understood, and all others are
                wrong = type(error).__name__
            if wrong and self.lines.end(eio_sid):
                log.warning("a client said what nobody understands (%s)", wrong)

        handlers["message"] = heard


def full(app, environ, start_response):
    """Told to whoever finds no line free, in his own language."""
    with app.request_context(environ):
        lang = errors.language()
        response = errors.problem(503, errors.body_of("busy", 503, lang), lang)
        response.headers["Retry-After"] = "5"
        return response(environ, start_response)


def mine() -> str:
    """The socket that the present event came from."""
    return request.sid  # pyright: ignore[reportAttributeAccessIssue]  Flask-SocketIO puts it there


class PastEvent:
    """A row of the journal as messages.py reads an event."""

    def __init__(self, row: dict):
        self.seq, self.at, self.kind, self.actor = row["seq"], row["at"], row["kind"], row["actor"]
        self.ticket, self.window, self.body = row["ticket"], row["window"], row["body"]


PAGES = {Role.CLERK: "desk", Role.GUIDE: "guide"}  # who watches the staff's room; managers may do so at a desk


def screen(listener: Listener, who: authenticator.Caller, rooms: list[str]) -> BrowserScreen | None:
    """Which page this is, by what it watches; a phone with its number is no screen of the hall."""
    first, _, no = rooms[0].partition(":")
    if first == "ticket":
        return None
    kind = {"hall": "board", "managers": "manage", "staff": PAGES.get(Role(who.role), "desk") if who.role else ""}.get(first, first)
    kind = who.role if who.token else kind
    window = no or who.window
    return BrowserScreen(
        kind=kind, window=window, token=who.token, person=who.staff or "", browser=listener.browser, address=listener.address
    )


def named(signature: frozenset[str]) -> str:
    """The synthetic room of a set of rooms."""
    return "=" + " ".join(sorted(signature))


def combined(told: list, signature: frozenset[str]) -> dict | None:
    """One body out of what the rooms of a signature may hear; None where they hear nothing."""
    mine = sorted((m for m in told if m.room in signature), key=lambda m: ORDER[m.room.partition(":")[0]])
    if not mine:
        return None
    facts: dict = {}
    changed: dict = {}
    gone: dict = {}
    for message in mine:
        facts |= message.facts
        changed = _union(changed, _spread(message.changed, message.room, signature))
        gone |= message.gone
    body = dict(facts)
    if changed:
        body["changed"] = changed
    if gone:
        body["gone"] = gone
    return body


def _union(one: dict, other: dict) -> dict:
    """Both; of a thing that stands in both lists, the later one's fields override."""
    out = one | other
    for name, key in (("windows", "no"), ("tickets", "id")):
        if name in one and name in other:
            things = {thing[key]: thing for thing in one[name]}
            for thing in other[name]:
                things[thing[key]] = things.get(thing[key], {}) | thing
            out[name] = list(things.values())
    return out


def _spread(changed: dict, room: str, signature: frozenset[str]) -> dict:
    """A socket at several windows (or tickets) gets the thing in a list: which of its rooms it belongs to is seen by its key."""
    kind, _, name = room.partition(":")
    at_windows = ("window:", "screen:", "pad:")
    if room.startswith(at_windows) and len({r.partition(":")[2] for r in signature if r.startswith(at_windows)}) > 1:
        out = {k: v for k, v in changed.items() if k not in ("window", "call", "evaluation")}
        return out | {"windows": [changed["window"]]} if "window" in changed else out
    if kind == "ticket" and sum(r.startswith("ticket:") for r in signature) > 1:
        out = {k: v for k, v in changed.items() if k != "ticket"}
        return out | {"tickets": [changed["ticket"]]} if "ticket" in changed else out
    return changed
