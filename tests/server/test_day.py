"""One day through the doors: every gesture of the interface with its answer, its event and its refusals where a person meets them."""

import pytest


def test_a_number_is_taken_called_served_and_evaluated(context):
    keypad = context.device("keypad", window="1")
    ticket = context.kiosk.take("tax", holder={"name": "张三", "id_number": "11010519491231002X", "card": "resident"})
    assert ticket["number"] == "A001" and ticket["state"] == "waiting" and ticket["channel"] == "kiosk"
    assert ticket["key"] == "33100200000001-20261120-0001" and ticket["service_name"] == "税务申报"
    assert "张三" not in str(ticket) and "1949" not in str(ticket)

    called = keypad.post("/windows/1/calls")
    assert called.status_code == 201 and called.json["number"] == "A001"
    assert (called.json["window"], called.json["times_called"]) == ("1", 1)
    assert keypad.post(f"/tickets/{ticket['id']}/calls").json["times_called"] == 2
    assert keypad.post(f"/tickets/{ticket['id']}/service").json["state"] == "serving"
    done = keypad.post(f"/tickets/{ticket['id']}/completion", outcome="done", flags=["first_time"])
    assert done.status_code == 201 and done.json["ticket"]["state"] == "done"
    assert done.json["evaluation"] == {"state": "open"}  # the link is the visitor's
    link = context.nobody().get(f"/track/{ticket['track']}").json["evaluation"]
    assert link["url"].endswith(f"/e/{link['token']}")

    asked = context.nobody().get(f"/evaluations/{link['token']}").json
    assert asked["state"] == "open" and [o["grade"] for o in asked["options"]] == [5, 4, 3, 2, 1] and len(asked["options"][0]["tags"]) == 8
    given = context.nobody().post("/evaluations", token=link["token"], grade=5, tags=["510"], comment="很好", anonymous=True)
    assert given.status_code == 201
    again = context.nobody().post("/evaluations", token=link["token"], grade=1)
    assert again.status_code == 409 and again.json["code"] == "already_evaluated"


def bad_evaluation(context, **more):
    keypad = context.device("keypad", window="1")
    context.kiosk.take("tax")
    ticket = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{ticket['id']}/service")
    keypad.post(f"/tickets/{ticket['id']}/completion")
    return context.nobody().post("/evaluations", token=context.link(ticket), grade=2, tags=["213"], comment="说了三遍", **more)


def test_a_bad_evaluation_is_a_case_that_is_taken_and_closed_with_an_outcome(context):
    bad_evaluation(context)

    (case,) = context.manager.get("/cases").json["items"]
    taken = context.manager.post(f"/cases/{case['id']}/owner").json
    closed = context.manager.post(f"/cases/{case['id']}/closing", outcome="corrected", note="已向李四说明，窗口已补培训")

    assert (case["state"], case["grade"]["n"], case["words"], case["tags"][0]["zh"]) == ("open", 2, "说了三遍", "窗口人员业务不熟练")
    assert taken["state"] == "taken" and taken["owner"] == "Manager"
    assert closed.status_code == 201 and closed.json["note"].startswith("已向李四")
    assert context.manager.get("/cases").json["items"] == []
    assert [c["outcome"] for c in context.manager.get("/cases?state=closed").json["items"]] == ["corrected"]
    assert context.manager.post(f"/cases/{case['id']}/owner").json["code"] == "case_closed"
    assert context.manager.post(f"/cases/{case['id']}/closing", outcome="explained").json["code"] == "case_closed"
    journal = str(context.auditor.get("/events?limit=1000").json)
    assert "case.closed" in journal and "李四" not in journal and "说了三遍" not in journal


def test_who_gave_a_name_is_called_back_before_the_case_is_closed(context):
    bad_evaluation(context, anonymous=False)
    (case,) = context.manager.get("/cases").json["items"]

    refused = context.manager.post(f"/cases/{case['id']}/closing", outcome="explained")

    assert case["named"] and refused.status_code == 409 and refused.json["code"] == "call_back_first"
    assert context.manager.post(f"/cases/{case['id']}/closing", outcome="explained", called_back=True).json["called_back"]
    assert context.kiosk.get("/cases").status_code == 403 and context.auditor.get("/cases").status_code == 403


