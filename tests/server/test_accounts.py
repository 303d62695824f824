"""What 等保 asks of accounts beside tests/server/test_people.py: sessions, passwords of the past, from where the hall is managed, TLS."""

import pytest
from pydantic import ValidationError

from config.schema import SecurityTable, ServerSettings, ServerTable

PASSWORD = "Right-Horse-7"
GOOD = "New-Battery-88"
OFFICE = {"REMOTE_ADDR": "10.1.2.3"}


def secured(**more):
    return ServerSettings(security=SecurityTable(**more))


def rows(context, kind):
    return [row for row in context.auditor.get("/events", kind=kind, limit=100).json["items"]]


def test_one_sees_where_one_is_signed_in_and_a_manager_signs_somebody_out_everywhere(context):
    here, there, manager = context.signed_in("li"), context.signed_in("li"), context.manager

    mine = here.get("/sessions").json["items"]
    assert [one["staff"] for one in mine] == ["li", "li"] and sum(one["here"] for one in mine) == 1
    assert {one["staff"] for one in manager.get("/sessions").json["items"]} == {"li", "manager"}

    assert here.delete("/staff/li/sessions").json["code"] == "wrong_role"
    assert manager.delete("/staff/li/sessions").status_code == 204

    assert here.get("/session").status_code == there.get("/session").status_code == 401
    assert [row["actor"] for row in rows(context, "staff.signed_out")] == ["staff:manager"] * 2
    assert manager.delete("/staff/nobody/sessions").json["code"] == "no_such_staff"


def test_a_manager_signs_no_administrator_out(context):
    admin = context.of("admin")

    assert context.manager.delete("/staff/admin/sessions").json["code"] == "wrong_role"

    assert admin.get("/session").status_code == 200


def test_a_session_that_has_been_idle_too_long_is_in_no_list(context):
    context.signed_in("li")
    context.clock.forward(minutes=540)

    assert [one["staff"] for one in context.manager.get("/sessions").json["items"]] == ["manager"]


def test_a_password_of_the_past_is_not_taken_again_also_after_a_reset(context):
    li = context.signed_in("li")
    assert li.put("/session/password", old=PASSWORD, password=GOOD).status_code == 200

    again = li.put("/session/password", old=GOOD, password=PASSWORD)

    assert (again.status_code, again.json["code"]) == (422, "used_password") and "4" in again.json["detail"]
    first = context.manager.post("/staff/li/password").json["password"]
    anew = context.nobody()
    anew.csrf = anew.post("/session", name="li", password=first).json["csrf"]
    assert anew.put("/session/password", old=first, password=GOOD).json["code"] == "used_password"
    assert anew.put("/session/password", old=first, password="Third-Stable-9").status_code == 200


def test_only_so_many_passwords_of_the_past_count(fresh):
    context = fresh(settings=secured(password_history=0))
    li = context.signed_in("li")
    li.put("/session/password", old=PASSWORD, password=GOOD)

    assert li.put("/session/password", old=GOOD, password=PASSWORD).status_code == 200


def test_an_old_password_must_be_changed_at_the_next_sign_in(fresh):
    context = fresh(settings=secured(password_days=90))
    context.staff("li")
    context.clock.forward(minutes=89 * 1440)
    assert context.signed_in("li").get("/session").json["must_change"] is False
    context.clock.forward(minutes=2 * 1440)

    li = context.signed_in("li")

    assert li.get("/session").json["must_change"] is True and li.get("/windows").json["code"] == "password_first"
    assert li.put("/session/password", old=PASSWORD, password=GOOD).status_code == 200
    assert context.nobody().post("/session", name="li", password=GOOD).json["must_change"] is False


