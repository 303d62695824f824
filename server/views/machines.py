"""Devices and commands to machines."""

from __future__ import annotations

from ..domain.things import COMMAND_LASTS, Device
from .base import BaseView, named


class MachinesView(BaseView):
    def commands(self, machine: str) -> list[dict]:
        """What a machine shall do, in the order in which it was wished."""
        sql = "SELECT id, what, ticket FROM commands WHERE machine = ? AND at > ? ORDER BY rowid"
        rows = self.reader.execute(sql, (machine, self.now - COMMAND_LASTS))
        return [{"id": id, "do": what} | ({"ticket": ticket} if ticket else {}) for id, what, ticket in rows]

    def devices(self) -> list[dict]:
        return [
            {
                "id": d.id,
                "name": d.id.split("/")[0],
                "device": d.id.partition("/")[2],
                "kind": d.kind,
                "state": d.state,
                "code": d.code,
                **self.device_says(d),
                "at": self.instant(d.at),
            }
            for d in sorted(self.floor.devices.values(), key=lambda d: d.id)
        ]

    def device_says(self, d: Device) -> dict:
        """How a device is, in its machine's own words, else in those of its code; a code that nobody knows has none."""
        said = self.device_text(d)
        return {"facts": d.facts} | named("sentence", said) | {"sentence_en": said.get("en", "")}
