"""Acts whose harm cannot be undone, in a hall that wants two persons for them: one asks, another with the same right confirms."""

import threading

import pytest

from config.codes import HeldAct
from config.schema import SecurityTable, ServerSettings
from server import doctor
from server.actions import people
from server.domain.permissions import DONE_WITH
from server.runtime.upkeep import Upkeep
from server.web.table import ENDPOINTS

PHONE = "13800138000"


@pytest.fixture
def context(fresh):
    context = fresh(settings=ServerSettings(security=SecurityTable(confirm=True, confirm_minutes=10)))
    context.staff("wang", "manager")
    context.staff("zhao", "manager")
    return context


def two(context):
    return context.signed_in("wang"), context.signed_in("zhao")


def kinds(context):
    return [row["kind"] for row in context.auditor.get("/events", limit=1000).json["items"]]


def token(context):
    id = context.ledger.do("test", people.make_token, role="app", name="city")[0].id
    return id, lambda: context.ledger.floor.tokens[id].revoked_at is not None


def test_an_act_is_done_only_once_another_has_confirmed_it_and_both_stand_in_the_journal(context):
    wang, zhao = two(context)
    id, gone = token(context)

    asked = wang.delete(f"/tokens/{id}")
    assert asked.status_code == 202 and not gone()
    (waiting,) = zhao.get("/acts").json["items"]
    assert waiting == asked.json | {"mine": False}
    assert (waiting["held"], waiting["what"], waiting["about"], waiting["by"]) == ("tokens", "revoke_token", "city", "wang")

    done = zhao.post(f"/acts/{waiting['id']}/confirmation")
    assert (done.status_code, done.json["status"], gone()) == (201, 204, True)
    rows = [row for row in context.auditor.get("/events", limit=1000).json["items"] if row["kind"].startswith(("act.", "token.rev"))]
    assert [(row["kind"], row["actor"]) for row in rows] == [
        ("act.asked", "staff:wang"), ("act.confirmed", "staff:zhao"), ("token.revoked", "staff:wang"),
    ]  # fmt: skip
    assert wang.get("/acts").json["items"] == []


def test_who_asks_does_not_confirm_and_who_has_not_the_right_neither_sees_nor_confirms_nor_drops_it(context):
    wang, _ = two(context)
    id, gone = token(context)
    act = wang.delete(f"/tokens/{id}").json["id"]

    assert wang.post(f"/acts/{act}/confirmation").json["code"] == "own_act"
    for who in (context.clerk, context.guide):
        assert who.get("/acts").json["items"] == []
        assert who.post(f"/acts/{act}/confirmation").json["code"] == "wrong_role"
        assert who.delete(f"/acts/{act}").json["code"] == "wrong_role"
    assert context.kiosk.post(f"/acts/{act}/confirmation").status_code == 401
    assert not gone() and wang.get("/acts").json["items"]


def test_the_same_asked_again_is_the_same_and_by_another_it_is_told_who_asked(context):
    wang, zhao = two(context)
    id, _ = token(context)

    first, second = wang.delete(f"/tokens/{id}"), wang.delete(f"/tokens/{id}")
    assert (second.status_code, second.json) == (202, first.json)
    by_another = zhao.delete(f"/tokens/{id}")
    assert (by_another.status_code, by_another.json["code"]) == (409, "act_waits") and "wang" in by_another.json["detail"]
    assert kinds(context).count("act.asked") == 1


def test_the_same_confirmation_again_gives_the_same_answer_and_a_new_one_finds_nothing(context):
    wang, zhao = two(context)
    act = wang.post("/staff", name="qian", role="manager").json["id"]

    first = zhao.ask("POST", f"/acts/{act}/confirmation", {}, key="k-1")
    again = zhao.ask("POST", f"/acts/{act}/confirmation", {}, key="k-1")
    assert first.status_code == 201 and first.json["answer"]["password"] and "qian" in context.ledger.floor.staff
    assert again.json == first.json and again.headers["Idempotency-Replayed"] == "true"
    assert zhao.post(f"/acts/{act}/confirmation").json["code"] == "no_such_act"


