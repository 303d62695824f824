"""What windows are for and where they are, by code: texts for codes, what a type decides, what a zone is called and counted by."""

import pytest

from config import load
from config.mistakes import ConfigError
from server.record import audit

ZONES = {"items": [
    {"code": "east", "name": {"zh": "东区", "en": "East wing"}, "storey": {"zh": "二楼", "en": "2nd floor"}, "type": "enterprise"},
    {"code": "self", "name": {"zh": "自助区"}, "type": "selfservice"},
]}  # fmt: skip
TYPES = {"items": [{"code": "general", "services": ["estate"]}, {"code": "marriage", "name": {"zh": "婚姻", "en": "Marriage"}}]}


@pytest.fixture
def placed(context):
    assert context.manager.put("/settings/types", value=TYPES).status_code == 200
    assert context.manager.put("/settings/zones", value=ZONES).status_code == 200
    return context


def put(c, no, **body):
    return c.manager.put(f"/windows/{no}", **body).json


def problem(answer):
    return answer.status_code, answer.json["errors"][0]["problem"]


@pytest.mark.parametrize("text", ["intake", "收件", "Intake", {"zh": "收件"}, {"en": "Intake"}])
def test_a_text_that_is_a_types_name_in_any_language_is_its_code(context, text):
    assert put(context, "1", type=text)["type_code"] == "intake"
    assert "types" not in context.ledger.floor.settings


@pytest.mark.parametrize("text", ["marriage", "婚姻", "Marriage"])
def test_so_is_one_of_the_halls_own(placed, text):
    assert put(placed, "1", type=text)["types"] == {"zh": "婚姻", "en": "Marriage"}


def test_any_other_text_becomes_one_of_the_halls_own_in_the_same_event(placed):
    seq = placed.seq

    one = put(placed, "1", type={"zh": "户籍", "en": "Residence"}, zone="C")

    assert (one["type"], one["type_code"], one["zone"], one["where"]["zh"], placed.seq) == ("户籍", "户籍", "C", "C区", seq + 1)
    assert {"code": "户籍", "names": {"zh": "户籍", "en": "Residence"}} in placed.nobody().get("/codes").json["types"]
    assert audit.replay(placed.folder) == []


def test_a_window_has_the_type_of_its_zone_unless_it_has_its_own(placed):
    assert put(placed, "1", zone="东区")["type_code"] == "enterprise" and put(placed, "1", type="intake")["type_code"] == "intake"


def test_where_a_window_is_is_said_with_its_storey_to_kiosk_and_holder(placed):
    put(placed, "1", zone="east")
    put(placed, "2", zone="east")
    put(placed, "A12", services=[], zone="")
    track = placed.kiosk.take("tax")["track"]

    holder = placed.nobody().get(f"/track/{track}").json

    assert holder["where"] == {"zh": "二楼东区", "en": "East wing, 2nd floor"}
    assert placed.nobody().get("/hall").json["zones"][0]["where"]["zh"] == "二楼东区"


@pytest.mark.parametrize("asked", ["east", "东区", "East wing"])
def test_a_board_is_asked_for_by_a_zones_code_or_name(placed, asked):
    put(placed, "2", zone="east")

    assert [w["no"] for w in placed.nobody().get("/board", zone=asked).json["windows"]] == ["2"]


def test_a_service_goes_only_to_windows_of_the_types_that_name_it(placed):
    seq = placed.seq

    wrong = placed.manager.put("/windows/3", type="intake")
    lend = placed.manager.put("/settings/lends", value={"items": [{"window": "1", "services": ["estate"]}]})
    lent = placed.manager.put("/windows/1", type="intake")

    assert problem(wrong) == (422, "“不动产转移登记”只在综合窗口办理，3号窗口的类型是收件")
    assert lend.status_code == 200 and problem(lent)[0] == 422 and placed.seq == seq + 1


