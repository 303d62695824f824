"""Devices and pages of the hall: let in by a name people use, listed with where they are, renamed, and taken out of service."""

import pytest
from soon import until

from server import actions
from server.actions import people
from server.web.browsers import browser
from server.web.memory import BrowserScreen

SECRET = "s" * 32
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"


def pair(context, name, machine="kiosk-1", **more):
    """A kiosk that was let in under a name; answers it with its token, and its machine's name."""
    new = context.nobody()
    asked = new.post("/enrolments", machine=machine, kind="kiosk", secret=SECRET).json
    answer = context.manager.post("/enrolments/approvals", code=asked["code"], name=name, **more)
    assert answer.status_code == 201, answer.text
    given = new.post(f"/enrolments/{asked['id']}/claim", secret=SECRET).json
    new.token = given["token"]
    return new, given["name"]


def listed(context):
    return {one["id"]: one for one in context.manager.get("/machines").json["items"] if one["id"]}


def told(context):
    """Who changed which device how, in order."""
    rows = context.auditor.get("/events", limit=1000).json["items"]
    return [(r["kind"], r["body"]["machine"], r["actor"].split(":")[0]) for r in rows if r["kind"].startswith("machine.")]


def test_a_kiosk_is_paired_under_a_chinese_name_and_works_under_one_that_addresses_can_hold(context):
    kiosk, machine = pair(context, "一楼东取号机", place="一楼东门")

    assert machine == "kiosk-1" and kiosk.get("/me").json["name"] == "kiosk-1"
    assert kiosk.post(f"/devices/{machine}/state", device="kiosk", kind="kiosk", state="ok").status_code == 200
    assert kiosk.post(f"/kiosks/{machine}/loans", loan="abcdefghij234567", day="2026-11-20", count=5).status_code == 201
    row = listed(context)[machine]
    assert (row["name"], row["place"], row["connected"]) == ("一楼东取号机", "一楼东门", True)


def test_two_kiosks_of_one_name_in_their_config_are_two_and_the_same_one_paired_again_stays_itself(context):
    _, first = pair(context, "一楼东取号机")
    _, second = pair(context, "二楼取号机")

    _, again = pair(context, "一楼东取号机")

    assert first == again and second != first


def test_a_code_that_is_no_code_is_named_by_its_field(context):
    answer = context.manager.post("/enrolments/approvals", code="48", name="一楼东")

    assert answer.status_code == 422 and [e["field"] for e in answer.json["errors"]] == ["code"]


def test_a_device_is_renamed_in_one_event_that_says_who_and_keeps_its_numbers(context):
    _, machine = pair(context, "东门")

    answer = context.manager.put(f"/machines/{machine}", name="东门取号机", place="一楼")

    assert answer.status_code == 200
    assert (listed(context)[machine]["name"], listed(context)[machine]["place"]) == ("东门取号机", "一楼")
    assert told(context) == [("machine.changed", machine, "staff")]
    assert context.manager.put("/machines/nobody", name="x").json["code"] == "no_such_device"


def test_a_removed_device_is_out_at_once_with_its_parts_and_its_token_and_stays_out_after_a_restart(fresh):
    context = fresh()
    kiosk, machine = pair(context, "东门")
    kiosk.post(f"/devices/{machine}/state", device="printer", kind="printer", state="trouble", code="paper_end")

    assert context.manager.delete(f"/machines/{machine}").status_code == 204

    assert kiosk.get("/me").status_code == 401
    assert machine not in listed(context)
    assert [d for d in context.manager.get("/devices").json["items"] if d["name"] == machine] == []
    assert told(context) == [("machine.removed", machine, "staff")]
    context = fresh()
    assert kiosk.token and machine not in listed(context)
    again = context.nobody()
    again.token = kiosk.token
    assert again.get("/me").status_code == 401


def test_a_machine_whose_token_has_no_name_is_listed_by_what_it_reports_and_its_token_ends_with_it(context):
    old = context.device("kiosk")
    old.post("/devices/k7/state", device="kiosk", kind="kiosk", state="ok")
    assert listed(context)["k7"]["connected"] is True

    assert context.manager.delete("/machines/k7").status_code == 204

    assert old.get("/me").status_code == 401 and "k7" not in listed(context)


def test_nobody_takes_away_the_token_they_ask_with_and_only_who_minds_machines_may(context):
    pad = context.device("pad", window="1")
    own = next(id for id, one in listed(context).items() if one["kind"] == "pad")

    assert pad.delete(f"/machines/{own}").status_code == 403
    assert context.kiosk.delete(f"/machines/{own}").status_code == 403
    assert context.manager.delete(f"/machines/{own}").status_code == 204


