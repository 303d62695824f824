"""`context`: a whole server in memory with the small hall; `fresh`: a way to open the same data folder again, as after a restart."""

import importlib.util
from pathlib import Path

import doors
import pytest
from soon import noon


def _load(name):
    spec = importlib.util.spec_from_file_location(f"tests_{name}", Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", name="doors")
def _doors():
    return doors


@pytest.fixture
def fresh(tmp_path, clock, small_hall, doors):
    opened = []

    def open_it(**more):
        for old in opened:
            old.close()
        opened[:] = [doors.Context(tmp_path / "data", clock, small_hall, **more)]
        return opened[0]

    yield open_it
    for context in opened:
        context.close()


@pytest.fixture
def context(fresh):
    return fresh()


@pytest.fixture(scope="session")
def running():
    return _load("running")


@pytest.fixture(scope="module")
def hall(running, tmp_path_factory):
    """A real server process on a small hall of its own, shared by a file of tests; `hall.start()` again after `hall.kill()`."""
    folder = tmp_path_factory.mktemp("hall")
    config = folder / "server.toml"
    config.write_text(SMALL.replace("{zone}", noon()), encoding="utf-8")
    server = running.Running(folder / "data", config).start()
    yield server
    server.stop()


WINDOW = """
[[windows]]
no = "{no}"
name = "{no}号窗口"
services = ["tax", "social"]
"""
SMALL = """
[server]
threads = 64
[voice]
engine = "none"
[hall]
code = "33100200000001"
name = "示例县政务服务中心"
timezone = "{zone}"
[[services]]
code = "tax"
name = "税务申报"
prefix = "A"
[[services]]
code = "social"
name = "社保参保登记"
prefix = "B"
""" + "".join(WINDOW.format(no=no) for no in range(1, 10))
