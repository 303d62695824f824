"""What has to hold for all files of the repository: no leftovers of a merge, and one version everywhere."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFTOVER = re.compile(rb"^(<{7,} |>{7,} |\|{7,} |={7}\r?$)", re.MULTILINE)


def tracked():
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only a checkout knows which files are tracked")
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_tracked_file_carries_the_marks_of_a_merge_that_was_not_finished():
    torn = [path.relative_to(ROOT).as_posix() for path in tracked() if LEFTOVER.search(path.read_bytes())]

    assert not torn, f"A merge was not finished in {', '.join(torn)}."


@pytest.mark.parametrize("torn", [b"a\n<<<<<<< HEAD\nb\n", b"a\n=======\n", b">>>>>>> abc (fix)\r\n"])
def test_the_marks_of_a_merge_are_known(torn):
    assert LEFTOVER.search(torn) and not LEFTOVER.search(b"Title\n========\n a ======= b\n")


def test_the_newest_part_of_the_changelog_is_of_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    parts = re.findall(r"^## (\S+) \((unreleased|\d{4}-\d\d-\d\d)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert parts[0][0] == version
    assert all(when != "unreleased" for _, when in parts[1:]), "only the newest version may be unreleased"


def test_the_licence_is_named_where_tools_look_for_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["license"] == "Apache-2.0" and project["license-files"] == ["LICENSE"]
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_version_stands_in_one_place():
    pages = json.loads((ROOT / "display" / "web" / "package.json").read_text(encoding="utf-8"))

    assert pages["private"] and "version" not in pages, "the pages are a part of the package and have its version"


def test_each_line_of_the_security_page_is_held_by_tests_that_are_there():
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    audit = page.split("## The audit, line by line")[1].split("\n## ")[0]
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`", page)

    assert [file for file, _ in named if not (ROOT / file).is_file()] == []
    assert [name for file, name in named if name and f"\ndef {name}(" not in (ROOT / file).read_text(encoding="utf-8")] == []
    found = re.findall(r"^\| ([HM]\d+) \|.*\| `tests/[^|]+ \|$", audit, re.MULTILINE)
    assert found == [*(f"H{n}" for n in range(1, 13)), *(f"M{n}" for n in range(1, 18) if n != 15)]
