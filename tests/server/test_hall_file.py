"""What stands in a hall can be written down as a hall file, and another hall that is started from it is the same."""

import random
import re
import runpy
import tomllib
from pathlib import Path

import doors
import pytest
from click.testing import CliRunner
from small_hall import Clock, small_hall

import hallfloor
from config import halls, load
from config.schema import HallFile
from config.settings import SETTINGS, WEEKDAYS, as_json
from server import actions
from server.domain.errors import HallError
from server.hallfile import NOT_IN_A_FILE, as_import, exported, first_event

FRIDAY = "2026-11-20"
CASES = runpy.run_path(str(Path(__file__).with_name("test_every_setting_acts.py")))["CASES"]  # values of every field of every setting
LEND = {"window": "2", "services": ["tax"], "weekdays": ["monday"], "from": "09:00", "to": "10:00", "note": "支援"}
QUOTA = {"service": "tax", "start": 540, "end": 660, "tickets": 40, "weekdays": ["monday"], "channel": "online"}
# given on one day alone: that its weekdays have no hours is said, and must be said again
ON_SINGLE_DAYS = {day: [] for day in WEEKDAYS} | {"days": {FRIDAY: ["09:00-10:00"]}, "last_number": 1800}
SET = {
    "rules": {
        "overdue_s": 2700, "promises": [{"service": "tax", "promise": {"target_s": 600}}], "quotas": [QUOTA], "returns": {"times": 4},
    },
    "types": {"items": [{"code": "general", "services": ["estate"]}, {"code": "marriage", "name": {"zh": "婚姻", "en": "Marriage"}}]},
    "zones": {"items": [{
        "code": "east", "name": {"zh": "东区", "en": "East"}, "type": "marriage",
        "storey": {"zh": "二楼", "en": "2nd floor"}, "place": {"zh": "电梯旁", "en": "by the lift"},
    }]},
    "hours": {
        "monday": ["08:30-12:00"], "seasons": [{"first": "06-01", "last": "09-30", "friday": ["09:00-10:00"]}],
        "sessions": [{
            "name": {"zh": "午间错时", "en": "At noon"}, "span": "12:00-13:30", "services": ["tax"], "windows": ["1"], "slot_minutes": 15,
        }],
        "services": {"estate": ON_SINGLE_DAYS},
    },
    "calls": {"recalls_before_miss": 2, "most_calls": 7},
    "alerting": {"queue": 40},
    "slip": {"language": "both", "words": {"zh": {"footer": ["请在休息区等候"], "facts": [["地点", "{place}"]]}}},
    "kiosks": {
        "menus": {
            "k1": {"place": {"zh": "东门", "en": "East door"}, "zone": "east", "services": ["tax"], "classes": ["ordinary", "green"]},
            "k2": {"services": ["social"]},
        },
        "used_first": False,
    },
    "goals": {"online_pct": 80},
    "evaluation": {"pad_s": 30},
    "series": {"green": "G"},
    "slots": {"minutes": 20, "services": {"tax": {"capacity": 2}}},
    "reserved": {"2": ["green", "appointment"]},
    "lends": {"items": [LEND]},
    "plans": {"items": [{
        "id": "peak", "name": {"zh": "月末", "en": "End of the month"},
        "services": ["tax"], "dates": [FRIDAY], "expect": 150, "when": {"waiting": 30}, "lends": [LEND],
        "open": ["2"], "people": [{"window": "2", "name": "王芳"}], "quotas": [QUOTA],
        "notice": {"text": {"zh": "高峰", "en": "Peak", "bo": "གློག"}},
    }]},
    "packages": {"items": [{
        "code": "home", "name": {"zh": "安居", "en": "A home"}, "matter": "33-01", "aliases": ["买房"], "ordered": False,
        "questions": [{"code": "loan", "text": {"zh": "有贷款吗？", "en": "A loan?"}}],
        "legs": [
            {"service": "tax", "matters": ["33-02"]},
            {"service": "estate", "only_if": "loan"},
            {"service": "social", "unless": "loan"},
        ],
    }]},
    "privacy": {"holder_days": 1},
    "voice": {"languages": ["zh", "en"], "quiet": ["12:00-13:00"], "hours": [{"from": "09:00", "to": "12:00", "volume": 10}]},
    "look": {"ink": "#0d3b2e", "address": {"zh": "桃源路218号", "en": "218 Taoyuan Road"}},
    "neighbours": {"items": [{"code": "33100200000002", "name": {"zh": "桃源", "en": "Taoyuan"}, "address": {"en": "Taoyuan Road"}}]},
    "skills": {"people": {"li": {"tax": "able"}}, "any_business": ["1"]},
    "holders": {"numbers": 3, "of_slot": 2},
    "here": {"numbers": True, "latitude": 28.85, "longitude": 120.73, "radius_m": 150},
    "rosters": {"1": {"friday": ["08:30-12:00", "12:45-17:30"], "saturday": [], "days": {FRIDAY: ["08:30-12:00"]}}},
    "weights": {"factors": {"green": 1.2, "short": 0.9}, "last": {"day": FRIDAY, "outcome": "found", "days": 12, "gain": 0.8}},
    "notice": {"version": "3", "text": {"zh": "只为取号", "en": "For the number only"}},
}  # fmt: skip


