"""`hall simulate`: a hall's rules run over recorded or described days, two rule sets side by side. It writes nothing but its picture."""

import dataclasses
import json
import tomllib
from pathlib import Path

import click

MODES = ("fair", "most", "strict", "fifo")
USUAL = "30"  # minutes past the promise, as a new hall has it
WORDS = {"fair": "10 minutes (fair)", "most": "most promises kept", "strict": "strict priority", "fifo": "first come over all"}


@click.command()
@click.argument("days", metavar="DAYS", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--days", "folder", metavar="DAYS", type=click.Path(exists=True, path_type=Path), help="The same as the argument.")
@click.option("--made-up", metavar="N", type=click.IntRange(1, 1000), help="Instead of DAYS so many made-up halls nobody has seen.")
@click.option("--rules", "a", default=USUAL, show_default=True, metavar="MODE|FILE", help="First rule set: minutes, a mode or a file.")
@click.option("--against", "b", default="most", show_default=True, metavar="MODE|FILE", help="Second rule set.")
@click.option("--all-modes", is_flag=True, help="All four ways at once; strict and fifo are for comparison only.")
@click.option("--count", default=6, show_default=True, type=click.IntRange(1, 400), help="How many days of a described hall.")
@click.option("--seed", default=1, show_default=True, type=int, help="Chance of a described hall.")
@click.option("--demand", default=1.0, show_default=True, type=click.FloatRange(0.05, 5), help="Visitors, as a share of the described.")
@click.option("--check", is_flag=True, help="Also how true the waits and warnings told on these days would have been (some minutes).")
@click.option("--numbers", default=150, show_default=True, type=click.IntRange(10, 100_000), help="For --check: how many of each hall.")
@click.option("--best", is_flag=True, help="Also against strict priority and the best weights found for these very days.")
@click.option("--ahead", is_flag=True, help="Also with each call looked ahead at, as a running hall does (a minute for each day).")
@click.option("--staff", metavar="SHARE", type=click.FloatRange(0.1, 1.5), help="Also how many windows that share of the visitors needs.")
@click.option("--close", default="17:00", show_default=True, metavar="HH:MM", help="When the hall closes, for --staff.")
@click.option("--picture", metavar="FILE", type=click.Path(path_type=Path), help="Draw the comparison: .png or .svg.")
@click.option("--json", "as_json", is_flag=True, help="Figures as JSON.")
def command(days, folder, made_up, a, b, all_modes, count, seed, demand, check, numbers, best, ahead, staff, close, picture, as_json):
    """Runs the rules over DAYS: a folder of recorded halls (services.csv, windows.csv, tickets.csv, bookings.csv in each), one such
    hall, or a described hall (.toml, see config/days).

    MODE is how many minutes past the promise nobody in time goes before any more (fair: 10, most: as long as the cap), or for
    comparison strict or fifo. A FILE of rules (.json or .toml) holds what the settings page stores.
    """
    from ..forecast import described, simulate

    days = days or folder
    if picture and picture.suffix not in (".png", ".svg"):
        raise click.ClickException(f"{picture}: a picture is written as .png or .svg.")
    if made_up:
        halls = [described.describe(described.made_up(n), days=count, seed=n, demand=demand) for n in range(seed, seed + made_up)]
    elif days:
        halls = _halls(days, count, seed, demand)
    else:
        raise click.UsageError("which days? A folder of recorded halls or a description, e.g. config/days/county.toml.")
    sets = [_named(m) for m in (USUAL, *MODES)] if all_modes else [_named(a), _named(b)]
    table = [(hall.name, [simulate.judge(hall, rules) for _, rules in sets]) for hall in halls]
    names = [name for name, _ in sets]
    if as_json:
        found = {hall: {n: dataclasses.asdict(s) for n, s in zip(names, scores, strict=True)} for hall, scores in table}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo(as_text(names, table))
        if check:
            _checked(halls, [(name, rules) for name, rules in sets if not isinstance(rules, simulate.ForComparison)], numbers, click.echo)
        if ahead:
            _looked_ahead(halls, [(name, rules) for name, rules in sets if not isinstance(rules, simulate.ForComparison)], click.echo)
        if best:
            _against_the_best(halls, click.echo)
        for hall in halls if staff else ():
            for name, rules in sets:
                if not isinstance(rules, simulate.ForComparison):
                    click.echo(_staffing(hall, name, rules, staff, close))
    if picture:
        from server.reports import comparison

        comparison.draw(names, table, picture)
        click.echo(str(picture), err=as_json)


def _truth(hall: str, name: str, checked) -> str:
    from ..forecast import backtest

    f = backtest.figures(checked)
    shares = {k: f"{100 * v:.0f} %" for k, v in f.items()}
    return (
        f"{hall}, {name}: waits of {f['wait']:.0f} min told to {f['error']:.1f} min, {f['ratio']:.2f} x the smallest possible "
        f"(people ahead x average: {f['usual']:.1f} x); within p90 {shares['p90']}, p10-p90 {shares['inside']}, "
        f"5 min {shares['within_5']}; warnings ten minutes ahead: numbers {shares['ticket_right']} right, {shares['ticket_found']} found, "
        f"groups {shares['group_right']} and {shares['group_found']} ({f['n']} numbers)"
    )


def _checked(halls, sets, numbers: int, echo) -> None:
    from ..forecast import backtest

    for name, rules in sets:
        found = []
        for hall in halls:
            found.append(backtest.check(hall, rules, numbers=numbers))
            echo(_truth(hall.name, name, found[-1:]))
        if len(halls) > 1:
            echo(_truth("together", name, found))


def _looked_ahead(halls, sets, echo) -> None:
    """Each hall by the index alone and with each call looked ahead at, every day with what the others teach."""
    from ..forecast import ahead_days, backtest, simulate

    for name, rules in sets:
        gains = []
        for hall in halls:
            days, plain, ahead, turned = [], [], [], []
            for _, day, run, known in backtest.each_apart(hall, rules):
                other, some = ahead_days.play_ahead(hall, day, rules, known)
                days, plain, ahead, turned = [*days, day], [*plain, run], [*ahead, other], turned + some
            index, looked = (simulate.score(hall, days, runs, rules).score for runs in (plain, ahead))
            gains.append(looked - index)
            calls = sum(len(day.service) for day in days)
            share = 100 * sum(turned) / max(1, calls)
            echo(f"{hall.name}, {name}: looked ahead {looked:.1f}, by the index {index:.1f}; {share:.0f} % of calls turned")
        echo(f"together, {name}: {sum(gains) / len(gains):+.1f} points")


def _against_the_best(halls, echo) -> None:
    """Each mode against strict priority, and `most` against weights searched for the very same days."""
    from ..forecast import simulate

    rows = []
    for hall in halls:
        scores = [simulate.judge(hall, _rules(mode)).score for mode in ("fifo", "strict", "fair", "most")]
        rows.append((*scores, simulate.best_found(hall, _rules("most"), tries=120).score))
    fifo, strict, fair, most, best = (sum(column) / len(rows) for column in zip(*rows, strict=True))
    over = lambda n: sum(r[n] - r[1] for r in rows) / len(rows)
    below = lambda n: sum(r[n] < r[1] - 0.05 for r in rows)
    echo(
        f"{len(rows)} halls: first come {fifo:.1f}, strict {strict:.1f}, fair {fair:.1f}, most {most:.1f}, best found {best:.1f}\n"
        f"over strict: fair {over(2):+.1f} (below it in {below(2)}), most {over(3):+.1f} (below it in {below(3)}, worst "
        f"{min(r[3] - r[1] for r in rows):+.1f}); most is {best - most:.1f} below the best found, in {sum(r[4] - r[3] > 3 for r in rows)} "
        "halls more than 3"
    )


def _staffing(hall, name: str, rules, share: float, close: str) -> str:
    from ..forecast import backtest, simulate, staffing

    try:
        hour, minute = (int(x) for x in close.split(":"))
    except ValueError:
        raise click.ClickException(f"{close}: a time is written like 17:00.") from None
    known = backtest.learn_days(hall, range(len(hall.days)), [simulate.play(hall, day, rules) for day in hall.days])
    visitors = sum(len(day.service) for day in hall.days) / len(hall.days)
    end = hour * 60.0 + minute
    plan = staffing.plan_like(hall, rules, known, demand=share, visitors=visitors, bookings=hall.days[-1].bookings, close=end)
    times = ", ".join(f"{at // 60:02}:{at % 60:02} {n}" for at, n in plan.open)
    told = f"{hall.name}, {name}: {100 * share:.0f} % of the visitors need {plan.hours:.0f} of {plan.full_hours:.0f} window hours "
    told += f"({100 * plan.share:.0f} %). Windows open: {times}."
    test = staffing.tested(hall, rules, demand=share, close=end)
    if test is None:
        return told
    kept = lambda s: f"{100 * s.protected:.1f} % of green and booked, {100 * s.all:.1f} % of all"
    tried = f"Tried on each day, advised from the others: {100 * test.hours / test.full_hours:.1f} % of the hours keep {kept(test.advised)}"
    return f"{told} {tried} (all windows open: {kept(test.full)})"


def _halls(path: Path, count: int, seed: int, demand: float) -> list:
    from ..forecast import described, simulate

    try:
        if path.is_file():
            return [described.describe(tomllib.loads(path.read_text(encoding="utf-8")), days=count, seed=seed, demand=demand)]
        folders = [path] if (path / "tickets.csv").exists() else sorted(p for p in path.iterdir() if (p / "tickets.csv").exists())
        if not folders:
            raise click.ClickException(f"{path}: no recorded hall here (services.csv, windows.csv, tickets.csv, bookings.csv).")
        texts = lambda folder: {f: (folder / f).read_text(encoding="utf-8-sig") for f in simulate.READ if (folder / f).exists()}
        return [simulate.read_hall(folder.name, texts(folder)) for folder in folders]
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as e:
        raise click.ClickException(f"{path}: {e}") from None


def _rules(mode: str):
    from config.settings import Rules

    from ..forecast import simulate

    return simulate.with_mode(Rules(), mode)


def _named(text: str) -> tuple:
    from pydantic import ValidationError

    from config import settings

    if text in MODES:
        return WORDS[text], _rules(text)
    if text.isdecimal() and int(text) <= 1440:
        return f"{int(text)} minutes", settings.Rules(overdue_s=60 * int(text))
    path = Path(text)
    if not path.is_file():
        raise click.ClickException(f"{text}: neither minutes, a mode ({', '.join(MODES)}) nor a file of rules.")
    raw = path.read_text(encoding="utf-8")
    try:
        return path.stem, settings.parse("rules", tomllib.loads(raw) if path.suffix == ".toml" else json.loads(raw))
    except ValidationError as e:
        raise click.ClickException(f"{text}: {'; '.join(settings.sentences('rules', e))}") from None
    except ValueError as e:
        raise click.ClickException(f"{text}: {e}") from None


def as_text(names: list[str], table: list) -> str:
    """Each hall under each rule set: the score and what it is made of."""
    from tabulate import tabulate

    heads = ("hall", "rules", "score", "green+booked %", "all %", "worst group", "its %", "p99", "longest")
    rows = [
        (hall, name, s.score, 100 * s.protected, 100 * s.all, s.worst_group, 100 * s.worst, s.p99, s.longest)
        for hall, scores in table
        for name, s in zip(names, scores, strict=True)
    ]
    lines = [tabulate(rows, heads, floatfmt=("", "", ".1f", ".1f", ".0f", "", ".0f", ".0f", ".0f"))]
    if len(table) > 1:
        means = [sum(scores[n].score for _, scores in table) / len(table) for n in range(len(names))]
        lines += ["", "mean score: " + ", ".join(f"{name} {mean:.1f}" for name, mean in zip(names, means, strict=True))]
    lines.append(
        "Score: 100 x (0.4 green and booked kept + 0.3 all kept + 0.3 worst group kept) - 5 for each hour of the p99 beyond the first."
    )
    return "\n".join(lines)
