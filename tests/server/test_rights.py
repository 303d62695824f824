"""Rights that outlive a number: coming back with papers, carried over to the next opening, groups on one number, acting for another."""

import pytest

from server import actions
from server.actions.persons import forget_person
from server.record import audit

HOLDER = {"name": "王小明", "id_number": "110105199003070012"}
AGENT = {"name": "李晓红", "id_number": "110105198506120026"}


def rules(c, **value):
    answer = c.manager.put("/settings/rules", value=value)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def papers(context):
    rules(context, rights={"papers_days": 2})
    return context


def pad(c, window="1"):
    return c.device("keypad", window=window)


def without_papers(c, **more):
    """A number served at window 1 whose papers were missing: (its first answer, as its holder sees it)."""
    taken = c.kiosk.post("/tickets", service="tax", channel="kiosk", **more).json
    called = pad(c).post("/windows/1/calls").json
    assert called["id"] == taken["id"]
    pad(c).post(f"/tickets/{taken['id']}/service")
    c.clock.forward(minutes=4)
    answer = pad(c).post(f"/tickets/{taken['id']}/completion", outcome="incomplete", papers=True)
    assert answer.status_code == 201, answer.text
    return taken, c.nobody().get(f"/track/{taken['track']}").json


def forecast(c):
    forecaster = c.server.context.jobs.forecaster
    forecaster.attempt(forecaster.refresh)


def test_who_lacked_papers_is_told_until_when_and_comes_back_once_before_the_others(papers):
    c = papers
    taken, told = without_papers(c, holder=HOLDER)
    others = [c.kiosk.take("tax") for _ in range(3)]
    forecast(c)

    back = c.kiosk.post(f"/appointments/{taken['track']}/checkin")
    again = c.kiosk.post(f"/appointments/{taken['track']}/checkin")

    assert told["back"]["why"] == "papers" and told["back"]["until"][:10] == "2026-11-22" and "不用重新排队" in told["back"]["say"]["zh"]
    assert back.status_code == 201 and back.json["number"].startswith("X") and back.json["state"] == "waiting"
    assert back.json["ahead"] is not None and back.json["ahead"] <= 1
    assert again.json["code"] == "right_used"
    assert c.nobody().get(f"/track/{taken['track']}").json["back"]["until"] is None
    c.clock.forward(minutes=8)
    assert pad(c).post("/windows/1/calls").json["id"] == back.json["id"] not in [one["id"] for one in others]
    assert audit.replay(c.folder) == [] and audit.verify(c.folder).ok


def test_it_is_found_by_card_on_another_day_and_stands_before_those_who_come_then(papers):
    c = papers
    taken, _ = without_papers(c, holder=HOLDER)
    c.clock.forward(minutes=24 * 60)
    c.server.context.clockwork.tick()

    (found,) = c.kiosk.post("/appointments/search", holder=HOLDER).json["items"]
    first = c.kiosk.take("tax")
    back = c.kiosk.post(f"/appointments/{found['id']}/checkin").json

    tickets = c.ledger.floor.tickets
    assert found["id"] == taken["id"] and found["back"]["why"] == "papers"
    assert tickets[back["id"]].line_at < tickets[first["id"]].line_at and back["holder_masked"] == "王*明"
    assert c.kiosk.post("/appointments/search", holder=HOLDER).json["items"] == []


def test_it_expires_truly_and_says_so(papers):
    c = papers
    taken, told = without_papers(c)
    c.clock.forward(minutes=72 * 60)
    c.server.context.clockwork.tick()

    late = c.kiosk.post(f"/appointments/{taken['track']}/checkin")

    assert late.json["code"] == "right_over"
    assert c.nobody().get(f"/track/{taken['track']}").json["back"]["say"]["code"] == "over"


def test_a_hall_without_the_right_gives_none(context):
    c = context
    taken = c.kiosk.take("tax")
    pad(c).post("/windows/1/calls")
    pad(c).post(f"/tickets/{taken['id']}/service")

    refused = pad(c).post(f"/tickets/{taken['id']}/completion", papers=True)

    assert refused.json["code"] == "papers_not_here" and c.ledger.floor.tickets[taken["id"]].state == "serving"


