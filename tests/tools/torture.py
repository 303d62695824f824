"""`hall torture`: real processes driven to where halls break: clerks at one moment, a server killed at work, a kiosk that is alone.

Everything happens in a folder of its own, which is thrown away. The first promise that is broken ends it with a sentence and exit 1.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import click

from server.commands._hall import token
from server.commands._own import KeptConnection, OwnServer, config, ensure, share


@click.group(name="torture")
def command():
    """Break a hall on purpose, on this machine and in a folder of its own, and count whether anything was lost."""


@contextlib.contextmanager
def own_hall(windows: int, services: int = 1):
    folder = Path(tempfile.mkdtemp(prefix="hall-torture-"))
    server = OwnServer(folder / "data", config(folder / "server.toml", windows=windows, services=services))
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def prove(server: OwnServer) -> None:
    """The journal is whole, and all tables follow from it."""
    from server.record import audit

    verdict = audit.verify(server.folder)
    ensure(verdict.ok, f"hall verify: bad {verdict.bad}: {verdict.reason}")
    differences = audit.replay(server.folder)
    ensure(not differences, f"hall replay finds {len(differences)} differences, first: {differences[:1]}")
    click.echo(f"hall verify: ok {verdict.rows}; hall replay: no difference")


# -- two clerks at one moment


@command.command()
@click.option("--rounds", type=click.IntRange(1), default=200, show_default=True)
@click.option("--clerks", type=click.IntRange(2, 8), default=2, show_default=True)
def races(rounds, clerks):
    """Clerks press at one moment while one number waits: it is never at two windows, and nobody is left without an answer."""
    with own_hall(clerks) as server:
        kiosk = KeptConnection(server.port, token(server.folder, "kiosk"))
        lines = {str(no): KeptConnection(server.port, token(server.folder, "keypad", str(no))) for no in range(1, clerks + 1)}
        for no, line in lines.items():
            ensure(line.ask("PUT", f"/windows/{no}/state", {"state": "open"})[0] == 200, f"window {no} could not be opened")
        presses: list[float] = []
        wins = dict.fromkeys(lines, 0)
        for round in range(1, rounds + 1):
            ticket = kiosk.post("/tickets", {"service": "s1", "channel": "kiosk"})[1]
            given = {"ticket": ticket["id"]} if round % 2 else {}
            answers = _press(lines, given, presses)
            winners = [no for no, (status, _) in answers.items() if status == 201]
            others = {status for no, (status, _) in answers.items() if no not in winners}
            ensure(len(winners) == 1, f"round {round}: {ticket['number']} was given to {len(winners)} windows: {answers}")
            ensure(others == ({409} if given else {204}), f"round {round}: the others were answered {others}")
            ensure(answers[winners[0]][1]["id"] == ticket["id"], f"round {round}: another number was called")
            at = kiosk.get(f"/tickets/{ticket['id']}")[1]
            ensure((at["state"], at["window"]) == ("called", winners[0]), f"round {round}: the ticket stands at {at['window']}")
            wins[winners[0]] += 1
            for gesture in ("service", "completion"):
                ensure(lines[winners[0]].post(f"/tickets/{ticket['id']}/{gesture}")[0] == 201, f"round {round}: {gesture} was refused")
        won = ", ".join(f"window {no} {n}" for no, n in wins.items())
        click.echo(f"{rounds} races of {clerks} clerks: never one number at two windows (won: {won})")
        click.echo(f"a press: p50 {share(presses, 0.5) * 1000:.1f} ms, p99 {share(presses, 0.99) * 1000:.1f} ms")
        prove(server)


def _press(lines: dict[str, KeptConnection], body: dict, presses: list[float]) -> dict[str, tuple]:
    gate, answers = threading.Barrier(len(lines)), {}

    def press(no: str, line: KeptConnection) -> None:
        gate.wait()
        began = time.perf_counter()
        status, value, _ = line.post(f"/windows/{no}/calls", body)
        presses.append(time.perf_counter() - began)
        answers[no] = (status, value)

    threads = [threading.Thread(target=press, args=pair) for pair in lines.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


# -- processes that are killed


@command.command()
@click.option("--rounds", type=click.IntRange(1), default=200, show_default=True, help="Kills.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--boards", type=click.IntRange(1, 2000), default=20, show_default=True, help="Pages that listen, and all come back at once.")
@click.option("--whole", is_flag=True, help="Start each process as anybody would, with the forecast worker: ten times as long.")
def kill(rounds, seed, boards, whole):
    """Kill -9 of server, the process in it that answers, and display, at work and while they start; server, display and boards are frozen
    and go on: every answered press is there once.

    After each integrity_check, verify and replay; after every 25 also list, boards, windows and LED bars. About half a second each on
    a quiet machine.
    """
    from tools.faults import Broken
    from tools.kills import kills

    folder, killed = Path(tempfile.mkdtemp(prefix="hall-kill-")), Counter()
    try:
        for killed, answered, doubts in kills(folder, rounds=rounds, seed=seed, boards=boards, whole=whole):
            click.echo(f"{killed.total()} times: {answered} presses answered, {doubts} of them asked again, none lost, none done twice")
    except Broken as broken:
        raise click.ClickException(f"after {killed.total()} times of seed {seed}: {broken} (see {folder})") from broken
    shutil.rmtree(folder)
    click.echo(", ".join(f"{name} {count}" for name, count in sorted(killed.items())))


# -- strangers who want all lines


@command.command(name="siege")
@click.option("--seconds", type=click.FloatRange(0.2, 120), default=8.0, show_default=True, help="For each attack.")
@click.option("--boards", type=click.IntRange(1, 500), default=20, show_default=True)
@click.option("--only", multiple=True, metavar="ATTACK", help="One of them, as it is called in the table; may be given more than once.")
def siege_command(seconds, boards, only):
    """Strangers hold slow, silent and half-open lines, thousands of them: staff, a kiosk and boards with tokens go on meanwhile.

    Every answer must be right; the times beside the quiet ones are printed. About two minutes.
    """
    from tools.siege import ATTACKS, siege

    ensure(set(only) <= set(ATTACKS), f"the attacks are: {', '.join(ATTACKS)}")
    with own_hall(1) as server:
        found = siege(server, seconds=seconds, boards=boards, only=only)
        worst = max((ratio, what, attack) for what, ratios in found.items() for attack, ratio in ratios.items())
        click.echo(f"every answer was right; p99 at most {worst[0]:.1f} x quiet ({worst[1]}, {worst[2]})")
        prove(server)


# -- disks


@command.command(name="faults")
@click.option("--rounds", type=click.IntRange(1), default=5, show_default=True, help="Days that are recorded; two each.")
@click.option("--cuts", type=click.IntRange(4), default=40, show_default=True, help="Power cuts of each day, and of a kiosk alone.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the first round; each has the next one.")
def faults_command(rounds, cuts, seed):
    """Power cuts, full, failing, slow and lying disks, damaged logs: after each, what was answered is there once and all proves.

    Syncs and writes are recorded under SQLite, and the disk is made as a power cut at any moment could have left it. About a third of a
    second a cut.
    """
    import logging

    from tools.faults import Broken, faults

    logging.disable(logging.ERROR)  # hundreds of refusals that are meant
    counted: Counter[str] = Counter()
    for n in range(seed, seed + rounds):
        folder = Path(tempfile.mkdtemp(prefix="hall-faults-"))
        try:
            counted += faults(folder, seed=n, cuts=cuts)
        except Broken as broken:
            raise click.ClickException(f"seed {n}: {broken} (see {folder})") from broken
        shutil.rmtree(folder)
        click.echo(f"{n - seed + 1} rounds, {counted['power cuts']} power cuts: all adds up")
    click.echo("\n".join(f"{name} {count}" for name, count in sorted(counted.items())))


# -- the front server that ships as a file


@command.command(name="nginx")
def nginx_command():
    """The shipped nginx file before a working hall: pages, live connections, sizes, addresses, cookies.

    Needs nginx (apt install nginx-light). A few seconds.
    """
    from tools.behind import try_nginx

    folder = Path(tempfile.mkdtemp(prefix="hall-nginx-"))
    for sentence in try_nginx(folder):
        click.echo(sentence)
    shutil.rmtree(folder)


# -- whatever anybody may send


FUZZ = ("tests/fuzz", "tests/server/test_documents.py", "tests/drivers")


@command.command()
@click.option("--times", type=click.IntRange(1), default=20, show_default=True, help="How many times as many examples as in `hall test`.")
@click.option("--only", multiple=True, metavar="TESTS", help=f"Of {', '.join(FUZZ)}: as pytest names them; may be given more than once.")
def fuzz(times, only):
    """New random requests by every role at every endpoint, messages on sockets, config and hall files, lists, frames of devices.

    The tests of `hall test` with more examples, which are drawn anew each time. A 5xx, an answer that the documents do not say, or a
    traceback ends it with the request, made as small as it fails; memory, threads or open files that are ever more end it, too.
    """
    line = [sys.executable, "-m", "pytest", "-q", "-x", "--hypothesis-profile=default", *(only or FUZZ)]
    root = Path(__file__).resolve().parents[2]
    sys.exit(subprocess.run(line, cwd=root, env=os.environ | {"HALL_FUZZ": str(times)}, check=False).returncode)


# -- a kiosk that is alone


@command.command()
@click.option("--rounds", type=click.IntRange(1), default=500, show_default=True, help="Visitors; one fault each.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed, the same faults.")
@click.option("--keep", is_flag=True, help="Keep the folder also when all is well.")
def alone(rounds, seed, keep):
    """Cut the network and kill server and kiosk (-9) at random points while visitors take numbers at the kiosk.

    After every 25 visitors all must add up: no number lost, none given twice, nobody in line twice, all in the order of arrival. Exit 1 and
    one sentence otherwise; the folder with logs and databases is then kept. About three seconds a round.
    """
    from tools.alone import Broken, Torture

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
