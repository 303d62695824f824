"""What comes from outside and must not stop a hall: clients that stall or vanish, a disk that is full."""

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from soon import until

from config import words
from server.commands._own import free_port
from server.runtime.arrivals import Arrival, Arrivals, ComingRequest
from server.runtime.front import let_go, refusal

ROOT = Path(__file__).resolve().parents[2]


def send(hall, text):
    connection = socket.create_connection(("127.0.0.1", hall.port), timeout=60)
    connection.sendall(text)
    return connection


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_a_message_without_an_end_is_let_go_and_none_is_ever_unpacked(hall):
    """200 MB of one, or 200 kB that would unpack to 200 MB."""
    asks = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    asks += "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    line = send(hall, f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{hall.port}\r\n{asks}\r\n".encode())
    head = line.recv(65536)
    assert b"101 Switching Protocols" in head and b"deflate" not in head.lower()

    piece, sent = b"a" * 30_000, 0
    with contextlib.suppress(OSError):
        for n in range(7_000):
            line.sendall(bytes((0x01 if n == 0 else 0x00, 0x80 | 126)) + len(piece).to_bytes(2, "big") + bytes(4) + piece)
            sent += len(piece)

    assert sent < 20_000_000  # what fits on the way, not what was meant
    line.close()


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_clients_that_never_say_goodbye_hold_up_nobody(hall):
    began = time.monotonic()
    with contextlib.ExitStack() as stay:
        for _ in range(60):
            client = stay.enter_context(send(hall, b"GET /api/v1/hall HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            assert client.recv(12) == b"HTTP/1.1 200"

        assert hall.ask("GET", "/hall")[0] == 200

        assert time.monotonic() - began < 90, "each of them held up the whole hall for two seconds"


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_requests_that_stop_half_way_hold_up_nobody(hall):
    head, body = b"GET /api/v1/hall HT", b'POST /api/v1/evaluations HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n{"tok'

    with contextlib.ExitStack() as stay:
        for _ in range(70):
            stay.enter_context(send(hall, head))
            stay.enter_context(send(hall, body))

        assert hall.ask("GET", "/hall")[0] == 200, "there are 64 threads"


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_whoever_is_answered_before_the_end_of_what_he_sends_gets_the_answer():
    ours, theirs = socket.socketpair()
    heard = []

    def send_then_read():
        theirs.sendall(b"x" * (1 << 20))
        theirs.shutdown(socket.SHUT_WR)
        heard.append(theirs.recv(100))

    sender = threading.Thread(target=send_then_read)
    sender.start()
    ours.sendall(b"HTTP/1.1 413 ")
    let_go(ours, seconds=60)
    sender.join()

    assert heard == [b"HTTP/1.1 413 "] and ours.fileno() == -1


def test_whoever_is_too_slow_is_told_so_in_his_language():
    told = refusal("too_slow", "en-GB,en;q=0.9", words.load())
    head, _, body = told.partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 408 ") and json.loads(body)["code"] == "too_slow" and "took too long" in json.loads(body)["detail"]
    assert b"Content-Length: %d" % len(body) in head
    assert json.loads(refusal("head_too_long", "", words.load()).partition(b"\r\n\r\n")[2])["status"] == 431


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_a_request_in_pieces_two_in_one_piece_and_one_that_asks_first_are_answered(hall):
    with send(hall, b"GET /healthz HTTP/1.1\r\nHo") as one:
        one.sendall(b"st: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost:")
        heard = b""
        while heard.count(b"HTTP/1.1 200") < 2:
            heard += one.recv(5000)
        one.sendall(b" x\r\nConnection: close\r\n\r\n")
        while piece := one.recv(5000):
            heard += piece
        assert heard.count(b"HTTP/1.1 200") == 3

    asks = b"POST /api/v1/evaluations HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n"
    asks += b"Content-Length: 2\r\n\r\n"
    with send(hall, asks) as one:
        assert one.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(b"{}")
        assert b" 422 " in one.recv(5000).replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"") or b" 422 " in one.recv(5000)

    with send(hall, b"GET / HTTP/1.1\r\nX: " + b"x" * 40_000) as one:
        assert one.recv(500).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n", False),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab", False),
        (b"POST / HTTP/1.1\r\ncontent-length:3\r\n\r\nabc", True),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", True),  # refused without reading it
        (b"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\n", True),  # the parser says so
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", False),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n", True),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\nzz\r\n", True),  # likewise
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nff", False),
    ],
)
def test_a_request_is_whole_when_its_end_is_here(text, is_whole):
    at_once, by_bytes = ComingRequest(text), ComingRequest()
    for byte in text[:-1]:
        by_bytes.add(bytes((byte,)))
        by_bytes.whole()
    by_bytes.add(text[-1:])

    assert at_once.whole() == by_bytes.whole() == is_whole


