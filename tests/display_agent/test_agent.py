"""The whole agent before a real server: bars, loudspeaker and keypads follow the hall; what fails is told and troubles nobody else."""

import socket
from pathlib import Path

import pytest

from config.schema import DisplaySettings
from display.agent import Agent
from display.announcer import CallToSay

SIGN = {"window": "1", "url": "virtual://sign"}
KEYPAD = {"window": "1", "url": "virtual://keypad", "profile": "bus"}


def sign(no, address):
    return {"window": no, "url": "virtual://line", "address": address}


def test_bars_show_each_state_of_their_windows(town, agent, wait):
    town.open("1", "2")
    one = agent(signs=[sign("1", 1), sign("2", 2)])
    texts = one.at("sign-1").texts

    wait(lambda: texts == {1: "欢迎光临", 2: "欢迎光临"})
    ticket = town.take()
    town.do("call_next", window="1")
    wait(lambda: texts == {1: "请A001号", 2: "欢迎光临"})
    town.do("start_service", ticket=ticket.id)
    wait(lambda: texts[1] == "A001 办理中")
    town.do("finish", ticket=ticket.id)
    wait(lambda: texts[1] == "欢迎光临")
    town.do("set_window", window="2", state="paused", reason="午餐")
    wait(lambda: texts[2] == "暂停服务")
    town.do("set_window", window="2", state="closed")
    wait(lambda: texts[2] == "未开放")


def test_a_bar_without_power_and_an_unplugged_one_delay_no_other(town, agent, wait):
    town.open("1", "2", "3")
    one = agent(signs=[{"window": "3", "url": "serial:///dev/does-not-exist"}, sign("1", 1), sign("2", 2)])
    bars = one.at("sign-1")
    bars.dead.add(2)

    town.take()
    town.take()
    town.do("call_next", window="2")
    town.do("call_next", window="1")

    wait(lambda: bars.texts.get(1) == "请A002号")
    assert 2 not in bars.texts


def test_an_agent_that_comes_late_or_again_shows_the_hall_as_it_is(town, agent, wait):
    town.open("1")
    ticket = town.take()
    town.do("call_next", window="1")
    wait(lambda: town.server.sockets.told.seq == town.ledger.floor.seq)  # the news of it are out
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker"})
    texts = one.at("sign-1").texts
    wait(lambda: texts.get(1) == "请A001号")

    town.away()
    town.go()
    town.serve(ticket)
    town.take()
    town.do("call_next", window="1")

    wait(lambda: texts[1] == "请A002号")
    assert not [n for n in one.at("speaker").said if "A001" in n.texts["zh"]]  # a call of before its time is shown, not spoken


def test_a_call_made_while_the_line_was_down_is_announced_when_it_is_back(town, agent, wait):
    town.open("1")
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker", "times": 1})
    wait(lambda: one.at("sign-1").texts.get(1) == "欢迎光临")
    town.front.shutdown()
    town.front.server_close()
    town.server.sockets.close()
    wait(lambda: one._lost_at is not None)

    ticket = town.take()
    town.take("social")
    town.do("call_next", window="1")
    town.serve(ticket)  # nobody looks for A001 any more
    town.do("call_next", window="1")
    town.server.close()
    town.go()

    wait(lambda: one.at("sign-1").texts.get(1) == "请B001号")
    assert one.at("speaker").wait(1) and [n.texts["zh"] for n in one.at("speaker").said] == ["请B001号到1号窗口办理"]


def test_each_call_is_said_twice_and_a_recall_again(town, agent, wait):
    town.open("1")
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker", "volume": 70})
    wait(lambda: one.at("sign-1").texts)

    ticket = town.take()
    town.do("call_next", window="1")
    assert one.at("speaker").wait(2)
    town.do("recall", ticket=ticket.id)

    assert one.at("speaker").wait(4)
    assert {(n.texts["zh"], n.volume) for n in one.at("speaker").said} == {("请A001号到1号窗口办理", 70)}


