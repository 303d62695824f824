"""The whole kiosk over its own door, against a little hall on real HTTP: what a person at the screen meets."""

import json
import sqlite3
import threading
import urllib.request
from dataclasses import replace

import pytest

from drivers import speaker
from drivers.contract import Card, Status
from kiosk import view
from kiosk.app import ensure_free
from kiosk.session import TIMES, Prefer, Screen, Session

ZHANG = Card(kind="resident", name="张三", number="11010519491231002X", birth="19491231")
CHEN = Card(kind="hmt", name="陈大文", number="810000198001010014", birth="19800101")


@pytest.fixture
def hand(start):
    return at_work(start())


def at_work(hand):
    hand.until(lambda: hand.get()["services"] and hand.get()["server"] == "ok")
    return hand


def test_a_card_and_two_touches_give_a_number(hand, hall):
    hand.kiosk.attendant.card(ZHANG)
    state = hand.see("choosing")
    assert state["person"] == {"masked": "张*", "last4": "002X", "card": "resident", "phone": ""}

    state = hand.press("choose", service="social")
    assert (state["screen"], state["service"]["materials"], state["service"]["waiting"]) == ("confirm", ["身份证"], 3)
    assert state["service"]["online"] == "https://example.org/social" and state["green"][0]["reason"] == "elderly"

    hand.press("confirm", reason="elderly")
    state = hand.see("no_paper")  # this machine has no printer: the number stands on the screen

    assert (state["ticket"]["number"], state["ticket"]["ahead"]) == ("A001", 3)
    assert "/t/" in state["ticket"]["url"] and state["message"]["code"] == "no_printer"
    _, _, asked = next(h for h in hall.heard if h[1] == "/api/v1/tickets")
    assert asked["holder"] == {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
    assert (asked["class"], asked["reason"], asked["notice"], asked["channel"]) == ("green", "elderly", "2", "kiosk")


def test_no_state_ever_holds_a_name_or_a_number(hand, hall):
    seen = []
    hand.kiosk.attendant.card(ZHANG)
    seen.append(hand.see("choosing"))
    seen.append(hand.press("choose", service="social"))
    hand.press("confirm")
    seen.append(hand.see("no_paper"))
    hand.press("cancel")
    hand.press("start", way="phone")
    seen.append(hand.press("phone", phone="138 0000 1234"))

    text = json.dumps(seen, ensure_ascii=False)
    assert seen[-1]["person"] == {"masked": "", "last4": "", "card": "", "phone": "138****1234"}
    for planted in ("张三", "11010519491231002X", "19491231", "13800001234"):
        assert planted not in text


def test_without_a_card_and_by_phone(hand, hall):
    hand.press("start", way="none")
    hand.press("choose", service="tax")
    hand.press("confirm")
    assert hand.see("no_paper")["ticket"]["number"] == "B001"
    hand.press("cancel")

    hand.press("start", way="phone")
    refused = hand.press("phone", phone="12345")
    assert (refused["status"], refused["error"]["code"], refused["state"]["screen"]) == (422, "bad_phone", "phone")
    hand.press("phone", phone="13800001234")
    hand.press("choose", service="tax")
    hand.press("confirm")

    hand.see("no_paper")
    assert hall.heard[-1][2]["phone"] == "13800001234" if hall.heard[-1][1].endswith("/tickets") else True


def test_what_the_screen_does_not_know_is_refused_in_a_sentence_and_changes_nothing(hand):
    before = hand.get()

    wrong = [
        hand.press("confirm"),
        hand.press("choose", service="socal"),
        hand.press("start", way="crad"),
        hand.press("start", wya="card"),
        hand.press("prefer", elder="yes"),
        hand.send("/choose", b"{"),
        hand.press("nothing"),
        hand.send("/start", b"[]"),
    ]

    assert [w["status"] for w in wrong] == [409, 422, 422, 422, 422, 422, 404, 422]
    meant = [w["error"]["errors"][0].get("suggestion") if w["error"]["errors"] else "" for w in wrong]
    assert meant[1:4] == ["social", "card", "way"]
    assert not any(name in w["error"]["detail"] for w in wrong for name in ("way", "service", "body", "elder"))  # that is for a person
    assert all(w["error"]["detail"] and w["state"]["screen"] == "idle" for w in wrong)
    after = hand.get()
    for fact in set(after) - {"seq", "now", "services"}:
        assert after[fact] == before[fact], fact


def test_another_sites_page_may_neither_press_nor_look(hand):
    port = hand.url.rsplit(":", 1)[1]

    assert hand.send("/start", b'{"way": "none"}', Origin="http://evil.example")["status"] == 403
    refused = hand.send("/state", None, Host=f"evil.example:{port}")
    assert refused["status"] == 403 and "state" not in refused  # nor does the refusal tell who stands here
    assert hand.send("/start", b'{"way": "none"}', Origin=hand.url)["screen"] == "choosing"


def test_who_already_holds_a_number_is_shown_it_and_can_print_it_again(hand, hall):
    hall.refuse["/api/v1/tickets"] = (
        "already_holds",
        {"ticket": {"id": "t9", "number": "A009", "service": "social", "track": "x", "ahead": 2}},
    )
    hall.tickets["t9"] = hall.ticket("t9", "A009", {"service": "social"})
    hand.kiosk.attendant.card(ZHANG)
    hand.press("choose", service="social")

    hand.press("confirm")
    state = hand.see("holds")
    assert state["tickets"][0]["number"] == "A009" and state["message"]["code"] == "already_holds"

    assert hand.press("reprint", ticket="someone-elses")["status"] == 422
    hand.press("reprint")
    assert hand.see("no_paper")["ticket"]["number"] == "A009"
    assert ("POST", "/api/v1/tickets/t9/reprints") in [h[:2] for h in hall.heard]


def test_a_full_day_offers_a_booking(hand, hall):
    hall.refuse["/api/v1/tickets"] = ("quota_full", {})
    hand.press("start", way="none")
    hand.press("choose", service="social")
    hand.press("confirm")
    assert "slots" in hand.see("quota")["may"]

    hand.press("slots")
    slots = hand.see("slots")["slots"]
    assert len(slots) == 2  # the one without a free place is not offered
    assert hand.press("book", slot="social@1")["status"] == 422
    hand.press("book", slot=slots[0]["id"])

    assert hand.see("booked")["appointment"]["id"] == "ap1"


def test_an_appointment_is_found_by_the_phone_number_that_was_typed_instead_of_a_code(hand, hall):
    day = hand.kiosk.numbers.day()
    hall.appointments.append({"id": "ap8", "state": "booked", "service": "social", "slot_at": f"{day}T10:00:00+08:00", "track": "tt"})
    hand.press("start", way="appointment")

    hand.press("code", code="13812345678")

    assert hand.see("checkin")["appointments"][0]["id"] == "ap8"
    assert hall.searches[-1] == {"phone": "13812345678"}


def test_a_booking_that_a_change_of_the_hall_hits_says_so_when_the_card_is_laid_down(hand, hall):
    day = hand.kiosk.numbers.day()
    said = {"code": "served", "zh": "请另选时间，或到导服台咨询。", "en": "Please choose another time, or ask at the guide's desk."}
    hall.appointments.append(
        {"id": "ap7", "state": "booked", "service": "social", "slot_at": f"{day}T10:00:00+08:00", "track": "tt", "unkept": [said]}
    )

    hand.kiosk.attendant.card(ZHANG)

    (found,) = hand.see("checkin")["appointments"]
    assert found["unkept"] == [said] and found["url"].endswith("/t/tt")


def test_a_booking_that_cannot_be_checked_in_yet_says_from_when_it_can(hand, hall):
    day = hand.kiosk.numbers.day()
    opens, slot = f"{day}T09:30:00+08:00", f"{day}T10:00:00+08:00"
    booking = {"id": "ap7", "state": "booked", "service": "social", "slot_at": slot, "track": "tt", "early": True, "checkin_from": opens}
    hall.appointments.append(booking)

    hand.kiosk.attendant.card(ZHANG)

    (found,) = hand.see("checkin")["appointments"]
    assert (found["early"], found["checkin_from"]) == (True, opens)


def test_an_appointment_is_found_by_the_card_and_checked_in(hand, hall):
    day = hand.kiosk.numbers.day()
    hall.appointments.append({"id": "ap7", "state": "booked", "service": "social", "slot_at": f"{day}T10:00:00+08:00", "track": "tt"})

    hand.kiosk.attendant.card(ZHANG)
    state = hand.see("checkin")
    assert state["appointments"][0]["service_name"] == "社保登记"
    hand.press("confirm", appointment="ap7")

    assert hand.see("no_paper")["ticket"]["number"] == "AY001"


def test_a_code_leads_to_a_booking_or_a_ticket_or_a_kind_no(hand, hall):
    hall.tickets["t1"] = hall.ticket("t1", "A033", {"service": "tax"}) | {"track": "abc234"}

    hand.press("code", code="http://hall/t/abc234")
    assert hand.see("holds")["tickets"][0]["number"] == "A033"
    hand.press("cancel")
    hand.press("code", code="../../nonsense")

    state = hand.see("appointment")
    assert state["message"]["code"] == "not_found" and "没有找到" in state["message"]["zh"]


def test_prompts_can_be_heard_and_nothing_else_can(hand):
    state = hand.press("start", way="none")
    if not speaker.can_speak():
        assert state["say"]["audio"] is None  # shown, not spoken
        return

    sound = urllib.request.urlopen(hand.url + state["say"]["audio"]["zh"], timeout=60).read()
    assert sound[:4] == b"RIFF" and len(sound) > 10_000
    assert hand.send("/say/zh-0123456789abcdef01234567.wav", None)["status"] == 404


def test_help_is_called_once_and_shown_over_whatever_is_there(hand, hall):
    hand.press("start", way="none")

    state = hand.press("help")
    hand.press("help")

    assert state["screen"] == "choosing" and state["help"]["answered"] is False and "导服" in state["say"]["zh"]
    hand.until(lambda: hall.helped)
    assert hall.helped == [{"screen": "choosing", "language": "zh"}]


def test_the_page_forgets_the_person_when_time_is_over(start, hall, tmp_path):
    ticks = [0.0]
    hand = start()
    hand.kiosk.attendant._clock = lambda: ticks[0]
    hand.until(lambda: hand.get()["services"])
    hand.press("prefer", language="en", elder=True)
    hand.kiosk.attendant.card(ZHANG)
    state = hand.see("choosing")
    assert state["seconds_left"] == TIMES[Screen.CHOOSING] * 3 // 2

    ticks[0] = 91
    assert hand.see("choosing", still_there=True)["seconds_left"] == 20  # asked first, and time is added for the answer
    ticks[0] = 112

    state = hand.see("idle")
    assert state["person"] is None and state["language"] == "zh" and not state["elder"]
    assert hand.kiosk.attendant.session.person is None


def test_a_card_left_behind_is_said_again_and_again(hand):
    ticks = [0.0]
    hand.kiosk.attendant._clock = lambda: ticks[0]
    hand.kiosk.attendant.card(ZHANG)
    hand.press("choose", service="tax")
    hand.press("confirm")
    state = hand.see("no_paper")
    assert state["card_left"] is True

    said = {state["say"]["id"]}
    for second in (10, 20, 30):
        ticks[0] = second
        state = hand.until(lambda: hand.get()["say"]["id"] not in said and hand.get())
        assert state["say"]["zh"] == "请取走您的身份证。"
        said.add(state["say"]["id"])

    hand.kiosk.attendant.lifted()
    assert hand.get()["card_left"] is False


def test_a_card_left_lying_is_a_reminder_and_no_fault_of_the_reader(hand):
    reader = hand.kiosk.attendant
    reader.reader_status(Status(state="ok", code=""))
    before = reader.world.devices["reader"]

    reader.card(ZHANG)
    hand.see("choosing")
    reader.reader_status(Status(state="trouble", code="left_behind"))
    assert hand.get()["say"]["zh"] == "请选择您要办理的业务。"  # it lies there for good reason
    hand.press("cancel")
    reader.reader_status(Status(state="trouble", code="left_behind"))

    assert reader.world.devices["reader"] == before
    assert hand.get()["say"]["zh"] == "请取走您的身份证。"


def test_a_card_whose_number_fails_its_check_digit_gets_a_number_and_stands_in_the_log_without_it(hand, caplog):
    hand.kiosk.attendant.card(replace(ZHANG, warnings=("check_digit",)))

    assert hand.see("choosing")["message"] is None
    assert "odd: check_digit" in caplog.text and ZHANG.number not in caplog.text and ZHANG.name not in caplog.text


def test_an_unreadable_card_says_what_to_do_and_a_broken_reader_offers_the_other_ways(hand):
    attendant = hand.kiosk.attendant
    attendant.reader_status(Status(state="trouble", code="unreadable"))
    assert hand.see("unreadable")["message"]["zh"].startswith("没有读到")
    hand.press("cancel")

    attendant.reader_status(Status(state="trouble", code="offline", stops=True))

    state = hand.get()
    assert state["screen"] == "idle"
    assert [(w["way"], w["ready"]) for w in state["ways"]][:2] == [("card", False), ("phone", True)]


TYPES = {"services": ["social", "tax"], "classes": None, "typed": True}


def test_who_has_no_card_types_the_number_where_the_hall_allows_it(hand, hall):
    assert "id" not in [w["way"] for w in hand.get()["ways"]] and "start_id" not in hand.get()["may"]
    assert hand.press("id", number="11010519491231002X")["error"]["code"] == "not_typed_here"
    hall.menu = TYPES
    hand.until(lambda: "start_id" in hand.get()["may"])
    assert [w["way"] for w in hand.get()["ways"]][:2] == ["card", "id"]

    assert hand.press("start", way="id")["screen"] == "id"
    wrong = hand.press("id", number="110105194912310020")
    assert (wrong["status"], wrong["error"]["code"], wrong["state"]["screen"]) == (422, "bad_id_number", "id")
    assert "对不上" in wrong["error"]["detail"] and "110105194912310020" not in json.dumps(wrong)

    state = hand.press("id", number="11010519491231002x")
    assert state["screen"] == "choosing" and state["person"] == {"masked": "", "last4": "002X", "card": "typed", "phone": ""}
    assert [g["reason"] for g in hand.press("choose", service="social")["green"]] == ["disabled"]  # not for age
    hand.press("confirm")
    hand.see("no_paper")

    _, _, asked = next(h for h in hall.heard if h[1] == "/api/v1/tickets")
    assert asked["holder"] == {"id_number": "11010519491231002X", "card": "typed"} and asked["class"] == "ordinary"
    assert not [h for h in hall.heard if h[1].endswith("/search")]  # nothing of whose number it may be was looked up


def test_alone_a_typed_number_shows_nobodys_number(hand, hall):
    hall.menu = TYPES
    hand.until(lambda: "start_id" in hand.get()["may"] and hand.kiosk.numbers.left())
    hall.stop()
    hand.until(lambda: hand.get()["server"] == "away")
    hand.kiosk.attendant.card(ZHANG)
    hand.see("choosing")
    hand.press("choose", service="tax")
    hand.press("confirm")
    given = hand.see("no_paper")["ticket"]["number"]
    hand.press("cancel")

    hand.press("start", way="id")
    hand.press("id", number=ZHANG.number)
    hand.press("choose", service="tax")
    hand.press("confirm")
    state = hand.see("refused")

    assert state["message"]["code"] == "typed_holds" and given not in json.dumps(state)


def test_the_hall_closes_and_opens(hand, hall):
    hall.open = False
    assert hand.see("closed")["hall"]["open"] is False
    hall.open = True
    hand.see("idle")


def test_a_port_that_is_taken_is_said_in_one_sentence(hand, hall, tmp_path):
    with pytest.raises(RuntimeError, match="Is another kiosk running"):
        ensure_free("127.0.0.1", int(hand.url.rsplit(":", 1)[1]))


def test_the_stream_tells_each_change_and_begins_with_the_state_of_now(hand):
    heard = []

    def listen():
        with urllib.request.urlopen(hand.url + "/stream", timeout=60) as stream:
            for line in stream:
                if line.startswith(b"data: "):
                    heard.append(json.loads(line[6:]))
                    if heard[-1]["screen"] == "confirm":
                        return

    thread = threading.Thread(target=listen)
    thread.start()
    hand.until(lambda: heard)
    hand.press("start", way="none")
    hand.press("choose", service="tax")
    thread.join(60)

    screens = [h["screen"] for h in heard]
    assert screens[0] == "idle" and screens[-1] == "confirm"
    assert [h["seq"] for h in heard] == sorted({h["seq"] for h in heard})


def test_a_touch_is_answered_at_once_though_the_server_hangs(start, hall):
    hand = at_work(start(server={"timeout": 60.0}))
    hall.answering.clear()
    hand.press("start", way="none")
    hand.press("choose", service="social")
    hand.press("confirm")

    seen = [hand.press(gesture)["screen"] for gesture in ("stay", "help")]

    assert seen == ["issuing", "issuing"], seen  # answered while the number is still asked for
    hall.answering.set()
    assert hand.see("no_paper")["ticket"]["number"] == "A001"


# ---------------------------------------------------------------- alone


def alone(hand, hall):
    hand.until(lambda: hand.kiosk.numbers.left().get("social") == 100, why="no loan came")
    hall.stop()
    hand.until(lambda: hand.get()["server"] == "away")


def test_when_the_server_is_away_numbers_go_on_and_are_merged_in_order(hand, hall):
    alone(hand, hall)
    numbers = []
    for card in (ZHANG, CHEN):
        hand.kiosk.attendant.card(card)
        hand.see("choosing")
        hand.press("choose", service="social")
        hand.press("confirm")
        state = hand.see("no_paper")
        numbers.append(state["ticket"]["number"])
        assert state["ticket"]["offline"] and state["ticket"]["ahead"] is None and state["ticket"]["url"]
        hand.press("cancel")

    hall.back()

    hand.until(lambda: sum(t["offline"] for t in hall.tickets.values()) == 2)
    assert numbers == ["AX001", "AX002"]
    assert [t["number"] for t in hall.tickets.values() if t["offline"]] == numbers
    hand.until(lambda: hand.kiosk.spool.counts() == {"new": 0, "merged": 2, "refused": 0})


def test_alone_the_same_person_gets_the_same_number_again(hand, hall):
    alone(hand, hall)
    hand.kiosk.attendant.card(ZHANG)
    hand.see("choosing")
    hand.press("choose", service="social")
    hand.press("confirm")
    hand.see("no_paper")
    hand.press("cancel")

    hand.kiosk.attendant.card(ZHANG)

    assert hand.see("holds")["tickets"][0]["number"] == "AX001"  # at once, and the same for who insists
    hand.press("back")
    hand.press("choose", service="social")
    hand.press("confirm")
    assert hand.see("holds")["tickets"][0]["number"] == "AX001"


def test_a_lost_answer_never_gives_one_person_two_live_numbers(hand, hall):
    hand.until(lambda: hand.kiosk.numbers.left().get("social") == 100)
    hand.press("start", way="none")
    hand.press("choose", service="social")

    hall.lose = "answer"  # the server issues A001, and nobody hears of it
    hand.press("confirm")
    state = hand.see("no_paper")
    assert state["ticket"]["number"] == "AX001"
    assert [t["number"] for t in hall.tickets.values()] == ["A001"]
    hall.lose = None

    hand.until(lambda: any(t["offline"] for t in hall.tickets.values()))
    assert [t["number"] for t in hall.tickets.values() if t["state"] == "waiting"] == ["AX001"]


def test_a_kiosk_starts_and_gives_numbers_without_a_server(hand, hall, start):
    alone(hand, hall)
    hand.kiosk.close()
    again = start()

    state = again.get()
    assert [s["can"] for s in state["services"]] == [True, True] and state["hall"]["name"] == "椒江区政务服务中心"
    again.press("start", way="none")
    again.press("choose", service="tax")
    again.press("confirm")

    assert again.see("no_paper")["ticket"]["number"] == "BX001"


def test_with_no_number_left_the_person_is_sent_to_the_desk(start, hall):
    hall.stop()
    hand = start()
    hand.kiosk.rounds.learn({"name": "大厅"}, [{"code": "social", "name": "社保", "prefix": "A"}])
    assert hand.get()["services"][0]["why_not"]["code"] == "nothing_left"
    hand.press("start", way="none")
    hand.press("choose", service="social")
    hand.press("confirm")

    assert "导服台" in hand.see("away")["message"]["zh"]


def test_a_server_set_back_to_before_a_loan_learns_it_anew_before_merging(hand, hall):
    alone(hand, hall)
    hand.kiosk.spool.take(day=hand.kiosk.numbers.day(), service="social", at=1, stamp=hand.kiosk.numbers.stamp)
    hall.loans, hall.counters, hall.heard = {}, {}, []

    hall.back()

    hand.until(lambda: hand.kiosk.spool.counts()["merged"] == 1)
    asked = [path for _, path, _ in hall.heard]
    assert hall.loans and asked.index("/api/v1/kiosks/k1/loans") < asked.index("/api/v1/tickets/merge")


def test_a_loan_that_the_server_knows_otherwise_is_given_up(hand, hall):
    alone(hand, hall)
    hall.loans, hall.counters, hall.mark = {}, {}, "Z"  # another server: it gave us another mark

    hall.back()

    series = lambda: {r["series"] for r in hand.kiosk.spool._rows("select series from loans")}
    hand.until(lambda: series() == {"AZ", "BZ"})


def test_under_a_new_name_no_old_loan_is_used(hand, start, hall):
    hand.until(lambda: hand.kiosk.numbers.left().get("social") == 100)
    hand.kiosk.close()
    hall.stop()

    again = start(kiosk={"name": "k2"})

    assert again.kiosk.numbers.left() == {}


def test_with_a_full_disk_nobody_gets_a_number_that_could_be_lost(hand, hall):
    alone(hand, hall)
    spool = hand.kiosk.spool
    pages = spool._rows("pragma page_count")[0][0]
    spool._db.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError):
        spool.remember("x", "x" * 100_000)

    hand.press("start", way="none")
    hand.press("choose", service="social")
    hand.press("confirm")

    state = hand.see("away", "no_paper")
    assert state["screen"] == "away" or spool.find(state["ticket"]["id"])


