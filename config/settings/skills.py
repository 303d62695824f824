"""Setting `skills`, [skills] of a hall file: which services each of the staff may serve and how well, and the windows for any business. It
knows no hall and decides only what follows from the names (docs/decisions/0032).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.codes import SkillLevel
from config.settings.base import ServiceCode, SettingModel, WindowNo

StaffName = Annotated[str, StringConstraints(min_length=1, max_length=60)]  # by which somebody signs in
ALONE = frozenset({SkillLevel.ABLE, SkillLevel.EXPERT})


class Skills(SettingModel):
    """Without any, everybody may serve whatever the window does."""

    people: dict[StaffName, dict[ServiceCode, SkillLevel]] = Field(
        default={}, description="by sign-in name: the services that somebody may serve, and how well; no others"
    )
    others: Literal["all", "none"] = Field(
        default="all", description="what those who are not named may serve, and a window at which nobody is signed in"
    )
    any_business: tuple[WindowNo, ...] = Field(
        default=(), description="windows that serve whatever of all the services whoever sits there may"
    )

    @property
    def told(self) -> bool:
        """Whether anybody is kept from anything."""
        return bool(self.people) or self.others == "none"

    def level(self, name: str, service: str) -> SkillLevel | None:
        """How well somebody does a service; None: may not serve it."""
        if name in self.people:
            return self.people[name].get(service)
        return SkillLevel.ABLE if self.others == "all" else None

    def may(self, name: str, service: str, beside: Collection[str] = ()) -> bool:
        """Whether somebody may serve a service with those `beside` at the same window: who learns it, beside an expert."""
        level = self.level(name, service)
        return level in ALONE or level is not None and any(self.level(one, service) is SkillLevel.EXPERT for one in beside)
