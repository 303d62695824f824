"""The script `hall`: what it asks before it starts anything, and what the lock files may hold. Nothing is downloaded here."""

import ast
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-test.txt")
posix = pytest.mark.skipif(sys.platform == "win32", reason="the POSIX script; Windows has hall.cmd")


def packages(lock):
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


def normal(requirement):
    return re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_address_and_hashes_every_package(lock):
    text = (ROOT / lock).read_text()

    assert "://" not in text and not re.search(r"^-", text, re.MULTILINE)
    for block in re.split(r"\n(?=[a-z0-9])", text.split("./hall lock\n", 1)[1]):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["setup"] + project["build-system"]["requires"]
    wanted += project["project"]["optional-dependencies"]["voice"] + project["project"]["optional-dependencies"]["fast"]

    assert {normal(w) for w in wanted} <= packages("requirements.txt").keys()
    assert {normal(w) for w in project["dependency-groups"]["test"]} <= packages("requirements-test.txt").keys()


def test_the_tests_run_with_the_very_packages_of_the_product():
    run, test = packages("requirements.txt"), packages("requirements-test.txt")

    assert {name: test[name] for name in run.keys() & test.keys()} == {name: run[name] for name in run.keys() & test.keys()}


def test_every_dependency_is_in_the_table_of_dependencies():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    table = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8").lower()
    groups = [
        project["project"]["dependencies"],
        *project["project"]["optional-dependencies"].values(),
        *project["dependency-groups"].values(),
    ]

    missing = {normal(name) for group in groups for name in group if f"| {normal(name)} " not in table}
    assert not missing, f"docs/dependencies.md lacks {sorted(missing)}"


@pytest.fixture
def checkout(tmp_path):
    """A checkout that is set up, with a `hall` and a `python` that only say their name. `run(*args)` -> (exit, stdout, stderr)."""
    root, home = tmp_path / "my hall", tmp_path / "home"
    for folder in (root / "display" / "web", root / "server" / "static", home / "bin"):
        folder.mkdir(parents=True)
    for name in ("hall", "pyproject.toml", "requirements.txt", "requirements-test.txt", "hatch_build.py"):
        shutil.copy(ROOT / name, root)
    (root / "display" / "web" / "page.ts").write_text("1")
    for name in ("hall", "python", "uv", "ruff", "watchfiles"):
        (home / "bin" / name).write_text(f'#!/bin/sh\necho "{name} $*"\n')
        (home / "bin" / name).chmod(0o755)
    (root / "pyproject.toml").write_text("")  # its table for the type checker would have `check` run one
    (home / ".requirements-test.txt").touch()
    (home / ".holds").write_text("".join((root / name).read_text() for name in ("requirements.txt", "requirements-test.txt")))
    (root / "bin").mkdir()  # a machine that has what the browser tests need
    for name, said in (("chromium-headless-shell", ""), ("ldconfig", "libatomic.so.1")):
        (root / "bin" / name).write_text(f"#!/bin/sh\necho {said}\n")
        (root / "bin" / name).chmod(0o755)
    old = 1_700_000_000
    for path in root.rglob("*"):
        os.utime(path, (old, old))
    (home / ".ready").write_text(f"{root}\n")

    def run(*args, script=root / "hall"):
        env = os.environ | {"HALL_HOME": str(home), "HALL_PYTHON": "no-such-python", "PATH": f"{root / 'bin'}:{os.environ['PATH']}"}
        done = subprocess.run(["sh", str(script), *args], env=env, capture_output=True, text=True, timeout=300, check=False, cwd=tmp_path)
        return done.returncode, done.stdout, done.stderr

    run.root, run.home = root, home
    return run


@posix
def test_nothing_is_done_again_when_nothing_changed(checkout):
    assert checkout("verify", "--data", "a b") == (0, "hall verify --data a b\n", "")


