"""Halls of kinds that nothing was tuned on, through the functions that a running hall asks: `hall bench unseen`. It measures and
asserts nothing.

Each kind is a made-up hall with ten past days, which teach, and fresh days, which are told: waits against one who knows all, the alerts
shown, the order against strict priority and the best found, the advice on windows. Whatever other halls taught (`--prior`) is taught by
all the other kinds: the table leaves one kind out, row by row (docs/decisions/0011-waits.md).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import click
import numpy as np

from config.settings.rules import WEIGHTS, Rules
from server.domain.dispatch import MINUTE
from server.forecast import ahead_days, alerts, backtest, calibration, described, simulate, staffing, tuning
from server.forecast.calibration import WaitOutcome
from server.forecast.forward import NEVER
from server.forecast.learned import Learned
from server.forecast.simulate import DescribedHall
from server.forecast.waits import predict_all

PAST, FRESH = 10, 2
TOLD = 6  # fresh days of which waits are told: two share their luck
TELLING = 5  # past days on which waits were told: on the first ones nothing was learned that is worth telling of
LOOK = 2.5  # minutes between two looks for what will break
NOTICE = 5.0  # minutes before it breaks that a number must have been named to be found: later nobody can do anything
STAFFED = 0.75
PARTS = ("waits", "alerts", "order", "ahead", "staffing")
TOWNSHIP, COUNTY, SINGLE, CHAINED, BUS = range(5)  # seeds of described.made_up, modulo five
DAY = (540.0, 1110.0)  # of the halls that do not shut at noon
NOON = {"09:00": 2.5, "10:00": 3.0, "11:00": 1.8, "12:00": 1.5, "13:00": 1.8, "14:00": 2.6, "15:00": 2.0, "16:00": 1.0, "17:00": 0.4}
AT_NOON = (690.0, 810.0)  # when the numbers of the lines about lunch are taken


def made(like: int, seed: int, demand: float = 1.0, **changes) -> DescribedHall:
    text = described.made_up(5 * seed + like) | changes
    return described.describe(text, days=PAST + TOLD, seed=seed, demand=demand)


def all_day(hall: DescribedHall, day: Callable[[int], tuple]) -> DescribedHall:
    """Windows that are planned from 9:00 to 18:30, and what each really does on each day."""
    windows = tuple(replace(w, spans=(DAY,)) for w in hall.windows)
    return replace(hall, windows=windows, days=tuple(replace(d, spans=day(n)) for n, d in enumerate(hall.days)))


def prefixes(seed: int) -> DescribedHall:
    """Three services share a row of numbers."""
    hall = made(COUNTY, seed)
    return replace(hall, services=tuple(replace(s, series=f"row {n // 3}") for n, s in enumerate(hall.services)))


def lunches(seed: int) -> DescribedHall:
    """Half of the windows at lunch from 12:00, half from 12:45, give or take four minutes, while people go on coming. No roster says so."""
    hall, rng = made(SINGLE, seed, demand=1.2, profile=NOON), np.random.default_rng([3, seed])

    def day(_):
        begin = [lunch(w) + rng.normal(0, 4) for w in range(len(hall.windows))]
        return tuple(((DAY[0], round(a, 1)), (round(a + rng.normal(45, 4), 1), DAY[1])) for a in begin)

    return all_day(hall, day)


def lunch(window: int) -> float:
    return 720.0 + 45.0 * (window % 2)


def rosters(seed: int) -> DescribedHall:
    """The very halls and days of `lunches`, with the lunches entered as rosters."""
    hall = lunches(seed)
    windows = tuple(replace(window, spans=((DAY[0], lunch(w)), (lunch(w) + 45.0, DAY[1]))) for w, window in enumerate(hall.windows))
    return replace(hall, windows=windows)


def windows_down(seed: int) -> DescribedHall:
    """On every day some windows come an hour late, and one is gone for two hours, none can say which."""
    hall, rng = made(TOWNSHIP, seed), np.random.default_rng([4, seed])

    def day(_):
        spans = [[(540.0, 1110.0)] for _ in hall.windows]
        for w in range(len(spans)):
            if rng.random() < 0.2:
                spans[w] = [(600.0 + round(rng.normal(0, 8)), 1110.0)]
        at, w = float(rng.integers(600, 900)), int(rng.integers(len(spans)))
        spans[w] = [(spans[w][0][0], max(at, 620.0)), (max(at, 620.0) + 120.0, 1110.0)]
        return tuple(map(tuple, spans))

    return all_day(hall, day)


def chains(seed: int) -> DescribedHall:
    """Half of the services lead to another."""
    return made(CHAINED, seed)


def early(seed: int) -> DescribedHall:
    """Half are booked, and come up to half an hour before."""
    hall, rng = made(COUNTY, seed, booked=0.5), np.random.default_rng([5, seed])
    days = []
    for day in hall.days:
        booked = (day.slot >= 0) & (day.arrive < NEVER / 2) & (day.rank <= 1)
        arrive = np.where(booked, np.maximum(day.slot - 30.0, day.arrive - rng.uniform(0, 20, len(day.slot))), day.arrive)
        days.append(replace(day, arrive=np.round(arrive, 2)))
    return replace(hall, days=tuple(days))


def no_shows(seed: int) -> DescribedHall:
    """Waves of people who go without a word, many who miss their call, bookings of which half come."""
    hall, rng = made(SINGLE, seed, show=0.55, misses=0.1, cancels_visibly=0.15), np.random.default_rng([6, seed])
    days = []
    for day in hall.days:
        wave = np.abs(day.arrive - rng.uniform(570, 1000)) < 30
        days.append(replace(day, patience=np.where(wave, np.maximum(5.0, day.patience * 0.3), day.patience)))
    return replace(hall, days=tuple(days))


def buses(seed: int) -> DescribedHall:
    return made(BUS, seed)


def month_end(seed: int) -> DescribedHall:
    """A third more visitors on the fresh days than on any day before."""
    usual, more = made(SINGLE, seed), made(SINGLE, seed, demand=1.3)
    return replace(usual, days=(*usual.days[:PAST], *more.days[PAST:]))


def low_load(seed: int) -> DescribedHall:
    return made(COUNTY, seed, demand=0.5)


def published_wrong(seed: int) -> DescribedHall:
    """The published minutes are one figure for all services, as many halls begin."""
    hall = made(TOWNSHIP, seed)
    return replace(hall, services=tuple(replace(s, minutes=8.0) for s in hall.services))


KINDS = {
    f.__name__: f for f in (prefixes, lunches, windows_down, chains, early, no_shows, buses, month_end, low_load, published_wrong, rosters)
}
SAME = {"rosters": "lunches"}  # kinds that are another one, of which more is known


@dataclass
class Measured:
    """What a kind came to, before corrections: rows of (kind of number, drawn quantiles, waited), seconds."""

    name: str
    seed: int = 0
    past: list[WaitOutcome] = field(default_factory=list)
    fresh: list[WaitOutcome] = field(default_factory=list)
    oracle: list[WaitOutcome] = field(default_factory=list)  # of the fresh ones, told by one who knows all
    but_windows: list[WaitOutcome] = field(default_factory=list)  # ... all but when the windows work that day, where that differs
    by_hours: list[WaitOutcome] = field(default_factory=list)  # ... told by the hall's hours, where neither a roster nor a past is known
    taken: list[float] = field(default_factory=list)  # minute at which each of the fresh ones was taken
    figures: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def label(self) -> str:
        return f"{self.name} {self.seed}"


def measure(name: str, seed: int, rules: Rules, *, numbers: int, fresh: int, parts: frozenset[str]) -> Measured:
    began = time.perf_counter()
    hall = KINDS[name](seed)
    hall = replace(hall, days=hall.days[: PAST + (TOLD if fresh > 1 else fresh)])
    played = [simulate.play(hall, day, rules) for day in hall.days]
    before = {d: backtest.learn_days(hall, range(d), played[:PAST]) for d in range(TELLING, PAST + 1)}
    before |= dict.fromkeys(range(PAST, len(hall.days)), before[PAST])
    telling = lambda d: before[d]
    every = max(1, sum(len(d.service) for d in hall.days[PAST:]) // numbers)
    found = Measured(name=name, seed=seed)
    if "waits" in parts:
        often = max(1, sum(len(d.service) for d in hall.days[TELLING:PAST]) // (2 * numbers))
        last, oracle = range(PAST, len(hall.days)), backtest.knowing_all(hall, before[PAST])
        known: backtest.Known = "planned" if name == "rosters" else "learned"
        found.past, _ = outcomes(hall, rules, every=often, learned=telling, days=range(TELLING, PAST), roster=known)
        found.fresh, found.taken = outcomes(hall, rules, every=every, learned=telling, days=last, roster=known)
        found.oracle, _ = outcomes(hall, rules, every=every, learned=lambda d: oracle, days=last, roster="true")
        if hall.days[0].spans:
            found.but_windows, _ = outcomes(hall, rules, every=every, learned=lambda d: oracle, days=last, roster=known)
            found.by_hours, _ = outcomes(hall, rules, every=every, learned=telling, days=last, roster="hours")
    if "order" in parts:
        found.figures |= orders(hall, rules, before[PAST], ahead="ahead" in parts)
    hall = replace(hall, days=hall.days[: PAST + fresh])
    if "alerts" in parts:
        found.figures |= shown_alerts(hall, rules, before, range(PAST, PAST + fresh))
    if "staffing" in parts:
        found.figures |= staffed(hall, rules, before[PAST])
    found.seconds = time.perf_counter() - began
    return found


def outcomes(hall: DescribedHall, rules: Rules, **named) -> tuple[list[WaitOutcome], list[float]]:
    """The outcomes, and when each number was taken."""
    _, rows = backtest.check_waits(hall, rules, **named)
    taken = [float(hall.days[int(d)].arrive[int(i)]) for d, i in rows[:, 5:7]]
    return [one for some in backtest.outcomes(hall, rows).values() for one in some], taken


def shown_alerts(hall: DescribedHall, rules: Rules, before, days) -> dict[str, float]:
    """Of the numbers that the alerts shown named, how many broke; of those that broke and could be named NOTICE before, how many were."""
    right = said = broke_named = broke_all = 0
    for d in days:
        day = replace(hall.days[d], minutes=tuple(before[d].minutes.values()))
        run = simulate.play(hall, day, rules)
        due = run.clock + simulate.targets(hall, day, rules)
        cancelled = (day.seen == 1) & (run.called < 0) & (run.clock + day.patience <= due)
        counts = (run.arrive < NEVER / 2) & ~cancelled
        broke = counts & ((run.called < 0) | (run.called > due + 1e-9))
        standing: set[str] = set()
        named: set[int] = set()
        in_time: set[int] = set()
        seen: set[int] = set()
        for at in np.arange(540.0, 1140.0, LOOK):
            state = backtest.state_at(hall, day, run, float(at), rules, before[d])
            now = round(at * MINUTE)
            look = predict_all(state, now, classes=(), runs=60)
            new, over = alerts.changes(standing, state, now, look)
            standing = (standing - set(over)) | {b.id for b in new}
            for b in alerts.breaches(state, now, look):
                if b.id in standing:
                    named |= {int(number) for number, _, _ in b.tickets}
            left = {int(w.id): (w.clock_at + w.target * 1000 - now) / MINUTE for w in state.waiting}
            seen |= {i for i, minutes in left.items() if NOTICE <= minutes <= alerts.AHEAD}
            in_time |= {i for i in named if left.get(i, 0.0) >= NOTICE}
        named = {i for i in named if counts[i]}
        hit = sum(bool(broke[i]) for i in named)
        right, said = right + hit, said + len(named)
        missable = [i for i in seen if broke[i]]
        broke_named, broke_all = broke_named + sum(i in in_time for i in missable), broke_all + len(missable)
    return {
        "alert_right": right / said if said else 1.0,
        "alert_found": broke_named / broke_all if broke_all else 1.0,
        "broke": broke_all,
        "named": said,
    }


def orders(hall: DescribedHall, rules: Rules, known: Learned, *, ahead: bool) -> dict[str, float]:
    """Scores of the fresh days. `own`: with weights found on the past days; `ahead`: with these, the first FRESH days with each call looked
    ahead at, and `not_ahead` without."""
    days = [replace(d, minutes=tuple(known.minutes.values())) for d in hall.days[PAST:]]
    score = lambda some, runs, r: simulate.score(hall, some, runs, r).score
    judge = lambda r, some=days: score(some, [simulate.play(hall, d, r) for d in some], r)
    past = replace(hall, days=tuple(replace(d, minutes=days[0].minutes) for d in hall.days[:PAST]))
    most = simulate.with_mode(rules, "most")
    found = {
        "ours": judge(rules),
        "most": judge(most),
        "strict": judge(simulate.with_mode(rules, "strict")),
        "best": simulate.best_found(replace(hall, days=tuple(hall.days[PAST:])), rules, tries=80).score,
    }
    owns = {name: _with_own(past, one) for name, one in (("own", rules), ("own_most", most))}
    found |= {name: judge(own) for name, own in owns.items()}
    if ahead:
        few, own = days[:FRESH], owns["own"]
        runs = [ahead_days.play_ahead(hall, d, own, known) for d in few]
        turned = [one for _, some in runs for one in some]
        found |= {"not_ahead": judge(own, few), "ahead": score(few, [run for run, _ in runs], own)}
        found |= {"choices": len(turned), "turned": sum(turned)}
    return found


def _with_own(past: DescribedHall, rules: Rules) -> Rules:
    """The rules with the weights that a hall's past days speak for."""
    factors = tuning.weigh(past, rules).factors
    return tuning.weighing(rules, [factors[k] for k in WEIGHTS]) if factors else rules


