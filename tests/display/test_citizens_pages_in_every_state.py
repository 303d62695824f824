"""The pages that everybody sees in every sample state; those of staff are in test_staff_pages_in_every_state."""

import pytest
from tools import shots


@pytest.mark.parametrize("name", [name for name in shots.PAGES if name not in shots.STAFF])
def test_a_page_for_everybody_is_whole_in_every_state_language_and_size(whole, name):
    assert whole(name) == ""
