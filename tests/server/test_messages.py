"""Who hears of what: nothing reaches a room that may not see it."""

import json

import pytest

from config import words
from server import messages, views
from server.domain import events
from server.forecast import wait_forecast as waits
from server.record import store

ZHANG = {"name": "欧阳测试", "id_number": "11010519491231002X"}


@pytest.fixture
def heard(ledger, clock):
    """All messages so far, as (event, room, facts, changed, gone)."""
    told, texts = [], words.load()

    def look(floor):
        return views.View(
            floor=floor,
            waits=waits.draw(floor, clock()),
            now=clock(),
            zone=ledger.zone,
            keys=ledger.keys,
            public_url="http://hall",
            say=lambda section, key, facts: {lang: texts.text(section, key, lang, **facts) for lang in ("zh", "en")},
            reader=store.open_reader(ledger.folder),
        )

    def announce(recorded, before, floor):
        for one in recorded:
            told.extend((one.kind, m.room, m.facts, m.changed, m.gone) for m in messages.messages(one, before, look(floor)))

    ledger.announce = announce

    def settled():
        ledger.close()
        return told

    return settled


def test_who_hears_it_is_said_of_every_kind_of_event():
    said = messages.PAD_HEARS | messages.HALL_HEARS | messages.STAFF_ALONE

    unsaid = [kind for kind in events.KINDS if kind not in said and not kind.startswith(messages.MANAGERS_ONLY)]

    assert unsaid == ["board.changed"], "server/messages.py; board.changed goes its own way, beside the journal"


def test_a_green_reason_and_an_id_are_for_staff_only(take, heard):
    ticket = take("tax", class_="green", reason="disabled", holder=ZHANG)

    for kind, room, facts, changed, gone in heard():
        text = json.dumps([facts, changed, gone], ensure_ascii=False)
        if room in ("hall", "window:1") or room.startswith("pad"):
            assert "disabled" not in text, (kind, room)
            assert ticket.id not in text, (kind, room)


def test_no_name_and_no_number_of_a_person_reaches_any_room(take, desk, heard):
    take("tax", holder=ZHANG, phone="13900001234")
    desk("1").finish(desk("1").start_service(desk("1").call_next()))

    text = json.dumps(heard(), ensure_ascii=False)

    for secret in (*ZHANG.values(), "13900001234", "19491231"):
        assert secret not in text


def test_the_link_to_evaluate_goes_to_the_pad_its_own_screen_and_the_holder_and_to_nobody_else(take, desk, heard):
    take("tax")
    desk("1").finish(desk("1").start_service(desk("1").call_next()))

    opened = {room: (facts, changed) for kind, room, facts, changed, _ in heard() if kind == "evaluation.opened"}

    assert opened["pad:1"][1]["evaluation"]["url"].startswith("http://hall/e/")
    holders = next(room for room in opened if room.startswith("ticket:"))
    for room in ("pad:1", "screen:1", holders):
        assert opened[room][0]["qr"].startswith("<svg") and opened[room][0]["url"].startswith("http://hall/e/")
    assert (opened["window:1"][0]["number"], opened["window:1"][0]["state"]) == ("A001", "open")
    for room in ("window:1", "staff", "managers"):
        assert not {"url", "qr", "expires_at"} & set(opened[room][0]) and "http" not in json.dumps(opened[room])


def test_a_call_is_worded_once_for_every_voice(take, desk, heard):
    take("tax")
    desk("A12").call_next()

    said = {room: facts["say"] for kind, room, facts, *_ in heard() if kind == "ticket.called"}

    assert set(said) >= {"hall", "window:A12", "staff"}
    assert {json.dumps(s, ensure_ascii=False) for s in said.values()} == {
        '{"zh": "请A001号到A12号窗口办理", "en": "Number A001, please go to window A12"}'
    }


def test_what_is_over_is_gone_from_the_staffs_list(take, desk, heard):
    ticket = take("tax")
    desk("1").cancel(ticket)

    last = [(facts, changed, gone) for kind, room, facts, changed, gone in heard() if (kind, room) == ("ticket.cancelled", "staff")]

    assert last[0][2] == {"tickets": [ticket.id]}
    assert last[0][1]["tickets"] == []


def test_what_nobody_hears_is_not_drawn(take, ledger, clock):
    take("tax")
    floor = ledger.floor

    class Blind:
        def __getattr__(self, name):
            if name == "floor":
                return floor
            raise AssertionError(f"{name} was drawn for nobody")

    class Told:
        seq, at, kind, ticket, window = 6, "", "ticket.issued", next(iter(floor.tickets)), None
        actor, body = "kiosk:k1", {"number": "A001", "service": "tax"}

    assert messages.messages(Told, floor, Blind(), heard=lambda room: False) == []


@pytest.mark.parametrize("kind", [kind for kind, event in events.KINDS.items() if issubclass(event, events.TicketEvent)])
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_whatever_happens_to_a_number_is_told_to_its_holder_in_words(kind, lang):
    assert kind in words.load().tables[lang]["changes"]