def test_one_ticket_the_server_cannot_take_keeps_no_other_waiting_and_a_manager_hears(hand, hall):
    alone(hand, hall)
    spool, numbers = hand.kiosk.spool, hand.kiosk.numbers
    for service in ("social", "tax", "social"):
        spool.take(day=numbers.day(), service=service, at=1, stamp=numbers.stamp)
    body = spool.unmerged()[1]
    spool._db.execute("update tickets set body = replace(body, '\"tax\"', '\"gone\"') where id = ?", (body["id"],))

    hall.back()

    hand.until(lambda: spool.counts() == {"new": 0, "merged": 2, "refused": 1})
    hand.until(lambda: hall.devices.get("kiosk", {}).get("code") == "not_merged")
    hand.kiosk.close()
    hand.kiosk.spool = spool


# ---------------------------------------------------------------- looking after it


def test_a_managers_wish_is_done_once_and_reported(hand, hall):
    hall.tickets["t5"] = hall.ticket("t5", "A005", {"service": "tax"})
    hall.commands += [{"id": "c1", "do": "reprint", "ticket": "t5"}, {"id": "c2", "do": "restart"}]

    hand.until(lambda: len(hall.results) == 2)

    assert hall.results["c1"] == {"ok": False, "detail": "no_printer"} and hall.results["c2"]["ok"] is True
    assert hand.kiosk.wait() == 75


