"""The pages of staff in every sample state. All others are in test_citizens_pages_in_every_state: two processes share the work."""

import pytest
from tools import shots


@pytest.mark.parametrize("name", shots.STAFF)
def test_a_page_of_staff_is_whole_in_every_state_language_and_size(whole, name):
    assert whole(name) == ""
