"""A checkpoint leaves the machine by itself, sent and sent again until it is taken, and with the spreadsheet of a day."""

import hashlib
import hmac
import io
import json
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
import zxingcpp
from PIL import Image
from pydantic import ValidationError

from config.schema import CheckpointsTable
from server.domain import watch
from server.outside.checkpoint_hook import CheckpointHook
from server.record import checkpoint

OWN = CheckpointsTable(url="https://city.example.gov.cn/checkpoints", secret="a secret of the two")


def test_the_newest_is_sent_once_signed_and_again_until_it_is_taken(ledger, take, clock):
    made, sent, told, answers = SimpleNamespace(last=None), [], [], ["503", "ConnectTimeoutError", "", ""]

    def send(url, body, headers):
        sent.append((url, body, headers))
        return answers.pop(0)

    hook = CheckpointHook(OWN, made, clock=clock, trouble=told.append, send=send)
    hook.tick()
    assert sent == []

    take()
    made.last = checkpoint.make(ledger.folder, clock=clock)
    hook.tick()
    hook.tick()  # too early
    assert len(sent) == 1 and told == ["503"]
    for _ in range(2):
        clock.forward(minutes=5)
        hook.tick()
    hook.tick()  # it was taken

    (url, body, headers) = sent[-1]
    assert len(sent) == 3 and told == ["503", "ConnectTimeoutError", ""] and url == OWN.url
    assert checkpoint.read(body.decode()) == made.last and json.loads(body)["seq"] == made.last.seq
    assert headers["X-Hall-Signature"] == "sha256=" + hmac.new(OWN.secret.encode(), body, hashlib.sha256).hexdigest()
    alert = watch.storage("unsent", "503")
    assert (alert.code, alert.facts) == ("checkpoint_unsent", {"fact": "503"})

    take()
    made.last = checkpoint.make(ledger.folder, clock=clock)
    hook.tick()
    assert len(sent) == 4 and len({headers["Idempotency-Key"] for _, _, headers in sent}) == 2


def test_the_one_that_is_signed_as_the_server_stops_is_sent_before_it_ends(ledger, take, clock):
    sent, made = [], SimpleNamespace(last=checkpoint.make(ledger.folder, clock=clock))

    def send(url, body, headers):
        sent.append(json.loads(body)["seq"])
        return "503" if len(sent) < 3 else ""

    hook = CheckpointHook(OWN, made, clock=clock, trouble=lambda fact: None, send=send)
    hook.tick()
    hook.tick()  # too early
    take()
    made.last = checkpoint.make(ledger.folder, clock=clock)
    hook.close()

    assert sent == [sent[0], made.last.seq] and sent[0] < made.last.seq


def test_an_address_needs_a_secret():
    with pytest.raises(ValidationError):
        CheckpointsTable(url="https://city.example.gov.cn/", secret="short")


def test_the_spreadsheet_of_a_day_has_a_checkpoint_that_holds_and_that_of_several_has_none(context):
    context.kiosk.take("tax")
    day = context.ledger.floor.day

    of_day = ZipFile(io.BytesIO(context.manager.get("/reports/days.xlsx", **{"from": day, "to": day}).data))
    of_two = ZipFile(io.BytesIO(context.manager.get("/reports/days.xlsx", **{"from": "2026-11-19", "to": day}).data))

    (name,) = [name for name in of_day.namelist() if name.endswith(".png")]
    picture = Image.open(io.BytesIO(of_day.read(name))).convert("L")
    found = checkpoint.compare(context.ledger.folder, [checkpoint.read(zxingcpp.read_barcode(picture).text)])
    assert [one.code for one in found] == ["holds"]
    assert not [name for name in of_two.namelist() if name.endswith(".png")]
