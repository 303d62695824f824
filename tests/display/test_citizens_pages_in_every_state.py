"""The pages that everybody sees in every sample state; those of staff are in test_staff_pages_in_every_state."""

import pytest
from tools import shots

from config.codes import OVER, State


@pytest.mark.parametrize("name", [name for name in shots.PAGES if name not in shots.STAFF])
def test_a_page_for_everybody_is_whole_in_every_state_language_and_size(whole, name):
    assert whole(name) == ""


def test_a_holder_s_page_is_pictured_in_every_state_of_a_number_and_the_desk_s_in_every_one_of_today():
    phone = {state["rooms"]["ticket:sample"]["ticket"]["state"] for state in shots.states("phone").values() if "rooms" in state}
    desk = {t["state"] for state in shots.states("desk").values() for t in state.get("rooms", {}).get("staff", {}).get("tickets", ())}

    assert phone == set(State), "display/web/shared/states/phone.ts"
    assert desk >= set(State) - OVER - {State.BOOKED}, "display/web/shared/states/desk.ts"