def test_a_device_in_trouble_is_with_the_manager_within_five_seconds(hand, hall):
    hand.until(lambda: hall.devices.get("kiosk", {}).get("state") == "ok")

    hand.kiosk.attendant.device("printer", Status(state="trouble", code="paper_end"))

    hand.until(lambda: hall.devices.get("printer", {}).get("code") == "paper_end")
    told = {"device": "printer", "kind": "printer", "state": "trouble", "code": "paper_end", "facts": {}}
    assert told.items() <= hall.devices["printer"].items()
    assert hand.get()["devices"]["printer"]["sentence"] == "打印机缺纸，请更换纸卷。"


def test_a_kiosk_without_a_token_shows_a_code_and_works_once_it_is_typed(start, hall):
    hand = start(server={"token": ""})
    assert hand.get()["screen"] == "enrol"  # nobody can take a number before
    state = hand.see("enrol", enrol={"code": "4821-77", "expires_at": "…"})
    assert "enrol" in state["may"] and "管理员" in state["message"]["zh"]
    assert hand.press("enrol")["enrol"] is None
    hand.see("enrol", enrol={"code": "4821-77", "expires_at": "…"})

    hall.approved = True

    hand.see("idle")
    hand.until(lambda: hand.get()["server"] == "ok")
    assert (hand.kiosk.spool.folder / "token").read_text() == "t0ken"
    assert (hand.kiosk.spool.folder / "token").stat().st_mode & 0o077 == 0
    assert hand.get()["kiosk"]["name"] == "k-east"  # as the manager named it

    hand.kiosk.close()
    again = start(server={"token": ""})
    again.until(lambda: again.get()["server"] == "ok")
    assert again.get()["kiosk"]["name"] == "k-east" and again.get()["screen"] == "idle"


