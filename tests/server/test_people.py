"""Who may come in: staff sign in and out, passwords, lock-out, CSRF; tokens are made, bound and revoked, also by the commands."""

import contextlib
import sqlite3

import pytest
from click.testing import CliRunner
from tools import shots

from config.schema import ServerSettings
from hallfloor import hall
from server.runtime.command_line import FILE, CommandFile, address_of

PASSWORD = "Right-Horse-7"
GOOD = "New-Battery-88"


def test_a_clerk_signs_in_works_and_signs_out(context):
    clerk = context.signed_in("li")
    cookie = clerk.client.get_cookie("hall_session")
    assert cookie.http_only and cookie.same_site == "Lax" and cookie.path == "/"
    me = clerk.get("/session").json["staff"]
    assert {k: v for k, v in me.items() if k != "may"} == {
        "name": "li", "shown": "Li", "role": "clerk", "window": None, "must_change": False, "keys": {}, "looks_after": [], "confirms": False
    }  # fmt: skip
    assert "serve" in me["may"] and "set" not in me["may"]
    context.kiosk.take()

    called = clerk.post("/windows/1/calls")

    assert called.status_code == 201
    rows = context.auditor.get("/events", limit=1000).json["items"]
    assert [r["actor"] for r in rows if r["kind"] == "ticket.called"] == ["staff:li"]
    assert clerk.delete("/session").status_code == 204
    assert clerk.get("/session").status_code == 401
    assert clerk.post("/windows/1/calls").json["code"] in ("no_token", "session_ended")
    assert clerk.delete("/session").status_code == 204


def test_a_clerk_who_moves_to_another_desk_ends_the_session_at_the_first(context):
    first, second = context.signed_in("li"), context.signed_in("li")
    other = context.signed_in("wang")

    assert second.delete("/session/elsewhere").status_code == 204

    assert first.get("/session").json["code"] == "session_ended"
    assert second.get("/session").status_code == 200 and other.get("/session").status_code == 200
    assert second.delete("/session/elsewhere").status_code == 204
    assert context.nobody().delete("/session/elsewhere").status_code == 401


def test_a_change_by_cookie_needs_the_csrf_token_and_a_look_does_not(context):
    clerk = context.signed_in("li")
    context.kiosk.take()
    seq, good = context.seq, clerk.csrf

    for wrong in ("", "x", good + "x", context.signed_in("wang").csrf):
        seq = context.seq
        clerk.csrf = None
        answer = clerk.ask("POST", "/windows/1/calls", {}, headers={"X-CSRF-Token": wrong})
        assert answer.status_code == 403 and answer.json["code"] == "no_csrf" and context.seq == seq

    assert clerk.get("/windows").status_code == 200
    assert clerk.get("/session").json["csrf"] == good


def test_a_wrong_password_and_an_unknown_name_are_one_refusal(context):
    context.staff("li")
    nobody = context.nobody()

    wrong = nobody.post("/session", name="li", password="x")
    unknown = nobody.post("/session", name="nobody", password="x")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json and wrong.json["code"] == "bad_password"


def test_five_wrong_passwords_lock_the_account_for_a_while_also_through_a_restart(fresh):
    context = fresh()
    context.staff("li")
    for _ in range(5):
        assert context.nobody().post("/session", name="li", password="wrong").json["code"] == "bad_password"

    locked = context.nobody().ask("POST", "/session", {"name": "li", "password": PASSWORD}, lang="en")
    assert locked.status_code == 401 and locked.json["code"] == "locked_out" and "minute" in locked.json["detail"]
    context = fresh()
    assert context.nobody().post("/session", name="li", password=PASSWORD).json["code"] == "locked_out"
    context.clock.forward(seconds=context.settings.security.lockout + 1)
    assert context.nobody().post("/session", name="li", password=PASSWORD).status_code == 201
    kinds = [r["kind"] for r in context.auditor.get("/events", limit=1000).json["items"]]
    assert kinds.count("staff.refused") == 5


def test_a_good_password_forgets_the_failures(context):
    context.staff("li")
    for _ in range(4):
        context.nobody().post("/session", name="li", password="wrong")
    assert context.nobody().post("/session", name="li", password=PASSWORD).status_code == 201

    for _ in range(4):
        context.nobody().post("/session", name="li", password="wrong")

    assert context.nobody().post("/session", name="li", password=PASSWORD).status_code == 201


