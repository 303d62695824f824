"""A number or booking goes to another hall: taken over there by its rules, or refused in a sentence; never two numbers, never none."""

import json

import doors
import pytest
from small_hall import SERVICES, WINDOWS

from config.schema import ServerSettings
from server import actions
from server.outside.referrals import NotUnderstood, Referrals, read
from server.web.referrals import written

HERE = "33100200000001"
THERE = "33100200000002"
HOLDER = {"name": "张小明", "id_number": "33100219550101002X", "card": "id_card"}


class Line:
    """The way between two halls; cut before it arrives, or while the answer comes back."""

    def __init__(self):
        self.there, self.token = None, ""
        self.cut = ""
        self.asked, self.answers = [], []

    def __call__(self, url, token, body):
        self.asked.append(body)
        if self.cut == "way":
            raise TimeoutError
        answer = doors.Caller(self.there, token=token).post("/referrals", **body)
        if answer.status_code != 200:
            raise NotUnderstood(str(answer.status_code))
        if self.cut == "answer" and not body.get("only_ask"):
            raise TimeoutError
        self.answers.append(answer.json)
        return answer.json


@pytest.fixture
def line():
    return Line()


@pytest.fixture
def halls(tmp_path, clock, small_hall, line):
    """(the hall that sends, the hall that takes over)."""

    def other(ledger, **settings):
        hall = {"code": THERE, "name": {"zh": "桃源街道便民服务中心", "en": "Taoyuan"}}
        ledger.do("test", actions.load_hall, hall=hall, services=SERVICES, windows=WINDOWS, settings=settings)

    there = doors.Context(tmp_path / "there", clock, other)
    neighbour = {"code": HERE, "name": {"zh": "示例县政务服务中心", "en": "Example Hall"}, "accepts": True}
    assert there.manager.put("/settings/neighbours", value={"items": [neighbour]}).status_code == 200
    token = there.manager.post("/tokens", role="hall", name=HERE).json["plain"]
    line.there, line.token = there, token
    settings = ServerSettings.model_validate({"referrals": {"tokens": {THERE: token}}})
    here = doors.Context(tmp_path / "here", clock, small_hall, settings=settings)
    known = {"code": THERE, "name": {"zh": "桃源街道便民服务中心", "en": "Taoyuan"}, "url": "http://127.0.0.1:1"}
    assert here.manager.put("/settings/neighbours", value={"items": [known]}).status_code == 200
    posted(here, line)
    yield here, there
    here.close()
    there.close()


def posted(here, line):
    here.server.context.referrals = Referrals(here.server.context, here.settings.referrals, post=line)


def send(here, ticket, service="tax", why="not_here", **more):
    return here.guide.post(f"/tickets/{ticket['id']}/referral", hall=THERE, service=service, why=why, **more)


def at(context, id):
    return context.manager.get(f"/tickets/{id}").json


def numbers(context):
    return [t for t in context.manager.get("/tickets").json["items"] if t["referral"]]


def kinds(context, id):
    return [row["kind"] for row in context.auditor.get("/events", limit=1000, thing=f"ticket:{id}").json["items"]]


def test_a_number_is_taken_over_and_its_holder_follows_it_there(halls):
    here, there = halls
    mine = here.kiosk.take("social", holder=HOLDER)

    answer = send(here, mine, why="nearer")
    gone = answer.json
    (come,) = numbers(there)
    track = here.nobody().get(f"/track/{here.ledger.keys.code('track', mine['id'])}").json

    assert answer.status_code == 201, answer.text
    assert (gone["state"], gone["referral"]["state"], gone["referral"]["number"]) == ("referred", "accepted", come["number"])
    assert gone["referral"]["say"]["zh"] == f"已转到桃源街道便民服务中心办理“税务申报”，新号是{come['number']}，请到那里等候叫号。"
    assert (come["state"], come["service"], come["referral"]["out"]) == ("waiting", "tax", False)
    assert come["referral"]["say"]["zh"] == f"由示例县政务服务中心转来，原来是{mine['number']}号。"
    assert track["referral"]["url"] == f"{there.server.context.public_url}/t/{there.ledger.keys.code('track', come['id'])}"
    assert gone["referral"]["url"] is None, "the link is the right to give the number up: its holder alone has it"
    assert kinds(here, mine["id"]) == ["ticket.issued", "ticket.referred", "referral.accepted"]
    assert kinds(there, come["id"]) == ["ticket.issued", "referral.received"]
    assert there.ledger.floor.visitors[come["id"]].name == "张*明"
    assert there.ledger.floor.visitors[come["id"]].id_last4 == "002X", "as far as it is kept here"
    for hall in halls:
        text = json.dumps(hall.auditor.get("/events", limit=1000).json["items"], ensure_ascii=False)
        assert "002X" not in text and "小明" not in text and "张*明" not in text and "/t/" not in text


