"""The touch page with a real kiosk process, its stand-in reader and printer, and a real hall: touches in, a number out."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import presses
import pytest
import zxingcpp
from PIL import Image
from soon import LONG
from tools import looking, shots

ROOT = Path(__file__).resolve().parents[2]
PORTRAIT = {"width": 1080, "height": 1920}


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Kiosk:
    """A kiosk process with stand-ins; cards are laid on its reader by the stand-in's control line."""

    def __init__(self, folder, hall):
        self.port, self.reader, self.slips = free_port(), free_port(), folder / "slips"
        self.url = f"http://127.0.0.1:{self.port}"
        way = "pty" if hasattr(os, "openpty") else "tcp"
        config = folder / "kiosk.toml"
        config.write_text(
            f'[kiosk]\nname = "k1"\nport = {self.port}\nspool = "spool"\n[server]\nurl = "{hall.url}"\ntoken = "{hall.kiosk}"\n'
            f'[reader]\nurl = "virtual://{way}?control={self.reader}"\nkind = "sam"\n[printer]\nurl = "virtual://{self.slips}"\n',
            encoding="utf-8",
        )
        self.log = (folder / "kiosk.log").open("w+")
        command = [sys.executable, "-m", "hallfloor", "kiosk", "--config", str(config)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=self.log, stderr=self.log)
        self.until(lambda state: state["services"] and state["server"] == "ok" and state["devices"]["reader"]["state"] == "ok")

    def state(self):
        with urllib.request.urlopen(f"{self.url}/state", timeout=LONG) as answer:
            return json.loads(answer.read())

    def until(self, question, seconds=LONG):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                state = self.state()
                if question(state):
                    return state
            time.sleep(0.1)
        self.log.seek(0)
        raise AssertionError(self.log.read()[-2000:])

    def card(self, line):
        with socket.create_connection(("127.0.0.1", self.reader), timeout=LONG) as control:
            control.sendall(f"{line}\n".encode())
            return control.makefile().readline()

    def close(self):
        self.process.terminate()
        self.process.wait(LONG)
        self.log.close()


@pytest.fixture(scope="module")
def kiosk(hall, tmp_path_factory):
    hall.open("1"), hall.open("3")
    kiosk = Kiosk(tmp_path_factory.mktemp("kiosk"), hall)
    yield kiosk
    kiosk.close()


@pytest.fixture
def touch(tab, kiosk, hall):
    tab.set_viewport_size(PORTRAIT)
    tab.goto(kiosk.url)
    tab.locator(".firstpage").wait_for()
    yield tab
    if taken := kiosk.state()["ticket"]:  # the hall is the whole session's: nobody is left in line
        hall.gesture(taken, "cancellation", "3" if taken["service"] == "estate" else "1")
    with contextlib.suppress(Exception):  # a screen that cannot be left goes home by itself
        urllib.request.urlopen(urllib.request.Request(f"{kiosk.url}/cancel", method="POST", data=b"{}"), timeout=LONG).close()
    kiosk.until(lambda state: state["screen"] == "idle")


def test_without_a_card_three_touches_lead_to_a_number(touch):
    touch.get_by_role("button", name=re.compile("无证取号")).click()
    touch.get_by_role("button", name=re.compile("纳税申报")).click()
    touch.get_by_role("button", name="确认取号").click()

    number = touch.locator(".yournumber .no")
    number.wait_for()

    assert re.fullmatch(r"A\d{3}", number.inner_text())
    touch.get_by_text("请取走小票").wait_for()
    assert touch.locator(".yournumber .qr").is_visible()


def test_a_card_needs_two_touches_shows_no_whole_name_and_asks_to_be_taken_back(touch, kiosk):
    assert kiosk.card("lay resident").startswith("ok")
    touch.get_by_text(re.compile(r"张\*，您好")).wait_for()
    assert "11010519491231002" not in touch.content()

    touch.get_by_role("button", name=re.compile("国有建设用地")).click()
    touch.get_by_role("button", name="确认取号").click()

    touch.locator(".yournumber .no").wait_for()
    touch.locator(".takecard").wait_for()
    assert kiosk.card("lift").startswith("ok")
    touch.locator(".takecard").wait_for(state="detached")


