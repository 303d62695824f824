"""What an installer sets is what happens: quiet hours are silent, and words given with an evaluation are forgotten in time."""

import os
import re
import types
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import halls
from config.schema import ServerSettings, VoiceTable
from server import actions
from server.domain.private import Comment, Visitor
from server.domain.things import Evaluation
from server.forecast import wait_forecast as waits
from server.hallfile import first_event
from server.record.ledger import Ledger
from server.runtime.clockwork import Clockwork
from server.web.context import Context
from server.web.errors import IN_MINUTES
from server.web.voice import HallVoice

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("quiet", "silent"), [([], False), (["12:00-13:30"], False), (["10:00-11:00"], True), (["12:00-13:30", "10:00-10:01"], True)]
)
def test_in_quiet_hours_calls_are_shown_and_not_spoken(quiet, silent, ledger, take, desk):
    take()
    desk("1").call_next()
    voice = types.SimpleNamespace(urls=lambda say, languages: {"zh": "/audio/zh/x.wav"})
    settings = ServerSettings(voice=VoiceTable(quiet=quiet, times=2, languages=["zh", "en"]))
    context = Context(ledger=ledger, settings=settings, words=None, clock=ledger.clock, reader=None, voice=voice)
    context.say = lambda *_: {"zh": "请A001号到1号窗口办理", "en": "A001"}

    look = context.view()

    assert (look.audio({"zh": "x"}) is None) is silent and ledger.zone == ZoneInfo("Asia/Shanghai")
    assert look.hall()["voice"] == {"languages": ["zh", "en"], "times": 2, "volume": 80, "hours": [], "quiet": quiet}


def test_what_managers_set_of_the_voice_goes_over_the_installers_table(context, tmp_path):
    context.server.context.voice = HallVoice(lambda text, lang: text.encode(), tmp_path, context.ledger.keys)
    hours = [{"from": "12:00", "to": "13:30", "volume": 35}]
    call = lambda: context.device("keypad", window="1").post("/windows/1/calls").json["number"]
    heard = lambda: {c["number"]: c["audio"] for c in context.nobody().get("/board").json["calls"]}
    before = context.manager.get("/settings/voice").json

    context.kiosk.take()
    context.manager.put("/settings/voice", value={"languages": ["en"], "hours": hours})
    number = call()
    in_english = heard()[number]
    context.manager.put("/settings/voice", value={"quiet": ["00:00-24:00"]})

    assert before["value"] == {} and before["effective"]["volume"] == 80
    assert list(in_english) == ["en"] and heard()[number] is None
    assert context.nobody().get("/board").json["hall"]["voice"] == before["effective"] | {"quiet": ["00:00-24:00"]}


def test_words_of_an_evaluation_are_forgotten_and_its_grade_stays(ledger, take, desk, clock):
    ticket = take()
    desk("1").call_next()
    desk("1").start_service(ticket)
    _, evaluation = desk("1").finish(ticket)
    ledger.do("phone", actions.evaluate, evaluation=evaluation.id, grade=4, comment="很好", channel="qr")
    kept = lambda tx: len(tx.find(Comment))
    work = Clockwork(ledger, comment_days=30)

    work.tick()
    assert ledger.do("test", kept) == 1

    clock.forward(minutes=31 * 24 * 60)
    work.tick()
    assert ledger.do("test", kept) == 0
    assert ledger.do("test", lambda tx: tx.fetch(Evaluation, evaluation.id).grade) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hours", {"friday": "08:30-12:00"}),
        ("hours", {"friday": ["25:99"]}),
        ("hours", {"friday": ["12:00-08:00"]}),
        ("hours", {"friday": None}),
        ("hours", {"fryday": ["08:00-12:00"]}),
        ("hours", {"days": {"2026-02-30": []}}),
        ("hours", {"holidays": "2027-01-01"}),
        ("hours", {"enforce": "yes"}),
        ("slots", {"minutes": 0}),
        ("slots", {"capacity": None}),
        ("slots", {"services": {"tax": 5}}),
        ("slots", {"services": {"tax": {"minutes": "x"}}}),
        ("evaluation", {"open_hours": 10**12}),
        ("evaluation", {"pad_s": True}),
        ("calls", {"when_called": "eat"}),
        ("series", {"green": "绿"}),
        ("reserved", {"3": 5}),
        ("reserved", {"3": ["vip"]}),
        ("reserved", {"99": ["green"]}),
        ("look", {"ink": "red; background: url(x)"}),
        ("look", {"logo": "javascript:alert(1)"}),
        ("look", {"wall": "pink"}),
        ("look", {"colour": "#fff"}),
        ("notice", {"zh": 5}),
        ("voice", {"times": 9}),
        ("voice", {"volume": -1}),
        ("voice", {"hours": [{"from": "12:00", "to": "11:00", "volume": 3}]}),
        ("voice", {"languages": ["fr"]}),
        ("privacy", {"holder_days": -1}),
        ("kiosk_marks", {"k1": "xx"}),
        ("plans_active", {"peak": True}),
        ("plans", {"items": [{"id": "a", "name": "a", "dates": ["2026-13-01"]}]}),
        ("plans", {"items": [{"id": "a", "name": "a", "when": {"waiting": "many"}}]}),
        ("plans", {"items": [{"id": "a", "name": "a", "expect": 100_000}]}),
        ("plans", {"items": [{"id": "a", "name": "a"}, {"id": "a", "name": "b"}]}),
        ("plans", {"items": [{"id": "a", "name": "a", "quotas": [{"service": "tax", "start": 0, "end": 10**9, "tickets": 1}]}]}),
        ("rules", {"green": {"reasons": [5]}}),
        ("rules", {"one_per_service": "yes"}),
    ],
)
def test_a_wrong_setting_is_refused_where_it_is_set_and_the_hall_goes_on(context, name, value):
    answer = context.manager.put(f"/settings/{name}", value=value)

    assert answer.status_code == 422 and answer.json["errors"][0]["field"].split(".")[0] == name
    assert context.nobody().get("/board").status_code == 200