def test_a_revoked_token_leads_back_to_the_code(hand, hall):
    hall.token = "another"

    hand.see("enrol")


# ---------------------------------------------------------------- it sells only what it has


def test_a_card_with_a_live_number_says_so_at_once_and_prints_it_again(hand, hall):
    hall.tickets["t7"] = hall.ticket("t7", "A031", {"service": "tax"}) | {
        "holder": {"name": "张三", "id_number": ZHANG.number, "card": "resident"}
    }

    hand.kiosk.attendant.card(ZHANG)

    state = hand.see("holds")
    assert [t["number"] for t in state["tickets"]] == ["A031"] and "补打" in state["message"]["zh"]
    hand.press("reprint")
    assert hand.see("no_paper")["ticket"]["number"] == "A031"
    hand.press("cancel")
    hand.kiosk.attendant.card(ZHANG)
    hand.see("holds")
    assert hand.press("back")["screen"] == "choosing"  # and something else may still be taken


def test_whose_number_is_for_something_else_is_not_held_up_on_the_page_of_a_service(hand, hall):
    hall.tickets["t7"] = hall.ticket("t7", "A031", {"service": "tax"}) | {
        "holder": {"name": "张三", "id_number": ZHANG.number, "card": "resident"}
    }
    hand.press("start", way="none")
    hand.press("choose", service="social")

    hand.kiosk.attendant.card(ZHANG)

    hand.until(lambda: hall.searches)
    assert hand.get()["screen"] == "confirm"


