"""The same random day asked in every way gives the same figures: today's page, the page of the day, many days, report, json and xlsx."""

import contextlib
import dataclasses
import json
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import doors
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_hall import WINDOWS, Clock, small_hall

from config import words
from config.codes import State
from server import actions
from server.domain.errors import HallError
from server.domain.slots import slots_of
from server.domain.visits import LISTS, visit
from server.record import store
from server.record.visits import legs_of_days
from server.reports import figures, sheet

SERVICES = st.sampled_from(["tax", "social", "estate"])
PRESSES = st.lists(
    st.one_of(
        st.tuples(st.just("take"), SERVICES, st.booleans()),
        st.tuples(st.just("onward"), SERVICES, SERVICES),
        st.tuples(st.just("book"), SERVICES, st.integers(0, 5)),
        st.tuples(st.just("serve"), st.sampled_from([w["no"] for w in WINDOWS]), st.integers(0, 7)),
        st.tuples(st.sampled_from(["return_ticket", "resume", "finish", "cancel", "checkin", "postpone", "transfer"]), st.integers(0, 50)),
        st.tuples(st.just("grade"), st.integers(0, 50), st.integers(1, 5)),
    ),
    min_size=5,
    max_size=60,
)
ENDINGS = ("finish", "finish", "finish", "hold", "mark_missed", "recall", "transfer", "leave")


class Morning:
    """A hall in which somebody presses; what is refused is refused."""

    def __init__(self, context):
        self.context, self.ledger, self.clock = context, context.ledger, context.clock

    def do(self, action, **arguments):
        with contextlib.suppress(HallError):
            return self.ledger.do("test", action, **arguments)

    def press(self, what, *with_):
        getattr(self, what, lambda n: self.gesture(what, n))(*with_)

    def gesture(self, what, n):
        tickets = list(self.ledger.floor.tickets.values())
        if tickets:
            more = {"places": 1} if what == "postpone" else {"service": "social"} if what == "transfer" else {}
            self.do(getattr(actions, what), ticket=tickets[n % len(tickets)].id, **more)

    def take(self, service, green):
        self.do(actions.issue_ticket, service=service, **({"class_": "green", "reason": "elderly"} if green else {}))

    def onward(self, service, then):
        self.do(actions.issue_ticket, service=service, onward=(then,))

    def book(self, service, n):
        slots = slots_of(self.ledger.floor, service, self.ledger.floor.day, 1, self.clock(), self.ledger.zone)
        if slots:
            self.do(actions.book, service=service, slot_at=slots[min(n, len(slots) - 1)].start)

    def serve(self, window, n):
        there = self.ledger.floor.at_window(window) or self.do(actions.call_next, window=window)
        if there is None or ENDINGS[n] == "leave":
            return
        if ENDINGS[n] not in ("mark_missed", "recall"):
            self.clock.forward(minutes=1)
            self.do(actions.start_service, ticket=there.id)
            self.clock.forward(minutes=3 + 4 * n)
        if ENDINGS[n] == "transfer":
            self.do(actions.transfer, ticket=there.id, service="estate", place="tail")
        else:
            self.do(getattr(actions, ENDINGS[n]), ticket=there.id)

    def grade(self, n, grade):
        asked = list(self.ledger.floor.evaluations)
        if asked:
            self.do(actions.evaluate, evaluation=asked[n % len(asked)], grade=grade)


@pytest.fixture(scope="module")
def morning_of():
    """A hall for each random day, all in one place that is thrown away."""
    with tempfile.TemporaryDirectory() as top:

        def make():
            context = doors.Context(Path(tempfile.mkdtemp(dir=top)), Clock(), small_hall)
            for w in WINDOWS:
                context.ledger.do("test", actions.set_window, window=w["no"], state="open", clerk=f"clerk{w['no']}")
            return Morning(context)

        yield make


def sheet_of(file, name):
    """{row's first cell: its numbers} of one sheet of an xlsx, by nothing but the file's own XML."""
    with zipfile.ZipFile(file) as book:
        ns = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        strings = [
            "".join(t.text or "" for t in si.iter(f"{{{ns['m']}}}t")) for si in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheets = [s.get("name") for s in ElementTree.fromstring(book.read("xl/workbook.xml")).find("m:sheets", ns)]
        rows = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheets.index(name) + 1}.xml")).iter(f"{{{ns['m']}}}row")
        table = {}
        for row in rows:
            values = [(c.get("r").rstrip("0123456789"), c.get("t"), c.findtext("m:v", namespaces=ns)) for c in row]
            cells = {column: strings[int(v)] if kind == "s" else float(v) for column, kind, v in values if v is not None}
            if "A" in cells:
                table[cells["A"]] = cells
        return table


