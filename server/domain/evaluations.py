"""The five grades and the national platform's tags (好差评: three digits, the first is the grade). Values only; words are in config/words.

Grades are kept as 5 = 非常满意 … 1 = 非常不满意; GB/T 39046 numbers them the other way round, which only an export may do.
"""

from __future__ import annotations

GRADES = (5, 4, 3, 2, 1)
GOOD = frozenset({5, 4, 3})  # counted as 好评 unless the hall says otherwise
BAD = frozenset({2, 1})

TAGS: dict[int, tuple[str, ...]] = {
    5: ("510", "511", "512", "513", "514", "515", "516", "517"),
    4: ("406", "407", "408", "409", "410", "411", "412", "413"),
    3: ("307", "308", "309", "310", "311", "312", "313", "314"),
    2: ("207", "208", "209", "210", "211", "212", "213", "214"),
    1: ("108", "109", "110", "111", "112", "113", "114", "115"),
}
