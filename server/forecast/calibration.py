"""What was told against what came: how far a hall's own waits run off the told quantiles, and what mends it. Pure; it reads no journal.

The runs (forecast/waits.py) know the hall as past days describe it; what they do not know shows in its own outcomes, as the same shift day
after day. Each group of numbers is corrected by its own past, and while that is short by the past of the broader group:

    corrections = learn_corrections(outcomes)              # outcomes of past days; {} without any: nothing is changed
    p10, p50, p90 = corrected(drawn, kind, corrections)    # seconds, p10 <= p50 <= p90
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from config.settings.rules import APPOINTMENT

from .learned import Correction, Group, Learned, Quantiles

EARLY = "early"  # booked, and here before the slot: the promise begins later
LENGTHS = (300, 900, 2400)  # s of the drawn p50 that part short, middling, long and very long waits
# Outcomes for which the broader group's correction counts: of all, a kind, a kind and length. A day brings hundreds that share its luck.
LEAN = (300, 200, 300)
STEADY = 2  # times as many for the middle: the runs know it well, and a shift that is chance costs (docs/decisions/0011-waits.md)
LEAST = 10  # outcomes, before a group says anything of its own
USUAL_DAYS = 5  # past days that must be known before a moment can be like none of them
MORE, LESS = 1.25, 0.6  # so many more in line than ever, so many fewer windows at work than ever
FEW = 5  # and so many more people at least
WIDER = 1.4  # how much further the range of a wait then reaches
SMALL = 60.0  # s added before shares of a wait are formed: half a minute off one minute is no factor of two
NARROW = 30.0  # s: a range is taken to be as wide at least, before a share of it is formed
FURTHEST, WIDEST = 1.6, 3.0  # factors of the middle and of a range's side, at most
TAIL = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitOutcome:
    """One number: what the runs gave (`drawn`), what was told, and how long it waited until its first call, in seconds."""

    kind: str
    drawn: Quantiles
    told: Quantiles
    waited: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """How a moment is like no past day: by its LINE (so many wait, the most were) or its WINDOWS (so many are open, the fewest were)."""

    why: str
    now: int
    ever: int


LINE, WINDOWS = "line", "windows"


def unseen(waiting: int, open: int | None, minute: float, learned: Learned) -> Unseen | None:
    """`open`: windows at work; None outside of the hours in which they are to be. `minute`: since midnight."""
    if learned.days < USUAL_DAYS:
        return None
    if learned.most_waiting and waiting > max(MORE * learned.most_waiting, learned.most_waiting + FEW):
        return Unseen(why=LINE, now=waiting, ever=learned.most_waiting)
    fewest = learned.fewest_open[int(minute // 30)] if learned.fewest_open and 0 <= minute < 1440 else 0
    if open is not None and fewest > 1 and open < LESS * fewest:
        return Unseen(why=WINDOWS, now=open, ever=fewest)
    return None


def kind_of(rank: str, *, later: bool) -> str:
    """The kind of a number: its rank, or EARLY. `later`: its promise has not begun yet."""
    return EARLY if later and rank == APPOINTMENT else rank


def groups_of(kind: str, p50: int) -> tuple[Group, Group, Group]:
    """From the broadest to the narrowest."""
    return ("", -1), (kind, -1), (kind, sum(p50 >= edge for edge in LENGTHS))


def corrected(drawn: Quantiles, kind: str, corrections: Mapping[Group, Correction], wider: float = 1.0) -> Quantiles:
    """What is told instead of `drawn`. `wider`: by how much more than usual its sides reach out."""
    if not corrections and wider == 1.0:
        return drawn
    found = _nearest(corrections, groups_of(kind, drawn[1])[-1])
    p10, p50, p90 = drawn
    middle = max(0.0, (p50 + SMALL) * found.middle - SMALL)
    low = middle - found.low * found.middle * wider * (p50 - p10)
    high = middle + found.high * found.middle * wider * max(p90 - p50, NARROW)
    return round(max(0.0, low)), round(middle), round(high)


def learn_corrections(outcomes: Iterable[WaitOutcome], prior: Mapping[Group, Correction] | None = None) -> dict[Group, Correction]:
    """`prior`: what other halls taught; a group differs from the broader one as it does there, until its own numbers say otherwise."""
    by: dict[Group, list[WaitOutcome]] = defaultdict(list)
    for one in outcomes:
        for group in groups_of(one.kind, one.drawn[1]):
            by[group].append(one)
    found: dict[Group, Correction] = {}
    elsewhere = prior or {}
    for group in sorted({*by, *elsewhere}, key=_depth):
        parent = _nearest(found, group)
        if group in elsewhere:
            there, broader = elsewhere[group], _nearest({g: c for g, c in elsewhere.items() if g != group}, group)
            parent = Correction(
                middle=parent.middle * there.middle / broader.middle,
                low=parent.low * there.low / broader.low,
                high=parent.high * there.high / broader.high,
            )
            found[group] = parent
        if len(by[group]) >= LEAST:
            found[group] = _learn(by[group], parent, LEAN[_depth(group)])
    return found


def behind(corrections: Mapping[Group, Correction]) -> int:
    """How many outcomes correct what is told."""
    return corrections[("", -1)].numbers if ("", -1) in corrections else 0


def _nearest(corrections: Mapping[Group, Correction], group: Group) -> Correction:
    kind, _ = group
    return next((corrections[g] for g in (group, (kind, -1), ("", -1)) if g in corrections), Correction())


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """How some told waits came true. Shares are 0..1; None without numbers."""

    n: int
    under: float | None = None  # called by p90
    inside: float | None = None  # between p10 and p90
    near: float | None = None  # within NEAR of p50
    later: float | None = None  # s by which they were called after p50 in the mean; below 0: before


NEAR = 300.0


def coverage(outcomes: Iterable[WaitOutcome]) -> Coverage:
    some = list(outcomes)
    if not some:
        return Coverage(n=0)
    share = lambda hits: sum(hits) / len(some)
    return Coverage(
        n=len(some),
        under=share(o.waited <= o.told[2] for o in some),
        inside=share(o.told[0] <= o.waited <= o.told[2] for o in some),
        near=share(abs(o.waited - o.told[1]) <= NEAR for o in some),
        later=sum(o.waited - o.told[1] for o in some) / len(some),
    )


def by_group(outcomes: Iterable[WaitOutcome]) -> dict[Group, Coverage]:
    """Of all, of each kind, and of each length whatever the kind (("", 0) and so on), by what was told."""
    by: dict[Group, list[WaitOutcome]] = {("", -1): []}
    for one in outcomes:
        _, _, (_, length) = groups_of(one.kind, one.told[1])
        for group in (("", -1), (one.kind, -1), ("", length)):
            by.setdefault(group, []).append(one)
    return {group: coverage(some) for group, some in by.items()}


def _depth(group: Group) -> int:
    kind, length = group
    return 2 if length >= 0 else 1 if kind else 0


def _learn(some: list[WaitOutcome], parent: Correction, lean: int) -> Correction:
    n = len(some)

    def toward(seen: float, before: float, most: float, lean: int) -> float:
        return _within(math.exp((n * math.log(seen) + lean * math.log(before)) / (n + lean)), most)

    middle = toward(max(0.1, median((o.waited + SMALL) / (o.drawn[1] + SMALL) for o in some)), parent.middle, FURTHEST, STEADY * lean)
    above, below = [], []
    for o in some:
        p10, p50, p90 = o.drawn
        at = max(0.0, (p50 + SMALL) * middle - SMALL)
        above.append((o.waited - at) / (middle * max(p90 - p50, NARROW)))
        below.append((at - o.waited) / (middle * max(p50 - p10, NARROW)))
    reach = lambda sides: max(1 / WIDEST, _quantile(sides, TAIL))
    return Correction(
        middle=middle,
        low=toward(reach(below), parent.low, WIDEST, lean),
        high=toward(reach(above), parent.high, WIDEST, lean),
        numbers=n,
    )


def _within(factor: float, most: float) -> float:
    return min(most, max(1 / most, factor))


def _quantile(some: list[float], share: float) -> float:
    """The share-th quantile of those to come, given these: a little further out than of these themselves."""
    at = min(len(some) - 1.0, share * (len(some) + 1) - 1)
    ranked, k = sorted(some), int(at)
    return ranked[k] + (at - k) * (ranked[min(k + 1, len(some) - 1)] - ranked[k])
