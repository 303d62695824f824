"""Services out of a spreadsheet: a district's list is put whole and in one event, or nothing of it is, and each mistake has its place."""

import base64
import csv
import random
import re

import pytest
import xlsxwriter
from click.testing import CliRunner

from config import words
from server import service_list
from server.commands import export
from server.web import models

SIGNS = "养老保险医疗失业工伤登记变更注销转移补办证明申请审批备案核准许可查询缴费报销单位个人灵活就业人员"
MANY = 1135
HEAD = ["编码", "名称", "英文名称", "号码字头", "种类", "主题", "事项编码", "材料", "通常办理分钟", "开放"]


def district(many=MANY):
    """As many services as a district publishes, names of up to 110 signs and matter codes of 55, made up anew from one seed."""
    some = random.Random(7)
    name = lambda n: "".join(some.choices(SIGNS, k=some.randint(8, 105))) + f"{n:04d}"
    kinds, open_ = ["一般", "复杂"], ["是", "否"]
    return [
        [f"q{n}", name(n), f"Service {n}", "ABCDEFGHIJ"[n % 10], kinds[n % 2], "社保", "1" * 55, "身份证；申请表", 8, open_[n % 50 == 0]]
        for n in range(many)
    ]


def written(path, rows, head=HEAD, encoding="utf-8-sig"):
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for n, row in enumerate([head, *rows]):
                sheet.write_row(n, 0, row)
    else:
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([head, *rows])
    return path


@pytest.fixture
def folder(tmp_path, clock, small_hall):
    from server.record.ledger import Ledger

    ledger = Ledger(tmp_path / "data", clock=clock)
    small_hall(ledger)
    ledger.close()
    return tmp_path / "data"


def read(file):
    return service_list.read(file.read_bytes(), models.ServiceRow)


def put(folder, file, *more):
    return CliRunner().invoke(export.import_, ["--data", str(folder), str(file), *more])


def services(folder):
    from server.record import store
    from server.record.readers import Readers

    readers = Readers(folder)
    with readers() as db:
        events = db.execute("SELECT count(*) FROM events WHERE kind = 'service.changed'").fetchone()[0]
        found = {s.code: s for s in store.find(db, _service())}
    readers.close()
    return found, events


def _service():
    from server.domain.things import Service

    return Service


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_district_s_list_is_looked_at_first_and_then_put_in_one_event(folder, tmp_path, name):
    file = written(tmp_path / name, district())
    before, _ = services(folder)

    looked = put(folder, file, "--check")
    assert looked.exit_code == 0 and "1135 services would be new, 0 changed and 0 retired" in looked.output, looked.output
    assert services(folder)[0] == before
    done = put(folder, file)

    assert "1135 services are new, 0 changed and 0 retired" in done.output, done.output
    found, events = services(folder)
    assert len(found) == len(before) + MANY and events == 1
    one, other = found["q1"], found["q0"]
    assert (one.kind, one.prefix, one.minutes, one.theme, one.matters) == ("complex", "B", 8, {"zh": "社保"}, ("1" * 55,))
    assert one.name["en"] == "Service 1" and list(one.materials["zh"]) == ["身份证", "申请表"] and not one.closed
    assert (other.kind, other.closed) == ("ordinary", True) and len(max((s.name["zh"] for s in found.values()), key=len)) > 100
    assert "0 services are new, 0 changed and 0 retired" in put(folder, file).output


def test_a_spreadsheet_saved_in_the_encoding_of_windows_is_read(tmp_path):
    found = read(written(tmp_path / "list.csv", district(3), encoding="gb18030"))

    assert found.wrong == [] and [n for n, _ in found.rows] == [2, 3, 4]


def test_columns_may_be_named_in_english_and_in_any_order(tmp_path):
    found = read(written(tmp_path / "list.csv", [["Tax", "T", "x1", "yes"]], head=["Name", "prefix", "CODE", "open"]))

    assert found.wrong == [] and found.rows == [(2, {"name": {"zh": "Tax"}, "prefix": "T", "code": "x1", "closed": False})]


