"""A walk over every refusal at every door: one form, a sentence in each language, and nothing changed."""

import json

import pytest

from server.web.table import DOORS

CHANGES = [d for d in DOORS if d.changes]
WITH_BODY = [d for d in DOORS if d.body]
CLOSED = [d for d in DOORS if d.roles is not None]
name = lambda d: f"{d.method} {d.path}"
GOOD = {"PUT /appointments/{id}": {"slot": "tax@1795140000000"}, "POST /tickets/{id}/postponement": {"places": 1}}


def address(door, **known):
    facts = {"no": "1", "code": "tax", "id": "nosuchid", "track": "nosuchtrack", "token": "nosuchtoken", "name": "k1"} | known
    return door.path.format(**facts)


def caller_of(house, door):
    """Somebody who may use the door."""
    if door.roles is None:
        return house.nobody()
    for role in ("manager", "kiosk", "auditor"):
        if role in door.roles:
            return getattr(house, role)
    raise AssertionError(door)


def assert_problem(answer, status, code, seq, house, *, lang="zh"):
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    body = answer.json
    assert body["code"] == code and body["status"] == status and body["type"] == f"/problems/{code}" and body["title"]
    chinese = any("\u4e00" <= c <= "\u9fff" for c in body["detail"])
    assert chinese is (lang == "zh"), body["detail"]
    assert body["detail"] != code and "{" not in body["detail"]
    assert house.seq == seq, "a refused request has changed something"


@pytest.fixture(scope="module")
def house(tmp_path_factory, clock_of, small_hall, doors):
    """One for the whole walk: a refused request changes nothing, so nobody notices."""
    house = doors.House(tmp_path_factory.mktemp("refusals"), clock_of(), small_hall)
    yield house
    house.close()


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


@pytest.mark.parametrize("door", WITH_BODY, ids=name)
def test_an_unknown_field_is_refused_with_the_nearest_known_name(house, door, lang):
    who = caller_of(house, door)
    known = next(iter(door.body.model_fields.values())).alias or next(iter(door.body.model_fields))
    required = {f.alias or n for n, f in door.body.model_fields.items() if f.is_required()}
    seq = house.seq

    answer = who.ask(door.method, address(door), {known + "x": 1}, lang=lang)

    code = "unknown_field" if not required else "bad_body"
    assert_problem(answer, 422, code, seq, house, lang=lang)
    error = answer.json["errors"][0]
    assert error["field"] == known + "x" and error["suggestion"] == known and known in error["problem"]


@pytest.mark.parametrize("door", CHANGES, ids=name)
def test_broken_json_is_400(house, door, lang):
    who = caller_of(house, door)
    seq = house.seq

    for raw in (b'{"service": "tax"', b"\xff\xfe", b'{"a": NaN}', b"[" * 5000):
        answer = who.ask(door.method, address(door), raw=raw, lang=lang)
        assert_problem(answer, 400, "broken_json", seq, house, lang=lang)


@pytest.mark.parametrize("door", CHANGES, ids=name)
def test_a_body_that_is_too_large_is_413(house, door, lang):
    who = caller_of(house, door)
    seq = house.seq

    answer = who.ask(door.method, address(door), raw=json.dumps({"x": "y" * 70_000}), lang=lang)

    assert_problem(answer, 413, "too_large", seq, house, lang=lang)
    assert "65536" in answer.json["detail"]


@pytest.mark.parametrize("door", DOORS, ids=name)
def test_a_wrong_token_is_401_even_where_none_is_needed(house, door, lang):
    who, good = house.nobody(), house.kiosk.token
    seq = house.seq

    for token in ("nonsense", "x.y", good + "x", good.split(".")[0] + "."):
        who.token = token
        assert_problem(who.ask(door.method, address(door), lang=lang), 401, "bad_token", seq, house, lang=lang)


@pytest.mark.parametrize("door", CLOSED, ids=name)
def test_no_token_is_401_and_says_how(house, door, lang):
    seq = house.seq
    body = {f.alias or n: "x" for n, f in (door.body.model_fields if door.body else {}).items() if f.is_required()}
    if door.holder:  # open to a track code: it looks at the body before it asks whose code this is, so the body is a good one
        body = GOOD.get(name(door))

    answer = house.nobody().ask(door.method, address(door), body if door.changes else None, lang=lang)

    assert_problem(answer, 401, "no_token", seq, house, lang=lang)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("door", [d for d in CLOSED if "display" not in d.roles], ids=name)
def test_a_role_that_may_not_is_403(house, door, lang):
    display = house.display
    seq = house.seq

    assert_problem(display.ask(door.method, address(door), lang=lang), 403, "wrong_role", seq, house, lang=lang)


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
def test_what_is_not_there_is_said_in_the_same_form(house, method, path, status, code, lang):
    manager = house.manager
    seq = house.seq

    assert_problem(manager.ask(method, path, root=True, lang=lang), status, code, seq, house, lang=lang)


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
def test_a_wrong_field_is_named(house, body, field, lang):
    kiosk = house.kiosk
    seq = house.seq

    answer = kiosk.ask("POST", "/tickets", raw=json.dumps(body) if body is not None else b"", lang=lang)

    assert answer.status_code == 422, answer.text
    assert field in [e["field"] for e in answer.json["errors"]], answer.json
    assert house.seq == seq


