"""What the kiosk's own endpoint refuses is said in words of the screen's language: no code, no field's name, no other language's words.
Every gesture is sent with every wrong value, and what is no gesture at all."""

import json
import re

import pytest

from config import words
from config.words import LANGUAGES
from kiosk import shapes

CODES = re.compile(r"[a-z]+_[a-z]+|\bNone\b|[{}]")
LATIN = re.compile(r"[A-Za-z]{2,}")
WRONG = (True, "?", "x" * 400, -1, [], {}, None, "socal", "crad")
NO_GESTURE = {
    "not JSON": ("/choose", b"{", {}),
    "no object": ("/start", b"[]", {}),
    "too large": ("/choose", b"x" * 20_000, {}),
    "no such gesture": ("/nothing", b"{}", {}),
    "no such page": ("/nothing", None, {}),
    "no such method": ("/choose", None, {}),
    "no such sound": ("/say/nothing", None, {}),
    "a foreign page": ("/start", b"{}", {"Origin": "http://evil.example"}),
}


def not_for_people(error, language):
    sentences = [error["detail"], *(one["problem"] for one in error["errors"])]
    found = [
        w
        for s in sentences
        for w in CODES.findall(s) + (LATIN.findall(s) if words.load().tag(language).startswith("zh") else re.findall("[一-鿿]", s))
    ]
    return [w for w in found if w != "JSON"] or [s for s in sentences if not s]


@pytest.fixture(params=LANGUAGES)
def speaking(request, start):
    hand = start()
    hand.until(lambda: hand.get()["services"] and hand.get()["server"] == "ok")
    hand.press("prefer", language=request.param)
    return hand, request.param


def test_every_gesture_filled_in_wrongly_is_refused_in_words(speaking):
    hand, language = speaking
    wrong, refused = [], set()

    for gesture, shape in shapes.GESTURES.items():
        for field in (*shape.model_fields, "unknown"):
            for value in WRONG:
                if gesture == "prefer" and value in (True, None):
                    continue  # those are right there
                answer = hand.send(f"/{gesture}", json.dumps({field: value}).encode())
                if "error" in answer:
                    refused.add(gesture)
                    said = not_for_people(answer["error"], language)
                    wrong += [(gesture, field, value, said, answer["error"])] if said else []

    assert not wrong[:3] and refused >= {name for name, shape in shapes.GESTURES.items()}


def test_what_is_no_gesture_is_refused_in_words(speaking):
    hand, language = speaking

    said = {what: hand.send(path, body, **more)["error"] for what, (path, body, more) in NO_GESTURE.items()}

    assert not {what: error for what, error in said.items() if not_for_people(error, language)}


def test_what_is_not_offered_to_this_person_is_refused_in_words(speaking):
    hand, language = speaking
    hand.press("start", way="none")
    hand.press("choose", service="tax")

    refused = [hand.press("confirm", reason="elderly"), hand.press("online"), hand.press("phone", phone="13800138000")]

    assert [r["error"]["code"] for r in refused] == ["bad_reason", "bad_body", "not_here"]
    assert not [r["error"] for r in refused if not_for_people(r["error"], language)]
