"""Every file that ships loads, says what it should, and survives being written and read again."""

import re
from pathlib import Path

import pytest

import config
from config import halls, load, paths, shapes
from config.codes import SiteKind
from config.settings import SETTINGS
from config.settings.sites import DEFAULTS
from config.words import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted(
    p.relative_to(paths.config_dir()).as_posix()
    for p in paths.config_dir().rglob("*.toml")
    if not {"words", "days", "demo.toml"} & set(p.parts)
)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_file_loads(name):
    assert load.any_file(paths.config_dir() / name)


@pytest.mark.parametrize("name", ["county.toml", "township.toml", "village.toml"])
def test_a_hall_written_and_read_again_is_the_same_hall(name, tmp_path):
    hall = halls.load(name)

    (tmp_path / "again.toml").write_text(halls.dump(hall), encoding="utf-8")

    assert halls.load(tmp_path / "again.toml") == hall


@pytest.mark.parametrize("name", ["county.toml", "township.toml"])
def test_a_shipped_hall_leaves_no_doubt_and_its_letters_are_not_taken_for_others(name):
    hall = halls.load(name)
    letters = {s.prefix for s in hall.services}

    assert load.doubts(hall) == []
    assert all(len(letter) == 1 for letter in letters) and not letters & {*"IOX", *"".join(hall.series.model_dump().values())}


def test_the_server_starts_with_the_county_hall_unless_told_otherwise():
    settings = config.load_server()

    assert (settings.server.host, settings.server.port, settings.timezone) == ("127.0.0.1", 8700, "Asia/Shanghai")
    assert settings.public_url == "http://127.0.0.1:8700"
    assert len(settings.hall.services) >= 24 and len(settings.hall.windows) == 12
    assert {"intake", "collection", "green", "unresolved"} <= {w.type["zh"] for w in settings.hall.windows}


@pytest.mark.parametrize(("name", "model"), [("server", "ServerFile"), ("kiosk", "KioskSettings"), ("display", "DisplaySettings")])
def test_every_key_of_a_model_is_explained_in_its_shipped_file(name, model):
    from config import schema

    text = (paths.config_dir() / f"{name}.toml").read_text(encoding="utf-8")
    written = set(re.findall(r"^#? ?(\w+) =", text, re.MULTILINE))
    inline_hall = {"code", "name", "name_en", "language", "address", "address_en", "phone", "complaints", "kind"}

    for table, field in getattr(schema, model).model_fields.items():
        kind = shapes.bare(field.annotation)
        kind = kind if isinstance(kind, type) else shapes.bare(kind.__args__[0]) if getattr(kind, "__args__", None) else None
        for key in shapes.keys(kind, in_file=True) if hasattr(kind, "model_fields") else ():
            if not (name == "server" and table == "hall" and key in inline_hall):
                assert key in written or key == "host" or key in LANGUAGES[2:], f"{name}.toml does not mention {key} of [{table}]"


def test_a_token_may_stand_in_a_file_of_its_own(tmp_path):
    (tmp_path / "kiosk.token").write_text("secret-1\n")
    (tmp_path / "kiosk.toml").write_text('[server]\nurl = "http://10.0.0.2:8700"\ntoken_file = "kiosk.token"\n')

    assert config.load_kiosk(tmp_path / "kiosk.toml").server.token == "secret-1"


def test_a_hall_may_stand_inside_the_server_file(tmp_path):
    hall = halls.dump(halls.load("township")).replace("[hall]\n", "[server]\nport = 8765\n\n[hall]\n", 1)
    (tmp_path / "one.toml").write_text(hall, encoding="utf-8")

    settings = config.load_server(tmp_path / "one.toml")

    assert settings.server.port == 8765 and settings.hall == halls.load("township")