@posix
def test_what_python_compiles_of_the_checkout_is_kept_whatever_the_shell_wishes(checkout, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (checkout.home / "bin" / "hall").write_text('#!/bin/sh\necho "${PYTHONDONTWRITEBYTECODE-kept}"\n')

    assert checkout("server") == (0, "kept\n", "")


@posix
def test_a_link_to_the_script_finds_its_checkout(checkout, tmp_path):
    (tmp_path / "link").symlink_to(checkout.root / "hall")

    assert checkout("x", script=tmp_path / "link") == (0, "hall x\n", "")


@posix
@pytest.mark.parametrize("change", ["display/web/page.ts", "display/web", "hatch_build.py"])
def test_a_changed_page_is_built_before_the_start_and_nothing_else(checkout, change):
    os.utime(checkout.root / change)
    os.utime(checkout.home / ".ready", (1_800_000_000 - 10**8,) * 2)

    code, out, err = checkout("x")

    assert (code, err) == (0, "hall: building the pages where they changed\n")
    built, *compiled, started = out.removeprefix("python -c \n").splitlines()
    assert (built, started) == (f"python {checkout.root}/hatch_build.py", "hall x")
    assert [line.split()[:3] for line in compiled] == [["python", "-m", "compileall"], ["python", "-c", "from"]]
    assert checkout("x") == (0, "hall x\n", "")


@posix
def test_changed_requirements_are_installed_with_their_hashes(checkout):
    (checkout.root / "requirements.txt").write_text("other==1\n")

    code, out, err = checkout("x")

    assert code == 0 and "installing the packages" in err
    assert f"uv pip sync -q --require-hashes {checkout.root}/requirements.txt {checkout.root}/requirements-test.txt" in out
    assert f"uv pip install -q --no-deps --no-build-isolation --offline -e {checkout.root}" in out
    assert checkout("x") == (0, "hall x\n", "")


@posix
def test_who_does_not_test_gets_no_test_packages(checkout):
    (checkout.home / ".requirements-test.txt").unlink()
    (checkout.root / "requirements.txt").write_text("other==1\n")

    _, out, _ = checkout("x")

    assert f"uv pip sync -q --require-hashes {checkout.root}/requirements.txt\n" in out


CHECK = "ruff check -q .\npython hatch_build.py check\nhall check\n"


@posix
@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        ("test tests/a.py -k b", "python -m pytest tests/a.py -k b\n"),
        ("test", f"{CHECK}python -m pytest -n 3 --dist loadfile --no-loadscope-reorder\n"),
        ("check", CHECK),
        ("check --config server.toml", "hall check --config server.toml\n"),
        ("run ruff check a.py", "ruff check a.py\n"),
        ("fix", "ruff check -q --fix .\nruff format .\npython hatch_build.py fix\n"),
    ],
)
def test_a_developer_waits_for_what_was_asked_and_for_nothing_else(checkout, arguments, ran):
    assert checkout(*arguments.split()) == (0, ran, "")


@posix
def test_the_watch_runs_the_named_tests_after_each_change_of_the_program(checkout):
    code, out, err = checkout("watch", "tests/a.py", "tests/b")

    assert (code, err) == (0, "")
    assert out == (
        f"watchfiles --filter python '{checkout.home}/bin/python' -m pytest -q -x --failed-first tests/a.py tests/b "
        "config server kiosk display drivers tests\n"
    )


@posix
def test_without_a_python_one_sentence_says_what_is_needed(checkout):
    (checkout.home / ".ready").unlink()

    code, out, err = checkout("x")

    assert code == 1 and "Python 3.11 or newer is needed" in err and len(err.splitlines()) == 1


OPTIONAL = {"server/outside/notify.py": {"pywebpush"}}  # looked for and done without


def imported(folders):
    """Top-level names that the modules below `folders` import, whether at the top or in a function."""
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((alias.name.split(".")[0], path) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    yield node.module.split(".")[0], path


@pytest.mark.parametrize(
    ("folders", "locks"),
    [(("server", "kiosk", "display", "drivers", "config"), LOCKS[:1]), (("tests",), LOCKS)],
    ids=["product", "tests"],
)
def test_whatever_is_imported_is_locked(folders, locks):
    ours = {"server", "kiosk", "display", "drivers", "config", "hallfloor", "tools", "machine", "hatchling", "hatch_build"} | {
        p.stem for p in (ROOT / "tests").rglob("*.py")
    }
    homes = importlib.metadata.packages_distributions()
    locked = {normal(name) for lock in locks for name in packages(lock)}

    missing = {
        f"{where} imports {name}"
        for name, path in imported(folders)
        if (where := path.relative_to(ROOT).as_posix())
        and name not in sys.stdlib_module_names | ours | OPTIONAL.get(where, set())
        and not {normal(d) for d in homes.get(name, ())} & locked
    }
    assert not missing, "\n".join(sorted(missing))