@pytest.mark.parametrize(
    ("name", "value", "field", "zh", "en"),
    [
        ("lends", {"items": [{"window": "99", "services": ["tax"]}]}, "lends.items.0.window", "没有“99”号窗口", "no window '99'"),
        ("lends", {"items": [{"window": "1", "services": ["x"]}]}, "lends.items.0.services", "没有编号为“x”的事项", "no service 'x'"),
        ("plans", {"items": [{"id": "a", "name": "a", "services": ["x"]}]}, "plans.items.0.services", "没有编号为“x”的事项", "service 'x'"),
        ("plans", {"items": [{"id": "a", "name": "a", "open": ["7"]}]}, "plans.items.0.open", "没有“7”号窗口", "no window '7'"),
        (
            "plans", {"items": [{"id": "a", "name": "a", "lends": [{"window": "7", "services": ["tax"]}]}]},
            "plans.items.0.lends.0.window", "没有“7”号窗口", "no window '7'",
        ),
        ("plans_active", {"b": {"since": 1}}, "plans_active", "没有编号为“b”的预案", "no plan 'b'"),
        ("rules", {"appointments": {"days_ahead": 10**9}}, "rules.appointments.days_ahead", "应在 0 与 366 之间", "between 0 and 366"),
        ("rules", {"cap_s": 0}, "rules.cap_s", "应在 60 与 86400 之间", "between 60 and 86400"),
        ("rules", {"quotas": [{"service": "x", "start": 0, "end": 60, "tickets": 1}]}, "rules.quotas.0.service", "“x”", "'x'"),
    ],
)  # fmt: skip
def test_what_no_hall_can_mean_is_refused_in_a_sentence(context, name, value, field, zh, en):
    manager = context.manager
    seq = context.seq
    for lang, said in (("zh", zh), ("en", en)):
        answer = manager.ask("PUT", f"/settings/{name}", {"value": value}, lang=lang)

        assert answer.status_code == 422 and context.seq == seq
        assert answer.json["errors"][0]["field"] == field and said in answer.json["errors"][0]["problem"]
        assert answer.json["detail"] and field not in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("rules", {"cap_s": 0}, "等候上限：应在 1 与 1440 分钟之间", "between 1 and 1440 minutes"),
        ("rules", {"overdue_s": -60}, "应在 0 与 1440 分钟之间", "between 0 and 1440 minutes"),
        ("rules", {"appointments": {"early_s": -60}}, "应在 0 与 1440 分钟之间", "between 0 and 1440 minutes"),
        ("rules", {"promises": [{"promise": {"target_s": 10**6}}]}, "应在 1 与 1440 分钟之间", "between 1 and 1440 minutes"),
        ("hours", {"first_number": 10**6}, "应在 0 与 240 分钟之间", "between 0 and 240 minutes"),
        ("plans", {"items": [{"id": "a", "name": "a", "when": {"oldest": 0}}]}, "应在 1 与 1440 分钟之间", "between 1 and 1440 minutes"),
        ("calls", {"patience_s": 999}, "应在 0 与 600 秒之间", "between 0 and 600 seconds"),
        ("rules", {"returns": {"times": 10**9}}, "应在 0 与 100 之间", "between 0 and 100"),
    ],
)  # fmt: skip
def test_the_bounds_of_a_length_of_time_are_told_as_the_page_counts_it(context, name, value, zh, en):
    for lang, said in (("zh", zh), ("en", en)):
        answer = context.manager.ask("PUT", f"/settings/{name}", {"value": value}, lang=lang)

        assert answer.status_code == 422 and said in answer.json["detail"]


