"""The board, and the snapshot of each room of the socket."""

from __future__ import annotations

from typing import Any

from config.codes import State

from ..domain.texts import pick
from ..domain.tickets import Ticket
from ..record import journal
from . import shapes
from .appointments import AppointmentsView
from .figures import FiguresView
from .machines import MachinesView
from .packages import PackagesView
from .windows import WindowsView

CALLS_SHOWN = 20


class RoomsView(PackagesView, WindowsView, AppointmentsView, MachinesView, FiguresView):
    def calls(self, limit: int = CALLS_SHOWN, window: str | None = None) -> list[shapes.CallShown]:
        """The last calls, the latest first, out of the journal up to this picture's event."""
        if self.reader is None:
            return []
        rows = journal.calls(self.reader, self.floor.seq, self.at(self.now - 12 * 3_600_000), limit, window)
        return [self.call(r["seq"], r["at"], r["window"], r["body"]) for r in rows]

    def taken_back(self, ticket: str, seq: int) -> list[int]:
        """The calls of a ticket that the event `seq` took back."""
        return journal.taken_back(self.reader, ticket, seq) if self.reader else []

    def call(self, seq: int, at: str, window: str, facts: dict[str, Any]) -> shapes.CallShown:
        """One call as boards draw and speak it."""
        say = self.say("announcements", "call", {"number": facts["number"], "window": window})
        return {
            "seq": seq,
            "number": facts["number"],
            "window": window,
            "window_name": facts.get("window_name") or pick(self.window_name(window)),
            "service": facts["service"],
            "times": facts["times"],
            "at": at,
            "say": say,
            "audio": self.audio(say),
        }

    def next_up(self) -> list[shapes.NextUp]:
        """请准备: those who are likely to be called next, as far as they still wait."""
        if self.waits is None:
            return []
        return [
            {"number": t.number or "", "service": t.service}
            for t in (self.floor.tickets.get(id) for id in self.waits.next_ids)
            if t and t.state is State.WAITING
        ]

    def board(self) -> shapes.Board:
        """Room `hall` and GET /board."""
        return {
            "hall": self.hall(),
            "services": self.services(),
            "windows": self.windows(),
            "calls": self.calls(),
            "next": self.next_up(),
            "notices": self.notices(),
        }

    def window_room(self, no: str) -> shapes.WindowRoom:
        calls = self.calls(1, no)
        return {"hall": self.hall(), "window": self.window(no), "services": self.services(), "call": calls[0] if calls else None}

    def pad_room(self, no: str) -> shapes.PadRoom:
        return {"hall": self.hall(), "window": self.window(no), "services": self.services(), "evaluation": self.evaluation_asked(no)}

    def ticket_room(self, t: Ticket) -> shapes.TicketRoom:
        return {"hall": self.hall(), "ticket": self.track(t)}

    def staff_room(self) -> shapes.StaffRoom:
        live = sorted(self.floor.live(), key=lambda t: (t.line_at, t.seq or 0))
        booked = self.floor.booked(self.floor.day)
        return {
            "hall": self.hall(),
            "services": self.services(),
            "windows": self.staff_windows(),
            "tickets": [self.line_ticket(t) for t in (*live, *booked, *self.referred_today())],
            "notices": self.notices(),
            "messages": self.messages(),
            "help": self.help(),
            "green": self.green_reasons(),
            "papers": bool(self.floor.rules.rights.papers_days),
        }

    def managers_room(self) -> shapes.ManagersRoom:
        return {
            **self.staff_room(),
            "alerts": self.alerts(),
            "devices": self.devices(),
            "today": self.today(),
            "plans": self.plans(),
            "cases": self.cases(),
        }