def test_full_and_unserved_are_said_in_the_list_before_a_choice(hand, hall):
    hall.offer = {"social": {"full": True}, "tax": {"served": False}}

    state = hand.until(lambda: (s := hand.get())["services"][0]["why_not"] and s)

    full, unserved = state["services"]
    assert (full["can"], full["why_not"]["code"]) == (False, "quota_full")
    assert unserved["can"] and "没有窗口" in unserved["warning"]["zh"] and full["warning"] is None


def test_a_service_that_is_not_given_now_is_said_in_the_list_and_may_be_booked(hand, hall):
    hall.offer = {"social": {"open": False, "numbers": [], "next_numbers": "2099-01-05T08:45:00.000+08:00"}}

    state = hand.until(lambda: (s := hand.get())["services"][0]["why_not"] and s)

    late = state["services"][0]
    assert (late["can"], late["bookable"], late["why_not"]["code"]) == (False, True, "service_not_now")
    assert late["short"]["zh"] == "现在不取号，01-05 08:45开始，可预约"
    assert state["services"][1]["can"] and state["services"][1]["short"] is None


def test_a_kiosk_alone_goes_by_the_hours_it_was_told():
    told = {"code": "tax", "name": "税务", "open": True, "numbers": [{"from": "08:30", "to": "11:30"}]}
    world = view.World(services=(told,), hall={"now": "2026-11-20T09:00:00+08:00"}, left={"tax": 3})

    def at(clock):
        return view.state(Session(), world, seq=1, now=0, stamp=f"2026-11-20T{clock}:00+08:00", times=TIMES).services[0]

    assert at("11:00").can and not at("11:40").can
    assert at("11:40").why_not.code == "service_not_now" and not at("11:40").bookable  # nothing is booked without the server


