"""Every page in every sample state: nothing serious for axe, no text cut or covered, no script error, in both languages and all sizes."""

import pytest
from tools import looking, shots

# By the page's own clock, for a busy machine draws later: so many ms, and then until nothing short moves any more.
SETTLED = """ms => new Promise(done => setTimeout(function look() {
  const times = document.getAnimations().filter(one => one.playState === "running").map(one => one.effect.getComputedTiming().endTime);
  if (times.some(end => end < 2000)) requestAnimationFrame(look);
  else requestAnimationFrame(() => requestAnimationFrame(done));
}, ms))"""


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
                    tab.evaluate(SETTLED, last + 120)
                    if language == "zh":
                        found += [f"{state} {fault}" for fault in looking.faults(tab)]
                else:
                    tab.evaluate(SETTLED, 60)
                found += [f"{state}.{size}.{language} {fault}" for fault in looking.cut(tab)]

    assert not found, "\n" + "\n".join(found)
