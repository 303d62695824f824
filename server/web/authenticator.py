"""Who is asking: a device's token, a member of staff's cookie, the holder of a track code, or nobody. What each may do stands at the doors.

Tokens are `<id>.<256 random bits>`, of which the hall keeps a SHA-256. A cookie holds a signed session id; a change made with it also
needs the session's CSRF token in `X-CSRF-Token`. Sessions and token hashes are read once and then kept in memory.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from itsdangerous import BadSignature, Signer, TimestampSigner

from config.codes import Role
from config.schema import ServerSettings

from ..actions import people, second_factors
from ..domain.errors import NotAllowed, NotSignedIn
from ..domain.permissions import OF_TOKENS, TRUSTED, VISITOR, Permission, may
from ..domain.private import StaffSession
from ..domain.things import Token
from ..domain.transaction import Ledger

COOKIE = "hall_session"
VISITOR_COOKIE = "hall_visitor"  # given by the hall's own booking page, so that a phone may book
VISIT = 7200  # s
KNOWN_FOR = 86_400 * 7  # s for which a browser is known again


@dataclass(frozen=True, kw_only=True)
class Caller:
    """`role` is empty for somebody without token or session. `key` names the caller for idempotency keys, `actor` in the journal.
    `must_change`: nothing may be done before the first password is changed; `must_enrol`: nor before a second factor is set up."""

    role: str = ""
    name: str = ""
    window: str | None = None  # the token's, or the one that was signed in at
    token: str = ""  # id
    session: StaffSession | None = None
    must_change: bool = False
    must_enrol: bool = False

    @property
    def actor(self) -> str:
        """A person is `staff:<name>`, a device or program `token:<id>` (a command of this machine `token:command`), others `public`."""
        if self.session:
            return f"staff:{self.name}"
        return f"token:{self.token}" if self.token else "public"

    @property
    def key(self) -> str:
        return f"{self.role}:{self.name or self.window or self.token}" if self.role else "public"

    def may(self, what: Permission | None) -> bool:
        return what is None or (not self.must_change and not self.must_enrol and may(self.role, what))

    @property
    def standing(self) -> tuple[str, bool, bool]:
        """What decides what may be heard; a line that came with another one ends."""
        return self.role, self.must_change, self.must_enrol

    @property
    def staff(self) -> str | None:
        return self.name if self.session else None

    @property
    def kiosk(self) -> str | None:
        """The name of the kiosk that asks."""
        return self.name or None if self.role == Role.KIOSK else None


NOBODY = Caller()
COMMAND = Caller(role=Role.ADMIN, token="command")  # `hall staff` or `hall token` on this machine


class Authenticator:
    """Knows tokens and sessions. One for the server; all its methods may be called from any thread."""

    def __init__(self, ledger: Ledger, settings: ServerSettings, now: Callable[[], int]):
        self._ledger, self._settings, self._now = ledger, settings, now
        self._hashes: dict[str, str] = {}
        self.used: dict[str, int] = {}  # token -> when it was used last (ms), since this server was started
        self.command = secrets.token_urlsafe(32)  # see server/runtime/command_line.py
        self._signer = Signer(ledger.keys.cookie_secret(), salt="hall session")
        self._visits = TimestampSigner(ledger.keys.cookie_secret(), salt="hall visitor")
        self._networks = [ip_network(named) for named in settings.security.management]
        self._two_factors = settings.two_factors
        self._lock = threading.Lock()
        self.one_code = threading.Lock()  # a wrong code is counted before the next is looked at
        self._looks = threading.Lock()
        self.look_at_factors()
        self._sessions = {s.id: s for s in ledger.do("hall", people.sessions)}
        self._seen = {s.id: s.seen_at for s in self._sessions.values()}
        self._noted = dict(self._seen)

    # -- tokens

    def of_token(self, plain: str) -> Caller | None:
        id, _, secret = plain.partition(".")
        token = self._ledger.floor.tokens.get(id)
        if token is None or not self.stands(token):
            return None
        hash = self._hashes.get(id)
        if hash is None:
            hash = self._ledger.do("hall", people.token_hash, id=id) or ""
            self._hashes[id] = hash
        if not hmac.compare_digest(hash.encode(), people.digest(secret).encode()):
            return None
        return Caller(role=token.role, name=token.name, window=token.window, token=token.id)

    def stands(self, token: Token) -> bool:
        """A token has an end, and dies with the rights of the person who made it. A paired machine belongs to the hall."""
        if token.revoked_at is not None or token.role not in OF_TOKENS or (token.until is not None and self._now() > token.until):
            return False
        kind, _, name = token.maker.partition(":")
        if kind != "staff":
            return True
        maker = self._ledger.floor.staff.get(name)
        return maker is not None and not maker.disabled and may(maker.role, "manage_tokens")

    def of_command(self, plain: str, address: str | None) -> Caller | None:
        """A command with this run's own token, from this machine: loopback, or the one address that the server listens on."""
        near = address in ("127.0.0.1", "::1", self._settings.server.host)
        return COMMAND if near and hmac.compare_digest(plain.encode(), self.command.encode()) else None

    # -- sessions

    def session(self, id: str) -> StaffSession | None:
        """A session by its id, also one that was made a moment ago."""
        return self._sessions.get(id) or next((s for s in self._ledger.do("hall", people.sessions) if s.id == id), None)

    def admit(self, session: StaffSession) -> str:
        """Takes a new session in and answers what goes into the cookie."""
        with self._lock:
            self._sessions[session.id] = session
            self._noted[session.id] = session.seen_at
            self._seen[session.id] = max(session.seen_at, self._seen.get(session.id, 0))
        return self.cookie(session.id)

    def cookie(self, id: str) -> str:
        return self._signer.sign(id).decode()

    def dismiss(self, id: str) -> None:
        with self._lock:
            for kept in (self._sessions, self._seen, self._noted):
                kept.pop(id, None)

    def dismiss_all(self, staff: str, but: str = "") -> None:
        with self._lock:
            gone = [s.id for s in self._sessions.values() if s.staff == staff and s.id != but]
        for id in gone:
            self.dismiss(id)

    def sessions(self, now: int) -> list[tuple[StaffSession, int]]:
        """Those that stand, each with when it was last used (ms), the latest first."""
        with self._lock:
            kept = [(session, self._seen.get(id, session.seen_at)) for id, session in self._sessions.items()]
        staff = self._ledger.floor.staff
        stand = [(s, at) for s, at in kept if s.staff in staff and now - at <= self._idle(staff[s.staff].role) * 1000]
        return sorted(stand, key=lambda one: one[1], reverse=True)

    def _idle(self, role: str) -> int:
        return self._settings.security.idle_admin if role in TRUSTED else self._settings.security.idle

    def from_here(self, role: str, address: str | None) -> bool:
        """Whether somebody of such a role may come from an address: those who manage the hall only from the networks that are named."""
        if role not in TRUSTED or not self._networks:
            return True
        try:
            found = ip_address((address or "").partition("%")[0])
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self._networks)

    def of_cookie(self, cookie: str, now: int, *, touch: bool = True) -> Caller | None:
        try:
            id = self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
        session = self._sessions.get(id)
        staff = self._ledger.floor.staff.get(session.staff) if session else None
        if session is None or staff is None or staff.disabled:
            return None
        if now - self._seen.get(id, 0) > self._idle(staff.role) * 1000:
            self.dismiss(id)
            return None
        if touch:
            self._seen[id] = now
        return Caller(
            role=staff.role,
            name=staff.name,
            window=self.window_of(session),
            session=session,
            must_change=staff.must_change,
            must_enrol=self.must_enrol(staff.name, staff.role),
        )

    def look_at_factors(self) -> None:
        """Learns who has a second factor: at the start, and when somebody was given one or lost it."""
        with self._looks:  # who looked first must not be the last to say so
            self.with_factor = self._ledger.do("hall", second_factors.names)

    def factor_gone(self, name: str) -> None:
        """Said while it is being done, so that no sign-in comes between."""
        self.with_factor -= {name}

    def needs_factor(self, role: str) -> bool:
        return role in self._two_factors

    def must_enrol(self, name: str, role: str) -> bool:
        """Whether somebody has still to set up the second factor that the role needs."""
        return self.needs_factor(role) and name not in self.with_factor

    def window_of(self, session: StaffSession) -> str | None:
        """Where a clerk works: the window that is theirs now, else the one they signed in at while it is nobody's."""
        windows = self._ledger.floor.windows
        mine = next((w.no for w in windows.values() if session.staff in w.people), None)
        if mine or session.window is None:
            return mine
        chosen = windows.get(session.window)
        return session.window if chosen and (not chosen.people or session.staff in chosen.people) else None

    def visitor_cookie(self, had: str = "") -> str:
        """For a browser that opens a phone's page: it stays who it was."""
        try:
            name = self._visits.unsign(had, max_age=KNOWN_FOR).decode()
        except BadSignature:
            name = secrets.token_urlsafe(9)
        return self._visits.sign(name).decode()

    def of_visitor(self, cookie: str) -> Caller | None:
        try:
            return Caller(role=VISITOR, name=self._visits.unsign(cookie, max_age=VISIT).decode())
        except (BadSignature, UnicodeDecodeError):
            return None

    def note_seen(self, now: int) -> None:
        """Writes down when sessions were last used; called now and then, so that a restart signs nobody out."""
        with self._lock:
            fresh = {id: at for id, at in self._seen.items() if at > self._noted.get(id, 0)}
            old = [id for id, at in self._seen.items() if now - at > self._settings.security.idle * 1000]
        for id in old:
            self.dismiss(id)
        if fresh or old:
            self._ledger.do("hall", people.see_sessions, seen=fresh, ended_before=now - self._settings.security.idle * 1000)
            self._noted.update(fresh)


def identify(
    authenticator: Authenticator,
    now: int,
    *,
    bearer: str | None,
    cookie: str | None,
    visitor: str | None = None,
    touch: bool = True,
    address: str | None = None,
) -> Caller:
    """The caller; NotSignedIn for a token that is wrong, NotAllowed for one who may not come from that `address`. A cookie that is no
    longer good is nobody. `touch`: a person did this, so the session has not been idle."""
    if bearer is not None:
        caller = authenticator.of_token(bearer)
        if caller is None:
            raise NotSignedIn("bad_token")
    else:
        caller = (cookie and authenticator.of_cookie(cookie, now, touch=touch)) or (visitor and authenticator.of_visitor(visitor)) or NOBODY
    if not authenticator.from_here(caller.role, address):
        raise NotAllowed("not_from_here")
    if caller.token:
        authenticator.used[caller.token] = now
    return caller
