"""`hall demo` shows the whole hall: three processes on loopback, visitors and clerks, paper in the printer; and leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from soon import LONG, until

from drivers import speaker
from server.commands.demo import claimed, free
from server.record import audit

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def demo(tmp_path):
    """Starts a demo; gives the process once its pages are told, and ends it."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    running = []

    def start(*more):
        command = [sys.executable, "-m", "hallfloor", "demo", "--hall", "township", "--data", str(tmp_path / "demo"), *more]
        process = subprocess.Popen(command, cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        running.append(process)
        process.told = ""
        for line in process.stdout:
            process.told += line
            if "Ctrl-C" in line:
                return process
        raise AssertionError(f"the demo ended: {process.told}{[p.read_text() for p in (tmp_path / 'demo').glob('*.log')]}")

    yield start
    for process in running:
        process.terminate()
        process.wait(LONG)


def read(url):
    with urllib.request.urlopen(url, timeout=LONG) as answer:
        return answer.read().decode()


def test_two_demos_that_start_in_one_moment_take_different_ports():
    port = free(0)
    one = claimed(port)
    other = claimed(port)
    mine, theirs = one.getsockname()[1], other.getsockname()[1]
    one.close()
    again = claimed(port)

    assert mine == port != theirs and again.getsockname()[1] == port
    for claim in (other, again):
        claim.close()


def test_a_demo_issues_prints_calls_and_serves_and_its_journal_is_whole(demo, tmp_path):
    process = demo("--pace", "300", "--every", "0.5")

    server = re.search(r"board +(http://127\.0\.0\.1:\d+)/board", process.told)[1]
    kiosk = re.search(r"kiosk +(http://127\.0\.0\.1:\d+)/", process.told)[1]
    call = until(lambda: json.loads(read(f"{server}/api/v1/board"))["calls"])[0]
    if speaker.can_speak():
        with urllib.request.urlopen(server + call["audio"]["zh"], timeout=LONG) as sound:
            assert sound.read(4) == b"RIFF"
    until(lambda: list((tmp_path / "demo" / "slips").glob("*.png")))
    until(lambda: b"service.finished" in (tmp_path / "demo" / "data" / "hall.db-wal").read_bytes())
    assert '"screen"' in read(f"{kiosk}/state")
    process.send_signal(signal.SIGTERM)

    assert process.wait(LONG) == 0 and re.search(r"\d+ numbers, \d+ services", process.stdout.read())
    assert audit.verify(tmp_path / "demo" / "data").ok and audit.replay(tmp_path / "demo" / "data") == []
    for url in (server, kiosk):
        with pytest.raises(OSError):
            read(url)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere an orphan has to be ended by hand")
def test_a_killed_demo_leaves_no_process_behind(demo):
    process = demo("--no-visitors")
    server = re.search(r"board +(http://127\.0\.0\.1:\d+)/board", process.told)[1]

    process.kill()
    process.wait(LONG)

    def gone():
        try:
            read(f"{server}/healthz")
        except OSError:
            return True

    until(gone)
