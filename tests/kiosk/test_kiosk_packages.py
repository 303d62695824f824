"""一件事 at the kiosk: chosen, asked one question after another, shown with its stations, and one number with all of them on paper."""

import pytest

from kiosk import slip, view


def leg(service, zh, en, **more):
    facts = {"service": service, "service_names": {"zh": zh, "en": en}, "only_if": None, "unless": None, "can": True, "why_not": None}
    papers = {"materials": ["身份证"], "material_lists": {"zh": ["身份证"], "en": ["ID card"]}, "matters": [], "online": None}
    return facts | papers | more


HOME = {
    "code": "home", "name": "安居一件事", "name_en": "A home", "names": {"zh": "安居一件事", "en": "A home"}, "initials": "ajyjs",
    "aliases": ["买房"], "matter": None, "ordered": True, "can": True,
    "questions": [{"code": "loan", "texts": {"zh": "有没有贷款？", "en": "Is there a loan?"}}],
    "legs": [
        leg("tax", "税务登记", "Tax"),
        leg("social", "社保登记", "Social security", only_if="loan", material_lists={"zh": ["身份证", "合同"], "en": ["ID card", "deed"]}),
    ],
}  # fmt: skip
NOT_NOW = {"code": "service_not_now", "zh": "社保登记现在不取号，13:30开始取号。", "en": "No numbers now, from 13:30."}


@pytest.fixture
def hand(start, hall):
    hall.packages = [HOME]
    hand = start()
    hand.until(lambda: (state := hand.get())["services"] and state["packages"] and state["server"] == "ok")
    return hand


def asked(hand):
    hand.press("start", way="package")
    return hand.press("package", package="home")


def planned(hand, answer=True):
    asked(hand)
    hand.press("answer", question="loan", answer=answer)
    return hand.see("package")


def taken(hall):
    return [body for method, path, body in hall.heard if (method, path) == ("POST", "/api/v1/tickets")]


def test_a_package_is_chosen_asked_about_and_becomes_one_number(hand, hall):
    first = hand.get()
    state = asked(hand)
    plan = planned(hand)["plan"]
    hand.press("confirm")
    ticket = hand.see("no_paper")["ticket"]

    assert [way["way"] for way in first["ways"]][:2] == ["card", "package"] and first["packages"][0]["legs"] == 2
    assert state["screen"] == "package_asks" and (state["asks"]["zh"], state["asks"]["nth"], state["asks"]["of"]) == ("有没有贷款？", 1, 1)
    assert [(s["names"]["en"], s["sure"], s["can"]) for s in plan["stations"]] == [("Tax", True, True), ("Social security", True, True)]
    assert plan["materials"] == ["身份证", "合同"] and plan["materials_en"] == ["ID card", "deed"]  # each once
    assert ticket["package_names"]["zh"] == "安居一件事" and [s["service"] for s in ticket["stations"]] == ["tax", "social"]
    assert [(b["package"], b["answers"], b["without"]) for b in taken(hall)] == [("home", {"loan": True}, [])] and "service" not in taken(
        hall
    )[0]


@pytest.mark.parametrize(("answer", "visited", "sure"), [(False, ["tax"], [True]), (None, ["tax", "social"], [True, False])])
def test_an_answer_takes_a_station_away_and_not_knowing_keeps_it(hand, hall, answer, visited, sure):
    stations = [s for s in planned(hand, answer)["plan"]["stations"] if s["state"] != "skipped"]
    hand.press("confirm")
    hand.see("no_paper")

    assert ([s["service"] for s in stations], [s["sure"] for s in stations]) == (visited, sure)
    assert taken(hall)[0]["answers"] == ({} if answer is None else {"loan": answer})


def test_back_leads_to_the_question_before_and_then_to_the_packages(hand):
    planned(hand)

    assert [hand.press("back")["screen"] for _ in range(3)] == ["package_asks", "packages", "idle"]