def test_a_good_evaluation_is_no_case_and_an_open_case_outlives_the_night(context):
    bad_evaluation(context)
    context.clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()

    assert len(context.manager.get("/cases").json["items"]) == 1
    assert context.manager.get("/cases").json["items"][0]["words"] == "说了三遍"


def test_nobody_waiting_is_204_and_writes_nothing(context):
    keypad, seq = context.device("keypad", window="1"), context.seq

    answer = keypad.post("/windows/1/calls")

    assert answer.status_code == 204 and answer.data == b"" and context.seq == seq


def test_a_given_number_is_called(context):
    keypad = context.device("keypad", window="1")
    context.kiosk.take()
    second = context.kiosk.take()

    assert keypad.post("/windows/1/calls", ticket=second["id"]).json["number"] == "A002"


def test_put_aside_frees_the_window_and_coming_back_twice_is_harmless(context):
    keypad = context.device("keypad", window="1")
    context.kiosk.take(), context.kiosk.take()
    first = keypad.post("/windows/1/calls").json
    keypad.post(f"/tickets/{first['id']}/service")
    assert keypad.post(f"/tickets/{first['id']}/hold").json["state"] == "held"
    second = keypad.post("/windows/1/calls").json
    busy = keypad.delete(f"/tickets/{first['id']}/hold")
    assert busy.status_code == 409 and busy.json["code"] == "window_busy"
    keypad.post(f"/tickets/{second['id']}/miss")

    for _ in range(2):
        back = keypad.delete(f"/tickets/{first['id']}/hold")
        assert back.status_code == 200 and back.json["state"] == "serving"


def test_missed_and_back_in_line(context):
    keypad = context.device("keypad", window="1")
    ticket = context.kiosk.take()
    keypad.post("/windows/1/calls")

    assert keypad.post(f"/tickets/{ticket['id']}/miss").json["state"] == "missed"
    assert context.guide.post(f"/tickets/{ticket['id']}/return").json["state"] == "waiting"


def test_on_to_another_service_on_the_same_number(context):
    keypad = context.device("keypad", window="1")
    ticket = context.kiosk.take("tax")
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{ticket['id']}/service")

    moved = keypad.post(f"/tickets/{ticket['id']}/transfer", service="estate").json

    assert (moved["number"], moved["service"], moved["state"], moved["window"]) == ("A001", "estate", "waiting", None)
    assert [leg["service"] for leg in moved["legs"]] == ["tax"]


def test_the_holder_lets_others_go_first_and_gives_up_by_the_track_code(context):
    mine, nobody = context.kiosk.take(), context.nobody()
    for _ in range(2):
        context.clock.forward(seconds=1)
        context.kiosk.take()

    assert nobody.get(f"/track/{mine['track']}").json["ahead"] == 0
    assert nobody.get(f"/tickets/{mine['track']}").json["number"] == "A001"
    assert nobody.post(f"/tickets/{mine['track']}/postponement", places=1).json["ahead"] == 1
    assert nobody.post(f"/tickets/{mine['track']}/cancellation").json["state"] == "cancelled"


def test_a_ticket_by_its_id_needs_a_token(context):
    ticket = context.kiosk.take()

    assert context.nobody().get(f"/tickets/{ticket['id']}").status_code == 401
    assert context.nobody().post(f"/tickets/{ticket['id']}/cancellation").status_code == 401
    assert context.display.get(f"/tickets/{ticket['id']}").json["number"] == "A001"


def test_a_second_ticket_for_the_same_person_is_refused_with_the_first_in_it(context):
    holder = {"name": "李四", "id_number": "440524188001010014", "card": "resident"}
    first = context.kiosk.take("tax", holder=holder)

    second = context.kiosk.post("/tickets", service="tax", channel="kiosk", holder=holder)

    assert second.status_code == 409 and second.json["code"] == "already_holds"
    assert second.json["ticket"]["id"] == first["id"] and second.json["ticket"]["number"] == "A001"
    assert "440524188001010014" not in second.text and "李四" not in second.text


