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
