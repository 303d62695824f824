"""Tells holders who asked for it, through the hall's own gateway (短信、公众号) and through web push. It never holds up a call.

A message is written down (private table `sent`) before it goes out and marked after, so a restart neither loses nor repeats it needlessly;
the gateway gets an id and may drop what it already has. Numbers are kept sealed with the hall's key, only while this is switched on.
"""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import json
import logging
import queue
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Callable

from config.codes import UNFINISHED, State

from ..actions.holders import drop_push, remember
from ..domain import notify
from ..domain.line import may_return
from ..domain.private import Above, But, Push, Sent, Visitor
from ..domain.texts import pick
from ..record import store

log = logging.getLogger("hall.notify")
ACTOR = "hall"
TOLD_OVER = (State.DONE, State.REFERRED)  # whose holder is told how it ended
PAUSES = (2, 10, 30, 120)  # seconds between tries


class GatewayRefused(Exception):
    """The gateway (or the push service) does not want this message; it is not tried again."""


def can_push() -> bool:
    """Whether the package that web push needs is installed (the extra `push`)."""
    return importlib.util.find_spec("pywebpush") is not None


class Notifier:
    """`hear` is called after each commit; a thread of its own sends. `send(job)` may be handed in by tests."""

    def __init__(self, context, settings, *, post: Callable | None = None, push: Callable | None = None, pause: float = 1.0):
        self.context, self.settings, self.pause = context, settings, pause
        self.post, self.push = post or self._post, push or self._push
        self.pushes = settings.push and (push is not None or can_push())  # else nobody is promised a message that would never come
        self._news: queue.SimpleQueue = queue.SimpleQueue()
        self._due: list[tuple[float, int, dict]] = []
        self._known: set[tuple[str, str]] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notify", daemon=True)

    @property
    def on(self) -> bool:
        return bool(self.settings.url or self.pushes)

    def start(self) -> Notifier:
        if self.on:
            self._thread.start()
        return self

    def close(self) -> None:
        self._stop.set()
        self._news.put(None)
        if self._thread.is_alive():
            self._thread.join(5)

    # -- what is due

    def hear(self, recorded: list, floor) -> None:
        """Called by the ledger's news thread: only puts aside."""
        if self.on:
            self._news.put((recorded, floor))

    def look(self, recorded: list, floor) -> None:
        """Finds out who is to be told of these events, and writes it down."""
        for one in recorded:
            what = notify.at_event(one.kind, one.seq, one.body)
            if what and one.ticket:
                self._want(one.ticket, what, floor)

    def get_ready(self) -> None:
        """Tells those who are next by the hall's own order."""
        floor, waits = self.context.floor, self.context.ledger.waits
        for id in notify.soon(waits.people_ahead(floor), self.settings.ahead) if waits else ():
            self._want(id, "soon", floor)

    def remind(self) -> None:
        floor = self.context.floor
        for id in notify.reminders(floor, self.context.clock(), self.settings.reminder):
            self._want(id, f"reminder:{floor.tickets[id].slot_at}", floor)

    def _want(self, ticket: str, what: str, floor) -> None:
        if (ticket, what) in self._known or not self._reachable(ticket):
            return
        self._known.add((ticket, what))
        if sum(t == ticket for t, _ in self._known) > self.settings.per_ticket:
            return
        if self.context.ledger.do(ACTOR, remember, ticket=ticket, what=what, state="queued"):
            self._put(ticket, what, self.context.clock())

    def _put(self, ticket: str, what: str, since: int) -> None:
        due = notify.due_at(what, since, self.context.ledger.zone)
        self._due.append((max(due, self.context.clock()), 0, {"ticket": ticket, "what": what, "since": since}))

    def _reachable(self, ticket: str) -> bool:
        with self.context.reader() as db:
            return bool(store.find(db, Visitor, ticket=ticket, reach=But("")) or store.find(db, Push, ticket=ticket))

    def resume(self) -> None:
        """After a restart: what was written down and not sent."""
        with self.context.reader() as db:
            for one in store.find(db, Sent, at=Above(self.context.clock() - 86_400_000)):
                self._known.add((one.ticket, one.what))
                if one.state == "queued":
                    self._put(one.ticket, one.what, one.at)

    # -- sending

    def _run(self) -> None:
        self.resume()
        while not self._stop.is_set():
            try:
                self._turn(self._take())
            except Exception:  # noqa: BLE001  the next turn tries again; a message is never worth a hall
                log.exception("a message could not be prepared")

    def _take(self):
        try:
            return self._news.get(timeout=self.pause)
        except queue.Empty:
            return None

    def _turn(self, news) -> None:
        if news:
            self.look(*news)
        self.get_ready()
        self.remind()
        self.work()

    def work(self) -> None:
        """Sends what is due now."""
        now = self.context.clock()
        due, self._due = [d for d in self._due if d[0] <= now], [d for d in self._due if d[0] > now]
        for _, tries, job in due:
            state = self._try(job, now)
            if state == "again" and tries < len(PAUSES):
                self._due.append((now + PAUSES[tries] * 1000, tries + 1, job))
            else:
                self.context.ledger.do(
                    ACTOR, remember, ticket=job["ticket"], what=job["what"], state="failed" if state == "again" else state
                )

    def _try(self, job: dict, now: int) -> str:
        """sent, stale, refused or again."""
        if now - job["since"] > notify.lasts(job["what"]) * 1000:
            return "stale"
        with self.context.full_view() as view:
            ticket = view.find(job["ticket"])
            if ticket is None or (ticket.state not in UNFINISHED and ticket.state not in TOLD_OVER and job["what"] not in notify.BACK):
                return "stale"
            if job["what"] in notify.BACK and not (view.back(ticket) or {}).get("until"):
                return "stale"  # they are back already, or it is over
            if job["what"].startswith("changed:") and not view.unkept(ticket):
                return "stale"  # settled meanwhile
            message = self.message(view, ticket, job["what"])
            known = store.find(view.reader, Visitor, ticket=ticket.id, reach=But(""))
            phones = [p for p in (view.keys.unlock("reach", v.reach, v.phone_hash) for v in known) if p]
            pushes = store.find(view.reader, Push, ticket=ticket.id)
        try:
            for phone in phones if self.settings.url else ():
                self.post(message | {"to": phone})
            for one in pushes if self.pushes else ():
                self._push_or_forget(one, message)
        except GatewayRefused as error:
            log.warning("the gateway refused a message (%s): %s", job["what"].split(":")[0], error)
            return "refused"
        except OSError as error:
            log.warning("a message did not go out (%s): %s", job["what"].split(":")[0], type(error).__name__)
            return "again"
        return "sent"

    def message(self, view, ticket, what: str) -> dict:
        """{id, hall, channels, template, title, text, text_en, number, url}; never a name."""
        public = view.track(ticket)
        template = what.split(":")[0]
        facts = {
            "hall": view.floor.the_hall.name,
            "number": ticket.number or "",
            "service": public["service_names"],
            "window": ticket.window or (ticket.legs[-1].window if ticket.legs else "") or "",
            "ahead": public["ahead"],
            "slot": (public["slot_at"] or "")[:16].replace("T", " "),
            "what": {lang: "".join(one[lang] for one in public["unkept"] if lang in one) for lang in view.floor.the_hall.name},
        }
        if template == "missed" and not may_return(view.floor, ticket):
            facts["why"] = "over"
        facts["minutes"] = max(1, view.floor.rules.returns.within_s // 60)
        facts |= {name: (public[key] or "")[11:16] for name, key in (("from", "checkin_from"), ("until", "checkin_until"))}
        if template in notify.BACK:
            facts["until"] = (public["back"]["until"] or "")[:16].replace("T", " ")
        if template == "referred":
            there = public["referral"] or {}
            facts |= {"to": there.get("hall_names"), "there": there.get("number")}
        text = view.say("notify", template, facts)
        return {
            "id": f"{ticket.id}:{what}",
            "hall": view.floor.the_hall.code,
            "channels": list(self.settings.channels),
            "template": template,
            "title": pick(view.floor.the_hall.name, ticket.language),
            "text": pick(text, ticket.language),
            "number": ticket.number,
            "url": public["url"],
        }

    def send_code(self, phone: str, code: str, *, minutes: int, language: str) -> bool:
        """Sends a code to a phone at once, for its holder to type in; False where the gateway did not take it. Nothing of it is kept."""
        floor = self.context.floor
        facts = {"hall": floor.the_hall.name, "code": code, "minutes": minutes}
        message = {
            "id": f"code:{secrets.token_urlsafe(12)}",
            "hall": floor.the_hall.code,
            "channels": list(self.settings.channels),
            "template": "code",
            "title": pick(floor.the_hall.name, language),
            "text": pick(self.context.say("notify", "code", facts), language),
            "number": None,
            "url": "",
        }
        try:
            self.post(message | {"to": phone})
        except (GatewayRefused, OSError) as error:
            log.warning("a code did not go out: %s", type(error).__name__)
            return False
        return True

    def _post(self, message: dict) -> None:
        body = json.dumps(message, ensure_ascii=False).encode()
        signature = hmac.new(self.settings.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Idempotency-Key": message["id"], "X-Hall-Signature": f"sha256={signature}"}
        request = urllib.request.Request(self.settings.url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=self.settings.timeout):
                return
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500 and error.code not in (408, 429):
                raise GatewayRefused(str(error.code)) from None
            raise

    def _push_or_forget(self, one: Push, message: dict) -> None:
        try:
            self.push(one, {k: message[k] for k in ("title", "text", "url", "template", "number")})
        except GatewayRefused:  # the browser has let go of its subscription: an ordinary end
            self.context.ledger.do(ACTOR, drop_push, ticket=one.ticket, endpoint=one.endpoint)

    def _push(self, one: Push, message: dict) -> None:
        from pywebpush import WebPushException, webpush

        where = {"endpoint": one.endpoint, "keys": {"p256dh": one.p256dh, "auth": one.auth}}
        claims = {"sub": self.settings.push_contact}
        key = self.context.ledger.keys.push_key()
        try:
            webpush(where, json.dumps(message, ensure_ascii=False), vapid_private_key=key, vapid_claims=claims, ttl=600, timeout=10)
        except WebPushException as error:
            status = error.response.status_code if error.response is not None else 0
            raise (GatewayRefused(str(status)) if status in (400, 403, 404, 410) else OSError(f"push service: {status}")) from None