@pytest.mark.parametrize(("state", "code", "facts", "cares"), [
    ("ok", "", {}, False),
    ("trouble", "paper_end", {}, True),
    ("unknown", "unanswered", {}, False),  # a bar that can never answer
    ("unknown", "silent", {"why": "unused"}, False),  # a scanner that nobody has used yet
    ("unknown", "silent", {"why": "machine"}, True),
    ("unknown", "offline", {}, True),
])  # fmt: skip
def test_a_device_needs_care_when_it_is_in_trouble_or_away_not_when_it_cannot_answer(context, state, code, facts, cares):
    kiosk = context.device("kiosk", name="k8")

    kiosk.post("/devices/k8/state", device="part", kind="printer", state=state, code=code, facts=facts)

    part = next(d for d in context.manager.get("/devices").json["items"] if d["name"] == "k8")
    assert part["needs_care"] is cares


def test_open_pages_are_listed_with_window_person_and_browser_and_when_they_were_last_there(hall, running):
    manager = hall.at_this_machine()
    pages = lambda: [one for one in hall.ask("GET", "/machines", token=manager)[1]["items"]]
    board = running.Ear(hall.url)
    board.watch(["hall"])
    screen = running.Ear(hall.url)
    screen.watch(["window:3"])
    pad = running.Ear(hall.url, auth={"token": hall.token("pad", "3")})
    pad.watch(["pad:3"])

    seen = {(one["kind"], one["window"]): one["connected"] for one in pages()}
    assert seen["board", None] and seen["window", "3"] and seen["pad", "3"]
    board.close()

    def closed():
        return next(one for one in pages() if one["kind"] == "board")

    until(lambda: not closed()["connected"])
    assert closed()["seen_at"]
    screen.close()
    pad.close()


@pytest.mark.parametrize(("agent", "said"), [
    (CHROME, "Chrome 126 · Windows"),
    (CHROME + " Edg/127.0.0.0", "Edge 127 · Windows"),
    ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1", "Safari 17 · iPad"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox 128 · Linux"),
    ("python-requests/2.32", ""),
])  # fmt: skip
def test_a_browser_is_named_in_a_few_words(agent, said):
    assert browser(agent) == said


def test_when_a_device_was_last_seen_outlives_a_restart(fresh):
    context = fresh()
    kiosk, machine = pair(context, "一楼东取号机")
    pad = context.device("pad", window="1")
    assert kiosk.post(f"/devices/{machine}/state", device="kiosk", kind="kiosk", state="ok").status_code == 200
    assert pad.get("/me").status_code == 200
    before = {id: row["seen_at"] for id, row in listed(context).items()}
    context.clock.forward(minutes=2)
    context.server.context.upkeep.tick()
    context.clock.forward(minutes=30)

    context = fresh()

    assert all(before.values()) and {id: row["seen_at"] for id, row in listed(context).items() if id in before} == before


def test_which_pages_were_open_outlives_a_restart(fresh):
    """A board and a window's screen without a token, a pad with one, a desk with its clerk."""
    context = fresh()
    pad = context.ledger.do("test", people.make_token, role="pad", window="1", name="")[0].id
    context.staff("li")
    some = {"browser": "Chrome 126 · Linux", "address": "10.0.0.7"}
    pages = [
        BrowserScreen(kind="board", window=None, token="", person="", **some),
        BrowserScreen(kind="window", window="3", token="", person="", **some),
        BrowserScreen(kind="pad", window="1", token=pad, person="", **some),
        BrowserScreen(kind="desk", window=None, token="", person="li", **some),
    ]
    for n, page in enumerate(pages):
        context.server.context.screens.came(f"line{n}", page)
    context.clock.forward(minutes=2)
    context.server.context.upkeep.tick()
    shown = lambda: {
        (r["kind"], r["window"], r["person"], r["browser"]): (r["seen_at"], r["connected"])
        for r in context.manager.get("/machines").json["items"]
    }
    before = shown()
    context.clock.forward(minutes=30)

    context = fresh()

    after = shown()
    assert {kind for kind, *_ in before} >= {"board", "window", "pad", "desk"} and before.keys() == after.keys()
    assert all(at == before[page][0] and not open for page, (at, open) in after.items() if page[3])
    context.clock.forward(minutes=2 * 24 * 60)
    context.server.context.upkeep.note_pages()
    assert not [r for r in context.manager.get("/machines").json["items"] if r["kind"] in ("board", "window", "desk")]


def test_a_removed_device_is_remembered_nowhere(fresh):
    context = fresh()
    kiosk, machine = pair(context, "一楼东取号机")
    kiosk.post(f"/devices/{machine}/state", device="kiosk", kind="kiosk", state="ok")
    upkeep = context.server.context.upkeep
    upkeep.note_machines()
    seen = lambda: context.server.context.ledger.do("system", actions.machines_seen)
    assert machine in seen()

    context.manager.delete(f"/machines/{machine}")
    upkeep.note_machines()

    assert machine not in seen()
