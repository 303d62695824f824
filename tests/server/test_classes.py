"""Classes that a hall defines beside the known ones: who gives them, what they promise, and that none goes first without a law."""

import pytest

from config import load
from config.mistakes import ConfigError
from server.record import audit

LAW = {"zh": "《退役军人保障法》第三十条", "en": "Veterans Support Law, art. 30"}
VETERAN = {
    "code": "veteran",
    "name": {"zh": "退役军人优先", "en": "Veterans first"},
    "mark": "T",
    "like": "green",
    "target": 480,
    "given_by": ["guide", "manager", "kiosk"],
    "proof": {"zh": "优待证", "en": "the veteran's card"},
    "ground": LAW,
}
BENEFITS = {"code": "benefits", "name": {"zh": "惠企专办", "en": "Business benefits"}, "mark": "H", "weight": 0.8, "target": 2700}


def set_classes(c, *classes):
    return c.manager.put("/settings/rules", value={"classes": list(classes)})


@pytest.fixture
def classed(context):
    assert set_classes(context, VETERAN, BENEFITS).status_code == 200
    return context


def problem(answer):
    return answer.status_code, answer.json["errors"][0]["problem"]


def test_a_number_of_an_own_class_has_its_letters_promise_and_name(classed):
    c = classed

    guide = c.guide.post("/tickets", service="tax", **{"class": "veteran"}, proof_seen=True).json
    other = c.guide.post("/tickets", service="tax", **{"class": "benefits"}).json

    assert guide["number"].startswith("T") and guide["class"] == "veteran" and guide["target"] == 480
    assert guide["class_names"] == {"zh": "退役军人优先", "en": "Veterans first"}
    assert other["number"].startswith("H") and other["target"] == 2700
    assert {"code": "veteran", "names": VETERAN["name"]} in c.nobody().get("/codes").json["classes"]
    track = c.nobody().get(f"/track/{guide['track']}").json
    assert track["class_names"]["en"] == "Veterans first"


def test_who_may_not_give_a_class_gives_none_and_staff_see_the_proof_first(classed):
    c = classed
    c.guide.get("/windows")
    tickets = len(c.ledger.floor.tickets)

    app = c.device("app").post("/tickets", service="tax", **{"class": "veteran"})
    kiosk = c.kiosk.post("/tickets", service="tax", channel="kiosk", **{"class": "benefits"})
    unseen = c.guide.post("/tickets", service="tax", **{"class": "veteran"})
    unknown = c.guide.post("/tickets", service="tax", **{"class": "veterans"})

    assert [(a.status_code, a.json["code"]) for a in (app, kiosk, unseen, unknown)] == [
        (403, "class_not_given"), (403, "class_not_given"), (409, "proof_first"), (422, "bad_body"),
    ]  # fmt: skip
    assert len(c.ledger.floor.tickets) == tickets
    assert c.kiosk.post("/tickets", service="tax", channel="kiosk", **{"class": "veteran"}).status_code == 201


def test_it_is_called_by_its_promise_and_the_desk_says_which_class(classed):
    c = classed
    first = c.kiosk.take("tax")
    c.clock.forward(minutes=6)
    second = c.guide.post("/tickets", service="tax", **{"class": "veteran"}, proof_seen=True).json

    called = c.device("keypad", window="1").post("/windows/1/calls").json

    assert called["number"] == second["number"] != first["number"]
    why = c.manager.get("/tickets", number=second["number"]).json["items"][0]
    assert why["class"] == "veteran"


def test_a_class_without_priority_is_called_in_its_turn(classed):
    c = classed
    benefits = c.guide.post("/tickets", service="tax", **{"class": "benefits"}).json
    ordinary = c.kiosk.take("tax")
    c.clock.forward(minutes=2)

    called = c.device("keypad", window="1").post("/windows/1/calls").json

    assert called["number"] == ordinary["number"] and benefits["number"] != called["number"]