def test_the_managers_quiet_hours_hold_for_loudspeakers_too(town, agent, wait):
    town.open("1")
    town.do("put_setting", name="voice", value={"quiet": ["00:00-24:00"]})
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker"})
    announcer, silent = one.announcers[0][1], []
    how = announcer._how
    announcer._how = lambda: silent.append(how()) or silent[-1]
    wait(lambda: one.at("sign-1").texts)
    town.take()
    town.do("call_next", window="1")
    wait(lambda: silent and one.at("sign-1").texts[1] == "请A001号")
    town.do("put_setting", name="voice", value={"times": 1})
    town.take("social")
    ticket = town.ledger.floor.at_window("1")
    town.serve(ticket)
    town.do("call_next", window="1")

    assert one.at("speaker").wait(1)
    assert [n.texts["zh"] for n in one.at("speaker").said] == ["请B001号到1号窗口办理"]


def test_the_managers_volume_by_the_hour_is_heard_without_a_restart(town, agent, wait):
    town.open("1")
    one = agent(speaker={"url": "virtual://speaker"}, signs=[SIGN])
    wait(lambda: one.at("sign-1").texts)  # it has joined the hall
    town.take()
    town.do("call_next", window="1")
    assert one.at("speaker").wait(2)
    hours = [{"from": "00:00", "to": "24:00", "volume": 35}]
    town.do("put_setting", name="voice", value={"times": 1, "hours": hours, "languages": ["zh"]})
    town.do("recall", ticket=town.ledger.floor.at_window("1").id)

    assert one.at("speaker").wait(3)
    assert [n.volume for n in one.at("speaker").said] == [80, 80, 35]


def test_each_zone_hears_its_own_windows_and_all_hear_where_no_zone_is_named(town, agent, wait):
    town.do("put_window", no="1", zone="A")
    town.do("put_window", no="2", zone="B")
    town.open("1", "2")
    zones = [{"url": "virtual://speaker", "zone": "A", "times": 1}, {"url": "virtual://speaker", "zone": "B", "times": 1}]
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker", "times": 1}, speakers=zones)
    wait(lambda: one.at("sign-1").texts)

    town.take()
    town.take()
    town.do("call_next", window="1")
    town.do("call_next", window="2")

    assert one.at("speaker").wait(2) and one.at("speaker-A").wait(1) and one.at("speaker-B").wait(1)
    assert [n.texts["zh"] for n in one.at("speaker-A").said] == ["请A001号到1号窗口办理"]
    assert [n.texts["zh"] for n in one.at("speaker-B").said] == ["请A002号到2号窗口办理"]


def test_who_comes_next_is_asked_to_get_ready_once_and_only_where_the_hall_wants_it(town, agent, wait):
    town.open("1")
    one = agent(speaker={"url": "virtual://speaker", "times": 1, "ready": True}, signs=[SIGN])
    wait(lambda: one.at("sign-1").texts)
    town.take()
    town.take()
    town.do("call_next", window="1")
    assert one.at("speaker").wait(1)
    town.server.context.jobs.forecaster.refresh()

    town.server.sockets.board_changed(town.ledger.waits)
    town.server.sockets.board_changed(town.ledger.waits)

    assert one.at("speaker").wait(2)
    assert [n.texts["zh"] for n in one.at("speaker").said] == ["请A001号到1号窗口办理", "请A002号准备"]


def test_the_servers_own_voice_is_played_and_each_sentence_is_fetched_once(town, agent, wait):
    made = []
    town.speak(lambda text, lang: made.append((text, lang)) or b"RIFF" + text.encode())
    town.open("1")
    one = agent(signs=[SIGN], speaker={"url": "virtual://speaker", "languages": ["zh", "en"]})
    wait(lambda: one.at("sign-1").texts)

    town.take()
    town.do("call_next", window="1")

    assert one.at("speaker").wait(4)
    heard = [Path(n.audio).read_bytes().decode() for n in one.at("speaker").said]
    assert heard == ["RIFF请A001号到1号窗口办理", "RIFFNumber A001, please go to window 1"] * 2
    assert len(made) == 2