def test_in_a_zone_where_people_help_themselves_no_number_is_called(placed):
    wrong = placed.manager.put("/windows/1", zone="self")

    assert problem(wrong) == (422, "自助区不叫号，1号窗口在那里，不能办理“税务申报”")
    assert placed.manager.put("/windows/9", zone="self").status_code == 200


def test_a_type_or_zone_that_is_still_named_is_not_taken_away(placed):
    put(placed, "1", zone="east", type="marriage")

    zones = placed.manager.put("/settings/zones", value={"items": ZONES["items"][1:]})
    types = placed.manager.put("/settings/types", value={"items": []})
    unknown = placed.manager.put("/settings/zones", value={"items": [{"code": "x", "type": "marrige"}]})

    assert problem(zones) == (422, "1号窗口还用着“东区”，请先改窗口")
    assert problem(types) == (422, "1号窗口还用着“婚姻”，请先改窗口") and problem(unknown)[1] == "没有编码为“marrige”的窗口类型"


def test_figures_are_counted_by_zone(placed):
    put(placed, "1", zone="east")
    placed.kiosk.take("tax")
    placed.device("keypad", window="1").post("/windows/1/calls")

    found = placed.manager.get("/figures").json

    assert [(line["name"], line["issued"]) for line in found["zones"]] == [("东区", 1)] and found["names"]["zone"]["东区"][
        "en"
    ] == "East wing"
    assert [line["name"] for line in found["types"]] == ["企业专窗"]
    assert "Area,East wing,1" in placed.manager.get("/reports/days.csv", language="en").text


HALL = """[hall]
code = "33100200000001"
name = "大厅"
[[services]]
code = "tax"
name = "税务"
prefix = "A"
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            '[[windows]]\nno = "1"\nservices = ["tax"]\n[[types]]\ncode = "green"\nservices = ["tax"]\n',
            "windows[1].services: “tax”只在绿色通道",
        ),
        (
            '[[windows]]\nno = "1"\n[[zones]]\ncode = "a"\ntype = "selfservce"\n',
            "there is no type 'selfservce'; did you mean 'selfservice'?",
        ),
        ('[[windows]]\nno = "1"\n[[types]]\ncode = "x"\nservices = ["tex"]\n', "there is no service 'tex'; did you mean 'tax'?"),
        ('[[windows]]\nno = "1"\n[[zones]]\ncode = "a"\n[[zones]]\ncode = "a"\n', "zones[2].code: 'a' is already zones[1]"),
        ('[[windows]]\nno = "1"\nzone = "s"\nservices = ["tax"]\n[[zones]]\ncode = "s"\ntype = "online"\n', "s不叫号"),
    ],
)
def test_a_hall_file_is_refused_in_the_same_words(tmp_path, more, said):
    (tmp_path / "hall.toml").write_text(HALL + more, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load.hall_file(tmp_path / "hall.toml")

    assert said in str(refused.value)


def test_a_hall_file_with_free_texts_loads_and_what_is_nearly_a_known_one_is_doubted(tmp_path):
    windows = "".join(
        f'[[windows]]\nno = "{n}"\nservices = ["tax"]\n{more}\n'
        for n, more in enumerate(
            ('type = "收件"\ntype_en = "Intake"', 'type = "intke"', 'type = "户籍"\ntype_en = "Residence"\nzone = "东区"')
        )
    )
    (tmp_path / "hall.toml").write_text(HALL + windows, encoding="utf-8")

    hall = load.hall_file(tmp_path / "hall.toml")

    assert [w.type["zh"] for w in hall.windows] == ["intake", "intke", "户籍"]
    assert [(one.code, one.name) for one in hall.types] == [("intke", {}), ("户籍", {"zh": "户籍", "en": "Residence"})]
    assert [one.code for one in hall.zones] == ["东区"]
    assert load.doubts(hall) == ["windows[2].type: “intke”按本大厅自设的窗口类型统计；是不是“intake”？"]
