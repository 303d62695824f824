"""One example of each message and of the main answers, as a real hall gives them: kept here, true to the documents, read by other programs.

`PYTHONPATH=.:tests python tests/wire/test_wire.py` writes them anew (`python -m server.web.typescript` the pages' types).
"""

import itertools
import json
import re
import tempfile
from pathlib import Path

import pytest
from doors import Context
from pydantic import BaseModel, TypeAdapter
from small_hall import Clock, small_hall

from config.schema import BarTable
from display.bars import text_of
from kiosk import slip
from kiosk.numbers import ticket_of
from server import actions
from server.domain.events import KINDS
from server.record import ledger
from server.web import models, typescript
from server.web.openapi import ROOMS, asyncapi
from server.web.table import ENDPOINTS

HERE = Path(__file__).resolve().parent
KEY = bytes(range(32))  # of a hall that is nowhere, so that the examples stay the same
PERSON = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
PLAN = {"id": "peak", "name": "月末高峰", "services": ["social"], "lends": [{"window": "3", "services": ["social"]}]}
OF_ROOM = {room.split(":")[0]: model for room, (_, model) in ROOMS.items()}


class Scribe:
    """Keeps the first good answer of each door, with its request."""

    def __init__(self):
        self.answers = {}

    def ask(self, who, method, path, /, **body):
        answer = who.ask(method, path, body if method != "GET" else None)
        assert answer.status_code < 300, answer.text
        (endpoint,) = [
            d for d in ENDPOINTS if d.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", d.path), path.split("?")[0])
        ][:1]
        if answer.status_code in endpoint.gives and endpoint.gives[answer.status_code]:
            request = {"method": method, "path": f"/api/v1{path}"} | ({"body": body} if method != "GET" else {})
            self.answers.setdefault(endpoint.name, {"request": request, "status": answer.status_code, "answer": answer.json})
        return answer.json


