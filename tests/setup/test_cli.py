"""The command `hall`: every command answers --help, every mistake is one sentence and a non-zero exit, a traceback only if asked."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import hallfloor

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = hallfloor.hall.list_commands(None)


def hall(*arguments, **more):
    """Runs `hall` as a program of its own; -> (exit, stdout, stderr)."""
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "hallfloor", *arguments], capture_output=True, encoding="utf-8", env=env, timeout=300, check=False, **more
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_help(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        hallfloor.main([name, "--help"])

    said = capsys.readouterr().out
    assert stopped.value.code == 0 and said.startswith(f"Usage: hall {name}") and "--debug" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_explained_to_the_installer(name):
    book = "".join((ROOT / p).read_text(encoding="utf-8") for p in ("README.md", "docs/operations.md"))

    assert f"hall {name}" in book


def test_help_lists_every_command_with_a_sentence():
    code, out, _ = hall("--help")

    listed = out.split("Commands:")[1]
    assert code == 0 and all(f"\n  {name} " in listed for name in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["chek"], 2, "hall: there is no command 'chek'; did you mean 'check'?"),
        (["check", "--confg", "x"], 2, "hall check: no such option '--confg'. Did you mean '--config'?"),
        (["check", "none.toml"], 1, "none.toml: there is no such file\nhall: 1 mistake; nothing was changed."),
    ],
)
def test_a_mistake_is_a_sentence_and_an_exit(arguments, code, sentence, tmp_path):
    assert hall(*arguments, cwd=tmp_path) == (code, "", sentence + "\n")


def broken():
    raise ZeroDivisionError("division by zero")


def test_what_nobody_expected_is_one_line_too(monkeypatch, capsys):
    monkeypatch.setitem(hallfloor.hall.commands, "broken", click.Command("broken", callback=broken))
    monkeypatch.setattr(hallfloor.Commands, "get_command", lambda self, ctx, name: self.commands.get(name))
    monkeypatch.setattr(hallfloor.Commands, "list_commands", lambda self, ctx: ["broken"])
    hallfloor._add_debug(hallfloor.hall.commands["broken"])

    with pytest.raises(SystemExit) as stopped:
        hallfloor.main(["broken"])

    said = capsys.readouterr().err
    assert stopped.value.code == 1 and said.count("\n") == 1 and "run it again with --debug" in said
    with pytest.raises(ZeroDivisionError):
        hallfloor.main(["broken", "--debug"])


def test_help_starts_quickly_because_no_command_imports_its_room():
    code = (
        "import sys; import hallfloor; hallfloor.hall.get_help(__import__('click').Context(hallfloor.hall));"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'flask', 'pydantic', 'numpy', 'PIL', 'socketio', 'sqlite_utils'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True, timeout=300)

    assert done.stdout.strip() == "[]"


def test_what_needs_the_tests_is_listed_only_beside_them(monkeypatch, tmp_path):
    monkeypatch.setattr(hallfloor, "TESTS", tmp_path)

    listed = hallfloor.hall.list_commands(None)

    assert set(listed) == set(COMMANDS) - {"picture", "shots", "torture"}


def written_commands():
    """Every `hall <command> … --option …` in the documents and the units: (where, command, options)."""
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "docs" / "systemd").glob("*")]:
        for found in re.finditer(r"\bhall (\w+)((?: [^`|\n;&]*)?)", path.read_text(encoding="utf-8")):
            if found[1] in COMMANDS:
                yield path.name, found[1], tuple(re.findall(r"--[a-z-]+", found[2]))


@pytest.mark.parametrize(("where", "name", "options"), sorted(set(written_commands())))
def test_documents_name_only_options_that_are_there(where, name, options):
    command = hallfloor.hall.get_command(None, name)
    known = {o for c in (command, *getattr(command, "commands", {}).values()) for p in c.params for o in p.opts} | {"--help"}

    assert set(options) <= known, f"{where} writes `hall {name} {' '.join(options)}`"
