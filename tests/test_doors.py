"""Holds the table of who may import whom. A wrong import fails with a sentence that names both sides."""

import ast
import re
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"server", "kiosk", "display", "drivers", "config"}

# path prefix (longest wins) -> what it may import of our own rooms
MAY_IMPORT = {
    "config/": {"config"},
    "drivers/": {"drivers"},
    "drivers/commands.py": {"drivers", "config"},
    "drivers/reader/card.py": {"drivers", "config.id_numbers"},  # one rule for a number that is read and one that is typed
    "server/domain/": {"server.domain", "config.settings"},  # what a hall may set: docs/decisions/0014-one-settings-room.md
    "server/record/schema.py": {"server.domain", "server.record.schema"},
    "server/record/store.py": {"server.domain", "server.record.schema"},
    "server/record/visits.py": {"server.domain", "server.record.store"},
    "server/record/private.py": {"server.domain", "server.record.keys", "server.record.store"},
    "server/record/journal.py": {"server.record.schema"},
    "server/record/ledger.py": {"server.domain"}
    | {"server.record.keys", "server.record.private", "server.record.schema", "server.record.store"},
    "server/forecast/": {"server.domain", "server.forecast", "config.settings"},  # pure, but for these seven
    "server/forecast/wait_forecast.py": {"config.settings", "server.domain", "server.forecast", "server.runtime.periodic"},
    "server/forecast/alert_task.py": {"server.domain", "server.forecast", "server.runtime.periodic", "server.actions"},
    "server/forecast/ahead_task.py": {"server.domain", "server.forecast", "server.runtime.periodic"},
    "server/forecast/tuning_task.py": {"server.domain", "server.forecast", "server.runtime.periodic", "server.actions"},
    "server/forecast/advisor.py": {"config.settings", "server.domain", "server.forecast", "server.record.ledger"},
    "server/forecast/history.py": {"config.settings", "server.domain", "server.forecast", "server.record.store"},
    "server/forecast/recorded_days.py": {"config.settings", "server.domain", "server.forecast", "server.record.store"},
    "server/views": {"server.views", "server.domain", "config.settings", "server.forecast.wait_picture"}
    | {"server.record.keys", "server.record.journal", "server.record.packages", "server.record.store", "server.record.visits"},
    "server/actions": {"server.domain", "server.actions", "config.id_numbers", "config.masks", "config.settings"},
    "server/messages.py": {"server.domain"},
    "server/web/": {
        "server.web",
        "server.actions",
        "server.domain",
        "config.halls",
        "config.load",
        "config.mistakes",
        "config.schema",
        "config.settings",
    }
    | {
        "config.masks",
        "config.shapes",
        "config.words",
        "server.views",
        "server.messages",
        "server.forecast",
        "server.reports",
        "server.hallfile",
    }
    | {"server.data_rule", "server.doctor", "server.roster_list", "server.service_list"},
    "server/": {"server", "config"},
    "kiosk/": {"kiosk", "config", "drivers"},
    "display/": {"display", "config", "drivers"},
    "hallfloor.py": ROOMS,  # the list of commands stands above all rooms
}
# and what of the outside world a room may not touch
CLOSED = {
    "server/domain/": None,
    "server/forecast/": None,
    "server/forecast/history.py": {"flask", "flask_socketio"},
    "server/forecast/recorded_days.py": {"flask", "flask_socketio"},
    "server/forecast/advisor.py": {"flask", "flask_socketio"},  # None: standard library only, and numpy/numba where a figure needs them
    "server/actions": {"flask", "flask_socketio", "sqlite_utils", "sqlite3"},
    "server/messages.py": {"flask", "flask_socketio", "sqlite_utils", "sqlite3"},
    "server/record/store.py": {"flask", "flask_socketio"},
    "server/record/ledger.py": {"flask", "flask_socketio"},
    "server/views": {"flask", "flask_socketio"},
    "server/web/": {"sqlite_utils", "sqlite3"},
    "server/web/context.py": {"sqlite_utils"},  # sqlite3: only to say what a reader is
}
CODES = "config.codes"  # the names of things: every room but drivers may know them
FIGURES = {"numpy", "numba"}
PICTURES = {"immutables"}  # what the picture of the hall is held by
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|PRAGMA)\s+[A-Za-z*\"(_?]")
MAY_SAY_SQL = (
    "server/record/",
    # these read years of numbers at once, each in a way of its own
    "server/forecast/advisor.py",
    "server/forecast/history.py",
    "server/forecast/recorded_days.py",
    "kiosk/spool.py",  # the kiosk's own record
    "server/commands/bench.py",  # what a disk takes without any of our program
    "server/commands/_past.py",  # fills a database faster than a hall could
)