def staffed(hall: DescribedHall, rules: Rules, known) -> dict[str, float]:
    """Windows as advised from the past days for STAFFED of the visitors, tried on fresh days so thinned, less when each was really away."""
    past = hall.days[:PAST]
    visitors = sum(len(d.service) for d in past) / len(past)
    close = max(b for w in hall.windows for _, b in w.spans)
    plan = staffing.plan_like(hall, rules, known, demand=STAFFED, visitors=visitors, bookings=hall.days[PAST].bookings, close=close)
    floor = simulate.floor_of(hall, rules, spans=[s or ((NEVER, NEVER),) for s in plan.spans])
    days = [
        replace(staffing.thinned(d, STAFFED, np.random.default_rng(100 * n + k)), spans=(), away=tuple(map(gaps, d.spans)))
        for n, d in enumerate(hall.days[PAST:])
        for k in range(3)
    ]
    kept = simulate.score(hall, days, [simulate.play(hall, d, rules, floor=floor) for d in days], rules)
    whole = simulate.floor_of(hall, rules)
    full = simulate.score(hall, days, [simulate.play(hall, d, rules, floor=whole) for d in days], rules)
    return {"hours": plan.share, "said": plan.all, "kept": kept.all, "full": full.all, "kept_protected": kept.protected}