def a_day(folder):
    """(answers by door, what each room is drawn from, news by kind and room) of a hall in which everything happens once."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hall.key").write_bytes(KEY)
    ids, plain = (f"{n:016d}".translate(str.maketrans("0123456789", "abcdefghij")) for n in itertools.count(1)), ledger.new_id
    ledger.new_id = lambda: next(ids)
    try:
        return _a_day(folder)
    finally:
        ledger.new_id = plain


def _a_day(folder):
    context, scribe = Context(folder, Clock(), small_hall), Scribe()
    say, kiosk, manager, keypad = scribe.ask, context.kiosk, context.manager, context.device("keypad", window="1")
    admin, nobody, forward = context.admin, context.nobody(), context.clock.forward
    ticket = say(kiosk, "POST", "/tickets", service="tax", holder=PERSON)
    tokens = {"pad:1": context.token("pad", "1"), "staff": context.token("clerk"), "managers": context.token("manager")}
    rooms, ears = ["hall", "window:1", "pad:1", f"ticket:{ticket['track']}", "staff", "managers"], {}
    for room in rooms:
        ear = context.server.sockets.socketio.test_client(context.server.app, auth={"token": tokens[room]} if room in tokens else None)
        assert "snapshot" in ear.emit("watch", [room], callback=True)
        ears[room] = ear

    other, third = kiosk.take("tax", **{"class": "green", "reason": "elderly"}), kiosk.take("estate")
    say(nobody, "POST", f"/tickets/{ticket['track']}/postponement", places=1)
    say(keypad, "POST", "/windows/1/calls", ticket=ticket["id"])
    for gesture in ("calls", "service", "hold"):
        forward(seconds=40)
        say(keypad, "POST", f"/tickets/{ticket['id']}/{gesture}")
    say(keypad, "DELETE", f"/tickets/{ticket['id']}/hold")
    done = say(keypad, "POST", f"/tickets/{ticket['id']}/completion", outcome="done")
    say(nobody, "GET", f"/evaluations/{done['evaluation']['token']}")
    during = {room: ears[room].emit("watch", [room], callback=True) for room in rooms}
    say(nobody, "POST", "/evaluations", token=done["evaluation"]["token"], grade=1, comment="太慢")
    say(keypad, "POST", "/windows/1/calls")
    (case,) = say(manager, "GET", "/cases")["items"]
    say(manager, "POST", f"/cases/{case['id']}/owner")
    say(keypad, "POST", f"/tickets/{other['id']}/miss")
    say(manager, "POST", f"/tickets/{other['id']}/return")
    say(manager, "POST", f"/tickets/{other['id']}/transfer", service="social")
    say(manager, "POST", f"/tickets/{other['id']}/reprints")
    context.ledger.do("system", actions.raise_alert, **ALERT)
    say(manager, "POST", f"/alerts/{ALERT['id']}/acknowledgement")
    say(manager, "PUT", "/settings/plans", value={"items": [PLAN]})
    say(manager, "POST", "/plans/peak/activation")
    say(kiosk, "POST", "/devices/k1/state", device="printer", kind="printer", state="trouble", code="paper_end", sentence="缺纸")
    say(manager, "POST", "/devices/k1/commands", do="reprint", ticket=other["id"])
    called = say(kiosk, "POST", "/devices/k1/help", screen="choosing")
    say(manager, "POST", "/notices", text="本周六延时服务", until="2026-11-21T18:00:00+08:00")
    say(manager, "POST", "/messages", text="请开3号窗口", window="3")
    context.server.context.forecaster.refresh()
    context.server.sockets.board_changed(context.ledger.waits)
    for path in READ:
        say(manager, "GET", path)
    say(nobody, "GET", f"/track/{ticket['track']}")
    drawn = {room: ears[room].emit("watch", [room], callback=True) for room in rooms}
    drawn["pad:1"] = during["pad:1"]  # while it asks
    missed = ears["hall"].emit("watch", {"rooms": ["hall"], "after": context.seq - 6}, callback=True)

    context.ledger.do("system", actions.clear_alert, id=ALERT["id"])
    say(manager, "POST", f"/cases/{case['id']}/closing", outcome="corrected", called_back=True)
    say(manager, "POST", f"/help/{called['id']}/answer")
    say(manager, "DELETE", "/plans/peak/activation")
    say(manager, "POST", f"/tickets/{other['id']}/cancellation")
    slot = say(context.app, "GET", "/slots?service=social")["items"][1]
    booked = say(context.app, "POST", "/appointments", slot=slot["id"], phone="13800138000")
    later = context.app.get("/slots", service="social").json["items"][2]
    say(nobody, "PUT", f"/appointments/{booked['track']}", slot=later["id"])
    forward(minutes=70)
    say(kiosk, "POST", f"/appointments/{booked['id']}/checkin")
    say(manager, "PUT", "/windows/1/state", state="paused", reason="午休")
    say(manager, "PUT", "/windows/1/state", state="open")
    say(manager, "PUT", "/windows/1", zone="A")
    say(manager, "PUT", "/services/tax", minutes=5)
    say(context.guide, "POST", "/diversions", to="selfservice")
    lent = say(kiosk, "POST", "/kiosks/k1/loans", loan="abcdefghijklmnop", day="2026-11-20", count=20)
    say(kiosk, "POST", "/tickets/merge", kiosk="k1", tickets=[alone(lent)])
    made = admin.post("/tokens", role="pad", window="2").json
    admin.delete(f"/tokens/{made['token']['id']}")
    context.staff("li")
    clerk = context.signed_in("li")
    clerk.delete("/session")
    nobody.post("/session", name="li", password="wrong")
    for service in ("tax", "estate"):
        served = keypad.post("/windows/1/calls").json if service == "tax" else third
        if service == "tax":
            keypad.post(f"/tickets/{served['id']}/service"), keypad.post(f"/tickets/{served['id']}/completion")
    forward(minutes=24 * 60)
    context.server.context.clockwork.tick()
    forward(minutes=9 * 24 * 60)
    context.ledger.do("system", actions.close_evaluations)
    small_hall(context.ledger)
    context.settle()
    news = {}
    for room, ear in ears.items():
        for heard in ear.get_received():
            news.setdefault(heard["name"], {}).setdefault(room.split(":")[0], heard["args"][0])
    context.close()
    return scribe.answers, {room.split(":")[0]: answer["snapshot"][room] for room, answer in drawn.items()} | {"watched": missed}, news


READ = ("/hall", "/services", "/windows", "/board", "/alerts", "/devices", "/help", "/windows/1/line", "/tickets?service=estate")
ALERT = {
    "id": "promise-tax",
    "kind": "promise",
    "subject": "tax",
    "level": "warn",
    "say": {"zh": "税务申报有2个号码可能超时", "en": "Tax: 2 numbers may wait too long"},
    "advice": ({"do": "open_window", "window": "3", "zh": "开放3号窗口", "en": "Open window 3"},),
}


def alone(lent):
    """A number that the kiosk gave out while it was alone."""
    first = lent["ranges"][0]
    facts = {"id": "k1-alone-1", "loan": lent["loan"], "series": first["series"], "counter": 1, "number": f"{first['series']}001"}
    return facts | {"day": lent["day"], "service": first["services"][0], "issued_at": "2026-11-20T10:40:00+08:00"}


def files(day):
    """{path below this folder: JSON text}."""
    answers, rooms, news = day
    out = {f"answers/{name}.json": value for name, value in answers.items()}
    out |= {f"rooms/{name}.json": value for name, value in rooms.items()} | {f"news/{kind}.json": value for kind, value in news.items()}
    return {path: json.dumps(short(value), ensure_ascii=False, indent=1) + "\n" for path, value in out.items()}


def short(value):
    """Without the drawing of a QR code, which is long and says nothing here."""
    if isinstance(value, dict):
        return {k: "<svg …/>" if k == "qr" and v else short(v) for k, v in value.items()}
    return [short(v) for v in value] if isinstance(value, list) else value


# -- tests


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    return {path: json.loads(text) for path, text in files(a_day(tmp_path_factory.mktemp("wire") / "data")).items()}


def kept(folder="."):
    return {p.relative_to(HERE).as_posix(): json.loads(p.read_text(encoding="utf-8")) for p in sorted((HERE / folder).rglob("*.json"))}


def test_the_hall_sends_what_the_examples_show(today):
    """Fields and kinds of values, not the values: how long a wait is predicted may change."""
    examples = kept()

    assert examples.keys() == today.keys(), "PYTHONPATH=.:tests python tests/wire/test_wire.py writes them anew"
    wrong = {path: why for path in examples if (why := unlike(examples[path], today[path]))}
    assert not wrong, wrong


def unlike(old, new, at=""):
    """Where two values differ in shape; "" where they do not. Nothing (null, an empty list) is like anything."""
    if old is None or new is None:
        return ""
    if isinstance(old, dict) and isinstance(new, dict):
        if at.endswith((".set", ".keys", ".say")) or old.keys() == new.keys():
            return next((why for k in old.keys() & new.keys() if (why := unlike(old[k], new[k], f"{at}.{k}"))), "")
        return f"{at}: {sorted(old.keys() ^ new.keys())}"
    if isinstance(old, list) and isinstance(new, list):
        if not old or not new:
            return ""
        return next((why for one in new if (why := min((unlike(o, one, f"{at}[]") for o in old), key=len))), "")
    number = (int, float)
    same = type(old) is type(new) or isinstance(old, number) and isinstance(new, number) and bool not in (type(old), type(new))
    return "" if same else f"{at}: {old!r}, {new!r}"


def test_there_is_an_example_of_every_event_that_anybody_hears():
    assert {Path(p).stem for p in kept("news")} == set(KINDS)


BY_NAME = {d.name: d for d in ENDPOINTS}


@pytest.mark.parametrize("path", kept("answers"))
def test_an_answer_is_what_the_document_says_and_nothing_more(path):
    example, endpoint = kept("answers")[path], BY_NAME[Path(path).stem]

    if endpoint.body:
        endpoint.body.model_validate_json(json.dumps(example["request"]["body"]))
    answer = example["answer"]
    for value in answer["items"] if endpoint.lists else [answer]:
        fits(endpoint.gives[example["status"]], value)


@pytest.mark.parametrize("room", OF_ROOM)
def test_a_room_is_what_the_document_says_and_nothing_more(room):
    fits(OF_ROOM[room], kept("rooms")[f"rooms/{room}.json"])


def test_what_was_missed_comes_with_the_answer_to_watch():
    watched = kept("rooms")["rooms/watched.json"]

    fits(models.Watched, watched | {"events": []})
    fits(models.Board, watched["snapshot"]["hall"])
    for one in watched["events"]:
        is_news(one["event"], "hall", {k: v for k, v in one.items() if k != "event"})


@pytest.mark.parametrize("path", kept("news"))
def test_a_message_is_what_the_document_says_and_nothing_more(path):
    for room, body in kept("news")[path].items():
        is_news(Path(path).stem, room, body)


def is_news(kind, room, body):
    facts = asyncapi()["components"]["messages"][kind]["payload"]["allOf"][1]["properties"]
    assert not body.keys() - facts.keys() - {"seq", "at", "changed", "gone", "actor"}, (kind, room)
    wrong = {name: body[name] for name, schema in facts.items() if name in body and not isinstance(body[name], types_of(schema))}
    assert not wrong, (kind, room)
    TypeAdapter(models.News).validate_python(body)
    fits_in_part(OF_ROOM[room], body.get("changed", {}))


TYPES = {"string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict, "null": type(None)}


def types_of(schema):
    """What Python makes of the JSON that a schema of the document allows; everything where it says nothing."""
    if "anyOf" in schema:
        return tuple(t for part in schema["anyOf"] for t in types_of(part))
    named = schema.get("type", list(TYPES))
    return tuple(TYPES[name] for name in ([named] if isinstance(named, str) else named))


def fits(model, value):
    """A value has all that its model says, of the right kind, and nothing that is not in it."""
    extra = sorted(beyond(TypeAdapter(model).validate_python(value)))
    assert not extra, f"server/web/models.py lacks {extra}"


def beyond(value):
    if isinstance(value, BaseModel):
        if value.model_extra and type(value) not in (models.Ok, models.PrivacyNotice, models.Missed):
            yield from (f"{type(value).__name__}.{k}" for k in value.model_extra)
        value = {k: getattr(value, k) for k in type(value).model_fields}
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from beyond(one)


def fits_in_part(model, value):
    """The same for a part of a thing, or a part of each thing in a list."""
    fields = {(f.alias or name): f for name, f in model.model_fields.items()}
    lists = {"calls": models.CallShown, "windows": models.Window, "tickets": models.TrackedTicket if model is models.TicketRoom else None}
    for name, part in value.items():
        assert name in fields, f"{model.__name__} has no {name}"
        parts = getattr(fields[name].annotation, "__args__", ())
        inner = next((a for a in parts if isinstance(a, type) and issubclass(a, BaseModel)), None)
        inner = inner or lists.get(name)
        if isinstance(part, list) and inner:
            for one in part:
                fits_in_part(inner, one)
        else:
            beyond_it = list(beyond(TypeAdapter(fields[name].annotation).validate_python(part)))
            assert not beyond_it, beyond_it


def test_the_bars_show_what_the_board_is_told():
    texts = BarTable()

    called = kept("news")["news/ticket.called.json"]["hall"]["changed"]
    assert {w["no"]: text_of(w, texts) for w in called["windows"]} == {"1": "请A001号"}
    board = kept("rooms")["rooms/hall.json"]
    assert {w["no"]: text_of(w, texts) for w in board["windows"]}["A12"] == "未开放"


def test_a_kiosk_prints_what_it_is_answered():
    answers = kept("answers")
    ticket, hall = ticket_of(answers["answers/issue_ticket.json"]["answer"]), answers["answers/get_hall.json"]["answer"]
    service = answers["answers/list_services.json"]["answer"]["items"][0]

    paper = slip.slip(ticket, slip.load(), hall=hall, service=service, url=ticket["url"])

    assert paper.number == "A001" and paper.qr == ticket["url"] and hall["name"] in (paper.heading, paper.title)


def test_the_pages_types_are_made_of_the_same_models():
    assert typescript.FILE.read_text(encoding="utf-8") == typescript.typescript(), "python -m server.web.typescript writes them anew"


def test_no_example_tells_who_somebody_is():
    told = json.dumps([value.get("answer", value) for value in kept().values()], ensure_ascii=False)
    public = json.dumps(
        [{**value, "managers": None} for value in kept("news").values()] + [kept("rooms")["rooms/staff.json"]], ensure_ascii=False
    )

    assert not [secret for secret in (PERSON["name"], PERSON["id_number"], "13800138000") if secret in told]
    assert "太慢" not in public  # what was written with a grade is for managers only


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files(a_day(Path(folder) / "data")).items():
            (HERE / path).parent.mkdir(exist_ok=True)
            (HERE / path).write_text(text, encoding="utf-8")
