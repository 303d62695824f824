"""One visitor from the card to the evaluation, through every part of the hall at once, and then the journal is looked at.

SAM frames on a pty, a real kiosk with its touch page, a real server, ESC/POS bytes at a TCP printer, the slip's code read by a library
that is not ours, the phone, desk, board and pad pages in Chromium, an LED bar on its line.
"""

import re

import zxingcpp
from tools import shots

PASSWORD = "Right-Horse-7"


def test_a_whole_visit(place, open_page, press):
    server = place.server()
    _, first = place.hall("staff", "--data", place.data, "add", "li", "--role", "clerk", "--shown", "李敏")
    reader, printer, bars = place.reader(baud=115200), place.printer(), place.bars()
    kiosk = place.kiosk(server, reader, printer)
    place.display(server, f'[[signs]]\nwindow = "1"\nurl = "{bars.url}"\naddress = 1\n')
    touch = open_page(kiosk.url, *shots.STAND["portrait"])
    board = open_page(f"{server.url}/board", *shots.WALL["1080p"])
    pad = open_page(f"{server.url}/pad/1#token={place.token('pad', '1')}", *shots.TABLET["10in"])
    desk = open_page(f"{server.url}/desk", *shots.DESKTOP["desktop"])
    desk.fill("input[name=name]", "li")
    desk.fill("input[name=password]", first.strip())
    desk.click("button[type=submit]")
    desk.fill("input[name=new]", PASSWORD)
    desk.fill("input[name=again]", PASSWORD)
    desk.click("button[type=submit]")
    desk.get_by_role("button", name="1号窗口").click()
    desk.get_by_role("heading", name="现在没有人等候").wait_for()

    reader.lay("resident")
    touch.get_by_text(re.compile(r"张\*，您好")).wait_for()
    touch.get_by_role("button", name=re.compile("税务申报")).click()
    touch.get_by_role("button", name="确认取号").click()
    slip = printer.wait(1)
    touch.locator(".yournumber .no").get_by_text("A001").wait_for()
    reader.lift()

    (url,) = [code.text for code in zxingcpp.read_barcodes(slip)]
    assert url.startswith(f"{server.url}/t/")
    phone = open_page(url, *shots.PHONE["360"])
    phone.get_by_text("A001").first.wait_for()

    press(desk, "呼叫下一位")
    board.locator(".band").get_by_text("A001").first.wait_for()
    phone.get_by_text("轮到您了").first.wait_for()
    assert bars.wait(1, "请A001号")
    press(desk, "群众已到，开始办理")
    assert bars.wait(1, "A001 办理中")
    press(desk, "办结")
    pad.get_by_role("button", name="非常满意", exact=True).click()
    pad.get_by_role("button", name="提交评价").click()
    pad.get_by_text("谢谢").first.wait_for()
    phone.get_by_text("办完了").first.wait_for()
    assert bars.wait(1, "欢迎光临")

    auditor = place.token("auditor")
    events = server.get("/events?after=0&limit=1000", token=auditor)[1]["items"]
    mine = [e["kind"] for e in events if e["body"].get("number") == "A001"]
    way = ["ticket.issued", "ticket.called", "service.started", "service.finished", "evaluation.opened", "evaluation.given"]
    assert mine == way
    by = [(e["by"]["role"], e["by"]["name"]) for e in events if e["kind"] in way]
    assert by == [("kiosk", "k1"), *[("clerk", "李敏")] * 4, ("pad", "1")]
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    for machine in reversed(place.running):
        place.stop_cleanly(machine)
    place.clean()
    secrets = ("11010519491231002X", "张三", "浙江省台州市", PASSWORD)
    everything = {path: path.read_bytes() for path in place.folder.rglob("*") if path.is_file()}
    assert [(secret, path.name) for path, data in everything.items() for secret in secrets if secret.encode() in data] == []
    photo = reader.sam.photo
    assert not any(photo[at : at + 16] in data for data in everything.values() for at in range(0, len(photo), 16))