def test_a_new_password_ends_the_other_sessions(context):
    here, there = context.signed_in("li"), context.signed_in("li")
    assert here.put("/session/password", old="wrong", password=GOOD).json["code"] == "bad_password"
    for weak in ("short-A1", "alllowercaseletters", "Li-Li-Li-Li-9", PASSWORD):
        answer = here.put("/session/password", old=PASSWORD, password=weak)
        assert answer.status_code == 422 and answer.json["code"] == "weak_password", weak

    changed = here.put("/session/password", old=PASSWORD, password=GOOD)

    assert changed.status_code == 200 and changed.json["staff"]["must_change"] is False
    assert here.get("/session").status_code == 200 and there.get("/session").status_code == 401
    assert context.nobody().post("/session", name="li", password=PASSWORD).status_code == 401
    assert context.nobody().post("/session", name="li", password=GOOD).status_code == 201


def test_an_idle_session_ends_and_a_used_one_lives_through_a_restart(fresh):
    context = fresh()
    clerk, manager = context.signed_in("li"), context.signed_in("zhou", "manager")
    security = context.settings.security
    context.clock.forward(seconds=security.idle_admin + 1)
    assert clerk.get("/session").status_code == 200 and manager.get("/session").json["code"] == "session_ended"
    cookie = clerk.client.get_cookie("hall_session").value
    context.server.context.authenticator.note_seen(context.clock())

    context = fresh()

    again = context.nobody()
    again.client.set_cookie("hall_session", cookie)
    assert again.get("/session").json["name"] == "li"
    context.clock.forward(seconds=security.idle + 1)
    assert again.get("/session").json["code"] == "session_ended"


@pytest.mark.parametrize("forged", ["", "x", "x.y", "abc.def.ghi"])
def test_a_cookie_that_was_made_up_is_nobody(context, forged):
    nobody = context.nobody()
    nobody.client.set_cookie("hall_session", forged)

    assert nobody.get("/session").status_code == 401 and nobody.get("/hall").status_code == 200


def test_a_clerk_works_at_one_window_only(context):
    one, two = context.signed_in("li"), context.signed_in("wang")
    assert one.put("/windows/A12/state", state="open").json["clerk"]["name"] == "Li"
    assert one.get("/session").json["window"] == "A12"
    context.kiosk.take(), context.kiosk.take()

    assert one.post("/windows/1/calls").json["code"] == "not_your_window"
    assert two.post("/windows/A12/calls").json["code"] == "not_your_window"
    assert two.put("/windows/A12/state", state="closed").json["code"] == "not_your_window"
    mine = one.post("/windows/A12/calls").json
    assert two.post(f"/tickets/{mine['id']}/service").json["code"] == "not_your_window"
    assert one.post(f"/tickets/{mine['id']}/service").status_code == 201


def test_a_clerk_moves_to_another_window_only_knowingly(context):
    clerk = context.signed_in("li")
    clerk.put("/windows/A12/state", state="open")

    refused = clerk.put("/windows/1/state", state="open")
    assert refused.status_code == 409 and refused.json["code"] == "already_open_elsewhere" and refused.json["window"] == "A12"

    assert clerk.put("/windows/1/state", state="open", take_over=True).status_code == 200
    windows = {w["no"]: w["state"] for w in clerk.get("/windows").json["items"]}
    assert windows["A12"] == "closed" and windows["1"] == "open" and clerk.get("/session").json["window"] == "1"


def test_a_keypad_works_at_its_own_window_only(context):
    three = context.device("keypad", window="3")
    context.kiosk.take("estate")

    assert three.post("/windows/1/calls").json["code"] == "not_your_window"
    ticket = three.post("/windows/3/calls").json
    one = context.device("keypad", window="1")
    assert one.post(f"/tickets/{ticket['id']}/service").json["code"] == "not_your_window"


def test_a_pad_evaluates_what_was_served_at_its_window_only(context):
    keypad, ticket = context.device("keypad", window="1"), context.kiosk.take()
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")
    keypad.post(f"/tickets/{ticket['id']}/completion")
    token = context.link(ticket)

    assert context.device("pad", window="2").post("/evaluations", token=token, grade=5).json["code"] == "not_your_window"
    assert context.signed_in("li").post("/evaluations", token=token, grade=5).json["code"] == "wrong_role"
    assert context.device("pad", window="1").post("/evaluations", token=token, grade=5).status_code == 201


