"""Why the hall was set otherwise: asked where the hall wants to know, kept with the event, told to the auditor and to nobody else."""

from urllib.parse import quote

import pytest

from config.schema import SecurityTable, ServerSettings


def because(text):
    return {"Change-Reason": quote(text)}


def last(context, kind):
    return [row for row in context.auditor.get("/events", limit=1000, kind=kind).json["items"]][-1]["body"]


CHANGES = [
    ("manager", "PUT", "/settings/alerting", {"value": {"help_s": 200}}, "setting.changed"),
    ("manager", "PUT", "/services/tax", {"minutes": 9}, "service.changed"),
    ("manager", "POST", "/services/list", {"services": [{"code": "tax", "minutes": 11}]}, "service.changed"),
    ("manager", "PUT", "/windows/2", {"zone": {"zh": "东厅"}}, "window.changed"),
    ("admin", "POST", "/staff", {"name": "li", "role": "clerk"}, "staff.changed"),
    ("admin", "PUT", "/staff/li", {"role": "guide"}, "staff.changed"),
    ("admin", "POST", "/staff/li/password", {}, "staff.changed"),
    ("admin", "DELETE", "/staff/li/lock", {}, "staff.changed"),
    ("admin", "DELETE", "/staff/clerk/sessions", {}, "staff.signed_out"),
    ("admin", "POST", "/tokens", {"role": "display", "name": "hall board"}, "token.made"),
    ("admin", "DELETE", "/tokens/{token}", {}, "token.revoked"),
]


def ready(context):
    """There is a session to be ended and a token to be revoked; (who asks by role, the token)."""
    context.signed_in("clerk", "clerk")
    token = next(id for id, one in context.ledger.floor.tokens.items() if one.role == "app")
    return {role: context.of(role) for role in ("manager", "admin")}, token


def test_what_is_said_stands_with_the_event_and_a_hall_that_does_not_ask_takes_all_without(context):
    context.token("app")
    who, token = ready(context)
    for role, method, path, body, kind in CHANGES:
        path = path.format(token=token)
        done = who[role].ask(method, path, body or None, headers=because("群众来电 13800138000 反映"))
        assert done.status_code < 300, (path, done.json)
        assert last(context, kind)["because"].startswith("群众来电") and "13800138000" not in last(context, kind)["because"]
    context.manager.put("/services/tax", minutes=8)

    assert "because" not in last(context, "service.changed")


def test_a_hall_that_asks_takes_no_change_without_and_nothing_is_written(fresh):
    context = fresh(settings=ServerSettings(security=SecurityTable(reasons_asked=True)))
    context.token("app")
    context.staff("li")
    who, token = ready(context)
    seq = context.ledger.floor.seq

    for role, method, path, body, _ in CHANGES:
        refused = who[role].ask(method, path.format(token=token), body or None)
        assert (refused.status_code, refused.json["code"]) == (422, "reason_missing"), path
    assert context.ledger.floor.seq == seq
    assert context.kiosk.take("tax") and who["manager"].put("/windows/2/state", state="paused", reason="午休").status_code == 200


@pytest.mark.parametrize("text", ["长" * 201, "a\nb"])
def test_a_reason_is_one_short_line(context, text):
    refused = context.manager.ask("PUT", "/services/tax", {"minutes": 9}, headers=because(text))

    assert refused.json["code"] == "reason_form"


def test_why_is_told_to_the_auditor_alone(context):
    ear = context.ear("manager")
    ear.emit("watch", {"rooms": ["managers"]}, callback=True)
    context.manager.ask("PUT", "/windows/2", {"zone": {"zh": "东厅"}}, headers=because("换了地方"))
    context.settle()

    heard = str(ear.get_received())
    assert "window.changed" in heard and "换了地方" not in heard
    assert "换了地方" in context.auditor.get("/events.csv", thing="window:2").data.decode()
