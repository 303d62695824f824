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


def test_the_type_and_the_area_of_a_window_are_told_in_every_language_and_by_one_key(context):
    context.manager.put("/windows/1", type={"zh": "收件", "en": "Intake"}, zone={"zh": "东区", "en": "East wing"})
    context.manager.put("/windows/2", zone="东区", zone_en="East wing")

    one, two, three = context.manager.get("/windows").json["items"][:3]
    tax = next(s for s in context.nobody().get("/services").json["items"] if s["code"] == "tax")
    east = context.nobody().get("/board", zone="东区").json["windows"]

    assert (one["type"], one["types"], one["zone"]) == ("收件", {"zh": "收件", "en": "Intake"}, "东区")
    assert two["zones"] == {"zh": "东区", "en": "East wing"} and three["zones"] == {} and three["types"]["en"] == "General"
    at = {"zone": "东区", "zones": {"zh": "东区", "en": "East wing"}, "zone_code": "东区", "where": {"zh": "东区", "en": "East wing"}}
    assert {"no": "1"} | at in tax["windows"]
    assert [w["no"] for w in east] == ["1", "2"]


def test_figures_are_counted_by_the_types_key_and_called_by_its_name_in_each_language(context):
    context.manager.put("/windows/1", type={"zh": "收件", "en": "Intake"})
    context.kiosk.take("tax")
    context.device("keypad", window="1").post("/windows/1/calls")

    found = context.manager.get("/figures").json
    table = context.manager.get("/reports/days.csv", language="en").text

    assert [line["name"] for line in found["types"]] == ["收件"] and found["names"]["type"]["收件"] == {"zh": "收件", "en": "Intake"}
    assert "Type of window,Intake,1" in table


def test_why_a_window_pauses_is_told_in_every_language_where_its_reason_is_one_of_those_offered(context):
    keypad = context.device("keypad", window="1")

    def paused(reason):
        keypad.put("/windows/1/state", state="open")
        keypad.put("/windows/1/state", state="paused", reason=reason)
        return context.manager.get("/windows").json["items"][0]

    meals = [paused(reason)["reasons"] for reason in ("用餐", "Meal")]
    assert [(meal["zh"], meal["en"]) for meal in meals] == [("用餐", "Meal")] * 2
    assert paused("换打印纸")["reasons"] == {"zh": "换打印纸"}
    assert paused("Meal")["reason"] == "Meal"


def test_a_clerks_title_stands_in_every_language_at_the_window(context):
    context.staff("li")
    context.manager.put("/staff/li", shown="李老师")

    answer = context.manager.put("/staff/li", title={"zh": "党员先锋岗", "en": "Exemplary clerk"})
    context.manager.put("/windows/1/state", state="open", clerk="li")

    assert (answer.json["title"], answer.json["titles"]["en"]) == ("党员先锋岗", "Exemplary clerk")
    clerk = context.manager.get("/windows").json["items"][0]["clerk"]
    assert (clerk["title"], clerk["titles"]) == ("党员先锋岗", {"zh": "党员先锋岗", "en": "Exemplary clerk"})


def test_a_plan_is_called_by_its_name_in_each_language(context):
    plan = {"id": "peak", "name": {"zh": "月末高峰", "en": "End of the month"}, "people": [{"window": "3", "name": "甲"}]}
    context.manager.put("/settings/plans", value={"items": [plan]})

    shown = context.manager.post("/plans/peak/activation").json
    (before,) = context.server.context.view().messages()
    context.manager.put("/settings/plans", value={"items": [plan | {"name": "月末"}]})

    (said,) = context.server.context.view().messages()
    assert before["say"]["en"] == "Plan 'End of the month' is active: 甲, please go to window 3"
    assert shown["name"] == plan["name"] and context.manager.get("/plans").json["items"][0]["name"] == {"zh": "月末"}
    assert said["say"]["zh"] == "预案“月末”已启动：请甲到3号窗口"
    assert said["say"]["en"] == "Plan '月末' is active: 甲, please go to window 3"
