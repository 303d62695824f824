"""The codes of halls begin with those of divisions: what can be none is said, what the installer's list has not is refused by name."""

import pytest
from click.testing import CliRunner

import hallfloor
from config import ConfigError, divisions, load

LIST = """区划代码,名称
110000 北京市
110101,东城区
330000,浙江省
331000,台州市
331002,椒江区
331003,黄岩区
331002001,海门街道
440000,广东省
442000,中山市
"""
HALL = """[hall]
code = "{}"
name = "某县"
[[services]]
code = "tax"
name = "税务"
prefix = "A"
[[windows]]
no = "1"
services = ["tax"]
[[neighbours]]
code = "{}"
name = "桃源"
"""


@pytest.fixture
def known(tmp_path):
    (tmp_path / "divisions.csv").write_text(LIST, encoding="gb18030")
    return divisions.read(tmp_path / "divisions.csv")


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        ("331002000000", ""), ("331002001000", ""), ("331002001002", ""), ("331003005000", ""), ("331000000000", ""), ("330000000000", ""),
        ("110101000000", ""), ("442000000000", ""), ("442000103000", ""),
        ("331009000000", "331009"), ("331002009000", "331002009"), ("339900000000", "3399"), ("450000000000", "45"),
        ("110102000000", "110102"),
    ],
)  # fmt: skip
def test_a_list_tells_from_the_province_down_as_deep_as_it_goes(known, code, missing):
    assert known.unknown(code + "01") == missing
    assert known.names["331002000000"] == "椒江区" and known.names["331000000000"] == "台州市"


@pytest.mark.parametrize(
    ("code", "part"), [("33100200000001", ""), ("99100200000001", "99"), ("33001200000001", "330012"), ("33100200000101", "331002000001")]
)
def test_what_can_be_no_division_in_any_year_is_doubted(tmp_path, code, part):
    assert divisions.impossible(code) == part
    file = tmp_path / "hall.toml"
    file.write_text(HALL.format(code, "33100300000001"), encoding="utf-8")
    assert [doubt for doubt in load.doubts(load.hall_file(file)) if "hall.code" in doubt] == ([] if not part else [
        f"hall.code: “{code}”里的“{part}”不可能是行政区划代码"
    ])  # fmt: skip


def test_a_code_that_the_list_has_not_is_refused_by_name(tmp_path, known):
    (tmp_path / "hall.toml").write_text(HALL.format("33100200000001", "33100900000001"), encoding="utf-8")
    (tmp_path / "server.toml").write_text('[hall]\nfile = "hall.toml"\ndivisions = "divisions.csv"\n', encoding="utf-8")

    told = CliRunner().invoke(hallfloor.hall, ["check", "--divisions", str(tmp_path / "divisions.csv"), str(tmp_path / "hall.toml")])

    assert told.exit_code == 1 and "331009" in told.output and "neighbours[1].code" in told.output
    with pytest.raises(ConfigError, match="331009"):
        load.server(tmp_path / "server.toml")
    (tmp_path / "hall.toml").write_text(HALL.format("33100200000001", "33100300000001"), encoding="utf-8")
    assert load.server(tmp_path / "server.toml").hall is not None
    (tmp_path / "divisions.csv").write_text("nothing", encoding="utf-8")
    with pytest.raises(ConfigError, match="list of divisions"):
        load.server(tmp_path / "server.toml")
