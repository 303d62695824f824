"""`hall simulate`: a table, a picture, and one sentence for each mistake."""

import json
from pathlib import Path

import pytest

from hallfloor import main

DAYS = Path(__file__).resolve().parents[1] / "days"


def hall(*words, capsys):
    with pytest.raises(SystemExit) as end:
        main(["simulate", *map(str, words)])
    return end.value.code, capsys.readouterr()


def test_two_rule_sets_side_by_side(capsys, tmp_path):
    picture = tmp_path / "compared.png"

    code, said = hall(DAYS, "--rules", "strict", "--against", "most", "--picture", picture, capsys=capsys)

    assert code == 0 and "strict priority" in said.out and "most promises kept" in said.out and "mean score" in said.out
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_described_hall_and_a_file_of_rules(capsys, tmp_path):
    rules = tmp_path / "short-cap.json"
    rules.write_text(json.dumps({"mode": "most", "cap_s": 3600}))
    config = DAYS.parents[1] / "config" / "days" / "township.toml"

    code, said = hall("--days", config, "--count", 2, "--against", rules, "--json", capsys=capsys)

    assert code == 0 and set(json.loads(said.out)["township"]) == {"30 minutes", "short-cap"}


def test_how_true_the_waits_would_have_been_and_how_many_windows_a_quiet_day_needs(capsys):
    code, said = hall(DAYS / "township", "--rules", "fair", "--against", "most", "--check", "--numbers", 30, "--staff", 0.75, capsys=capsys)

    assert code == 0 and "warnings ten minutes ahead" in said.out and "75 % of the visitors need" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [((), "which days?"), ((DAYS, "--rules", "best"), "neither minutes, a mode"), ((DAYS, "--picture", "x.gif"), ".png or .svg"),
     ((DAYS.parent,), "no recorded hall")],
)  # fmt: skip
def test_a_mistake_is_one_sentence(words, says, capsys):
    code, said = hall(*words, capsys=capsys)

    assert code != 0 and says in said.err and "Traceback" not in said.err


def test_made_up_halls_against_strict_priority_and_the_best_that_is_found(capsys):
    code, said = hall("--made-up", 3, "--count", 2, "--best", capsys=capsys)

    assert code == 0 and "3 halls: first come" in said.out and "over strict: fair" in said.out and "below the best found" in said.out
