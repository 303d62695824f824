"""The door for commands on the same machine: `hall token`, `hall staff` reach the running server, which alone writes. Nobody else can.

A loopback port of its own choosing, named in `control.json` (0600) in the data folder together with a secret; both ends prove that they
know it (HMAC) before a word is said. Where no server runs, a command opens the ledger itself.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path

from ..actions import people
from ..domain.errors import HallError
from ..record import store
from ..record.ledger import Ledger, instant

log = logging.getLogger("hall.control")
FILE = "control.json"
LOOPBACK = "127.0.0.1"
PATIENCE = 5.0  # s to wait for a server that is just starting or stopping
ACTOR = "command"


# -- what may be asked


def make_token(ledger: Ledger, authenticator, *, role: str, window: str | None = None, name: str = "") -> dict:
    token, plain = ledger.do(ACTOR, people.make_token, role=role, window=window, name=name)
    return {"id": token.id, "role": token.role, "window": token.window, "name": token.name, "token": plain}


def list_tokens(ledger: Ledger, authenticator) -> list[dict]:
    at = lambda ms: None if ms is None else instant(ms, ledger.zone)
    rows = sorted(ledger.floor.tokens.values(), key=lambda t: t.made_at)
    known = lambda t: {"id": t.id, "role": t.role, "window": t.window, "name": t.name}
    return [known(t) | {"made_at": at(t.made_at), "revoked_at": at(t.revoked_at)} for t in rows]


def revoke_token(ledger: Ledger, authenticator, *, id: str) -> dict:
    return {"id": ledger.do(ACTOR, people.revoke_token, id=id).id}


def add_staff(ledger: Ledger, authenticator, *, name: str, role: str, password_hash: str, shown: str = "") -> dict:
    ledger.do(ACTOR, people.add_staff, name=name, role=role, password_hash=password_hash, shown=shown)
    return {"name": name, "role": role}


def list_staff(ledger: Ledger, authenticator) -> list[dict]:
    return [{"name": s.name, "role": s.role, "disabled": s.disabled} for s in sorted(ledger.floor.staff.values(), key=lambda s: s.name)]


def set_password(ledger: Ledger, authenticator, *, name: str, password_hash: str) -> dict:
    ledger.do(ACTOR, people.set_password, name=name, password_hash=password_hash, must_change=True)
    if authenticator:
        authenticator.dismiss_all(name)
    return {"name": name}


def change_staff(ledger: Ledger, authenticator, *, name: str, **changes) -> dict:
    ledger.do(ACTOR, people.change_staff, name=name, **changes)
    if authenticator:
        authenticator.dismiss_all(name)
    return {"name": name}


def unlock(ledger: Ledger, authenticator, *, name: str) -> dict:
    ledger.do(ACTOR, people.unlock, name=name)
    return {"name": name}


ASKED: dict[str, Callable] = {
    f.__name__: f for f in (make_token, list_tokens, revoke_token, add_staff, list_staff, set_password, change_staff, unlock)
}


# -- the server's side


class Door:
    """Listens until closed. One asker at a time is plenty."""

    def __init__(self, ledger: Ledger, folder: Path, authenticator=None):
        self._ledger, self._gate, self._path = ledger, authenticator, Path(folder) / FILE
        self._secret = secrets.token_bytes(32)
        self._listener = Listener((LOOPBACK, 0), authkey=self._secret)
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._closing = False

    def start(self) -> Door:
        written = json.dumps({"port": self._listener.address[1], "secret": self._secret.hex(), "pid": os.getpid()})
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(written)
        os.replace(part, self._path)
        self._thread.start()
        return self

    def close(self) -> None:
        self._closing = True
        self._path.unlink(missing_ok=True)
        try:
            # Wakes the thread if it waits for somebody. It may just have ended, so nothing is asked: nobody might answer.
            socket.create_connection(self._listener.address, timeout=PATIENCE).close()
        except OSError:
            log.debug("nobody was waiting")
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing:
            try:
                with self._listener.accept() as connection:
                    if not self._closing:
                        self._answer(connection)
            except AuthenticationError:
                log.warning("somebody knocked at the control door without the secret")
            except (OSError, EOFError) as error:
                if not self._closing:
                    log.debug("an asker went away: %s", error)

    def _answer(self, connection: Connection) -> None:
        if not connection.poll(PATIENCE):
            return
        asked = json.loads(connection.recv_bytes(65_536))
        try:
            answer = {"ok": ASKED[asked["ask"]](self._ledger, self._gate, **asked["facts"])}
        except HallError as error:
            facts = {k: v for k, v in error.facts.items() if isinstance(v, str | int | float)}
            answer = {"refused": {"code": error.code, "facts": facts}}
        except Exception:  # noqa: BLE001  the asker hears of it, the server goes on
            log.exception("the control door could not do %r", asked.get("ask"))
            answer = {"refused": {"code": "internal", "facts": {}}}
        connection.send_bytes(json.dumps(answer).encode())


# -- the command's side


def ask(folder: Path, what: str, **facts):
    """Has the running server do it, or does it here where none runs. At once either way. Raises HallError or store.Occupied."""
    folder = Path(folder)
    if not (folder / store.DATABASE).exists():
        raise FileNotFoundError(2, "there is no hall in this folder", str(folder))
    end = time.monotonic() + PATIENCE
    while True:
        found, answer = _ask_running(folder, what, facts)
        if found:
            return answer
        try:
            ledger = Ledger(folder, clock=lambda: time.time_ns() // 1_000_000, zone=store.timezone(folder) or "Asia/Shanghai")
        except store.Occupied:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)  # a server is just starting or stopping
            continue
        try:
            return ASKED[what](ledger, None, **facts)
        finally:
            ledger.close()


def _ask_running(folder: Path, what: str, facts: dict):
    try:
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
        with Client((LOOPBACK, known["port"]), authkey=bytes.fromhex(known["secret"])) as connection:
            connection.send_bytes(json.dumps({"ask": what, "facts": facts}).encode())
            if not connection.poll(30):
                return False, None
            answer = json.loads(connection.recv_bytes(1 << 20))
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        return False, None  # no server, or the file of one that was killed
    if "refused" in answer:
        raise HallError(answer["refused"]["code"], **answer["refused"]["facts"])
    return True, answer["ok"]