@pytest.mark.parametrize(("carry", "how"), [("always", "rule"), ("asked", "press")])
def test_whose_turn_had_not_come_is_carried_over_in_the_same_order(context, carry, how):
    c = context
    rules(c, rights={"carry": carry})
    some = [c.kiosk.take("tax") for _ in range(3)]
    if how == "press":
        c.ledger.do("manager", actions.close_day, let_go=True, carry=True)
    c.clock.forward(minutes=24 * 60)
    c.server.context.clockwork.tick()

    told = [c.nobody().get(f"/track/{one['track']}").json for one in some]
    early = c.kiosk.take("tax")
    backs = [c.kiosk.post(f"/appointments/{one['track']}/checkin").json for one in reversed(some)]

    assert [(t["state"], t["back"]["why"], t["back"]["until"][:10]) for t in told] == [("expired", "carried", "2026-11-21")] * 3
    assert c.kiosk.post(f"/appointments/{some[0]['track']}/checkin").json["code"] == "right_used"
    floor = c.ledger.floor
    order = sorted([early, *backs], key=lambda one: floor.tickets[one["id"]].line_at)
    assert [one["number"] for one in order] == [*[b["number"] for b in reversed(backs)], early["number"]]
    assert audit.replay(c.folder) == [] and audit.verify(c.folder).ok


def test_nobody_is_carried_over_where_the_hall_has_it_not(context):
    c = context
    one = c.kiosk.take("tax")
    with pytest.raises(Exception, match="carry_not_here"):
        c.ledger.do("manager", actions.close_day, let_go=True, carry=True)
    c.clock.forward(minutes=24 * 60)
    c.server.context.clockwork.tick()

    told = c.nobody().get(f"/track/{one['track']}").json

    assert told["state"] == "expired" and told["back"] is None


def test_a_day_that_is_closed_afterwards_is_not_counted_against_the_right(papers):
    c = papers
    taken, told = without_papers(c)
    c.manager.put("/settings/hours", value={"days": {"2026-11-21": [], "2026-11-22": []}})

    after = c.nobody().get(f"/track/{taken['track']}").json

    assert told["back"]["until"][:10] == "2026-11-22" and after["back"]["until"][:10] == "2026-11-24"


def test_a_group_stands_on_one_number_and_takes_as_long_as_all_of_it(context):
    c = context
    singles = [c.kiosk.take("tax") for _ in range(6)]
    forecast(c)
    alone = c.ledger.waits.for_new("tax", "ordinary").p50
    for one in singles:
        c.guide.post(f"/tickets/{one['id']}/cancellation")
    group = [c.guide.post("/tickets", service="tax", persons=5).json for _ in range(6)][0]
    forecast(c)

    assert group["persons"] == 5 and c.nobody().get(f"/track/{group['track']}").json["persons"] == 5
    assert c.ledger.waits.for_new("tax", "ordinary").p50 > 3 * alone
    assert c.guide.post("/tickets", service="tax", persons=0).status_code == 422


def test_who_acts_for_another_is_kept_masked_beside_the_holder_and_named_nowhere_else(context):
    c = context
    body = {"service": "tax", "holder": HOLDER, "agent": AGENT, "authority": "entrusted"}

    given = c.guide.post("/tickets", **body)
    wrong = [c.guide.post("/tickets", **{k: v for k, v in body.items() if k != gone}) for gone in ("authority", "holder", "agent")]

    assert given.status_code == 201 and given.json["authority"] == "entrusted"
    assert [one.status_code for one in wrong] == [422] * 3
    visitor = c.ledger.floor.visitors[given.json["id"]]
    assert (visitor.name, visitor.agent_name, visitor.agent_last4) == ("王*明", "李*红", "0026")
    journal = "\n".join(map(str, c.ledger.connection.execute("SELECT body FROM events").fetchall()))
    assert not any(text in journal for text in (AGENT["id_number"], "李晓红", "李*红", HOLDER["id_number"]))


