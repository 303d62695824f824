"""The pad at a real hall: asked after a service, a grade and its tags arrive once, and the next person finds a free pad."""

import urllib.error

import pytest


@pytest.fixture
def served(hall):
    """Window 3 with a service that has just ended; gives the completion's answer."""

    hall.open("3")

    def serve():
        hall.take("estate")
        ticket = hall.call("3")
        hall.gesture(ticket, "service", "3")
        return hall.gesture(ticket, "completion", "3", {"outcome": "done"})

    return serve


def test_five_equal_grades_then_tags_then_thanks(tab, hall, served):
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    assert "token" not in tab.url

    served()
    grades = tab.locator(".askgrade .grades button")
    grades.first.wait_for()

    assert grades.all_inner_texts() == ["非常满意", "满意", "基本满意", "不满意", "非常不满意"]
    boxes = [one.bounding_box() for one in grades.all()]
    assert len({(round(b["width"]), round(b["height"])) for b in boxes}) == 1
    look = "e => ['color', 'backgroundColor', 'fontSize', 'fontWeight'].map(name => getComputedStyle(e)[name]).join()"
    assert len({one.evaluate(look) for one in grades.all()}) == 1

    grades.nth(1).click()
    tab.get_by_text("跑大厅一次办完").wait_for(state="detached")  # only the first three are shown
    tab.get_by_role("button", name="展开更多").click()
    tab.get_by_role("button", name="跑大厅一次办完").click()
    tab.get_by_role("button", name="提交评价").click()
    tab.get_by_text("谢谢，评价已提交").wait_for()


def test_an_evaluation_given_by_phone_is_not_asked_again_on_the_pad(tab, hall, served):
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    answer = served()
    tab.locator(".askgrade").wait_for()

    given = {"token": answer["evaluation"]["token"], "grade": 5, "tags": [], "comment": "", "anonymous": True}
    hall.ask("POST", "/evaluations", given)
    tab.locator(".askgrade").wait_for(state="detached")

    with pytest.raises(urllib.error.HTTPError, match="409"):
        hall.ask("POST", "/evaluations", given | {"grade": 1})