def test_a_second_tap_on_an_answered_question_counts_once(hand):
    asked(hand)
    hand.press("answer", question="loan", answer=True)
    hand.see("package")
    hand.press("back")

    assert hand.press("answer", question="lone", answer=True)["status"] == 422 and hand.get()["screen"] == "package_asks"


def test_what_cannot_be_had_now_is_named_and_the_rest_is_taken_without_it(hand, hall):
    hall.packages = [HOME | {"legs": [HOME["legs"][0], HOME["legs"][1] | {"why_not": NOT_NOW}]}]

    plan = planned(hand)["plan"]
    odd = hand.press("confirm", without=["tax"])
    hand.press("confirm", without=plan["without"])
    hand.see("no_paper")

    assert plan["without"] == ["social"] and plan["can"] and plan["stations"][1]["told"]["zh"] == NOT_NOW["zh"]
    assert plan["materials"] == ["身份证"]  # nothing is brought for what is left for another day
    assert odd["status"] == 422 and [b["without"] for b in taken(hall)] == [["social"]]


def test_what_is_refused_when_it_is_taken_comes_back_with_the_servers_sentence_and_the_way_out(hand, hall):
    planned(hand)
    hall.refuse["/api/v1/tickets"] = ("package_not_now", {"legs": ["social"]})
    hand.press("confirm")
    state = hand.until(lambda: (state := hand.get())["screen"] == "package" and state["message"] and state)
    hall.refuse.clear()
    hand.press("confirm", without=state["plan"]["without"])

    assert state["message"]["code"] == "package_not_now" and state["message"]["zh"] == "没有: package_not_now"
    assert state["plan"]["without"] == ["social"] and state["plan"]["can"]
    assert hand.see("no_paper")["ticket"]["number"]


def test_where_nothing_is_left_there_is_no_number_to_take(hand, hall):
    planned(hand)
    hall.refuse["/api/v1/tickets"] = ("package_not_now", {"legs": ["tax", "social"]})
    hand.press("confirm")
    plan = hand.until(lambda: (state := hand.get())["screen"] == "package" and state["message"] and state["plan"])

    assert not plan["can"] and hand.press("confirm", without=plan["without"])["error"]["code"] == "package_gone"


def test_a_kiosk_that_is_alone_says_so_and_offers_single_services(hand, hall):
    planned(hand)
    hand.until(lambda: hand.kiosk.attendant.world.left.get("social"))
    hall.stop()
    hand.press("confirm")
    refused = hand.see("refused")
    hand.until(lambda: hand.get()["server"] == "away")
    back = hand.press("back")
    way = next(way for way in back["ways"] if way["way"] == "package")

    assert refused["message"]["code"] in ("package_alone", "no_answer") and "取" in refused["message"]["zh"]
    assert back["screen"] == "choosing" and back["services"][0]["can"] and not back["packages"][0]["can"]
    assert not way["ready"] and "网络" in way["sentence"]["zh"] and "网络" in back["packages"][0]["short"]["zh"]
    assert not hand.kiosk.spool.counts()["new"]  # no lent number stands for a package
    hand.press("package", package="home")
    assert hand.see("refused")["message"]["code"] == "package_alone"


def test_a_lost_answer_makes_no_second_number(hand, hall):
    planned(hand)
    hall.lose = "answer"
    hand.press("confirm")
    hand.see("refused")
    hall.lose = None
    hand.until(lambda: hand.get()["server"] == "ok")
    hand.press("back")
    hand.press("package", package="home")
    hand.press("answer", question="loan", answer=True)
    hand.see("package")
    hand.press("confirm")
    hand.see("no_paper")

    assert len(hall.tickets) == 1


def test_a_kiosk_offers_only_packages_whose_every_leg_it_offers():
    world = view.World(services=({"code": "tax"}, {"code": "social"}), packages=(HOME,))
    narrow = view.World(services=world.services, packages=(HOME,), hall={"menu": {"services": ["tax"], "classes": ["ordinary"]}})
    booked = view.World(
        services=world.services, packages=(HOME,), hall={"menu": {"services": ["tax", "social"], "classes": ["appointment"]}}
    )

    assert [len(one.packages_offered) for one in (world, narrow, booked)] == [1, 0, 0]