def by_value(leg):
    """What legs are sorted by: a value of an enumeration is the same as its word, and 1 as true."""
    return json.dumps(leg._replace(first=bool(leg.first), last=bool(leg.last)))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(presses=PRESSES, pauses=st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_the_same_day_has_the_same_figures_however_it_is_asked_for(morning_of, presses, pauses):
    morning = morning_of()
    context, ledger = morning.context, morning.ledger
    try:
        for n, press in enumerate(presses):
            morning.press(*press)
            morning.clock.forward(minutes=pauses[n % len(pauses)])

        today = context.manager.get("/stats/today").json
        day = context.manager.get("/figures?day=2026-11-20").json
        days = context.manager.get("/history?from=2026-11-01&to=2026-11-20").json
        with contextlib.closing(store.open_reader(ledger.folder)) as reader:
            report = figures.report(reader, "2026-11-20", "2026-11-20", ledger.clock())
            stored = legs_of_days(reader, "2026-11-20", "2026-11-20")
        in_json = json.loads(json.dumps(dataclasses.asdict(report)))
        sheet.xlsx(report, ledger.folder / "day.xlsx", words.load(), "zh")
        in_cells = sheet_of(ledger.folder / "day.xlsx", "事项")

        live = {}
        for e in ledger.floor.evaluations.values():
            live.setdefault(e.ticket, {})[e.leg] = e.grade
        live_legs = [leg for t in ledger.floor.tickets.values() for leg in visit(t, live.get(t.id))]
        assert sorted(stored, key=by_value) == sorted(live_legs, key=by_value)
        assert day["total"] == days["total"] == {k: v for k, v in in_json["total"].items() if k != "name"}
        assert {k: v for k, v in today.items() if k in day["total"]} == day["total"]
        assert today["issued"] == sum(today[s] for s in State if s != "booked")
        assert day["services"] == days["services"]
        names = {s.code: s.name["zh"] for s in ledger.floor.services.values()}
        assert [one | {"code": names[one["code"]]} for one in day["services"]] == [
            {"code" if k == "name" else k: v for k, v in line.items()} for line in in_json["by"]["service"]
        ]
        for grouping, (many, _) in LISTS.items():
            assert context.manager.get(f"/history?from=2026-11-20&to=2026-11-20&by={grouping}").json[many] == day[many]
        for line in report.by["service"]:
            for column, figure in zip("BCDEFGHIJKLMNOP", sheet.COLUMNS, strict=False):
                assert in_cells[line.name].get(column) == sheet.value(line, figure)
        assert in_cells["合计"]["B"] == today["issued"]
    finally:
        context.close()


def test_the_same_report_is_the_same_file_and_can_be_taken_away(tmp_path):
    context = doors.Context(tmp_path / "data", Clock(), small_hall)
    for window in ("1", "2", None):
        context.kiosk.take()
        context.clock.forward(minutes=4)
        if window:
            context.ledger.do("test", actions.set_window, window=window, state="open")
            context.ledger.do("test", actions.call_next, window=window)
    for who, to in (("guide", "online"), ("kiosk", "online"), ("guide", "selfservice"), ("guide", "window")):
        getattr(context, who).post("/diversions", to=to)
    context.manager.put("/settings/goals", value={"online_pct": 35})
    where = "/reports/days.{}?from=2026-11-20&to=2026-11-20&language={}"

    files = [context.manager.ask("GET", where.format("xlsx", "zh")) for _ in range(2)]
    (tmp_path / "day.xlsx").write_bytes(files[0].data)
    in_csv = context.auditor.ask("GET", where.format("csv", "en"))
    today, days = context.manager.get("/stats/today").json, context.manager.get("/history?from=2026-11-20&to=2026-11-20").json

    assert files[0].data == files[1].data and "attachment" in files[0].headers["Content-Disposition"]
    assert sheet_of(tmp_path / "day.xlsx", "分流")["网上占比(%)"]["B"] == today["online_pct"] == days["diverted"]["online_pct"] == 33.3
    goals = {name: cells["B"] for name, cells in sheet_of(tmp_path / "day.xlsx", "分流").items() if "目标" in name}
    assert goals == {"网上占比目标(%)": 35, "自助和网上占比目标(%)": 90} and days["diverted"]["online_goal"] == 35
    assert today["elsewhere_pct"] == days["diverted"]["elsewhere_pct"] == 50
    assert sheet_of(tmp_path / "day.xlsx", "取号途径")["取号机"]["B"] == 3 and len(sheet_of(tmp_path / "day.xlsx", "指标说明")) == len(
        sheet.COLUMNS
    )
    assert in_csv.data.decode("utf-8-sig").splitlines()[1].startswith("All,,3,")
    assert context.kiosk.ask("GET", where.format("xlsx", "zh")).status_code == 403
    context.close()


def test_a_pause_is_counted_at_its_window(tmp_path):
    context = doors.Context(tmp_path / "data", Clock(), small_hall)
    for state, minutes in (("open", 30), ("paused", 12), ("open", 5), ("closed", 60)):
        context.ledger.do("test", actions.set_window, window="3", state=state)
        context.clock.forward(minutes=minutes)

    told = context.manager.get("/figures").json["open"]

    assert [one for one in told if one["no"] == "3"] == [{"no": "3", "open_s": 35 * 60, "paused_s": 12 * 60}]
    context.close()


@pytest.mark.parametrize("path", ["/history", "/reports/days.xlsx", "/reports/days.csv"])
@pytest.mark.parametrize("span", ["from=2026-11-20&to=2026-11-01", "from=2016-11-20&to=2026-11-01"])
def test_a_span_that_ends_before_it_begins_or_is_too_long_is_refused_everywhere(path, span, tmp_path):
    context = doors.Context(tmp_path / "data", Clock(), small_hall)

    answer = context.manager.get(f"{path}?{span}")

    assert answer.status_code == 422 and "1100" in answer.text
    context.close()