def test_an_unknown_service_is_404_with_its_name(house, lang):
    kiosk = house.kiosk
    seq = house.seq

    answer = kiosk.ask("POST", "/tickets", {"service": "teleport", "channel": "kiosk"}, lang=lang)

    assert_problem(answer, 404, "no_such_service", seq, house, lang=lang)
    assert "teleport" in answer.json["detail"]


MOVES = {
    "calls": "called", "service": "called", "miss": "called", "return": "missed", "hold": "serving", "completion": "serving",
}  # fmt: skip


@pytest.mark.parametrize("gesture", MOVES)
def test_a_move_that_is_not_allowed_now_is_409_and_names_the_state(house, gesture, lang):
    manager, ticket = house.manager, house.kiosk.take()
    seq = house.seq

    answer = manager.ask("POST", f"/tickets/{ticket['id']}/{gesture}", {}, lang=lang)

    assert_problem(answer, 409, "illegal_move", seq, house, lang=lang)
    assert ("等候" if lang == "zh" else "waiting") in answer.json["detail"] and ticket["number"] in answer.json["detail"]


def test_not_json_is_said_so_but_curl_is_forgiven(house):
    kiosk, body = house.kiosk, '{"service": "tax", "channel": "kiosk"}'

    xml = kiosk.ask("POST", "/tickets", raw=body, headers={"Content-Type": "text/xml"})
    curl = kiosk.ask("POST", "/tickets", raw=body, headers={"Content-Type": "application/x-www-form-urlencoded"})

    assert (xml.status_code, xml.json["code"], curl.status_code) == (415, "not_json", 201)


def test_exactly_one_of_two(house):
    manager, ticket = house.manager, house.kiosk.take()

    for body in ({}, {"places": 1, "seconds": 5}, {"places": None}):
        answer = manager.ask("POST", f"/tickets/{ticket['id']}/postponement", body)
        assert answer.status_code == 422 and "places" in answer.json["detail"]
    assert manager.post(f"/tickets/{ticket['id']}/transfer").status_code == 422


def test_every_code_has_its_page(house):
    nobody = house.nobody()

    for code in house.server.house.words.codes():
        page = nobody.ask("GET", f"/problems/{code}", root=True)
        assert page.status_code == 200 and page.content_type.startswith("text/html"), code
    assert nobody.ask("GET", "/problems", root=True).status_code == 200
    assert nobody.ask("GET", "/problems/nothing", root=True).status_code == 404


def test_get_never_changes_anything(house):
    house.kiosk.take()
    everybody = [house.manager, house.auditor, house.kiosk, house.nobody()]
    seq = house.seq

    for door in DOORS:
        if door.method == "GET":
            for who in everybody:
                who.ask("GET", address(door))

    assert house.seq == seq


def test_a_fault_of_ours_is_500_without_its_inside(house, monkeypatch):
    seq = house.seq
    monkeypatch.setattr("server.views.Sight.hall", lambda self: 1 / 0)

    answer = house.nobody().ask("GET", "/hall", lang="en")

    assert_problem(answer, 500, "internal", seq, house, lang="en")
    assert "ZeroDivision" not in answer.text


FAR = ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1763600000", 1763600000, "2026-11-20")


@pytest.mark.parametrize("when", FAR)
def test_a_time_that_no_clock_can_reckon_with_is_422(house, when):
    app, manager = house.app, house.manager
    seq = house.seq

    asked = [
        app.post("/appointments", service="tax", slot_at=when),
        manager.post("/notices", text="x", **{"from": when}),
        manager.post("/notices", text="x", until=when),
    ]

    assert [a.status_code for a in asked] == [422] * 3 and house.seq == seq
    assert manager.post("/notices", text="x", until="2026-12-31T23:59:59+08:00").status_code == 201


BEYOND = [
    "/history?from=2026-11-21&to=2026-11-20", "/history?from=2020-01-01", "/history?to=0001-01-01", "/slots?day=9999-12-31&days=31",
    "/slots?day=0001-01-01", "/figures?day=0001-01-01", f"/events?after={10**30}",
]  # fmt: skip


@pytest.mark.parametrize("path", BEYOND)
def test_a_number_or_day_out_of_all_bounds_is_422(house, path):
    assert (house.auditor if "events" in path else house.manager).ask("GET", path).status_code == 422


@pytest.mark.parametrize(
    ("header", "spoken"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("en", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.1", "en"),
        ("fr, en;q=0.5", "en"),
        ("de;q=oops,*", "zh-CN"),
        ("en;q=0.2, zh;q=0.7", "zh-CN"),
    ],
)
def test_the_language_asked_for_is_the_one_spoken(house, header, spoken):
    answer = house.nobody().ask("GET", "/nowhere", lang=header)

    assert answer.headers["Content-Language"] == spoken
    assert answer.json["detail"] == house.server.house.words.refusal("no_such_page", spoken[:2])
