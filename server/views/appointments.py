"""Bookings and free slots."""

from __future__ import annotations

from config.codes import State

from ..domain.slots import checkin_opens, slots_of
from ..domain.tickets import Ticket
from . import shapes
from .tickets import TicketsView


class AppointmentsView(TicketsView):
    def appointments(self, query: str = "") -> list[shapes.Expected]:
        """Today's bookings that have not come yet; `query` is a code, or the last four of a phone or ID number. By its code also a number
        whose holder may come back."""
        query = query.strip().lower()
        found: list[shapes.Expected] = []
        for t in self.floor.booked(self.floor.day):
            v = self.floor.visitors.get(t.id)
            keys = (v.id_last4.lower(), v.phone[-4:]) if v else ()
            if query and query not in keys and query not in (t.id, self.track_code(t)):
                continue
            rules = self.floor.rules.appointments
            found.append(
                {
                    "id": t.id,
                    "service": t.service,
                    "slot_at": self.at(t.slot),
                    "slot_end": self.at(t.slot_end or t.slot),
                    "holder_masked": self.holder(t.id),
                    "holder_typed": self.typed_holder(t.id),
                    "early": self.too_early(t),
                    "unkept": self.unkept(t),
                    "late": self.now > t.slot + rules.late_s * 1000,
                    "back": None,
                }
            )
        back = self.find_track(query) or self.find(query) if query else None
        if back and self.may_come_back(back):
            found.append(
                {
                    "id": back.id,
                    "service": back.service,
                    "slot_at": None,
                    "slot_end": None,
                    "holder_masked": self.holder(back.id),
                    "holder_typed": self.typed_holder(back.id),
                    "early": False,
                    "unkept": [],
                    "late": False,
                    "back": self.back(back),
                }
            )
        return found

    def may_come_back(self, t: Ticket) -> bool:
        """Whether its holder may come back now without queueing again."""
        back = self.back(t)
        return back is not None and back["until"] is not None

    def slots(self, service: str, first_day: str, days: int) -> list[shapes.Slot]:
        return [
            {
                "id": s.id,
                "service": s.service,
                "at": self.at(s.start),
                "from": self.at(s.start),
                "to": self.at(s.end),
                "capacity": s.capacity,
                "free": s.free,
            }
            for s in slots_of(self.floor, service, first_day, days, self.now, self.zone)
        ]

    def appointment(self, t: Ticket) -> shapes.Appointment:
        """A booking: the same thing as its ticket, which has no number yet."""
        return {**self.track(t), "ticket": t.number, "moves": self.moves(t), "early": self.too_early(t)}

    def too_early(self, t: Ticket) -> bool:
        """Whether a booking would be refused now because it cannot be checked in yet."""
        return t.state is State.BOOKED and self.now < checkin_opens(self.floor, t, self.zone)
