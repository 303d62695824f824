"""How a device is reaches the manager in every language: a code with facts from its machine, the words from the hall."""

import pytest

from config import words
from server import actions
from server.record import audit

PULLED = {"state": "trouble", "code": "offline", "facts": {"why": "unplugged", "at": "/dev/ttyUSB0"}}


def report(context, **said):
    return context.kiosk.post("/devices/k1/state", **({"device": "reader", "kind": "reader"} | said))


def shown(context, device="reader"):
    return next(d for d in context.manager.get("/devices").json["items"] if d["device"] == device)


def test_a_code_with_facts_becomes_a_sentence_in_every_language(context, tmp_path):
    assert report(context, **PULLED).status_code == 200

    device = shown(context)
    assert (device["state"], device["code"], device["facts"]) == ("trouble", "offline", PULLED["facts"])
    assert device["sentence"] == "/dev/ttyUSB0 已断开，请检查连线。"
    assert device["sentence_en"] == "/dev/ttyUSB0 was unplugged. Check the cable."
    assert set(device["sentences"]) == set(words.LANGUAGES)


def test_a_device_that_is_in_order_again_keeps_no_facts_of_its_trouble(context):
    report(context, **PULLED)
    report(context, state="ok", code="")

    device = shown(context)
    assert (device["state"], device["facts"], device["sentence"], device["sentence_en"]) == ("ok", {}, "正常。", "In order.")


def test_the_journal_keeps_the_code_and_its_facts_and_replays(context):
    report(context, **PULLED)
    report(context, state="trouble", code="melted", sentence="化了。")

    event = context.ledger.connection.execute("SELECT body FROM events WHERE kind = 'device.changed'").fetchone()[0]
    assert '"why":"unplugged"' in event and "已断开" not in event
    folder = context.server.ledger.folder
    assert audit.verify(folder).ok and audit.replay(folder) == []


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ({"code": "melted", "sentence": "化了。", "sentence_en": "It melted."}, "化了。", "It melted."),
        ({"code": "melted"}, "", ""),  # a code that nobody has words for is not shown as if it were some
        ({"code": "paper_end", "sentence": "请到三号柜取纸。"}, "请到三号柜取纸。", "The printer is out of paper. Put in a new roll."),
    ],
)
def test_a_machine_of_another_maker_may_bring_its_own_words(context, said, zh, en):
    report(context, state="trouble", **said)

    assert (shown(context)["sentence"], shown(context)["sentence_en"]) == (zh, en)


@pytest.mark.parametrize(
    "facts", [{"Why": "x"}, {"a" * 31: "x"}, {"at": "x" * 201}, {"at": ["x"]}, {"at": None}, {f"a{'b' * n}": 1 for n in range(13)}]
)
def test_facts_are_few_short_and_plain(context, facts):
    assert report(context, state="trouble", code="offline", facts=facts).status_code == 422
    assert context.manager.get("/devices").json["items"] == []


def test_a_machine_that_is_not_heard_of_is_said_to_be_silent_and_not_its_printer(context):
    report(context, device="printer", kind="printer", state="ok")
    context.ledger.do("hall", actions.note_silence, machine="k1")

    device = shown(context, "printer")
    assert (device["state"], device["code"], device["sentence_en"]) == (
        "unknown",
        "silent",
        "The machine no longer answers. Check its power and network cable.",
    )
