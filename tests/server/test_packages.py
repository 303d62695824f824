"""一件事 as programs and people see it: what may be taken, the stations of a number and what each role is told of them."""

import io
import zipfile

import pytest

from config import load, words
from config.mistakes import ConfigError
from server.record import audit, store
from server.reports import figures as reports
from server.reports import sheet

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


def test_figures_tell_of_each_package_and_of_each_of_its_legs(home):
    taken = [home.kiosk.post("/tickets", package="home", answers={"loan": False}, channel="kiosk").json for _ in range(2)]
    for no, which, minutes, outcome in (("1", 0, 10, "done"), ("2", 1, 5, "done"), ("1", 0, 5, "done"), ("2", 1, 5, "incomplete")):
        pad, id = home.device("keypad", window=no), taken[which]["id"]
        assert pad.post(f"/windows/{no}/calls", ticket=id).status_code == 201
        pad.post(f"/tickets/{id}/service")
        home.clock.forward(minutes=minutes)
        pad.post(f"/tickets/{id}/completion", outcome=outcome)
    link = home.nobody().get(f"/track/{taken[0]['track']}").json["stations"][0]["evaluation"]["token"]
    assert home.nobody().post("/evaluations", token=link, grade=1).status_code == 201

    day = home.manager.get("/figures").json
    many = home.manager.get("/history").json
    (figures,) = day["packages"]

    assert many["packages"] == day["packages"] and day["names"]["package"]["home"]["en"] == "A home"
    assert (figures["code"], figures["issued"], figures["over"], figures["complete"], figures["first_pass_pct"]) == ("home", 2, 2, 1, 50.0)
    assert (figures["legs"], figures["door_p50"]) == (2.0, 20 * 60)
    social, tax = figures["by_leg"]
    assert (tax["service"], tax["visits"], tax["done_pct"], tax["evaluated_pct"], tax["good_pct"]) == ("tax", 2, 100.0, 50.0, 0.0)
    assert (social["visits"], social["done_pct"], social["evaluated_pct"], social["good_pct"]) == (2, 50.0, 0.0, None)
    defined = {one["figure"]: one["is"] for one in day["definitions"]}
    assert "一次申报通过率" in defined["package_first_pass_pct"]["zh"] and defined["leg_good_pct"]["en"]


def test_a_report_has_the_packages_in_text_and_as_sheets(home):
    home.kiosk.post("/tickets", package="home", answers={"loan": False}, channel="kiosk")
    served(home, "1")
    served(home, "2")
    day = home.manager.get("/figures").json["day"]
    with store.open_reader(home.folder) as db:
        told = reports.report(db, day, day, home.clock())

    text = sheet.text(told, words.load(), "zh")
    file = io.BytesIO()
    sheet.xlsx(told, file, words.load(), "en")
    book = zipfile.ZipFile(file)

    (line,) = [one for one in text.splitlines() if one.startswith("安居  ") and "100.0" in one and "税务" not in one and "社保" not in one]
    assert line.split()[1:7] == ["1", "1", "1", "100.0", "1", "100.0"]
    assert "一次申报通过率(%): 一次通过的号占已结束的号的比例" in text
    assert (
        'name="Packages"' in book.read("xl/workbook.xml").decode() and 'name="Steps of packages"' in book.read("xl/workbook.xml").decode()
    )
