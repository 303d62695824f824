"""What the documents name is there: the files of the commands in README.md, the service of the interface's example, every link."""

import re
from pathlib import Path

import pytest

from config import halls, load

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LINK = re.compile(r"\]\((?!https?://|#)([^)\s#]+)")
CONFIG = re.compile(r"\./hall \w+ --config (\S+\.toml)")


def test_the_commands_of_the_readme_name_files_that_a_checkout_has_and_that_are_right():
    named = CONFIG.findall((ROOT / "README.md").read_text(encoding="utf-8"))

    assert {Path(one).name for one in named} == {"server.toml", "kiosk.toml", "display.toml"}
    for one in named:
        getattr(load, Path(one).stem)(ROOT / one)


def test_the_example_of_the_interface_takes_a_number_for_a_service_that_the_shipped_hall_has():
    text = (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")

    (service,) = re.findall(r'-d \'\{"service": "([^"]+)"', text)

    assert service in {one.code for one in halls.load("county").services}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_link_leads_to_a_file(document):
    missing = [link for link in LINK.findall(document.read_text(encoding="utf-8")) if not (document.parent / link).exists()]

    assert not missing, f"{document.name}: {missing}"
