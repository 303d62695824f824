"""A walk over every refusal at every door: one form, a sentence in each language, and nothing changed."""

import json

import pytest

from config.codes import Role
from server.domain.permissions import ONE_WINDOW, VISITOR
from server.web.table import ENDPOINTS

CHANGES = [d for d in ENDPOINTS if d.changes]
WITH_BODY = [d for d in ENDPOINTS if d.body]
CLOSED = [d for d in ENDPOINTS if d.roles is not None]
name = lambda d: f"{d.method} {d.path}"
GOOD = {
    "PUT /appointments/{id}": {"slot": "tax@1795140000000"},
    "POST /tickets/{id}/postponement": {"places": 1},
    "POST /tickets/{id}/answers": {"answers": {"loan": True}},
}


def address(endpoint, **known):
    facts = {"no": "1", "code": "tax", "id": "nosuchid", "track": "nosuchtrack", "service": "tax", "token": "nosuchtoken", "name": "k1"}
    return endpoint.path.format(**facts | known)


def caller_of(context, endpoint):
    """Somebody who may use the door."""
    if endpoint.roles is None:
        return context.nobody()
    for role in ("manager", "kiosk", "auditor", *sorted(frozenset(Role) - ONE_WINDOW)):
        if role in endpoint.roles:
            return getattr(context, role)
    if VISITOR in endpoint.roles:
        visitor = context.nobody()
        visitor.client.set_cookie("hall_visitor", context.server.context.authenticator.visitor_cookie(), path="/")
        return visitor
    raise AssertionError(endpoint)


def assert_problem(answer, status, code, seq, context, *, lang="zh"):
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert body["code"] == code and body["status"] == status and body["type"] == f"/problems/{code}" and body["title"]
    chinese = any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    assert chinese is (lang == "zh"), body["detail"]
    assert body["detail"] != code and "{" not in body["detail"]
    assert context.seq == seq, "a refused request has changed something"


@pytest.fixture(scope="module")
def context(tmp_path_factory, clock_of, small_hall, doors):
    """One for the whole walk: a refused request changes nothing, so nobody notices."""
    context = doors.Context(tmp_path_factory.mktemp("refusals"), clock_of(), small_hall)
    yield context
    context.close()


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name)
def test_an_unknown_field_is_refused_with_the_nearest_known_name(context, endpoint, lang):
    who = caller_of(context, endpoint)
    known = next(iter(endpoint.body.model_fields.values())).alias or next(iter(endpoint.body.model_fields))
    required = {f.alias or n for n, f in endpoint.body.model_fields.items() if f.is_required()}
    seq = context.seq

    answer = who.ask(endpoint.method, address(endpoint), {known + "x": 1}, lang=lang)

    code = "unknown_field" if not required else "bad_body"
    assert_problem(answer, 422, code, seq, context, lang=lang)
    error = answer.json["errors"][0]
    assert error["field"] == known + "x" and error["suggestion"] == known and known in error["problem"]


@pytest.mark.parametrize("endpoint", CHANGES, ids=name)
def test_broken_json_is_400(context, endpoint, lang):
    who = caller_of(context, endpoint)
    seq = context.seq

    for raw in (b'{"service": "tax"', b"\xff\xfe", b'{"a": NaN}', b"[" * 5000):
        answer = who.ask(endpoint.method, address(endpoint), raw=raw, lang=lang)
        assert_problem(answer, 400, "broken_json", seq, context, lang=lang)


