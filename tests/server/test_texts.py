"""What a hall calls its things is one value for all languages; programs outside may give and read it in either form."""

import pytest

from config.words import LANGUAGES

BOTH_FORMS = [{"name": "税务", "name_en": "Tax office"}, {"name": {"zh": "税务", "en": "Tax office"}}]


@pytest.mark.parametrize("body", BOTH_FORMS)
def test_a_name_is_taken_side_by_side_or_as_one_value_and_given_in_both_forms(context, body):
    answer = context.manager.put("/services/tax", **body)

    assert answer.status_code == 200, answer.text
    assert (answer.json["name"], answer.json["name_en"]) == ("税务", "Tax office")
    assert answer.json["names"] == {"zh": "税务", "en": "Tax office"}
    assert context.ledger.floor.services["tax"].name == {"zh": "税务", "en": "Tax office"}


def test_a_third_language_is_kept_and_one_alone_can_be_changed(context):
    context.manager.put("/services/tax", name={"zh": "税务", "en": "Tax", "bo": "ཁྲལ"}, materials={"zh": ["证"], "bo": ["ལག་ཁྱེར"]})

    context.manager.put("/services/tax", name_en="Taxes", materials=["身份证"])

    (tax,) = [s for s in context.nobody().get("/services").json["items"] if s["code"] == "tax"]
    assert tax["names"] == {"zh": "税务", "en": "Taxes", "bo": "ཁྲལ"}
    assert tax["material_lists"] == {"zh": ["身份证"], "bo": ["ལག་ཁྱེར"]} and tax["materials"] == ["身份证"] and tax["materials_en"] == []


def test_a_name_that_is_emptied_is_called_by_its_number_again(context):
    context.manager.put("/windows/1", name={"zh": "一号台", "en": "Desk one"})

    window = context.manager.put("/windows/1", name="", name_en="").json

    assert (window["name"], window["name_en"]) == ("1号窗口", "Window 1") and window["names"].keys() == set(LANGUAGES)


def test_a_notice_speaks_the_languages_it_was_written_in(context):
    made = context.manager.post("/notices", text={"zh": "周五停电", "bo": "གློག"}).json
    context.manager.post("/notices", text="只有中文")

    first, second = context.nobody().get("/board").json["notices"]
    assert made["texts"] == first["texts"] == {"zh": "周五停电", "bo": "གློག"} and first["text_en"] is None
    assert (second["text"], second["text_en"], second["texts"]) == ("只有中文", None, {"zh": "只有中文"})


@pytest.mark.parametrize(
    ("name", "field"),
    [({}, "name"), ({"Chinese": "税务"}, "name.Chinese"), ({"zh": 3}, "name.zh"), ({"zh": ""}, "name.zh"), (["税务"], "name")],
)
def test_a_text_that_is_no_text_is_refused(context, name, field):
    manager, seq = context.manager, context.seq

    answer = manager.put("/services/tax", name=name)

    assert answer.status_code == 422 and context.seq == seq
    assert [e["field"] for e in answer.json["errors"]] == [field]


def test_a_refusal_names_the_service_in_the_language_asked_for(context):
    context.manager.put("/services/tax", closed=True)

    said = {lang: context.kiosk.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk"}, lang=lang).json for lang in ("zh", "en")}

    assert "税务申报" in said["zh"]["detail"] and "'Tax'" in said["en"]["detail"]
