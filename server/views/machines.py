"""Devices and commands to machines."""

from __future__ import annotations

from typing import Any, TypedDict

from config.codes import DeviceState, Order

from ..domain.private import Above, Command
from ..domain.texts import Text, pick
from ..domain.things import COMMAND_LASTS, Device
from ..record import store
from . import shapes
from .base import BaseView


class DeviceSays(TypedDict):
    facts: dict[str, Any]
    sentence: str
    sentence_en: str
    sentences: Text


def is_away(d: Device) -> bool:
    """Whether it was heard of and is not any more. A bar or printer that can never answer is unknown for good, and nothing is wrong."""
    return d.code == "offline" or (d.code == "silent" and d.facts.get("why") == "machine")


class MachinesView(BaseView):
    def commands(self, machine: str) -> list[shapes.Command]:
        """What a machine shall do, in the order in which it was wished."""
        wished = store.find(self.reader, Command, machine=machine, at=Above(self.now - COMMAND_LASTS)) if self.reader else []
        return [self.command(one) for one in wished]

    def command(self, one: Command) -> shapes.Command:
        told: shapes.Command = {"id": one.id, "do": Order(one.what)}
        return {**told, "ticket": one.ticket} if one.ticket else told

    def devices(self) -> list[shapes.Device]:
        return [
            {
                "id": d.id,
                "name": d.id.split("/")[0],
                "device": d.id.partition("/")[2],
                "kind": d.kind,
                "state": d.state,
                "code": d.code,
                **self.device_says(d),
                "needs_care": d.state == DeviceState.TROUBLE or (d.state == DeviceState.UNKNOWN and is_away(d)),
                "at": self.at(d.at),
            }
            for d in sorted(self.floor.devices.values(), key=lambda d: d.id)
        ]

    def device_says(self, d: Device) -> DeviceSays:
        """How a device is, in its machine's own words, else in those of its code; a code that nobody knows has none."""
        said = self.device_text(d)
        return {"facts": d.facts, "sentence": pick(said), "sentence_en": said.get("en", ""), "sentences": said}
