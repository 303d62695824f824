"""Who may act on this window or ticket just now. Asked inside the action, so that no second clerk slips in between. It changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from config.codes import Role

from ..domain.errors import NotAllowed
from ..domain.line import may_serve
from ..domain.permissions import BOUND, ONE_WINDOW
from ..domain.tickets import MOVES, Ticket
from .authenticator import Caller
from .context import Context


def at_window(who: Caller, no: str, *, moving: bool = False) -> Callable:
    """A keypad at its own window; a clerk at the window that is theirs, or at one that is nobody's while they have none.

    `moving`: the clerk opens this window; having another one is then a matter of taking over, not of right.
    """

    def guard(tx) -> None:
        window = tx.floor.windows.get(no)
        if window is None or who.role not in BOUND:
            return
        fits = clerks(tx.floor, window) if who.role == Role.CLERK else who.window == no
        if not fits:
            raise NotAllowed("not_your_window", window=no)

    def clerks(floor, window) -> bool:
        mine = {w.no for w in floor.windows.values() if who.name in w.people}
        if moving:
            return True  # whose window it is, is asked by the action: it may be taken over
        if mine:
            return no in mine
        chosen = floor.windows.get((who.session and who.session.window) or "")
        if chosen and chosen.clerk is None:
            return no == chosen.no
        return not window.people or who.name in window.people

    return guard


def at_ticket(who: Caller, id: str, move: str | None) -> Callable:
    """The window where the ticket is, or one that may serve it. `move` None: what is done is no move. A
    move that is not allowed now is refused as such, whoever asks."""

    def guard(tx) -> None:
        ticket = tx.fetch(Ticket, id)
        if ticket is None or move is not None and move not in MOVES[ticket.state]:
            return
        no = ticket.window or ticket.only_window
        if no is not None:
            at_window(who, no)(tx)
        elif who.role in ONE_WINDOW and not (
            who.window in tx.floor.windows and may_serve(tx.floor, tx.floor.windows[who.window], ticket, tx.now)
        ):
            raise NotAllowed("not_your_number", number=ticket.number, window=who.window)

    return guard


def ticket_id(context: Context, given: str) -> tuple[str, bool]:
    """A ticket may be named by its id or by its track code: (id, whether the caller knows the track code and so is its holder)."""
    behind = context.ledger.keys.id_of("track", given)
    return (behind, True) if behind else (given, False)