def test_what_the_rules_page_shows_in_minutes_is_told_in_minutes():
    page = (ROOT / "display/web/manage/Rules.vue").read_text("utf-8")

    shown = re.findall(r'"(?:\w+\.)*(\w+)", "\w+", "u_min"', page) + re.findall(r"at=\"(\w+)\"[^>]*say\('u_min'\)", page)

    assert len(shown) == 7 and set(shown) - {"minutes"} <= IN_MINUTES  # a slot's `minutes` are no seconds


def test_absurd_rules_are_not_tried_on_a_past_day_either(context):
    answer = context.manager.post("/settings/rules/preview", value={"returns": {"times": 10**9}})

    assert answer.status_code == 422 and answer.json["errors"][0]["field"] == "rules.returns.times"


def test_a_manager_may_have_people_forgotten_sooner_but_not_later(ledger, take, clock):
    work = Clockwork(ledger, keep_days=2)
    kept = lambda: ledger.do("test", lambda tx: len(tx.find(Visitor)))
    take(holder={"name": "王五"})
    ledger.do("test", actions.put_setting, name="privacy", value={"holder_days": 0})

    clock.forward(minutes=1)
    work.tick()
    assert kept() == 0

    ledger.do("test", actions.put_setting, name="privacy", value={"holder_days": 3650})
    take(holder={"name": "王五"})
    clock.forward(minutes=3 * 24 * 60)
    work.tick()
    assert kept() == 0


def test_what_a_hall_file_sets_may_also_be_set_by_a_manager(context):
    described = first_event(halls.load("county"))
    described["settings"]["rules"]["quotas"][0]["service"] = "tax"  # a service of this hall
    described["settings"]["types"]["items"][0]["services"] = []
    described["settings"]["packages"]["items"] = [{"code": "home", "name": "安居", "legs": [{"service": "tax"}, {"service": "social"}]}]
    for name, value in described["settings"].items():
        assert context.manager.put(f"/settings/{name}", value=value).status_code == 200, name
    more = {"slots": {"services": {"tax": {"capacity": 0}}}, "reserved": {"3": ["green"]}}
    more["hours"] = {"days": {"2027-01-09": ["08:30-24:00"]}}
    for name, value in more.items():
        assert context.manager.put(f"/settings/{name}", value=value).status_code == 200, name


def test_nobody_else_on_the_machine_reads_the_database(context):
    if os.name == "posix":
        assert {oct(file.stat().st_mode & 0o777) for file in context.folder.glob("hall.db*")} == {"0o600"}


def test_a_plan_is_put_into_force_and_taken_out_again_by_a_manager(context):
    plan = {"id": "peak", "name": "办税高峰", "services": ["tax"], "lends": [{"window": "3", "services": ["tax"]}]}
    context.manager.put("/settings/plans", value={"items": [plan]})

    begun = context.manager.post("/plans/peak/activation")

    assert begun.status_code == 201 and begun.json["active_since"] is not None
    assert "tax" in context.manager.get("/windows/3").json["services"]
    assert context.manager.delete("/plans/peak/activation").status_code == 200
    assert context.manager.get("/plans").json["items"][0]["active_since"] is None
    assert "tax" not in context.manager.get("/windows/3").json["services"]
    assert context.manager.post("/plans/none/activation").json["code"] == "no_such_plan"


def test_a_setting_that_was_never_set_tells_what_holds(context):
    answer = context.manager.get("/settings/rules").json

    assert answer["value"] == {} and answer["effective"]["cap_s"] == 5400
    assert context.manager.get("/settings/slots").json["effective"] == {"minutes": 30, "capacity": 4, "services": {}}


def test_a_hall_whose_windows_are_all_closed_has_an_outlook_that_says_nothing(tmp_path, clock, small_hall):
    ledger = Ledger(tmp_path / "first start", clock=clock)
    small_hall(ledger)

    seen = waits.draw(ledger.floor, clock())

    assert seen.for_new("tax", "ordinary") is None  # nobody serves it now
    ledger.close()


def test_a_years_holidays_are_imported_and_from_december_on_somebody_is_told_that_they_are_missing(context, clock):
    context.manager.put("/settings/hours", value={"friday": ["08:30-17:30"], "saturday": []})
    alerts = lambda: [a["say"]["zh"] for a in context.manager.get("/alerts").json["items"] if a["kind"] == "holidays"]
    clock.forward(minutes=5 * 24 * 60)
    context.server.context.clockwork.tick()
    early = alerts()

    clock.forward(minutes=10 * 24 * 60)
    context.server.context.clockwork.tick()
    late = alerts()
    year = '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'
    taken = context.manager.post("/settings/hours/calendar", calendar=year)
    context.server.context.clockwork.tick()

    assert early == [] and len(late) == 1 and "2027年" in late[0]
    assert taken.status_code == 201 and taken.json["value"]["holidays"] == ["2027-01-01"] and alerts() == []
    assert context.manager.post("/settings/hours/calendar", calendar="nothing").status_code == 422