@pytest.mark.parametrize("endpoint", CHANGES, ids=name)
def test_a_body_that_is_too_large_is_413(context, endpoint, lang):
    who = caller_of(context, endpoint)
    seq, most = context.seq, max(65_536, endpoint.most)

    answer = who.ask(endpoint.method, address(endpoint), raw=json.dumps({"x": "y" * most}), lang=lang)

    assert_problem(answer, 413, "too_large", seq, context, lang=lang)
    assert str(most) in answer.json["detail"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
def test_a_wrong_token_is_401_even_where_none_is_needed(context, endpoint, lang):
    who, good = context.nobody(), context.kiosk.token
    seq = context.seq

    for token in ("nonsense", "x.y", good + "x", good.split(".")[0] + "."):
        who.token = token
        assert_problem(who.ask(endpoint.method, address(endpoint), lang=lang), 401, "bad_token", seq, context, lang=lang)


@pytest.mark.parametrize("endpoint", CLOSED, ids=name)
def test_no_token_is_401_and_says_how(context, endpoint, lang):
    seq = context.seq
    body = {f.alias or n: "x" for n, f in (endpoint.body.model_fields if endpoint.body else {}).items() if f.is_required()}
    if endpoint.holder:  # open to a track code: it looks at the body before it asks whose code this is, so the body is a good one
        body = GOOD.get(name(endpoint))

    answer = context.nobody().ask(endpoint.method, address(endpoint), body if endpoint.changes else None, lang=lang)

    assert_problem(answer, 401, "no_token", seq, context, lang=lang)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("endpoint", [d for d in CLOSED if "display" not in d.roles], ids=name)
def test_a_role_that_may_not_is_403(context, endpoint, lang):
    display = context.display
    seq = context.seq

    assert_problem(display.ask(endpoint.method, address(endpoint), lang=lang), 403, "wrong_role", seq, context, lang=lang)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "no_such_page"),
        ("GET", "/nothing", 404, "no_such_page"),
        ("GET", "/static/../app.py", 404, "no_such_page"),
        ("GET", "/fonts/../../etc/passwd", 404, "no_such_page"),
        ("POST", "/api/v1/hall", 405, "wrong_method"),
        ("DELETE", "/api/v1/tickets", 405, "wrong_method"),
        ("GET", "/api/v1/session/../evaluations", 404, "no_such_page"),
        ("GET", "/api/v1/tickets/nosuch", 404, "no_such_ticket"),
        ("GET", "/api/v1/track/nosuch", 404, "no_such_ticket"),
        ("GET", "/api/v1/windows/99", 404, "no_such_window"),
        ("GET", "/api/v1/services/nosuch", 404, "no_such_service"),
        ("GET", "/api/v1/evaluations/nosuch", 404, "no_such_evaluation"),
        ("GET", "/api/v1/appointments/nosuch", 404, "no_such_appointment"),
        ("POST", "/api/v1/windows/99/calls", 404, "no_such_window"),
        ("POST", "/api/v1/tickets/nosuch/calls", 404, "no_such_ticket"),
        ("POST", "/api/v1/alerts/nosuch/acknowledgement", 404, "no_such_alert"),
        ("POST", "/api/v1/cases/nosuch/owner", 404, "no_such_case"),
        ("POST", "/api/v1/help/nosuch/answer", 404, "no_such_help"),
        ("DELETE", "/api/v1/notices/nosuch", 404, "no_such_notice"),
        ("DELETE", "/api/v1/tokens/nosuch", 404, "no_such_token"),
        ("GET", "/api/v1/hall?servce=x", 422, "unknown_field"),
        ("GET", "/api/v1/slots?service=nosuch", 404, "no_such_service"),
        ("GET", "/api/v1/slots?day=2026-02-30", 422, "bad_body"),
    ],
)
def test_what_is_not_there_is_said_in_the_same_form(context, method, path, status, code, lang):
    manager = context.manager
    seq = context.seq

    assert_problem(manager.ask(method, path, root=True, lang=lang), status, code, seq, context, lang=lang)


BAD = [
    ({}, "service"),
    ({"service": 5}, "service"),
    ({"service": ""}, "service"),
    ({"service": "tax", "channel": "pigeon"}, "channel"),
    ({"service": "tax", "class": "vip"}, "class"),
    ({"service": "tax", "class": "green"}, "reason"),
    ({"service": "tax", "class": "green", "reason": "hurry"}, "reason"),
    ({"service": "tax", "phone": "call me"}, "phone"),
    ({"service": "tax", "holder": {"nmae": "x"}}, "holder.nmae"),
    ({"service": "tax", "holder": {"name": "a\u0000b"}}, "holder.name"),
    ({"service": "tax", "holder": "张三"}, "holder"),
    ({"service": "tax", "language": "fr"}, "language"),
    ({"service": "tax", "onward": "estate"}, "onward"),
    ([], "body"),
    ("tax", "body"),
    (None, "service"),
]


@pytest.mark.parametrize(("body", "field"), BAD, ids=str)
def test_a_wrong_field_is_named(context, body, field, lang):
    kiosk = context.kiosk
    seq = context.seq

    answer = kiosk.ask("POST", "/tickets", raw=json.dumps(body) if body is not None else b"", lang=lang)

    assert answer.status_code == 422, answer.text
    assert field in [e["field"] for e in answer.json["errors"]], answer.json
    assert context.seq == seq


def test_an_unknown_service_is_404_and_no_code_is_told_to_the_person(context, lang):
    kiosk = context.kiosk
    seq = context.seq

    answer = kiosk.ask("POST", "/tickets", {"service": "teleport", "channel": "kiosk"}, lang=lang)

    assert_problem(answer, 404, "no_such_service", seq, context, lang=lang)
    assert "teleport" not in answer.json["detail"]


MOVES = {
    "calls": "called", "service": "called", "miss": "called", "return": "missed", "hold": "serving", "completion": "serving",
}  # fmt: skip


