"""A journal that was written before texts were one value and sentences were codes: it verifies, replays, and shows what it showed."""

import pytest
from old_halls import BEFORE_FIRST_CALLS, BEFORE_MORE_TEXTS, BEFORE_TEXTS, unpacked

from server import actions
from server.domain import events
from server.domain.texts import TEXTS, gathered
from server.domain.things import Setting
from server.domain.visits import visit
from server.record import audit, store
from server.record.ledger import Ledger


@pytest.fixture
def folder(tmp_path):
    return unpacked(BEFORE_TEXTS, tmp_path)


@pytest.fixture
def ledger(folder, clock):
    ledger = Ledger(folder, clock=clock)
    yield ledger
    ledger.close()


def test_it_verifies_and_replays_clean_after_the_upgrade(ledger, folder):
    assert audit.verify(folder).ok and audit.verify(folder).rows == 33
    assert audit.replay(folder) == []


def test_its_texts_are_one_value_each(ledger):
    floor = ledger.floor

    assert floor.the_hall.name == {"zh": "示例县政务服务中心", "en": "Example Hall"}
    assert floor.services["social"].name == {"zh": "社会保险登记", "en": "Social insurance"}
    assert floor.services["social"].theme == {"zh": "社保"}
    assert floor.services["tax"].theme == {"zh": "税务"}
    assert floor.services["tax"].materials == {"zh": ["身份证", "申报表"], "en": ["ID card", "tax return"]}
    assert floor.services["new"].name == {"zh": "新业务"} and floor.services["estate"].materials == {"zh": ["合同"]}
    assert floor.windows["1"].name == {"en": "Window one"} and floor.windows["2"].name == {"en": "Desk two"}
    assert floor.windows["A12"].name == {"zh": "A12号窗口"}
    assert sorted(n.text["zh"] for n in floor.notices.values()) == ["只有中文", "周五停电"]


def test_what_it_said_in_sentences_is_shown_as_it_was_said(folder, clock, doors):
    context = doors.Context(folder, clock, None, opened=())
    with context.server.context.full_view() as view:
        alerts = {a["kind"]: a for a in view.alerts()}
        devices = {d["device"]: d for d in view.devices()}
        messages = [m["text"] for m in view.messages()]

    assert alerts["plan_due"]["say"]["zh"].startswith("建议启动预案“月末高峰”")
    assert alerts["plan_due"]["advice"][0]["en"] == "Activate the plan"
    assert alerts["promise"]["say"]["en"].startswith("Tax (walk-ins): in 8 min 2 will pass")
    assert alerts["promise"]["advice"][0]["zh"].startswith("开放 A12 号窗口")
    assert devices["printer"]["sentence"].startswith("设备失去联系") and "does not answer" in devices["printer"]["sentence_en"]
    assert set(messages) == {"请加快", "预案“月末高峰”已启动：请甲到A12号窗口"}
    context.close()


@pytest.mark.parametrize(("stored", "overdue"), [({"mode": "fair"}, 600), ({"mode": "most", "cap_s": 7200}, 7200), ({"cap_s": 7200}, 1800)])
def test_a_hall_that_had_a_mode_goes_on_with_minutes_for_it(ledger, folder, clock, stored, overdue):
    def as_it_was_told(tx):
        tx.tell(events.SettingChanged(setting="rules"), Setting(name="rules", value=stored))

    ledger.do("manager", as_it_was_told)
    ledger.close()

    assert audit.verify(folder).ok and audit.replay(folder) == []
    again = Ledger(folder, clock=clock)
    assert again.floor.rules.overdue_s == overdue and again.floor.settings["rules"].value == stored
    again.close()


def test_a_new_event_on_it_is_of_the_new_form_and_replays(ledger, folder):
    ledger.do("test", actions.put_service, code="new", name_en="New")
    ledger.do("test", actions.put_window, no="1", name={"zh": "一号", "bo": "དང་པོ"})

    assert ledger.floor.services["new"].name == {"zh": "新业务", "en": "New"}
    assert ledger.floor.windows["1"].name == {"zh": "一号", "bo": "དང་པོ"}
    assert audit.verify(folder).ok and audit.replay(folder) == []