@pytest.fixture
def halls_of(tmp_path):
    opened = []

    def begin(hall, name):
        opened.append(doors.Context(tmp_path / name, Clock(), hall))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()


@pytest.fixture
def busy(halls_of):
    """A hall in which everything is set otherwise than at first."""
    one = halls_of(small_hall, "one")
    for name, value in SET.items():
        answer = one.manager.put(f"/settings/{name}", value=value)
        assert answer.status_code == 200, answer.text
    one.manager.put(
        "/services/tax",
        theme={"zh": "税", "en": "Taxes"},
        materials={"zh": ["证"], "en": ["card"]},
        matters=["1-2"],
        spoken={"zh": "税务", "en": "Tacks"},
        aliases=["报税"],
    )
    one.manager.put("/services/estate", closed=True)
    one.manager.put("/windows/2", name={"zh": "二号", "en": "Two"}, zone={"zh": "东", "en": "Eastern"}, type="收件", type_en="Intake")
    one.manager.post("/notices", text={"zh": "周五停电", "en": "No power"}, until="2036-11-27T18:00:00+08:00")
    one.manager.post("/notices", text="已过", until="2026-11-19T18:00:00+08:00")
    return one


def floor_of(c):
    return c.ledger.floor


def like(c):
    """A hall as far as a file can hold it."""
    floor = floor_of(c)
    plain = lambda thing, *but: {k: v for k, v in vars(thing).items() if k not in but}
    return {
        "hall": plain(floor.the_hall),
        "services": {code: plain(s, "place") for code, s in floor.services.items()},
        "windows": {no: plain(w, "place", "state", "since") for no, w in floor.windows.items()},
        "notices": [plain(n, "id") for n in floor.notices.values() if not n.removed and (n.ends_at or 10**15) > c.clock()],
    } | {name: getattr(floor, name).model_dump(mode="json") for name in SETTINGS if name not in NOT_IN_A_FILE}


def test_every_setting_stands_in_a_hall_file_or_has_a_reason_not_to():
    in_file = set(HallFile.model_fields)

    for name in set(SETTINGS) - set(NOT_IN_A_FILE):
        assert in_file & set(halls.TABLES.get(name, (name,))), name
    assert SET.keys() == SETTINGS.keys() - NOT_IN_A_FILE.keys()


def test_a_hall_started_from_the_export_of_another_is_set_like_it(busy, halls_of, tmp_path):
    (tmp_path / "hall.toml").write_text(halls.dump(exported(floor_of(busy), busy.clock(), busy.ledger.zone)), encoding="utf-8")

    other = halls_of(lambda ledger: begin(ledger, tmp_path / "hall.toml"), "other")

    assert like(other) == like(busy)


def test_the_export_names_texts_as_hall_files_do_and_nobody_who_works_or_waits_there(busy):
    busy.kiosk.post("/tickets", service="social", channel="kiosk", holder={"name": "赵六", "id_number": "11010519491231002X"})

    answer = busy.manager.get("/hall/file")

    told = answer.json
    assert answer.status_code == 200
    assert (told["hall"]["name"], told["hall"]["name_en"]) == ("示例县政务服务中心", "Example Hall")
    assert told["services"][0]["materials_en"] == ["card"] and told["plans"][0]["notice"]["text"]["bo"] == "གློག"
    window, service, plan = told["windows"][1], told["services"][0], told["plans"][0]
    assert (window["type"], window["zone"]) == ("intake", "东")
    assert told["zones"][1] == {"code": "东", "name": "东", "name_en": "Eastern"} and told["zones"][0]["storey_en"] == "2nd floor"
    assert told["types"] == [{"code": "general", "services": ["estate"]}, {"code": "marriage", "name": "婚姻", "name_en": "Marriage"}]
    assert (service["spoken_en"], plan["name"], plan["name_en"]) == ("Tacks", "月末", "End of the month")
    assert "赵六" not in answer.text and "token" not in answer.text and "manager" not in answer.text


