"""What is said of a service as it ends: 即办, 承诺, 容缺, 免交; in journal, figures and exports."""

import json

from server.domain.visits import measure, visit


def serve(context, **said):
    keypad, one = context.device("keypad", window="1"), context.kiosk.take("tax")
    keypad.post("/windows/1/calls")
    keypad.post(f"/tickets/{one['id']}/service")
    context.clock.forward(minutes=5)
    return one["id"], keypad.post(f"/tickets/{one['id']}/completion", **said)


def figures(context, path="/figures", **span):
    return context.manager.get(path, **span).json["total"]


def test_what_a_window_says_stands_in_journal_figures_and_export(context):
    id, done = serve(context, outcome="done", flags=["at_once", "tolerated"], waived=3)
    serve(context, outcome="done", flags=["promised", "waived"])  # how many is not said: one at least
    serve(context, outcome="done")

    assert done.status_code == 201
    told = figures(context)
    assert [told[name] for name in ("at_once", "promised", "tolerated", "waived")] == [1, 1, 1, 4]
    row = context.ledger.connection.execute("SELECT body FROM events WHERE kind = 'service.finished' ORDER BY seq").fetchone()
    assert (json.loads(row["body"])["flags"], json.loads(row["body"])["waived"]) == (["at_once", "tolerated", "waived"], 3)
    (leg, *_) = (json.loads(line) for line in context.manager.get("/data/legs.jsonl").text.splitlines() if id in line)
    assert (leg["marks"], leg["waived"]) == (["at_once", "tolerated", "waived"], 3)
    assert [one["code"] for one in context.nobody().get("/codes").json["marks"]][:4] == ["at_once", "promised", "tolerated", "waived"]

    context.clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    past = figures(context, "/history", **{"from": "2026-11-20", "to": "2026-11-20"})
    assert [past[name] for name in ("at_once", "promised", "tolerated", "waived")] == [1, 1, 1, 4]


def test_what_cannot_be_is_refused_and_the_service_goes_on(context):
    id, refused = serve(context, outcome="done", flags=["at_once", "promised"])
    keypad = context.device("keypad", window="1")

    assert refused.status_code == 422
    unknown = keypad.post(f"/tickets/{id}/completion", outcome="done", flags=["at_onse"])
    assert unknown.status_code == 422 and "at_once" in unknown.text
    assert keypad.post(f"/tickets/{id}/completion", outcome="done", waived=100).status_code == 422
    assert context.manager.get(f"/tickets/{id}").json["state"] == "serving"


def test_each_service_of_a_number_keeps_its_own(context):
    id, _ = serve(context, outcome="done", flags=["at_once"])
    ticket = context.ledger.floor.tickets[id]

    told = measure(visit(ticket), context.clock())

    assert (ticket.legs[-1].marks, told.at_once, told.promised) == (("at_once",), 1, 0)
