"""The kiosk's page with as many services as a district publishes: drawn, paged and searched without anybody waiting for it."""

import json
import random

import pytest
from tools import shots

MANY, SOON = 1135, 300  # ms
SIGNS = "养老保险医疗失业工伤登记变更注销转移补办证明申请审批备案核准许可查询缴费报销单位个人灵活就业人员"
# Milliseconds from a touch until the page is drawn.
TOUCHED = """async one => {
  const began = performance.now();
  one.click();
  await new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - began;
}"""


@pytest.fixture
def district(tab, root):
    """The list of a kiosk in a hall of 1,135 services, without a network between."""
    states = shots.states("kiosk")
    state = next(
        name for name, one in states.items() if one.get("screen", {}).get("screen") == "choosing" and not one["screen"].get("elder")
    )
    some, sample = random.Random(7), states[state]["screen"]["services"][0]
    services = []
    for n in range(MANY):
        name = f"{''.join(some.choices(SIGNS, k=some.randint(8, 105)))}{n:04d}"
        services.append(
            sample
            | {"code": f"q{n}", "name": name, "name_en": f"Service {n}", "names": {"zh": name, "en": f"Service {n}"}}
            | {"initials": f"abcd{n}", "prefix": "ABCDEFGHIJ"[n % 10]}
        )
    states[state]["screen"]["services"] = services
    tab.route("**/states/kiosk.json", lambda route: route.fulfill(status=200, body=json.dumps(states), content_type="application/json"))
    tab.set_viewport_size({"width": 1080, "height": 1920})
    tab.goto(root + shots.address("kiosk", state, "zh"))
    shots.ready(tab)
    return tab


def test_a_thousand_services_are_drawn_paged_and_searched_at_once(district):
    keys = district.locator(".kiosk button")
    assert keys.count() < 120, "only what is on the page is drawn"
    onward = district.get_by_role("button", name="下一页").last
    onward.wait_for()

    drawn = [onward.evaluate(TOUCHED) for _ in range(5)]

    assert sorted(drawn)[2] < SOON, drawn
    district.get_by_role("button", name="查找").click()
    letter = lambda sign: district.get_by_role("button", name=sign, exact=True)
    letter("A").wait_for()
    typed = [letter(sign).evaluate(TOUCHED) for sign in "ABCD"]
    assert max(typed) < SOON, typed
    assert district.locator(".results").inner_text().count("人等候") >= 4  # those whose letters fit, a page of them