def test_every_page_calls_a_guide_and_turns_to_large_type_low_layout_and_english(touch):
    touch.get_by_role("button", name="长辈版").click()
    touch.locator(".kiosk.elder").wait_for()
    assert float(touch.locator(".firstpage .ways b").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 40

    touch.get_by_role("button", name="轮椅版").click()
    touch.locator(".kiosk.wheelchair").wait_for()
    tops = [one.bounding_box()["y"] for one in touch.locator("button").all() if one.is_visible()]
    assert min(tops) >= PORTRAIT["height"] * 0.4

    touch.get_by_role("button", name="English").click()
    touch.get_by_text("How would you like to take a number?").wait_for()

    touch.get_by_role("button", name="Call a guide").click()
    touch.get_by_text("A guide was called").wait_for()


HOME = {
    "code": "home", "name": {"zh": "安居一件事", "en": "A home"}, "aliases": ["买房"],
    "questions": [{"code": "buy", "text": {"zh": "这次要过户吗？", "en": "Is a home transferred?"}}],
    "legs": [{"service": "tax"}, {"service": "estate", "only_if": "buy"}],
}  # fmt: skip


@pytest.fixture
def packages(hall, chromium, kiosk):
    """The hall offers a package, and the kiosk has heard of it; afterwards neither knows any."""
    hall.offer(chromium, HOME)
    kiosk.until(lambda state: state["packages"])
    yield
    hall.offer(chromium)
    kiosk.until(lambda state: not state["packages"])


def test_a_package_goes_from_the_first_page_over_a_question_to_a_slip_with_its_stations(packages, touch, kiosk, hall):
    before = len(list(kiosk.slips.glob("*.png")))
    touch.get_by_role("button", name=re.compile("一件事")).click()
    touch.get_by_role("button", name=re.compile("安居一件事")).click()
    touch.get_by_text("这次要过户吗？").wait_for()
    touch.get_by_role("button", name="是", exact=True).click()
    touch.locator(".packagestations").wait_for()
    stations = touch.locator(".packagestations .station > b").all_inner_texts()
    touch.get_by_role("button", name="确认取号").click()
    touch.get_by_text("请取走小票").wait_for()

    assert stations == ["纳税申报及税款缴纳", "国有建设用地使用权及房屋所有权转移登记（存量房买卖）"]
    number = touch.locator(".yournumber .no").inner_text()
    assert number.startswith("A") and touch.locator(".yournumber h2").inner_text() == "安居一件事"
    assert [s.split("\n")[0] for s in touch.locator(".yournumber .stations li").all_inner_texts()] == ["1", "2"]
    taken = hall.ask("GET", f"/track/{kiosk.state()['ticket']['track']}")
    assert taken["package"] == "home" and [s["service"] for s in taken["stations"]] == ["tax", "estate"]
    kiosk.until(lambda _: len(list(kiosk.slips.glob("*.png"))) == before + 1)
    slip = max(kiosk.slips.glob("*.png"), key=lambda one: one.stat().st_mtime)
    assert zxingcpp.read_barcodes(Image.open(slip).convert("L"))[0].text == f"{hall.url}/t/{taken['track']}"


def test_who_does_not_know_an_answer_keeps_the_station_and_back_leads_to_the_question(packages, touch):
    touch.get_by_role("button", name=re.compile("无证取号")).click()
    touch.get_by_role("button", name=re.compile("一件事")).click()
    touch.get_by_role("button", name=re.compile("安居一件事")).click()
    touch.get_by_role("button", name=re.compile("不清楚")).click()

    touch.get_by_text("视情况").wait_for()
    touch.get_by_role("button", name="返回").click()
    touch.get_by_text("这次要过户吗？").wait_for()
    touch.get_by_role("button", name="否", exact=True).click()
    touch.locator(".packagestations").wait_for()
    assert len(touch.locator(".packagestations .station").all()) == 1


CROWDED = (
    "idle_packages", "idle_packages_away", "idle_packages_elder", "choosing_3_packages", "packages", "package_asks_elder", "package",
    "package_green", "package_without_elder", "package_elder", "done_package", "done_package_elder", "no_paper_package",
    "idle", "idle_elder", "idle_paper", "choosing", "choosing_60", "choosing_elder", "choosing_search", "confirm_online", "confirm_papers",
    "confirm_papers_elder", "confirm_unserved", "phone_elder", "slots_elder", "done", "done_left", "done_long", "done_elder",
    "done_elder_long", "done_unserved", "holds_two", "help",
)  # fmt: skip
IN_ENGLISH = (
    "idle_elder", "confirm_papers_elder", "done_elder", "idle_packages", "idle_packages_elder", "package_elder", "package_green",
    "done_package_elder",
)  # fmt: skip
OVER_AND_BEYOND = """() => {
  const what = ["button", "li", "h1", "h2", ".notice", "dd", ".no", ".qr", ".place"].map((one) => ".kiosk " + one).join();
  const seen = [...document.querySelectorAll(what)].filter((e) => {
    if (!e.getClientRects().length || getComputedStyle(e).visibility === "hidden") return false;
    const list = e.closest(".pagedlist ul"); // what a list has on its other pages is not seen
    if (!list) return true;
    const a = e.getBoundingClientRect(), b = list.getBoundingClientRect();
    return a.left >= b.left - 1 && a.right <= b.right + 1;
  });
  const boxes = seen.map((e) => [e, e.getBoundingClientRect()]), bad = [];
  const name = (e) => (e.textContent.trim() || e.className || e.tagName).slice(0, 24);
  boxes.forEach(([e, a], i) => {
    if (a.right > innerWidth + 1 || a.bottom > innerHeight + 1 || a.top < -1 || a.left < -1) bad.push(["beyond", name(e)]);
    if (e.matches(".elderservices li button, .service") && e.scrollHeight > e.clientHeight + 2) bad.push(["cut", name(e)]);
    boxes.slice(i + 1).forEach(([f, b]) => {
      if (e.contains(f) || f.contains(e)) return;
      const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (w > 3 && h > 3) bad.push(["over", name(e), name(f)]);
    });
  });
  return bad;
}"""
SIZES = {"upright": (1080, 1920), "broad": (1920, 1080), "17 inches, 5:4": (1280, 1024)}


@pytest.fixture
def panels(tab, root):
    """The page in a sample state on each of the panels that kiosks have, one after the other: (its name, the page)."""

    def show(state, language="zh"):
        for panel, (width, height) in SIZES.items():
            tab.set_viewport_size({"width": width, "height": height})
            if panel == next(iter(SIZES)):
                tab.goto(root + shots.address("kiosk", state, language))
                shots.ready(tab)
            else:
                looking.settle(tab)
            yield panel, tab

    return show


@pytest.fixture(params=SIZES, ids=str)
def panel(tab, root, request):
    """The page in a sample state, opened on one of these panels."""
    tab.set_viewport_size(dict(zip(("width", "height"), SIZES[request.param], strict=True)))

    def show(state, language="zh"):
        tab.goto(root + shots.address("kiosk", state, language))
        shots.ready(tab)
        looking.settle(tab)
        return tab

    return show


def tall(tab, what):
    return tab.locator(what).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")


@pytest.mark.parametrize("state", ["done", "done_left", "done_unserved", "holds", "done_elder", "done_elder_taken", "done_elder_long"])
def test_what_stands_beside_the_slips_code_keeps_off_the_edge_of_its_box(panels, state):
    """It touched the lower edge at 1280 x 1024, where the number left no room."""
    for panel, tab in panels(state):
        box = tab.locator(".yournumber article").bounding_box()
        parts = tab.locator(".yournumber article > *").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect()).map(r => [r.top, r.bottom])"
        )
        parts = [(top, bottom) for top, bottom in parts if bottom > top]
        assert min(top for top, _ in parts) >= box["y"] + 8, panel
        assert max(bottom for _, bottom in parts) <= box["y"] + box["height"] - 8, panel


