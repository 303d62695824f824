"""An ID number that was typed at a kiosk: what is wrong with it is said, and it is worth less than a card. It may be anybody's."""

from datetime import date

import pytest

from config.id_numbers import check_digit, wrong_with
from server.record import audit

NUMBER = "11010519491231002X"  # the standard's own example; 76 years old in the tests
CARD = {"name": "样本", "id_number": NUMBER, "card": "resident"}
TYPED = {"id_number": NUMBER, "card": "typed"}
TODAY = date(2026, 11, 20)


def numbered(first17):
    return first17 + check_digit(first17)


@pytest.fixture
def typing(context):
    """A hall in which kiosks let people type; `kiosk` of the context is k1."""
    assert all((context.manager, context.kiosk, context.guide, context.clerk))
    assert context.manager.put("/settings/kiosks", value={"typed": True}).status_code == 200
    return context


def refused(c, why, **body):
    """The refusal, in both languages; nothing has been written."""
    seq = c.seq
    answer = c.kiosk.post("/tickets", **{"service": "tax", "holder": TYPED} | body)
    assert (answer.status_code, answer.json["code"], c.seq) == why + (seq,), answer.json
    return answer.json


@pytest.mark.parametrize(
    "number, why",
    [
        (NUMBER, ""),
        (NUMBER.lower(), ""),
        (numbered("81000019800101001"), ""),  # the permit of somebody from Hong Kong
        (numbered("83000019800101001"), ""),  # and from Taiwan
        ("911124198108030024", ""),  # the card of a foreigner (2023)
        ("", "form"),
        (NUMBER[:17], "form"),
        ("X1010519491231002X", "form"),
        ("１１０１０５１９４９１２３１００２X", "form"),
        ("110105194912310020", "check_digit"),
        ("11010519491231003X", "check_digit"),
        ("11015019491231002X", "check_digit"),  # two digits changed places
        (numbered("16010519491231002"), "division"),
        (numbered("11000519491231002"), "division"),
        (numbered("91612419810803002"), "division"),
        (numbered("11010519491331002"), "birth"),
        (numbered("11010518491231002"), "birth"),
        (numbered("11010520261121002"), "birth"),
    ],
)
def test_what_is_wrong_with_a_number_is_found(number, why):
    assert wrong_with(number, TODAY) == why


def test_where_the_hall_does_not_allow_it_nothing_is_taken(context):
    assert context.kiosk
    refused(context, (409, "not_typed_here"))
    context.manager.put("/settings/kiosks", value={"typed": True, "menus": {"k1": {"typed": False}}})
    refused(context, (409, "not_typed_here"))
    assert context.kiosk.get("/hall").json["menu"]["typed"] is False

    context.manager.put("/settings/kiosks", value={"menus": {"k1": {"typed": True}}})

    assert context.kiosk.get("/hall").json["menu"]["typed"] is True
    assert context.kiosk.post("/tickets", service="tax", holder=TYPED).status_code == 201


def test_a_wrong_number_is_refused_in_a_sentence_that_says_what_is_wrong_and_never_the_number(typing):
    told = refused(typing, (422, "bad_id_number"), holder=TYPED | {"id_number": "110105194912310020"})

    assert "对不上" in told["detail"] and "110105" not in str(told)


def test_it_gives_no_priority_by_age_and_a_card_does(typing):
    typing.manager.put("/settings/rules", value={"green": {"automatic": True}})
    typed = typing.kiosk.post("/tickets", service="tax", holder=TYPED)
    card = typing.kiosk.post("/tickets", service="social", holder=CARD)

    assert (typed.json["class"], card.json["class"]) == ("ordinary", "green")
    refused(typing, (422, "bad_body"), service="estate", **{"class": "green", "reason": "elderly"})
    agent = {"holder": {"name": "甲", "id_number": numbered("11010519900101002"), "card": "resident"}, "agent": TYPED, "authority": "proxy"}
    assert typing.kiosk.post("/tickets", service="estate", **agent).json.get("class", "ordinary") == "ordinary"


def test_it_opens_nobodys_booking_and_finds_none(typing):
    c = typing
    slot = next(s for s in c.kiosk.get("/slots", service="tax", days="1").json["items"] if s["free"])
    booked = c.kiosk.post("/appointments", slot=slot["id"], holder=CARD).json
    found = {name: c.kiosk.post("/appointments/search", holder=who).json["items"] for name, who in (("card", CARD), ("typed", TYPED))}
    taken = c.kiosk.post("/tickets", service="tax", holder=TYPED)

    assert [a["id"] for a in found["card"]] == [booked["id"]] and found["typed"] == []
    assert taken.status_code == 201 and taken.json["class"] != "appointment" and taken.json["id"] != booked["id"]
    assert c.ledger.floor.tickets[booked["id"]].state == "booked"


def test_a_number_that_is_held_is_neither_told_nor_printed_for_whoever_types(typing):
    held = typing.kiosk.post("/tickets", service="tax", holder=CARD).json

    told = refused(typing, (409, "typed_holds"))

    assert held["number"] not in str(told) and "ticket" not in told and held["track"] not in str(told)
    assert typing.kiosk.post("/tickets/search", holder=TYPED).json["items"] == []
    assert [t["id"] for t in typing.kiosk.post("/tickets/search", holder=CARD).json["items"]] == [held["id"]]


def test_who_typed_is_marked_for_staff_and_the_card_that_comes_later_finds_the_number(typing):
    taken = typing.kiosk.post("/tickets", service="tax", holder=TYPED).json
    other = typing.kiosk.post("/tickets", service="social", holder=CARD).json

    def seen(id):
        one = typing.guide.get(f"/tickets/{id}").json
        return one["holder_typed"], one["holder_masked"]

    assert seen(taken["id"]) == (True, "****002X") and seen(other["id"])[0] is False
    assert taken["id"] in [t["id"] for t in typing.kiosk.post("/tickets/search", holder=CARD).json["items"]]
    assert NUMBER not in str([dict(row) for row in typing.ledger.connection.execute("select * from events")])
    assert audit.replay(typing.folder) == []


def test_it_counts_in_the_limits_as_a_card_does(typing):
    typing.manager.put("/settings/holders", value={"numbers": 1})
    assert typing.kiosk.post("/tickets", service="tax", holder=TYPED).status_code == 201

    refused(typing, (409, "numbers_enough"), service="social")
    with_card = typing.kiosk.post("/tickets", service="social", holder=CARD)

    assert (with_card.status_code, with_card.json["code"]) == (409, "numbers_enough")


def test_a_typed_number_frees_nobody_from_the_limit_of_the_phone(typing):
    typing.manager.put("/settings/holders", value={"numbers": 1, "per_phone": 1})
    phone = {"phone": "13800001234"}
    assert typing.kiosk.post("/tickets", service="tax", **phone).status_code == 201

    refused(typing, (409, "numbers_enough"), service="social", **phone)
