"""一件事 as programs and people see it: what may be taken, the stations of a number and what each role is told of them."""

import pytest

from config import load
from config.mistakes import ConfigError
from server.record import audit

HOME = {
    "code": "home", "name": {"zh": "安居", "en": "A home"}, "matter": "33-01",
    "questions": [{"code": "loan", "text": {"zh": "有没有贷款？", "en": "Is there a loan?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "loan"}, {"service": "social"}],
}  # fmt: skip


@pytest.fixture
def home(context):
    assert context.manager.put("/settings/packages", value={"items": [HOME]}).status_code == 200
    yield context
    assert audit.verify(context.folder).ok and audit.replay(context.folder) == []


def states(told):
    return [(s["service"], s["state"]) for s in told["stations"]]


def served(c, no, **how):
    pad = c.device("keypad", window=no)
    id = pad.post(f"/windows/{no}/calls").json["id"]
    pad.post(f"/tickets/{id}/service")
    return pad.post(f"/tickets/{id}/completion", outcome="done", **how).json["ticket"]


def test_what_may_be_taken_is_told_to_anybody_and_what_it_means_for_who_answers(home):
    told = home.nobody().get("/packages").json["items"]
    plan = home.nobody().get("/packages/home", no="loan").json
    wrong = home.nobody().get("/packages/home", yes="lone")

    assert [(p["code"], p["names"]["en"], p["matter"], p["can"], len(p["legs"])) for p in told] == [("home", "A home", "33-01", True, 3)]
    assert states(plan) == [("tax", "next"), ("social", "to_come"), ("estate", "skipped")]
    assert plan["stations"][2]["skipped"]["zh"] == "按您的回答不需要办" and wrong.status_code == 422


def test_its_holder_sees_the_stations_and_can_evaluate_each(home):
    given = home.kiosk.post("/tickets", package="home", channel="kiosk").json
    phone = home.nobody()
    track = lambda: phone.get(f"/track/{given['track']}").json

    before = track()
    phone.post(f"/tickets/{given['track']}/answers", answers={"loan": False})
    served(home, "1")
    after = track()
    served(home, "2")
    over = track()

    assert states(before) == [("tax", "now"), ("estate", "next"), ("social", "to_come")]
    assert [s["sure"] for s in before["stations"]] == [True, False, True] and before["questions"][0]["open"]
    assert states(after) == [("tax", "done"), ("social", "now"), ("estate", "skipped")] and after["package_names"]["en"] == "A home"
    assert [s["state"] for s in over["stations"]] == ["done", "done", "skipped"]
    tokens = [s["evaluation"]["token"] for s in over["stations"][:2]]
    assert [phone.post("/evaluations", token=token, grade=5).status_code for token in tokens] == [201, 201]
    assert [s["evaluated"] for s in track()["stations"][:2]] == [True, True]


def test_the_kiosk_and_staff_see_the_stations_without_the_right_to_evaluate_and_strangers_see_no_answers(home):
    given = home.kiosk.post("/tickets", package="home", answers={"loan": True}, channel="kiosk").json
    served(home, "1")

    staff = home.guide.get(f"/tickets/{given['id']}").json
    board = home.device("display").get(f"/tickets/{given['id']}").json

    assert states(given) == [("tax", "now"), ("estate", "next"), ("social", "to_come")]
    assert states(staff)[0] == ("tax", "done") and staff["stations"][0]["evaluation"] is None
    assert staff["questions"] == [] or staff["questions"][0]["answer"] is True
    assert "questions" not in board and "stations" not in board


def test_what_cannot_be_had_now_is_named_and_the_rest_can_be_taken(home):
    hours = {"services": {"estate": {"friday": ["14:00-15:00"]}}}
    assert home.manager.put("/settings/hours", value=hours).status_code == 200
    take = lambda **more: home.kiosk.post("/tickets", package="home", channel="kiosk", answers={"loan": True}, **more)

    no, plan = take(), home.nobody().get("/packages/home", yes="loan").json
    rest = take(without=["estate"]).json

    assert (no.status_code, no.json["code"], no.json["legs"]) == (409, "package_not_now", ["estate"])
    assert no.json["detail"] == "“安居”里的不动产转移登记现在不能取号，13:45开始取号。可以先办其余环节，这几项改日再办。"
    assert [one["service"] for one in plan["cannot"]] == ["estate"] and plan["can"]
    assert states(rest) == [("tax", "now"), ("social", "next"), ("estate", "skipped")]
    assert rest["stations"][2]["skipped"]["code"] == "later"


def test_a_phone_in_the_hall_takes_one_without_what_cannot_be_had_now(home):
    hours = {"services": {"estate": {"friday": ["14:00-15:00"]}}}
    assert home.manager.put("/settings/hours", value=hours).status_code == 200
    home.manager.put("/settings/here", value={"numbers": True})
    page = home.nobody()
    page.ask("GET", "/here", root=True)
    code = home.device("display").get("/here/code").json["url"].rpartition("#")[2]
    right = page.post("/here", code=code).json["right"]
    take = lambda **more: page.post("/tickets/here", right=right, answers={"loan": True}, **more)

    neither, both = take(), take(package="home", service="tax")
    no, taken = take(package="home"), take(package="home", without=["estate"])

    assert [neither.status_code, both.status_code] == [422, 422]
    assert (no.status_code, no.json["code"]) == (409, "package_not_now") and "不动产转移登记" in no.json["detail"]
    assert taken.status_code == 201 and taken.json["channel"] == "phone"
    assert states(taken.json) == [("tax", "now"), ("social", "next"), ("estate", "skipped")]


def test_a_window_skips_a_leg_of_the_number_in_its_hands_and_takes_it_up_again(home):
    given = home.kiosk.post("/tickets", package="home", channel="kiosk").json
    pad, other = home.device("keypad", window="1"), home.device("keypad", window="3")
    pad.post("/windows/1/calls")
    path = f"/tickets/{given['id']}/skips"

    assert other.post(path, service="estate", reason="later").status_code == 403
    assert states(pad.post(path, service="estate", reason="done_before").json)[-1] == ("estate", "skipped")
    assert states(pad.delete(f"{path}/estate").json)[1] == ("estate", "next")
    assert pad.post(path, service="estate", reason="lazy").status_code == 422


def test_a_time_is_booked_for_the_first_leg_and_the_whole_package_comes_with_it(home):
    slot = home.app.get("/slots", service="tax").json["items"][1]["id"]
    wrong = home.app.get("/slots", service="social").json["items"][1]["id"]
    book = lambda slot, **more: home.app.post("/appointments", slot=slot, package="home", phone="13812345678", **more)

    refused, booked = book(wrong), book(slot, answers={"loan": False}).json

    assert refused.status_code == 422 and states(booked) == [("tax", "now"), ("social", "next"), ("estate", "skipped")]


HALL = """[hall]
code = "33100200000001"
name = "大厅"
[[services]]
code = "tax"
name = "税务"
prefix = "A"
matters = ["33-01"]
[[services]]
code = "social"
name = "社保"
prefix = "B"
[[windows]]
no = "1"
services = ["tax"]
[[packages]]
code = "home"
name = "安居"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('legs = [{ service = "tex" }]', "there is no service 'tex'; did you mean 'tax'?"),
        ('legs = [{ service = "tax", matters = ["33 01"] }]', "packages[1].legs[1].matters"),
        ('legs = [{ service = "tax", only_if = "loan" }]', "there is no question 'loan'"),
        ('questions = [{ code = "loan", text = "?" }]\nlegs = [{ service = "tax" }]', "no leg depends on the question 'loan'"),
        ("legs = []", "packages[1].legs"),
    ],
)
def test_a_package_that_cannot_be_is_no_hall_file(tmp_path, more, said):
    (tmp_path / "hall.toml").write_text(HALL + more, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load.hall_file(tmp_path / "hall.toml")

    assert said in str(refused.value)


def test_legs_that_nobody_serves_and_matters_of_other_services_are_doubts(tmp_path):
    legs = 'legs = [{ service = "tax", matters = ["33-09"] }, { service = "social" }]'
    (tmp_path / "hall.toml").write_text(HALL + legs, encoding="utf-8")

    said = "\n".join(load.doubts(load.hall_file(tmp_path / "hall.toml")))

    assert "packages[1].legs: “33-09”不在事项“tax”的编码里" in said and "packages[1].legs: 套餐里的“social”没有窗口办理" in said


def test_what_is_worth_a_look_in_a_package_is_told_with_the_setting_as_hall_check_tells_it(home):
    told = lambda: [(d["service"], d["say"]["code"]) for d in home.manager.get("/settings/packages").json["doubts"]]
    before = told()
    estate = home.manager.get("/services/estate").json

    assert home.manager.put("/services/estate", name=estate["name"], closed=True).status_code == 200
    closed = told()
    legs = {"items": [HOME | {"legs": [{"service": "tax", "only_if": "loan"}, {"service": "estate"}], "open": False}]}
    assert home.manager.put("/settings/packages", value=legs).status_code == 200

    assert (before, closed, told()) == ([], [("estate", "leg_unserved")], [])