@pytest.mark.parametrize(("standard", "elder"), [("done", "done_elder_taken"), ("done_left", "done_elder")])
def test_in_the_elder_layout_number_window_and_area_are_larger_than_in_the_standard_one(panels, standard, elder):
    sizes = {}
    for state in (standard, elder):
        for panel, tab in panels(state):
            sizes[state, panel] = [tall(tab, f".yournumber {what}") for what in (".no", ".place", "h2")]
            box, place = tab.locator(".yournumber article").bounding_box(), tab.locator(".yournumber .place").bounding_box()
            assert place["y"] + place["height"] <= box["y"] + box["height"] and "3、5号窗口（A区）" in tab.locator(".place").inner_text()

    for panel in SIZES:
        assert all(large > usual for large, usual in zip(sizes[elder, panel], sizes[standard, panel], strict=True)), (panel, sizes)


def test_on_every_panel_letters_are_tall_and_keys_broad_enough(panels):
    """28 px and 96 px: on a 17-inch panel of 1280 x 1024, the commonest, that is 7 mm and an inch."""
    found = []
    for state in (
        "idle",
        "idle_elder",
        "choosing",
        "choosing_elder",
        "packages_elder",
        "package_asks",
        "package",
        "confirm_papers",
        "confirm_papers_elder",
        "phone",
        "done_elder",
        "slots",
    ):
        for panel, tab in panels(state):
            found += [(panel, state, fault) for fault in looking.small(tab, least=96)]
            body = tall(tab, ".kiosk .body")
            if body < (40 if "elder" in state else 28):
                found.append((panel, state, "body", body))
    assert not found, found[:5]


