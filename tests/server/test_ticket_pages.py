"""Today's tickets page by page: no page is longer than was asked for, and together they are all, once each."""

import pytest
from doors import Context
from small_hall import Clock, small_hall


@pytest.fixture
def hall(tmp_path):
    context = Context(tmp_path / "hall", Clock(), small_hall)
    yield context
    context.close()


def taken(hall, n):
    return [hall.kiosk.post("/tickets", service=("tax", "social")[k % 2]).json for k in range(n)]


def pages(hall, query="", limit=3):
    after, found = "", []
    while after is not None:
        answer = hall.manager.get(f"/tickets?limit={limit}{query}" + (f"&after={after}" if after else "")).json
        found.append([t["number"] for t in answer["items"]])
        after = answer["next"]
    return found


def test_pages_hold_all_numbers_in_the_order_in_which_they_were_taken(hall):
    numbers = [t["number"] for t in taken(hall, 7)]
    assert pages(hall) == [numbers[:3], numbers[3:6], numbers[6:]]
    assert pages(hall, "&service=tax") == [numbers[0:6:2], numbers[6:]]
    assert pages(hall, limit=7) == [numbers]


def test_who_names_no_page_gets_the_first_hundred(hall):
    taken(hall, 101)
    first = hall.manager.get("/tickets").json
    assert len(first["items"]) == 100 and first["next"] == first["items"][-1]["id"]
    assert len(hall.manager.get(f"/tickets?after={first['next']}").json["items"]) == 1


def test_the_next_page_follows_also_where_the_last_of_the_page_was_called_meanwhile(hall):
    numbers = [t["number"] for t in taken(hall, 6)]
    first = hall.manager.get("/tickets?state=waiting&limit=3").json
    hall.manager.post("/windows/1/calls", ticket=first["next"], reason="missed the other one")
    rest = hall.manager.get(f"/tickets?state=waiting&limit=3&after={first['next']}").json
    assert [t["number"] for t in rest["items"]] == numbers[3:] and rest["next"] is None


def test_pages_go_on_after_a_restart(hall):
    numbers = [t["number"] for t in taken(hall, 5)]
    first = hall.manager.get("/tickets?limit=3").json
    hall.close()
    again = Context(hall.folder, hall.clock, small_hall)
    rest = again.manager.get(f"/tickets?limit=3&after={first['next']}").json["items"]
    again.close()
    assert [t["number"] for t in rest] == numbers[3:]


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=many"])
def test_a_page_has_its_bounds(hall, query):
    assert hall.manager.get(f"/tickets?{query}").status_code == 422


def test_after_a_ticket_that_is_not_of_today_there_is_no_page(hall):
    answer = hall.manager.get("/tickets?after=aaaaaaaaaaaaaaaa")
    assert (answer.status_code, answer.json["code"]) == (404, "no_such_ticket")
