"""A key of a call keypad becomes a call: bus frames in, `hall display`, `hall server`, and the bytes of an LED bar out."""

import statistics

from journey_hall import window_hall

ROUNDS = 30
NOWHERE = """
[[signs]]
window = "3"
url = "tcp://10.255.255.1:4001"
[[keypads]]
window = "3"
url = "serial:///dev/does-not-exist"
profile = "bus"
"""


def test_from_key_to_bar(place, wait):
    hall = window_hall(place, "1", "2")
    server, bars, pads = hall.server, hall.bars, hall.pads
    hall.take(3)
    wait(lambda: bars.texts == {1: "欢迎光临", 2: "欢迎光临"}, why=lambda: bars.texts)
    wait(lambda: pads["1"].shown.strip() == "003", why=lambda: pads["1"].shown)

    pads["1"].press("call")
    assert bars.wait(1, "请A001号")

    assert bars.texts[2] == "欢迎光临"
    wait(lambda: pads["1"].shown.strip() == "001", why=lambda: pads["1"].shown)
    wait(lambda: [t for a, t in bars.history if a == 1].count(" ") >= 2, why="it does not flash")
    assert bars.wait(1, "请A001号")

    pads["1"].press("finish")
    assert bars.wait(1, "欢迎光临")
    pads["1"].press("key 0")
    auditor = place.token("auditor")
    given = wait(
        lambda: [e for e in server.get("/events?after=0&limit=1000", token=auditor)[1]["items"] if e["kind"] == "evaluation.given"],
        why="no evaluation came",
    )
    assert given[0]["body"]["channel"] == "keypad" and given[0]["window"] == "1"

    pads["2"].press("pause")
    assert bars.wait(2, "暂停服务")
    pads["2"].press("call")
    wait(lambda: pads["2"].beeps == 1, why="a press at a paused window is not refused")
    server.stop()
    place.clean()


def test_a_dead_bar_and_a_dead_keypad_delay_no_call(place, record_property):
    hall = window_hall(place, "1", more=NOWHERE)
    hall.take(ROUNDS)
    assert hall.bars.wait(1, "欢迎光临")

    took = []
    for n in range(1, ROUNDS + 1):
        took.append(hall.called_within(lambda n=n: hall.bars.texts.get(1) == f"请A{n:03d}号"))
        hall.pads["1"].press("finish")
        assert hall.bars.wait(1, "欢迎光临")

    record_property("key_to_bar_ms", {"p50": round(statistics.median(took) * 1000), "max": round(max(took) * 1000)})
