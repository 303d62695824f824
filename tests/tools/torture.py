"""`hall torture`: real processes driven to where halls break: clerks at one moment, a server killed at work, a kiosk that is alone.

Everything happens in a folder of its own, which is thrown away. The first promise that is broken ends it with a sentence and exit 1.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import click
import urllib3

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


# -- a server that is killed


class Kiosk(threading.Thread):
    """Takes numbers without a pause, each under a key of its own, until the server is gone or `stop` is set."""

    def __init__(self, port: int, bearer: str, stop: threading.Event):
        super().__init__(daemon=True)
        self._line, self._stop_it = KeptConnection(port, bearer), stop
        self.answered: dict[str, dict] = {}  # key -> ticket
        self.doubt: list[str] = []  # keys whose request got no answer
        self.wrong: list[tuple] = []

    def run(self):
        while not self._stop_it.is_set():
            key = secrets.token_hex(16)
            try:
                status, ticket, _ = self._line.post("/tickets", BODY, key)
            except urllib3.exceptions.HTTPError:
                self.doubt.append(key)
                return
            if status == 201:
                self.answered[key] = ticket
            elif status == 503:  # stopping: nothing was taken
                self.doubt.append(key)
            else:
                self.wrong.append((status, ticket))


BODY = {"service": "s1", "channel": "kiosk"}


@command.command()
@click.option("--rounds", type=click.IntRange(1), default=50, show_default=True)
@click.option("--kiosks", type=click.IntRange(1, 32), default=6, show_default=True)
@click.option("--seed", type=int, default=None, help="For the moments of the kills.")
def kill(rounds, kiosks, seed):
    """The server is killed with -9 while numbers are taken: every answered one is there once, a retried request gives the same."""
    chance = random.Random(seed)
    with own_hall(2) as server:
        bearer, auditor = token(server.folder, "kiosk"), token(server.folder, "auditor")
        known: dict[str, dict] = {}
        doubts, back = 0, []
        for round in range(1, rounds + 1):
            stop = threading.Event()
            threads = [Kiosk(server.port, bearer, stop) for _ in range(kiosks)]
            for thread in threads:
                thread.start()
            time.sleep(chance.uniform(0.05, 0.6))
            began = time.perf_counter()
            if not (round % 3 == 0 and server.kill_worker()):
                server.kill()
                server.start()
            stop.set()
            for thread in threads:
                thread.join(60)
            server.wait()
            back.append(time.perf_counter() - began)
            answered = {k: t for thread in threads for k, t in thread.answered.items()}
            doubt = [k for thread in threads for k in thread.doubt]
            wrong = [w for thread in threads for w in thread.wrong]
            ensure(not wrong, f"round {round}: unexpected answers {wrong[:2]}")
            line = KeptConnection(server.port, bearer)
            for key, ticket in answered.items():
                number, found = ticket["number"], line.get(f"/tickets/{ticket['id']}")
                ensure(found[0] == 200 and found[1]["number"] == number, f"round {round}: {number} was answered and is gone")
                again = line.post("/tickets", BODY, key)
                ensure(again[1]["id"] == ticket["id"] and again[2], f"round {round}: {number} asked again became {again[1]['number']}")
            for key in doubt:
                status, ticket, _ = line.post("/tickets", BODY, key)
                ensure(status == 201, f"round {round}: a retried request was refused with {status}")
                answered[key] = ticket
            known |= answered
            doubts += len(doubt)
            there = KeptConnection(server.port, auditor).all_of("/tickets")
            ensure(len(there) == len(known), f"round {round}: {len(known)} requests made {len(there)} tickets")
            numbers = {t["number"] for t in there}
            ensure(len(numbers) == len(there), f"round {round}: a number was given twice")
            if round % 10 == 0 or round == rounds:
                click.echo(f"{round} kills: {len(known)} numbers, {doubts} requests in doubt, none lost, none twice")
        click.echo(f"back after a kill: p50 {share(back, 0.5):.2f} s, longest {max(back):.2f} s")
        prove(server)


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


# -- whatever anybody may send


FUZZ = ("tests/fuzz", "tests/server/test_documents.py", "tests/drivers")


@command.command()
@click.option("--times", type=click.IntRange(1), default=20, show_default=True, help="How many times as many examples as in `hall test`.")
@click.option("--only", multiple=True, metavar="TESTS", help=f"Of {', '.join(FUZZ)}: as pytest names them; may be given more than once.")
def fuzz(times, only):
    """New random requests by every role at every endpoint, messages on sockets, config and hall files, lists, frames of devices.

    The tests of `hall test` with more examples, which are drawn anew each time. A 5xx, an answer that the documents do not say, or a
    traceback ends it with the request, made as small as it fails.
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