def test_a_window_opens_pauses_and_closes(context):
    keypad = context.device("keypad", window="A12")

    assert keypad.put("/windows/A12/state", state="open").json["state"] == "open"
    paused = keypad.put("/windows/A12/state", state="paused", reason="午休").json
    assert (paused["state"], paused["reason"]) == ("paused", "午休")
    assert keypad.post("/windows/A12/calls").json["code"] == "window_paused"
    seq = context.seq
    assert keypad.put("/windows/A12/state", state="paused", reason="午休").status_code == 200 and context.seq == seq
    assert keypad.put("/windows/A12/state", state="closed").json["state"] == "closed"


def test_an_appointment_is_booked_moved_checked_in(context):
    slots = context.app.get("/slots", service="tax", day="2026-11-20").json["items"]
    assert slots and {"id", "from", "to", "free"} <= set(slots[0])
    booked = context.app.post("/appointments", slot=slots[0]["id"], phone="13800138000").json
    assert booked["state"] == "booked" and booked["number"] is None and booked["slot_at"] == slots[0]["from"]
    found = context.kiosk.post("/appointments/search", phone="13800138000").json["items"]
    assert [f["id"] for f in found] == [booked["id"]]
    moved = context.nobody().put(f"/appointments/{booked['track']}", slot=slots[1]["id"])
    assert moved.status_code == 200 and moved.json["slot_at"] == slots[1]["from"]
    seen = context.manager.get("/tickets", state="booked").json["items"][0]
    assert [seen[k] for k in ("waited", "clock_at", "due_at")] == [None] * 3 and seen["target"] == 600  # its clock starts with the check-in
    early = context.kiosk.post(f"/appointments/{booked['id']}/checkin")
    assert early.status_code in (201, 409)
    context.clock.forward(minutes=40)

    came = context.kiosk.post(f"/appointments/{booked['track']}/checkin") if early.status_code == 409 else early

    assert came.status_code == 201 and came.json["state"] == "waiting" and came.json["class"] == "appointment"


def test_the_looks_that_need_no_token(context):
    nobody = context.nobody()

    assert nobody.get("/hall").json["code"] == "33100200000001"
    assert [s["code"] for s in nobody.get("/services").json["items"]] == ["tax", "social", "estate"]
    assert {"hall", "services", "windows", "calls", "next", "notices"} <= set(nobody.get("/board").json)
    assert nobody.get("/windows").status_code == 401
    assert [w["no"] for w in context.display.get("/windows").json["items"]] == ["1", "2", "3", "A12"]


def test_the_journal_is_for_the_auditor_in_order_and_without_gaps(context):
    for _ in range(5):
        context.kiosk.take()

    rows, after = [], 0
    while after is not None:
        page = context.auditor.get("/events", after=after, limit=4).json
        rows += page["items"]
        after = page["next"]

    assert [r["seq"] for r in rows] == list(range(1, context.seq + 1))
    hashed = {"seq", "at", "kind", "actor", "ticket", "window", "body", "prev", "hash"}
    beside = {"names", "by", "changes", "more"}  # what its codes and its actor are called today, and its old values one by one: not of it
    assert set(rows[0]) == hashed | beside
    assert all(b["prev"] == a["hash"] for a, b in zip(rows, rows[1:], strict=False))
    assert [context.of(r).get("/events").status_code for r in ("manager", "clerk", "app")] == [403, 403, 403]
    assert context.nobody().get("/events").status_code == 401
    assert context.auditor.get("/events", limit=1001).status_code == 422


