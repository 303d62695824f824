"""What a gesture or a look touches at noon it touches in the evening: rows are counted with 100 and with 20,000 numbers of the day."""

import re
from collections import Counter

import doors
from small_hall import Clock, small_hall

from config.codes import EvaluationState, State
from server.domain.floor import key_of
from server.domain.private import Visitor
from server.domain.tables import IndexedTable, Line
from server.domain.things import Evaluation
from server.domain.tickets import Ticket
from server.forecast import wait_picture
from server.record import store

FEW, MANY = 100, 20_000
SERVED_BY = {"1": "tax", "2": "social", "3": "estate"}


def day_behind(tx, connection, n):
    """Numbers that were served today, each by one of three windows, evaluated by its visitor."""
    start, rows = tx.now - n * 1000 - 60_000, {"tickets": {}, "evaluations": {}, "visitors": {}}
    for k in range(n):
        no = str(1 + k % 3)
        at = start + k * 1000
        t = Ticket(
            id=f"old{k}", key=None, day=tx.day, number=f"Z{k:05}", seq=None, series="Z", service=SERVED_BY[no], class_="ordinary",
            channel="kiosk", state=State.DONE, issued_at=at, line_at=at, clock_at=at, target=1800, window=no, times_called=1,
            first_called_at=at + 10, called_at=at + 10, started_at=at + 20, finished_at=at + 30, outcome="done",
        )  # fmt: skip
        e = Evaluation(
            id=f"old{k}.1", ticket=t.id, leg=1, number=t.number or "", window=no, clerk=None, service=t.service, opened_at=at + 30,
            expires_at=at + 86_400_000, state=EvaluationState.GIVEN, grade=5, channel="pad", given_at=at + 40,
        )  # fmt: skip
        v = Visitor(ticket=t.id, name="张*", id_hash=f"{k:064}", id_last4="0000", at=at)
        for table, thing in zip(rows, (t, e, v), strict=True):
            rows[table][key_of(thing)] = store.row_of(thing)
    store.apply(connection, rows)  # beside the journal: 20,000 events take a minute


class Touched:
    """Rows that were walked over since it was asked last."""

    def __init__(self, monkeypatch):
        self.rows = 0
        for cls, name in (
            (Line, "__iter__"),
            (Line, "__reversed__"),
            (Line, "after"),
            (IndexedTable, "__iter__"),
            (IndexedTable, "values"),
        ):
            monkeypatch.setattr(cls, name, self._counting(getattr(cls, name)))

    def _counting(self, walk):
        def counted(some, *given):
            for row in walk(some, *given):
                self.rows += 1
                yield row

        return counted

    def by(self, act):
        before = self.rows
        answer = act()
        assert getattr(answer, "status_code", 200) < 400, answer.text
        return self.rows - before


def a_round(context, touched) -> Counter:
    """One of each gesture and look, and how many rows it walked over."""
    found: Counter = Counter()
    kiosk, manager = context.kiosk, context.manager
    forecaster, clock = context.server.context.jobs.forecaster, context.clock
    for path in ("/stats/today", "/figures"):
        manager.get(path)  # measured once, when it is asked first
    for n in range(5):
        found["take"] = touched.by(lambda n=n: kiosk.post("/tickets", service=("tax", "social", "estate")[n % 3]))
        clock.forward(seconds=20)
    found["forecast"] = touched.by(forecaster.refresh)
    found["take with a forecast"] = touched.by(lambda: kiosk.post("/tickets", service="tax"))
    clerk = context.signed_in(window="1")
    found["call"] = touched.by(lambda: clerk.post("/windows/1/calls"))
    (at,) = [t for t in context.ledger.floor.live() if t.window == "1"]
    found["start"] = touched.by(lambda: clerk.post(f"/tickets/{at.id}/service"))
    clock.forward(minutes=3)
    found["finish"] = touched.by(lambda: clerk.post(f"/tickets/{at.id}/completion"))
    looks = ("/board", "/services", "/windows", "/windows/1/line", "/tickets?state=waiting", "/alerts", "/stats/today", "/figures")
    looks += (
        "/tickets",
        "/tickets?limit=20&after=old50",
        "/tickets?state=done&limit=20&after=old50",
        "/tickets?service=tax&limit=20",
        "/figures",
    )
    for path in looks:
        found[path] = touched.by(lambda path=path: manager.get(path))
    found["clockwork"] = touched.by(context.server.context.clockwork.tick)
    with context.server.context.full_view() as view:
        found["managers' room"] = touched.by(view.managers_room)
        found["track"] = touched.by(lambda: view.track(at))
    return found


