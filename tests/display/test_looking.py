"""What looks at the pages sees what a person would call a fault, and nothing else."""

import pytest
from tools import looking

OVER = "position:absolute;margin:0;top:0;left"
FAULTS = {
    "cut": '<div style="width:60px;overflow:hidden;white-space:nowrap">a long line of text</div>',
    "out of its key": '<button style="display:block;width:300px;height:20px;line-height:40px;font-size:30px">Lay your card</button>',
    "covered": f'<p style="margin:0">Print again</p><footer style="{OVER}:0;width:300px;height:60px;background:#fff"></footer>',
    "off the screen": f'<p style="{OVER}:-40px">Print again</p>',
    "over one another": f'<p style="{OVER}:0">Print again</p><p style="{OVER}:5px">Take</p>',
}
WELL = f'<p style="margin:0">Print again</p><div style="{OVER}:0;width:300px;height:60px"></div><button>Take a number</button>'


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(tab, fault):
    tab.set_content(f'<body style="overflow:hidden;font:16px sans-serif">{FAULTS[fault]}</body>')

    assert any(one.startswith(fault) for one in looking.cut(tab)), looking.cut(tab)


def test_what_lies_over_a_text_and_paints_nothing_hides_nothing(tab):
    tab.set_content(f'<body style="overflow:hidden;font:16px sans-serif">{WELL}</body>')

    assert looking.cut(tab) == []


def text(colour, ground="#fff"):
    return f'<main style="background:{ground}"><h1>Hall</h1><p><b style="position:relative;color:{colour}">Take a number</b></p></main>'


def test_a_text_is_judged_again_where_it_stands_on_other_colours(tab):
    tab.set_content(f'<html lang="en"><title>Hall</title><body style="background:#fff;color:#000">{text("#333")}')
    put = lambda html: tab.evaluate("html => document.body.innerHTML = html", html)
    assert looking.faults(tab) == []

    for colour, ground in (("#eee", "#fff"), ("#333", "#222")):
        put(text(colour, ground))
        (fault, *_) = looking.faults(tab)
        assert fault.startswith("color-contrast: ") and "<b" in fault or "<h1" in fault

    put(text("#333").replace("<b", '<u style="position:absolute;left:0;top:0;width:100%;height:100%;background:#111"></u><b'))
    assert any(fault.startswith("color-contrast: ") for fault in looking.faults(tab))


def test_what_axe_finds_serious_is_said_and_what_it_finds_slight_is_not(tab):
    tab.set_content('<html lang="en"><title>Hall</title><body><h1>Hall</h1><p>beside every landmark</p><button></button>')

    (fault,) = looking.faults(tab)
    assert fault.startswith("button-name: Buttons must have discernible text")