def test_the_card_laid_on_again_goes_whole_to_the_other_hall_and_is_kept_by_neither(halls):
    here, there = halls
    refused = there.guide.post("/refusals", holder=HOLDER, reason="touting", days=3)
    assert refused.status_code == 201, refused.text
    mine = here.kiosk.take("social", holder=HOLDER)

    answer = send(here, mine, holder=HOLDER)

    assert (answer.status_code, answer.json["code"]) == (409, "hall_refuses")
    assert "扰乱" in answer.json["detail"] or "不能取号" in answer.json["detail"]
    assert at(here, mine["id"])["state"] == "waiting"
    assert HOLDER["id_number"] not in (here.folder / "hall.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"closed": True}, "service_closed"),
        ({"unknown": True}, "no_such_service"),
        ({"late": True}, "hall_closed"),
    ],
)
def test_what_the_other_hall_refuses_by_its_rules_stays_in_line_here(halls, line, rule, code):
    here, there = halls
    mine, service = here.kiosk.take("social"), "tax"
    if "closed" in rule:
        assert there.manager.put("/services/tax", closed=True).status_code == 200
    if "unknown" in rule:
        service = "ships"
    if "late" in rule:
        hours = {"friday": ["08:30-09:30"], "enforce": True}
        assert there.manager.put("/settings/hours", value=hours).status_code == 200
    _, before = here.guide, here.seq

    answer = send(here, mine, service)

    assert (answer.status_code, answer.json["code"]) == (409, "hall_refuses"), answer.text
    assert line.answers[-1]["code"] == code
    assert "桃源街道便民服务中心不能接收：" in answer.json["detail"] and answer.json["detail"].endswith("照旧等候。")
    assert here.seq == before and at(here, mine["id"])["state"] == "waiting" and not numbers(there)


def test_a_hall_that_does_not_answer_loses_nobody(halls, line):
    here, _ = halls
    mine = here.kiosk.take("social")
    line.cut = "way"
    _, before = here.guide, here.seq

    answer = send(here, mine)

    assert (answer.status_code, answer.json["code"]) == (409, "hall_silent")
    assert here.seq == before and at(here, mine["id"])["state"] == "waiting"


def test_an_answer_that_is_lost_is_asked_for_again_and_makes_no_second_number(halls, line, clock):
    here, there = halls
    mine = here.kiosk.take("social")
    line.cut = "answer"

    gone = send(here, mine).json
    half = numbers(there)
    for _ in range(3):
        here.server.context.referrals.tick()
    line.cut = ""
    here.server.context.referrals.tick()
    here.server.context.referrals.tick()

    assert gone["referral"]["state"] == "asked" and gone["referral"]["number"] is None
    assert len(half) == 1 and numbers(there) == half
    assert at(here, mine["id"])["referral"]["number"] == half[0]["number"]
    assert kinds(here, mine["id"]).count("referral.accepted") == 1


def test_a_server_that_is_killed_between_the_halls_goes_on_where_it_was(halls, line, clock, small_hall):
    here, there = halls
    mine = here.kiosk.take("social")
    line.cut = "answer"
    send(here, mine)
    here.close()

    again = doors.Context(here.folder, clock, small_hall, settings=here.settings)
    posted(again, line)
    line.cut = ""
    again.server.context.referrals.tick()
    state = at(again, mine["id"])
    again.close()

    assert (state["state"], state["referral"]["state"]) == ("referred", "accepted")
    assert len(numbers(there)) == 1


def test_a_refusal_between_asking_and_bringing_puts_it_back_and_a_late_copy_is_refused_too(halls, line):
    here, there = halls
    first, mine = here.kiosk.take("social"), here.kiosk.take("social")
    line.cut = "way"
    context = here.server.context
    body = here.ledger.do("test", actions.draw_referral, ticket=mine["id"], hall=THERE, service="tax", why="nearer")
    body = written(body, context)
    here.ledger.do("test", actions.refer, ticket=mine["id"], hall=THERE, service_names={"zh": "税务申报"}, body=body)
    assert there.manager.put("/services/tax", closed=True).status_code == 200
    line.cut = ""
    context.referrals.tick()
    there.manager.put("/services/tax", closed=False)
    late = line(None, line.token, body)

    back = at(here, mine["id"])
    assert (back["state"], back["referral"]["state"]) == ("waiting", "refused")
    assert back["referral"]["say"]["zh"].startswith("桃源街道便民服务中心没有接收：")
    assert [t["id"] for t in here.ledger.floor.waiting("social") and here.manager.get("/tickets", state="waiting").json["items"]] == [
        first["id"], mine["id"],
    ]  # fmt: skip
    assert late["accepted"] is False and late["code"] == "service_closed", "what was told stands"
    assert not numbers(there)
    assert send(here, mine).json["referral"]["state"] == "accepted", "and may be asked anew"