def modules():
    own = (p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "node_modules" not in p.parts)
    return sorted(["hallfloor.py", *(p.relative_to(ROOT).as_posix() for p in own)])


def imports(path):
    package = path.removesuffix(".py").split("/")
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level]
                whole = ".".join(base + (node.module.split(".") if node.module else []))
            else:
                whole = node.module
            yield whole
            yield from (f"{whole}.{a.name}" for a in node.names)


def rule(table, path):
    fits = [prefix for prefix in table if path.startswith(prefix)]
    return max(fits, key=len) if fits else None


def known(name):
    """Longest part of a dotted name that is one of our modules; names of functions inside are cut."""
    parts = name.split(".")
    while parts and not ((ROOT / "/".join(parts)).is_dir() or (ROOT / ("/".join(parts) + ".py")).exists()):
        parts.pop()
    return ".".join(parts)


@pytest.mark.parametrize("path", modules())
def test_a_room_imports_only_through_its_doors(path):
    allowed = MAY_IMPORT[rule(MAY_IMPORT, path)] | ({CODES} if not path.startswith("drivers/") else set())
    shut = rule(CLOSED, path)

    for name in imports(path):
        top = name.split(".")[0]
        assert top not in ("tools", "hallfloor"), f"`{path}` may not import `{name}`: what stands beside the tests, or above the rooms."
        if top in ROOMS:
            mine = known(name)
            inside = any(mine == a or mine.startswith(a + ".") for a in allowed)
            parent = any(a.startswith(mine + ".") for a in allowed)  # `from server import actions` names `server` on the way
            assert inside or parent, f"`{path}` may not import `{name}`: see docs/hall.md for the doors."
        elif shut and CLOSED[shut] is None:
            assert top in sys.stdlib_module_names | FIGURES | PICTURES, f"`{path}` may import the standard library only, not `{name}`."
        elif shut:
            assert top not in CLOSED[shut], f"`{path}` may not import `{name}`."


def texts(path):
    """Every text in a module, but for what explains it."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    documented = (n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body)
    said = {id(n.body[0].value) for n in documented if isinstance(n.body[0], ast.Expr)}
    yield from (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in said)


@pytest.mark.parametrize("path", [p for p in modules() if not p.startswith(MAY_SAY_SQL)])
def test_sql_is_said_in_the_record_only(path):
    found = [text for text in texts(path) if SQL.match(text)]

    assert not found, f"`{path}` says SQL: {found[0]!r}. Ask server/record (store.find, journal, private) instead."


def test_the_table_of_sql_is_no_longer_than_it_must_be():
    unneeded = [p for p in MAY_SAY_SQL if not any(SQL.match(text) for path in modules() if path.startswith(p) for text in texts(path))]

    assert not unneeded


FLOORS = {"config": 0, "drivers": 1, "server": 2, "kiosk": 2, "display": 2, "hallfloor": 3}  # an arrow between rooms goes down


@pytest.mark.parametrize("path", modules())
def test_between_rooms_arrows_go_down_only(path):
    room = path.split("/")[0].removesuffix(".py")

    for name in imports(path):
        other = name.split(".")[0]
        if other in FLOORS and other != room:
            assert FLOORS[other] < FLOORS[room], f"`{path}` imports `{name}`: {room} stands no higher than {other}."
            assert (room, other) != ("server", "drivers"), f"`{path}` imports `{name}`: a server has no device."


def arrows():
    """Each module of ours -> the others it imports, in functions as well; a package's own __init__ apart."""
    named = {path.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."): path for path in modules()}
    needed = {mine: {known(name) for name in imports(path)} for mine, path in named.items()}
    return {mine: {o for o in others if o in named and not f"{mine}.".startswith(f"{o}.")} for mine, others in needed.items()}


def test_no_two_modules_need_one_another():
    try:
        TopologicalSorter(arrows()).prepare()
    except CycleError as circle:
        pytest.fail(f"A circle of imports: {' <- '.join(circle.args[1])}.", pytrace=False)
