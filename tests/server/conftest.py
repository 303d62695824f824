"""`house`: a whole server in memory with the small hall; `fresh`: a way to open the same data folder again, as after a restart."""

import importlib.util
from pathlib import Path

import pytest


def _load(name):
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


doors = _load("doors")


@pytest.fixture
def fresh(tmp_path, clock, small_hall):
    opened = []

    def open_it(**more):
        for old in opened:
            old.close()
        opened[:] = [doors.House(tmp_path / "data", clock, small_hall, **more)]
        return opened[0]

    yield open_it
    for house in opened:
        house.close()


@pytest.fixture
def house(fresh):
    return fresh()
