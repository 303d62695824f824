"""Files that anybody may have written: config and hall files, lists of services and rosters. Each is read, or refused in sentences; none is
an error of ours. Long: `hall torture fuzz`."""

import io
import tomllib
import zipfile

import pytest
import tomli_w
import xlsxwriter
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from config import ConfigError, load, paths
from server import roster_list, service_list
from server.web import models

FILES = {
    "hall": (load.hall_file, "halls/township.toml"),
    "server": (load.server, "server.toml"),
    "kiosk": (load.kiosk, "kiosk.toml"),
    "display": (load.display, "display.toml"),
    "slip": (load.slip, "slips/standard.toml"),
}
PLAIN = st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(max_size=20) | st.datetimes() | st.dates() | st.times()
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=6
)


def changed(some, draw):
    """The tables of a file with one thing in them another, one more or one less."""
    at = some
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        inside = [k for k in keys if isinstance(at[k], dict | list) and at[k]]
        if not inside or draw(st.booleans()):
            break
        at = at[draw(st.sampled_from(inside))]
    how = draw(st.sampled_from(("another", "more", "less")))
    if how == "more" or not keys:
        at.append(draw(VALUES)) if isinstance(at, list) else at.update({draw(st.text(min_size=1, max_size=12)): draw(VALUES)})
    elif how == "less":
        del at[draw(st.sampled_from(keys))]
    else:
        at[draw(st.sampled_from(keys))] = draw(VALUES)
    return some


@pytest.mark.parametrize("kind", FILES)
def test_a_file_with_anything_in_it_is_read_or_all_its_mistakes_are_said(kind, tmp_path):
    read, shipped = FILES[kind]
    text = (paths.config_dir() / shipped).read_text(encoding="utf-8")
    file = tmp_path / f"{kind}.toml"

    @examples(12)
    @given(data=st.data())
    def walk(data):
        tables = tomllib.loads(text)
        for _ in range(data.draw(st.integers(1, 3))):
            tables = changed(tables, data.draw)
        file.write_text(tomli_w.dumps(tables), encoding="utf-8")
        try:
            read(file)
        except ConfigError as wrong:
            assert wrong.mistakes and all(m.problem for m in wrong.mistakes)

    walk()


@examples(30)
@given(raw=st.binary(max_size=200) | st.text(max_size=200).map(str.encode), at=st.integers(0, 500))
def test_bytes_within_a_file_are_read_or_said(tmp_path_factory, raw, at):
    shipped = (paths.config_dir() / "kiosk.toml").read_bytes()
    file = tmp_path_factory.getbasetemp() / "bytes.toml"
    file.write_bytes(shipped[:at] + raw + shipped[at:])

    try:
        load.any_file(file)
    except ConfigError as wrong:
        assert wrong.mistakes


# -- lists out of a spreadsheet

HEADS = ["code", "名称", "英文名称", "号码字头", "种类", "材料", "分钟", "window", "窗口", "星期", "day", "时间", "hours", "", "=1+1"]
CELLS = st.sampled_from(["", "q1", "A", "一般", "1", "mon", "8:30-12:00", "周一", "2026-11-20", "=A1", "1e9"]) | st.text(max_size=12)
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=5)
READ = {
    "services": lambda raw: service_list.read(raw, models.ServiceRow),
    "rosters": lambda raw: roster_list.read(raw, {"1", "2"}),
}


def ensure_told(read, raw):
    found = READ[read](raw)
    assert found.wrong or getattr(found, "rows", getattr(found, "value", None)), "neither taken nor refused"
    assert all(one.say["zh"] and one.say["en"] for one in found.wrong)


def book(rows):
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for n, row in enumerate(rows):
            for k, cell in enumerate(row):
                sheet.write_string(n, k, cell)
    return raw.getvalue()


@pytest.mark.parametrize("read", READ)
@examples(20)
@given(
    head=st.lists(st.sampled_from(HEADS), max_size=6), rows=ROWS, between=st.sampled_from(",\t;"), raw=st.none() | st.binary(max_size=80)
)
def test_a_list_in_text_is_taken_or_refused_in_sentences(read, head, rows, between, raw):
    text = "\n".join(between.join(row) for row in [head, *rows]).encode()

    ensure_told(read, text if raw is None else raw + text)


SOUND = book([["编码", "名称", "号码字头"], ["q1", "社保", "A"]])


def spoilt(draw):
    """A workbook with a bit of it turned, a piece missing, or one of its parts another while the archive is sound."""
    if draw(st.booleans()):
        raw = bytearray(SOUND)
        at = draw(st.integers(0, len(raw) - 1))
        if draw(st.booleans()):
            raw[at] ^= 1 << draw(st.integers(0, 7))
        else:
            del raw[at : at + draw(st.integers(1, 200))]
        return bytes(raw)
    raw, given = io.BytesIO(), zipfile.ZipFile(io.BytesIO(SOUND))
    names = given.namelist()
    other = draw(st.sampled_from(names))
    with zipfile.ZipFile(raw, "w") as made:
        for name in names:
            content = given.read(name)
            if name == other:
                at = draw(st.integers(0, len(content)))
                content = content[:at] + draw(st.binary(max_size=20)) + content[at + draw(st.integers(0, 40)) :]
                if draw(st.integers(0, 4)) == 0:
                    continue
            made.writestr(name, content)
    return raw.getvalue()


@pytest.mark.parametrize("read", READ)
@examples(40)
@given(data=st.data())
def test_a_spoilt_workbook_is_taken_or_refused_in_sentences(read, data):
    ensure_told(read, spoilt(data.draw))