def test_the_hall_is_managed_from_the_named_networks_only_and_served_from_everywhere(fresh):
    context = fresh(settings=secured(management=["10.1.2.0/24"]))
    context.staff("boss", "manager")
    signing = {"name": "boss", "password": PASSWORD}

    refused = context.nobody().post("/session", **signing)
    boss = context.nobody()
    boss.client.environ_base |= OFFICE
    boss.csrf = boss.post("/session", **signing).json["csrf"]

    assert (refused.status_code, refused.json["code"]) == (403, "not_from_here")
    assert context.nobody().post("/session", name="boss", password="wrong").json["code"] == "bad_password"  # no role is told
    assert context.signed_in("li").get("/windows").status_code == 200
    assert boss.get("/settings").status_code == 200
    boss.client.environ_base |= {"REMOTE_ADDR": "10.1.3.3"}  # the cookie, carried elsewhere
    assert boss.get("/settings").json["code"] == "not_from_here"
    assert context.device("auditor").get("/events").json["code"] == "not_from_here"
    boss.client.environ_base |= {"REMOTE_ADDR": "::ffff:10.1.2.9"}
    assert boss.get("/settings").status_code == 200


def test_a_network_is_written_as_networks_are():
    assert SecurityTable(management=["10.1.2.7/24", "127.0.0.1"]).management == ["10.1.2.0/24", "127.0.0.1/32"]
    with pytest.raises(ValidationError, match="10.1.2.0/24"):
        SecurityTable(management=["the office"])


def test_each_sign_in_and_refusal_has_its_address_as_a_fingerprint_and_its_result(fresh):
    context = fresh(settings=secured(management=["10.1.2.0/24", "10.9.9.9"]))
    context.staff("boss", "manager")
    for address, name, password in (
        ("10.1.2.3", "boss", PASSWORD), ("10.1.2.3", "boss", "wrong"), ("10.5.5.5", "boss", PASSWORD), ("10.1.2.3", "nobody", "x")
    ):  # fmt: skip
        asking = context.nobody()
        asking.client.environ_base |= {"REMOTE_ADDR": address}
        asking.post("/session", name=name, password=password)

    auditor = context.device("auditor")
    auditor.client.environ_base |= {"REMOTE_ADDR": "10.9.9.9"}
    told = auditor.get("/events", limit=200).json["items"]

    good = next(row["body"] for row in told if row["kind"] == "staff.signed_in")
    bad = [row["body"] for row in told if row["kind"] == "staff.refused"]
    assert [(one["staff"], one["why"]) for one in bad] == [("boss", ""), ("boss", "place"), ("", "")]
    assert len(good["near"]) == 16 and [one["near"] == good["near"] for one in bad] == [True, False, True]
    assert "10.1.2.3" not in str(told) and "10.5.5.5" not in str(told)


@pytest.mark.parametrize(("scheme", "url", "secure"), [("https", "", True), ("http", "", False), ("http", "https://hall.example", True)])
def test_a_cookie_is_kept_to_https_wherever_there_is_https(fresh, scheme, url, secure):
    context = fresh(settings=ServerSettings(server=ServerTable(public_url=url)))
    context.staff("li")
    client = context.nobody().client

    answer = client.post("/api/v1/session", json={"name": "li", "password": PASSWORD}, base_url=f"{scheme}://localhost")

    assert answer.status_code == 201 and ("Secure" in answer.headers["Set-Cookie"]) is secure
    assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https")


def test_only_another_auditor_looks_after_an_auditor_once_there_is_one(context):
    admin = context.admin
    assert admin.post("/staff", name="wu", role="auditor").status_code == 201  # the first
    context.staff("zheng", "auditor")
    zheng = context.signed_in("zheng")
    changes = (("POST", "/staff/wu/password"), ("PUT", "/staff/wu"), ("DELETE", "/staff/wu/lock"), ("DELETE", "/staff/wu/sessions"))

    for who, code in ((admin, "auditors_only"), (context.manager, "wrong_role"), (context.auditor, "wrong_role")):
        for method, path in changes:
            assert who.ask(method, path, {"disabled": True} if method == "PUT" else None).json["code"] == code, (code, path)
        assert who.post("/staff", name="feng", role="auditor").json["code"] == code
    assert admin.post("/tokens", role="auditor", name="reads").json["code"] == "auditors_only"
    assert admin.put("/staff/admin", role="auditor").json["code"] == "auditors_only"

    assert zheng.post("/staff/wu/password").status_code == 201
    assert zheng.post("/staff", name="feng", role="auditor").status_code == 201
    assert zheng.put("/staff/wu", disabled=True).json["disabled"] is True
    assert zheng.put("/staff/zheng", role="admin").json["code"] == "wrong_role"
    for who in ("admin", "manager"):
        assert zheng.post(f"/staff/{who}/password").json["code"] == "wrong_role"
        assert zheng.put(f"/staff/{who}", disabled=True).json["code"] == "wrong_role"