def gaps(spans) -> tuple[tuple[float, float], ...]:
    """When a window was away of DAY."""
    edges = [DAY[0], *(edge for span in spans for edge in span), DAY[1]]
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


# -- the table


def waits_row(some: list[WaitOutcome], oracle: list[WaitOutcome], corrections) -> dict[str, float]:
    told = [calibration.corrected(o.drawn, o.kind, corrections) for o in some]
    off, least = errors(some, told), errors(oracle)
    n = len(some)
    share = lambda hits: sum(hits) / n
    return {
        "n": n,
        "wait": sum(o.waited for o in some) / n / 60,
        "error": sum(off) / n / 60,
        "best": sum(least) / n / 60,
        "ratio": sum(off) / max(1.0, sum(least)),
        "p90": share(o.waited <= t[2] + 1 for o, t in zip(some, told, strict=True)),
        "best_90": share(o.waited <= o.drawn[2] + 1 for o in oracle),
        "inside": share(t[0] - 1 <= o.waited <= t[2] + 1 for o, t in zip(some, told, strict=True)),
        "within_5": share(x <= 300 for x in off),
        "best_5": share(x <= 300 for x in least),
        "bias": sum(t[1] - o.waited for o, t in zip(some, told, strict=True)) / n / 60,
    }


def errors(some: list[WaitOutcome], told=None) -> list[float]:
    """Seconds that each was told wrong."""
    return [abs(o.waited - t[1]) for o, t in zip(some, told or [o.drawn for o in some], strict=True)]


