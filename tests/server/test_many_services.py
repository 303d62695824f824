"""A hall with as many services as a district publishes: the list is given at once, and what is asked of a single one stays the same."""

import random

import doors
import pytest
from small_hall import Clock

from server import actions
from server.runtime import spelling
from server.views import initials

SIGNS = "养老保险医疗失业工伤登记变更注销转移补办证明申请审批备案核准许可查询缴费报销单位个人灵活就业人员"
MANY, WINDOWS = 1135, 40


def district(ledger):
    """1,135 services with names of up to 110 signs and official codes of 55, made up anew from one seed."""
    some = random.Random(7)
    name = lambda: "".join(some.choices(SIGNS, k=some.randint(8, 110)))
    services = [{"code": f"s{n}", "name": name(), "prefix": "ABCDEFGHIJ"[n % 10], "matters": ["1" * 55]} for n in range(MANY)]
    served = lambda window: [s["code"] for n, s in enumerate(services) if n % WINDOWS == window or window == 0]
    windows = [{"no": str(n + 1), "services": served(n)} for n in range(WINDOWS)]
    hall = {"code": "33100200000001", "name": "区政务服务中心"}
    ledger.do("test", actions.load_hall, hall=hall, services=services, windows=windows, settings={})


def test_a_thousand_services_are_listed_at_once(tmp_path, monkeypatch):
    context = doors.Context(tmp_path / "hall", Clock(), district, opened=("1", "2"))
    asked = context.nobody()
    spelled_out = []
    spell = lambda names: spelled_out.extend(names) or initials.spelled(names)
    names = initials.names_of(context.ledger.floor.services.values())
    initials.remember(tmp_path / "initials.json", names, spell)  # as the server does before it listens
    monkeypatch.setattr(initials, "spelled", spell)
    first = asked.get("/services").json["items"]
    again = asked.get("/services").json["items"]

    assert spelled_out == names, "the first who asks waits while names are spelled out"
    initials.learn(dict.fromkeys(names, ""))
    initials.remember(tmp_path / "initials.json", names, spell)  # a later start
    assert spelled_out == names and asked.get("/services").json["items"] == first
    assert len(first) == MANY and first == again  # how long it takes stands in `hall bench`
    assert {s["code"]: s["wait"] is not None for s in first}["s5"]
    context.close()


def test_names_are_spelled_by_a_process_that_ends_with_it(monkeypatch):
    assert spelling.spelled_aside(["公积金", "A1"]) == {"公积金": "gjj", "A1": "a1"}

    monkeypatch.setattr(spelling.sys, "executable", "/nowhere")
    with pytest.raises(OSError):
        spelling.spelled_aside(["公积金"])


def test_who_asks_for_a_name_that_is_being_spelled_waits_for_it_and_loads_no_dictionary(monkeypatch):
    monkeypatch.setattr(initials, "_coming", [])
    monkeypatch.setattr(initials, "spelled", lambda names: pytest.fail(f"{names} are being spelled aside"))
    initials.coming(lambda: initials.learn({"云溪新业务": "yxxyw"}))

    assert initials.initials("云溪新业务") == "yxxyw"
