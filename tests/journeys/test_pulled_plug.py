"""The server is killed in the middle of issuing: what was answered is there once, and the same request again is the same number."""

import os
import threading
import uuid

import pytest

from config.link import Away, HallClient

PULLS = int(os.environ.get("HALL_PULLS", "5"))  # the long form: HALL_PULLS=50
ISSUERS = 4


class Issuer(threading.Thread):
    """A program that takes numbers as fast as it can, each request under a key of its own; it remembers what it was promised."""

    def __init__(self, url, token):
        super().__init__(daemon=True)
        self.link, self.over = HallClient(url, token, timeout=20.0), threading.Event()
        self.answered, self.unanswered = {}, []

    def run(self):
        while not self.over.is_set():
            key = uuid.uuid4().hex
            try:
                self.answered[key] = self.link.post("/tickets", {"service": "tax"}, key=key, repeat=False).data
            except Away:
                self.unanswered.append(key)
                return


@pytest.mark.timeout(60 + 30 * PULLS)
def test_pulled_plug(place, wait):
    server = place.server()
    token = place.token("app", name="issuers")
    promised, doubtful = {}, []
    for pull in range(PULLS):
        issuers = [Issuer(server.url, token) for _ in range(ISSUERS)]
        for one in issuers:
            one.start()
        many = 5 + 13 * pull % 40
        wait(lambda many=many, issuers=issuers: sum(len(one.answered) for one in issuers) >= many, why="nothing is issued")

        server.kill()

        for one in issuers:
            one.over.set()
            one.join(60)
            promised |= one.answered
            doubtful += one.unanswered
        server = place.server(port=server.port)
        link = HallClient(server.url, token)
        for key, ticket in promised.items():
            again = link.post("/tickets", {"service": "tax"}, key=key).data
            assert (again["id"], again["number"]) == (ticket["id"], ticket["number"])
        for key in doubtful:  # nobody knows whether it was issued; asked again it is, once
            promised[key] = link.post("/tickets", {"service": "tax"}, key=key).data
        doubtful = []

    auditor = HallClient(server.url, place.token("auditor"))
    issued, after = [], 0
    while page := auditor.get(f"/events?after={after}&limit=1000").data["items"]:
        assert [e["seq"] for e in page] == list(range(after + 1, after + 1 + len(page)))
        issued += [e["body"]["number"] for e in page if e["kind"] == "ticket.issued"]
        after = page[-1]["seq"]
    assert sorted(issued) == sorted(ticket["number"] for ticket in promised.values())
    assert len(set(issued)) == len(issued) >= 5 * PULLS
    server.stop()
    place.clean()
