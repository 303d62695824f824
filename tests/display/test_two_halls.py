"""Two halls on loopback: a clerk sends the number at the window to the other hall, whose clerk calls it there."""

import pytest
from presses import rest
from soon import until

HERE, THERE = "33100200000001", "33100200000002"


@pytest.fixture
def halls(another):
    """(the hall that sends, the hall that takes over): each other's neighbours."""
    names = {HERE: "云溪县政务服务中心", THERE: "桃源街道便民服务中心"}
    beside = lambda code, more: f'[[neighbours]]\ncode = "{code}"\nname = "{names[code]}"\n{more}\n'
    there = another(THERE, names[THERE], beside(HERE, "accepts = true"))
    token = there.command("token", "--role", "hall", "--name", HERE).split()[-1]
    here = another(HERE, names[HERE], beside(THERE, f'url = "{there.url}"'), f'[referrals]\ntokens = {{ "{THERE}" = "{token}" }}\n')
    return here, there


def at_desk(hall, chromium, watched):
    page = watched(hall.signed_in(chromium, "clerk").new_page())
    page.goto("/desk")
    page.get_by_role("button", name="1号窗口", exact=True).click()
    page.locator(".stage").wait_for()
    rest(page)
    return page


def test_a_number_goes_from_one_desk_to_the_desk_of_the_other_hall(halls, chromium, watched):
    here, there = halls
    mine = here.take()
    page, other = at_desk(here, chromium, watched), at_desk(there, chromium, watched)
    until(lambda: here.ask("GET", "/halls")["items"][1]["open"] is not None)
    page.keyboard.press("F2")
    page.locator(".stage.called").wait_for()
    rest(page)
    page.keyboard.press("F2")
    page.locator(".stage.serving").wait_for()
    rest(page)

    page.keyboard.press("F8")
    page.get_by_role("button", name="转到别的大厅").click()
    page.get_by_label("本厅设备或系统故障").check()
    page.get_by_role("button", name="转过去").click()
    page.locator(".note.toast").wait_for()
    told = page.locator(".note.toast").inner_text()
    other.locator(".coming").wait_for()
    rest(other)
    other.keyboard.press("F2")
    other.locator(".stage.called").wait_for()
    come = other.locator(".stage .referral").inner_text()
    track = watched(chromium.new_context(base_url=here.url, locale="zh-CN").new_page())
    track.goto(f"/t/{mine['track']}")
    led = track.get_by_role("link", name="查看新号").get_attribute("href")
    track.goto(led)
    track.get_by_text("由云溪县政务服务中心转来").wait_for()

    assert "已转到桃源街道便民服务中心" in told and "新号是A001" in told
    assert "由云溪县政务服务中心转来，原来是A001号。" in come and "已办过：纳税申报及税款缴纳。" in come
    assert led.startswith(there.url)
    assert here.ticket(mine)["state"] == "referred"
    for one in (page, other, track):
        one.context.close()