def test_an_agent_is_limited_by_whom_they_act_for_and_finds_all_they_have_taken(context):
    c = context
    other = {"name": "赵强", "id_number": "110105197001010038"}
    act = lambda holder: c.kiosk.post("/tickets", service="tax", channel="kiosk", holder=holder, agent=AGENT, authority="guardian")

    one, two, again = act(HOLDER), act(other), act(HOLDER)
    own = c.kiosk.post("/tickets", service="tax", channel="kiosk", holder=AGENT)

    assert (one.status_code, two.status_code, again.json["code"], own.status_code) == (201, 201, "already_holds", 201)
    held = c.kiosk.post("/tickets/search", holder=AGENT).json["items"]
    assert {t["id"] for t in held} == {t.json["id"] for t in (one, two, own)}
    assert {t["id"] for t in c.kiosk.post("/tickets/search", holder=HOLDER).json["items"]} == {one.json["id"]}


def test_looking_up_and_deleting_is_of_the_one_who_asks(context):
    c = context
    taken = c.guide.post("/tickets", service="tax", holder=HOLDER, agent=AGENT, authority="unit").json

    kept = c.guide.post("/persons/search", holder=AGENT).json
    c.ledger.do("guide", forget_person, holder=AGENT)

    (mine,) = kept["tickets"]
    assert (mine["ticket"], mine["name"], mine["id_last4"], mine["phone"]) == (taken["id"], "李*红", "0026", "")
    visitor = c.ledger.floor.visitors[taken["id"]]
    assert (visitor.name, visitor.agent_name, visitor.agent_hash) == ("王*明", "", "")
    c.ledger.do("guide", forget_person, holder=HOLDER)
    assert taken["id"] not in c.ledger.floor.visitors
    assert audit.replay(c.folder) == []


def test_an_old_person_who_is_not_here_opens_no_green_channel(context):
    c = context
    rules(c, green={"automatic": True})
    old = {"name": "王老", "id_number": "11010519491231002X"}

    acted = c.kiosk.post("/tickets", service="tax", channel="kiosk", holder=old, agent=AGENT, authority="entrusted").json
    own = c.kiosk.post("/tickets", service="social", channel="kiosk", holder=old).json

    assert (acted["class"], own["class"]) == ("ordinary", "green")


def acted_for(c, holder, service="tax", who=None, **more):
    return (who or c.kiosk).post("/tickets", service=service, holder=holder, agent=AGENT, authority="entrusted", **more)


OTHERS = [{"name": "王小明", "id_number": "110105199003070012"}, {"name": "赵一", "id_number": "110105194912310038"}]


def test_an_agent_takes_so_many_a_day_for_others_and_still_their_own(context):
    c = context
    assert c.manager.put("/settings/holders", value={"for_others": 1}).status_code == 200
    first = acted_for(c, OTHERS[0]).json
    assert c.kiosk.post(f"/tickets/{first['id']}/cancellation").status_code == 201  # given up: it counts all the same

    second = acted_for(c, OTHERS[1])
    own = c.kiosk.post("/tickets", service="tax", holder=AGENT)
    for_themselves = c.kiosk.post("/tickets", service="social", holder=OTHERS[1])
    passed = acted_for(c, OTHERS[1], who=c.guide, despite="family")

    assert (second.status_code, second.json["code"]) == (409, "acted_enough") and "替别人" in second.json["detail"]
    assert (own.status_code, for_themselves.status_code) == (201, 201)
    assert passed.status_code == 201
    c.clock.forward(minutes=24 * 60)
    assert acted_for(c, OTHERS[1], "estate").status_code == 201


def test_what_staff_or_the_hall_took_back_is_not_counted_against_an_agent(context):
    c = context
    assert c.manager.put("/settings/holders", value={"for_others": 1}).status_code == 200
    first = acted_for(c, OTHERS[0]).json
    assert c.guide.post(f"/tickets/{first['id']}/cancellation").status_code == 201

    assert acted_for(c, OTHERS[1]).status_code == 201


def test_who_is_refused_takes_none_for_others_and_the_sentence_is_true_for_who_reads_it(context):
    c = context
    assert c.manager.post("/refusals", holder=AGENT, reason="touting", days=3).status_code == 201
    assert c.manager.put("/settings/holders", value={"numbers": 1}).status_code == 200

    refused = acted_for(c, OTHERS[0])
    c.kiosk.post("/tickets", service="social", holder=OTHERS[1])
    c.manager.ask("DELETE", f"/refusals/{c.manager.get('/refusals').json['items'][0]['id']}")
    enough = acted_for(c, OTHERS[1])
    c.manager.post("/refusals", holder=OTHERS[0], reason="touting", days=3)
    theirs = acted_for(c, OTHERS[0])

    assert refused.json["code"] == "person_refused" and "替他代办" not in refused.json["detail"]
    assert enough.json["code"] == "numbers_enough" and enough.json["detail"].startswith("您替他代办的人")
    assert theirs.json["code"] == "person_refused" and "您替他代办的人" in theirs.json["detail"]


