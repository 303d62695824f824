"""What a citizen, clerk, guide or manager is told when something is refused: no field's name, no code, no id, no half sentence of another
language. Every refusal is walked over in every language; so is every wrong value of every body that a page sends."""

import re

import pytest

from config import words
from server.domain.errors import KINDS_OF_PROGRAMS
from server.web.table import ENDPOINTS

TEXTS = words.load()
LATIN = re.compile(r"[A-Za-z]{2,}")
FIELD = re.compile(r"[a-z]+_[a-z]+|\w+\.\w+\.?\w*:|\bNone\b|\{|\}")
# What is called so in Chinese, too: file forms, and how an address begins.
KNOWN = {"JSON", "ICS", "http", "https", "holiday", "cn", "data", "image", "hall"}
FACTS = {  # as the hall gives them
    "service": {"zh": "税务申报", "en": "Tax"}, "hall": {"zh": "示例县政务服务中心", "en": "Example Hall"}, "number": "A012", "window": "3",
    "slot": "2026-11-20 09:30", "hours": ["08:30–12:00"], "from": "08:15", "to": "12:00", "state": "waiting", "n": 2, "times": 1, "most": 3,
    "least": 2, "minutes": 5, "length": 10, "until": "2026-11-21", "day": "2026-11-20", "early": 30, "limit": 65536, "name": "张老师",
    "days": 3, "errors": "",
}  # fmt: skip


def foreign(sentence, lang):
    """What of a sentence is not for people."""
    found = FIELD.findall(sentence)
    if lang == "zh":
        found += [word for word in LATIN.findall(sentence) if word not in KNOWN]
    return found


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_refusal_that_a_person_meets_holds_a_code_or_a_name_of_a_field(lang):
    codes = TEXTS.codes("refusals", lang) - KINDS_OF_PROGRAMS

    wrong = {code: found for code in codes if (found := foreign(TEXTS.refusal(code, lang, **FACTS), lang))}

    assert not wrong


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_what_is_wrong_with_a_field_is_said_without_codes(lang):
    facts = {"expected": ["ordinary", "green"], "fields": ["places", "seconds"], "ge": 1, "le": 9, "gt": 0, "lt": 9, "plan": "p1"}
    facts |= {"min_length": 1, "max_length": 9} | FACTS
    known = TEXTS.codes("problems", lang)
    told = {code: TEXTS.text("problems", f"{code}_told" if f"{code}_told" in known else code, lang, **facts) for code in known}

    assert not {code: found for code, text in told.items() if not code.endswith("_type") and (found := foreign(text, lang))}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_field_that_has_a_name_has_one_in_every_language(lang):
    assert TEXTS.codes("fields", lang) == TEXTS.codes("fields") and TEXTS.codes("forms", lang) == TEXTS.codes("forms")
    for section in ("fields", "forms"):
        assert not {key: text for key, text in TEXTS.section(section, lang).items() if foreign(text, lang)}


@pytest.fixture(scope="module")
def context(tmp_path_factory, clock_of, small_hall, doors):
    context = doors.Context(tmp_path_factory.mktemp("words"), clock_of(), small_hall)
    yield context
    context.close()


BODIES = [d for d in ENDPOINTS if d.body and (d.roles is None or d.roles & {"manager", "clerk", "guide", "kiosk", "visitor"})]
WRONG = (True, "?", "x" * 400, "a\nb", -1, 1e9, [], ["?"], {"?": 1}, "no-such-thing", "2026-13-45")


@pytest.mark.parametrize("endpoint", BODIES, ids=lambda d: f"{d.method} {d.path}")
def test_a_body_that_was_filled_in_wrongly_is_refused_in_words(context, endpoint):
    who = context.manager if endpoint.roles is None or "manager" in endpoint.roles else context.kiosk
    path = endpoint.path.format(no="1", code="tax", id="nosuchid", track="nosuchtrack", token="nosuchtoken", name="hours")
    fields = [field.alias or name for name, field in endpoint.body.model_fields.items()]
    wrong = []

    for field in fields:
        for value in WRONG:
            for lang in ("zh", "en"):
                answer = who.ask(endpoint.method, path, {field: value}, lang=lang)
                if answer.status_code == 422 and answer.json["code"] not in KINDS_OF_PROGRAMS:
                    found = foreign(answer.json["detail"], lang)
                    names = [f for f in fields if "_" in f and f in answer.json["detail"]]
                    if found or names:
                        wrong.append((field, value, answer.json["detail"], found or names))

    assert not wrong[:5]


def test_a_second_booking_is_refused_with_its_time_and_no_id(fresh):
    context = fresh()
    slot = context.app.get("/slots?service=tax&day=2026-11-21").json["items"][-1]["id"]
    body = {"slot": slot, "phone": "13800138000"}
    first = context.app.post("/appointments", **body).json

    again = context.kiosk.post("/appointments", **body)

    assert again.json["code"] == "already_holds" and "您已经预约过“税务申报”（2026-11-21 " in again.json["detail"]
    assert first["id"] not in again.json["detail"]


def test_a_move_that_a_booking_does_not_allow_names_no_id(fresh):
    context = fresh()
    slot = context.app.get("/slots?service=social&day=2026-11-21").json["items"][-1]["id"]
    booked = context.app.post("/appointments", slot=slot, phone="13800138001").json

    refused = context.manager.post(f"/tickets/{booked['id']}/return")

    assert refused.json["code"] == "illegal_move" and booked["id"] not in refused.json["detail"]
    assert "“已预约”" in refused.json["detail"]


def test_a_number_that_a_window_does_not_serve_is_refused_with_the_name_of_its_service(fresh):
    context = fresh()
    one = context.kiosk.take("estate")

    refused = context.device("keypad", window="1").post("/windows/1/calls", ticket=one["id"])

    assert refused.json["code"] == "not_served_here" and "“不动产转移登记”" in refused.json["detail"]
