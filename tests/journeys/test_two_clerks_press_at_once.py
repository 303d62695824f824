"""Two clerks call at one moment, again and again: one number is never at two windows, and nobody is passed over."""

import threading
from collections import Counter

from config.link import HallClient

RACES = 200


def test_two_clerks_press_at_once(place):
    server = place.server()
    links = {no: HallClient(server.url, token) for no, token in server.open("1", "2").items()}
    kiosk = HallClient(server.url, place.token("kiosk", name="test"))
    auditor = HallClient(server.url, place.token("auditor"))
    start, end, answers = threading.Barrier(3, timeout=60), threading.Barrier(3, timeout=60), {}

    def clerk(no):
        for _ in range(RACES):
            start.wait()
            answers[no] = links[no].post(f"/windows/{no}/calls").data
            end.wait()

    clerks = [threading.Thread(target=clerk, args=(no,), daemon=True) for no in links]
    for one in clerks:
        one.start()
    both = 0
    for race in range(RACES):
        waiting = [kiosk.post("/tickets", {"service": "tax"}).data["number"] for _ in range(1 + race % 2)]

        start.wait()
        end.wait()

        called = [ticket["number"] for ticket in answers.values() if ticket]
        assert sorted(called) == waiting, f"race {race}: {waiting} waited, {called} were called"
        both += len(called) == 2
        there = [links[no].get(f"/windows/{no}").data["ticket"] for no in links]
        assert sorted(t["number"] for t in there if t) == waiting
        for no, ticket in answers.items():
            if ticket:
                HallClient(server.url, links[no].token).post(f"/tickets/{ticket['id']}/service")
                links[no].post(f"/tickets/{ticket['id']}/completion")
    for one in clerks:
        one.join(60)

    assert both == RACES // 2
    calls = Counter()
    after = 0
    while page := auditor.get(f"/events?after={after}&limit=1000").data["items"]:
        calls.update(e["body"]["number"] for e in page if e["kind"] == "ticket.called")
        after = page[-1]["seq"]
    assert len(calls) == RACES + RACES // 2 and set(calls.values()) == {1}
    server.stop()
    place.clean()