def test_who_books_a_time_is_offered_no_package(hand):
    hand.press("start", way="book")

    assert hand.get()["packages"] == [] and hand.press("package", package="home")["error"]["code"] == "package_gone"


def test_what_is_asked_and_what_is_planned_are_read_aloud(hand):
    spoken = asked(hand)["say"]
    planned(hand)
    read = hand.press("read")["say"]

    assert spoken["zh"] == "有没有贷款？"
    assert read["zh"] == "安居一件事，一共2站：税务登记、社保登记。请带好：身份证、合同。核对后，请点确认取号。"


TICKET = {
    "id": "t", "number": "B001", "service": "tax", "package_names": {"zh": "安居一件事", "en": "A home"}, "state": "waiting",
    "stations": [
        {"service": "tax", "service_names": {"zh": "税务登记", "en": "Tax"}, "state": "now", "sure": True, "where": {}},
        {"service": "social", "service_names": {"zh": "社保登记", "en": "Social security"}, "state": "next", "sure": False, "where": {}},
        {"service": "estate", "service_names": {"zh": "不动产登记", "en": "Estate"}, "state": "skipped", "sure": True, "where": {},
         "skipped": {"code": "later", "zh": "改日再办", "en": "for another day"}},
        {"service": "fund", "service_names": {"zh": "公积金", "en": "Fund"}, "state": "skipped", "sure": True, "where": {},
         "skipped": {"code": "by_answer", "zh": "不需要办", "en": "not needed"}},
    ],
}  # fmt: skip
AT_3 = [{"no": "3", "where": {"zh": "二楼A区", "en": "area A, 2nd floor"}}]


@pytest.mark.parametrize(
    ("language", "title", "lines"),
    [
        ("zh", "安居一件事",
         ["1. 税务登记", "　 3号窗口（二楼A区）", "2. 社保登记（视情况）", "请备好：身份证、合同", "改日再办：不动产登记"]),
        ("en", "A home",
         ["1. Tax", "    Window 3 (area A, 2nd floor)", "2. Social security (if needed)", "Please have ready: ID card and deed",
          "For another day: Estate"]),
    ],
)  # fmt: skip
def test_the_slip_says_the_package_its_stations_in_their_order_and_what_to_bring_once(language, title, lines):
    papers = lambda zh, en: {"material_lists": {"zh": zh, "en": en}}
    services = (
        {"code": "tax", "windows": AT_3, **papers(["身份证"], ["ID card"])},
        {"code": "social", **papers(["身份证", "合同"], ["ID card", "deed"])},
        {"code": "estate", **papers(["房产证"], ["title"])},
    )
    stations = view.stations_on_paper(TICKET, view.World(services=services))

    paper = slip.slip(TICKET, slip.load(), hall={"name": "大厅"}, service=services[0], language=language, stations=stations)

    assert paper.title == title and [line.text for line in paper.lines[1:]] == lines and paper.number == "B001"
    assert "办理地点" not in [fact.label for fact in paper.facts]  # each station has its own


def test_a_hall_writes_the_stations_of_its_slips_itself_or_leaves_them_out():
    stations = view.stations_on_paper(TICKET, view.World(services=({"code": "tax", "windows": AT_3},)))
    own = lambda **parts: slip.with_halls(slip.load(), {"words": {"zh": parts}})
    drawn = lambda template: [ln.text for ln in slip.slip(TICKET, template, hall={}, stations=stations).lines]

    assert drawn(own(stations_heading="", stations=["第{nth}站 {station}"]))[:2] == ["第1站 税务登记", "第2站 社保登记（视情况）"]
    assert drawn(own(stations=[])) == ["改日再办：不动产登记"]