def test_what_an_older_version_let_in_is_exported_too(busy):
    odd = {"code": "odd", "name": {"zh": "名" * 300}, "prefix": "A", "matters": ["a b"], "materials": {"zh": [""]}}

    busy.ledger.do("test", actions.put_service, **odd)

    assert busy.manager.get("/hall/file").json["services"][-1]["matters"] == ["a b"]


def test_only_who_may_set_may_take_the_file(busy):
    assert busy.nobody().get("/hall/file").status_code == 401
    assert busy.kiosk.get("/hall/file").status_code == 403


def test_the_commands_give_a_hall_and_take_it(busy, tmp_path):
    folder, file = busy.folder, tmp_path / "hall.toml"
    wanted = like(busy)
    busy.close()

    assert run("export", "--data", folder, "--out", file).exit_code == 0
    begun = run("import", "--data", tmp_path / "new", file)

    assert begun.exit_code == 0 and "示例县政务服务中心" in begun.output
    assert tomllib.loads(file.read_text(encoding="utf-8"))["series"]["green"] == "G"
    opened = doors.Context(tmp_path / "new", Clock(), None)
    assert like(opened) == wanted
    opened.close()


def test_an_import_changes_what_the_file_names_and_leaves_the_rest(busy, tmp_path):
    folder, file = busy.folder, tmp_path / "hall.toml"
    busy.close()
    text = """[hall]
        code = "33100200000001"
        name = "示例县政务服务中心"
        [[services]]
        code = "tax"
        name = "税务"
        name_en = "Revenue"
        prefix = "T"
        [[windows]]
        no = "9"
        services = ["tax"]
        [[notices]]
        text = "周五停电"
        text_en = "No power"
        until = 2036-11-27T18:00:00+08:00
        [[notices]]
        text = "网上办更快"
        media = "clip.mp4"
        [series]
        green = "Z"
    """
    file.write_text(text, encoding="utf-8")

    for _ in range(2):  # a second time changes nothing
        done = run("import", "--data", folder, file)
        assert done.exit_code == 0, done.output

    opened = doors.Context(folder, Clock(), None)
    floor = floor_of(opened)
    assert (floor.services["tax"].name, floor.services["tax"].prefix) == ({"zh": "税务", "en": "Revenue"}, "T")
    assert floor.services["social"].name["en"] == "Social insurance" and floor.windows["9"].services == ("tax",)
    assert floor.series.green == "Z" and floor.calls.most_calls == 7 and floor.rules.overdue_s == 2700
    assert len([n for n in floor.notices.values() if n.text["zh"] == "周五停电"]) == 1  # it stood there already
    assert [n.media for n in floor.notices.values() if n.text["zh"] == "网上办更快"] == ["clip.mp4"]
    opened.close()


@pytest.mark.parametrize(("calling", "overdue"), [('mode = "fair"', 600), ('mode = "most"\ncap = 7200', 7200), ("cap = 7200", 1800)])
def test_the_file_of_an_older_hall_begins_one_with_minutes_for_its_mode(halls_of, tmp_path, calling, overdue):
    file, plain = tmp_path / "hall.toml", re.sub(r"(?ms)^\[calling\].*?^(?=\[)", "", halls.dump(halls.load("township")))
    file.write_text(f"{plain}\n[calling]\n{calling}\n", encoding="utf-8")

    older = halls_of(lambda ledger: begin(ledger, file), "older")

    assert floor_of(older).rules.overdue_s == overdue


def test_the_file_of_another_hall_is_refused_and_changes_nothing(busy, tmp_path):
    folder, seq, file = busy.folder, busy.seq, tmp_path / "hall.toml"
    busy.close()
    file.write_text(halls.dump(halls.load("township")), encoding="utf-8")

    refused = run("import", "--data", folder, file)

    assert refused.exit_code == 1 and "33100210000001"[:6] in refused.output
    opened = doors.Context(folder, Clock(), None)
    assert opened.seq == seq
    opened.close()


def run(*argv):
    return CliRunner().invoke(hallfloor.hall, [str(arg) for arg in argv])


def begin(ledger, file):
    """As a server does it at its first start on an empty folder."""
    ledger.do("system", actions.load_hall, **first_event(load.hall_file(file)))


def text_of(c):
    return halls.dump(exported(floor_of(c), c.clock(), c.ledger.zone))