def test_a_number_that_nobody_serves_carries_the_warning_to_the_last_page(hand, hall):
    hall.offer = {
        "tax": {"served": False, "windows": [{"no": "5", "where": {"zh": "二楼A区"}}]},
        "social": {"served": True, "windows": [{"no": "3", "where": {}}]},
    }
    hand.until(lambda: hand.get()["services"][1]["warning"])
    hand.press("start", way="none")
    assert hand.press("choose", service="tax")["service"]["warning"]["code"] == "unserved"
    hand.press("confirm")

    ticket = hand.see("no_paper")["ticket"]

    assert ticket["warning"]["code"] == "unserved" and ticket["place"]["zh"] == "5号窗口（二楼A区）"


def test_while_the_server_is_away_no_stale_shortage_is_claimed(hand, hall):
    hall.offer = {"social": {"full": True}, "tax": {"served": False}}
    hand.until(lambda: hand.get()["services"][1]["warning"])
    alone(hand, hall)

    services = hand.get()["services"]

    assert [s["can"] for s in services] == [True, True] and [s["warning"] for s in services] == [None, None]


def test_without_paper_the_first_page_says_so_before_anything_is_chosen(hand):
    attendant = hand.kiosk.attendant
    attendant.device("printer", Status(state="ok"))
    assert hand.get()["warnings"] == []

    attendant.device("printer", Status(state="trouble", code="paper_end", stops=True))

    state = hand.get()
    assert state["screen"] == "idle" and "打不出小票" in state["warnings"][0]["zh"]
    assert state["paper"]["state"] == "none"


