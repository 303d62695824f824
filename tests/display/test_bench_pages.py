"""`hall bench pages`: what it calls too much, and one page led through a short day by the real command."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tools import pages
from tools.pages import Found, Sample

ROOT = Path(__file__).resolve().parents[2]
WELL = Found("board", script=52_000, draw=300.0, news=9_000, samples=[Sample(3_000_000, 240, 36), Sample(3_200_000, 250, 36)])
AFTER = lambda **more: [WELL.early, replace(WELL.late, **more)]


def test_a_page_within_its_limits_is_not_named():
    assert list(WELL.wrong()) == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"script": 120_001}, "board: 120 kB of script, of 120"),
        ({"draw": 1_200.0}, "board: drawn after 1200 ms, of 1000"),
        ({"samples": AFTER(heap=3_600_000)}, "board: the script heap grew from 3.00 to 3.60 MB"),
        ({"samples": AFTER(nodes=500)}, "board: the nodes grew from 240 to 500"),
        ({"samples": AFTER(listeners=60)}, "board: the event listeners grew from 36 to 60"),
        ({"listed": 300.0}, "board: 1,135 services drawn in 300 ms, of 300"),
        ({"turned": 412.0}, "board: 1,135 services turned in 412 ms, of 300"),
        ({"news": 0}, "board: heard nothing all day"),
        ({"faults": ["TypeError: x"]}, "board: TypeError: x"),
    ],
)
def test_what_is_beyond_a_limit_is_named(more, sentence):
    assert list(replace(WELL, **more).wrong()) == [sentence]


def test_a_districts_list_is_drawn_and_turned_on_the_kiosks_page(chromium):
    """How fast is for `hall bench pages`, on a machine that does nothing else."""
    listed, turned = pages.many(chromium)

    assert listed > 0 and turned > 0
    assert f"1,135 services: drawn in {listed:.0f} ms, a page turned in {turned:.0f} ms" in pages.table(
        [replace(WELL, page="kiosk", listed=listed, turned=turned)], 100, 1
    )


def test_without_chromium_the_bench_says_so_and_measures_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(pages.shots, "CHROMIUM", str(tmp_path / "none"))

    done = CliRunner().invoke(pages.command, [])

    assert (done.exit_code, done.output) == (0, f"There is no Chromium at {tmp_path / 'none'}: no page was measured.\n")


def test_a_short_day_of_one_page(root, tmp_path):
    """At its own speed: whether the machine draws within a second while other tests run is not asked here."""
    figures = tmp_path / "figures.json"
    line = [sys.executable, "-m", "hallfloor", "bench", "pages", "window", "--visits", "50", "--hours", "1", "--json", str(figures)]

    done = subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)

    (one,) = json.loads(figures.read_text(encoding="utf-8"))
    assert one["page"] == "window" and one["script"] == pages.script_size("window") > 10_000
    assert one["news"] > 30 and len(one["samples"]) == 10 and one["draw_ms"] > 0
    assert "window" in done.stdout
    assert done.returncode == 0 or "drawn after" in done.stderr, done.stderr