@pytest.mark.parametrize(
    ("before", "given", "after"),
    [
        (None, {"name": "税务", "name_en": "Tax"}, {"name": {"zh": "税务", "en": "Tax"}}),
        (None, {"name": "税务", "name_en": ""}, {"name": {"zh": "税务"}}),
        ({"name": {"zh": "税务"}}, {"name_en": "Tax"}, {"name": {"zh": "税务", "en": "Tax"}}),
        ({"name": {"zh": "税务", "bo": "ཁྲལ"}}, {"name": "国税"}, {"name": {"zh": "国税", "bo": "ཁྲལ"}}),
        ({"name": {"zh": "税务", "en": "Tax"}}, {"name": {"zh": "国税"}}, {"name": {"zh": "国税"}}),
        ({"materials": {"zh": ["证"]}}, {"materials_en": ["card"]}, {"materials": {"zh": ["证"], "en": ["card"]}}),
        ({"name": {"zh": "税务"}}, {"name": ""}, {"name": {}}),
        (None, {"code": "tax", "matters": [], "minutes": 3}, {"code": "tax", "matters": [], "minutes": 3}),
    ],
)
def test_a_text_is_gathered_whole_and_keeps_the_languages_that_are_not_given(before, given, after):
    assert gathered("services", given, before) == after


def test_only_the_texts_of_a_table_are_gathered():
    assert gathered("staff", {"name": "li", "shown": "Li"}) == {"name": "li", "shown": "Li"}
    for table, names in TEXTS.items():
        assert set(names) <= set(store.columns(store.ALL[table]))


def test_first_calls_of_before_are_taken_from_the_journal_and_replay_clean(tmp_path, clock):
    ledger = Ledger(unpacked(BEFORE_FIRST_CALLS, tmp_path), clock=clock)
    first = {t.number: t.first_called_at and (t.first_called_at - t.issued_at) // 60_000 for t in ledger.floor.tickets.values()}

    upgraded = audit.replay(tmp_path)
    clock.forward(minutes=90)
    b, aside = (next(t.id for t in ledger.floor.tickets.values() if t.number == n) for n in ("B001", "A002"))
    ledger.do("test", actions.call_next, window="3")
    ledger.do("test", actions.start_service, ticket=b)
    ledger.do("test", actions.finish, ticket=b)
    ledger.do("test", actions.resume, ticket=aside)
    ledger.do("test", actions.finish, ticket=aside)

    assert first == {"A001": 5, "B001": 13, "A002": 0}
    assert upgraded == [] and audit.verify(tmp_path).ok and audit.replay(tmp_path) == []
    assert [leg.wait for leg in visit(ledger.floor.tickets[b])] == [0, 8 * 60]
    ledger.close()


# -- before a window's type and area, a spoken name, a clerk's title and a plan's name were one value for all languages


def test_what_was_one_text_is_the_text_of_the_halls_first_language_after_the_upgrade(tmp_path, clock):
    ledger = Ledger(unpacked(BEFORE_MORE_TEXTS, tmp_path), clock=clock)
    floor = ledger.floor
    ledger.do("test", actions.put_window, no="2", type_en="Collection")
    ledger.do("test", actions.put_window, no="1", zone={"zh": "西区", "en": "West"})
    changed, names = ledger.floor.windows, ledger.floor.zones.names("西区")
    ledger.close()

    assert [(w.type, w.zone) for w in floor.windows.values()] == [("收件", ""), ("出件", "东区"), ("", "")]
    assert [floor.type_at(w) for w in floor.windows.values()] == ["intake", "collection", "general"]
    assert [s.spoken for s in floor.services.values()] == [{"zh": "税悟"}, {}]
    assert [floor.staff[name].title for name in ("li", "wang")] == [{"zh": "党员先锋岗"}, {"zh": "首席受理员"}]
    assert floor.plans.items[0].name == {"zh": "月末高峰"} and floor.plans.items[0].lends[0].note == "下午人少"
    assert changed["2"].type == "collection" and changed["1"].zone == "西区" and names == {"zh": "西区", "en": "West"}
    assert audit.verify(tmp_path).ok and audit.replay(tmp_path) == []
