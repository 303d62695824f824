"""The 256-byte text block of an ID card becomes a Card. Pure; keeps no address, nation, issuer or photo.

Fields are UCS-2 little-endian, padded with spaces; the character at byte 248 says which of four cards it is.
"""

from __future__ import annotations

from datetime import date

from config.id_numbers import check_digit_fits, day, number_possible

from ..contract import Card, CardKind

# card kind character -> (kind, field -> (offset, length) in bytes)
_COMMON = {
    "name": (0, 30),
    "sex": (30, 2),
    "birth": (36, 16),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
    "valid_from": (188, 16),
    "valid_to": (204, 16),
}
LAYOUTS: dict[str, tuple[CardKind, dict[str, tuple[int, int]]]] = {
    " ": ("resident", {**_COMMON, "nation": (32, 4)}),
    "J": ("hmt", {**_COMMON, "pass_number": (220, 18), "issues": (238, 4)}),
    "I": (
        "foreigner",
        {
            "name_en": (0, 120),
            "sex": (120, 2),
            "number": (122, 30),
            "nationality": (152, 6),
            "name": (158, 30),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "birth": (220, 16),
            "version": (236, 4),
            "office": (240, 8),
        },
    ),
    "Y": (
        "foreigner_2023",
        {
            "name": (0, 30),
            "sex": (30, 2),
            "renewals": (32, 4),
            "birth": (36, 16),
            "name_en": (52, 70),
            "number": (122, 36),
            "valid_from": (188, 16),
            "valid_to": (204, 16),
            "name_en_rest": (220, 22),
            "nationality": (242, 6),
            "earlier": (250, 6),
        },
    ),
}

BLANKS = " \0" + chr(0x3000)  # what fields are filled up with; the last is the wide blank
LONG_TERM = b"\x7f\x95\x1f\x67".decode("utf-16-le")  # instead of the day until which a card is valid

# Cards written before 2005 hold characters in the private area that have a place of their own now (GB 18030-2005 and -2022): the 80 of
# row FE follow Python's codec, an old edition, and these are the ones it still leaves in the private area.
_ROW_FE = {0xE815 + i: bytes((0xFE, trail)).decode("gb18030") for i, trail in enumerate(t for t in range(0x50, 0xA1) if t != 0x7F)}
PRIVATE = _ROW_FE | {
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200cc", 0xE81E: chr(0x9FB4), 0xE826: chr(0x9FB5), 0xE82B: chr(0x9FB6),
    0xE82C: chr(0x9FB7), 0xE831: "\U000215d7", 0xE832: chr(0x9FB8), 0xE83B: "\U0002298f", 0xE843: chr(0x9FB9), 0xE854: chr(0x9FBA),
    0xE855: "\U000241fe", 0xE864: chr(0x9FBB),
}  # fmt: skip

# What may be odd about a card. None of these refuses by itself; that is a rule of the hall.
WARNINGS = ("expired", "not_yet_valid", "check_digit", "birth_impossible", "sex_mismatch")


class NotACard(ValueError):
    """The block is not the text of an ID card; the sentence says what is wrong, never what stands in it."""


def fields(block: bytes) -> tuple[CardKind, dict[str, str]]:
    """(kind, every field of the block as trimmed text). For `card` and tests: most of it is nobody's business."""
    if len(block) != 256:
        raise NotACard(f"A card's text has 256 bytes, not {len(block)}.")
    mark = block[248:250].decode("utf-16-le", "replace").replace("\0", " ")
    if mark not in LAYOUTS:
        raise NotACard("This kind of card is not known.")
    kind, layout = LAYOUTS[mark]
    return kind, {name: _text(block[at : at + size]) for name, (at, size) in layout.items()}


def card(block: bytes, today: date) -> Card:
    kind, found = fields(block)
    if not found["number"]:
        raise NotACard("The card holds no number.")
    number = found["number"].upper()
    english = found.get("name_en", "") + found.get("name_en_rest", "")
    name = found["name"] or english
    if not name:
        raise NotACard("The card holds no name.")
    return Card(
        kind=kind,
        name=name,
        number=number,
        name_en=english,
        birth=found["birth"],
        sex=found["sex"],
        valid_to=found["valid_to"],
        warnings=tuple(_warnings(kind, found, number, today)),
    )


def _warnings(kind: str, found: dict[str, str], number: str, today: date):
    if found["valid_to"] != LONG_TERM:
        end = day(found["valid_to"])
        if end and end < today:
            yield "expired"
    start = day(found["valid_from"])
    if start and start > today:
        yield "not_yet_valid"
    if kind == "foreigner":  # 3 letters + 12 digits: no rule of GB 11643
        return
    if not check_digit_fits(number):
        yield "check_digit"
    elif not number_possible(number, today):
        yield "birth_impossible"
    elif kind == "resident" and found["sex"] in "12" and (int(number[16]) % 2 == 1) != (found["sex"] == "1"):
        yield "sex_mismatch"


def block(kind: str, **values: str) -> bytes:
    """The reverse, for stand-ins and tests: a 256-byte block with these fields. Unknown fields or too long a text raise ValueError."""
    found = next(((m, lay) for m, (k, lay) in LAYOUTS.items() if k == kind), None)
    if found is None:
        raise ValueError(f"There is no card kind {kind!r}.")
    mark, layout = found
    out = bytearray(" ".encode("utf-16-le") * 128)
    for name, text in values.items():
        at, size = layout[name]
        data = text.encode("utf-16-le")
        if len(data) > size:
            raise ValueError(f"{name} holds {size // 2} characters, not {len(data) // 2}.")
        out[at : at + len(data)] = data
    out[248:250] = mark.encode("utf-16-le")
    return bytes(out)


def _text(data: bytes) -> str:
    # Lone surrogates can come from a damaged card; they must not reach JSON or a file name.
    return data.decode("utf-16-le", "replace").translate(PRIVATE).strip(BLANKS)
