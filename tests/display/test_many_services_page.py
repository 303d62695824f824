"""The kiosk's page with as many services as a district publishes: only what is on the page is drawn, and its page and its search find all.
How long a touch takes stands in the bench of pages."""

import json

import pytest
from tools import shots
from tools.pages import district as a_district


@pytest.fixture
def district(tab, root):
    """The list of a kiosk in a hall of 1,135 services, without a network between."""
    states = shots.states("kiosk")
    name, screen = a_district(states)
    states[name]["screen"] = screen
    tab.route("**/states/kiosk.json", lambda route: route.fulfill(status=200, body=json.dumps(states), content_type="application/json"))
    tab.set_viewport_size({"width": 1080, "height": 1920})
    tab.goto(root + shots.address("kiosk", name, "zh"))
    shots.ready(tab)
    return tab


def test_a_thousand_services_are_drawn_a_page_at_a_time_and_searched(district):
    keys = district.locator(".kiosk button")
    onward = district.get_by_role("button", name="下一页").last
    onward.wait_for()
    first = keys.all_inner_texts()
    assert len(first) < 120, "only what is on the page is drawn"

    onward.click()
    district.wait_for_function("first => document.querySelector('.kiosk')?.innerText !== first", arg="\n".join(first))
    assert keys.count() < 120 and keys.all_inner_texts() != first

    district.get_by_role("button", name="查找").click()
    for sign in "ABCD":
        district.get_by_role("button", name=sign, exact=True).click()
    district.wait_for_function("() => document.querySelector('.results')?.innerText.split('人等候').length > 4")
