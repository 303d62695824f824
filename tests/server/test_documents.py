"""The documents are true: they validate, every door is in them, answers fit them, and a generator of requests finds no door that breaks."""

import json
import re
from collections import Counter

import pytest
import schemathesis
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance, response_schema_conformance

from config.codes import Role
from config.schema import ServerSettings
from server.domain.events import KINDS
from server.domain.permissions import ONE_WINDOW, VISITOR
from server.web import openapi
from server.web.authenticator import COOKIE, VISITOR_COOKIE
from server.web.table import ENDPOINTS


def test_openapi_is_valid_and_holds_every_door(schema):
    document = openapi.openapi()

    validate(document)
    schema.validate()

    assert document["openapi"].startswith("3.1")
    said = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert said == {(d.method, d.path) for d in ENDPOINTS}
    ids = [op["operationId"] for methods in document["paths"].values() for op in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_route_of_the_app_below_the_base_is_in_the_table(context):
    ours = [r for r in context.server.app.url_map.iter_rules() if r.rule.startswith("/api/v1")]
    rules = {(m, r.rule) for r in ours for m in r.methods - {"HEAD", "OPTIONS"}}
    table = {(d.method, "/api/v1" + re.sub(r"\{(\w+)\}", r"<\1>", d.path)) for d in ENDPOINTS}

    assert rules - table == {("GET", "/api/v1/openapi.json"), ("GET", "/api/v1/asyncapi.json")}
    assert not table - rules


GESTURES = """
POST /tickets|POST /windows/{no}/calls|POST /tickets/{id}/calls|POST /tickets/{id}/service|POST /tickets/{id}/miss
POST /tickets/{id}/return
POST /tickets/{id}/hold|DELETE /tickets/{id}/hold|POST /tickets/{id}/transfer|POST /tickets/{id}/postponement
POST /tickets/{id}/cancellation
POST /tickets/{id}/completion|POST /evaluations|PUT /windows/{no}/state|GET /slots|POST /appointments|POST /appointments/{id}/checkin
GET /hall|GET /services|GET /windows|GET /board|GET /tickets/{id}|GET /track/{track}|GET /events|POST /session|POST /kiosks/{name}/loans
POST /tickets/merge
"""


@pytest.mark.parametrize("gesture", [g for line in GESTURES.split("\n") for g in line.split("|") if g])
def test_every_gesture_of_the_open_interface_has_its_door(gesture):
    assert gesture in {f"{d.method} {d.path}" for d in ENDPOINTS}


def test_asyncapi_names_every_event_and_every_reference_leads_somewhere():
    document = openapi.asyncapi()

    assert document["asyncapi"].startswith("3.")
    assert set(KINDS) <= set(document["components"]["messages"])
    for ref in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))):
        at = document
        for part in ref.removeprefix("#/").split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]


def test_the_documents_need_no_token(context):
    for name in ("openapi", "asyncapi"):
        answer = context.nobody().get(f"/{name}.json")
        assert answer.status_code == 200 and answer.content_type == "application/json"


# -- answers fit what the documents say