WAYS = ("as drawn", "own past", "other kinds", "other kinds and own past")
LIVE = "own past"  # as a running hall tells them
CELL = 30  # numbers of a hall and class


def corrections_of(measured: list[Measured], way: str) -> dict[str, dict]:
    """By label of the hall. What other kinds teach is never taught by a hall of the kind itself."""
    found = {}
    kind = lambda m: SAME.get(m.name, m.name)
    for one in measured:
        others = [o for m in measured if kind(m) != kind(one) and m.name not in SAME for o in m.past]
        prior = calibration.learn_corrections(others) if "other" in way else {}
        found[one.label] = calibration.learn_corrections(one.past, prior) if "own" in way else prior
    return found


def waits_table(measured: list[Measured]) -> list[str]:
    """A row for each hall as it would tell them live, and lines that say what each way of correcting comes to."""
    heads = (
        "numbers",
        "wait",
        "error",
        "knowing all",
        "÷",
        "≤ p90 as drawn",
        "≤ p90",
        "knowing all",
        "p10–p90",
        "in 5 min",
        "knowing all",
        "bias",
    )
    lines = [_line("", heads), "|" + "---|" * (len(heads) + 1)]
    rows = {way: _rows(measured, corrections_of(measured, way)) for way in WAYS}
    for label, r in {**rows[LIVE], "mean": _mean(rows[LIVE])}.items():
        drawn = {**rows["as drawn"], "mean": _mean(rows["as drawn"])}[label]
        lines.append(
            _line(
                label,
                (f"{r['n']:.0f}", f"{r['wait']:.0f}", f"{r['error']:.2f}", f"{r['best']:.2f}", f"{r['ratio']:.2f}", _pct(drawn["p90"]),
                 _pct(r["p90"]), _pct(r["best_90"]), _pct(r["inside"]), _pct(r["within_5"]), _pct(r["best_5"]), f"{r['bias']:+.1f}"),
            )
        )  # fmt: skip
    lines += ["", *_cells(measured), *_where_windows_differ(measured), ""]
    for way in WAYS:
        mean, p90 = _mean(rows[way]), [r["p90"] for r in rows[way].values()]
        lines.append(
            f"{way}: error {mean['error']:.2f} min, {mean['ratio']:.3f} × knowing all; within p90 {_pct(mean['p90'])} % "
            f"({_pct(min(p90))} to {_pct(max(p90))}), p10–p90 {_pct(mean['inside'])}, five minutes {_pct(mean['within_5'])}; "
            + ", ".join(_by_kind(measured, corrections_of(measured, way)))
        )
    return lines


