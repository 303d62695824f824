"""Clerks as the public may see them."""

from __future__ import annotations

from ..domain.texts import pick
from .base import BaseView
from .shapes import Clerk


class PeopleView(BaseView):
    def clerk(self, name: str | None) -> Clerk | None:
        staff = self.floor.staff.get(name or "")
        if staff is None or not staff.shown:
            return None
        return {
            "name": staff.shown,
            "photo": staff.photo or None,
            "stars": staff.stars or None,
            "title": pick(staff.title) or None,
            "titles": staff.title or None,
        }
