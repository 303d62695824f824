"""Whether an ID number of 18 characters can be anybody's: its check digit (GB 11643), division and birth date. It knows no person, keeps
nothing, and never says that a number is somebody's."""

from __future__ import annotations

from datetime import date

from config.divisions import impossible

OLDEST = 130  # years
PERMITS = frozenset(("810000", "820000", "830000"))  # residence permits for people of Hong Kong, Macao and Taiwan


def check_digit(first17: str) -> str:
    """GB 11643, ISO 7064 MOD 11-2."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, weights, strict=True)) % 11]


def check_digit_fits(number: str) -> bool:
    number = number.upper()
    return len(number) == 18 and number[:17].isascii() and number[:17].isdigit() and check_digit(number[:17]) == number[17]


def number_possible(number: str, today: date) -> bool:
    """An 18-character number whose check digit fits and whose birth date is real and not in the future."""
    if not check_digit_fits(number):
        return False
    born = day(number[6:14])
    return born is not None and born <= today


def wrong_with(number: str, today: date) -> str:
    """What is wrong with a number that somebody typed, as a code of the words' `id_numbers`; "" where it can be one. The check digit comes
    first: most slips of a finger break it."""
    number = number.strip().upper()
    if not (len(number) == 18 and number.isascii() and number[:17].isdigit() and number[17] in "0123456789X"):
        return "form"
    if not check_digit_fits(number):
        return "check_digit"
    # the cards of foreigners (2023) begin with 9 and a province
    if impossible(number[1:3].ljust(12, "0") if number[0] == "9" else number[:6].ljust(12, "0")) and number[:6] not in PERMITS:
        return "division"
    born = day(number[6:14])
    return "" if born and born <= today and today.year - born.year <= OLDEST else "birth"


def day(text: str) -> date | None:
    """YYYYMMDD as a date; None for anything else."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