def _cells(measured: list[Measured]) -> list[str]:
    """Of each hall's kinds of numbers, with so many of them that a share says something, how many have p90 within 85 to 95 %."""
    corrections = corrections_of(measured, LIVE)
    shares = {}
    for m in measured:
        for kind in sorted({o.kind for o in m.fresh}):
            mine = [o for o in m.fresh if o.kind == kind]
            held = [o.waited <= calibration.corrected(o.drawn, o.kind, corrections[m.label])[2] + 1 for o in mine]
            if len(mine) >= CELL:
                shares[f"{m.label} {kind} ({len(mine)})"] = sum(held) / len(mine)
    below, above = ([f"{name} {_pct(x)}" for name, x in shares.items() if test(x)] for test in (lambda x: x < 0.845, lambda x: x > 0.955))
    return [
        f"hall and class, {CELL} numbers or more: {len(shares)}; below 85 %: {', '.join(below) or '-'}; above 95: {', '.join(above) or '-'}"
    ]


def _where_windows_differ(measured: list[Measured]) -> list[str]:
    """Where windows' days differ: who knows all but that day's windows; and the numbers taken about noon."""
    corrections, lines = corrections_of(measured, LIVE), []
    for m in measured:
        if not m.but_windows:
            continue
        told = [calibration.corrected(o.drawn, o.kind, corrections[m.label]) for o in m.fresh]
        for name, taken in (("all day", (0.0, 1440.0)), ("taken 11:30 to 13:30", AT_NOON)):
            some = [n for n, at in enumerate(m.taken) if taken[0] <= at <= taken[1]]
            mean = lambda off, some=some: sum(off[n] for n in some) / max(1, len(some)) / 60
            ways = {"error": (m.fresh, told), "by hours alone": (m.by_hours, None), "all but windows": (m.but_windows, None)}
            off = [f"{way} {mean(errors(*given)):.2f}" for way, given in (ways | {"knowing all": (m.oracle, None)}).items()]
            held = lambda some_told, some=some, m=m: _pct(sum(m.fresh[n].waited <= some_told[n][2] + 1 for n in some) / max(1, len(some)))
            lines.append(
                f"{m.label}, {name}: {len(some)} numbers, {', '.join(off)}; within p90 {held(told)}, "
                f"by hours alone {held([o.drawn for o in m.by_hours])}"
            )
    return lines


def _line(label: str, cells) -> str:
    return f"| {label} | " + " | ".join(cells) + " |"


def _pct(share: float) -> str:
    return f"{100 * share:.0f}"


def _rows(measured: list[Measured], corrections: dict[str, dict]) -> dict[str, dict[str, float]]:
    return {m.label: waits_row(m.fresh, m.oracle, corrections[m.label]) for m in measured}


def _mean(rows: dict[str, dict[str, float]]) -> dict[str, float]:
    return {k: float(np.mean([r[k] for r in rows.values()])) for k in next(iter(rows.values()))}


