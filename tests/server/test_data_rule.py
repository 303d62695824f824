"""The data rule: what a hall tells of its numbers is the same in every hall, names nobody, and each code of it is said with its words."""

import csv
import io
import json
import random
from inspect import getsource
from re import findall

import doors
import pytest
from click.testing import CliRunner
from small_hall import Clock, small_hall
from tools import data_rule as paper

import hallfloor
from config import codes
from server import actions, data_rule
from server.domain import watch
from server.domain.errors import HallError
from server.domain.things import Evaluation
from server.domain.tickets import Ticket
from server.domain.visits import visit
from server.forecast import alerts
from server.record import store
from server.runtime import clockwork

GESTURES = (
    actions.start_service, actions.start_service, actions.finish, actions.finish, actions.finish, actions.mark_missed, actions.hold,
    actions.resume, actions.return_ticket, actions.cancel,
)  # fmt: skip
PERSON = {"name": "赵六六", "id_number": "11010519491231002X"}


def a_day(context, seed, presses=160):
    """People come and go by chance; each named, some booked, some evaluated."""
    some, floor = random.Random(seed), lambda: context.ledger.floor
    for n in range(presses):
        context.clock.forward(seconds=some.randint(5, 90))
        try:
            match some.randint(0, 5):
                case 0 | 1:
                    more = [*some.sample(["tax", "social", "estate"], some.randint(0, 2))]
                    green, person = some.random() < 0.2, PERSON | {"id_number": card(n)}
                    context.ledger.do(
                        "test", actions.issue_ticket, service=some.choice(["tax", "social", "estate"]), holder=person,
                        onward=tuple(more), class_="green" if green else "ordinary", reason="elderly" if green else None,
                        phone="13800138000",
                    )  # fmt: skip
                case 2:
                    context.ledger.do("test", actions.call_next, window=some.choice("123"), clerk="li")
                case 5 if some.random() < 0.5 and floor().evaluations:
                    one = some.choice([*floor().evaluations.values()])
                    context.ledger.do(
                        "test", actions.evaluate, evaluation=one.id, grade=some.randint(1, 5), channel="pad", comment="赵六六来过",
                    )  # fmt: skip
                case _:
                    there = [t.id for t in map(floor().at_window, "123") if t] or [*floor().tickets]
                    context.ledger.do("test", some.choice(GESTURES), ticket=some.choice(there))
        except (HallError, IndexError):
            continue
    day = floor().day
    context.clock.forward(minutes=24 * 60)
    context.ledger.do("test", actions.end_day, day=day)
    return day


def card(n):
    body = f"110105194912{n % 28 + 1:02d}{n:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


@pytest.fixture
def context(tmp_path):
    made = doors.Context(tmp_path / "data", Clock(), small_hall)
    yield made
    made.close()


def table(who, name, form="jsonl", **days):
    asked = "&".join(f"{key.rstrip('_')}={value}" for key, value in days.items())
    return who.get(f"/data/{name}.{form}?{asked}")


def lines(answer):
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_number_leg_and_evaluation_is_told_once_and_nobody_who_came(context):
    day = a_day(context, 1)
    with context.server.context.reader() as reader:
        tickets = {t.id: t for t in store.find(reader, Ticket)}
        evaluations = store.find(reader, Evaluation)

    told = {name: lines(table(context.auditor, name, from_=day, to=day)) for name in data_rule.DAYS}

    assert {row["id"] for row in told["tickets"]} == set(tickets) and len(tickets) > 30
    assert [(row["ticket"], row["leg"]) for row in told["legs"]] == [
        (row["id"], n) for row in told["tickets"] for n in range(1, len(visit(tickets[row["id"]])) + 1)
    ]
    assert {(row["ticket"], row["leg"]) for row in told["evaluations"]} == {(e.ticket, e.leg) for e in evaluations}
    assert any(row["grade"] for row in told["evaluations"]) and any(row["leg"] > 1 for row in told["legs"])
    whole = json.dumps(told, ensure_ascii=False)
    assert not [word for word in ("赵", "11010519", "13800138000", "来过") if word in whole]
    for name, row in data_rule.DAYS.items():  # each is a row of the rule, and its codes are codes
        known = {k: {one["code"] for one in v} for k, v in context.nobody().get("/codes").json.items()}
        for one in told[name]:
            row.model_validate(one)
            for column, of in data_rule.coded(row).items():
                given = one[column] if isinstance(one[column], list) else [one[column]]
                assert {str(code) for code in given if code is not None} <= known.get(of, {"tax", "social", "estate", "1", "2", "3"}), (
                    column
                )


