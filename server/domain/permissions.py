"""Who may do what: one row for each role. Endpoints and rooms ask for a permission, never for a role.

A new role is a row here. A new permission is a name in Permission and stands in the rows of those who have it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

from config.codes import HeldAct, Role, StaffRole

Permission = Literal[
    "look",  # windows, a ticket by its id, who one is
    # at a kiosk or at the desk
    "issue", "give_up", "reprint", "hand_out", "receive", "see_slots", "book", "see_booking", "change_booking",
    # at a window, and beside it
    "serve", "see_line", "send_on", "refer", "attend", "list_tickets", "divert", "make_green", "print_at_kiosk", "evaluate", "call_guide",
    "answer_guide",
    # the staff's and the managers' rooms
    "see_staff_room", "see_managers_room", "watch_over",
    "see_figures", "take_reports", "lead", "settle_cases", "set", "manage_staff", "manage_tokens", "manage_machines",
    # machines
    "report_device", "borrow_numbers",
    "answer_persons",  # who ask what is kept of them
    "refuse_persons", "pass_limits",  # who take numbers to sell them; and whoever has a reason all the same
    "show_here", "take_here",  # the code that proves one is in the hall; a number on the phone of who is
    "read_journal",
    "send_people",  # to this hall, from another
]  # fmt: skip
Permissions = frozenset[Permission]
ALL: Permissions = frozenset(get_args(Permission))
VISITOR = "visitor"  # a phone with the hall's own booking page open; no token and no sign-in has this role

_COUNTER: Permissions = frozenset({"look", "issue", "give_up", "reprint", "receive", "see_slots", "book", "see_booking", "call_guide"})
_WINDOW: Permissions = frozenset({"look", "give_up", "serve", "see_line", "send_on", "call_guide"})
_BESIDE: Permissions = frozenset({
    "change_booking", "see_line", "send_on", "refer", "attend", "list_tickets", "see_staff_room", "answer_guide", "pass_limits",
})  # fmt: skip
_FLOOR: Permissions = _COUNTER | _BESIDE
_OFFICE: Permissions = frozenset({
    "look", "see_slots", "list_tickets", "see_staff_room", "see_managers_room", "answer_guide", "watch_over", "see_figures", "take_reports",
    "lead", "settle_cases", "set", "manage_staff", "manage_tokens", "manage_machines", "print_at_kiosk",
})  # fmt: skip


def _with(base: Permissions, *more: Permission) -> Permissions:
    return base | frozenset(more)


MAY: dict[str, Permissions] = {
    Role.KIOSK: _with(_COUNTER, "hand_out", "divert", "report_device", "borrow_numbers", "show_here"),
    Role.DISPLAY: frozenset({"look", "call_guide", "report_device", "show_here"}),
    Role.PAD: frozenset({"look", "call_guide", "evaluate"}),
    Role.KEYPAD: _with(_WINDOW, "evaluate"),
    Role.APP: frozenset({"look", "issue", "give_up", "see_slots", "book", "see_booking", "change_booking", "evaluate"}),
    Role.HALL: frozenset({"send_people"}),
    Role.AUDITOR: frozenset({"look", "list_tickets", "take_reports", "read_journal", "manage_staff"}),  # of auditors alone: MAY_RANK
    Role.GUIDE: _with(
        _FLOOR, "hand_out", "divert", "make_green", "print_at_kiosk", "watch_over", "answer_persons", "refuse_persons", "show_here"
    ),
    Role.CLERK: _FLOOR | _WINDOW,
    Role.MANAGER: _with(_FLOOR | _WINDOW | _OFFICE, "divert", "make_green", "evaluate", "answer_persons", "refuse_persons", "show_here"),
    Role.ADMIN: _OFFICE,
    Role.SECURITY: frozenset({"look", "manage_staff", "manage_tokens"}),  # accounts and rights, nothing of the hall
    VISITOR: frozenset({"see_slots", "book", "take_here"}),
}
# Who may what neither a clerk nor a guide may: their sessions end sooner, and a hall may name the networks they come from.
TRUSTED = frozenset(Role(role) for role in StaffRole if MAY[role] - MAY[Role.CLERK] - MAY[Role.GUIDE])
# Whose accounts and tokens a role with `manage_staff` or `manage_tokens` looks after. Auditors watch everybody, so nobody but another
# auditor resets one. Where there is a security administrator, managers and administrators look after nobody any more
# (docs/decisions/0023). The first of both is made by an administrator, or on the machine.
_FLOOR_STAFF = frozenset({Role.CLERK, Role.GUIDE, Role.MANAGER})
MAY_RANK: dict[str, frozenset[str]] = {
    Role.MANAGER: _FLOOR_STAFF,
    Role.ADMIN: _FLOOR_STAFF | {Role.ADMIN},
    Role.SECURITY: _FLOOR_STAFF | {Role.ADMIN, Role.SECURITY},
    Role.AUDITOR: frozenset({Role.AUDITOR}),
}
APART = frozenset({Role.AUDITOR, Role.SECURITY})  # with the first of them, others lose what they did in their place
ONE_WINDOW = frozenset({Role.KEYPAD, Role.PAD})  # their tokens are good at one window
OF_TOKENS = (frozenset(Role) - frozenset(StaffRole)) | {Role.AUDITOR}  # people sign in; a program may read the journal
BOUND = ONE_WINDOW | {Role.CLERK}  # who works at one window; others may do what they may at all of them


# What an act is done with, and so confirmed with, where a hall wants two persons for it (docs/decisions/0024).
DONE_WITH: dict[HeldAct, Permission] = {
    HeldAct.PERSONS: "answer_persons",
    HeldAct.TOKENS: "manage_tokens",
    HeldAct.MACHINES: "manage_machines",
    HeldAct.ACCOUNTS: "manage_staff",
    HeldAct.SETTINGS: "set",
}


def may(role: str, what: Permission | None) -> bool:
    """Whether a role may; `what` None is open to anybody. The role of nobody is ""."""
    return what is None or what in MAY.get(role, ())


def may_rank(role: str, other: str, *, there: Collection[str]) -> bool:
    """Whether somebody of a role may make, change, reset or revoke one of the `other`. `there`: the roles of all who may sign in."""
    if Role.SECURITY in there and role not in APART:
        return False
    first = role in (Role.ADMIN, Role.SECURITY) and other in APART and other not in there
    machine = other not in frozenset(StaffRole) and role != Role.AUDITOR
    return first or machine or other in MAY_RANK.get(role, ())


def who_confirms(act: HeldAct, roles: Collection[str]) -> int:
    """How many of those who may sign in, one role each, may do an act, and so confirm it. Auditors look after auditors alone."""
    if act in (HeldAct.TOKENS, HeldAct.ACCOUNTS):
        roles = [role for role in roles if role != Role.AUDITOR and (role in APART or Role.SECURITY not in roles)]
    return sum(may(role, DONE_WITH[act]) for role in roles)


def who_may(what: Permission) -> frozenset[str]:
    """The roles that may."""
    return frozenset(role for role, granted in MAY.items() if what in granted)
