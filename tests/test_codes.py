"""A new code (a state, a role, a class, …) is added in config/codes.py; these tests name every other place that must know it.

The rest of the program has no lists of its own: what may be told apart by phase asks `phase`, what may be done asks MOVES and MAY.
"""

import json
import re
import sqlite3
from pathlib import Path

import doors
import pytest

from config import codes, words
from config.codes import LIVE, UNFINISHED, Move, Phase, Rank, Role, StaffRole, State, phase
from server.domain.permissions import MAY, TRUSTED, VISITOR, may_rank, who_may
from server.domain.tickets import MOVES
from server.record import schema, store
from server.web.codes import WORDED, word_of
from server.web.models import ManagersRoom, StaffRoom

ROOT = Path(__file__).resolve().parent.parent
SAID = words.load()
# domain/*.py, actions/*.py, …: a set of codes written out by hand would not know the new one
LIST_OF_CODES = re.compile(r"[\[({](?:\s*\"[a-z_]+\",?){3,}\s*[\])}]")
OF_STATES = {str(state) for state in State}
OF_ROLES = {str(role) for role in Role}


def test_every_state_has_its_moves_and_can_be_reached():
    assert MOVES.keys() == set(State)
    assert {to for moves in MOVES.values() for to in moves.values()} | {State.BOOKED, State.WAITING} == set(State)


def test_every_move_is_a_code_and_every_code_of_a_move_is_used():
    assert {move for moves in MOVES.values() for move in moves} == set(Move)


def test_what_is_over_has_no_moves_and_what_is_not_can_end():
    for state in State:
        ends = {to for to in MOVES[state].values() if phase(to) is Phase.OVER}
        assert bool(ends) is (state in UNFINISHED), state


def test_the_index_of_unfinished_tickets_knows_every_unfinished_state():
    db = sqlite3.connect(":memory:", isolation_level=None)
    schema.prepare(db)

    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'unfinished_tickets'").fetchone()

    assert sql.endswith(f"WHERE {store.LIVE_NOW}"), "a migration drops the index and makes it anew"


def test_the_database_refuses_two_tickets_at_a_window_in_every_state_at_a_window():
    db = sqlite3.connect(":memory:", isolation_level=None)
    schema.prepare(db)

    (sql,) = db.execute("SELECT sql FROM sqlite_master WHERE name = 'one_live_ticket_per_window'").fetchone()

    assert set(re.findall(r"'(\w+)'", sql)) == codes.AT_WINDOW


def test_every_role_has_a_row_of_what_it_may():
    assert MAY.keys() == {*Role, VISITOR}
    assert set(StaffRole) <= set(Role)


@pytest.mark.parametrize("role", StaffRole)
def test_somebody_may_make_every_role_of_staff(role):
    makers = [maker for maker in StaffRole if may_rank(maker, role, there=())]

    assert makers, f"nobody may add {role}: MAY_RANK in server/domain/permissions.py"


# What is told to the managers' room beyond the staff's, and without which permission nobody is told it elsewhere.
TOLD_TO_MANAGERS = {
    "alerts": "watch_over",
    "devices": "manage_machines",
    "today": "see_figures",
    "plans": "set",
    "cases": "settle_cases",
}


def test_who_hears_the_managers_room_may_know_all_that_is_told_there():
    more = ManagersRoom.model_fields.keys() - StaffRoom.model_fields.keys()

    assert TOLD_TO_MANAGERS.keys() == more, "which permission asks for the same elsewhere?"
    for role in who_may("see_managers_room"):
        assert MAY[role] >= {*TOLD_TO_MANAGERS.values(), "see_staff_room", "list_tickets"}, f"{role} hears more than it may ask for"


def test_every_role_stands_in_the_papers():
    interface, security = ((ROOT / "docs" / page).read_text(encoding="utf-8") for page in ("interface.md", "security.md"))
    table = re.findall(r"^\| (`\w+`[^|]*)\|", interface.split("## Roles\n")[1].split("\n## ")[0], re.MULTILINE)
    (apart,) = re.findall(r"^\| administrators apart \|.*$", security, re.MULTILINE)
    dangers = re.findall(r"^\| ([^|]+)\|", security.split("| who | what they can do |")[1], re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", "".join(table))) == set(Role), "docs/interface.md, Roles"
    assert not [role for role in TRUSTED if role not in apart], "docs/security.md, administrators apart"
    assert not [role for role in StaffRole if role not in "".join(dangers)], "docs/security.md, who can do what harm"


@pytest.mark.parametrize("lang", SAID.languages)
@pytest.mark.parametrize("name", WORDED)
def test_every_code_has_a_word_in_every_language(name, lang):
    some, where = WORDED[name]

    missing = []
    for code in some:
        try:
            word_of(code, where, lambda section: set(SAID.section(section, lang)))
        except StopIteration:
            missing.append(code)

    assert not missing, f"config/words/{lang}.toml, [{where[0][0]}]: {where[0][1]}{missing[0]}"


def test_every_set_that_programs_outside_see_is_told_with_its_words():
    told = {tuple(some) for some, _ in WORDED.values()}

    for kind in (codes.State, Rank, codes.Channel, codes.Reason, codes.Outcome, codes.Place, codes.WindowState, codes.ServiceKind, Role):
        assert tuple(kind) in told, kind


@pytest.mark.parametrize("path", sorted(p for room in ("server", "kiosk", "display") for p in (ROOT / room).rglob("*.py")), ids=str)
def test_no_module_keeps_a_list_of_states_or_roles_of_its_own(path):
    for found in LIST_OF_CODES.findall(path.read_text(encoding="utf-8")):
        some = set(re.findall(r'"([a-z_]+)"', found))
        assert not (some <= OF_STATES or some <= OF_ROLES), f"{path.name}: {found}: ask config.codes"


def test_the_pages_types_are_exhaustive_over_states_and_roles():
    """A Record<TicketState, …> does not compile while a state is missing from it."""
    source = "\n".join(
        p.read_text(encoding="utf-8") for p in (ROOT / "display" / "web").rglob("*.[tv]*") if "node_modules" not in p.parts and p.is_file()
    )

    assert "PHASE_OF: Record<TicketState" in source  # what pages ask that only want to know whether a number is over, say
    assert "satisfies Record<TicketState, string>" in source  # the headline of the page that a holder sees
    assert "HINTS: Record<TicketState, " in source  # what it says below
    assert "MOVES: Record<TicketState, Move[]>" in source  # of the samples
    assert source.count("satisfies Record<Move, ") == 3  # where a desk, a guide and a holder make each move
    assert "satisfies Record<TicketState, string | null>" in source  # where a desk lists a number
    assert "satisfies Record<MachineRole, string>" in source


def test_the_codes_are_told_to_whoever_asks(context):
    answer = context.nobody().get("/codes")

    assert answer.status_code == 200
    assert [one["code"] for one in answer.json["states"]] == [*State]
    for some in answer.json.values():
        assert all(one["names"].keys() >= {"zh", "en"} and all(one["names"].values()) for one in some)
    assert json.dumps(answer.json, ensure_ascii=False).count("等候") >= 1
    assert LIVE < UNFINISHED


@pytest.fixture(scope="module")
def context(tmp_path_factory, clock_of, small_hall):
    context = doors.Context(tmp_path_factory.mktemp("codes"), clock_of(), small_hall)
    yield context
    context.close()