def test_mistakes_are_told_in_the_language_of_the_terminal(folder, tmp_path, monkeypatch):
    rows = district(3)
    rows[1][3], rows[2][8] = "a1", "快"
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    refused = put(folder, written(tmp_path / "list.csv", rows))

    assert "第3行“号码字头”：“a1”：应为1到3个大写英文字母" in refused.output and "第4行“通常办理分钟”：“快”不是数字" in refused.output


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_mistake_holds_a_code_or_speaks_another_language(tmp_path, lang):
    rows = district(12)
    changes = [
        (0, "a b"),
        (1, "名" * 201),
        (2, "n" * 300),
        (3, "ab"),
        (4, "简单"),
        (5, "题" * 80),
        (6, "?? 1"),
        (7, "材" * 300),
        (8, "9999"),
    ]
    for row, (column, text) in zip(rows, changes, strict=False):
        row[column] = text
    rows[9][8], rows[10][9], rows[11][0] = "-1", "也许", "q9"

    found = read(written(tmp_path / "list.csv", rows))

    said = [one.say[lang] for one in found.wrong]
    problems = [text.replace("GB", "").split("：")[-1] if lang == "zh" else text.split(": ")[-1] for text in said]
    assert {one.row for one in found.wrong} == set(range(2, 14))
    assert lang == "en" or not [text for text in problems if re.search("[a-z]{3}", text)]
    assert not [text for text in problems if re.search("_told|[a-z]+_[a-z]+", text)]


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\0\0", b"\x89PNG\0", b""])
def test_what_is_no_spreadsheet_is_refused_in_a_sentence(raw):
    found = service_list.read(raw, models.ServiceRow)

    assert found.wrong and found.rows == []


def test_the_page_is_shown_what_a_file_would_do_and_whom_it_hits_and_nothing_is_changed(context, tmp_path):
    tax = context.manager.get("/services/tax").json
    slot = context.app.get("/slots?service=tax&day=2026-11-21").json["items"][-1]["id"]
    context.app.post("/appointments", slot=slot, phone="13800138000")
    rows = [["tax", tax["name"], tax["prefix"], "否"], ["social", "社保新名", "B", "是"], ["new", "新事项", "N", "是"]]
    file = written(tmp_path / "list.csv", rows, head=["编码", "名称", "号码字头", "开放"])
    before = context.manager.get("/services").json

    seen = context.manager.post("/services/list/preview", file=base64.b64encode(file.read_bytes()).decode()).json
    hits = context.manager.post("/services/list/hits", services=seen["services"]).json["hits"]

    assert {one["code"]: one["change"] for one in seen["rows"]} == {"tax": "retired", "social": "changed", "new": "added"}
    assert (seen["added"], seen["changed"], seen["retired"], seen["wrong"]) == (1, 1, 1, []) and [r["row"] for r in seen["rows"]] == [
        2,
        3,
        4,
    ]
    assert hits["bookings"] == 1 and context.manager.get("/services").json == before
    assert context.manager.post("/services/list", services=seen["services"]).status_code == 201


def test_every_mistake_is_told_by_row_and_column_and_nothing_is_put(folder, tmp_path):
    rows = district(6)
    rows[1][3] = "a1"
    rows[2][4] = "简单"
    rows[3][0] = "q2"
    rows[4][8] = "快"
    rows[5][1] = ""
    before, _ = services(folder)

    refused = put(folder, written(tmp_path / "list.csv", rows))

    assert refused.exit_code == 1 and services(folder)[0] == before
    for said in (
        "row 3, column 号码字头",
        "row 4, column 种类: 简单",
        "row 5, column 编码: q2 stands in row 4",
        "row 6, column 通常办理分钟",
        "row 7, column 名称: is empty",
    ):
        assert said in refused.output, refused.output
    unknown = put(folder, written(tmp_path / "other.csv", [["x1", "Tax", "T", "1"]], head=["code", "name", "prefix", "minuts"]))
    assert "column minuts: there is no such column; did you mean 'minutes'?" in unknown.output
    assert "The file has no column prefix." in put(folder, written(tmp_path / "short.csv", [["x1", "Tax"]], head=["code", "name"])).output


def test_a_fact_that_is_null_changes_nothing_in_a_list_as_for_one_service(context):
    row = {"code": "tax", "kind": None, "minutes": None, "closed": None, "prefix": None}
    before = context.manager.get("/services/tax").json

    put = context.manager.post("/services/list", services=[row, {"code": "new", "name": "新事项", "kind": None, "minutes": None}])

    assert (put.status_code, put.json) == (201, {"added": 1, "changed": 0})
    assert context.manager.get("/services/tax").json == before