def test_a_gesture_and_a_look_touch_as_many_rows_in_the_evening_as_at_noon(tmp_path, monkeypatch):
    found = {}
    for n in (FEW, MANY):
        before = doors.Context(tmp_path / f"hall{n}", Clock(), small_hall)
        before.ledger.do("test", day_behind, before.ledger.connection, n=n)
        before.close()
        context = doors.Context(tmp_path / f"hall{n}", Clock(), small_hall)
        assert len(context.ledger.floor.tickets) == n
        touched = Touched(monkeypatch)
        found[n] = a_round(context, touched)
        monkeypatch.undo()
        context.close()
    assert found[MANY] == found[FEW]


STAYS_SMALL = {
    "hall",
    "services",
    "message_words",  # of the last day
    "windows",
    "staff",
    "tokens",
    "settings",
    "devices",
    "notices",
    "sessions",
    "head",
    "machines_seen",
    "pages_seen",
    "pushes",  # of tickets of today
    "sent",  # of tickets whose visitors are kept
}


def whole_looks(connection, said):
    """Of the statements that were said to a database: where one would look through a table from end to end."""
    found = set()
    for sql in map(str.strip, said):
        if sql.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")) and not sql.endswith("ORDER BY seq DESC LIMIT 1"):
            for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
                scan = re.match(r"SCAN (\w+)$", step["detail"])
                if scan and scan[1] not in STAYS_SMALL:
                    found.add((scan[1], sql))
    return found


def test_a_start_and_a_gesture_look_through_no_table_that_holds_years(tmp_path, monkeypatch):
    before = doors.Context(tmp_path / "hall", Clock(), small_hall)
    before.ledger.do("test", day_behind, before.ledger.connection, n=FEW)
    before.close()
    said = []
    for name in ("open_writer", "open_reader"):
        monkeypatch.setattr(store, name, overheard(getattr(store, name), said))
    context = doors.Context(tmp_path / "hall", Clock(), small_hall)
    a_round(context, Touched(monkeypatch))
    monkeypatch.undo()
    reader = store.open_reader(tmp_path / "hall")
    assert any("FROM evaluations" in sql for sql in said) and any("INSERT INTO events" in sql for sql in said)
    assert whole_looks(reader, ["SELECT * FROM tickets WHERE outcome = 'done'"])  # what it would find
    assert whole_looks(reader, said) == set()
    reader.close()
    context.close()


def overheard(open_, said):
    def opened(folder):
        connection = open_(folder)
        connection.set_trace_callback(said.append)
        return connection

    return opened


def test_an_answer_counts_who_is_ahead_of_its_own_number_and_of_no_other(tmp_path, monkeypatch):
    context = doors.Context(tmp_path / "hall", Clock(), small_hall)
    try:
        context.server.context.jobs.forecaster.refresh()
        some = [context.kiosk.take() for _ in range(12)]  # of whom the forecast knows nothing yet
        asked, of_one = [], wait_picture.people
        monkeypatch.setattr(wait_picture, "people", lambda look, key, *more: asked.append(key) or of_one(look, key, *more))

        told = context.server.context.view().ticket(context.ledger.floor.tickets[some[-1]["id"]])
    finally:
        context.close()

    assert len(asked) == 1 and told["ahead"] == some[-1]["ahead"]