def test_nothing_is_printed_over_anything_else_or_beyond_the_panel(panels):
    """What a person reads or touches keeps its own place, in every state, also with the longest names."""
    found = []
    states = [(state, "zh") for state in CROWDED] + [(state, "en") for state in IN_ENGLISH]
    for state, language in states:
        for panel, tab in panels(state, language):
            found += [(panel, state, language, *one) for one in tab.evaluate(OVER_AND_BEYOND)]
    assert not found, f"{len(found)}: {found[:12]}"


@pytest.mark.parametrize("state", ["confirm_papers", "confirm_papers_elder"])
def test_every_paper_to_bring_can_be_seen(panel, state):
    """Also where the faces come late: they change what fits, while the list's own box may stay as large as it was."""
    tab = panel(state)
    names = [li.text_content() for li in tab.locator(".pagedlist li").all()]
    assert len(names) == 6 and tab.get_by_text("共6样").is_visible()

    seen = set()
    for _ in range(8):
        box = tab.locator(".pagedlist ul").bounding_box()
        for li in tab.locator(".pagedlist li").all():
            one = li.bounding_box()
            whole = one["x"] >= box["x"] - 1 and one["x"] + one["width"] <= box["x"] + box["width"] + 1
            if li.is_visible() and whole and one["y"] + one["height"] <= box["y"] + box["height"] + 1:
                seen.add(li.text_content())
        if seen == set(names):
            break
        tab.locator(".turnlist button").last.click()  # drawn once the list has found that not all fit

    assert seen == set(names), set(names) - seen