def test_of_two_who_confirm_at_one_moment_one_does_it(context):
    context.staff("sun", "manager")
    wang, zhao = two(context)
    sun = context.signed_in("sun")
    id, gone = token(context)
    act = wang.delete(f"/tokens/{id}").json["id"]
    together, answers = threading.Barrier(2), []

    def press(who):
        together.wait()
        answers.append(who.post(f"/acts/{act}/confirmation").status_code)

    threads = [threading.Thread(target=press, args=(who,)) for who in (zhao, sun)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [201, 404] and gone()
    assert kinds(context).count("act.confirmed") == kinds(context).count("token.revoked") == 1


def test_a_right_that_was_lost_meanwhile_confirms_nothing(context):
    context.staff("sun", "manager")
    wang, zhao = two(context)
    id, gone = token(context)
    act = wang.delete(f"/tokens/{id}").json["id"]
    lose = lambda name: context.ledger.do("test", people.change_staff, name=name, role="clerk")

    lose("zhao")
    assert context.signed_in("zhao").post(f"/acts/{act}/confirmation").json["code"] == "wrong_role"
    lose("wang")
    refused = context.signed_in("sun").post(f"/acts/{act}/confirmation")
    assert (refused.status_code, refused.json["code"]) == (409, "act_right_lost")
    assert not gone() and "act.confirmed" not in kinds(context)


def test_what_a_thief_asked_for_is_confirmed_by_nobody_once_the_password_was_taken_from_him(context):
    wang, zhao = two(context)
    id, gone = token(context)
    act = wang.delete(f"/tokens/{id}").json["id"]
    context.ledger.do("test", people.set_password, name="wang", password_hash="reset", must_change=True)

    refused = zhao.post(f"/acts/{act}/confirmation")

    assert refused.json["code"] == "act_right_lost" and not gone() and "act.confirmed" not in kinds(context)


def test_a_thing_that_was_changed_meanwhile_is_left_as_it_is(context):
    wang, zhao = two(context)
    context.staff("qian", "manager")
    act = wang.put("/staff/qian", disabled=True).json["id"]
    assert zhao.put("/staff/qian", shown="钱主任").status_code == 200  # a face is nobody's harm

    refused = zhao.post(f"/acts/{act}/confirmation")

    assert (refused.status_code, refused.json["code"]) == (409, "act_changed")
    assert not context.ledger.floor.staff["qian"].disabled and "act.confirmed" not in kinds(context)


def test_an_act_that_is_refused_itself_is_not_confirmed_either(context):
    wang, zhao = two(context)
    assert wang.delete("/tokens/nosuchtoken").status_code == 202  # looked at when it is done, as ever
    act = wang.get("/acts").json["items"][0]["id"]

    assert zhao.post(f"/acts/{act}/confirmation").json["code"] == "no_such_token"
    assert "act.confirmed" not in kinds(context) and wang.get("/acts").json["items"]


@pytest.mark.parametrize(("who", "outcome"), [("wang", "withdrawn"), ("zhao", "refused")])
def test_it_is_taken_back_by_who_asked_or_turned_down_by_another(context, who, outcome):
    wang, _ = two(context)
    id, gone = token(context)
    act = wang.delete(f"/tokens/{id}").json["id"]

    assert context.signed_in(who).delete(f"/acts/{act}").status_code == 204
    assert context.signed_in("zhao").post(f"/acts/{act}/confirmation").json["code"] == "no_such_act"
    row = context.auditor.get("/events", kind="act.dropped").json["items"][-1]
    assert (row["actor"], row["body"]["outcome"], row["body"]["asked_by"], gone()) == (f"staff:{who}", outcome, "wang", False)


def test_nobody_confirms_too_late_and_what_was_asked_is_forgotten_then(context):
    wang, zhao = two(context)
    act = wang.post("/persons/deletion", phone=PHONE).json["id"]
    upkeep = Upkeep(context.server.context)
    context.clock.forward(minutes=11)

    assert zhao.post(f"/acts/{act}/confirmation").json["code"] == "no_such_act" and zhao.get("/acts").json["items"] == []
    upkeep.tick()
    row = context.auditor.get("/events", kind="act.dropped").json["items"][-1]
    assert (row["actor"], row["body"]["outcome"]) == ("hall", "late")
    assert not context.ledger.connection.execute("SELECT 1 FROM secrets WHERE name LIKE 'act:%'").fetchall()


def test_whom_it_is_about_is_kept_sealed_shown_masked_and_never_in_the_journal(context):
    wang, zhao = two(context)
    wang.post("/persons/deletion", phone=PHONE)

    (waiting,) = zhao.get("/acts").json["items"]
    assert [one["value"] for one in waiting["details"]] == ["138****8000"] and waiting["about"] == ""
    dump = "\n".join(context.ledger.connection.iterdump())
    assert PHONE not in dump and PHONE not in context.auditor.get("/events.csv").data.decode()


def test_a_hall_in_which_nobody_else_has_the_right_is_told_so_and_nothing_waits(fresh):
    context = fresh(settings=ServerSettings(security=SecurityTable(confirm=True)))
    id, gone = token(context)

    refused = context.manager.delete(f"/tokens/{id}")

    assert (refused.status_code, refused.json["code"]) == (409, "no_second") and not gone()


def test_a_hall_that_does_not_want_two_does_it_at_once_and_so_does_what_was_not_named(fresh):
    plain = fresh()
    plain.staff("zhao", "manager")
    id, gone = token(plain)
    assert plain.manager.delete(f"/tokens/{id}").status_code == 204 and gone()


def test_accounts_need_two_only_where_they_manage_or_audit(context):
    wang, _ = two(context)
    assert wang.post("/staff", name="li", role="clerk").status_code == 201
    assert wang.put("/staff/li", role="manager").status_code == 202
    context.staff("sun", "manager")
    assert wang.post("/staff/zhao/password").status_code == 202  # and sun may confirm it
    assert wang.put("/settings/alerting", value={"help_s": 200}).status_code == 200


def test_settings_and_windows_need_two_where_they_are_named(fresh):
    strict = fresh(settings=ServerSettings(security=SecurityTable(confirm=True, confirm_acts=["settings"])))
    strict.staff("zhao", "manager")
    asked = strict.manager.put("/settings/alerting", value={"help_s": 200})
    assert asked.status_code == 202
    assert strict.signed_in("zhao").post(f"/acts/{asked.json['id']}/confirmation").json["answer"]["value"] == {"help_s": 200}
    asked = strict.manager.put("/windows/2", zone={"zh": "东厅"})
    done = strict.signed_in("zhao").post(f"/acts/{asked.json['id']}/confirmation")
    assert (done.status_code, done.json["answer"]["zone"]) == (201, "东厅")


def test_nobody_confirms_a_new_password_or_role_of_their_own(context):
    wang, zhao = two(context)
    context.staff("sun", "manager")

    act = wang.post("/staff/zhao/password").json["id"]

    assert zhao.post(f"/acts/{act}/confirmation").json["code"] == "own_password"


def test_it_is_said_where_fewer_than_two_could_confirm(context):
    security = SecurityTable(confirm=True)
    found = lambda: [one.code for one in doctor.second_persons(security, context.ledger.floor.staff.values())]
    assert found() == []

    context.staff("qian", "security")  # who alone looks after accounts and tokens now
    assert found() == ["confirm_alone"]
    context.staff("chen", "security")
    assert found() == []
    assert not list(doctor.second_persons(SecurityTable(), ()))


def test_an_act_is_confirmed_with_the_permission_it_is_done_with():
    with_what = {HeldAct.PERSONS: "/persons/deletion", HeldAct.TOKENS: "/tokens/{id}", HeldAct.MACHINES: "/machines/{id}",
                 HeldAct.ACCOUNTS: "/staff", HeldAct.SETTINGS: "/settings/{name}"}  # fmt: skip
    held = {act: next(e.may for e in ENDPOINTS if e.path == path and e.held) for act, path in with_what.items()}

    assert held == DONE_WITH and set(DONE_WITH) == set(HeldAct)


# What takes something away and needs no second person, and why.
WAY_BACK = {
    "DELETE /session": "one's own",
    "DELETE /session/elsewhere": "one's own",
    "DELETE /staff/{name}/sessions": "they sign in again",
    "DELETE /staff/{name}/lock": "it gives, and takes nothing",
    "DELETE /tickets/{id}/calls": "the number is called again",
    "DELETE /tickets/{id}/hold": "it gives back",
    "DELETE /appointments/{id}": "the holder's own, or at their word",
    "DELETE /plans/{id}/activation": "it is put in force again",
    "DELETE /notices/{id}": "it is written again; the journal has its words",
    "DELETE /track/{track}/push": "one's own",
    "DELETE /acts/{id}": "it is asked again",
    "DELETE /tickets/{id}/skips/{service}": "it gives back: the service is visited after all",
    "DELETE /refusals/{id}": "it gives back: the person may take numbers again",
    "DELETE /windows/{no}/beside": "who sat beside a clerk sits down again",
    "DELETE /numbers/stop": "it gives back: numbers are taken again",
}


def test_whatever_takes_something_away_needs_two_or_says_why_not():
    taking = {f"{e.method} {e.path}" for e in ENDPOINTS if e.method == "DELETE" and e.held is None}

    assert taking == set(WAY_BACK)
