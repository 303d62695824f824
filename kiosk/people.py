"""What may be shown of a person, and how old they are. Nothing here keeps anything; the masks are the server's, too."""

from __future__ import annotations

import re
from datetime import date

from config.codes import TYPED
from config.masks import mask_id, mask_name, mask_phone
from drivers.contract import Card

from .session import Person


def of_card(card: Card, today: date) -> Person:
    return Person(
        masked=mask_name(card.name),
        last4=mask_id(card.number),
        card=card.kind,
        age=age(card.birth, today),
        holder={"name": card.name, "id_number": card.number, "card": card.kind},
    )


def of_typed(number: str) -> Person:
    """By an ID number that was typed. It tells no age: it may be anybody's."""
    number = number.strip().upper()
    return Person(last4=mask_id(number), card=TYPED, typed=True, holder={"id_number": number, "card": TYPED})


def of_phone(phone: str) -> Person:
    return Person(phone_masked=mask_phone(phone), phone=phone)


def age(birth: str, today: date) -> int | None:
    """Whole years, from YYYYMMDD; None where the card says nothing that is a date."""
    try:
        born = date(int(birth[:4]), int(birth[4:6]), int(birth[6:8]))
    except ValueError:
        return None
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years if 0 <= years < 150 else None


def phone_number(text: str) -> str | None:
    """A mobile number as its eleven digits, or None."""
    digits = re.sub(r"[\s-]", "", text).removeprefix("+86")
    return digits if re.fullmatch(r"1[3-9]\d{9}", digits) else None
