"""The pad at a real hall: asked after a service, a grade and its tags arrive once, and the next person finds a free pad."""

import urllib.error

import pytest


@pytest.fixture
def served(hall):
    """Window 3 with a service that has just ended; gives the token of its link, as its holder has it."""

    hall.open("3")

    def serve():
        hall.take("estate")
        ticket = hall.call("3")
        hall.gesture(ticket, "service", "3")
        hall.gesture(ticket, "completion", "3", {"outcome": "done"})
        return hall.link(ticket)

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
    tab.get_by_text("不会联系您").wait_for()  # it was anonymous: nothing is promised that cannot be kept


@pytest.mark.parametrize("anonymous", [True, False])
def test_whether_an_evaluation_is_anonymous_is_the_halls_default_on_pad_and_phone(tab, hall, served, chromium, anonymous):
    boss = hall.signed_in(chromium, "manager")
    put = lambda value: boss.request.put("/api/v1/settings/evaluation", data={"value": value}, headers=boss.csrf)
    put({"anonymous": anonymous})
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    link = served()

    tab.locator(".askgrade .grades button").first.click()

    assert tab.get_by_role("checkbox").is_checked() is anonymous
    tab.goto(f"{hall.url}/e/{link}?lang=zh")
    tab.get_by_role("button", name="满意", exact=True).click()
    assert tab.get_by_role("checkbox").is_checked() is anonymous
    tab.get_by_role("button", name="提交评价").click()
    tab.get_by_text("不会联系您" if anonymous else "会联系您回访").wait_for()
    put({})
    boss.close()


def test_an_evaluation_given_by_phone_is_not_asked_again_on_the_pad(tab, hall, served):
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    link = served()
    tab.locator(".askgrade").wait_for()

    given = {"token": link, "grade": 5, "tags": [], "comment": "", "anonymous": True}
    hall.ask("POST", "/evaluations", given)
    tab.locator(".askgrade").wait_for(state="detached")

    with pytest.raises(urllib.error.HTTPError, match="409"):
        hall.ask("POST", "/evaluations", given | {"grade": 1})


def test_a_question_ends_when_the_next_number_is_called_at_the_window(tab, hall, served, chromium):
    boss = hall.signed_in(chromium, "manager")
    put = lambda value: boss.request.put("/api/v1/settings/evaluation", data={"value": value}, headers=boss.csrf)
    put({"pad_s": 3600})  # so that nothing else ends it
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    served()
    tab.locator(".askgrade").wait_for()

    hall.take("estate")
    following = hall.call("3")

    tab.locator(".askgrade").wait_for(state="detached")
    tab.locator(".padidle").wait_for()  # nothing is said of a time that was over
    hall.gesture(following, "service", "3")  # and what happens next does not ask again
    tab.reload()
    tab.locator(".padidle").wait_for()
    hall.gesture(following, "completion", "3", {"outcome": "done"})
    tab.locator(".askgrade").get_by_text(following["number"]).wait_for()
    tab.locator(".askgrade .grades button").first.click()
    tab.get_by_role("button", name="提交评价").click()
    tab.get_by_text("谢谢，评价已提交").wait_for()
    put({})
    boss.close()


def test_nothing_is_said_to_be_sent_where_a_login_page_answers_for_the_hall(tab, hall, served):
    login = [{"status": 200, "body": "<html>login</html>", "content_type": "text/html"}]
    tab.route("**/api/v1/evaluations", lambda route: route.fulfill(**login[0]) if login else route.continue_())
    tab.goto(f"{hall.url}/pad/3?lang=zh#token={hall.token('pad', '3')}")
    tab.wait_for_selector(".padidle")
    served()
    tab.locator(".askgrade .grades button").first.click()

    tab.get_by_role("button", name="提交评价").click()

    tab.get_by_text("没有提交成功").wait_for()
    login.clear()
    tab.get_by_role("button", name="提交评价").click()
    tab.get_by_text("谢谢，评价已提交").wait_for()
