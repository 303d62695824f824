"""A hall with bars and call keypads on real lines, for journeys that begin with a key. Values and small helpers; no tests here."""

import time

from soon import LONG


class WindowHall:
    """`server`, `display`, `bars` (what each bar shows, by address), `pads` by window."""

    def __init__(self, place, windows, more):
        self.place, self.server = place, place.server()
        self.tokens = self.server.open(*windows)
        self.bars, self.pads = place.bars(), {no: place.keypad(n) for n, no in enumerate(windows, 1)}
        tables = "".join(self._tables(no, n) for n, no in enumerate(windows, 1))
        self.display = place.display(self.server, tables + more)

    def _tables(self, no, address):
        return f"""
            [[signs]]
            window = "{no}"
            url = "{self.bars.url}"
            address = {address}
            [[keypads]]
            window = "{no}"
            url = "{self.pads[no].url}"
            profile = "bus"
            address = {address}
            token = "{self.tokens[no]}"
            """

    def take(self, count, service="tax"):
        token = self.place.token("kiosk", name="test")
        for _ in range(count):
            status, said, _ = self.server.post("/tickets", {"service": service}, token=token)
            assert status == 201, said

    def called_within(self, seen, no="1", most=LONG):
        """Seconds from a key until `seen()`."""
        pressed = time.monotonic()
        self.pads[no].press("call")
        while not seen():
            assert time.monotonic() - pressed < most, "the call does not arrive"
            time.sleep(0.001)
        return time.monotonic() - pressed


def window_hall(place, *windows, more=""):
    return WindowHall(place, windows, more)
