"""What comes from outside and must not stop a hall: clients that stall or vanish, a disk that is full."""

import contextlib
import os
import socket
import time

import pytest


def send(hall, text):
    connection = socket.create_connection(("127.0.0.1", hall.port), timeout=60)
    connection.sendall(text)
    return connection


@pytest.mark.skipif(os.name == "nt", reason="another server listens there")
def test_clients_that_never_say_goodbye_hold_up_nobody(hall):
    began = time.monotonic()
    with contextlib.ExitStack() as stay:
        for _ in range(60):
            client = stay.enter_context(send(hall, b"GET /api/v1/hall HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
            assert client.recv(12) == b"HTTP/1.1 200"

        assert hall.ask("GET", "/hall")[0] == 200

        assert time.monotonic() - began < 90, "each of them held up the whole hall for two seconds"


def test_a_request_that_stops_half_way_gives_its_thread_back(hall):
    head, body = b"GET /api/v1/hall HT", b'POST /api/v1/evaluations HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n{"tok'

    with send(hall, head) as one, send(hall, body) as other:
        assert hall.ask("GET", "/hall")[0] == 200
        assert other.recv(12) in (b"HTTP/1.1 400", b"")
        assert one.recv(12) == b""


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
