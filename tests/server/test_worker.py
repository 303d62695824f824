"""The process beside the server: what it answers, and a hall that goes on while it is dead or says nothing."""

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from soon import until

from server.runtime.worker import Early, ForecastWorker, WorkerAway

ROOT = Path(__file__).resolve().parents[2]
TODAY = "2026-11-20"


@pytest.fixture
def hall(ledger):
    """The small hall's ledger, its worker beside it, and what the worker told."""

    class Hall:
        def __init__(self):
            self.ledger, self.drawn, self.trouble, self.looked = ledger, [], [], []
            self.worker = ForecastWorker(
                ledger.folder, ZoneInfo("Asia/Shanghai"), changed=self.drawn.append, trouble=self.trouble.append,
                ahead=self.looked.append, silent=30, early=Early().take(),
            )  # fmt: skip
            self.worker.start().drawn(60)

        @property
        def waits(self):
            return self.drawn[-1] if self.drawn else None

    hall = Hall()
    yield hall
    hall.worker.close()


def answers(worker, *asked):
    try:
        return worker.do(*asked)
    except WorkerAway:
        return None


def test_it_draws_the_hall_as_it_is_and_answers_by_name(hall, take):
    assert hall.waits is not None
    take("tax")
    until(lambda: hall.waits.seq == hall.ledger.floor.seq)

    told = hall.worker.do("visitors", TODAY, hall.ledger.clock(), None)
    assert (told["day"], told["days"]) == (TODAY, 0)
    with pytest.raises(ValueError, match="Invalid isoformat"):
        hall.worker.do("visitors", "someday", hall.ledger.clock(), None)
    with pytest.raises(WorkerAway):
        hall.worker.do("no such job")
    assert hall.worker.do("likely", [], []) is not None  # none of it ended it


def test_what_it_looked_ahead_at_comes_by_itself_for_each_open_window(hall, take):
    take("tax")
    take("tax")

    until(lambda: hall.looked)

    opened = {w.no for w in hall.ledger.floor.windows.values() if w.state == "open"}
    assert set(hall.looked[-1]) == opened and all(found.instead is None for found in hall.looked[-1].values())


def test_killed_it_is_started_again_and_who_asked_is_told_at_once(hall, take):
    first = hall.worker.pid
    os.kill(first, signal.SIGKILL)

    ticket = take("tax")
    until(lambda: hall.worker.pid not in (None, first))
    until(lambda: hall.waits.of_ticket(ticket.id) or hall.waits.seq >= hall.ledger.floor.seq)
    assert answers(hall.worker, "likely", [], []) is not None


def test_one_that_says_nothing_is_ended_and_its_last_forecast_is_not_told_for_ever(hall):
    first = hall.worker.pid
    hall.worker.silent = 0.5
    os.kill(first, signal.SIGSTOP)

    until(lambda: None in hall.drawn)
    assert "silent" in hall.trouble
    hall.worker.silent = 60
    until(lambda: hall.waits is not None and hall.worker.pid not in (None, first))
    assert hall.trouble[-1] == ""


def test_where_none_can_be_kept_alive_the_last_forecast_is_not_told_for_ever_either(hall, monkeypatch):
    first = hall.worker.pid
    monkeypatch.setattr("server.runtime.worker.PAUSES", (0.0,))
    monkeypatch.setattr("sys.executable", "/bin/false")
    hall.worker.silent = 0.5
    os.kill(first, signal.SIGKILL)

    until(lambda: None in hall.drawn)
    assert "silent" in hall.trouble
    told = hall.drawn.count(None)
    monkeypatch.undo()
    hall.worker.silent = 60
    until(lambda: hall.waits is not None)
    assert (hall.drawn.count(None), told, hall.trouble[-1]) == (1, 1, "")


def test_a_forecast_that_was_looked_at_weighs_no_more_on_its_way(hall, take):
    take("tax")
    until(lambda: hall.waits.seq == hall.ledger.floor.seq)
    fresh = pickle.dumps(hall.waits)

    assert hall.waits.people_ahead(hall.ledger.floor) and hall.waits.known
    assert pickle.dumps(hall.waits) == fresh


def test_it_ends_with_the_server_whatever_becomes_of_that(hall):
    pid, child = hall.worker.pid, hall.worker._child
    hall.worker.close()

    assert child.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(WorkerAway):
        hall.worker.do("likely", [], [])


def test_what_was_just_written_down_is_in_the_next_answer(hall, take):
    take("tax")
    take("social")

    assert hall.worker.do("visitors", TODAY, hall.ledger.clock(), "tax")["came"] == 1


def test_one_that_was_started_for_a_server_that_cannot_begin_is_ended():
    early = Early()
    pid = early._process.pid

    early.end()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


LIGHT = """
import sys
from config import load
from server import app

server = app.create_app(load.server(None), folder=sys.argv[1])
server.context.do("advice", "2026-11-30", 1795140000000)
server.context.do("visitors", None, 1795140000000, None)
server.context.do("history", "2026-10-01", "2026-11-27", 1795140000000, "service")
report = server.context.do("report", "2026-10-01", "2026-11-27", 1795140000000, "zh", "xlsx")
waits = server.ledger.waits
server.close()
loaded = {name.partition(".")[0] for name in sys.modules}
print(waits is not None, report[:2], sorted({"numpy", "numba", "pypinyin", "pandas", "PIL", "qrcode"} & loaded))
"""


def test_the_server_itself_loads_nothing_of_what_the_worker_reckons_with(tmp_path):
    done = subprocess.run([sys.executable, "-c", LIGHT, str(tmp_path / "data")], capture_output=True, text=True, cwd=ROOT, timeout=300)

    assert done.stdout.strip() == "True b'PK' []", done.stderr


GIVES_BACK = """
import time
from server.forecast.wait_forecast import warm_up
from server.runtime.memory import give_back

warm_up(0)
given = give_back()
warm_up(0)
print(given, give_back())
"""


def test_what_was_read_only_to_compile_is_given_back_and_the_forecast_goes_on():
    """LLVM's own code: 60 MB of a hall at rest."""
    done = subprocess.run([sys.executable, "-c", GIVES_BACK], capture_output=True, text=True, cwd=ROOT, timeout=300)

    first, again = map(int, done.stdout.split())
    assert first > 30_000 > again, (first, again, done.stderr)
