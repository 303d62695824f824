"""What systemd hears: READY once the process's own door answers, life signs only while it does, nothing where there is no systemd."""

import http.server
import socket
import sys
import threading

import pytest

from config import alive

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="systemd is not there")


@pytest.fixture
def systemd(tmp_path, monkeypatch):
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.bind(str(tmp_path / "notify"))
    ear.settimeout(60)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    yield ear
    ear.close()


def test_ready_is_said_when_the_door_answers_and_life_only_while_it_does(systemd):
    up, stop = threading.Event(), threading.Event()
    asked = threading.Semaphore(0)

    def answering():
        asked.release()
        return up.is_set()

    thread = alive.watch(answering, stop=stop)
    asked.acquire()
    up.set()

    assert systemd.recv(100) == b"READY=1" and systemd.recv(100) == b"WATCHDOG=1"

    up.clear()
    while asked.acquire(blocking=False):  # asked before that, while nobody here looked
        pass
    for _ in range(3):  # what was on its way, then silence while it is asked again and again
        asked.acquire()
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            systemd.recv(100)
    asked.acquire()
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    stop.set()
    thread.join(60)


def test_without_systemd_nothing_is_started(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    assert alive.watch(lambda: True) is None and alive.tell("READY=1") is False


@pytest.mark.parametrize(("status", "lives"), [(200, True), (404, True), (503, False)])
def test_a_door_lives_when_it_answers(status, lives):
    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    door = http.server.HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()

    assert alive.answers(f"http://127.0.0.1:{door.server_port}/")() is lives

    door.shutdown()
    door.server_close()
    assert alive.answers(f"http://127.0.0.1:{door.server_port}/", timeout=1)() is False
