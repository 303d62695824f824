"""What is kept for telling holders: which messages went out, and which browsers want to be told. Private rows; no event."""

from __future__ import annotations


def remember(entry, *, ticket: str, what: str, state: str) -> bool:
    """Notes that a message is on its way (or went); False when that was noted before."""
    known = entry.private("SELECT state FROM sent WHERE ticket = ? AND what = ?", ticket, what)
    if known and state == "queued":
        return False
    entry.keep_row("sent", ticket=ticket, what=what, state=state, at=entry.now)
    return True


def keep_push(entry, *, ticket: str, endpoint: str, p256dh: str, auth: str) -> None:
    """A browser that wants to be told of a ticket."""
    entry.keep_row("pushes", ticket=ticket, endpoint=endpoint, p256dh=p256dh, auth=auth)


def drop_push(entry, *, ticket: str, endpoint: str = "") -> int:
    return entry.forget("pushes", "ticket = ? AND endpoint LIKE ?", ticket, endpoint or "%")