def test_managers_set_services_windows_rules_and_notices(context):
    m = context.manager
    assert m.put("/services/tax", minutes=7.5).json["minutes"] == 7.5
    assert m.put("/services/new", name="新业务", prefix="D").json["code"] == "new"
    assert m.put("/windows/1", services=["tax", "new"]).json["services"] == ["tax", "new"]
    assert m.put("/settings/calls", value={"when_called": "miss"}).json["value"] == {"when_called": "miss"}
    assert m.put("/settings/rules", value={"cap": 3}).status_code == 422
    assert m.put("/settings/nothing", value={}).json["code"] == "no_such_setting"
    notice = m.post("/notices", text="今日系统升级", until="2026-11-20T18:00:00+08:00").json
    assert [n["id"] for n in context.nobody().get("/board").json["notices"]] == [notice["id"]]
    assert m.delete(f"/notices/{notice['id']}").status_code == 204 and m.delete(f"/notices/{notice['id']}").status_code == 204
    assert m.get("/stats/today").json["issued"] == 0 and m.get("/figures").status_code == 200
    assert context.kiosk.put("/services/tax", minutes=1).status_code == 403


def test_calling_while_one_is_called_misses_it_where_the_hall_says_so(context, clock):
    context.manager.put("/settings/calls", value={"when_called": "miss"})
    keypad = context.device("keypad", window="1")
    first = context.kiosk.take()
    context.kiosk.take()
    keypad.post("/windows/1/calls")
    clock.forward(seconds=20)

    assert keypad.post("/windows/1/calls").json["number"] == "A002"
    assert context.guide.get(f"/tickets/{first['id']}").json["state"] == "missed"


def test_what_a_machine_shall_do_survives_a_restart_and_is_forgotten_after_an_hour(fresh):
    context = fresh()
    report = {"device": "kiosk", "kind": "kiosk", "state": "ok"}
    context.device("kiosk", name="k1").post("/devices/k1/state", **report)
    ticket = context.kiosk.take()
    wished = [
        context.manager.post("/devices/k1/commands", do="reprint", ticket=ticket["id"]).json,
        context.manager.post("/devices/k1/commands", do="restart").json,
    ]

    context = fresh()
    kiosk = context.device("kiosk", name="k1")
    context.clock.forward(minutes=59)

    assert kiosk.post("/devices/k1/state", **report).json["commands"] == wished
    context.clock.forward(minutes=2)
    assert kiosk.post("/devices/k1/state", **report).json["commands"] == []


def test_a_device_reports_and_hears_what_it_shall_do(context):
    k = context.kiosk
    report = {"device": "printer", "kind": "printer", "state": "trouble", "code": "paper_end", "sentence": "缺纸", "sentence_en": "empty"}
    assert k.post("/devices/k1/state", **report).json["commands"] == []
    seq = context.seq
    assert k.post("/devices/k1/state", **report).status_code == 200 and context.seq == seq
    assert k.post("/devices/k2/state", **report).json["code"] == "not_your_device"
    command = context.manager.post("/devices/k1/commands", do="restart").json
    assert k.post("/devices/k1/state", **report).json["commands"] == [command]
    assert k.post(f"/devices/k1/commands/{command['id']}/result", ok=True).status_code == 200
    assert k.post("/devices/k1/state", **report).json["commands"] == []

    context.clock.forward(seconds=20)
    context.server.context.upkeep.tick()

    assert [d["state"] for d in context.manager.get("/devices").json["items"]] == ["unknown"]


def test_a_guide_is_called_and_comes(context):
    called = context.kiosk.post("/devices/k1/help", screen="choosing", language="zh")
    assert called.status_code == 201
    assert context.guide.post(f"/help/{called.json['id']}/answer").status_code == 201
    report = {"device": "kiosk", "kind": "kiosk", "state": "ok"}
    assert context.kiosk.post("/devices/k1/state", **report).json["help"] == {"id": called.json["id"], "answered": True}


