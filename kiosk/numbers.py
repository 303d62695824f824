"""Where a number comes from: the server, or while it is away the loan on disk. Its one rule: nobody gets two numbers for one wish."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import sqlite3
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.codes import TYPED
from config.link import Away, HallClient, Refused

from .spool import NothingLeft, Spool

log = logging.getLogger(__name__)
QUICK = 2.5  # seconds in which the server must have answered a person who waits for a number


class Numbers:
    """`online` is whether the server answered when last asked; whoever listens hears when that turns."""

    def __init__(self, client: HallClient, spool: Spool, *, zone: str = "Asia/Shanghai"):
        self.client, self.spool, self.zone = client, spool, ZoneInfo(zone)
        self.online, self._listener = False, None
        self._secret = secrets.token_bytes(32)  # for the day's memory of who holds what, in this process only
        self._held: dict[tuple[str, str, str], str] = {}
        self._keys: dict[str, str] = {}  # ticket -> key of its wish, until it is shown
        self._gone_online: deque[tuple[str, str]] = deque(
            maxlen=1000
        )  # (key, service) of who went online instead, until the server counts it

    # ---------------------------------------------------------------- time

    def set_zone(self, name: str) -> None:
        if name != self.zone.key:
            self.zone = ZoneInfo(name)

    def day(self) -> str:
        return datetime.fromtimestamp(self.client.now(), self.zone).date().isoformat()

    def stamp(self, at: int) -> str:
        return datetime.fromtimestamp(at / 1000, self.zone).isoformat(timespec="milliseconds")

    # ---------------------------------------------------------------- those who need no number

    def count_online(self, service: str) -> None:
        """Somebody does it online. Counted by the server at the next round: nobody waits for it, and a restart may forget it."""
        self._gone_online.append((secrets.token_urlsafe(16), service))

    def tell_online(self) -> None:
        """Tells the server of them, each once. Raises Away where they must wait."""
        while self._gone_online:
            key, service = self._gone_online[0]
            body = {"to": "online", "service": service}
            try:
                self.ask(lambda b=body, k=key: self.client.post("/diversions", b, key=k, budget=2))
            except Refused as refused:
                log.warning("who went online was not counted: %s", refused.code)
            self._gone_online.popleft()

    # ---------------------------------------------------------------- the server's presence

    def listen(self, listener: Callable[[bool], None]) -> None:
        self._listener = listener

    def heard(self, online: bool) -> None:
        if online is not self.online:
            self.online = online
            if self._listener:
                self._listener(online)

    def ask(self, call: Callable[[], Any]) -> Any:
        """A call to the server whose success or silence is noted."""
        try:
            answer = call()
        except Away:
            self.heard(False)
            raise
        except Refused:
            self.heard(True)
            raise
        self.heard(True)
        return answer

    # ---------------------------------------------------------------- numbers

    def issue(
        self,
        *,
        service: str,
        class_: str = "ordinary",
        reason: str | None = None,
        holder: dict[str, str] | None = None,
        phone: str | None = None,
        language: str = "zh",
        notice: str | None = None,
        appointment: str | None = None,
        agent: dict[str, str] | None = None,
        authority: str | None = None,
    ) -> dict[str, Any]:
        """A ticket, for the holder also where an agent takes it. Raises Refused (the server said no) or NothingLeft (no server, and no lent
        number for this service today)."""
        person = (holder or {}).get("id_number") or phone
        key = self._key(service, person) if person else uuid.uuid4().hex
        attempt = key if person else None  # a kiosk killed before may have asked under it
        before = self.spool.given(key) if person else None
        if before:  # given alone, and perhaps never shown: this one, though the server is back
            return before.ticket
        body = {"service": service, "class": class_, "channel": "kiosk", "language": language, "reason": reason, "holder": holder}
        body |= {"phone": phone, "notice": notice, "appointment": appointment, "agent": agent, "authority": authority}
        body = {k: v for k, v in body.items() if v is not None}
        if appointment:
            del body["class"]
        if self.online:
            try:
                return self._asked_for(body, key, language)
            except Away as away:
                attempt = attempt or (key if away.sent else None)  # it may have been issued: then merging makes one of the two
        return self._alone(service, class_, reason, holder, phone, language, notice, attempt, agent, authority)

    def issue_package(
        self,
        *,
        package: str,
        answers: Mapping[str, bool],
        without: Sequence[str],
        class_: str,
        reason: str | None,
        holder: dict[str, str] | None,
        phone: str | None,
        language: str,
        notice: str | None,
        wish: str,
        agent: dict[str, str] | None = None,
        authority: str | None = None,
    ) -> dict[str, Any]:
        """A ticket for several services. Raises Refused, or Away: alone there is none, for a kiosk does not know which of them are open.
        `wish`: whoever asks twice for the same, and got no answer before, asks for one number."""
        person = (holder or {}).get("id_number") or phone
        body = {"package": package, "answers": dict(answers), "without": list(without), "class": class_, "reason": reason, "phone": phone}
        body |= {"channel": "kiosk", "language": language, "holder": holder, "notice": notice, "agent": agent, "authority": authority}
        body = {k: v for k, v in body.items() if v is not None}
        said = json.dumps([wish, body], sort_keys=True).encode()
        key = self._key(f"package {package}", person) if person else hmac.new(self._secret, said, hashlib.sha256).hexdigest()[:32]
        try:
            return self._asked_for(body, key, language)
        except Away as away:
            if not away.sent:
                raise
        return self._asked_for(body, key, language)  # it may have been issued: the same question brings the same number

    def _asked_for(self, body: dict[str, Any], key: str, language: str) -> dict[str, Any]:
        """The number that the server gives under a key."""
        try:
            self.spool.step("asking")
            answer = self.ask(lambda: self.client.post("/tickets", body, key=key, language=language, budget=QUICK))
            self.spool.step("answered")
        except Refused as refused:
            self.spool.seen(key)
            if refused.code != "key_reused":
                raise
            # The wish before the kiosk was killed differed in a detail. Asked anew, the server shows the number it gave then.
            answer = self.ask(lambda: self.client.post("/tickets", body, language=language, budget=QUICK))
            return ticket_of(answer.data)
        ticket = ticket_of(answer.data)
        self._keys[ticket["id"]] = key
        return ticket

    def _key(self, service: str, person: str) -> str:
        try:
            return self.spool.asking(day=self.day(), service=service, person=person, at=int(self.client.now() * 1000))
        except sqlite3.Error:  # the disk is full: the server may still answer
            return uuid.uuid4().hex

    def shown(self, ticket: dict[str, Any], printed: bool) -> None:
        """The person has the number, on paper or on the screen."""
        lent = self.spool.find(ticket["id"]) if ticket.get("offline") else None
        if lent:
            self.spool.printed(ticket["id"], printed)
        key = (lent.body.get("attempt") if lent else None) or self._keys.pop(ticket["id"], None)
        if key:
            self.spool.seen(key)

    def _alone(
        self,
        service: str,
        class_: str,
        reason: str | None,
        holder: dict[str, str] | None,
        phone: str | None,
        language: str,
        notice: str | None,
        attempt: str | None,
        agent: dict[str, str] | None,
        authority: str | None,
    ) -> dict[str, Any]:
        day = self.day()
        who = self._who(day, service, holder, phone)
        before = self.spool.find(self._held[who]) if who in self._held else None
        if before and (holder or {}).get("card") == TYPED:
            raise Refused(409, "typed_holds", "")
        if before:
            raise Refused(409, "already_holds", "", {"ticket": before.ticket})
        at = int(self.client.now() * 1000)
        facts = {"class": class_, "reason": reason, "language": language, "notice": notice}
        facts |= {"authority": authority} if agent else {}  # a server of before does not know the field
        try:
            lent = self.spool.take(
                day=day, service=service, at=at, stamp=self.stamp, holder=holder, phone=phone, attempt=attempt, agent=agent, **facts
            )
        except sqlite3.Error as error:  # the disk is full or broken: then there is no number that could be kept
            raise NothingLeft(str(error)) from error
        if who:
            self._held = {w: id for w, id in self._held.items() if w[0] == day} | {who: lent.id}
        return lent.ticket

    def _who(self, day: str, service: str, holder: dict[str, str] | None, phone: str | None) -> tuple[str, str, str] | None:
        text = (holder or {}).get("id_number") or phone
        if not text:
            return None
        return day, service, hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()

    def held(self, holder: dict[str, str] | None, phone: str | None, language: str = "zh") -> list[dict[str, Any]]:
        """The live numbers that a person holds: by the server, or while it is away those given here today."""
        body = {k: v for k, v in {"holder": holder, "phone": phone}.items() if v}
        if not body:
            return []
        if self.online:
            return self.ask(lambda: self.client.post("/tickets/search", body, language=language, budget=2)).data["items"]
        day = self.day()
        mine: list[dict[str, Any]] = []
        for (when, service, who), ticket in self._held.items():
            if when == day and self._who(day, service, holder, phone) == (when, service, who) and (lent := self.spool.find(ticket)):
                mine.append(lent.ticket)
        return mine

    def reprint(self, ticket: dict[str, Any], language: str = "zh") -> dict[str, Any]:
        """The ticket as it stands now, for another slip; as it stood then where the server cannot be asked."""
        lent = self.spool.find(ticket["id"]) if ticket.get("offline") else None
        if self.online and not (lent and self.unmerged(lent.id)):
            try:
                answer = self.ask(lambda: self.client.post(f"/tickets/{ticket['id']}/reprints", language=language, budget=QUICK))
                return ticket | ticket_of(answer.data)
            except Away:
                return ticket
        return ticket

    def unmerged(self, id: str) -> bool:
        return any(t["id"] == id for t in self.spool.unmerged(10_000))

    def left(self) -> dict[str, int]:
        return self.spool.left(self.day())

    # ---------------------------------------------------------------- lending and merging

    def merge(self, kiosk: str) -> int:
        """Sends what was given alone, in order, until the server has all of it. How many it has taken."""
        taken = 0
        while batch := self.spool.unmerged():
            taken += self._merge(kiosk, batch)
        return taken

    def _merge(self, kiosk: str, batch: list[dict[str, Any]]) -> int:
        try:
            answer = self.ask(lambda: self.client.post("/tickets/merge", {"kiosk": kiosk, "tickets": batch}, budget=10))
        except Refused as refused:
            if refused.status in (401, 403) or refused.code in ("busy", "not_ready", "read_only", "disk_full"):
                raise
            if len(batch) == 1:  # this very ticket is what the server cannot take; it is kept, and the others go on
                detail = f"{refused.detail} {refused.data.get('errors', '')}".strip()
                self.spool.merged([{"id": batch[0]["id"], "result": "refused", "code": refused.code, "detail": detail}])
                return 0
            middle = len(batch) // 2
            return self._merge(kiosk, batch[:middle]) + self._merge(kiosk, batch[middle:])
        self.spool.step("merged there, not here")
        items = answer.data["items"]
        known = {t["id"] for t in batch}
        self.spool.merged([i for i in items if i["id"] in known])
        for item in items:
            if item["result"] == "refused" and item.get("code") in ("number_taken", "not_lent"):
                self._distrust(next(t["loan"] for t in batch if t["id"] == item["id"]))
        return sum(i["result"] != "refused" for i in items)

    def _distrust(self, loan: str) -> None:
        """Numbers of this loan are in other hands too (a copied disk, a server set back): no more of them."""
        self.spool.drop_loan(loan)

    def check_loans(self, kiosk: str) -> int:
        """Before merging: tells the server of our loans again. It repeats them; one that was set back to before them learns them anew.
        How many it knows otherwise: those are given up."""
        given_up = 0
        for loan in self.spool.loans(self.day()):
            answer = self.ask(lambda body=loan: self.client.post(f"/kiosks/{kiosk}/loans", body, key=body["loan"], budget=5))
            if not self.spool.confirm_loan(answer.data):
                log.warning("the server knows the loan %s of %s otherwise; it is given up", loan["loan"], loan["day"])
                given_up += 1
        return given_up

    def lend(self, kiosk: str, day: str, count: int) -> None:
        """Asks for a loan; a loan asked for before and never answered is asked for again under its id."""
        loan = self.spool.loan_wanted(day)
        try:
            answer = self.ask(
                lambda: self.client.post(f"/kiosks/{kiosk}/loans", {"loan": loan, "day": day, "count": count}, key=loan, budget=5)
            )
        except Refused as refused:
            if refused.code == "key_reused":  # asked under this id with another count, before an update: ask anew
                self.spool.forget_asking(day)
            raise
        self.spool.loan_got(day, answer.data)


def ticket_of(data: dict[str, Any]) -> dict[str, Any]:
    """The ticket in an answer, whether it stands alone or under its name."""
    return data if "number" in data or not isinstance(data.get("ticket"), dict) else data["ticket"]
