"""A key that belongs to an input method is never an order: on every page, in dialogs and fields alike, however a browser reports it."""

import re

import pytest
from tools import looking, shots

import hatch_build

HOW = [{"isComposing": True}, {"keyCode": 229}]
KEYS = ("Enter", "Escape", "F2", "Backspace", " ")
# Dispatches every key at whatever can have the focus; gives what the page looked like before and after.
STRIKE = """async ([keys, how]) => {
  const look = () => document.body.innerHTML.replace(/<time[^>]*>.*?<\\/time>/g, "");
  const all = [...document.querySelectorAll("input, select, textarea, button, [tabindex], [role=dialog]"), document.body];
  const before = look();
  for (const one of all.slice(0, 60)) for (const key of keys)
    one.dispatchEvent(new KeyboardEvent("keydown", { key, code: key === " " ? "Space" : key, bubbles: true, cancelable: true, ...how }));
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  return [before, look(), document.querySelectorAll("[role=dialog]").length];
}"""
TIMES = re.compile(r"\d+:\d\d|\d+|style=\"[^\"]*\"")  # clocks and bars go on by themselves
STATES = {"desk": ("transfer", "menu", "keys", "held", "pause"), "guide": ("search", "give_up", "transfer"), "phone": ("postpone",)}


@pytest.mark.parametrize("name", [name for name in shots.PAGES if name != "styleguide"])
def test_a_key_of_an_input_method_changes_nothing_on_any_page(tab, root, name):
    known = list(shots.states(name))
    dialogs = [s for s in known if s in ("window", "message_all", "service", "window_edit", "forecast_ask", "invite", "password")]
    for state in dict.fromkeys([*known[:2], *STATES.get(name, ()), *dialogs]):
        if state not in known:
            continue
        tab.goto(root + shots.address(name, state, "zh"))
        shots.ready(tab)
        looking.settle(tab, 120)
        tab.wait_for_function("() => !document.querySelector('.hint.loading')")  # it has what it shows

        for how in HOW:
            before, after, dialogs_left = tab.evaluate(STRIKE, [KEYS, how])

            assert TIMES.sub("", before) == TIMES.sub("", after), (state, how, dialogs_left)


def test_whatever_listens_to_keys_asks_the_one_function_first():
    """In the source: a new handler of keys must not forget it."""
    listens = re.compile(r"@key(down|up|press)|addEventListener\(\"key")
    files = [p for kind in ("*.vue", "*.ts") for p in hatch_build.WEB.rglob(kind) if "node_modules" not in p.parts]

    forgets = [p.name for p in files if listens.search(text := p.read_text(encoding="utf-8")) and "composing(" not in text]

    assert forgets == []
