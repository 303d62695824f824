"""The figures of a day whose story is known: who waited how long, what was kept, who served, what people thought."""

import contextlib
import json
import zipfile

import pytest

import hallfloor
from config import words
from server import actions
from server.forecast import history as learned
from server.forecast import recorded_days as recorded
from server.forecast import simulate
from server.record import store
from server.reports import figures, sheet


@pytest.fixture
def day(ledger, take, desk, clock):
    """A: called after 5 min, served 8. B (C001): called after 60, over its promise. C: cancelled. D: missed. E: never called."""
    a, b = take(), take("estate")
    c, d = take("social"), take("social")
    ledger.do("test", actions.cancel, ticket=c.id)
    clock.forward(minutes=5)
    desk("1").call_next()
    desk("1").start_service(a)
    clock.forward(minutes=8)
    _, evaluation = desk("1").finish(a)
    ledger.do("pad:1", actions.evaluate, evaluation=evaluation.id, grade=5, channel="pad")
    desk("1").call_next()
    desk("1").mark_missed(d)
    clock.forward(minutes=47)
    desk("3").call_next()
    desk("3").start_service(b)
    clock.forward(minutes=30)
    desk("3").finish(b)
    take()
    return ledger


def read(ledger, first="2026-11-20", last="2026-11-20"):
    with contextlib.closing(store.open_reader(ledger.folder)) as reader:
        return figures.report(reader, first, last, ledger.clock())


def test_a_day_is_counted_as_it_was(day):
    total = read(day).total

    assert (total.issued, total.served, total.missed, total.cancelled) == (5, 2, 1, 1)
    assert (total.wait_p50, total.wait_max) == (13 * 60, 60 * 60)
    assert total.handling_mean == (8 + 30) / 2 * 60
    assert total.kept_pct == pytest.approx(66.7)  # A and D kept, B not; the cancelled and the waiting are not decided


def test_it_is_told_by_service_window_hour_and_grade(day):
    report = read(day)

    assert {line.name: line.issued for line in report.by["service"]} == {"税务申报": 2, "社保参保登记": 2, "不动产转移登记": 1}
    assert {line.name: (line.served, line.handling_mean) for line in report.by["window"]} == {"1": (1, 480.0), "3": (1, 1800.0)}
    assert sum(line.issued for line in report.by["hour"]) == 5
    assert report.grades[5] == 1 and report.not_evaluated == 1


def test_a_day_without_visitors_says_nothing_rather_than_zero(ledger):
    report = read(ledger, "2026-11-01", "2026-11-07")

    assert report.total.issued == 0 and report.total.wait_p50 is None and report.total.kept_pct is None
    assert "–" in sheet.text(report, words.load(), "zh")


def run(*arguments):
    with pytest.raises(SystemExit) as stopped:
        hallfloor.main([str(a) for a in arguments])
    return stopped.value.code


def test_the_command_prints_and_writes_beside_a_running_server(day, tmp_path, capsys):
    where = ("report", "--data", day.folder, "--from", "2026-11-20")

    assert run(*where) == 0
    out = capsys.readouterr().out
    assert "税务申报" in out and "非常满意 1" in out
    assert run(*where, "--lang", "en") == 0 and "Very satisfied 1" in capsys.readouterr().out

    assert run(*where, "--out", tmp_path / "day.json") == 0
    assert json.loads((tmp_path / "day.json").read_text(encoding="utf-8"))["total"]["issued"] == 5
    assert run(*where, "--out", tmp_path / "day.xlsx") == 0
    assert "xl/charts/chart1.xml" in zipfile.ZipFile(tmp_path / "day.xlsx").namelist()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--from", "2026-11-20", "--to", "2026-11-01"], "is before the first"),
        (["--out", "x.pdf"], "a report is written as .xlsx, .csv, .json or .txt"),
        (["--from", "20.11."], "does not match the format"),
    ],
)
def test_a_wrong_span_or_file_is_a_sentence(more, sentence, ledger, capsys):
    assert run("report", "--data", ledger.folder, *more) != 0

    assert sentence in capsys.readouterr().err


def test_a_keypad_that_says_who_is_here_only_as_it_ends_has_worked_since_the_call(ledger, take, desk, clock):
    ticket = take()
    desk("1").call_next()
    clock.forward(minutes=8)
    desk("1").start_service(ticket)
    clock.forward(seconds=0.03)
    desk("1").finish(ticket)

    (leg,) = ledger.floor.tickets[ticket.id].legs
    with contextlib.closing(store.open_reader(ledger.folder)) as reader:
        day = simulate.read_hall("2026-11-20", recorded.texts(reader, ledger.floor, "2026-11-20", ledger.zone)).days[0]
        figure = figures.report(reader, "2026-11-20", "2026-11-20", clock()).total.handling_mean
    (past,) = learned._pasts(ledger.floor.tickets[ticket.id], 0, lambda ms: None if ms is None else ms / 60_000, 0)

    assert (leg.finished_at - leg.began) // 1000 == figure == 8 * 60
    assert past.ended - past.started == pytest.approx(8, abs=0.01) and day.work[0] == pytest.approx(8, abs=0.01)
