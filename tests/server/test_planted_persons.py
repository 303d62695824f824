"""Made-up people who come in by every way there is, and are then looked for everywhere: whole, nobody is anywhere; what may be kept of
them (masks, keyed hashes) is where it belongs, and nowhere once they are forgotten.

Their region 990000 does not exist and their phones are of a kind nobody has; the check digits are right, so that no check stops them.
"""

import gzip
import io
import json
import logging
import re
import tarfile
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from soon import until

from kiosk.spool import Spool
from server import actions
from server.actions.holders import keep_push
from server.record import audit, backup

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NAMES = ("柏芜虚", "欧阳构假", "Nemo Nobody", "公孙乌有")


def id_number(n):
    """GB 11643, of a region that does not exist."""
    first = f"99000019000101{n:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def person(n):
    return {"name": NAMES[n % len(NAMES)] + (f"·{n}" if n >= len(NAMES) else ""), "id_number": id_number(n), "card": "resident"}


def phone(n):
    return f"1990000{n:04d}"


class Planted:
    """A hall into which people have come; `whole` is what must be nowhere, by word; `heard` is what each socket was told."""

    def __init__(self, context, tmp_path):
        self.context, self.people, self.heard, self.said = context, iter(range(900, 999)), {}, []
        self.whole: set[str] = set()
        self.kept: list[str] = []  # ids of tickets
        self.tmp_path, self.ears, self.log = tmp_path, {}, ""

    def someone(self):
        n = next(self.people)
        one = person(n)
        self.whole |= {one["name"], one["id_number"], phone(n)}
        return one, phone(n)

    def words(self):
        """A text in which somebody stands with everything."""
        one, number = self.someone()
        return f"{one['name']} {one['id_number']} {number}"

    def listen(self):
        context = self.context
        rooms = {"hall": None, "window:1": None, "pad:1": context.device("pad", window="1"), "staff": "clerk", "managers": "manager"}
        for room, who in rooms.items():
            self.ears[room] = context.ear(who)
            assert "snapshot" in self.ears[room].emit("watch", [room], callback=True)

    def hear(self):
        self.context.settle()
        self.heard = {room: json.dumps(ear.get_received(), ensure_ascii=False) for room, ear in self.ears.items()}


