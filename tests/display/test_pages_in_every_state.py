"""Every page in every sample state: nothing serious for axe, no text cut or covered, no script error, in both languages and all sizes."""

import pytest
from tools import looking, shots

TOUCHED = {"kiosk": ("portrait",)}  # on a screen of 1080 px: keys of at least 96 x 96 px, 16 px apart, as the hall's own rule says


@pytest.mark.parametrize("name", [name for name in shots.PAGES])
def test_a_page_is_whole_in_every_state_language_and_size(tab, root, name):
    assert shots.built(name), f"{name} is not built"
    page, found = shots.PAGES[name], []

    for state, what in shots.states(name).items():
        for turn, language in enumerate(shots.LANGUAGES):
            sizes = list(page.sizes.items())
            sizes = sizes[turn % len(sizes) :] + sizes[: turn % len(sizes)]  # opened at another size in each language, then resized
            for index, (size, (width, height)) in enumerate(sizes):
                tab.set_viewport_size({"width": width, "height": height})
                if index == 0:
                    tab.goto(root + shots.address(name, state, language))
                    shots.ready(tab)
                    last = max((step["after"] for step in what.get("then", [])), default=0)
                    looking.settle(tab, last + 120)
                    if language == "zh":
                        found += [f"{state} {fault}" for fault in looking.faults(tab)]
                else:
                    looking.settle(tab)
                found += [f"{state}.{size}.{language} {fault}" for fault in looking.cut(tab)]
                if size in TOUCHED.get(name, ()) and language == "zh":
                    found += [f"{state}.{size} {fault}" for fault in looking.small(tab, least=96, apart=16)]

    assert not found, "\n" + "\n".join(found)