@pytest.mark.parametrize(
    ("devices", "said", "never"),
    [
        ({}, "手机号", "刷"),
        ({"scanner": "ok"}, "扫", "刷"),
        ({"reader": "ok"}, "刷", "扫"),
        ({"reader": "broken", "scanner": "ok"}, "扫", "刷"),
        ({"reader": "ok", "scanner": "broken"}, "刷", "扫"),
    ],
)
def test_an_appointment_is_asked_for_only_in_the_ways_that_this_machine_has(hand, devices, said, never):
    for name, how in devices.items():
        hand.kiosk.attendant.device(name, Status(state="ok") if how == "ok" else Status(state="trouble", code="offline", stops=True))

    first = next(w for w in hand.get()["ways"] if w["way"] == "appointment")["sentence"]["zh"]
    lead = hand.press("start", way="appointment")["lead"]["zh"]

    assert said in first and said in lead and never not in first and never not in lead


def test_the_green_channel_is_the_halls_and_reaches_the_kiosk_at_once(hand, hall):
    reasons = lambda: [g["reason"] for g in hand.get()["green"]]
    hand.kiosk.attendant.card(ZHANG)
    hand.press("choose", service="social")
    hand.until(lambda: reasons() == ["elderly", "disabled"])

    hall.rules = {"green": {"reasons": ["pregnant", "elderly"], "age": 90}, "returns": {"within": 1800, "times": 1}}

    hand.until(lambda: reasons() == ["pregnant"])  # who is 76 is not yet old here, and what the hall struck is not offered
    assert hand.press("confirm", reason="disabled")["error"]["code"] == "bad_reason"


def test_who_is_old_enough_by_the_card_has_priority_without_asking(hand, hall):
    hand.kiosk.attendant.card(ZHANG)
    hand.see("choosing")
    green = hand.press("choose", service="social")["green"]
    assert [(g["reason"], g["given"]) for g in green] == [("elderly", True), ("disabled", False)] and "60" in green[0]["zh"]

    hand.press("confirm")

    hand.see("no_paper")
    _, _, asked = next(h for h in hall.heard if h[1] == "/api/v1/tickets")
    assert (asked["class"], asked["reason"]) == ("green", "elderly")


def test_a_kiosk_may_only_narrow_what_the_hall_allows(start, hall):
    hall.rules = {"green": {"reasons": ["elderly", "disabled"], "age": 60, "automatic": True}, "returns": {"within": 1800, "times": 1}}
    hand = start(kiosk={"green": ["elderly", "military"], "elder_age": 80})
    hand.until(lambda: hand.get()["services"] and hand.get()["server"] == "ok")
    hand.kiosk.attendant.card(ZHANG)
    hand.see("choosing")

    assert hand.press("choose", service="social")["green"] == []  # 76, and of the others the hall knows none


def test_what_the_server_finds_wrong_with_a_request_is_no_sentence_for_a_person(hand, hall):
    hall.refuse["/api/v1/tickets"] = ("bad_body", {"detail": "填写的内容有误。reason: disabled"}, 422)
    hand.press("start", way="none")
    hand.press("choose", service="social")

    hand.press("confirm")

    message = hand.see("refused")["message"]
    assert message["code"] == "cannot_now" and "reason" not in json.dumps(message)


def test_what_is_on_the_screen_is_read_aloud_on_request_also_where_sound_is_off(hand):
    hand.press("prefer", muted=True)
    hand.press("start", way="none")
    hand.press("choose", service="social")

    said = hand.press("read")["say"]

    assert said["asked"] and all(part in said["zh"] for part in ("社保登记", "3人", "8–15分钟", "身份证"))
    assert "Social security" in said["en"] and "ID" not in said["zh"]
    assert hand.press("stay")["say"]["id"] == said["id"]  # once


def test_a_services_name_is_read_as_the_hall_has_it_spoken():
    shown = {"code": "tax", "name": "税务", "names": {"zh": "税务", "en": "Tax"}, "spoken": {"zh": "睡务"}}
    session = Session(default=Prefer(), prefer=Prefer(), screen=Screen.CONFIRM, service="tax")

    said = view.read_aloud(session, view.World(services=(shown,), online=True))

    assert said.zh.startswith("睡务。") and said.en.startswith("Tax.")


# ---------------------------------------------------------------- slow people