def test_an_agent_is_known_by_a_card(context):
    c = context
    nameless = c.guide.post("/tickets", service="tax", holder=HOLDER, agent={"name": "李晓红"}, authority="entrusted")

    assert (nameless.status_code, nameless.json["errors"][0]["field"]) == (422, "agent.id_number")


def test_every_authority_has_its_words_for_programs_outside(context):
    told = context.nobody().get("/codes").json["authorities"]

    assert [one["code"] for one in told] == ["entrusted", "guardian", "unit"] and told[0]["names"]["zh"] == "委托书"


def test_a_booking_and_a_right_are_used_by_an_agent_who_is_kept_and_counted(papers):
    c = papers
    acts = {"agent": AGENT, "authority": "guardian"}
    slot = next(s for s in c.app.get("/slots", service="social", days=1).json["items"] if s["free"])
    booked = c.kiosk.post("/appointments", slot=slot["id"], holder=HOLDER).json
    taken, _ = without_papers(c, holder=OTHERS[1])
    c.clock.now = c.ledger.floor.tickets[booked["id"]].slot_at
    assert c.manager.put("/settings/holders", value={"for_others": 2}).status_code == 200

    half = c.kiosk.post(f"/appointments/{booked['id']}/checkin", agent=AGENT)
    came = c.kiosk.post(f"/appointments/{booked['id']}/checkin", **acts).json
    back = c.kiosk.post(f"/appointments/{taken['track']}/checkin", **acts).json
    third = acted_for(c, {"name": "钱二", "id_number": "440524188001010014"})

    assert half.status_code == 422
    assert (came["authority"], back["authority"]) == ("guardian", "guardian")
    visitor = c.ledger.floor.visitors.get(came["id"])
    assert (visitor.name, visitor.agent_name) == ("王*明", "李*红") and c.ledger.floor.visitors.get(back["id"]).agent_last4 == "0026"
    assert third.json["code"] == "acted_enough"
    assert audit.replay(c.folder) == []


def test_at_kiosks_nobody_acts_by_what_the_hall_does_not_take_there_and_staff_do(context):
    c = context
    assert c.manager.put("/settings/kiosks", value={"authorities": ["guardian"]}).status_code == 200

    at_kiosk, at_desk = acted_for(c, OTHERS[0]), acted_for(c, OTHERS[0], who=c.guide)

    assert (at_kiosk.status_code, at_kiosk.json["code"]) == (409, "not_acted_here") and at_desk.status_code == 201


def test_what_a_kiosk_gave_alone_to_an_agent_is_merged_with_both_persons(context):
    from kiosk.seal import sealed, ticket_id

    c = context
    loan = c.kiosk.post("/kiosks/k1/loans", loan="abcdefgh23456777", day="2026-11-20", count=5).json
    part = next(one for one in loan["ranges"] if "tax" in one["services"])
    number = f"{part['series']}001"
    id = ticket_id("abcdefgh23456777", number)
    public = c.server.context.ledger.keys.public_seal()
    one = {
        "id": id, "loan": "abcdefgh23456777", "series": part["series"], "counter": 1, "number": number, "day": "2026-11-20",
        "service": "tax", "issued_at": c.server.context.view().at(c.clock()), "authority": "unit",
        "sealed": sealed(OTHERS[0], public, id), "agent_sealed": sealed(AGENT, public, id),
    }  # fmt: skip
    (merged,) = c.kiosk.post("/tickets/merge", kiosk="k1", tickets=[one]).json["items"]

    visitor = c.ledger.floor.visitors.get(id)
    assert merged["result"] == "merged" and merged["ticket"]["authority"] == "unit"
    assert (visitor.name, visitor.agent_name, visitor.agent_last4) == ("王*明", "李*红", "0026")
    assert audit.replay(c.folder) == []
