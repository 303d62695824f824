"""The settings room: every field is read by somebody, every default and range stands once, and what was stored once can be read."""

import ast
from pathlib import Path

import pytest

from config import settings, shapes
from config.settings.base import ByName

ROOT = Path(__file__).resolve().parents[2]
READERS = ("actions", "domain", "forecast", "runtime", "outside", "web", "views", "reports")
RECORDED = {"by", "since", "note", "version", "zh", "en"}  # told on as a whole: who put a plan into force, a note, the notice's text


def models_in(model):
    """A model and every model inside it."""
    if issubclass(model, ByName):
        inner = shapes.at(model, ("x",))
        return models_in(inner) if shapes.is_model(inner) else {}
    found = {model: None}
    for name in model.model_fields:
        inner = shapes.at(model, (name,))
        for part in (inner, shapes.at(model, (name, 0))):
            if shapes.is_model(part) and part not in found:
                found |= models_in(part)
    return found


def fields():
    some = {model: None for top in settings.SETTINGS.values() for model in models_in(top)}
    return sorted({(model.__name__, name) for model in some for name in model.model_fields})


def read_in_code():
    """Every attribute that code of the server reads, by name; texts of `getattr` and of lists of names count."""
    names = set()
    for room in READERS:
        for path in (ROOT / "server" / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                    names.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
                    names.add(node.value)
    return names


READ = read_in_code()


@pytest.mark.parametrize(("model", "name"), fields())
def test_every_field_of_every_setting_is_read_by_the_hall(model, name):
    """A key that nothing reads is a promise that nobody keeps. Look, notice, slips' words and hours by weekday are handed on as a whole."""
    whole = {"Look", "PrivacyNotice", "Voice", "Loud", "SlipWords"}
    own = {"kind", "class_", "channel", "makeup", "seasons", "closed"}  # read by the models' own questions: Hours.on, PromiseRule.fits
    by_name = set(settings.WEEKDAYS) | own

    assert name in READ or model in whole or name in by_name | RECORDED, f"nobody reads {model}.{name}"


@pytest.mark.parametrize("name", settings.SETTINGS)
def test_a_setting_survives_the_way_through_json(name):
    unset = settings.SETTINGS[name]()

    assert settings.parse(name, settings.in_whole(unset)) == unset == settings.parse(name, settings.as_json(unset))
    assert settings.as_json(unset) == {}


@pytest.mark.parametrize(
    ("name", "stored", "left"),
    [
        ("rules", {"returns": {"recalls": 3, "times": 2}, "cap_s": 600}, {"returns": {"times": 2}, "cap_s": 600}),
        ("rules", {"cap_s": 0, "overdue_s": 60}, {"overdue_s": 60}),
        ("reserved", {"3": ["green", "VIP!"]}, {"3": ["green"]}),
        ("hours", {"monday": ["09:00-12:00"], "fryday": [], "holidays": ["2027-01-01", "never"]},
         {"monday": ["09:00-12:00"], "holidays": ["2027-01-01"]}),
        ("lends", {"items": [{"window": "3"}, {"window": "3", "services": ["tax"]}]}, {"items": [{"window": "3", "services": ["tax"]}]}),
        ("calls", {"when_called": "eat"}, {}),
        ("evaluation", {"pad_s": None, "open_hours": 48}, {"open_hours": 48}),
    ],
)  # fmt: skip
def test_what_an_earlier_version_stored_is_read_as_far_as_it_is_understood(name, stored, left):
    told = []

    found = settings.lenient(name, stored, told.append)

    assert settings.as_json(found) == left and told


def test_a_range_stands_in_the_model_and_the_page_is_told_it():
    limits = shapes.limits(settings.Rules)

    assert limits["returns.times"] == (0, 100) and limits["cap_s"] == (60, 86_400) and "mode" not in limits


def test_the_word_that_was_refused_is_never_the_one_that_is_suggested(tmp_path):
    from config import ConfigError, load

    (tmp_path / "server.toml").write_text('[hall]\nfile = "county.toml"\n', encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        load.server(tmp_path / "server.toml")

    assert "did you mean 'halls/county.toml'?" in str(refused.value)


def test_an_address_with_a_path_is_refused_before_a_slip_carries_it(tmp_path):
    from config import ConfigError, load

    for url, wrong in (("https://hall.example/queue", True), ("https://hall.example/", False), ("https://hall.example:8443", False)):
        (tmp_path / "server.toml").write_text(f'[server]\npublic_url = "{url}"\n[hall]\nfile = "halls/county.toml"\n', encoding="utf-8")
        if wrong:
            with pytest.raises(ConfigError, match="may have no path"):
                load.server(tmp_path / "server.toml")
        else:
            assert load.server(tmp_path / "server.toml").public_url == url.rstrip("/")


def test_real_matter_codes_and_names_are_taken():
    from config.schema import ServiceTable

    made = ServiceTable(code="a", name="名" * 150, prefix="A", matters=["1" * 100], materials=["材" * 150])

    assert len(made.name["zh"]) == 150 and len(made.matters[0]) == 100
