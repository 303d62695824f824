"""Everything the hall says comes from config/words, and a further language is one new file there.

Two made-up languages show it: one in which every sentence stands in ⟦⟧, so that what is said from elsewhere is seen at once, and a third
one beside Chinese and English.
"""

import html
import json
import re
import tomllib
import zipfile
from dataclasses import replace

import pytest
from small_hall import SERVICES, WINDOWS
from whole_day import a_day

from config import words
from kiosk import view
from kiosk.session import Prefer, Session
from server import actions
from server.reports import figures, sheet

SHIPPED = words.load()
CHINESE = re.compile("[\u3400-\u9fff]")
# What the hall and its people wrote themselves in this day: names, notices, reasons, comments.
OWN = {"示例县政务服务中心", "月末高峰", "张*", "太慢", "缺纸", "本周六延时服务", "请开3号窗口", "午休", "甲", "调班"}
OWN |= {"安居一件事", "有贷款吗？", "桃源街道便民服务中心"}
OWN |= {thing["name"] for thing in (*SERVICES, *WINDOWS)}


def marked(value):
    """A word file with every sentence in ⟦⟧."""
    if isinstance(value, dict):
        return {k: v if k == "by" else marked(v) for k, v in value.items()}
    if isinstance(value, list):
        return [marked(one) for one in value]
    return f"⟦{value}⟧" if isinstance(value, str) else value


def file_of(lang):
    return tomllib.loads((words.HERE / f"{lang}.toml").read_text(encoding="utf-8"))


def pseudo(lang="zh"):
    table = file_of(lang)
    return marked({k: v for k, v in table.items() if k != "language"}) | {"language": table["language"]}


