"""`hall torture`: breaks a hall on purpose, with real processes, and counts whether anything was lost. Never touches a real hall."""

import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

import click


@click.group(name="torture")
def command():
    """Break a hall on purpose, on this machine and in a folder of its own, and count whether anything was lost."""


@command.command()
@click.option("--rounds", type=click.IntRange(1), default=500, show_default=True, help="Visitors; one fault each.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, the same faults.")
@click.option("--keep", is_flag=True, help="Keep the folder also when all is well.")
def alone(rounds, seed, keep):
    """Cut the network and kill server and kiosk (-9) at random points while visitors take numbers at the kiosk.

    After every 25 visitors all must add up: no number lost, none given twice, nobody in line twice, all in the order of arrival. Exit 1 and
    one sentence otherwise; the folder with logs and databases is then kept. About three seconds a round.
    """
    from kiosk.torture import Broken, Torture

    folder = Path(tempfile.mkdtemp(prefix="hall-torture-"))
    begin = time.monotonic()
    torture = Torture(folder / f"seed-{seed}", seed=seed)
    faults = Counter()
    try:
        for n, fault in enumerate(torture.rounds(rounds), 1):
            faults[fault] += 1
            if n % 25 == 0 or n == rounds:
                click.echo(f"{n} rounds, {time.monotonic() - begin:.0f} s: all adds up")
    except Broken as broken:
        keep = True
        raise click.ClickException(f"round {sum(faults.values()) + 1} of seed {seed}: {broken}") from broken
    finally:
        torture.close()
        if not keep:
            shutil.rmtree(folder)
    click.echo(torture.result)
    click.echo("faults: " + ", ".join(f"{name} {count}" for name, count in sorted(faults.items())))
