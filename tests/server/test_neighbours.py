"""找大厅: this hall first, its neighbours as they were last seen, and an honest "unknown" of whoever is silent or odd."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from config.settings import Neighbour
from server.outside import neighbours

CODE = "33100200000001"  # of the second hall (conftest)
OTHER = {"code": CODE, "name": "桃源街道便民服务中心", "name_en": "Taoyuan", "address": "桃源路218号", "phone": "0576-54321"}


def know(context, *others):
    answer = context.manager.put("/settings/neighbours", value={"items": list(others)})
    assert answer.status_code == 200, answer.text
    return context.server.context.neighbours


def listed(context):
    return context.nobody().get("/halls").json["items"]


@pytest.fixture
def served():
    """A loopback server that answers as told: `served(status, headers, body)` gives its address."""
    running = []

    def serve(status=200, headers=(), body=b"", hold=None):
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                self.server.asked.append(self.path)
                if hold:
                    hold.wait(30)
                self.send_response(status)
                for head in headers:
                    self.send_header(*head)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return server, f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_second_hall_is_seen_open_with_those_who_wait_and_unknown_when_it_has_gone(context, hall, caplog):
    caplog.set_level(logging.INFO, logger="hall.neighbours")
    one = OTHER | {"url": hall.url}
    looking = know(context, one)
    kiosk = hall.token("kiosk")
    for _ in range(3):
        hall.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk"}, token=kiosk)
    context.kiosk.take("tax")
    before = listed(context)

    looking.look(Neighbour(**one))
    mine, seen = listed(context)
    hall.stop()
    context.clock.forward(seconds=60)
    for _ in range(3):
        looking.look(Neighbour(**one))
    still = listed(context)[1]
    context.clock.forward(seconds=60)
    gone = listed(context)[1]
    hall.start()
    looking.look(Neighbour(**one))

    assert before[1]["open"] is before[1]["waiting"] is before[1]["at"] is None  # nobody was asked yet
    assert (mine["here"], mine["waiting"], mine["open"]) == (True, 1, True)
    assert (seen["here"], seen["code"], seen["name"], seen["waiting"], seen["open"]) == (False, CODE, OTHER["name"], 3, True)
    assert seen["url"] == hall.url + "/book" and seen["hours"] and seen["address"] == OTHER["address"]
    assert still == seen  # so much silence is nothing yet
    assert gone["open"] is gone["waiting"] is gone["at"] is gone["hours"] is None and gone["name"] == OTHER["name"]
    assert listed(context)[1]["waiting"] == 3
    assert [r.levelname for r in caplog.records if r.name == "hall.neighbours"] == ["WARNING", "INFO"]


BOARD = {"hall": {"code": CODE, "open": True, "hours": []}, "services": [{"waiting": 2}]}
ODD = {
    "html": (200, b"<!doctype html>"),
    "another hall": (200, json.dumps(BOARD | {"hall": BOARD["hall"] | {"code": "33100200000009"}}).encode()),
    "less than none": (200, json.dumps(BOARD | {"services": [{"waiting": -1}]}).encode()),
    "words for a count": (200, json.dumps(BOARD | {"services": [{"waiting": "<b>2</b>"}]}).encode()),
    "a list": (200, b"[]"),
    "deep": (200, b"[" * 100_000),
    "too much": (200, json.dumps(BOARD).encode() + b" " * 2_000_000),
    "no such page": (404, json.dumps(BOARD).encode()),
    "its own trouble": (503, json.dumps(BOARD).encode()),
}


@pytest.mark.parametrize("what", ODD)
def test_an_odd_answer_is_unknown(context, served, what):
    status, body = ODD[what]
    one = OTHER | {"url": served(status, body=body)[1]}

    know(context, one).look(Neighbour(**one))

    assert listed(context)[1]["waiting"] is None


def test_a_right_answer_is_known_and_what_is_not_asked_for_is_left_out(context, served):
    more = BOARD | {
        "hall": BOARD["hall"] | {"name": "<script>", "hours": [{"from": "08:30", "to": "12:00", "x": 1}, {"from": "<b>", "to": 3}]}
    }
    one = OTHER | {"url": served(body=json.dumps(more).encode())[1] + "/"}

    know(context, one).look(Neighbour(**one))

    seen = listed(context)[1]
    assert (seen["waiting"], seen["open"], seen["name"]) == (2, True, OTHER["name"])
    assert seen["hours"] == [{"from": "08:30", "to": "12:00"}]


def test_a_redirect_is_not_followed(context, served):
    elsewhere, there = served(body=json.dumps(BOARD).encode())
    one = OTHER | {"url": served(302, [("Location", there + "/api/v1/board")])[1]}

    know(context, one).look(Neighbour(**one))

    assert elsewhere.asked == [] and listed(context)[1]["waiting"] is None


def test_a_neighbour_that_stalls_is_given_up(served, monkeypatch):
    monkeypatch.setattr(neighbours, "TIMEOUT", 0.2)
    hold = threading.Event()

    with pytest.raises(OSError):
        neighbours.board(served(hold=hold)[1])
    hold.set()


def test_no_request_waits_for_a_neighbour_and_nobody_is_asked_twice_at_once(context):
    asked, answer, first = [], threading.Event(), threading.Event()

    def stalls(url):
        asked.append(url)
        first.set()
        answer.wait(30)
        return BOARD

    know(context, OTHER | {"url": "http://127.0.0.1:9"}, {"code": "33100200000003", "name": "没有网址的大厅"})
    looking = neighbours.NeighbourWatch(context.server.context, fetch=stalls, pause=0.01)
    context.server.context.neighbours = looking
    looking.start()
    assert first.wait(20)

    known = [one["waiting"] for one in listed(context)]

    looking.close()
    answer.set()
    assert known == [0, None, None]
    assert asked == ["http://127.0.0.1:9/api/v1/board"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"halls": []},
        {"items": [{"name": "x"}]},
        {"items": [OTHER | {"url": "ftp://x"}]},
        {"items": [OTHER | {"adress": "x"}]},
        {"items": [OTHER, OTHER]},
        {"items": [OTHER | {"code": f"331002000000{n}"} for n in range(10, 31)]},
    ],
)
def test_a_wrong_setting_is_refused_where_it_is_set(context, wrong):
    assert context.manager.put("/settings/neighbours", value=wrong).status_code == 422
