"""The package as an operator gets it: built here, installed without the network into a fresh environment that has no test package."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# imported at every start of the fresh environment: what only tests have is not there, though it lies beside the product's packages
WITHOUT = """
import sys
class Without:
    def find_spec(self, name, path=None, target=None):
        if name in {names!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Without())
"""
TESTERS = {"pytest", "_pytest", "hypothesis", "schemathesis", "playwright", "axe_playwright_python", "zxingcpp", "psutil", "xdist"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy of the checkout, with pages that are only a word."""
    from hatchling.builders.wheel import WheelBuilder

    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("out")
    for name in ("pyproject.toml", "hallfloor.py", "hatch_build.py", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, copy)
    for room in ("server", "kiosk", "display", "drivers", "config"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("node_modules", "__pycache__", "static", "web"))
    shutil.copytree(ROOT / "server" / "web", copy / "server" / "web", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "server" / "static" / "board").mkdir(parents=True)
    (copy / "server" / "static" / "board" / "index.html").write_text("<p>")
    (copy / "display" / "web").mkdir()
    (copy / "display" / "web" / "board.ts").write_text("1")
    shutil.copytree(ROOT / "tests" / "tools", copy / "tests" / "tools")
    return Path(next(WheelBuilder(str(copy)).build(directory=str(out), versions=["standard"])))


@pytest.fixture(scope="module")
def hall(wheel, tmp_path_factory):
    """Runs the installed `hall`; -> (exit, stdout, stderr)."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    python = next(p for p in (home / "venv" / "bin" / "python", home / "venv" / "Scripts" / "python.exe") if p.exists())
    uv = [sys.executable, "-m", "uv", "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel]
    subprocess.run(uv, check=True)
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    (site / "without.py").write_text(WITHOUT.format(names=TESTERS))
    (site / "dependencies.pth").write_text(f"import without\n{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONIOENCODING": "utf-8"}

    def run(*arguments):
        done = subprocess.run(
            [python.with_name("hall"), *arguments], env=env, cwd=home, capture_output=True, encoding="utf-8", timeout=300, check=False
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_wheel_contains_the_pages_the_files_and_no_sources_of_pages_nor_instruments(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"server/static/board/index.html", "config/halls/county.toml", "config/words/zh.toml", "hallfloor.py"} <= names
    assert not [n for n in names if n.startswith(("tests/", "display/web", "docs/"))]


def test_a_wheel_says_its_licence_its_makers_and_its_version(wheel):
    archive = zipfile.ZipFile(wheel)
    (facts,) = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
    said = archive.read(facts).decode()

    assert "License-Expression: Apache-2.0" in said and "Author: hallfloor contributors" in said
    assert f"Version: {PROJECT['project']['version']}\n" in said
    assert [n for n in archive.namelist() if n.endswith("/licenses/LICENSE")]


def test_every_command_that_is_listed_can_be_asked_for_its_help_without_the_test_packages(hall):
    code, out, _ = hall("--help")
    listed = re.findall(r"^  (\w+) ", out.split("Commands:")[1], re.MULTILINE)

    assert code == 0 and {"server", "kiosk", "display", "devices", "slip", "bench"} <= set(listed)
    assert not {"torture", "shots", "picture"} & set(listed)
    for name in listed:
        code, out, error = hall(name, "--help")
        assert code == 0 and out.startswith(f"Usage: hall {name}"), error
    assert "pages" not in hall("bench", "--help")[1].split("Options:")[1]


def test_an_installed_hall_checks_its_shipped_configs_and_draws_a_slip(hall):
    assert hall("--version")[1].split()[-1] == PROJECT["project"]["version"]
    assert hall("check")[::2] == (0, "")

    code, out, error = hall("slip", "--out", "slip.png")

    assert code == 0 and "dots" in out, error