@pytest.fixture
def planted(context, tmp_path, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    hall = Planted(context, tmp_path)
    hall.listen()
    come_in(hall)
    with monkeypatch.context() as fault:  # a fault of ours, so that something is in the log
        fault.setattr("server.views.View.ticket", lambda self, t: 1 / 0)
        one, number = hall.someone()
        assert context.kiosk.post("/tickets", service="tax", holder=one, phone=number).status_code == 500
    hall.hear()
    hall.log = caplog.text
    return hall


def come_in(hall):
    context = hall.context
    kiosk, manager, guide, keypad = context.kiosk, context.manager, context.guide, context.device("keypad", window="1")
    visitor = context.nobody()
    visitor.ask("GET", "/book", root=True)
    slot = context.app.get("/slots", service="estate").json["items"][-1]["id"]

    def took(answer):
        assert answer.status_code == 201, answer.text
        hall.kept.append(answer.json["id"])
        return answer.json

    # a card and a phone at the kiosk, with a key; a phone's own booking; one by another program, one at the desk
    one, number = hall.someone()
    first = took(kiosk.ask("POST", "/tickets", {"service": "tax", "channel": "kiosk", "holder": one, "phone": number}, key="k1"))
    for who, service in ((visitor, "social"), (context.app, "tax"), (guide, "social")):
        one, number = hall.someone()
        at = slot if who is visitor else context.app.get("/slots", service=service).json["items"][-1]["id"]
        took(who.post("/appointments", slot=at, holder={"name": one["name"], "id_number": one["id_number"]}, phone=number))
    # a kiosk that was alone
    one, number = hall.someone()
    loan = kiosk.post("/kiosks/k1/loans", loan="abcdefghij234567", day="2026-11-20", count=10).json
    spool = Spool(hall.tmp_path / "spool", machine=["m1"])
    spool.lend(loan)
    alone = spool.take(
        day="2026-11-20", service="tax", at=context.clock(), stamp=context.server.context.view().instant, holder=one, phone=number
    )
    merged = kiosk.post("/tickets/merge", kiosk="k1", tickets=spool.unmerged())
    assert merged.json["items"][0]["result"] == "merged", merged.text
    hall.kept.append(alone.id)
    spool.close()
    # looked for and not found, refused, mistyped
    one, number = hall.someone()
    assert guide.post("/tickets/search", holder=one, phone=number).json["items"] == []
    assert guide.post("/persons/search", holder=one, phone=number).json["tickets"] == []
    assert kiosk.post("/tickets", service="tax", holder=one, phonee=number).status_code == 422
    assert kiosk.post("/tickets", service="tax", holder=one | {"id_number": number * 9}).status_code == 422
    assert context.nobody().post("/session", name=one["name"], password=one["id_number"]).status_code == 401
    for path in (f"/track/{number}", f"/tickets/{one['id_number']}", f"/appointments/{number}", f"/evaluations/{number}"):
        assert context.nobody().get(path).status_code in (401, 404)
    assert context.nobody().ask("GET", f"/t/{one['id_number']}", root=True).status_code in (200, 404)
    # what people and staff write
    keypad.post("/windows/1/calls"), keypad.post(f"/tickets/{first['id']}/service"), keypad.post(f"/tickets/{first['id']}/completion")
    one, number = hall.someone()
    hall.said += ["等得太久", "已经致歉"]
    given = context.nobody().post("/evaluations", token=context.link(first), grade=1, comment=f"{hall.said[0]}{number} {one['id_number']}")
    assert given.status_code == 201, given.text
    note = f"{hall.said[1]} {one['id_number']}"
    assert manager.post(f"/cases/{first['id']}.1/closing", outcome="corrected", called_back=True, note=note).status_code == 201
    assert manager.post("/messages", text=hall.words(), window="1").status_code == 201
    one, number = hall.someone()
    assert manager.put("/windows/2/state", state="paused", reason=f"{number}").status_code == 200
    assert manager.put("/windows/2/state", state="closed", reason=f"{one['id_number']}").status_code == 200
    assert kiosk.post("/help", place=hall.words()).status_code == 422
    context.ledger.do("hall", keep_push, ticket=first["id"], endpoint="https://push.example/planted", p256dh="", auth="")


def found(words, text):
    """Which of the words stand in a text or in bytes."""
    raw = text if isinstance(text, bytes) else text.encode()
    return {word for word in words if word.encode() in raw or json.dumps(word)[1:-1].encode() in raw}


def files(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def marks(context):
    """Masks and keyed hashes of everybody, and what they are told by."""
    rows = [tuple(row) for row in context.ledger.connection.execute("SELECT name, id_hash, phone_hash, phone FROM visitors")]
    return {mark for row in rows for mark in row if mark}


def test_people_who_come_in_by_every_way_are_nowhere_they_do_not_belong(planted, tmp_path):
    nobody_is_whole_anywhere(planted, tmp_path)
    rooms_heard_only_what_is_theirs(planted)
    once_forgotten_nobody_is_anywhere_at_all(planted)


def nobody_is_whole_anywhere(planted, tmp_path):
    context, whole = planted.context, planted.whole | set(planted.said)
    assert len(planted.kept) == 5 and len(marks(context)) >= 15

    # on the disks of the server and of the kiosk, in the journal, in a backup, in the log
    assert found(whole, files(context.folder)) == set()
    assert found(whole, files(tmp_path / "spool")) == set()
    events = context.auditor.get("/events", limit=500).text
    assert found(whole, events) == set() and found(marks(context), events) == set()
    made, _ = backup.make(context.folder, tmp_path / "backups", now=datetime(2026, 11, 20, 12).astimezone())
    with tarfile.open(made) as archive:
        packed = b"".join(archive.extractfile(one).read() for one in archive.getmembers())
    assert found(whole, packed) == set() and found(whole, gzip.decompress(made.read_bytes())) == set()
    assert "ZeroDivisionError" in planted.log and found(whole | marks(context), planted.log) == set()

    # what is taken away, and what anybody is shown
    sheet = context.manager.get("/reports/days.xlsx", **{"from": "2026-11-20", "to": "2026-11-20"}).data
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        taken = b"".join(book.read(name) for name in book.namelist())
    taken += context.manager.get("/reports/days.csv", **{"from": "2026-11-20", "to": "2026-11-20"}).data
    taken += context.manager.get("/hall/file").data
    shown = b"".join(context.nobody().get(path).data for path in ("/hall", "/board", "/services", "/codes"))
    shown += context.nobody().ask("GET", "/metrics", root=True).data
    assert len(taken) > 1000 and len(shown) > 1000
    assert found(whole | marks(context), taken + shown) == set()


def rooms_heard_only_what_is_theirs(planted):
    context = planted.context
    message = [m["text"] for m in context.server.context.view().messages()]
    assert all(len(told) > 2 for told in planted.heard.values()), "every ear heard something"

    for room in ("hall", "window:1", "pad:1"):
        assert found(planted.whole | set(planted.said) | marks(context), planted.heard[room]) == set(), room
    for room in ("staff", "managers"):
        others = {word for word in planted.whole if word not in message[0]}
        assert found(others, planted.heard[room]) == set(), room
    assert found(set(planted.said), planted.heard["staff"]) == set()
    assert found({message[0]}, planted.heard["staff"]) == {message[0]}, "who works there reads what the manager wrote"


def once_forgotten_nobody_is_anywhere_at_all(planted):
    context = planted.context
    traces = marks(context) | {"push.example/planted"}
    assert found(traces, files(context.folder)) == traces

    context.clock.forward(minutes=8 * 24 * 60)
    day_later = context.clock()
    context.ledger.do("hall", actions.end_day, day="2026-11-27")
    context.ledger.do("hall", actions.forget_visitors, before=day_later)
    context.ledger.wipe_again = 0

    def wiped():
        """The log beside the database is emptied by the first change in whose moment nobody reads."""
        context.ledger.do("hall", actions.forget_comments, before=day_later)
        return not context.ledger.to_wipe

    until(wiped)
    assert found(traces | planted.whole, files(context.folder)) == set()
    assert audit.verify(context.folder).ok
    for table in ("visitors", "comments", "message_words", "sent", "pushes", "answers"):
        assert context.ledger.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0, table


WRITE = {"shared/token.ts"}  # the one file that writes to a browser's storage, and who has it write what
HAVE_WRITTEN = {
    "shared/token.ts": "a device's token",
    "shared/api.ts": "the CSRF token",
    "shared/words/index.ts": "the language",
    "shared/presses.ts": "gestures at a window, until they are answered",
    "desk/gestures.ts": "keys",
    "desk/work.ts": "sound, what was read",
    "desk/ChooseWindow.vue": "the window",
    "guide/Rounds.vue": "what was read",
    "phone/mine.ts": "one's own numbers, without whose they are",
}


def test_pages_keep_nothing_of_a_person_in_the_browser():
    """In the source: another file that keeps something has to be looked at, and stand here."""
    web = ROOT / "display" / "web"
    sources = [p for p in web.rglob("*") if p.suffix in (".ts", ".vue", ".js") and "node_modules" not in p.parts]
    texts = {p.relative_to(web).as_posix(): p.read_text(encoding="utf-8") for p in sources}
    having = lambda form: {name for name, text in texts.items() if re.search(form, text)}

    assert len(texts) > 50 and having(r"(local|session)Storage|indexedDB|document\.cookie") == WRITE
    assert having(r"import [^;]*\bstore\b[^;]* from \"[^\"]*token\"") | WRITE == set(HAVE_WRITTEN)
    assert "holder_masked: null" in texts["phone/mine.ts"]