def test_files_saved_on_windows_are_read(tmp_path):
    text = (paths.config_dir() / "halls" / "township.toml").read_text(encoding="utf-8")
    (tmp_path / "hall.toml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert halls.load(tmp_path / "hall.toml") == halls.load("township")


@pytest.mark.parametrize("name", ["county", "township"])
def test_the_rules_of_a_hall_file_are_a_rule_set_of_the_server(name):
    found = halls.settings_of(halls.load(name))["rules"]

    assert found.promise(kind="ordinary", class_="appointment").target_s == 600
    assert found.promise(kind="complex", class_="ordinary").target_s == 2700
    assert found.promise(class_="green").warn_s == 480
    assert found.appointments.late_s == 900


def tables_of(model):
    from pydantic import BaseModel

    for field in model.model_fields.values():
        kind = shapes.bare(field.annotation)
        kind = shapes.bare(kind.__args__[0]) if getattr(kind, "__args__", None) else kind
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind
            yield from tables_of(kind)


def of_a_setting(table, name):
    """Those of config/settings are held to more: tests/config/test_settings.py; whole ones, too: tests/server/test_hall_file.py."""
    return name in SETTINGS or any(
        name in getattr(base, "model_fields", ()) for base in table.__mro__ if base.__module__.startswith("config.settings")
    )


def test_no_setting_is_without_effect():
    """A key that nothing reads is a promise that nobody keeps."""
    from config import schema

    rooms = [p for room in ("server", "kiosk", "display", "drivers") for p in (ROOT / room).rglob("*.py") if "node_modules" not in p.parts]
    text = "\n".join(
        p.read_text(encoding="utf-8") for p in [*rooms, ROOT / "config" / "load.py", ROOT / "config" / "halls" / "__init__.py"]
    )
    settings = (schema.ServerSettings, schema.KioskSettings, schema.DisplaySettings)
    tables = {table for model in settings for table in tables_of(model)} - {schema.NoticeOfPrivacy}  # read as a whole
    handed_on = re.findall(r"(\w+)\.model_dump\(", text)  # hours, windows, services and neighbours of a hall file go on as they are

    unread = {
        f"{table.__name__}.{name}"
        for table in tables
        for name in table.model_fields
        if not re.search(rf"\.{name}\b", text) and table.__name__ not in ("WindowTable", "ServiceTable") and not of_a_setting(table, name)
    }

    assert handed_on and not unread, f"nothing reads {sorted(unread)}"


def test_recorded_clips_are_meant_beside_the_file_that_names_them(tmp_path):
    (tmp_path / "server.toml").write_text('[hall]\nfile = "halls/township.toml"\n[voice]\nclips = "sounds"\n', encoding="utf-8")

    assert load.server(tmp_path / "server.toml").voice.clips == str(tmp_path / "sounds")


def test_a_hall_file_may_give_its_texts_in_any_language(tmp_path):
    """`name` and `name_en` side by side, or one value for all languages; both make the same hall."""
    from config.load import hall_file
    from server.domain.texts import gathered
    from server.hallfile import first_event

    head = '[hall]\ncode = "33100200000001"\n{hall}\n[[services]]\ncode = "tax"\nprefix = "A"\n{service}\n[[windows]]\nno = "1"\n{window}\n'
    beside = {
        "hall": 'name = "大厅"\nname_en = "Hall"',
        "service": 'name = "税务"\nname_en = "Tax"\ntheme = "税"\ntheme_en = "Taxes"\nmaterials = ["证"]\nmaterials_en = ["card"]',
        "window": 'name = "一号"\nname_en = "One"',
    }
    whole = {
        "hall": 'name = { zh = "大厅", en = "Hall" }',
        "service": 'name = { zh = "税务", en = "Tax" }\ntheme = { zh = "税", en = "Taxes" }\nmaterials = { zh = ["证"], en = ["card"] }',
        "window": 'name = { zh = "一号", en = "One" }',
    }
    made = []
    for form in (beside, whole):
        (tmp_path / "hall.toml").write_text(head.format(**form), encoding="utf-8")
        event = first_event(hall_file(tmp_path / "hall.toml"))
        made.append([gathered("hall", event["hall"]), *(gathered("services", s) for s in event["services"])])
        made[-1] += [gathered("windows", w) for w in event["windows"]]

    assert made[0] == made[1]
    assert made[0][1]["name"] == {"zh": "税务", "en": "Tax"} and made[0][1]["materials"] == {"zh": ["证"], "en": ["card"]}


def test_a_village_point_says_little_and_its_kind_the_rest(tmp_path):
    hall = halls.load("village")
    (tmp_path / "own.toml").write_text(
        halls.dump(hall).replace('kind = "village"', 'kind = "enterprise"').replace("idle_s = 900", "idle_s = 600"), encoding="utf-8"
    )

    own = halls.load(tmp_path / "own.toml")

    assert [(w.no, w.services) for w in hall.windows] == [("1", ["sb-certify", "yb-enrol"])] and {s.prefix for s in hall.services} == {"A"}
    assert (hall.calling.when_called, hall.appointments.capacity, hall.alerting.idle_s) == ("miss", 1, 900) and load.doubts(hall) == []
    assert own.alerting.idle_s == 600 and own.windows[0].type == {"zh": "enterprise"}
    assert load.hall_file(paths.config_dir() / "halls" / "township.toml").hall.kind == "township"


def test_every_kind_of_site_has_its_defaults_and_they_are_what_a_hall_file_takes(tmp_path):
    for kind in SiteKind:
        (tmp_path / "hall.toml").write_text(
            f'[hall]\ncode = "33100200000001"\nname = "点"\nkind = "{kind}"\n'
            '[[services]]\ncode = "tax"\nname = "税务"\nprefix = "B"\n[[windows]]\nno = "1"\nservices = ["tax"]\n',
            encoding="utf-8",
        )
        assert load.hall_file(tmp_path / "hall.toml").services[0].prefix == "B" and kind in DEFAULTS