def test_any_touch_keeps_the_session_and_before_the_end_it_is_asked_whether_anybody_is_there(hand):
    ticks = [0.0]
    hand.kiosk.attendant._clock = lambda: ticks[0]
    hand.press("start", way="phone")
    for second in range(0, 119, 7):  # one digit in seven seconds: far longer than the screen's own time
        ticks[0] = second
        assert hand.press("stay")["screen"] == "phone"

    last = ticks[0]
    ticks[0] = last + 59
    assert hand.get()["still_there"] is False
    ticks[0] = last + 61
    state = hand.see("phone", still_there=True)
    assert state["seconds_left"] == 20 and "您还在吗" in state["say"]["zh"]

    state = hand.press("stay")

    assert (state["screen"], state["still_there"], state["seconds_left"]) == ("phone", False, 60)
    ticks[0] += 61
    hand.see("phone", still_there=True)
    ticks[0] += 21
    hand.see("idle")


def test_who_goes_online_instead_is_counted_once_also_when_the_hall_was_away(hand, hall):
    hand.press("choose", service="social")
    assert "online" in hand.see("confirm")["may"]

    hand.press("online")

    hand.see("idle")
    hand.until(lambda: list(hall.diverted.values()) == [{"to": "online", "service": "social"}])
    assert not hall.tickets
    alone(hand, hall)
    hand.press("choose", service="social")
    hand.press("online")
    hand.see("idle")
    hall.back()
    hand.until(lambda: len(hall.diverted) == 2)


def test_what_cannot_be_done_online_is_not_left_by_that_way(hand, hall):
    hand.press("choose", service="tax")

    refused = hand.press("online")

    assert refused["status"] == 422 and hand.get()["screen"] == "confirm" and not hall.diverted


# -- acting for another

ACTS = {"services": ["social", "tax"], "classes": None, "typed": False, "authorities": ["entrusted", "guardian"]}
AGENT = {"name": "陈大文", "id_number": "810000198001010014", "card": "hmt"}


@pytest.fixture
def acting(start, hall):
    hall.menu = ACTS
    return at_work(start())


def acts_for_zhang(hand):
    hand.kiosk.attendant.card(CHEN)
    hand.until(lambda: "acting" in hand.see("choosing")["may"])
    assert hand.press("acting")["acting"]["agent"]["masked"] == "陈*文"
    hand.kiosk.attendant.card(ZHANG)
    state = hand.see("authority")
    assert [one["authority"] for one in state["authorities"]] == ["entrusted", "guardian"] and state["authorities"][0]["zh"] == "有委托书"
    return hand.press("authority", authority="guardian")


def test_an_agent_with_two_cards_takes_a_number_that_is_the_others(acting, hall):
    hand = acting
    state = acts_for_zhang(hand)
    assert (state["screen"], state["person"]["masked"], state["acting"]["agent"]["masked"]) == ("choosing", "张*", "陈*文")
    assert state["acting"]["authority"]["en"] == "I am the guardian" and "acting" not in state["may"]

    state = hand.press("choose", service="social")
    assert not any(one["given"] for one in state["green"])  # who stands here is forty-six: the other one is not in the hall
    hand.press("confirm")
    hand.see("no_paper")

    _, _, asked = next(h for h in hall.heard if h[1] == "/api/v1/tickets")
    assert asked["holder"]["id_number"] == ZHANG.number and asked["agent"] == AGENT and asked["authority"] == "guardian"
    assert hand.press("cancel")["acting"] is None


def test_ones_own_card_again_is_said_and_an_unknown_authority_changes_nothing(acting):
    hand = acting
    hand.kiosk.attendant.card(CHEN)
    hand.until(lambda: "acting" in hand.see("choosing")["may"])
    hand.press("acting")
    hand.kiosk.attendant.card(CHEN)
    state = hand.see("principal")
    assert state["message"]["code"] == "own_card" and state["person"] is None and "id" not in state["may"]
    hand.kiosk.attendant.card(ZHANG)
    assert hand.see("authority")["message"] is None

    refused = hand.press("authority", authority="unit")

    assert refused["error"]["code"] == "not_acted_here" and refused["state"]["screen"] == "authority"


def test_where_the_hall_has_no_acting_at_kiosks_nobody_is_offered_it(start, hall):
    hall.menu = ACTS | {"authorities": []}
    hand = at_work(start())
    hand.kiosk.attendant.card(CHEN)
    assert "acting" not in hand.see("choosing")["may"]
    assert hand.press("acting")["error"]["code"] == "not_acted_here"


def test_alone_a_number_is_given_to_an_agent_and_without_a_seal_nobody_is_kept(start, hall):
    hall.menu = ACTS
    hand = at_work(start())
    hand.until(lambda: hand.kiosk.numbers.left().get("social"))
    acts_for_zhang(hand)
    hall.stop()
    hand.until(lambda: hand.get()["server"] == "away")
    hand.press("choose", service="social")
    hand.press("confirm")
    ticket = hand.see("no_paper")["ticket"]
    (kept,) = hand.kiosk.spool.unmerged()

    assert ticket["offline"] and kept["authority"] == "guardian"
    assert ZHANG.number not in json.dumps(kept) and AGENT["id_number"] not in json.dumps(kept)
    hall.back()
