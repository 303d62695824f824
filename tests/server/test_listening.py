"""What listens: a full house is told so, a taken port is a sentence, a stop is quick, and Windows' front serves the same hall."""

import socket
import threading

import pytest
from click.testing import CliRunner
from socketio.exceptions import ConnectionError
from soon import LONG, until

from config.schema import ServerSettings
from hallfloor import hall as command
from server.runtime import front
from server.web.lines import INTRODUCTION, ConnectionLimit


def test_beyond_the_limit_a_newcomer_is_told_at_once_in_his_language(context):
    limit = context.server.sockets.lines.limit
    for n in range(limit.most):
        assert limit.know(limit.enter(f"a{n}"))

    told = context.server.app.test_client().get("/socket.io/?EIO=4&transport=polling", headers={"Accept-Language": "en"})

    assert told.status_code == 503 and told.json["code"] == "busy" and "try again" in told.json["detail"]
    assert told.headers["Content-Language"] == "en" and told.headers["Retry-After"]


def test_who_opens_lines_and_says_nothing_keeps_out_nobody_who_speaks_at_once():
    limit, ended = ConnectionLimit(9), []
    other = limit.enter("b")
    for n in range(10):
        place = limit.enter("a")
        place.end = lambda n=n: ended.append(n)

        assert limit.count <= 3, "a third of the places"

    assert limit.know(other) and ended == list(range(8))
    assert not limit.late(place.came) and len(limit.late(place.came + INTRODUCTION + 1)) == 2
    assert limit.count == 1 and not limit.seat(place)


def test_strangers_leave_room_for_those_with_a_token():
    limit = ConnectionLimit(8, each=3)
    come = lambda address: limit.seat(limit.enter(address))

    assert [come("a") for _ in range(5)] == [True] * 3 + [False] * 2
    assert [come("b") for _ in range(5)] == [True] * 3 + [False] * 2, "six strangers of eight places"
    assert limit.know(limit.enter("a")) and limit.know(limit.enter("a")), "and the last two are for whoever has a token"
    assert limit.enter("a") is None


def test_strangers_from_one_address_are_bounded_and_who_shows_a_token_is_not_counted(fresh, running):
    context = fresh(settings=ServerSettings(limits={"strangers": 2}))
    fronts, port = [], running.free_port()
    thread = threading.Thread(target=front._werkzeug, args=(lambda: Lent(context), "127.0.0.1", port, fronts.append), daemon=True)
    thread.start()
    until(lambda: fronts)
    url, device = f"http://127.0.0.1:{port}", {"token": context.token("display", name="d1")}
    come = lambda auth=None: running.Ear(url, auth=auth, transports=["websocket"])

    devices = [come(device) for _ in range(3)]
    strangers = [come(), come()]
    with pytest.raises(ConnectionError):
        come()
    until(lambda: context.server.sockets.lines.limit._addresses == {"127.0.0.1": 2})
    strangers.pop().close()
    until(lambda: context.server.sockets.lines.limit._addresses == {"127.0.0.1": 1})
    devices.append(come(device))
    strangers.append(come())

    for ear in devices + strangers:
        ear.watch(["hall"])
        ear.close()
    until(lambda: not context.server.sockets.lines.limit._addresses)
    fronts[0].shutdown()
    thread.join(LONG)


def test_a_taken_port_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = CliRunner().invoke(command, ["server", "--data", str(tmp_path / "d"), "--port", str(port)])

    assert isinstance(result.exception, front.PortTaken) and str(port) in str(result.exception)


def test_a_second_server_on_the_same_folder_is_refused(context, monkeypatch):
    import server.commands.server as module

    plain = module.open_patiently
    monkeypatch.setattr(module, "open_patiently", lambda app, settings, folder, **more: plain(app, settings, folder, seconds=0.1, **more))

    result = CliRunner().invoke(command, ["server", "--data", str(context.folder), "--port", "1"])

    assert result.exit_code == 1 and "another hall server works on" in result.output


def test_a_config_that_names_no_hall_on_an_empty_folder_says_so(tmp_path):
    config = tmp_path / "server.toml"
    config.write_text("[server]\nport = 8700\n", encoding="utf-8")

    result = CliRunner().invoke(command, ["server", "--config", str(config), "--data", str(tmp_path / "d")])

    assert result.exit_code == 1 and "holds no hall yet" in result.output


def test_a_stop_takes_no_longer_than_it_must_and_leaves_nothing_behind(hall, running):
    ears = [running.Ear(hall.url) for _ in range(5)]
    for ear in ears:
        ear.watch(["hall"])

    hall.process.terminate()
    hall.process.wait(LONG)  # an open page stays for ever

    assert not (hall.folder / "command.json").exists()
    for ear in ears:
        ear.close()
    hall.start()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_front_of_windows_serves_the_same_hall(context, running, transport):
    import socketio

    fronts, port = [], running.free_port()
    thread = threading.Thread(target=front._werkzeug, args=(lambda: Lent(context), "127.0.0.1", port, fronts.append), daemon=True)
    thread.start()
    until(lambda: fronts)
    heard = []
    io = socketio.Client(reconnection=False)
    io.on("ticket.issued", heard.append)
    io.connect(f"http://127.0.0.1:{port}", transports=[transport], wait_timeout=LONG)
    io.call("watch", ["hall"], timeout=LONG)

    context.kiosk.take()

    until(lambda: heard)
    assert heard[0]["number"] == "A001"
    io.disconnect()
    fronts[0].shutdown()
    thread.join(LONG)


class Lent:
    """The house's own server, which the fixture closes."""

    def __init__(self, context):
        self.app = context.server.app

    def close(self):
        """Not ours to close."""
