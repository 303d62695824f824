"""A service is found by what people call it: words of the hall file and of the Services page, and the initials of each and of its theme."""

import pytest

from config import halls


def test_everyday_words_are_set_and_told_with_their_initials_and_those_of_the_theme(context):
    context.manager.put("/services/tax", aliases=["社保卡", "Citizen card"], theme="社会保险")

    told = context.nobody().get("/services/tax").json

    assert told["aliases"] == ["社保卡", "Citizen card"]
    assert told["keys"][0] == "sbk" and told["keys"][-1] == "shbx"


def test_everyday_words_live_through_a_restart_and_in_the_journal(fresh):
    context = fresh()
    context.manager.put("/services/tax", aliases=["过户"])

    context = fresh()

    assert context.nobody().get("/services/tax").json["aliases"] == ["过户"]


@pytest.mark.parametrize("wrong", [["x" * 41], [""], ["词"] * 31, "过户"])
def test_what_is_no_list_of_words_is_refused(context, wrong):
    assert context.manager.put("/services/tax", aliases=wrong).status_code == 422


@pytest.mark.parametrize("name", ["county.toml", "township.toml"])
def test_every_service_of_the_shipped_halls_has_everyday_words(name):
    assert [s.code for s in halls.load(name).services if not s.aliases] == []


@pytest.mark.parametrize(("word", "code"), [("社保卡", "sb-card"), ("过户", "bdc-transfer"), ("办证", "ga-id")])
def test_the_words_of_the_street_lead_to_the_service_of_the_county_hall(word, code):
    found = [s.code for s in halls.load("county.toml").services if word in s.aliases]

    assert code in found
