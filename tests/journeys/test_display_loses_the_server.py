"""The server goes away under a display: a key says so, no old number stands on a bar, and all goes on when it is back."""

import wave

from journey_hall import window_hall


def test_display_loses_the_server(place, wait):
    hall = window_hall(place, "1")
    server, bars, pad = hall.server, hall.bars, hall.pads["1"]
    hall.take(3)
    pad.press("call")
    assert bars.wait(1, "请A001号")

    server.kill()
    pad.press("finish")
    wait(lambda: pad.beeps == 1, why="the press is not refused")
    assert bars.texts[1] in ("请A001号", "")
    assert bars.wait(1, "请稍候")

    server = place.server(port=server.port)
    assert bars.wait(1, "请A001号")  # the refused press was not done later
    pad.press("call")
    assert bars.wait(1, "请A002号")
    place.stop_cleanly(hall.display)
    server.stop()
    place.clean()


def test_a_manager_sees_the_devices_and_restarts_the_display(place, wait):
    hall = window_hall(place, "1", more='[[signs]]\nwindow = "2"\nurl = "serial:///dev/does-not-exist"\n')
    manager = place.at_this_machine()

    def states():
        return {d["id"]: (d["state"], d["sentence"]) for d in hall.server.get("/devices", token=manager)[1]["items"]}

    wait(lambda: states().get("d1/sign-2", ("",))[0] == "trouble", why=states)
    wait(lambda: states().get("d1/display", ("",))[0] == "ok", why=states)
    status, said, _ = hall.server.post("/devices/d1/commands", {"do": "restart"}, token=manager)
    assert status == 201, said

    wait(lambda: not hall.display.alive, why="the display does not restart")
    assert hall.display.process.returncode == 75


def test_a_call_is_spoken_by_the_servers_voice_within_a_second(place, wait, record_property):
    sounds = place.folder / "sounds"
    hall = window_hall(place, "1", more=f'[speaker]\nurl = "virtual://speaker{sounds.as_posix()}"\ntimes = 1\n')
    hall.take(20)

    took = []
    for n in (1, 2, 3):
        took.append(hall.called_within(lambda n=n: len(list(sounds.glob("*.wav"))) == n))
        hall.pads["1"].press("finish")
        assert hall.bars.wait(1, "欢迎光临")
    record_property("key_to_voice_s", [round(seconds, 3) for seconds in took])

    for file in sounds.glob("*.wav"):
        with wave.open(str(file)) as sound:
            assert sound.getnframes() / sound.getframerate() > 1.0
            assert any(sound.readframes(sound.getnframes()))