@pytest.fixture(scope="module")
def only_pseudo():
    """A hall whose one language is the marked one."""
    return words.Words({"zh": pseudo()})


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    """The shipped languages and a new file beside them."""
    folder = tmp_path_factory.mktemp("words")
    for file in words.HERE.glob("*.toml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = (words.HERE / "en.toml").read_text(encoding="utf-8")
    text = re.sub(r'^([\w."]+ = )"(.*)"(\s*#.*)?$', lambda m: m[0] if m[1].startswith("by ") else f'{m[1]}"⟦{m[2]}⟧"', text, flags=re.M)
    text = re.sub(r'(\.by = )"⟦(\w+)⟧"', r'\1"\2"', text)
    head, rest = text.split("[refusals]", 1)
    head = re.sub(r"\[language\].*", '[language]\nname = "Third"\norder = 90\nplurals = "one"\nlist = ", "\n\n', head, flags=re.S)
    (folder / "xx.toml").write_text(f"{head}[refusals]{rest}", encoding="utf-8")
    return words.load(folder)


def texts_in(value, path=""):
    """(where, text) of all texts in an answer."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from texts_in(one, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one, f"{path}[]")
    elif isinstance(value, str):
        yield path, value


def said_elsewhere(value):
    """Chinese that is neither out of the catalogue nor the hall's own."""
    return {(path, text) for path, text in texts_in(value) if CHINESE.search(text) and "⟦" not in text and text not in OWN}


def test_on_a_day_in_which_everything_happens_every_sentence_is_out_of_the_catalogue(only_pseudo, tmp_path):
    answers, rooms, news = a_day(tmp_path / "data", only_pseudo)

    assert said_elsewhere([{name: one["answer"] for name, one in answers.items()}, rooms, news]) == set()
    seen = json.dumps([answers, rooms, news], ensure_ascii=False)
    for section in ("announcements", "states", "changes", "why", "wait", "alerts", "advice", "messages", "grades", "tags"):
        some = [re.sub(r"[\[\]].*|\{.*", "", str(s)) for s in only_pseudo.section(section, "zh").values() if isinstance(s, str)]
        assert section == "states" or any(s and s in seen for s in some), f"nothing of [{section}] was said"


def test_every_refusal_is_out_of_the_catalogue(context_of, only_pseudo):
    context = context_of(only_pseudo)
    manager, kiosk, nobody = context.manager, context.kiosk, context.nobody()
    refused = [
        kiosk.post("/tickets", service="nothing", channel="kiosk"),
        kiosk.post("/tickets", servise="tax"),
        kiosk.post("/tickets", service=3, channel="kiosk"),
        nobody.post("/tickets", service="tax", channel="kiosk"),
        nobody.get("/nowhere"),
        nobody.ask("POST", "/session", raw="{"),
        manager.put("/settings/nothing", value={}),
        manager.get("/history", **{"from": "2026-11-20", "to": "2026-11-01"}),
    ]

    for answer in refused:
        assert answer.status_code >= 400 and said_elsewhere(answer.json) == set(), answer.text
        assert "⟦" in answer.json["detail"] and "⟦" in answer.json["title"]
        assert all("⟦" in e["problem"] for e in answer.json.get("errors", ())), answer.text


def test_messages_to_holders_are_out_of_the_catalogue(only_pseudo):
    for key in SHIPPED.codes("notify"):
        assert only_pseudo.text("notify", key, "zh", hall={"zh": "大厅"}).startswith("⟦")


def test_a_machine_that_is_silent_is_spoken_of_in_words_of_the_catalogue(context_of, only_pseudo):
    context = context_of(only_pseudo)
    context.ledger.do("k1", actions.report_device, device="k1/printer", kind="printer", state="ok")
    context.ledger.do("hall", actions.note_silence, machine="k1")

    (printer,) = context.manager.get("/devices").json["items"]
    assert printer["sentence"].startswith("⟦")


def test_forecasts_and_advice_are_out_of_the_catalogue(context_of, only_pseudo):
    context = context_of(only_pseudo)

    for path in ("/forecast", "/staffing"):
        found = context.manager.get(path).json
        assert said_elsewhere(found) == set() and "⟦" in json.dumps(found, ensure_ascii=False)


@pytest.fixture
def context_of(tmp_path, clock, small_hall, doors):
    opened = []

    def open_it(catalogue):
        opened.append(doors.Context(tmp_path / "data", clock, small_hall, catalogue=catalogue))
        return opened[0]

    yield open_it
    for one in opened:
        one.close()


# -- a third language is one file


def test_a_new_file_is_a_language_with_its_own_place(third):
    assert third.languages == (*SHIPPED.languages, "xx") and third.of("xx", "name") == "Third"


def test_who_asks_for_it_is_refused_in_it(context_of, third):
    context = context_of(third)

    answer = context.kiosk.ask("POST", "/tickets", {"service": "nothing", "channel": "kiosk"}, lang="xx, en;q=0.5")

    assert answer.headers["Content-Language"] == "xx"
    assert answer.json["detail"] == "⟦This service was not found. Please choose again.⟧"


def test_a_ticket_a_call_and_the_board_speak_it_beside_the_others(context_of, third):
    context = context_of(third)

    ticket = context.kiosk.post("/tickets", service="tax", channel="kiosk", language="xx").json
    called = context.device("keypad", window="1").post("/windows/1/calls").json
    (call,) = context.nobody().get("/board").json["calls"]
    track = context.nobody().get(f"/track/{ticket['track']}").json

    assert ticket["language"] == "xx" and ticket["wait"]["say"]["xx"].startswith("⟦") and called["number"] == "A001"
    assert call["say"]["xx"] == "⟦Number A001, please go to window 1⟧"
    assert track["changes"][0]["xx"] == "⟦Please go to window 1⟧" and track["changes"][0]["zh"] == "请到1号窗口办理"


def test_an_alert_and_its_advice_speak_it(context_of, third):
    context = context_of(third)
    say = {"code": "promise", "facts": {"service": "tax", "class": "ordinary", "minutes": 8, "n": 1, "numbers": ["A001"]}}
    advice = ({"do": "open_window", "window": "3", "saves": 1.0},)
    named = {"kind": "promise", "subject": "tax", "level": "warn", "say": say, "advice": advice}
    context.ledger.do("hall", actions.raise_alert, id="promise-tax", **named)

    (alert,) = context.manager.get("/alerts").json["items"]

    assert alert["say"]["xx"] == "⟦税务申报 (⟦walk-ins⟧): in 8 min 1 number will be past its promised wait (A001)⟧"
    assert alert["advice"][0]["xx"].startswith("⟦Open window 3")


def test_a_holder_reads_messages_in_it(third):
    told = third.text("notify", "called", "xx", hall={"zh": "大厅", "xx": "Hall X"}, number="A001", window="1")

    assert "Hall X" in told and told.endswith("please go to window 1.⟧")


def test_what_the_pages_say_is_handed_over_in_it(third):
    assert third.section("states", "xx")["waiting"] == "⟦waiting⟧"


def test_the_languages_of_the_calls_may_be_set_to_it(context_of, third):
    context = context_of(third)

    answer = context.manager.put("/settings/voice", value={"languages": ["zh", "xx"]})

    assert answer.status_code == 200, answer.text
    assert context.manager.put("/settings/voice", value={"languages": ["Klingon"]}).status_code == 422


def test_what_a_manager_writes_in_it_is_shown_on_board_kiosk_and_phone(context_of, third):
    context = context_of(third)
    manager = context.manager
    assert (
        manager.put("/services/tax", name={"zh": "税务", "en": "Tax", "xx": "Tax X"}, theme={"zh": "税", "xx": "Theme X"}).status_code
        == 200
    )
    inside = {"type": {"zh": "收件", "xx": "Type X"}, "zone": {"zh": "东区", "xx": "Area X"}}
    manager.put("/windows/1", name={"zh": "一号", "xx": "Window X"}, **inside)
    manager.put("/services/tax", spoken={"zh": "税悟", "xx": "Tacks"})
    context.staff("li")
    manager.put("/staff/li", shown="Li", title={"zh": "首席受理员", "xx": "Title X"})
    manager.put("/windows/1/state", state="open", clerk="li")
    manager.post("/notices", text={"zh": "周五停电", "xx": "Notice X"})
    plan = {
        "id": "peak",
        "name": {"zh": "高峰", "xx": "Plan X"},
        "people": [{"window": "3", "name": "Li"}],
        "notice": {"text": {"zh": "高峰", "xx": "Peak X"}},
    }
    manager.put("/settings/plans", value={"items": [plan]})
    manager.post("/plans/peak/activation")
    near = {"code": "33100200000002", "name": {"zh": "桃源", "xx": "Hall X"}, "address": {"zh": "桃源路", "xx": "Road X"}}
    manager.put("/settings/neighbours", value={"items": [near]})
    manager.put("/settings/look", value={"address": {"zh": "人民路", "xx": "Here X"}})
    manager.put("/settings/notice", value={"version": "7", "text": {"zh": "只为取号", "xx": "Privacy X"}})

    board, halls = context.nobody().get("/board").json, context.nobody().get("/halls").json["items"]
    services = context.nobody().get("/services").json["items"]
    own = {"version": "1", "zh": "本机", "en": "Of this machine"}
    known = view.World(notice=own, hall=context.nobody().get("/hall").json, services=tuple(services), online=True)
    state = view.state(Session(default=Prefer(), prefer=Prefer()), known, seq=1, now=0, stamp="2026-11-20T10:00:00+08:00", times={})

    told = context.server.context.view()
    one = next(w for w in board["windows"] if w["no"] == "1")
    tax = next(s for s in services if s["code"] == "tax")
    assert (one["types"]["xx"], one["zones"]["xx"], one["clerk"]["titles"]["xx"]) == ("Type X", "Area X", "Title X")
    there = {"windows": [{"no": "1", "where": one["where"]}]}
    assert view.place(there, "zh") == "1号窗口（东区）" and "Area X" in view.place(there, "xx")
    assert "Plan X" in told.messages()[0]["say"]["xx"] and tax["spoken"]["xx"] == "Tacks"
    assert {notice["texts"]["xx"] for notice in board["notices"]} == {"Notice X", "Peak X"}
    assert next(w for w in board["windows"] if w["no"] == "1")["names"]["xx"] == "Window X"
    assert [(hall["names"].get("xx"), hall["addresses"]["xx"]) for hall in halls] == [(None, "Here X"), ("Hall X", "Road X")]
    shown = next(s for s in state.services if s.code == "tax")
    assert (shown.names["xx"], shown.themes["xx"]) == ("Tax X", "Theme X")
    # what was set for the hall holds at its kiosks: no text of another version stands beside it
    assert state.notice.model_dump() == {"version": "7", **dict.fromkeys(SHIPPED.languages, "只为取号"), "xx": "Privacy X"}
    assert replace(known, hall={}).privacy == own


def test_a_report_is_in_words_of_the_catalogue(context_of, only_pseudo, tmp_path):
    context = context_of(only_pseudo)
    context.kiosk.take("tax")
    with context.server.context.reader() as reader:
        report = figures.report(reader, "2026-11-20", "2026-11-20", 0)

    text = sheet.text(report, only_pseudo, "zh")
    sheet.xlsx(report, tmp_path / "day.xlsx", only_pseudo, "zh")

    words_of = [part for line in text.split("\n")[2:] for part in re.split(r"\s{2,}|, |: ", line) if CHINESE.search(part)]
    assert words_of and all("⟦" in part or part in OWN for part in words_of), words_of
    shared = zipfile.ZipFile(tmp_path / "day.xlsx").read("xl/sharedStrings.xml").decode()
    cells = [html.unescape(cell) for cell in re.findall(r"<t[^>]*>([^<]*)</t>", shared)]
    assert all("⟦" in cell or cell.split(" ")[0] in OWN for cell in cells if CHINESE.search(cell)), cells