def test_nobody_resets_the_own_password(context):
    for who in (context.manager, context.admin, context.signed_in("zheng", "auditor")):
        assert who.post(f"/staff/{who.get('/me').json['name']}/password").json["code"] == "own_password"


def test_with_a_security_administrator_nobody_else_looks_after_accounts_and_tokens(context):
    admin, manager = context.admin, context.manager
    admin.post("/staff", name="li", role="clerk")
    made = admin.post("/tokens", role="app", name="city").json["token"]["id"]
    assert manager.post("/staff", name="qian", role="security").json["code"] == "wrong_role"
    assert admin.post("/staff", name="qian", role="security").status_code == 201  # the first

    for who in (admin, manager):
        assert who.post("/staff", name="feng", role="clerk").json["code"] == "security_only"
        assert who.post("/tokens", role="pad", window="1").json["code"] == "security_only"
        assert who.delete(f"/tokens/{made}").json["code"] == "security_only"
        for method, path in (("POST", "/staff/li/password"), ("PUT", "/staff/li"), ("DELETE", "/staff/li/lock")):
            assert who.ask(method, path, {"role": "guide"} if method == "PUT" else None).json["code"] == "security_only", path
        assert who.post("/staff", name="chen", role="security").json["code"] == "security_only"
        assert who.get("/session").json["staff"]["looks_after"] == []
        assert who.put("/settings/alerting", value={"help_s": 200}).status_code == 200

    security = context.security
    assert security.get("/session").json["staff"]["looks_after"] == ["clerk", "guide", "manager", "auditor", "admin", "security"]
    assert security.put("/staff/li", role="guide").json["role"] == "guide"
    assert security.post("/staff/admin/password").status_code == 201
    assert security.delete(f"/tokens/{made}").status_code == 204
    assert security.post("/staff", name="sun", role="auditor").status_code == 201  # the first of them too
    assert security.post("/staff/sun/password").json["code"] == "auditors_only"
    for path in ("/settings", "/events", "/figures", "/devices"):
        assert security.get(path).json["code"] == "wrong_role", path


def test_without_a_security_administrator_who_may_sign_in_a_hall_goes_on_as_before(context):
    context.staff("qian", "security")
    assert context.manager.post("/staff", name="feng", role="clerk").json["code"] == "security_only"

    context.security.put("/staff/qian", disabled=True)
    context.security.put("/staff/security", disabled=True)

    assert context.manager.post("/staff", name="feng", role="clerk").status_code == 201
    assert context.manager.get("/session").json["staff"]["looks_after"] == ["clerk", "guide", "manager"]


def test_nobody_changes_the_own_role(context):
    for role, other in (("manager", "clerk"), ("admin", "manager"), ("security", "admin")):
        who = context.of(role)
        assert who.put(f"/staff/{role}", role=other).json["code"] == "own_role"
        assert who.put(f"/staff/{role}", role=role, stars=1).status_code == 200


@pytest.mark.parametrize("name", ["a/b", "..", "m\u0430nager", "li\u202egnim", "li\u200b", "a\\b", "a\tb"])
def test_nobody_gets_a_name_that_no_address_holds_or_that_looks_like_anothers(context, name):
    refused = context.admin.post("/staff", name=name, role="clerk")

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "name") and name not in context.ledger.floor.staff
    for fine in ("李 敏", "O'Brien", "li-2", "Иван"):
        assert context.admin.post("/staff", name=fine, role="clerk").status_code in (201, 409)
