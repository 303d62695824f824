"""How much one person may take and book, and how a phone proves that it is in the hall. Models only; who counts is domain/limits.py."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict, model_validator

from config.settings.base import Flag, SettingModel, wrong

Count = Annotated[int, Strict(), Field(ge=0, le=100)]


class Holders(SettingModel):
    """What one person may have: against those who take numbers to sell them. 0 is no limit. A person is known by a card, a phone, and on
    the phone's own page by its browser; who shows none of them is not counted. In a hall file: [holders]."""

    numbers: Count = Field(default=0, description="numbers one person may take a day, those that were given up too")
    numbers_of_service: Count = Field(default=0, description="the same of one service")
    bookings: Count = Field(default=0, description="bookings one person may have for one day")
    bookings_of_service: Count = Field(default=0, description="the same of one service")
    gave_up: Count = Field(default=0, description="numbers and bookings one person may give up a day; then no more until the next")
    per_phone: Annotated[int, Strict(), Field(ge=1, le=100)] = Field(
        default=4, description="how many persons one phone stands for: a family may share one"
    )
    for_others: Count = Field(default=0, description="numbers one person may take a day for others, those that were given up too")
    of_slot: Count = Field(default=0, description="places of one slot that one browser may book")
    verified: Flag = Field(
        default=False, description="who books on the phone proves the number by a code that the hall's gateway sends to it"
    )
    missed_numbers: Flag = Field(
        default=False, description="whether a number that was called and not come back for counts like a missed booking"
    )


class Here(SettingModel):
    """How a phone proves that it is in the hall, to take a number or to check a booking in by itself. In a hall file: [here]."""

    numbers: Flag = Field(default=False, description="whether who is here may take a number on the phone")
    checkin: Flag = Field(default=False, description="whether who is here may check a booking in on the phone")
    code_s: Annotated[int, Strict(), Field(ge=30, le=600)] = Field(
        default=90, description="seconds after which the code on the screens is another; the one before is good as long again"
    )
    right_s: Annotated[int, Strict(), Field(ge=60, le=3600)] = Field(
        default=600, description="seconds in which who has proved it may take the number"
    )
    poster: Annotated[int, Strict(), Field(ge=0, le=9999)] = Field(
        default=0, description="number of the printed code that is good, which anybody may photograph; 0: none is"
    )
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    radius_m: Annotated[int, Strict(), Field(ge=30, le=5000)] = Field(
        default=200, description="metres from there within which a phone that tells where it is counts as here"
    )

    @model_validator(mode="after")
    def _both(self) -> Here:
        if (self.latitude is None) != (self.longitude is None):
            raise wrong("place_form", "a place has a latitude and a longitude")
        return self

    @property
    def place(self) -> tuple[float, float] | None:
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)