def test_a_number_taken_is_given_a_class_and_never_promised_less(classed):
    c = classed
    number = c.kiosk.take("tax")

    given = c.guide.post(f"/tickets/{number['id']}/green", **{"class": "veteran"}, proof_seen=True)
    wrong = c.guide.post(f"/tickets/{number['id']}/green", **{"class": "ordinary"})

    assert given.status_code == 201 and given.json["number"] == number["number"] and given.json["class"] == "veteran"
    assert wrong.json["code"] == "bad_body" and "veteran" in wrong.text
    assert c.ledger.floor.tickets[number["id"]].series.startswith("T")
    assert audit.replay(c.folder) == [] and audit.verify(c.folder).ok


@pytest.mark.parametrize(
    "one",
    [
        {"code": "v1", "name": "先办", "mark": "T", "like": "green"},
        {"code": "v1", "name": "先办", "mark": "T", "weight": 1.5},
        {"code": "v1", "name": "先办", "mark": "T", "target": 60},
    ],
)
def test_nobody_goes_before_others_without_a_law_that_says_so(context, one):
    wrong = set_classes(context, one)

    assert problem(wrong) == (422, "比别人先办要有法律或规定作依据，请填写依据") and "rules" not in context.ledger.floor.settings
    assert set_classes(context, one | {"ground": "《条例》第八条"}).status_code == 200


def test_numbers_of_a_class_never_stand_in_the_row_of_another(context):
    same = set_classes(context, VETERAN | {"mark": "L"})
    known = set_classes(context, VETERAN | {"code": "green"})
    twice = set_classes(context, VETERAN, BENEFITS | {"mark": "T"})

    assert "会与其他类别或事项混在一起" in problem(same)[1]
    assert problem(known)[0] == problem(twice)[0] == 422


def test_a_class_is_not_taken_from_who_holds_it(classed):
    c = classed
    number = c.guide.post("/tickets", service="tax", **{"class": "benefits"}).json
    c.manager.put("/settings/reserved", value={"3": ["veteran"]})

    held, reserved = set_classes(c, VETERAN), set_classes(c, BENEFITS)

    assert "还有人拿着“惠企专办”的号" in problem(held)[1] and "专为“退役军人优先”保留" in problem(reserved)[1]
    c.guide.post(f"/tickets/{number['id']}/cancellation")
    assert set_classes(c, VETERAN).status_code == 200


def test_waits_and_people_ahead_know_each_class(classed):
    c = classed
    for _ in range(6):
        c.kiosk.take("tax")
    forecaster = c.server.context.jobs.forecaster
    forecaster.attempt(forecaster.refresh)
    floor, waits = c.ledger.floor, c.ledger.waits

    ahead = {k: waits.ahead_of_new(floor, "tax", k) for k in ("ordinary", "green", "veteran", "benefits")}
    told = {k: waits.for_new("tax", k).p50 for k in ahead}

    assert ahead["veteran"] < ahead["ordinary"] and told["veteran"] < told["ordinary"] <= told["benefits"] + 60


def test_figures_are_counted_by_class_under_its_name(classed):
    c = classed
    c.guide.post("/tickets", service="tax", **{"class": "benefits"})

    found = c.manager.get("/figures").json

    assert [line["issued"] for line in found["classes"] if line["code"] == "benefits"] == [1]
    assert found["names"]["class"]["benefits"]["en"] == "Business benefits"
    assert "Business benefits" in c.manager.get("/reports/days.csv", language="en").text


HALL = """[hall]
code = "33100200000001"
name = "大厅"
[[services]]
code = "tax"
name = "税务"
prefix = "A"
[[windows]]
no = "1"
services = ["tax"]
[[classes]]
code = "veteran"
name = "退役军人优先"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('mark = "T"\nlike = "green"\n', "goes before others: say by which law or rule"),
        ('mark = "L"\n', "号码 LA 会与其他类别或事项混在一起"),
        ('mark = "T"\n[reserved]\n1 = ["veterans"]\n', "there is no class 'veterans'; did you mean 'veteran'?"),
        ('mark = "T"\n[[classes]]\ncode = "veteran"\nname = "x"\nmark = "U"\n', "'veteran' is already classes[1]"),
    ],
)
def test_a_hall_file_is_refused_likewise(tmp_path, more, said):
    (tmp_path / "hall.toml").write_text(HALL + more, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load.hall_file(tmp_path / "hall.toml")

    assert said in str(refused.value)
