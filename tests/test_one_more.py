"""One more language, grouping of figures, word of a slip, text of a window, make or profile of a device: each is added in one place, and
these tests name every other place that must know it, as test_codes.py does for states and roles."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import drivers
from config import schema, words
from config.words import LANGUAGES
from drivers.keypad import serial_port as keypads
from drivers.sign.frames import PROFILES
from drivers.speaker.spoken import LANGUAGES as READ_ALOUD
from server.domain.floor import TABLES
from server.domain.texts import TEXTS, Text
from server.domain.things import Service, Window
from server.domain.visits import LISTS, group_texts, groupings
from server.reports import sheet
from server.views.journal import TOLD
from server.web import models
from server.web.models.figures import Grouping

ROOT = Path(__file__).resolve().parent.parent
SAID = words.load()
read = lambda path: (ROOT / path).read_text(encoding="utf-8")

# -- a language is one file; these are what else may know it


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh-TW", "zh_HK.UTF-8", "cmn", "ZH-hant-TW", "*"])
def test_a_tag_goes_to_the_language_whose_file_fits_it(tag):
    two = words.Words({"zh": {"language": {"tag": "zh-CN", "also": ["cmn"], "order": 1}}, "en": {"language": {"order": 2}}})

    assert two.fitting(tag) == "zh"
    assert two.fitting("fr", tag, "en") == "zh" and two.fitting("fr", "C.UTF-8") == two.fitting("") == ""


def test_a_file_that_names_a_tag_as_its_own_has_it_before_one_that_fits_in_part():
    three = words.Words({lang: {"language": own} for lang, own in THREE.items()})

    found = {tag: three.fitting(tag) for tag in ("zh-HK", "zh-TW", "zh-hant-mo", "zh-SG", "zh", "en-GB")}

    hant = dict.fromkeys(("zh-HK", "zh-TW", "zh-hant-mo"), "zh-Hant")
    assert found == hant | {"zh-SG": "zh", "zh": "zh", "en-GB": "en"}


THREE = {"zh": {"tag": "zh-CN", "order": 1}, "en": {"order": 2}, "zh-Hant": {"also": ["zh-TW", "zh-HK", "zh-MO"], "order": 3}}
UNVOICED = frozenset()  # languages for which espeak-ng has no voice: a hall records them (docs/devices.md)


def test_every_language_is_read_aloud_or_known_not_to_be():
    silent = [lang for lang in LANGUAGES if lang not in READ_ALOUD and lang not in UNVOICED]

    assert not silent, f"drivers/speaker/languages/{silent[0]}.toml, or UNVOICED here"


# -- a grouping of figures


def test_a_grouping_is_known_to_whoever_asks_tells_and_prints_it():
    known = {*groupings(group_texts({})), "day", "hour"} - {"total"}

    assert set(get_args(Grouping)) == set(LISTS) == known - {"day", "hour"}, "server/web/models/figures.py, LISTS in domain/visits.py"
    assert set(sheet.GROUPS) == known, "server/reports/sheet.py"
    for lang in LANGUAGES:
        tables = SAID.tables[lang]
        assert known <= tables["report"].keys(), f"config/words/{lang}.toml, [report]"
        assert {f"by_{group}" for group in LISTS} <= tables["pages.manage"].keys(), f"config/words/{lang}.toml, [pages.manage]"


def test_a_grouping_by_a_text_goes_by_another():
    for group, (of, _) in group_texts({}).items():
        assert of in groupings({}) and LISTS[group][1] == "name", group


# -- what a window or a service is, and what a slip says of it

TABLE = {"windows": (schema.WindowTable, models.PutWindow, Window), "services": (schema.ServiceTable, models.PutService, Service)}


@pytest.mark.parametrize("table", TABLE)
def test_what_a_hall_file_says_of_a_thing_is_set_told_kept_and_named(table):
    written, put, thing = TABLE[table]
    fields = {"closed" if field == "open" else field for field in written.model_fields} - {thing.KEY}

    assert fields <= get_type_hints(thing).keys(), "server/domain/things.py"
    assert fields <= put.model_fields.keys(), f"{put.__name__} in server/web/models"
    assert fields <= set(TOLD[table]), "TOLD in server/views/journal.py"
    for lang in LANGUAGES:
        assert fields <= SAID.tables[lang]["fields"].keys(), f"config/words/{lang}.toml, [fields]"


def test_every_text_of_a_thing_stands_in_the_table_of_texts():
    for table, thing in TABLES.items():
        texts = {name for name, kind in get_type_hints(thing).items() if kind == Text}

        assert texts <= set(TEXTS.get(table, ())), f"server/domain/texts.py, {table}"


def test_every_word_of_a_slip_stands_above_the_template():
    head = read("config/slips/standard.toml").split("\nlanguage =")[0]

    assert [word for word in schema.SLIP_WORDS if f"{{{word}}}" not in head] == [], "config/slips/standard.toml"


def test_the_text_of_the_kiosks_door_names_what_services_tell():
    (row,) = [row for row in read("docs/kiosk-door.md").splitlines() if row.startswith("| `GET /services`")]
    (of_window,) = re.findall(r"`windows` \[\{([\w, ]+)\}\]", row)

    assert of_window.split(", ") == list(models.hall.ServedAt.model_fields), "docs/kiosk-door.md, GET /services"


# -- a device


def test_every_make_and_profile_stands_in_the_documents_and_in_the_config_that_ships():
    makes = {name for some in drivers.MAKES.values() for name in some} - {""}
    devices, config = read("docs/devices.md"), read("config/display.toml")

    assert [
        name for name in sorted(makes) if f"`{name}`" not in devices and f"{name}://" not in devices and f'"{name}"' not in devices
    ] == []
    assert [name for name in (*PROFILES, *keypads.PROFILES) if f"`{name}`" not in devices and f'"{name}"' not in devices] == []
    assert [name for name in PROFILES if not re.search(rf"\b{name}\b", config)] == [], "config/display.toml, [[signs]]"