def test_numbers_are_lent_once_and_merged_once(context):
    k = context.kiosk
    lend = {"loan": "abcdefghij234567", "day": "2026-11-20", "count": 10}
    loan = k.post("/kiosks/k1/loans", **lend)
    assert loan.status_code == 201 and k.post("/kiosks/k1/loans", **lend).json == loan.json
    assert k.post("/kiosks/k2/loans", **lend).json["code"] == "not_your_kiosk"
    assert k.post("/kiosks/k1/loans", **lend | {"day": "2026-12-20"}).json["errors"][0]["field"] == "day"
    series = next(r for r in loan.json["ranges"] if "tax" in r["services"])["series"]
    lent = {
        "id": f"abcdefghij234567-{series.lower()}001", "loan": "abcdefghij234567", "series": series, "counter": 1, "number": f"{series}001",
        "day": "2026-11-20", "service": "tax", "class": "ordinary", "reason": None, "language": "zh", "notice": "1",
        "issued_at": "2026-11-20T09:05:00.000+08:00", "printed": True, "attempt": None, "sealed": None, "phone_sealed": None,
        "track": "abcdefghijklmnopqrstuvwxyz",
    }  # fmt: skip

    first, second = (k.post("/tickets/merge", kiosk="k1", tickets=[lent]) for _ in range(2))

    assert [a.json["items"][0]["result"] for a in (first, second)] == ["merged", "already"]
    assert first.json["items"][0]["ticket"]["offline"] is True
    assert context.nobody().get("/track/abcdefghijklmnopqrstuvwxyz").json["number"] == f"{series}001"


def test_a_kiosk_without_a_token_is_let_in_by_the_code_on_its_screen(context):
    new, secret = context.nobody(), "s" * 32
    asked = new.post("/enrolments", machine="kiosk-east", kind="kiosk", secret=secret).json
    assert new.post(f"/enrolments/{asked['id']}/claim", secret=secret).status_code == 202
    assert context.manager.post("/enrolments/approvals", code="0000-0x", name="k9").status_code == 422
    assert context.manager.post("/enrolments/approvals", code=asked["code"], name="k9").status_code == 201
    assert new.post(f"/enrolments/{asked['id']}/claim", secret="x" * 32).status_code == 404

    given = new.post(f"/enrolments/{asked['id']}/claim", secret=secret).json

    new.token = given["token"]
    assert new.get("/me").json["role"] == "kiosk" and new.get("/me").json["name"] == "k9"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_health_is_at_the_root(context, path):
    assert context.nobody().ask("GET", path, root=True).status_code == 200


def test_without_a_forecast_the_hall_opens_all_the_same(fresh, monkeypatch):
    def broken(*_):
        raise ValueError("no array of this shape")

    monkeypatch.setattr("server.forecast.wait_forecast.predict_all", broken)
    context = fresh()

    assert context.kiosk.take()["wait"] is None and context.device("keypad", window="1").post("/windows/1/calls").status_code == 201


def test_what_happened_to_a_number_is_told_with_the_windows_number(context):
    ticket = context.kiosk.take("tax")
    keypad = context.device("keypad", window="1")
    keypad.post("/windows/1/calls")
    keypad.post(f"/tickets/{ticket['id']}/calls")
    keypad.post(f"/tickets/{ticket['id']}/miss")

    told = context.nobody().get(f"/track/{ticket['track']}").json["changes"]

    assert [(one["kind"], one["zh"], one["en"]) for one in told[:3]] == [
        ("ticket.missed", "呼叫时您不在1号窗口，已过号", "You were called to window 1 but were not there, so your call was missed"),
        ("ticket.recalled", "再次呼叫：请到1号窗口办理", "Called again: please go to window 1"),
        ("ticket.called", "请到1号窗口办理", "Please go to window 1"),
    ]
    assert [one["window"] for one in told] == ["1", "1", "1", None]  # which the phone of who missed the call needs


def test_a_pads_question_is_over_with_the_next_call_and_the_link_still_holds(context):
    first, second, keypad = context.kiosk.take("tax"), context.kiosk.take("tax"), context.device("keypad", window="1")
    asked = lambda: context.server.context.view().evaluation_asked("1")
    for path in ("/windows/1/calls", f"/tickets/{first['id']}/service"):
        keypad.post(path)
    keypad.post(f"/tickets/{first['id']}/completion", outcome="done")
    link = context.link(first)
    assert asked()["number"] == first["number"]

    keypad.post("/windows/1/calls")
    assert asked() is None
    keypad.post(f"/tickets/{second['id']}/service")
    assert asked() is None

    assert context.nobody().post("/evaluations", token=link, grade=5).status_code == 201
    keypad.post(f"/tickets/{second['id']}/completion", outcome="done")
    assert asked()["number"] == second["number"]
