"""Devices and commands to machines."""

from __future__ import annotations

from ..domain.private import Above, Command
from ..domain.things import COMMAND_LASTS, Device
from ..record import store
from .base import BaseView, named


class MachinesView(BaseView):
    def commands(self, machine: str) -> list[dict]:
        """What a machine shall do, in the order in which it was wished."""
        wished = store.find(self.reader, Command, machine=machine, at=Above(self.now - COMMAND_LASTS)) if self.reader else []
        return [{"id": one.id, "do": one.what} | ({"ticket": one.ticket} if one.ticket else {}) for one in wished]

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
