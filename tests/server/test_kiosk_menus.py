"""What each kiosk offers: told to it, kept to by the server, in an order that follows past days and stands still for a day."""

import pytest

from config import load
from config.mistakes import ConfigError
from server.record import audit

CARD = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}


@pytest.fixture
def menus(context):
    """Sets what kiosks offer; `kiosk` of the context is k1."""
    assert all((context.manager, context.kiosk, context.guide))  # who is made by being asked for leaves an event

    def put(**value):
        return context.manager.put("/settings/kiosks", value=value)

    return put


def told(c):
    return c.kiosk.get("/hall").json["menu"]


def test_a_kiosk_is_told_its_menu_and_nobody_else_is(context, menus):
    everything = told(context)
    menus(menus={"k1": {"services": ["estate", "tax"]}})

    assert sorted(everything["services"]) == sorted(context.ledger.floor.services)
    assert sorted(told(context)["services"]) == ["estate", "tax"]
    assert "menu" not in context.nobody().get("/hall").json and "menu" not in context.manager.get("/hall").json


def test_what_a_kiosk_does_not_offer_it_cannot_take_and_is_told_where_to_go(context, menus):
    other = {"services": ["social"], "place": {"zh": "东门", "en": "the east door"}}
    menus(menus={"k1": {"services": ["tax"]}, "kiosk-9": other})
    seq = context.seq

    refused = context.kiosk.post("/tickets", service="social")
    at_desk = context.guide.post("/tickets", service="social", channel="desk")

    assert (refused.status_code, refused.json["code"]) == (409, "not_offered_here")
    assert "“社保登记”" in refused.json["detail"] or "社保" in refused.json["detail"]
    assert "东门" in refused.json["detail"] and at_desk.status_code == 201 and context.seq == seq + 1
    assert context.kiosk.post("/tickets", service="tax").status_code == 201


def test_in_a_zone_a_kiosk_offers_what_is_served_there(context, menus):
    context.manager.put("/settings/zones", value={"items": [{"code": "east", "name": {"zh": "东区"}}]})
    context.manager.put("/windows/3", zone="east")
    served = set(context.ledger.floor.windows["3"].services)

    assert menus(menus={"k1": {"zone": "东区"}}).status_code == 200
    assert set(told(context)["services"]) == served
    gone = context.manager.put("/settings/zones", value={"items": []})

    assert gone.status_code == 422
    context.manager.put("/windows/3", zone="")
    still = context.manager.put("/settings/zones", value={"items": []})
    assert (still.status_code, "k1" in still.json["errors"][0]["problem"]) == (422, True)


@pytest.mark.parametrize(
    "classes, given", [(["ordinary"], ["ordinary"]), (["green"], ["green"]), (["ordinary", "green"], ["ordinary", "green"])]
)
def test_a_kiosk_gives_only_its_classes_of_numbers(context, menus, classes, given):
    menus(menus={"k1": {"classes": classes}})

    got = {c: context.kiosk.post("/tickets", service="tax", **{"class": c}, **({"reason": "pregnant"} if c == "green" else {})) for c in
           ("ordinary", "green")}  # fmt: skip
    slot = next(s for s in context.kiosk.get("/slots", service="tax", days="7").json["items"] if s["free"])
    booked = context.kiosk.post("/appointments", slot=slot["id"], holder=CARD)

    assert [c for c, answer in got.items() if answer.status_code == 201] == given
    assert (booked.status_code, booked.json["code"]) == (409, "not_offered_here")


def test_the_order_is_that_of_four_weeks_and_stands_still_for_the_day(context, menus):
    first = told(context)["services"]
    context.kiosk.take(first[-1])
    assert told(context)["services"] == first, "what is taken today moves no key today"

    context.clock.forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    tomorrow = told(context)["services"]
    menus(used_first=False)

    assert tomorrow[0] == first[-1] and sorted(tomorrow) == sorted(first)
    assert told(context)["services"] == first


@pytest.mark.parametrize("wrong, word", [({"services": ["taxx"]}, "taxx"), ({"zone": "nowhere"}, "nowhere"),
                                         ({"classes": ["transfer"]}, ""),
                                         ({"classes": ["vip"]}, "vip"),
                                         ({"classes": ["green", "green"]}, ""), ({"color": 1}, "color")])  # fmt: skip
def test_a_menu_of_what_is_not_there_is_refused_in_both_languages(context, menus, wrong, word):
    seq = context.seq

    answer = menus(menus={"kiosk-1": wrong})

    assert answer.status_code == 422 and word in str(answer.json["errors"]) and context.seq == seq


def test_services_that_no_kiosk_offers_are_said_on_the_page(context, menus):
    menus(menus={"kiosk-1": {"services": ["tax"]}, "kiosk-2": {"services": ["social"]}})

    left = context.manager.get("/settings/kiosks").json["unoffered"]

    assert set(left) == set(context.ledger.floor.services) - {"tax", "social"} and audit.replay(context.folder) == []


HALL = """[hall]
code = "33100200000001"
name = "大厅"
[[services]]
code = "a"
name = "甲"
prefix = "A"
[[services]]
code = "b"
name = "乙"
prefix = "B"
[[windows]]
no = "1"
services = ["a", "b"]
zone = "东区"
[kiosks.menus.door]
zone = "东区"
services = [{services}]
"""


def test_a_hall_file_says_what_is_at_no_kiosk_and_refuses_unknown_names(tmp_path):
    file = tmp_path / "hall.toml"
    file.write_text(HALL.replace("{services}", '"a"'), encoding="utf-8")

    doubts = load.doubts(load.hall_file(file))
    file.write_text(HALL.replace("{services}", '"aa"'), encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load.hall_file(file)

    assert len(doubts) == 1 and "“b”" in doubts[0]
    assert "there is no service 'aa'; did you mean 'a'?" in str(wrong.value)
