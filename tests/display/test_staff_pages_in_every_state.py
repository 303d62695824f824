"""The pages of staff in every sample state. All others are in test_citizens_pages_in_every_state: two processes share the work."""

import pytest
from tools import shots

from config.codes import StaffRole


@pytest.mark.parametrize("name", shots.STAFF)
def test_a_page_of_staff_is_whole_in_every_state_language_and_size(whole, name):
    assert whole(name) == ""


def test_every_role_of_staff_is_pictured_on_a_page_of_its_own():
    signed_in = [
        state.get("answers", {}).get("/session", {}).get("staff", {}).get("role")
        for page in shots.STAFF
        for name, state in shots.states(page).items()
        if name != "not_yours"
    ]

    assert set(StaffRole) <= set(signed_in), "display/web/shared/states: a sample of what it sees"