@pytest.mark.parametrize("seed", range(6))
def test_export_import_export_is_the_same_to_the_byte_whatever_is_set(halls_of, tmp_path, seed):
    some, one = random.Random(seed), halls_of(small_hall, "one")
    for name in some.sample([*CASES], 60):  # of every field of every setting, as far as one goes with the others
        setting = name.partition(".")[0]
        if setting in NOT_IN_A_FILE:
            continue
        try:
            value = as_json(getattr(floor_of(one), setting)) | CASES[name][some.randint(0, 1)]
            one.ledger.do("test", actions.put_setting, name=setting, value=value)
        except HallError:
            continue
    for n in range(some.randint(0, 5)):
        texts = {"zh": f'事项“{n}”\\ "=x', "en": some.choice(["", "A\tb", "'quoted'", "Ünïcode"]), "bo": "གློག"}
        one.ledger.do(
            "test", actions.put_service, code=f"s{n}", name={k: v for k, v in texts.items() if v}, prefix=some.choice("DEF"),
            minutes=some.choice([0.5, 8, 7.25]), matters=["1-2"] * some.randint(0, 1), closed=some.random() < 0.3,
        )  # fmt: skip
        one.ledger.do("test", actions.put_window, no=f"{n + 20}", services=[f"s{n}"], type=some.choice(["", "收件", "own"]), zone="东")

    (tmp_path / "hall.toml").write_text(text_of(one), encoding="utf-8")
    other = halls_of(lambda ledger: begin(ledger, tmp_path / "hall.toml"), "other")
    again = actions.look_at_import(one.ledger, "test", **as_import(load.hall_file(tmp_path / "hall.toml")))

    assert text_of(other) == text_of(one)
    assert not (again.services or again.windows or again.settings or again.notices), (
        "put into the hall that it came from it changes nothing"
    )


def test_an_import_is_looked_at_before_and_put_whole_or_not_at_all(busy):
    text = text_of(busy).replace('name = "税务申报"', 'name = "税务"')
    seq = busy.seq

    looked = busy.manager.post("/hall/file/preview", file=text)
    wrong = busy.manager.post("/hall/file", file=text.replace('    "estate",\n', '    "taxx",\n'))
    odd = busy.manager.post("/hall/file", file="[hall", lang="zh")
    other = busy.manager.post("/hall/file", file=text.replace("33100200000001", "33100200000009"))

    assert looked.status_code == 200, looked.text
    assert looked.json["changes"] == [{"what": "service", "name": "tax", "change": "changed"}]
    assert wrong.status_code == 422 and "taxx" in wrong.text and "tax" in wrong.json["errors"][0]["problem"]
    assert odd.status_code == 422 and other.status_code == 409 and other.json["code"] == "other_hall"
    assert busy.seq == seq, "nothing of what was looked at or refused was done"

    done = busy.manager.post("/hall/file", file=text)

    assert done.status_code == 201 and done.json["changes"] == looked.json["changes"]
    assert floor_of(busy).services["tax"].name["zh"] == "税务" and busy.seq == seq + 1


def test_what_is_right_only_as_a_whole_is_taken_as_a_whole(halls_of):
    """A type takes a service that another window has until the same file moves it."""
    one = halls_of(small_hall, "one")
    was = text_of(one)
    for path, body in (
        ("/windows/3", {"type": "enterprise"}),
        ("/windows/A12", {"services": ["tax"]}),
        ("/settings/types", {"value": {"items": [{"code": "enterprise", "services": ["estate"]}]}}),
    ):
        assert (answer := one.manager.put(path, **body)).status_code == 200, answer.text
    wanted = text_of(one)
    one.manager.put("/settings/types", value={})
    assert one.manager.post("/hall/file", file=was).status_code == 201
    one.manager.put("/windows/3", type="")

    done = one.manager.post("/hall/file", file=wanted)

    assert done.status_code == 201, done.text
    assert text_of(one) == wanted


def test_a_dry_run_says_what_would_change_and_changes_nothing(busy, tmp_path):
    folder, seq, file = busy.folder, busy.seq, tmp_path / "hall.toml"
    file.write_text(text_of(busy).replace('name = "税务申报"', 'name = "税务"'), encoding="utf-8")
    busy.close()

    looked = run("import", "--data", folder, file, "--dry-run")
    empty = run("import", "--data", tmp_path / "none", file, "--dry-run")

    assert looked.exit_code == 0 and "service tax: changed" in looked.output, looked.output
    (tmp_path / "tickets.jsonl").write_text("{}", encoding="utf-8")
    assert "never imported" in run("import", "--data", folder, tmp_path / "tickets.jsonl").output
    assert empty.exit_code == 0 and not (tmp_path / "none").exists()
    opened = doors.Context(folder, Clock(), None, opened=())
    assert opened.seq == seq
    opened.close()
