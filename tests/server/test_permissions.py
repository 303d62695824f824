"""Who may use which endpoint: the table that programs outside rely on, tried with every caller at every endpoint.

who_may.txt says it endpoint by endpoint; the program has its own table, role by role (server/domain/permissions.py). `anybody`: no token is
needed. `session`: nobody by a token, only who has signed in. People sign in; devices and programs have tokens.
"""

from pathlib import Path

import pytest

from config.codes import Role
from server.domain.permissions import ALL, MAY, ONE_WINDOW, VISITOR
from server.web.table import ENDPOINTS

WRITTEN = dict(line.split(": ") for line in (Path(__file__).parent / "who_may.txt").read_text(encoding="utf-8").splitlines())
PATH = {"no": "1", "code": "tax", "id": "nosuchid", "track": "nosuchtrack", "service": "tax", "token": "nosuchtoken", "name": "k1"}
name = lambda endpoint: f"{endpoint.method} {endpoint.path}"


@pytest.fixture(scope="module")
def context(tmp_path_factory, clock_of, small_hall, doors):
    context = doors.Context(tmp_path_factory.mktemp("permissions"), clock_of(), small_hall)
    yield context
    context.close()


def caller(context, role):
    if not role:
        return context.nobody()
    if role == VISITOR:
        visitor = context.nobody()
        visitor.client.set_cookie("hall_visitor", context.server.context.authenticator.visitor_cookie(), path="/api/v1")
        return visitor
    return context.device(role, window="1") if role in ONE_WINDOW else context.of(role)


def test_every_endpoint_stands_in_the_table():
    assert {name(e) for e in ENDPOINTS} == set(WRITTEN)


@pytest.mark.parametrize("role", [*Role, VISITOR, ""])
def test_a_caller_gets_in_exactly_where_the_table_says(context, role):
    who, wrong = caller(context, role), []

    for endpoint in ENDPOINTS:
        answer = who.ask(endpoint.method, endpoint.path.format(**PATH), {"no_such_field": 1} if endpoint.changes else None)
        refused = answer.status_code in (401, 403) and answer.json["code"] in ("no_token", "wrong_role")
        written = WRITTEN[name(endpoint)].split()
        gets_in = written == ["anybody"] or role in written or (written == ["session"] and who.csrf)
        holder = endpoint.holder and role in ("", VISITOR)  # the endpoint itself asks for the track code
        if not holder and refused is bool(gets_in):
            wrong.append(f"{name(endpoint)}: {answer.status_code} {answer.text[:80]}")

    assert not wrong


def test_every_role_has_a_row_and_every_permission_somebody_who_has_it():
    assert set(MAY) == {*Role, VISITOR}
    assert frozenset().union(*MAY.values()) == ALL
    assert {e.may for e in ENDPOINTS if e.may} <= ALL