def test_one_address_holds_a_bounded_number_of_unfinished_requests():
    ended = []
    arrivals = Arrivals(5, 3, lambda arrival, code: ended.append((arrival.conn, code)))
    come = lambda conn, address, data=b"": arrivals.add(Arrival(conn, address, data))
    for n in range(5):
        come(n, "a")
    come("b", "b", b"GET")

    assert ended == [(0, ""), (1, "")] and len(arrivals) == 4

    come("c", "c")
    come("d", "d")
    assert ended[2:] == [(2, "")], "where there is no room at all, the address with the most makes it"

    arrivals.late(time.monotonic() + 60)
    assert ended[3:] == [(3, ""), (4, ""), ("b", "too_slow"), ("c", ""), ("d", "")] and not len(arrivals)


def test_a_full_disk_is_503_and_shows_in_readyz_until_there_is_room_again(context):
    kiosk = context.kiosk
    limit = lambda pages: context.ledger.do("test", lambda tx: tx._ledger.connection.execute(f"PRAGMA max_page_count={pages}").fetchall())
    ready = lambda: kiosk.ask("GET", "/readyz", root=True)
    limit(1)  # no page more than there are
    statuses = [kiosk.post("/tickets", service="tax", channel="kiosk").status_code for _ in range(60)]
    seq = context.seq

    assert statuses[-1] == 503 and ready().status_code == 503 and "disk" in ready().json["problems"]

    limit(1_000_000)
    assert kiosk.post("/tickets", service="tax", channel="kiosk").status_code == 201
    assert ready().status_code == 200 and context.seq == seq + 1


def test_a_long_body_that_comes_with_its_head_in_one_piece_is_no_long_head():
    whole = ComingRequest(b"POST /api/v1/tickets HTTP/1.1\r\nContent-Length: 60000\r\n\r\n" + b"x" * 60_000)
    endless = ComingRequest(b"GET / HTTP/1.1\r\nX: " + b"x" * 60_000)

    assert (whole.too_long, whole.whole()) == (False, True)
    assert endless.too_long


GATED = """
import sys, threading
from types import SimpleNamespace
from config import words
from server.runtime import front

gate, lock, inside, most = threading.Event(), threading.Lock(), 0, 0

def app(environ, start):
    global inside, most
    if environ["PATH_INFO"].startswith("/static/"):
        gate.wait(60)
    elif "HTTP_AUTHORIZATION" not in environ:
        with lock:
            inside += 1
            most = max(most, inside)
        gate.wait(60)
        with lock:
            inside -= 1
    elif environ["PATH_INFO"] == "/go":
        gate.set()
    answer = f"{inside} {most}".encode()
    start("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]

nothing = lambda: None
server = SimpleNamespace(app=app, context=SimpleNamespace(words=words.load()), sockets=SimpleNamespace(close=nothing), close=nothing)
front.serve(lambda: server, host="127.0.0.1", port=int(sys.argv[1]), threads=64)
"""


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_of_one_address_two_who_show_nothing_are_answered_at_once_and_who_shows_a_token_waits_for_none_of_them():
    """Sixty strangers at once made a clerk's call five times as slow: each of them takes its turn at the interpreter."""
    port = free_port()
    program = subprocess.Popen([sys.executable, "-c", GATED, str(port)], cwd=ROOT)
    try:
        until(lambda: asked(port, "/", named=True))
        strangers = []
        with contextlib.ExitStack() as stay:
            for _ in range(20):
                strangers.append(stay.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60)))
                strangers[-1].sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            until(lambda: asked(port, "/", named=True) == "2 2")
            slow = stay.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            slow.sendall(b"GET /static/big.js HTTP/1.1\r\nHost: x\r\n\r\n")  # takes no turn from those who ask
            asked(port, "/go", named=True)
            assert all(one.recv(12) == b"HTTP/1.1 200" for one in (*strangers, slow))
        assert asked(port, "/", named=True) == "0 2"
    finally:
        program.terminate()
        program.wait(60)


def asked(port, path, *, named):
    with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
        line.request("GET", path, headers={"Authorization": "Bearer x"} if named else {})
        return line.getresponse().read().decode()
    return ""
