"""The shapes of the kiosk's door are said once: the page's types, the text of the door and the session's table agree with them."""

import re
from pathlib import Path

import pytest
from tools import typescript

from kiosk import shapes
from kiosk.session import PEOPLE, STARTS, Screen

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "kiosk-door.md").read_text(encoding="utf-8")


def test_the_pages_types_are_those_of_the_door():
    written = typescript.DOOR.path.read_text(encoding="utf-8")

    assert written == typescript.typescript(typescript.DOOR), "PYTHONPATH=.:tests python -m tools.typescript writes them anew"


def test_every_gesture_of_a_person_has_a_shape_and_every_shape_a_gesture():
    of_people = {"start" if gesture in STARTS else gesture for gesture in PEOPLE}

    assert of_people == set(shapes.GESTURES)


@pytest.mark.parametrize("gesture", shapes.GESTURES)
def test_the_text_of_the_door_names_each_gesture_with_its_fields(gesture):
    row = next((row for row in TEXT.splitlines() if row.startswith("| ") and f"`POST /{gesture}`" in row), "")

    told = row[row.index(f"`POST /{gesture}`") :].split("`POST ")[1]
    for field in shapes.GESTURES[gesture].model_fields:
        assert field in told, f"docs/kiosk-door.md does not say that {gesture} takes {field}"


def test_the_text_of_the_door_names_each_field_of_the_state_and_each_screen_and_no_other():
    state = TEXT[TEXT.index("### The state") : TEXT.index("### The screens")]
    named = set(re.findall(r"^\| `(\w+)`", state, re.M))
    screens = TEXT[TEXT.index("### The screens") : TEXT.index("## 2.")]

    assert named == set(shapes.KioskState.model_fields)
    assert {str(s) for s in Screen} <= set(re.findall(r"`(\w+)`", screens))
