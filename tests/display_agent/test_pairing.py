"""A display without a token says a code; once a manager has typed it, it is one of the hall's machines until it is revoked."""

import json
import logging
import re
import urllib.request

import pytest
from soon import LONG

from config.schema import DisplaySettings
from display import agent as agents
from display.agent import Agent
from display.pairing import FILE, Pairing


@pytest.fixture
def display(town, tmp_path, monkeypatch, caplog):
    """Starts displays that keep their pairing in one folder; they look around more often than real ones."""
    monkeypatch.setattr(agents, "LOOK", 0.1)
    monkeypatch.setattr("config.enrolment.CLAIM", 0.1)
    caplog.set_level(logging.INFO)
    made = []

    def make(**link):
        settings = {"server": {"url": town.url, "timeout": 5.0} | link, "signs": [{"window": "1", "url": "virtual://sign"}]}
        one = Agent(DisplaySettings.model_validate(settings), pairing=Pairing(tmp_path / "paired"))
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.close()


def manage(town, method, path, body=None):
    head = {"Authorization": f"Bearer {town.server.context.authenticator.command}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{town.url}/api/v1{path}", json.dumps(body).encode() if body else None, head, method=method)
    with urllib.request.urlopen(request, timeout=LONG) as answer:
        return json.loads(answer.read() or "null")


def codes(caplog):
    return re.findall(r"type the code (\d{4}-\d\d) on the page http://127\.0\.0\.1:\d+/manage", caplog.text)


def machines(town):
    return {device["name"] for device in manage(town, "GET", "/devices")["items"]}


def test_a_display_is_paired_by_its_code_and_stays_so(town, display, wait, caplog, tmp_path):
    first = display()
    code = wait(lambda: codes(caplog))[0]
    assert not machines(town)

    manage(town, "POST", "/enrolments/approvals", {"code": code, "name": "east-bars"})

    wait(lambda: machines(town) == {"east-bars"})
    assert (tmp_path / "paired" / FILE).stat().st_mode & 0o077 == 0
    first.close()
    caplog.clear()
    again = display()
    assert again.name == "east-bars" and again.link.token
    wait(lambda: any(d["device"] == "sign-1" for d in manage(town, "GET", "/devices")["items"]))
    assert not codes(caplog)


def test_a_display_whose_token_is_revoked_asks_to_be_paired_again(town, display, wait, caplog):
    display()
    manage(town, "POST", "/enrolments/approvals", {"code": wait(lambda: codes(caplog))[0], "name": "east-bars"})
    wait(lambda: machines(town))
    known = next(t for t in manage(town, "GET", "/tokens")["items"] if t["name"] == "east-bars")

    manage(town, "DELETE", f"/tokens/{known['id']}")

    wait(lambda: len(codes(caplog)) == 2)
    manage(town, "POST", "/enrolments/approvals", {"code": codes(caplog)[1], "name": "west-bars"})
    wait(lambda: "west-bars" in machines(town))


def test_a_display_with_a_token_asks_for_no_code(town, display, wait, caplog):
    one = display(token=town.token("display", name="display-1"))

    wait(lambda: machines(town) == {"display-1"})

    assert one.name == "display-1" and not codes(caplog)


def test_bars_follow_the_hall_before_the_pairing_too(town, display, wait):
    town.open("1")
    one = display()

    ticket = town.take()
    town.do("call_next", window="1")

    wait(lambda: list(one.watched[0].device.standin.texts.values()) == [f"请{ticket.number}号"])


def test_a_folder_that_cannot_be_written_is_said_and_the_display_works_on(town, display, wait, caplog, tmp_path):
    (tmp_path / "paired").write_text("a file where the folder should be")
    display()

    manage(town, "POST", "/enrolments/approvals", {"code": wait(lambda: codes(caplog))[0], "name": "east-bars"})

    wait(lambda: machines(town) == {"east-bars"})
    assert "the token cannot be kept" in caplog.text and "--data DIR" in caplog.text
