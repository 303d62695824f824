"""A key of a call keypad becomes a call: bus frames in, `hall display`, `hall server`, and the bytes of an LED bar out."""

import time


def hall(place, *windows, more=""):
    """Server, open windows, and a display with a bar and a keypad at each of them, on two lines as in real halls."""
    server = place.server()
    tokens = server.open(*windows)
    bars, pads = place.bars(), {no: place.keypad(n) for n, no in enumerate(windows, 1)}
    devices = "".join(
        f"""
        [[signs]]
        window = "{no}"
        url = "{bars.url}"
        address = {n}
        [[keypads]]
        window = "{no}"
        url = "{pads[no].url}"
        profile = "bus"
        address = {n}
        token = "{tokens[no]}"
        """
        for n, no in enumerate(windows, 1)
    )
    return server, bars, pads, place.display(server, devices + more)


def take(server, place, count, service="tax"):
    token = place.token("kiosk", name="test")
    for _ in range(count):
        status, said, _ = server.post("/tickets", {"service": service}, token=token)
        assert status == 201, said


def test_from_key_to_bar(place, wait, record_property):
    server, bars, pads, _ = hall(place, "1", "2")
    take(server, place, 3)
    wait(lambda: bars.texts == {1: "欢迎光临", 2: "欢迎光临"}, why=lambda: bars.texts)
    wait(lambda: pads["1"].shown.strip() == "003", why=lambda: pads["1"].shown)

    pressed = time.monotonic()
    pads["1"].press("call")
    assert bars.wait(1, "请A001号", 5)
    lit = time.monotonic() - pressed
    record_property("key_to_bar_s", round(lit, 3))

    assert bars.texts[2] == "欢迎光临"
    wait(lambda: pads["1"].shown.strip() == "001", why=lambda: pads["1"].shown)
    wait(lambda: [t for a, t in bars.history if a == 1].count(" ") >= 2, why="it does not flash")
    assert bars.wait(1, "请A001号", 5)
    assert lit < 1

    pads["1"].press("finish")
    assert bars.wait(1, "欢迎光临", 5)
    pads["1"].press("key 0")
    managers = place.token("auditor")
    given = wait(
        lambda: [e for e in server.get("/events?after=0&limit=1000", token=managers)[1]["items"] if e["kind"] == "evaluation.given"],
        why="no evaluation came",
    )
    assert given[0]["body"]["channel"] == "keypad"

    pads["2"].press("pause")
    assert bars.wait(2, "暂停服务", 5)
    server.stop()
    place.clean()
