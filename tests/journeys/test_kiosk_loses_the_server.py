"""The server goes away and a kiosk goes on: numbers out of its loan, on paper, and in line exactly once when the server is back."""

import time

import zxingcpp

TEXT = 'mode = "text"'  # so that the number can be read in the printer's bytes


def lent(server, place):
    token = place.token("auditor")
    return lambda: sum(e["kind"] == "numbers.lent" for e in server.get("/events?after=0&limit=1000", token=token)[1]["items"]) >= 2


def give(kiosk, printer, reader=None, card="", service="tax"):
    """One visitor, with a card or without; (the ticket, seconds from the last touch to the cut slip)."""
    before = printer.printed
    if card:
        kiosk.do("start", {"way": "card"})
        reader.lay(card)
        kiosk.on("choosing")
    else:
        kiosk.do("start", {"way": "none"})
    kiosk.do("choose", {"service": service})
    kiosk.on("confirm")
    touched = time.monotonic()
    kiosk.do("confirm")
    slip = printer.wait(before + 1)
    seconds = time.monotonic() - touched
    ticket = kiosk.on("done", "printing")["ticket"]
    assert ticket["number"].encode() in printer.jobs[-1]
    assert [c.text for c in zxingcpp.read_barcodes(slip)] == [ticket["url"]]
    if card:
        reader.lift()
    kiosk.on("done")
    kiosk.do("cancel")
    kiosk.on("idle")
    return ticket, seconds


def test_kiosk_loses_the_server(place, wait, record_property):
    server = place.server()
    server.open("1")
    reader, printer = place.reader(), place.printer()
    token = place.token("kiosk", name="k1")
    kiosk = place.kiosk(server, reader, printer, token=token, more=TEXT)
    wait(lent(server, place), why="the kiosk borrowed no numbers")
    first, _ = give(kiosk, printer)
    assert (first["number"], first["offline"]) == ("A001", False)

    server.kill()
    one, seconds = give(kiosk, printer, reader, "resident")
    record_property("alone_at_first_s", round(seconds, 3))
    more, took = zip(*(give(kiosk, printer) for _ in range(3)), strict=True)
    record_property("alone_s", [round(s, 3) for s in took])
    assert kiosk.state["server"] == "away"
    kiosk.kill()
    kiosk = place.kiosk(server, reader, printer, token=token, more=TEXT)  # a morning without a server
    last, _ = give(kiosk, printer, service="estate")

    alone, numbers = [one, *more, last], ["AX001", "AX002", "AX003", "AX004", "CX001"]
    assert all(t["offline"] for t in alone) and [t["number"] for t in alone] == numbers
    assert printer.printed == 6

    server = place.server(port=server.port)

    def merged():
        answers = [server.get(f"/track/{t['track']}") for t in alone]
        return all(status == 200 for status, *_ in answers) and [ticket for _, ticket, _ in answers]

    there = wait(merged, why="the numbers do not come to the server")
    assert [t["number"] for t in there] == numbers and all(t["offline"] and t["state"] == "waiting" for t in there)
    assert [t["ahead"] for t in there][:4] == [1, 2, 3, 4]  # A001 came before them
    assert there[0]["holder_masked"] == "张*"
    wait(lambda: kiosk.state["server"] == "ok", why="the kiosk does not notice that the server is back")
    last, _ = give(kiosk, printer)
    assert (last["number"], last["offline"]) == ("A002", False)

    kiosk.stop()
    again = place.kiosk(server, reader, printer, token=token, more=TEXT)
    wait(lambda: again.state["server"] == "ok")
    auditor = place.token("auditor")
    issued = [
        e["body"]["number"] for e in server.get("/events?after=0&limit=1000", token=auditor)[1]["items"] if e["kind"] == "ticket.issued"
    ]
    assert sorted(issued) == ["A001", "A002", *numbers]
    again.stop()
    server.stop()
    place.clean()


def test_two_kiosks_that_are_alone_never_give_the_same_number(place, wait):
    server = place.server()
    server.open("1")
    kiosks = []
    for name in ("k1", "k2"):
        printer = place.printer()
        kiosks.append((place.kiosk(server, place.reader(), printer, name=name, more=TEXT), printer))
    token = place.token("auditor")
    wait(lambda: sum(e["kind"] == "numbers.lent" for e in server.get("/events?after=0&limit=1000", token=token)[1]["items"]) >= 16)

    server.kill()
    tickets = [give(kiosk, printer)[0] for _ in range(3) for kiosk, printer in kiosks]

    numbers = [t["number"] for t in tickets]
    assert len(set(numbers)) == 6 and len({n[:2] for n in numbers}) == 2
    server = place.server(port=server.port)
    wait(lambda: all(server.get(f"/track/{t['track']}")[0] == 200 for t in tickets), why="the numbers do not come to the server")
    line = sorted(tickets, key=lambda t: server.get(f"/track/{t['track']}")[1]["ahead"])
    assert [t["number"] for t in line] == numbers  # in the order in which people came
