"""Everything that can be asked: the hall's picture as people and programs see it. It never writes and holds no rule.

A `View` shows one immutable Floor; what is older than today is read on a read-only connection. Times leave as RFC 3339.
"""

from ..record.journal import events
from ..record.visits import taken_by_service
from .base import addresses, names, service_names
from .journal import ChangedValue, changes_in_journal, names_in_journal, role_in_journal
from .rooms import RoomsView

__all__ = [
    "ChangedValue", "View", "addresses", "changes_in_journal", "events", "names", "names_in_journal", "role_in_journal", "service_names",
    "taken_by_service",
]  # fmt: skip


class View(RoomsView):
    """All nouns together."""