@pytest.fixture(scope="module")
def busy(tmp_path_factory, clock_of, small_hall, doors):
    """A hall in the middle of a day: something is in every list."""
    settings = ServerSettings(notify={"push": True})
    context = doors.Context(tmp_path_factory.mktemp("busy"), clock_of(), small_hall, settings=settings)
    keypad = context.device("keypad", window="1")
    for service in ("tax", "tax", "tax", "social", "estate"):
        context.clock.forward(seconds=5)
        context.kiosk.take(service, holder={"name": "王五"})
    first = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{first['id']}/service")
    keypad.post(f"/tickets/{first['id']}/completion")
    context.evaluation = {"token": context.link(first)}
    bad = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{bad['id']}/service")
    keypad.post(f"/tickets/{bad['id']}/completion")
    context.nobody().post("/evaluations", token=context.link(bad), grade=1, tags=["108"])
    keypad.post("/windows/1/calls")
    slot = context.app.get("/slots", service="social").json["items"][0]
    context.booking = context.app.post("/appointments", slot=slot["id"], phone="13800138000").json
    context.manager.post("/notices", text="通知")
    (folder := context.server.context.media.folder).mkdir(exist_ok=True)
    (folder / "clip.mp4").touch()
    context.manager.put("/settings/plans", value={"items": [{"id": "peak", "name": "高峰"}]})
    context.ticket = context.kiosk.get(f"/tickets/{first['id']}").json
    context.kiosk.post("/devices/k1/state", device="printer", kind="printer", state="ok")
    context.kiosk.post("/help")
    context.staff("li")
    packages = [{
        "code": "tax", "name": "开店", "questions": [{"code": "food", "text": "有没有餐饮？"}],
        "legs": [{"service": "tax"}, {"service": "social"}, {"service": "estate", "only_if": "food"}],
    }]  # fmt: skip
    context.manager.put("/settings/packages", value={"items": packages})
    context.kiosk.post("/tickets", package="tax", channel="kiosk")
    context.manager.put("/settings/here", value={"numbers": True, "poster": 1})
    context.manager.put("/settings/neighbours", value={"items": [{"code": doors.NEIGHBOUR, "name": "桃源", "accepts": True}]})
    context.guide.post("/refusals", phone="13900000009", reason="touting", days=3)
    context.server.context.jobs.forecaster.refresh()
    yield context
    context.close()


@pytest.mark.parametrize(
    "endpoint",
    [d for d in ENDPOINTS if d.method == "GET" and 200 in d.gives and not d.media],  # files: tests/reports
    ids=lambda d: d.path,
)
def test_what_is_answered_is_what_the_document_says(busy, endpoint):
    id = busy.booking["id"] if "appointments" in endpoint.path else busy.ticket["id"]
    track, token = busy.ticket["track"], busy.evaluation["token"]
    names = {"no": "1", "code": "tax", "id": id, "track": track, "token": token, "name": "calls"}
    roles = endpoint.roles or {"nobody"}
    signed_in = endpoint.path in ("/session", "/sessions", "/session/second-factor")  # anybody who has: no role is asked for
    asks = (r for r in ("manager", "auditor", "kiosk", *sorted(frozenset(Role) - ONE_WINDOW)) if r in roles)
    who = busy.manager if signed_in else next((getattr(busy, role) for role in asks), busy.nobody())

    answer = who.ask("GET", endpoint.path.format(**names))

    assert answer.status_code == 200, answer.text
    values = answer.json["items"] if endpoint.lists else [answer.json]
    assert values or endpoint.path in ("/alerts", "/settings", "/plans", "/acts"), "an empty list proves nothing"
    for value in values:
        openapi.validated(endpoint.gives[200], value)


def test_a_served_ticket_is_what_the_document_says(busy):
    keypad = busy.device("keypad", window="2")
    ticket = keypad.post("/windows/2/calls").json
    by_path = {(d.method, d.path): d for d in ENDPOINTS}
    for gesture in ("calls", "service", "hold"):
        answer = keypad.post(f"/tickets/{ticket['id']}/{gesture}")
        openapi.validated(by_path["POST", f"/tickets/{{id}}/{gesture}"].gives[201], answer.json)
    keypad.delete(f"/tickets/{ticket['id']}/hold")
    done = keypad.post(f"/tickets/{ticket['id']}/completion")
    openapi.validated(by_path["POST", "/tickets/{id}/completion"].gives[201], done.json)
    given = busy.nobody().post("/evaluations", token=busy.link(ticket), grade=4)
    openapi.validated(by_path["POST", "/evaluations"].gives[201], given.json)


# -- requests that nobody would think of


LOCKS = re.compile(r"/(session|enrolments)")  # doors that count wrong tries, or cost 200 ms a try on purpose


