"""The auditor's journal: every kind of event has its sentence in every language, and a day, a number or a window is asked for by itself."""

import tomllib

import pytest

from config import paths
from server.domain import events

KINDS = sorted(one.kind for one in vars(events).values() if isinstance(one, type) and issubclass(one, events.Event) and one.kind)
KINDS = [kind for kind in KINDS if kind != "board.changed"]  # told, never written down


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_event_has_a_sentence_on_the_auditors_page(language):
    said = tomllib.loads((paths.config_dir() / "words" / f"{language}.toml").read_text(encoding="utf-8"))["pages"]["manage"]

    assert [kind for kind in KINDS if f"ev_{kind.replace('.', '_')}" not in said] == []


def test_the_journal_is_asked_for_one_number_one_window_and_one_day(context):
    first, second = context.kiosk.take(), context.kiosk.take()
    keypad = context.device("keypad", window="1")
    keypad.put("/windows/1/state", state="open")
    keypad.post("/windows/1/calls")
    ask = lambda **what: context.auditor.get("/events", limit=1000, **what).json["items"]

    assert {row["ticket"] for row in ask(number=second["number"])} == {second["id"]}
    assert [row["kind"] for row in ask(number=first["number"])] == ["ticket.issued", "ticket.called"]
    assert {row["window"] for row in ask(window="1")} == {"1"} and {row["window"] for row in ask(window="2")} <= {"2"}
    assert ask(day="2026-11-20") == ask() and ask(day="2026-11-21") == []
    assert ask(day="2026-11-20", number=first["number"], window="1")[-1]["kind"] == "ticket.called"


def test_a_narrowed_journal_is_read_back_page_by_page_to_its_first_row(context):
    numbers = [context.kiosk.take()["number"] for _ in range(7)]
    ask = lambda before: context.auditor.get("/events", before=before, limit=3, day="2026-11-20").json
    every = context.auditor.get("/events", limit=1000, day="2026-11-20").json["items"]

    pages, before = [], 2**53
    while before:
        page = ask(before)
        pages[:0] = page["items"]
        before = page["next"]

    assert pages == every and len(every) >= len(numbers)


def test_a_row_names_its_service_and_its_machine_as_people_call_them(context):
    kiosk = context.device("kiosk", name="k1")
    kiosk.take()
    kiosk.post("/devices/k1/state", device="printer", kind="printer", state="trouble", code="paper_end")
    context.manager.put("/machines/k1", name="东门取号机", place="")

    rows = {row["kind"]: row["names"] for row in context.auditor.get("/events", limit=1000).json["items"]}

    assert rows["ticket.issued"]["service"]["zh"] == "税务申报"
    assert rows["device.changed"]["device"] == rows["machine.changed"]["machine"] == {"zh": "东门取号机"}
