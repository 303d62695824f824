"""One example of each message and of the main answers, as a real hall gives them: kept here, true to the documents, read by other programs.

`PYTHONPATH=.:tests python tests/wire/test_wire.py` writes them anew (`python -m tools.typescript` the pages' types).
"""

import contextlib
import json
import tempfile
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter
from tools import shapes, typescript
from whole_day import a_day

from config import words
from config.codes import AT_WINDOW, LIVE
from config.schema import BarTable
from display.bars import text_of
from kiosk import slip
from kiosk.numbers import ticket_of
from server.domain.events import KINDS
from server.messages import AT_A_WINDOW, HALL_HEARS
from server.record import store
from server.web import models
from server.web.openapi import ROOMS, asyncapi
from server.web.table import ENDPOINTS

HERE = Path(__file__).resolve().parent
PERSON = {"name": "张三", "id_number": "11010519491231002X", "card": "resident"}
# the examples are in these two languages, whichever else are spoken
SHOWN = words.Words({lang: tomllib.loads((words.HERE / f"{lang}.toml").read_text(encoding="utf-8")) for lang in ("zh", "en")})
OF_ROOM = {room.split(":")[0]: model for room, (_, model) in ROOMS.items()}


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
def day(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wire") / "data"
    return folder, a_day(folder, SHOWN)


@pytest.fixture(scope="module")
def today(day):
    return {path: json.loads(text) for path, text in files(day[1]).items()}


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


def test_what_brings_a_number_into_line_or_to_a_window_or_away_is_heard_there(day):
    """By the rows that each event of the day changed: a new one need not be thought of."""
    folder, _ = day
    with contextlib.closing(store.open_reader(folder)) as reader:
        rows = [(kind, json.loads(body)) for kind, body in reader.execute("SELECT kind, body FROM events").fetchall()]
    unheard = set()
    for kind, body in rows:
        for id, after in body.get("set", {}).get("tickets", {}).items():
            now, was = after.get("state"), body.get("was", {}).get("tickets", {}).get(id, {}).get("state")
            if {now, was} & LIVE and kind not in HALL_HEARS:
                unheard.add(f"{kind}: HALL_HEARS")
            if {now, was} & AT_WINDOW and kind not in AT_A_WINDOW:
                unheard.add(f"{kind}: AT_A_WINDOW")

    assert not unheard, "server/messages.py"
    assert {kind for kind, _ in rows} == set(KINDS) - {"board.changed"}


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
    assert not extra, f"server/web/models lacks {extra}"


def beyond(value):
    if isinstance(value, BaseModel):
        if value.model_extra and type(value) not in (models.Ok, models.Missed):
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
    written = typescript.WIRE.path.read_text(encoding="utf-8")
    assert written == typescript.typescript(typescript.WIRE), "python -m tools.typescript writes them anew"


def test_the_views_shapes_are_made_of_the_same_models():
    assert shapes.FILE.read_text(encoding="utf-8") == shapes.shapes(), "python -m tools.shapes writes them anew"


def test_no_example_tells_who_somebody_is():
    told = json.dumps([value.get("answer", value) for value in kept().values()], ensure_ascii=False)
    public = json.dumps(
        [{**value, "managers": None} for value in kept("news").values()] + [kept("rooms")["rooms/staff.json"]], ensure_ascii=False
    )

    assert not [secret for secret in (PERSON["name"], PERSON["id_number"], "13800138000") if secret in told]
    assert "太慢" not in public  # what was written with a grade is for managers only


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files(a_day(Path(folder) / "data", SHOWN)).items():
            (HERE / path).parent.mkdir(exist_ok=True)
            (HERE / path).write_text(text, encoding="utf-8")
