"""Services out of a spreadsheet: a district's list is put whole and in one event, or nothing of it is, and each mistake has its place."""

import csv
import random

import pytest
import xlsxwriter
from click.testing import CliRunner

from server.commands import _service_list, export

SIGNS = "养老保险医疗失业工伤登记变更注销转移补办证明申请审批备案核准许可查询缴费报销单位个人灵活就业人员"
MANY = 1135
HEAD = ["编码", "名称", "英文名称", "字母", "类别", "分类", "事项编码", "材料", "办理分钟", "开放"]


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
    assert looked.exit_code == 0 and "1135 services would be new and 0 would be changed" in looked.output, looked.output
    assert services(folder)[0] == before
    done = put(folder, file)

    assert "1135 services are new and 0 are changed" in done.output, done.output
    found, events = services(folder)
    assert len(found) == len(before) + MANY and events == 1
    one, other = found["q1"], found["q0"]
    assert (one.kind, one.prefix, one.minutes, one.theme, one.matters) == ("complex", "B", 8, {"zh": "社保"}, ("1" * 55,))
    assert one.name["en"] == "Service 1" and list(one.materials["zh"]) == ["身份证", "申请表"] and not one.closed
    assert (other.kind, other.closed) == ("ordinary", True) and len(max((s.name["zh"] for s in found.values()), key=len)) > 100
    assert "0 services are new and 0 are changed" in put(folder, file).output


def test_a_spreadsheet_saved_in_the_encoding_of_windows_is_read(tmp_path):
    found = _service_list.read(written(tmp_path / "list.csv", district(3), encoding="gb18030"))

    assert found.wrong == [] and [n for n, _ in found.rows] == [2, 3, 4]


def test_columns_may_be_named_in_english_and_in_any_order(tmp_path):
    found = _service_list.read(written(tmp_path / "list.csv", [["Tax", "T", "x1", "yes"]], head=["Name", "prefix", "CODE", "open"]))

    assert found.wrong == [] and found.rows == [(2, {"name": {"zh": "Tax"}, "prefix": "T", "code": "x1", "open": True})]


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
        "row 3, column 字母",
        "row 4, column 类别: 简单",
        "row 5, column 编码: q2 stands in row 4",
        "row 6, column 办理分钟",
        "row 7, column 名称: is empty",
    ):
        assert said in refused.output, refused.output
    unknown = put(folder, written(tmp_path / "other.csv", [["x1", "Tax", "T", "1"]], head=["code", "name", "prefix", "minuts"]))
    assert "column minuts: there is no such column; did you mean 'minutes'?" in unknown.output
    assert "the file has no column prefix" in put(folder, written(tmp_path / "short.csv", [["x1", "Tax"]], head=["code", "name"])).output
