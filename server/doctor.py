"""What is wrong with a hall's folder, service, address, backups and accounts, for whoever installs it. It changes nothing.

Findings, as config/machine.py has them: `hall doctor` says all of them, the managers' page what a running server can see of itself.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import urllib3

from config import machine
from config.codes import StaffRole
from config.machine import LEVELS as LEVELS
from config.machine import Finding, look, ok, trouble
from config.machine import Level as Level
from config.schema import BackupTable, NotifyTable, SecurityTable, ServerSettings, is_here

from .domain.permissions import who_confirms
from .domain.things import Staff
from .domain.watch import BAD, storage
from .outside import copies, notify
from .record import backup, condition, store
from .runtime.command_line import address_of

HOUR = 3600
OWN_AUTHORITY = Path("/etc/hallfloor/tls/ca.crt")  # where operations.md has `hall tls` put it
PATIENCE = 3.0  # s for the service's answer


def of_this_server(settings: ServerSettings, folder: Path, people: Iterable[Staff], now: int) -> Iterator[Finding]:
    """What a running server sees of itself without reading its whole database: quick, and harmless at any time of day."""
    yield from machine.machine(machine.synchronised(), machine.free_memory())
    yield from machine.disk(folder, tried=False)
    yield from shut_to_others(folder)
    people = list(people)
    yield from accounts(people, folder)
    yield from second_persons(settings.security, people)
    yield from address(settings)
    yield from pushing(settings.notify)
    yield from backups(settings.backup, folder, now / 1000)


def of_folder(settings: ServerSettings, folder: Path) -> Iterator[Finding]:
    """Everything of a server's machine, whether it runs or not."""
    yield from machine.machine(machine.synchronised(), machine.free_memory())
    if folder.is_dir():
        yield from machine.disk(folder)
        yield from shut_to_others(folder)
        yield from database(folder, time.time())
    else:
        yield look("folder_missing", folder=str(folder))
    if (folder / store.DATABASE).exists():  # before its first start it need not answer
        yield from service(address_of(settings.server))
    yield from address(settings)
    yield from pushing(settings.notify)
    yield from machine.certificate(settings.public_url, str(OWN_AUTHORITY) if OWN_AUTHORITY.exists() else "")
    yield from backups(settings.backup, folder, time.time())
    if settings.backup.copy_to:
        yield from copied(settings.backup, folder)


# ---------------------------------------------------------------- folder and database


def shut_to_others(folder: Path) -> Iterator[Finding]:
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        yield look("folder_open", folder=str(folder))


def database(folder: Path, now: float) -> Iterator[Finding]:
    """Whether database, key and seal are whole and fit, and who may sign in. `now`: s since the epoch."""
    if not (folder / store.DATABASE).exists():
        yield look("hall_none", folder=str(folder))
        return
    found = condition.of(folder)
    if found.unfit:
        yield Finding(level="trouble", code=found.unfit.code, facts=found.unfit.facts, section="start")
    elif found.damage:
        yield trouble("damaged", error=found.damage)
    elif found.newer:
        yield trouble("schema_newer")
    elif found.older:
        yield look("schema_older")
    else:
        yield ok("hall_ok", rows=found.rows)
        yield from accounts(condition.people(folder), folder)
    if found.last_at and datetime.fromisoformat(found.last_at).timestamp() > now:
        yield trouble("clock_behind", last=found.last_at[:16].replace("T", " "))


def accounts(people: Iterable[Staff], folder: Path) -> Iterator[Finding]:
    """A hall that nobody can lead, or whose records nobody can check."""
    roles = {person.role for person in people if not person.disabled}
    if not roles & {StaffRole.MANAGER, StaffRole.ADMIN}:
        yield trouble("manager_none", folder=str(folder))
    if StaffRole.AUDITOR not in roles:
        yield look("auditor_none", folder=str(folder))


def second_persons(security: SecurityTable, people: Iterable[Staff]) -> Iterator[Finding]:
    """An act that takes two, and that nobody can confirm: it cannot be done at all."""
    roles = [person.role for person in people if not person.disabled]
    if security.confirm and any(who_confirms(act, roles) < 2 for act in security.confirm_acts):
        yield trouble("confirm_alone")


# ---------------------------------------------------------------- service and address


def service(url: str) -> Iterator[Finding]:
    """Whether the server answers on its own machine, and is ready."""
    try:
        answer = urllib3.request("GET", f"{url}/readyz", timeout=PATIENCE, retries=False)
        told = answer.json()
        status = told["status"]
    except (urllib3.exceptions.HTTPError, ValueError, KeyError, TypeError):
        yield trouble("server_away", url=url)
        return
    for code, fact in (told.get("problems", {}) | told.get("warnings", {})).items():
        alert = storage(code, fact)  # said as managers read it
        level = "trouble" if status != "ok" or alert.level == BAD else "look"
        yield Finding(level=level, code=alert.code or alert.kind, facts=dict(alert.facts), section="alerts")
    if status == "ok":
        yield ok("server_ok", url=url)


def address(settings: ServerSettings) -> Iterator[Finding]:
    """Where the QR codes lead, and whether what goes there can be read on the way."""
    url, own = urlsplit(settings.public_url), settings.server
    if is_here(url.hostname or ""):
        yield trouble("url_here", url=settings.public_url)
    elif url.scheme == "http":
        yield look("url_plain", url=settings.public_url)
    if own.public_url and not is_here(url.hostname or "") and is_here(own.host) and not own.trusted_proxies:
        yield trouble("proxy_unsaid")


def pushing(own: NotifyTable) -> Iterator[Finding]:
    """Whether phones can be told as the file says."""
    if own.push and not notify.can_push():
        yield trouble("push_missing")


# ---------------------------------------------------------------- backups


def backups(own: BackupTable, folder: Path, now: float) -> Iterator[Finding]:
    """Whether there are backups, of late, and elsewhere. `now`: s since the epoch."""
    if not own.folder:
        yield look("backup_none")
        return
    to = Path(own.folder)
    newest = backup.newest(to)
    hours = round((now - newest) / HOUR)
    if not newest:
        yield look("backup_missing", folder=str(to))
    elif now - newest > 2 * own.hours * HOUR:
        yield trouble("backup_old", hours=hours)
    else:
        yield ok("backup_ok", hours=hours)
    if not own.copy_to and to.is_dir() and folder.is_dir() and to.stat().st_dev == folder.stat().st_dev:
        yield look("backup_same_disk")
    if not own.public_keys:
        yield look("backup_plain")


def copied(own: BackupTable, folder: Path) -> Iterator[Finding]:
    """Whether the other machine is there, is the one that was meant, and has every backup. It is asked now."""
    try:
        behind = copies.missing(own, folder)
    except copies.CopyFailed as failed:
        yield Finding(level="trouble", code=failed.code, facts={"fact": failed.fact}, section="alerts")
        return
    yield trouble("copy_behind", n=len(behind), place=own.copy_to) if behind else ok("copy_ok", place=own.copy_to)