def test_managers_look_after_staff_and_tokens(context):
    manager, admin = context.signed_in("zhou", "manager"), context.signed_in("root", "admin")
    made = manager.post("/staff", name="chen", role="clerk", shown="陈").json
    assert made["staff"]["must_change"] is True
    chen = context.nobody()
    assert chen.post("/session", name="chen", password=made["password"]).status_code == 201
    assert manager.post("/staff", name="chen", role="clerk").json["code"] == "name_taken"
    assert manager.post("/staff", name="boss", role="admin").json["code"] == "wrong_role"
    assert manager.put("/staff/chen", disabled=True).json["disabled"] is True
    assert chen.get("/session").status_code == 401
    assert admin.put("/staff/root", disabled=True).json["code"] == "last_admin"
    again = manager.post("/staff/chen/password").json["password"]
    manager.put("/staff/chen", disabled=False)
    assert context.nobody().post("/session", name="chen", password=again).status_code == 201

    token = manager.post("/tokens", role="kiosk", name="k2").json
    device = context.nobody()
    device.token = token["plain"]
    assert device.get("/me").json == {"name": "k2", "role": "kiosk", "window": None, "must_change": False}
    assert token["plain"] not in manager.ask("GET", "/tokens").text
    assert manager.delete(f"/tokens/{token['token']['id']}").status_code == 204
    assert device.get("/me").json["code"] == "bad_token"
    assert manager.delete(f"/tokens/{token['token']['id']}").status_code == 204


def test_no_secret_is_in_the_database_or_the_journal(context):
    context.signed_in("li")
    token = context.token("kiosk").split(".")[1]
    asked = context.manager.ask("POST", "/tokens", {"role": "kiosk", "name": "k3"}, key="one").json["plain"].split(".")[1]
    context.kiosk.take(holder={"name": "张三丰", "id_number": "11010519491231002X", "card": "resident"}, phone="13912345678")

    connection = sqlite3.connect(context.folder / "hall.db")
    kept = "\n".join(connection.iterdump())

    for secret in (PASSWORD, token, asked, "张三丰", "11010519491231002X", "13912345678"):
        assert secret not in kept, secret


def test_the_same_sign_in_again_is_the_same_session(context):
    context.staff("li")
    nobody = context.nobody()

    one, two = (nobody.ask("POST", "/session", {"name": "li", "password": PASSWORD}, key="k") for _ in range(2))

    assert one.json == two.json and two.headers["Idempotency-Replayed"] == "true"
    assert nobody.get("/session").json["csrf"] == one.json["csrf"]


def test_a_visitor_with_the_booking_page_open_may_book_and_nothing_else(context, tmp_path):
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "index.html").write_text("<p>book")
    context.server.context.static = tmp_path
    phone = context.nobody()
    assert phone.get("/slots", service="tax").status_code == 401

    assert phone.ask("GET", "/book", root=True).status_code == 200

    slot = phone.get("/slots", service="tax").json["items"][0]
    assert phone.post("/appointments", slot=slot["id"], phone="13800138000").status_code == 201
    assert phone.post("/tickets", service="tax", channel="online").status_code == 401


def run(folder, *argv):
    return CliRunner().invoke(hall, [argv[0], "--data", str(folder), *argv[1:]], catch_exceptions=False)


@pytest.fixture
def served(context):
    """The server, listening on a port, with the file that commands look for."""
    with shots.served(context.server.app) as url:
        file = CommandFile(context.folder, url, context.server.context.authenticator.command).start()
        yield context
        file.close()
    assert not (context.folder / FILE).exists()


def test_the_commands_work_beside_a_running_server_and_take_effect_at_once(served):
    plain = run(served.folder, "token", "--role", "kiosk", "--name", "k7").output.strip()
    device = served.nobody()
    device.token = plain
    assert device.get("/me").json["name"] == "k7"
    listed = run(served.folder, "token", "--list").output
    assert plain.split(".")[0] in listed and plain not in listed
    assert run(served.folder, "token", "--revoke", plain.split(".")[0]).exit_code == 0
    assert device.get("/me").status_code == 401

    password = run(served.folder, "staff", "add", "孙 丽", "--role", "auditor").output.strip()
    assert served.nobody().post("/session", name="孙 丽", password=password).status_code == 201
    assert "孙 丽\tauditor\tgood" in run(served.folder, "staff", "list").output
    run(served.folder, "staff", "disable", "孙 丽")
    assert served.nobody().post("/session", name="孙 丽", password=password).status_code == 401