def _by_kind(measured: list[Measured], corrections: dict[str, dict]) -> list[str]:
    said = []
    for kind in sorted({o.kind for m in measured for o in m.fresh}):
        pairs = [(o, calibration.corrected(o.drawn, o.kind, corrections[m.label])) for m in measured for o in m.fresh if o.kind == kind]
        said.append(f"{kind} {_pct(sum(o.waited <= t[2] + 1 for o, t in pairs) / len(pairs))} of {len(pairs)}")
    return said


def rest_table(measured: list[Measured]) -> list[str]:
    """Alerts, order and staffing."""
    heads = (
        "named",
        "right",
        "broke",
        "found",
        "30 minutes",
        "own weights",
        "of the first days",
        "looked ahead",
        "most",
        "own weights",
        "strict",
        "best found",
        "hours",
        "said",
        "kept",
        "full",
    )
    lines = [_line("", heads), "|" + "---|" * (len(heads) + 1)]
    shares = {"alert_right", "alert_found", "hours", "said", "kept", "full"}
    keys = (
        "named",
        "alert_right",
        "broke",
        "alert_found",
        "ours",
        "own",
        "not_ahead",
        "ahead",
        "most",
        "own_most",
        "strict",
        "best",
        "hours",
        "said",
        "kept",
        "full",
    )
    shown = lambda f, k: "" if k not in f else _pct(f[k]) if k in shares else f"{f[k]:.0f}" if k in ("named", "broke") else f"{f[k]:.1f}"
    lines += [_line(m.label, (shown(m.figures, k) for k in keys)) for m in measured]
    hit = sum(round(m.figures.get("named", 0) * m.figures.get("alert_right", 0)) for m in measured)
    found = sum(round(m.figures.get("broke", 0) * m.figures.get("alert_found", 0)) for m in measured)
    named, broke = (sum(m.figures.get(k, 0) for m in measured) for k in ("named", "broke"))
    lines.append(_line("mean", (_mean_of(measured, k, shown) for k in keys)))
    return [*lines, "", f"named {named:.0f}, right {_pct(hit / max(1, named))}; broke {broke:.0f}, found {_pct(found / max(1, broke))}"]


def _mean_of(measured: list[Measured], key: str, shown) -> str:
    some = [m.figures[key] for m in measured if key in m.figures]
    return shown({key: float(np.mean(some))}, key) if some else ""


def as_kept(measured: list[Measured]) -> str:
    return json.dumps([asdict(m) for m in measured])


def kept(path: Path) -> list[Measured]:
    def one(m):
        back = lambda some: [WaitOutcome(**{k: tuple(v) if isinstance(v, list) else v for k, v in o.items()}) for o in some]
        return Measured(**{**m, **{part: back(m[part]) for part in ("past", "fresh", "oracle", "but_windows", "by_hours")}})

    return [one(m) for m in json.loads(path.read_text())]


@click.command()
@click.option("--quick", is_flag=True, help="One fresh day and few numbers: a few minutes.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(list(KINDS)), help="Only these.")
@click.option("--part", "parts", multiple=True, type=click.Choice(PARTS), help="Only these; `ahead` goes with `order`.")
@click.option("--seed", default=61, show_default=True, type=int)
@click.option("--numbers", default=150, show_default=True, type=click.IntRange(20), help="Waits told of each hall.")
@click.option("--keep", type=click.Path(path_type=Path), help="Write what was measured there, to draw the table from again.")
@click.option("--from", "again", multiple=True, type=click.Path(path_type=Path, exists=True), help="Draw the table from what was kept.")
def command(quick, kinds, parts, seed, numbers, keep, again):
    """The table of unseen kinds of halls, one kind left out at a time."""
    measured = [one for path in again for one in kept(path)]
    some = frozenset(parts or PARTS)
    place = {name: n for n, name in enumerate(KINDS)}
    for name in KINDS if not again else ():
        if not kinds or name in kinds:
            measured.append(
                measure(
                    name,
                    seed + place[SAME.get(name, name)],
                    Rules(),
                    numbers=50 if quick else numbers,
                    fresh=1 if quick else FRESH,
                    parts=some,
                )
            )
            click.echo(f"{measured[-1].label}: {measured[-1].seconds:.0f} s", err=True)
            if keep:
                keep.write_text(as_kept(measured))
    measured.sort(key=lambda m: (list(KINDS).index(m.name), m.seed))
    if measured[0].fresh:
        click.echo("\n".join(waits_table(measured)))
    if measured[0].figures:
        click.echo("\n".join(["", *rest_table(measured)]))


if __name__ == "__main__":
    command()