def test_a_window_that_is_not_in_the_hall_is_told_to_the_manager(town, agent, wait):
    town.open("1")
    one = agent(signs=[SIGN, {"window": "77", "url": "virtual://other"}])

    state = wait(lambda: (found := one.reports.states().get("sign-77")) and found.status.code == "no_such_window" and found.status)

    assert (state.state, state.code, state.facts) == ("trouble", "no_such_window", {"window": "77"})


def test_the_states_of_devices_reach_the_hall_and_are_written_when_they_change(town, agent, wait):
    agent(signs=[SIGN, {"window": "2", "url": "serial:///dev/does-not-exist"}], speaker={"url": "virtual://speaker"})

    def states():
        return {d["id"]: d["state"] for d in town.server.context.view().devices()}

    wait(lambda: states().get("display-1/sign-2") == "trouble")
    wait(lambda: states().get("display-1/speaker") == "ok")
    assert states()["display-1/display"] == "ok" and states()["display-1/sign-1"] in ("unknown", "ok")
    changes = town.kinds().count("device.changed")
    assert changes <= 6


def test_after_an_outage_all_devices_are_told_again(town, agent, wait):
    one = agent(signs=[SIGN])
    wait(lambda: "display-1" in town.server.context.machines.heard)
    town.away()
    wait(lambda: one.reports._away)
    town.go()
    town.do("note_silence", machine="display-1")  # as the hall's clockwork does after a while

    wait(lambda: {d["state"] for d in town.server.context.view().devices() if d["id"] == "display-1/display"} == {"ok"})
    wait(lambda: {d["code"] for d in town.server.context.view().devices() if d["id"] == "display-1/sign-1"} == {"unanswered"})


def test_a_manager_restarts_the_agent_once(town, agent, wait):
    one = agent(signs=[SIGN])
    wait(lambda: "display-1" in town.server.context.machines.heard)

    town.do("order", machine="display-1", what="restart")

    wait(one._over.is_set)
    assert one.wait() == 75
    assert town.commands("display-1") == []


def test_a_command_a_display_cannot_do_is_answered_so(town, agent, wait):
    one = agent(signs=[SIGN])
    wait(lambda: "display-1" in town.server.context.machines.heard)

    town.do("order", machine="display-1", what="reprint", ticket="x")

    wait(lambda: town.commands("display-1") == [])
    assert not one._over.is_set()


def test_without_a_server_the_bars_say_after_a_while_that_one_should_wait(agent, town, wait, monkeypatch):
    monkeypatch.setattr("display.agent.PATIENCE", 0.3)
    town.open("1")
    town.take()
    town.do("call_next", window="1")
    one = agent(signs=[SIGN])
    texts = one.at("sign-1").texts
    wait(lambda: texts.get(1) == "请A001号")

    town.front.shutdown()
    town.front.server_close()
    town.server.sockets.close()

    wait(lambda: texts.get(1) == "请稍候")
    town.server.close()
    town.go()
    wait(lambda: texts.get(1) == "请A001号")


def test_an_agent_whose_server_was_never_there_still_starts_and_ends():
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    one = Agent(DisplaySettings.model_validate({"server": {"url": f"http://127.0.0.1:{port}"}, "signs": [SIGN]}))

    one.start()
    one.leave(0)

    assert one.wait() == 0
    one.close()


def test_a_wrong_profile_stops_the_start_with_its_sentence():
    with pytest.raises(ValueError, match="zhongyi"):
        Agent(DisplaySettings.model_validate({"signs": [SIGN | {"profile": "zhongyii"}]}))


def test_the_sound_files_are_not_kept_for_ever(town, agent, monkeypatch):
    monkeypatch.setattr("display.agent.SOUNDS", 3)
    one = agent(signs=[SIGN])
    monkeypatch.setattr(one.link, "fetch", lambda path: b"RIFF")

    files = [one._sound(f"/audio/zh/{n}.wav") for n in range(6)]

    assert sum(f.exists() for f in files) == 3 and files[-1].exists()
    assert CallToSay(number="A001").audio == {}
