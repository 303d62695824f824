"""Every kind of card that a reader gives is a holder to the server: what one half makes, the other half takes."""

from datetime import date
from typing import get_args

import pytest

from drivers.contract import CardKind
from drivers.reader import card as cards
from kiosk import people

TODAY = date(2026, 11, 20)
NUMBERS = {"foreigner": "CAN110081080310", "foreigner_2023": "911124198108030024"}


def holder_of(kind, **values):
    """What a kiosk sends of a card with these fields, read as the reader gives it."""
    fields = {"number": NUMBERS.get(kind, "11010519491231002X"), "birth": "19810803", "sex": "1", "valid_to": "20331130"} | values
    return people.of_card(cards.card(cards.block(kind, **fields), TODAY), TODAY).holder


def test_the_reader_makes_each_kind_that_there_is_and_no_other():
    assert {kind for kind, _ in cards.LAYOUTS.values()} == set(get_args(CardKind))


@pytest.mark.parametrize("kind", get_args(CardKind))
def test_a_number_is_given_for_every_kind_of_card(context, kind):
    holder = holder_of(kind, name="证件样本")

    assert holder["card"] == kind
    assert context.kiosk.post("/tickets", service="tax", channel="kiosk", holder=holder).status_code == 201
    assert context.kiosk.post("/appointments/search", holder=holder).status_code == 200


@pytest.mark.parametrize("kind", get_args(CardKind))
def test_the_longest_name_that_a_card_can_hold_is_taken(context, kind):
    longest = {name: "W" * (size // 2) for name, (_, size) in dict(cards.LAYOUTS.values())[kind].items() if name.startswith("name")}
    if "name_en" in longest:
        longest.pop("name")  # then the Latin name stands for it

    holder = holder_of(kind, **longest)

    assert len(holder["name"]) == sum(map(len, longest.values())) >= 15
    assert context.kiosk.post("/tickets", service="tax", channel="kiosk", holder=holder).status_code == 201
