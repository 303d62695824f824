"""The agent's ear and its requests before a real server: order, resume, refusals, and the difference between no and nobody."""

import socket
import threading

import pytest

from config.link import Away, HallClient, Refused
from display.news import NewsClient


class Ear:
    """Watches the hall and keeps what it was told, in order."""

    def __init__(self, town, token="", rooms=("hall",)):
        self.drawn, self.heard, self.lost = [], [], []
        self.news = NewsClient(
            town.url,
            token,
            rooms=lambda: list(rooms),
            drawn=lambda seq, snapshot, missed: self.drawn.append((seq, snapshot, [m["event"] for m in missed])),
            heard=lambda name, news: self.heard.append((name, news.get("seq"))),
            lost=self.lost.append,
            pauses=(0.05,),
        ).start()


@pytest.fixture
def ear(town):
    made = []

    def make(**more):
        made.append(Ear(town, **more))
        return made[-1]

    yield make
    for one in made:
        one.news.close()


def test_events_are_heard_in_the_order_of_the_journal_and_each_once(town, ear, wait):
    one = ear()
    wait(lambda: one.drawn)

    for n in range(200):
        town.do("put_setting", name="voice", value={"volume": n % 100})

    wait(lambda: len(one.heard) >= 200)
    seqs = [seq for _, seq in one.heard]
    assert seqs == sorted(set(seqs)) and seqs[-1] == town.ledger.floor.seq


def test_what_was_missed_in_an_outage_comes_with_the_fresh_state(town, ear, wait):
    town.open("1")
    one = ear()
    wait(lambda: one.drawn)
    town.front.shutdown()
    town.front.server_close()
    town.server.sockets.close()
    wait(lambda: one.lost)

    town.take()
    town.do("call_next", window="1")
    town.server.close()
    town.go()

    wait(lambda: len(one.drawn) == 2)
    seq, snapshot, missed = one.drawn[1]
    assert missed == ["ticket.issued", "ticket.called"] and seq == town.ledger.floor.seq
    assert snapshot["hall"]["windows"][0]["ticket"]["number"] == "A001"
    assert len(one.lost) == 1


def test_a_server_that_is_stopping_keeps_nobody_who_comes_back_too_soon(town, ear, wait):
    town.server.sockets.close()  # its door is still open: whoever got in would sit before a hall that has ended

    one = ear()
    wait(lambda: one.lost)
    assert not one.drawn

    town.away()
    town.go()
    wait(lambda: one.drawn)


@pytest.mark.parametrize(
    ("more", "sentence"), [({"token": "no.body"}, "令牌"), ({"rooms": ["managers"]}, "这里的内容"), ({"rooms": ["window:77"]}, "77")]
)
def test_a_server_that_says_no_is_told_in_its_own_sentence_and_asked_again(ear, wait, more, sentence):
    one = ear(**more)

    wait(lambda: one.lost)

    assert sentence in one.lost[0] and not one.drawn and one.news.alive


def test_no_is_told_apart_from_nobody(town):
    link = HallClient(town.url, town.token("keypad", window="1"), timeout=5.0)

    with pytest.raises(Refused) as no:
        link.post("/windows/1/calls")
    assert no.value.code == "window_closed" and no.value.status == 409 and "窗口" in no.value.detail
    town.open("1")
    assert link.post("/windows/1/calls").data is None  # 204: nobody waits
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with pytest.raises(Away):
        HallClient(f"http://127.0.0.1:{port}", timeout=0.2).get("/hall")


def test_the_same_key_is_one_call_even_where_the_first_answer_was_lost(town):
    town.open("1")
    town.take()
    town.take()
    token = town.token("keypad", window="1")

    first = HallClient(town.url, token).post("/windows/1/calls", key="one").data
    again = HallClient(town.url, token).post("/windows/1/calls", key="one").data

    assert first["number"] == again["number"] == "A001"


def test_a_kept_connection_that_the_server_has_closed_is_opened_again():
    answered = []

    def serve(listening):
        for _ in range(2):
            line, _ = listening.accept()
            with line:
                answered.append(line.recv(4096).split(b" ")[1])
                line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")  # kept open, as it says; then closed all the same

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        link = HallClient(f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=2.0)

        assert link.get("/hall").data == {} and link.get("/services").data == {}

    assert answered == [b"/api/v1/hall", b"/api/v1/services"]