def test_an_account_that_is_locked_may_try_again_once_a_command_says_so(served):
    password = run(served.folder, "staff", "add", "sun", "--role", "clerk").output.strip()
    for _ in range(served.settings.security.failures):
        served.nobody().post("/session", name="sun", password="Wrong-Horse-1")
    assert served.nobody().post("/session", name="sun", password=password).status_code in (401, 403, 409, 429)

    assert run(served.folder, "staff", "unlock", "sun").output == "unlocked sun\n"

    assert served.nobody().post("/session", name="sun", password=password).status_code == 201


def test_what_a_command_changed_stands_in_the_journal_under_its_name(served):
    auditor, before = served.auditor, served.seq

    run(served.folder, "token", "--role", "display")

    row = auditor.get("/events", after=before).json["items"][0]
    assert (row["kind"], row["actor"]) == ("token.made", "token:command")


def test_a_refused_command_says_the_hall_s_sentence_and_changes_nothing(served):
    before = served.seq

    refused = run(served.folder, "token", "--role", "pad", "--window", "99")

    assert refused.exit_code == 1 and "99" in refused.output and served.seq == before


def test_the_command_s_token_is_its_owner_s_alone_and_good_from_this_machine_only(served):
    authenticator = served.server.context.authenticator
    known = served.nobody()
    known.token = authenticator.command
    far = {"REMOTE_ADDR": "192.168.1.7"}

    assert (served.folder / FILE).stat().st_mode & 0o077 == 0
    assert known.get("/staff").status_code == known.get("/me").status_code == 200
    assert known.client.get("/api/v1/staff", headers={"Authorization": f"Bearer {known.token}"}, environ_base=far).status_code == 401
    assert authenticator.of_command("x" * 43, "127.0.0.1") is None


def test_the_commands_work_without_a_server_too(fresh):
    context = fresh()
    folder = context.folder
    context.close()

    plain = run(folder, "token", "--role", "keypad", "--window", "3").output.strip()

    context = fresh()
    device = context.nobody()
    device.token = plain
    assert device.get("/me").json["window"] == "3"


@pytest.mark.parametrize(
    ("host", "url", "near"),
    [
        ("0.0.0.0", "http://127.0.0.1:8700", "127.0.0.1"),
        ("::", "http://[::1]:8700", "::1"),
        ("192.168.1.5", "http://192.168.1.5:8700", "192.168.1.5"),
    ],
)
def test_wherever_the_server_listens_commands_of_its_machine_reach_it(fresh, host, url, near):
    settings = ServerSettings.model_validate({"server": {"host": host}})
    authenticator = fresh(settings=settings).server.context.authenticator

    assert address_of(settings.server) == url
    assert authenticator.of_command(authenticator.command, near).actor == "token:command"
    assert authenticator.of_command(authenticator.command, "192.168.1.7") is None


@pytest.mark.parametrize("answers", [False, True])
def test_the_file_of_a_server_that_was_killed_is_seen_through(fresh, answers, doors, tmp_path, clock, small_hall):
    """Nobody listens at its address any more, or another hall does, to which the old token says nothing."""
    context = fresh()
    folder = context.folder
    context.close()
    other = doors.Context(tmp_path / "other", clock, small_hall)
    with shots.served(other.server.app) if answers else contextlib.nullcontext("http://127.0.0.1:9") as url:
        CommandFile(folder, url, "a token of yesterday").start()

        plain = run(folder, "token", "--role", "display").output.strip()
    other.close()

    assert plain.split(".")[0] in fresh().ledger.floor.tokens


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["token"], "give one of"),
        (["token", "--role", "pad"], "belongs to one window"),
        (["token", "--role", "pigeon"], "pigeon"),
        (["staff", "add", "x", "--role", "king"], "king"),
    ],
)
def test_a_command_written_wrongly_says_so(context, argv, says):
    result = CliRunner().invoke(hall, [argv[0], "--data", str(context.folder), *argv[1:]])

    assert result.exit_code == 2 and says in result.output + str(result.exception)
