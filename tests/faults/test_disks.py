"""What a disk does to a hall, short: power cuts, full, failing, held-up and lying disks, damaged logs. Long: `hall torture faults`."""

import pytest
from tools import faults


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    return faults.a_day(tmp_path_factory.mktemp("day"), seed=1, visitors=3)


def test_no_power_cut_loses_what_was_answered_or_does_it_twice(day, tmp_path):
    counted = faults.power_cuts(tmp_path, day, cuts=3)

    assert counted["power cuts"] == 3 and sum(p.status == 201 for p in day.presses) > 12


def test_a_sync_that_failed_is_not_taken_for_one_that_worked(tmp_path, caplog):
    day = faults.a_day(tmp_path, seed=2, visitors=3, failing_syncs=True)

    faults.power_cuts(tmp_path / "cuts", day, cuts=2)

    assert not [r for r in caplog.records if r.exc_info]


def test_a_kiosk_that_is_alone_gives_no_number_twice_after_a_power_cut(tmp_path):
    assert faults.spool_cuts(tmp_path, seed=1, cuts=20)["power cuts of a kiosk"] == 20


def test_a_disk_that_fails_is_said_in_a_sentence_and_the_hall_works_as_soon_as_it_does(tmp_path, caplog):
    faults.failing_disk(tmp_path, seed=1, cuts=1)

    assert not [r for r in caplog.records if r.exc_info], "a traceback tells an operator nothing"


def test_nobody_is_answered_before_a_slow_disk_has_it_and_everybody_may_look(tmp_path):
    faults.held_up_disk(tmp_path, seed=1)


def test_a_disk_that_lied_and_a_log_that_was_cut_leave_a_whole_hall_or_one_that_is_found_out(day, tmp_path):
    counted = faults.lying_disk(tmp_path, day, cuts=3) + faults.damaged_log(tmp_path, day, cuts=2)

    assert sum(counted.values()) == 5  # whatever else it raised was no sentence