HEAVY = ("/tickets/merge",)  # half a second for a body
# rules a schema cannot say: the hall's own, how a span of days lies, one of two fields and not both, letters alike, what is in a file
DEEPER = re.compile(
    r"/(settings|slip/picture|data|hall/file|history|reports|evaluations|appointments|devices|help|persons|tokens|kiosks|staff|clock|here|phones|"
    r"refusals|tickets$|tickets/\{id\}/(green|completion|answers|skips)|packages)"
)


@pytest.fixture(scope="module")
def schema(busy):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", busy.server.app)


@pytest.fixture(scope="module")
def knocking(busy):
    """What a caller of each role sends along: people a cookie, devices and programs a token."""
    return {"nobody": {}} | {role: _sent_along(busy, role) for role in (*Role, VISITOR)}


def _sent_along(busy, role):
    if role == VISITOR:
        visitor = busy.nobody()
        visitor.client.get("/book")
        return {"cookies": {VISITOR_COOKIE: visitor.client.get_cookie(VISITOR_COOKIE, path="/").value}}
    caller = busy.device(role, window="1") if role in ("keypad", "pad") else busy.of(role)
    if caller.token:
        return {"headers": {"Authorization": f"Bearer {caller.token}"}}
    return {"headers": {"X-CSRF-Token": caller.csrf}, "cookies": {COOKIE: caller.client.get_cookie(COOKIE).value}}


@pytest.fixture(scope="module")
def there(busy):
    """What a path may name that is there; only what spoils nobody's rights."""
    tickets = [t.id for t in busy.ledger.floor.tickets.values()]
    track, token = busy.ticket["track"], busy.evaluation["token"]
    known = {
        "no": ["1", "2"],
        "code": ["tax"],
        "id": [*tickets, busy.booking["id"]],
        "track": [track],
        "token": [token],
        "name": ["k1", "calls"],
        "service": ["social", "estate"],
    }
    return {name: st.sampled_from(some) for name, some in known.items()}


@pytest.mark.parametrize("endpoint", [d for d in ENDPOINTS if not LOCKS.match(d.path)], ids=lambda d: f"{d.method} {d.path}")
def test_no_door_breaks_or_lies_whoever_knocks(busy, schema, knocking, there, endpoint):
    roles = endpoint.roles or {"nobody"}
    may = [Role.SECURITY] if Role.SECURITY in roles and endpoint.changes else sorted(roles)  # with one there, others look after nobody
    met = Counter()

    @examples(3 if endpoint.path in HEAVY else 7)
    @given(
        case=schema[endpoint.path][endpoint.method].as_strategy(),
        who=st.sampled_from(may) | st.sampled_from(sorted(knocking)),
        named=st.none() | st.fixed_dictionaries({name: there[name] for name in re.findall(r"{(\w+)}", endpoint.path)}),
    )
    def walk(case, who, named):
        case.headers.pop("Idempotency-Key", None)  # the same few keys for everything would rightly be refused
        case.headers.pop("Change-Reason", None)  # one printable line when it is unquoted: more than its schema can say
        if endpoint.reason_needed:
            case.headers["Change-Reason"] = "lost"
        if named:
            case.path_parameters.update(named)
        if endpoint.path.startswith("/kiosks"):
            case.path_parameters["name"] = "k1"  # for another it is never let in
        if isinstance(case.body, dict) and "kiosk" in case.body:
            case.body["kiosk"] = "k1"
        left_out = [ignored_auth]  # it takes no cookie for a sign-in
        left_out += [positive_data_acceptance] if DEEPER.match(endpoint.path) else []
        left_out += [response_schema_conformance] if endpoint.path == "/settings/{name}" else []  # it cannot read the shape of a pair
        met[case.call_and_validate(excluded_checks=left_out, **knocking[who]).status_code] += 1

    walk()
    assert set(met) - {401, 403}, "who is turned away each time learns nothing of the door"