def test_from_a_window_it_leaves_the_window_and_what_was_done_goes_along(halls):
    here, there = halls
    mine = here.kiosk.take("tax")
    clerk = here.signed_in("li", window="1")
    clerk.post("/windows/1/calls")
    clerk.post(f"/tickets/{mine['id']}/service")
    here.clock.forward(minutes=4)

    gone = clerk.post(f"/tickets/{mine['id']}/referral", hall=THERE, service="estate", why="not_here").json
    (come,) = numbers(there)
    figures = here.manager.get("/figures").json["total"]

    assert gone["state"] == "referred" and here.ledger.floor.windows["1"].let_go_at
    assert come["referral"]["steps"] == [{"service_names": {"zh": "税务申报", "en": "Tax"}, "outcome": "referred"}]
    assert (figures["issued"], figures["served"], figures["done"], figures["referred"]) == (1, 1, 1, 0)
    assert clerk.post("/windows/1/calls").status_code == 204


def test_where_the_hall_says_so_it_stands_where_it_would_stand_had_it_been_taken_there(halls):
    here, there = halls
    early = here.kiosk.take("social")
    here.clock.forward(minutes=5)
    one = there.kiosk.take("tax")
    here.clock.forward(minutes=5)
    other = here.kiosk.take("social")
    send(here, other)
    neighbour = there.ledger.floor.neighbours.items[0].model_dump() | {"keeps_time": True}
    there.manager.put("/settings/neighbours", value={"items": [{k: v for k, v in neighbour.items() if v}]})

    send(here, early)

    came = sorted((t for t in numbers(there)), key=lambda t: t["issued_at"])
    lines = [t.id for t in there.ledger.floor.waiting("tax")]
    order = sorted(lines, key=lambda id: there.ledger.floor.tickets[id].line_at)
    assert order == [next(t["id"] for t in came if t["referral"]["say"]["zh"].endswith(f"{early['number']}号。")), one["id"],
                     next(t["id"] for t in came if t["referral"]["say"]["zh"].endswith(f"{other['number']}号。"))]  # fmt: skip


def test_a_stranger_and_a_hall_that_is_not_accepted_send_nobody(halls, line):
    here, there = halls
    mine = here.kiosk.take("social")
    send(here, mine)
    body = line.asked[-1] | {"id": "00000000-0000-4000-8000-000000000001"}

    assert there.nobody().post("/referrals", **body).status_code == 401
    assert there.manager.post("/referrals", **body).status_code == 403
    other = doors.Caller(there, token=there.token("hall", name="33100200000009"))
    assert other.post("/referrals", **body).json["code"] == "referrals_not_taken"
    there.manager.put("/settings/neighbours", value={"items": []})
    assert doors.Caller(there, token=line.token).post("/referrals", **body).json["code"] == "referrals_not_taken"
    assert doors.Caller(there, token=line.token).get("/tickets").status_code == 403, "the token is good for this alone"


def test_what_has_gone_is_called_here_no_more_and_an_end_of_the_day_lets_it_be(halls, line):
    here, there = halls
    mine = here.kiosk.take("tax")
    line.cut = "answer"
    send(here, mine)

    called = here.device("keypad", window="1").post("/windows/1/calls")
    again = send(here, mine)
    here.clock.forward(minutes=60 * 14)
    here.ledger.do("hall", actions.end_day, day="2026-11-20")
    line.cut = ""
    here.server.context.referrals.tick()

    assert called.status_code == 204
    assert (again.status_code, again.json["code"]) == (409, "illegal_move")
    assert at(here, mine["id"])["referral"]["state"] == "accepted", "it was taken over before the day ended"


@pytest.mark.parametrize("answer", [None, [], {}, {"accepted": "yes"}, {"accepted": False}, {"accepted": False, "say": "no"}])
def test_what_is_no_answer_of_a_hall_is_not_understood(answer):
    with pytest.raises(NotUnderstood):
        read(answer)


def test_a_page_that_is_no_address_is_not_led_to():
    answer = read({"accepted": True, "number": "A001", "url": "javascript:alert(1)", "service_names": {"zh": "税务"}})

    assert answer.url == ""