def test_as_csv_it_is_the_same_and_a_spreadsheet_reckons_nothing(context):
    day = a_day(context, 2, 60)
    context.ledger.do("test", actions.issue_ticket, service="tax", kiosk="=1+1")

    for name in data_rule.DAYS:
        there = lines(table(context.manager, name, from_=day))
        sheet = list(csv.DictReader(io.StringIO(table(context.manager, name, "csv", from_=day).text.lstrip("\ufeff"))))
        assert [list(row) for row in sheet] == [list(row) for row in there]
        assert [data_rule.of_cells(data_rule.DAYS[name], row) for row in sheet] == [
            data_rule.DAYS[name].model_validate(row) for row in there
        ]
    assert "'=1+1" in table(context.manager, "tickets", "csv").text


def test_what_a_number_was_taken_for_and_by_what_right_is_told_and_by_whom_is_not(context):
    legs = [{"service": "tax"}, {"service": "estate", "only_if": "loan"}]
    package = {"code": "home", "name": "购房", "questions": [{"code": "loan", "text": "贷款吗？"}], "legs": legs}
    context.manager.put("/settings/packages", value={"items": [package]})
    agent = {"name": "孙七七", "id_number": card(1)}
    with_agent = {"holder": PERSON, "agent": agent, "authority": "entrusted", "persons": 3}
    mine = context.kiosk.post("/tickets", package="home", answers={"loan": False}, channel="kiosk", **with_agent).json
    neighbour = {"code": doors.NEIGHBOUR, "name": "桃源", "accepts": True}
    context.manager.put("/settings/neighbours", value={"items": [neighbour]})
    sent = context.server.context.view().instant(context.clock())
    come = context.hall.post("/referrals", id="0" * 16, sent_at=sent, service="tax", number="A012", why="nearer").json

    told = {row["number"]: row for row in lines(table(context.auditor, "tickets"))}

    one, other = told[mine["number"]], told[come["number"]]
    assert (one["package"], one["left_out"], one["persons"], one["authority"]) == ("home", ["estate"], 3, "entrusted")
    assert (other["came_from"], other["number_there"], other["referred_for"]) == (doors.NEIGHBOUR, "A012", "nearer")
    assert (other["persons"], other["authority"], other["package"], other["referred_to"]) == (1, None, None, None)
    assert not [word for word in ("赵", "孙", card(1)) if word in json.dumps(told, ensure_ascii=False)]


def test_two_halls_tell_the_same_fields_and_a_command_tells_what_the_door_tells(context, tmp_path):
    day = a_day(context, 3, 40)
    said = table(context.manager, "legs", from_=day, to=day).text
    context.close()

    done = CliRunner().invoke(hallfloor.hall, ["export", "--data", str(context.folder), "--table", "legs", "--from", day, "--to", day])

    assert done.exit_code == 0 and done.output == said


def test_a_table_that_is_none_and_days_that_are_none_are_refused(context):
    assert (answer := table(context.manager, "people")).status_code == 404 and answer.json["code"] == "no_such_table"
    assert table(context.manager, "tickets", from_="2026-11-20", to="2026-11-19").status_code == 422
    assert table(context.manager, "tickets", from_="2000-01-01", to="2026-11-19").status_code == 422


def test_a_long_span_is_told_a_day_at_a_time(context):
    asked = []

    class Looked:
        def __call__(self):
            asked.append(1)
            return context.server.context.reader()

    parts = data_rule.written(Looked(), "tickets", "jsonl", "2024-01-01", "2026-11-20", "33100200000001", context.ledger.zone)

    assert not asked and next(parts, None) is None and len(asked) == 1055


def test_the_paper_says_what_the_server_goes_by():
    assert paper.FILE.read_text(encoding="utf-8") == paper.page(), "PYTHONPATH=.:tests python -m tools.data_rule"


def test_every_kind_of_alert_is_a_code():
    named = {kind for module in (watch, alerts, clockwork) for kind in findall(r"kind\"?[=:] ?\"(\w+)\"", getsource(module))}

    assert named == set(codes.AlertKind)
