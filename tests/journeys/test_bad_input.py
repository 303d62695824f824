"""What should not be sent: each gets a sentence to act on, in Chinese and English, and nothing has changed."""

import json

import pytest

CASES = {
    "an unknown field": ("kiosk", "POST", "/tickets", {"servise": "tax"}, 422, "unknown_field", "servise", "servise"),
    "an unknown service": ("kiosk", "POST", "/tickets", {"service": "nothing"}, 404, "no_such_service", "没有找到这项业务", "not found"),
    "no body at all": ("kiosk", "POST", "/tickets", b"", 422, "bad_body", "改正", "correct"),
    "broken JSON": ("kiosk", "POST", "/tickets", b'{"service": "tax"', 400, "broken_json", "JSON", "JSON"),
    "not an object": ("kiosk", "POST", "/tickets", b'["tax"]', 422, "bad_body", "", ""),
    "not UTF-8": ("kiosk", "POST", "/tickets", b'{"service": "\xff\xfe"}', 400, "broken_json", "JSON", "JSON"),
    "an oversized body": ("kiosk", "POST", "/tickets", b'{"service": "' + b"x" * 70_000 + b'"}', 413, "too_large", "65536", "65536"),
    "no token": (None, "POST", "/tickets", {"service": "tax"}, 401, "no_token", "令牌", "token"),
    "a wrong token": ("wrong", "POST", "/tickets", {"service": "tax"}, 401, "bad_token", "令牌", "token"),
    "a role that may not": ("pad", "POST", "/tickets", {"service": "tax"}, 403, "wrong_role", "身份", "role"),
    "another window's keypad": ("keypad", "POST", "/windows/2/calls", {}, 403, "not_your_window", "2号", "2"),
    "a window that is not there": ("keypad", "POST", "/windows/77/calls", {}, 404, "no_such_window", "77", "77"),
    "a window that is closed": ("keypad of 3", "POST", "/windows/3/calls", {}, 409, "window_closed", "3号", "3"),
    "a move not allowed now": ("keypad", "POST", "/tickets/{waiting}/completion", {}, 409, "illegal_move", "A001", "A001"),
    "a ticket that is not there": ("keypad", "POST", "/tickets/nothing/miss", {}, 404, "no_such_ticket", "", ""),
    "a grade of six": (None, "POST", "/evaluations", {"token": "x", "grade": 6}, 422, "bad_body", "", ""),
    "a page that is not there": (None, "GET", "/nowhere", None, 404, "no_such_page", "", ""),
    "a method that is not for it": (None, "DELETE", "/hall", None, 405, "wrong_method", "GET", "GET"),
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """One server for all cases: that nothing has changed is looked at after each."""
    from importlib import util

    spec = util.spec_from_file_location("journeys_place", __file__.replace("test_bad_input", "conftest"))
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    place = module.Place(tmp_path_factory.mktemp("hall"))
    server = place.server()
    server.open("1")
    kiosk = place.token("kiosk", name="k1")
    tokens = {role: place.token(role, "1" if role in ("pad", "keypad") else None) for role in ("pad", "keypad", "auditor")}
    tokens["keypad of 3"] = place.token("keypad", "3")
    waiting = server.post("/tickets", {"service": "tax"}, token=kiosk)[1]
    yield server, tokens | {"kiosk": kiosk, "wrong": "x" + kiosk}, waiting
    place.close()


@pytest.mark.parametrize("what", CASES)
def test_bad_input_is_a_sentence_and_changes_nothing(hall, what):
    server, tokens, waiting = hall
    role, method, path, body, status, code, zh, en = CASES[what]
    path = path.replace("{waiting}", waiting["id"])
    sent = {"raw": body} if isinstance(body, bytes) else {"body": body}
    before = everything(server, tokens)

    said = {}
    for lang in ("zh-CN", "en"):
        got, problem, headers = server.ask(method, path, token=tokens.get(role), lang=lang, **sent)
        assert (got, problem["code"]) == (status, code), problem
        assert headers["Content-Type"].startswith("application/problem+json") and problem["status"] == status
        assert problem["type"].endswith(f"/problems/{code}")
        said[lang] = problem["detail"] + json.dumps(problem.get("errors", ""), ensure_ascii=False)

    assert zh in said["zh-CN"] and en in said["en"], said
    assert any("\u4e00" <= c <= "\u9fff" for c in said["zh-CN"]) and not any("\u4e00" <= c <= "\u9fff" for c in said["en"]), said
    assert "Traceback" not in str(said)
    assert everything(server, tokens) == before


def everything(server, tokens):
    events = server.get("/events?after=0&limit=1000", token=tokens["auditor"])[1]["items"]
    board = server.get("/board")[1]
    return [e["hash"] for e in events], [w["state"] for w in board["windows"]], [s["waiting"] for s in board["services"]]