@pytest.mark.parametrize("gesture", MOVES)
def test_a_move_that_is_not_allowed_now_is_409_and_names_the_state(context, gesture, lang):
    manager, ticket = context.manager, context.kiosk.take()
    seq = context.seq

    answer = manager.ask("POST", f"/tickets/{ticket['id']}/{gesture}", {}, lang=lang)

    assert_problem(answer, 409, "illegal_move", seq, context, lang=lang)
    assert ("等候" if lang == "zh" else "waiting") in answer.json["detail"] and ticket["number"] in answer.json["detail"]


def test_not_json_is_said_so_but_curl_is_forgiven(context):
    kiosk, body = context.kiosk, '{"service": "tax", "channel": "kiosk"}'

    xml = kiosk.ask("POST", "/tickets", raw=body, headers={"Content-Type": "text/xml"})
    curl = kiosk.ask("POST", "/tickets", raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert (xml.status_code, xml.json["code"], curl.status_code) == (415, "not_json", 201)


def test_exactly_one_of_two(context):
    manager, ticket = context.manager, context.kiosk.take()

    for body in ({}, {"places": 1, "seconds": 5}, {"places": None}):
        answer = manager.ask("POST", f"/tickets/{ticket['id']}/postponement", body)
        assert answer.status_code == 422 and "places" in answer.json["errors"][0]["problem"]
    assert manager.post(f"/tickets/{ticket['id']}/transfer").status_code == 422


def test_every_code_has_its_page(context):
    nobody = context.nobody()

    for code in context.server.context.words.codes():
        page = nobody.ask("GET", f"/problems/{code}", root=True)
        assert page.status_code == 200 and page.content_type.startswith("text/html"), code
    assert nobody.ask("GET", "/problems", root=True).status_code == 200
    assert nobody.ask("GET", "/problems/nothing", root=True).status_code == 404


def test_get_never_changes_anything(context):
    context.kiosk.take()
    everybody = [context.manager, context.auditor, context.kiosk, context.nobody()]
    seq = context.seq

    for endpoint in ENDPOINTS:
        if endpoint.method == "GET":
            for who in everybody:
                who.ask("GET", address(endpoint))

    assert context.seq == seq


def test_a_fault_of_ours_is_500_without_its_inside(context, monkeypatch):
    seq = context.seq
    monkeypatch.setattr("server.views.View.hall", lambda self: 1 / 0)

    answer = context.nobody().ask("GET", "/hall", lang="en")

    assert_problem(answer, 500, "internal", seq, context, lang="en")
    assert "ZeroDivision" not in answer.text


FAR = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1763600000", 1763600000, "2026-11-20")


@pytest.mark.parametrize("when", FAR)
def test_a_time_that_no_clock_can_reckon_with_is_422(context, when):
    app, manager = context.app, context.manager
    seq = context.seq

    asked = [
        app.post("/appointments", service="tax", slot_at=when),
        manager.post("/notices", text="x", **{"from": when}),
        manager.post("/notices", text="x", until=when),
    ]

    assert [a.status_code for a in asked] == [422] * 3 and context.seq == seq
    assert manager.post("/notices", text="x", until="2026-12-31T23:59:59+08:00").status_code == 201


BEYOND = [
    "/history?from=2026-11-21&to=2026-11-20", "/history?from=2020-01-01", "/history?to=0001-01-01", "/slots?day=9999-12-31&days=31",
    "/slots?day=0001-01-01", "/figures?day=0001-01-01", f"/events?after={10**30}",
]  # fmt: skip


@pytest.mark.parametrize("path", BEYOND)
def test_a_number_or_day_out_of_all_bounds_is_422(context, path):
    assert (context.auditor if "events" in path else context.manager).ask("GET", path).status_code == 422


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-SG", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("fr, en;q=0.5", "en"),
        ("de;q=oops,*", "zh-CN"),
        ("en;q=0.2, zh;q=0.7", "zh-CN"),
    ],
)
def test_the_language_asked_for_is_the_one_spoken(context, header, spoken):
    answer = context.nobody().ask("GET", "/nowhere", lang=header)

    assert answer.headers["Content-Language"] == spoken
    assert answer.json["detail"] == context.server.context.words.refusal("no_such_page", spoken[:2])


def test_an_unknown_field_of_whatever_name_is_refused(context):
    for name in ("body", "[key]", "=x", "", "a.b"):
        for path, body in (("/evaluations", {"grade": 3, name: 1}), ("/settings/rules/preview", {"value": {name: 1}})):
            answer = context.manager.ask("POST", path, body)

            assert answer.status_code == 422 and answer.json["code"] in ("bad_body", "unknown_field"), answer.text
            assert not name or any(one["field"].endswith(name) for one in answer.json["errors"])
