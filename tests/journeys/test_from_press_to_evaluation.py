"""A clerk presses one key, the board shows the call, the pad asks and somebody evaluates: real pages in Chromium before a real server."""

import pytest

PASSWORD = "Right-Horse-7"
# When the board's band first showed a text, in milliseconds of the machine's clock.
SEE = """text => {
  window.seen = null;
  const look = () => { if (window.seen === null && document.querySelector(".band").innerText.includes(text)) window.seen = Date.now(); };
  new MutationObserver(look).observe(document.body, {subtree: true, childList: true, characterData: true});
  look();
}"""
PRESSED = "() => document.addEventListener('click', () => (window.pressed = Date.now()), {capture: true})"


def sign_in(page, name, password):
    """For the first time, so a password of one's own is asked for."""
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.fill("input[name=new]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.click("button[type=submit]")


@pytest.fixture
def hall(place):
    """A server with a clerk; (server, the clerk's first password)."""
    server = place.server()
    code, password = place.hall("staff", "--data", place.data, "add", "li", "--role", "clerk", "--shown", "李敏")
    assert code == 0, password
    return server, password.strip()


def take(server, place, count, service="tax"):
    token = place.token("kiosk", name="test")
    return [server.post("/tickets", {"service": service}, token=token)[1] for _ in range(count)]


def test_from_press_to_evaluation(place, hall, open_page, press, wait, record_property):
    server, password = hall
    take(server, place, 4)
    board = open_page(f"{server.url}/board", 1920, 1080)
    pad = open_page(f"{server.url}/pad/1#token={place.token('pad', '1')}")
    desk = open_page(f"{server.url}/desk", 1440, 900)

    sign_in(desk, "li", password)
    desk.get_by_role("button", name="1号窗口").click()
    desk.get_by_role("button", name="呼叫下一位").wait_for()
    board.get_by_text("1号窗口").first.wait_for()
    desk.evaluate(PRESSED)

    def call(number):
        """Milliseconds from the press to the board."""
        board.evaluate(SEE, number)
        press(desk, "呼叫下一位")
        board.wait_for_function("() => window.seen")
        return board.evaluate("() => window.seen") - desk.evaluate("() => window.pressed")

    took = [call("A001")]
    assert "A001" in board.inner_text(".band")
    assert "张" not in board.inner_text("body")

    press(desk, "群众已到，开始办理")
    press(desk, "办结")
    pad.get_by_role("button", name="非常满意", exact=True).click()
    pad.get_by_role("button", name="提交评价").click()
    auditor = place.token("auditor")

    def given():
        items = server.get("/events?after=0&limit=1000", token=auditor)[1]["items"]
        return [e for e in items if e["kind"] == "evaluation.given"]

    (evaluation,) = wait(given, why="no evaluation was given")
    assert evaluation["body"]["number"] == "A001" and evaluation["window"] == "1" and evaluation["body"]["channel"] == "pad"
    assert "li" in {e["actor"].rpartition(":")[2] for e in server.get("/events?after=0&limit=1000", token=auditor)[1]["items"]}
    pad.get_by_text("谢谢").first.wait_for()
    board.get_by_text("A002").first.wait_for()  # 请准备
    for number in ("A002", "A003"):
        took.append(call(number))
        press(desk, "群众已到，开始办理")
        press(desk, "办结")
    record_property("press_to_board_ms", took)
    server.stop()
    place.clean()


def test_board_and_desk_come_back_after_an_outage_of_the_server(place, hall, open_page, press):
    server, password = hall
    take(server, place, 2)
    board = open_page(f"{server.url}/board", 1920, 1080)
    desk = open_page(f"{server.url}/desk", 1440, 900)
    sign_in(desk, "li", password)
    desk.get_by_role("button", name="1号窗口").click()
    press(desk, "呼叫下一位")
    board.locator(".band").get_by_text("A001").first.wait_for()

    server.kill()
    place.server(port=server.port)
    press(desk, "群众已到，开始办理")

    press(desk, "办结")
    press(desk, "呼叫下一位")
    board.locator(".band").get_by_text("A002").first.wait_for()