def test_in_the_elder_layout_there_are_four_choices_and_those_that_older_people_come_for_are_first(panel):
    tab = panel("choosing_elder")

    names = [b.inner_text() for b in tab.locator(".elderservices li b").all()]
    assert len(names) == 4 and "养老金资格确认" in names[0] and "社会保障卡" in names[1]

    tab.get_by_role("button", name="办其他事").click()
    themes = [b.inner_text() for b in tab.locator(".elderservices li b").all()]
    assert len(themes) == 4 and "社会保障" in themes
    tab.get_by_role("button", name="下一页").click()
    assert not set(themes) & {b.inner_text() for b in tab.locator(".elderservices li b").all()}


def test_full_and_unserved_stand_in_the_list_and_on_the_first_page(panels):
    for _, tab in panels("idle"):
        assert "号已取完，可预约" in tab.locator(".queue li:not(.beyond)").all_inner_texts()[0]
    for _, tab in panels("idle_paper"):
        assert tab.get_by_text("本机暂时打不出小票").is_visible()

    for _, tab in panels("confirm_unserved"):
        assert tab.get_by_text("现在没有窗口办理").is_visible()
        assert "mainkey" in tab.get_by_role("button", name="预约其他时间").get_attribute("class")
        assert "plainkey" in tab.get_by_role("button", name="仍要取号").get_attribute("class")
    for _, tab in panels("confirm_full"):
        assert not tab.get_by_role("button", name="取号").count() and tab.get_by_role("button", name="预约其他时间").is_visible()
    for _, tab in panels("done_unserved"):
        assert tab.get_by_text("现在没有窗口办理").is_visible()


def test_a_slow_visitor_is_asked_and_keeps_the_digits(touch, kiosk):
    """One digit in seven seconds: each touch keeps the session, which is known by the countdown that starts again."""
    touch.get_by_role("button", name=re.compile("手机号取号")).click()
    touch.get_by_role("button", name="1", exact=True).click()
    before = kiosk.until(lambda state: state["seconds_left"] < 57)["seconds_left"]

    touch.get_by_role("button", name="3", exact=True).click()

    kiosk.until(lambda state: state["seconds_left"] > before)
    assert touch.locator(".askphone output").inner_text() == "13"


def test_a_number_that_is_wrong_is_said_in_words_and_the_digits_stay(touch):
    touch.get_by_role("button", name=re.compile("手机号取号")).click()
    for digit in "11111111111":
        touch.get_by_role("button", name=digit, exact=True).click()
    touch.get_by_role("button", name="下一步").click()

    touch.get_by_text("手机号码不对，请核对后重新输入。").wait_for()
    assert touch.locator(".askphone output").inner_text().replace(" ", "") == "11111111111"


def test_an_id_number_is_typed_with_its_x_once_a_manager_allows_it_and_a_wrong_one_is_said(touch, kiosk, hall, chromium):
    boss = hall.signed_in(chromium, "manager")
    office = boss.new_page()
    presses.go(office, "kiosks")
    allowed = office.get_by_label(re.compile("可以输入身份证号取号"))
    allowed.check()
    office.locator(".note[role=status]", has_text="已保存").wait_for()
    try:
        touch.get_by_role("button", name=re.compile("输入身份证号取号")).click()
        x = touch.get_by_role("button", name="X", exact=True)
        for digit in "11010519491231003":
            assert x.is_disabled()  # the last place only
            touch.get_by_role("button", name=digit, exact=True).click()
        x.click()
        touch.get_by_role("button", name="下一步").click()
        touch.get_by_text("最后一位与前17位对不上").wait_for()
        assert touch.locator(".askphone output").inner_text() == "110105 19491231 003X"

        for _ in "3X":
            touch.get_by_role("button", name="删除").click()
        touch.get_by_role("button", name="2", exact=True).click()
        x.click()
        touch.get_by_role("button", name="下一步").click()
        touch.get_by_text("证件尾号 002X").wait_for()
    finally:
        allowed.uncheck()
        office.locator(".note[role=status]", has_text="已保存").wait_for()
        boss.close()
