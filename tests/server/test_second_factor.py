"""The second factor: a code of an app beside the password. It is set up, asked for, used up, counted, replaced, turned off and reset, and
opens nothing where anything about it is wrong."""

import base64
import json
import logging
from itertools import count
from urllib.parse import quote

import pyotp
import pytest
from click.testing import CliRunner
from doors import Context
from small_hall import small_hall

from config.codes import StaffRole
from config.schema import SecurityTable, ServerSettings, ServerTable
from hallfloor import hall as command
from server.actions import second_factors
from server.domain.private import Answer, Secret
from server.runtime import passwords
from server.runtime.steady_clock import SteadyClock

PASSWORD = "Right-Horse-7"
GOOD = "New-Battery-88"
WRONG = "000000"
ADDRESSES = (f"10.7.{n // 250}.{n % 250}" for n in count())
MANAGED = ["manager", "admin", "auditor"]


class Phone:
    """An app that makes codes, on a phone whose clock is `late` seconds late."""

    def __init__(self, context, made, late=0):
        self.clock, self.totp, self.codes = context.clock, pyotp.TOTP(made["secret"]), made["recovery_codes"]
        self.late = late

    def code(self):
        """One that was not used before."""
        return self.totp.at(self.clock() // 1000 - self.late)

    def next(self):
        self.clock.forward(seconds=30)
        return self.code()


def asked(*roles, **more):
    return ServerSettings(security=SecurityTable(two_factors=list(roles), **more))


def enrolled(context, name="zhou", role="manager"):
    """(who has just set up a second factor, with what)."""
    who = context.signed_in(name, role)
    phone = Phone(context, who.put("/session/second-factor", password=PASSWORD).json)
    answer = who.put("/session/second-factor/confirmation", code=phone.code())
    assert answer.status_code == 200, answer.text
    who.csrf = answer.json["csrf"]
    return who, phone


def sign_in(context, code=None, name="zhou", password=PASSWORD, address=None, key=None):
    """From an address of its own, unless it is said: what is refused because of the address is not looked at here."""
    who = context.nobody()
    who.client.environ_base |= {"REMOTE_ADDR": address or next(ADDRESSES)}
    body = {"name": name, "password": password} | ({"code": code} if code else {})
    return who.ask("POST", "/session", body, key=key)


def events(context, kind="staff.changed"):
    return [row["body"] for row in context.auditor.get("/events", kind=kind, limit=1000).json["items"]]


def kept(context, name):
    found = context.ledger.do("test", lambda tx: tx.find(Secret, name=name))
    return found[0].value if found else None


# -- who has to


@pytest.mark.parametrize(
    ("own", "reached"),
    [
        ({}, False),
        ({"host": "localhost", "public_url": "http://[::1]:8700"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "10.0.0.8"}, True),
        ({"trusted_proxies": 1}, True),
        ({"public_url": "https://hall.example.gov.cn"}, True),
    ],
)
def test_the_three_administrators_must_wherever_other_machines_reach_the_server_unless_it_is_said(fresh, own, reached):
    must = lambda **said: ServerSettings(server=ServerTable(**own), security=SecurityTable(**said)).two_factors

    assert must() == ({"admin", "security", "auditor"} if reached else set())
    assert must(two_factors=[]) == set() and must(two_factors=["manager"]) == {"manager"}
    context = fresh(settings=ServerSettings(server=ServerTable(**own)))
    asked = {role: context.signed_in(role, role).get("/session").json["must_enrol"] for role in StaffRole}
    assert {role for role, must in asked.items() if must} == must()


# -- codes


@pytest.mark.parametrize(("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_a_code_is_that_of_rfc_6238_and_of_its_time(seconds, code):
    secret = base64.b32encode(b"12345678901234567890").decode()

    assert second_factors.step_of(secret, code, seconds * 1000) == seconds // 30
    assert second_factors.step_of(secret, code, seconds * 1000 + 61_000) is None


@pytest.mark.parametrize(("late", "status"), [(0, 201), (30, 201), (-30, 201), (61, 401), (-61, 401)])
def test_a_phone_may_be_half_a_minute_off_and_no_more(context, late, status):
    _, phone = enrolled(context)
    context.clock.forward(minutes=5)
    phone.late = late

    assert sign_in(context, phone.code()).status_code == status


@pytest.mark.parametrize("write", [lambda c: f"{c[:3]} {c[3:]}", lambda c: c.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})])
def test_a_code_is_taken_however_it_is_grouped_and_in_wide_digits(context, write):
    _, phone = enrolled(context)

    assert sign_in(context, write(phone.next())).status_code == 201


# -- the sign-in


def test_the_code_is_asked_for_after_the_right_password_and_only_then(context):
    _, phone = enrolled(context)

    assert sign_in(context, phone.next(), password="wrong").json["code"] == "bad_password"
    assert sign_in(context).json["code"] == "code_needed"
    assert sign_in(context, phone.code()).status_code == 201
    assert sign_in(context, name="li").json["code"] == "bad_password"
    assert context.signed_in("li").get("/windows").status_code == 200  # who has none is asked for none


def test_a_used_code_and_an_earlier_one_are_used_up_also_after_a_restart(fresh):
    context = fresh()
    _, phone = enrolled(context)
    at_set_up, before = phone.code(), phone.totp.at(context.clock() // 1000 - 30)
    assert [sign_in(context, code).json["code"] for code in (at_set_up, before)] == ["bad_code"] * 2
    used = phone.next()
    assert sign_in(context, used).status_code == 201

    context = fresh()

    assert sign_in(context, used).json["code"] == "bad_code"
    assert sign_in(context, phone.next()).status_code == 201


@pytest.mark.parametrize("paper", [False, True])
def test_the_same_request_again_is_the_same_sign_in_and_counts_no_wrong_code(fresh, paper):
    context = fresh()
    _, phone = enrolled(context)
    code = phone.codes[0] if paper else phone.next()
    first = sign_in(context, code, key="k1", address="10.8.0.1")

    again = [sign_in(context, code, key="k1", address="10.8.0.1") for _ in range(6)]
    context = fresh()
    later = sign_in(context, code, key="k1", address="10.8.0.1")

    assert {a.json["csrf"] for a in (first, *again, later)} == {first.json["csrf"]} and first.status_code == 201
    assert {a.headers["Idempotency-Replayed"] for a in (*again, later)} == {"true"}
    assert events(context, "staff.refused") == [] and kept(context, "codes:zhou") is None
    assert sign_in(context, code, key="k2").json["code"] == "bad_code"


def test_a_recovery_code_is_good_once_is_hashed_as_passwords_are_and_told_as_event(context):
    zhou, phone = enrolled(context)
    sealed = kept(context, "second:zhou")
    told = json.loads(context.ledger.keys.unlock(second_factors.PURPOSE, sealed, "zhou"))
    code = phone.codes[3]
    plain = second_factors.typed(code)

    assert len(phone.codes) == len(set(phone.codes)) == len(told["recovery"]) == 8
    assert all(hash.startswith("$argon2id$") for hash in told["recovery"].values())
    assert passwords.fits(told["recovery"][plain[:2]], plain) and plain not in json.dumps(told)
    assert sign_in(context, code[:-1] + ("x" if code[-1] != "x" else "y")).json["code"] == "bad_code"
    assert sign_in(context, f" {plain.upper()} ").status_code == 201
    assert sign_in(context, code).json["code"] == "bad_code"
    assert [e["change"] for e in events(context) if e["staff"] == "zhou"][-1] == "recovery_code"
    assert zhou.get("/session/second-factor").json == {"on": True, "needed": False, "recovery_codes_left": 7}


# -- what cannot be read opens nothing


@pytest.mark.parametrize("how", ["damaged", "of somebody else", "of another hall"])
def test_a_factor_that_cannot_be_read_lets_nobody_in_and_says_so(context, how):
    zhou, phone = enrolled(context)
    sealed = kept(context, "second:zhou")
    if how == "damaged":
        bad = sealed[:-8] + "AAAAAAA="
    elif how == "of somebody else":
        bad = context.ledger.keys.lock(second_factors.PURPOSE, json.dumps({"secret": "A" * 32, "last": 0, "recovery": {}}), "li")
    else:
        bad = "bm90IHNlYWxlZCBieSB0aGlzIGhhbGw="
    context.ledger.do("test", lambda tx: tx.keep(Secret(name="second:zhou", value=bad)))

    for code in (None, phone.next(), phone.codes[0]):
        refused = sign_in(context, code)
        assert (refused.status_code, refused.json["code"]) == (401, "factor_unreadable") and "重设" in refused.json["detail"]
    assert zhou.put("/session/second-factor", password=PASSWORD, code=phone.code()).json["code"] == "factor_unreadable"
    assert zhou.post("/session/second-factor/removal", password=PASSWORD, code=phone.code()).json["code"] == "factor_unreadable"
    assert zhou.get("/session/second-factor").json["code"] == "factor_unreadable"
    done = context.admin.ask("DELETE", "/staff/zhou/second-factor", headers={"Change-Reason": quote("读不出")})
    assert done.status_code == 204 and sign_in(context).status_code == 201


# -- wrong codes


def test_wrong_codes_are_counted_wherever_they_come_from_and_a_right_password_takes_none_back(context):
    zhou, phone = enrolled(context)
    for _ in range(4):
        assert sign_in(context, WRONG).json["code"] == "bad_code"
        assert sign_in(context).json["code"] == "code_needed"  # the right password, from anywhere
    assert zhou.put("/session/password", old=PASSWORD, password=GOOD).status_code == 200
    assert zhou.delete("/staff/zhou/lock").status_code == 200  # one's own wrong codes nobody forgives
    assert sign_in(context, WRONG, password=GOOD).json["code"] == "bad_code"

    refused = [sign_in(context, code, password=GOOD) for code in (phone.next(), phone.codes[0], None)]

    assert [a.json["code"] for a in refused] == ["locked_out"] * 3
    assert [(e["staff"], e["why"], e["locked"]) for e in events(context, "staff.refused")] == [("zhou", "code", n == 4) for n in range(5)]
    context.clock.forward(seconds=context.settings.security.lockout + 1)
    assert sign_in(context, phone.next(), password=GOOD).status_code == 201


def test_a_right_code_begins_the_count_anew_and_somebody_else_may_forgive(context):
    _, phone = enrolled(context)
    for _ in range(4):
        sign_in(context, WRONG)
    assert sign_in(context, phone.next()).status_code == 201
    for _ in range(5):
        sign_in(context, WRONG)
    assert sign_in(context, phone.next()).json["code"] == "locked_out"

    assert context.admin.delete("/staff/zhou/lock").status_code == 200

    assert sign_in(context, phone.next()).status_code == 201


def test_wrong_codes_of_a_session_count_as_those_of_a_sign_in(context):
    zhou, phone = enrolled(context)
    for _ in range(3):
        assert zhou.put("/session/second-factor", password=PASSWORD, code=WRONG).json["code"] == "bad_code"
    for _ in range(2):
        assert zhou.post("/session/second-factor/removal", password=PASSWORD, code=WRONG).json["code"] == "bad_code"

    assert sign_in(context, phone.next()).json["code"] == "locked_out"
    assert zhou.post("/session/second-factor/removal", password=PASSWORD, code=phone.code()).json["code"] == "locked_out"


def test_wrong_codes_are_counted_for_the_address_too_and_codes_that_are_still_to_be_typed_are_not(context):
    _, phone = enrolled(context)
    for _ in range(30):
        assert sign_in(context, address="10.9.0.1").json["code"] == "code_needed"
    counted = context.server.context.attempts
    assert sign_in(context, phone.next(), address="10.9.0.1").status_code == 201
    for _ in range(5):
        sign_in(context, WRONG, address="10.9.0.1")

    assert len(counted._wrong["address", "10.9.0.1"]) == 5


# -- set up


def test_who_needs_one_is_led_to_it_and_opens_nothing_before(fresh):
    context = fresh(settings=asked("manager"))
    context.staff("zhou", "manager")
    zhou = context.nobody()
    session = zhou.post("/session", name="zhou", password=PASSWORD)
    zhou.csrf = session.json["csrf"]
    ear = context.ear(zhou)

    assert session.status_code == 201 and session.json["must_enrol"] is True
    for refused in (zhou.get("/settings"), zhou.post("/notices", text="通知"), zhou.get("/staff"), zhou.post("/windows/1/calls")):
        assert (refused.status_code, refused.json["code"]) == (403, "factor_first")
    assert ear.emit("watch", ["managers"], callback=True)["error"]["code"] == "wrong_room"
    assert [one["staff"] for one in zhou.get("/sessions").json["items"]] == ["zhou"]

    made = zhou.put("/session/second-factor", password=PASSWORD).json
    assert made["url"].startswith("otpauth://totp/") and f"secret={made['secret']}" in made["url"] and "zhou" in made["url"]
    answer = zhou.put("/session/second-factor/confirmation", code=Phone(context, made).code())
    zhou.csrf = answer.json["csrf"]

    assert answer.json["must_enrol"] is False and zhou.get("/settings").status_code == 200
    assert context.signed_in("li").get("/session").json["must_enrol"] is False


def test_a_first_password_is_changed_before_a_factor_is_set_up(fresh):
    context = fresh(settings=asked("manager"))
    first = context.admin.post("/staff", name="chen", role="manager").json["password"]
    chen = context.nobody()
    chen.csrf = chen.post("/session", name="chen", password=first).json["csrf"]

    assert chen.put("/session/second-factor", password=first).json["code"] == "password_first"
    assert chen.put("/session/password", old=first, password=GOOD).json["must_enrol"] is True
    assert chen.put("/session/second-factor", password=GOOD).status_code == 200


def test_everything_that_was_signed_in_before_ends(context):
    here, there = context.signed_in("zhou", "manager"), context.signed_in("zhou")
    cookie, csrf = here.client.get_cookie("hall_session").value, here.csrf
    ears = [context.ear(here), context.ear(there)]
    assert all("snapshot" in ear.emit("watch", ["managers"], callback=True) for ear in ears)
    made = here.put("/session/second-factor", password=PASSWORD).json

    here.csrf = here.put("/session/second-factor/confirmation", code=Phone(context, made).code()).json["csrf"]
    context.settle()

    assert there.get("/session").status_code == 401 and not any(ear.is_connected() for ear in ears)
    thief = context.nobody()
    thief.client.set_cookie("hall_session", cookie)
    thief.csrf = csrf
    assert thief.get("/settings").status_code == 401 and here.get("/settings").status_code == 200
    assert [s["staff"] for s in here.get("/sessions").json["items"]].count("zhou") == 1


def test_a_set_up_needs_the_password_and_its_own_session_and_does_not_last(context):
    zhou, other = context.signed_in("zhou", "manager"), context.signed_in("zhou")
    assert zhou.put("/session/second-factor", password="wrong").json["code"] == "bad_password"
    assert zhou.put("/session/second-factor/confirmation", code=WRONG).json["code"] == "factor_not_begun"
    phone = Phone(context, zhou.put("/session/second-factor", password=PASSWORD).json)

    assert other.put("/session/second-factor/confirmation", code=phone.code()).json["code"] == "factor_not_begun"
    context.clock.forward(minutes=15.1)
    assert zhou.put("/session/second-factor/confirmation", code=phone.code()).json["code"] == "factor_not_begun"
    anew = Phone(context, zhou.put("/session/second-factor", password=PASSWORD).json)
    assert zhou.put("/session/second-factor/confirmation", code=phone.code()).json["code"] == "bad_code"
    assert sign_in(context).status_code == 201  # nothing counts yet
    assert zhou.put("/session/second-factor/confirmation", code=anew.code()).status_code == 200


@pytest.mark.parametrize(("late", "minutes"), [(120, 2), (-240, 4), (3600, 60)])
def test_a_wrong_clock_is_told_from_a_wrong_code_and_opens_nothing(context, late, minutes):
    zhou = context.signed_in("zhou", "manager")
    phone = Phone(context, zhou.put("/session/second-factor", password=PASSWORD).json, late=late)

    refused = zhou.put("/session/second-factor/confirmation", code=phone.code())

    assert refused.json["code"] == "clocks_differ" and f"{minutes}分钟" in refused.json["detail"]
    assert zhou.get("/session/second-factor").json["on"] is False


# -- replaced and turned off


def test_a_factor_is_replaced_only_with_a_code_of_the_old_one(context):
    zhou, phone = enrolled(context)
    assert zhou.put("/session/second-factor", password=PASSWORD).json["code"] == "code_needed"
    assert zhou.put("/session/second-factor", password=PASSWORD, code=WRONG).json["code"] == "bad_code"
    assert zhou.put("/session/second-factor", password="wrong", code=phone.next()).json["code"] == "bad_password"

    made = zhou.put("/session/second-factor", password=PASSWORD, code=phone.code())
    new = Phone(context, made.json)
    assert sign_in(context, phone.next()).status_code == 201  # until the new one has proved itself
    zhou.csrf = zhou.put("/session/second-factor/confirmation", code=new.code()).json["csrf"]

    assert sign_in(context, phone.next()).json["code"] == sign_in(context, phone.codes[0]).json["code"] == "bad_code"
    assert sign_in(context, new.code()).status_code == 201


def test_a_set_up_that_was_begun_without_a_factor_replaces_none(context):
    thief = context.signed_in("zhou", "manager")
    made = Phone(context, thief.put("/session/second-factor", password=PASSWORD).json)
    cookie, csrf = thief.client.get_cookie("hall_session").value, thief.csrf
    _, phone = enrolled(context)  # the person, at another computer

    thief.client.set_cookie("hall_session", cookie)
    thief.csrf = csrf
    assert thief.put("/session/second-factor/confirmation", code=made.code()).status_code == 401
    assert sign_in(context, phone.next()).status_code == 201


def test_one_turns_on_and_off_what_the_role_does_not_need_and_off_only_with_a_code(context):
    li, phone = enrolled(context, "li", "clerk")
    assert sign_in(context, name="li").json["code"] == "code_needed"

    off = lambda **given: li.post("/session/second-factor/removal", **given)
    assert off(password=PASSWORD).status_code == 422
    assert off(password=PASSWORD, code=WRONG).json["code"] == "bad_code"
    assert off(password="wrong", code=phone.next()).json["code"] == "bad_password"
    assert off(password=PASSWORD, code=phone.code()).status_code == 204

    assert sign_in(context, name="li").status_code == 201
    assert [e["change"] for e in events(context) if e["staff"] == "li"][-2:] == ["second_factor", "second_factor_off"]


def test_what_the_role_needs_is_not_turned_off(fresh):
    context = fresh(settings=asked("manager"))
    zhou, phone = enrolled(context)

    refused = zhou.post("/session/second-factor/removal", password=PASSWORD, code=phone.next())

    assert (refused.status_code, refused.json["code"]) == (409, "factor_needed")
    assert sign_in(context, phone.code()).status_code == 201


# -- a lost phone


def reset(who, name, reason="手机丢了，当面核对过"):
    return who.ask("DELETE", f"/staff/{name}/second-factor", headers={"Change-Reason": quote(reason)} if reason else {})


def test_a_colleague_of_the_right_role_resets_it_with_a_reason_and_it_is_set_up_anew(fresh):
    context = fresh(settings=asked("manager"))
    zhou, phone = enrolled(context)
    assert reset(context.admin, "zhou", reason="").json["code"] == "reason_missing"

    assert reset(context.admin, "zhou").status_code == 204

    assert zhou.get("/session").status_code == 401
    assert sign_in(context, phone.next()).json["must_enrol"] is True
    last = [e for e in events(context) if e["staff"] == "zhou"][-1]
    assert (last["change"], last["because"]) == ("second_factor_reset", "手机丢了，当面核对过")
    assert enrolled(context)[0].get("/settings").status_code == 200


def test_who_may_reset_whom_and_nobody_himself(context):
    enrolled(context, "root", "admin")
    wu, _ = enrolled(context, "wu", "auditor")
    zhou, _ = enrolled(context)
    context.staff("zheng", "auditor")

    refused = [
        (reset(zhou, "root"), "wrong_role"), (reset(zhou, "wu"), "wrong_role"), (reset(context.admin, "wu"), "auditors_only"),
        (reset(zhou, "zhou"), "own_factor"), (reset(wu, "wu"), "own_factor"), (reset(context.clerk, "zhou"), "wrong_role"),
        (reset(context.admin, "nobody"), "no_such_staff"),
    ]  # fmt: skip

    assert [(a.json["code"]) for a, _ in refused] == [code for _, code in refused]
    assert reset(context.signed_in("zheng"), "wu").status_code == 204 and reset(context.admin, "root").status_code == 204


def test_the_command_on_the_machine_resets_it_with_a_reason(tmp_path, fresh):
    context = fresh(settings=asked("admin"))
    enrolled(context, "root", "admin")
    context.close()
    run = lambda *words: CliRunner().invoke(command, ["staff", "--data", str(context.folder), *words], catch_exceptions=False)
    assert "root\tadmin\tgood\twith a code" in run("list").output
    assert run("reset-second-factor", "root").exit_code == 2

    done = run("reset-second-factor", "root", "--reason", "手机丢了")

    assert done.output == "reset root\n"
    context = fresh(settings=asked("admin"))
    assert sign_in(context, name="root").json["must_enrol"] is True
    (row,) = [r for r in context.auditor.get("/events", limit=100).json["items"] if r["body"].get("change") == "second_factor_reset"]
    assert (row["actor"], row["body"]["because"]) == ("token:command", "手机丢了")


def test_the_page_of_staff_shows_who_has_it_and_who_must(fresh):
    context = fresh(settings=asked("manager"))
    enrolled(context)
    enrolled(context, "li", "clerk")
    context.staff("qian", "manager")
    context.staff("wang")

    shown = {s["name"]: (s["second_factor"], s["second_factor_needed"]) for s in context.admin.get("/staff").json["items"]}

    assert {name: shown[name] for name in ("zhou", "li", "qian", "wang")} == {
        "zhou": (True, True), "li": (True, False), "qian": (False, True), "wang": (False, False),
    }  # fmt: skip


# -- the clock, the log, what is kept


def test_a_clock_that_is_held_opens_nothing_and_uses_nothing_up(tmp_path, clock):
    by = [0]
    started = clock()
    steady = SteadyClock(lambda: clock() + by[0], lambda: clock() - started + 5000.0)
    steady.forward = clock.forward
    context = Context(tmp_path / "data", steady, small_hall)
    try:
        _, phone = enrolled(context)
        seen, year = phone.next(), 365 * 86_400_000
        by[0] = -year
        of_then = phone.totp.at((clock() - year) // 1000)  # what the wrong clock shows
        assert sign_in(context, of_then).json["code"] == "bad_code"
        assert sign_in(context, seen).status_code == 201 and sign_in(context, seen).json["code"] == "bad_code"
        by[0] = 0
        assert sign_in(context, seen).json["code"] == "bad_code" and sign_in(context, phone.next()).status_code == 201
    finally:
        context.close()


def test_codes_and_secrets_are_in_no_event_log_or_kept_answer(context, caplog):
    caplog.set_level(logging.DEBUG)
    zhou, phone = enrolled(context)
    used = phone.next()
    sign_in(context, used, key="k1")
    sign_in(context, WRONG[:-1] + "7", key="k2")
    sign_in(context, phone.codes[0], key="k3")
    made = zhou.ask("PUT", "/session/second-factor", {"password": PASSWORD, "code": phone.next()}, key="k4").json
    zhou.ask("POST", "/session/second-factor/removal", {"password": PASSWORD, "code": phone.next()}, key="k5")
    secrets = [phone.totp.secret, made["secret"], used, phone.codes[0], second_factors.typed(phone.codes[0]), *made["recovery_codes"]]

    ledger = context.ledger
    rows = ledger.do("test", lambda tx: [*tx.find(Answer), *tx.find(Secret)])
    unsealed = [ledger.keys.unlock("answer", row.body, "") or row.body for row in rows if isinstance(row, Answer)]
    journal = [tuple(row) for row in ledger.connection.execute("SELECT actor, kind, body FROM events").fetchall()]
    everywhere = f"{rows} {unsealed} {journal} {caplog.text} {list(context.server.context.answers._kept.items())}"

    assert len(unsealed) == 2  # of the two sign-ins: a session's id, sealed
    assert [one for one in secrets if one in everywhere] == []
    assert [e["change"] for e in events(context) if e["staff"] == "zhou"][-3:] == ["second_factor", "recovery_code", "second_factor_off"]


def test_a_hall_that_wants_two_persons_wants_them_for_a_lost_phone_of_who_manages_too(fresh):
    context = fresh(settings=ServerSettings(security=SecurityTable(confirm=True)))
    enrolled(context)
    wang, zhao = context.signed_in("wang", "manager"), context.signed_in("zhao", "manager")

    asked_for = reset(wang, "zhou")
    assert asked_for.status_code == 202 and sign_in(context).json["code"] == "code_needed"
    assert zhao.post(f"/acts/{asked_for.json['id']}/confirmation").status_code == 201

    assert sign_in(context).status_code == 201
    last = [e for e in events(context) if e["staff"] == "zhou"][-1]
    assert (last["change"], last["because"]) == ("second_factor_reset", "手机丢了，当面核对过")
