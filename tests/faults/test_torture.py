"""The short forms of `hall torture` and `hall bench`: the same commands with few rounds, so that they cannot rot."""

import json

from click.testing import CliRunner

from hallfloor import hall


def run(*argv):
    result = CliRunner().invoke(hall, argv)
    assert result.exit_code == 0, result.output + str(result.exception)
    return result.output


def test_a_few_races_and_nobody_wins_twice():
    said = run("torture", "races", "--rounds", "6", "--clerks", "3")

    assert "6 races of 3 clerks: never one number at two windows" in said and "no difference" in said


def test_whatever_is_killed_or_frozen_nothing_is_lost_or_done_twice_and_a_hundred_boards_come_back():
    said = run("torture", "kill", "--rounds", "6", "--boards", "100")

    assert "6 times: " in said and "none lost, none done twice" in said
    assert "answering process 1, boards frozen 1, display 1, display frozen 1, server 1, server frozen 1" in said


def test_a_short_siege_and_the_hall_goes_on():
    said = run("torture", "siege", "--seconds", "1", "--boards", "2", "--only", "slow heads")

    assert "slow heads: " in said and "every answer was right" in said and "no difference" in said


def test_the_bench_measures_what_it_promises(tmp_path):
    file = tmp_path / "bench.json"

    # more displays than one address may open as strangers
    run("bench", "--clients", "130", "--seconds", "0.5", "--parallel", "2", "--stored", "100", "--json", str(file))

    names = [row["name"] for row in json.loads(file.read_text())]
    assert names[0] == "disk: one synced commit"
    assert any("last of 130 displays" in n for n in names) and any("all displays back" in n for n in names)
