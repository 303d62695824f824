"""`hall verify`: reads the journal's chain and names the first bad row, and compares it with what was signed of it and kept elsewhere. It
changes nothing and may run beside the server."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from ._folder import DATA, a_whole_hall

UNTOLD = 2
MOST = 16  # processes that read a long journal at once


@click.command()
@DATA
@click.option("--checkpoint", "kept", metavar="FILE|DIR|-", help="A checkpoint that was kept elsewhere (file, the text of its QR code, a "
              "folder of them), or - for standard input.")  # fmt: skip
@click.option("--key", metavar="FINGERPRINT|FILE", help="The hall's key as it was noted, or an earlier checkpoint: others prove nothing.")
def command(folder, kept, key):
    """Check the journal: prints `ok <n>` for n sound events, or `bad <seq>: <reason>` for the first bad one (exit 1). Where words are
    kept beside the journal, stderr says how many are as they were written, and how many were forgotten.

    With --checkpoint also whether it is still the journal that was signed: exit 1 where events were cut off, put back or written anew.

    Works beside a running server. Exit 2 when there is no such folder, or where a checkpoint proves nothing (damaged, forged, another key).
    """
    from ..record import audit, checkpoint

    a_whole_hall(folder, older=True)
    if key and not kept:
        raise click.UsageError("--key goes with --checkpoint")
    try:
        signed = trusted(_read(kept), key) if kept else []
    except checkpoint.NotACheckpoint as unfit:
        _say(unfit.code, unfit.facts)
        sys.exit(UNTOLD)
    shares = min(os.cpu_count() or 1, MOST)
    with ProcessPoolExecutor(shares) as pool:  # starts none for a short journal
        verdict = audit.verify(folder, pool=pool, shares=shares)
    click.echo(f"ok {verdict.rows}" if verdict.ok else f"bad {verdict.bad}: {verdict.reason}")
    if verdict.ok and (verdict.words or verdict.forgotten):
        click.echo(f"words beside the journal: {verdict.words} as written, {verdict.forgotten} forgotten", err=True)
    found = checkpoint.compare(folder, signed)
    whole = [f for f in found if f.ok and (verdict.ok or f.checkpoint.seq < (verdict.bad or 0))]
    told = [*whole[-1:], *[f for f in found if not f.ok][:1]]
    for finding in told:
        _say(finding.code, finding.facts)
    sys.exit(0 if verdict.ok and all(f.ok for f in found) else 1)


def trusted(signed, key: str | None):
    """The checkpoints, if all are signed with the key that was noted; NotACheckpoint otherwise."""
    from ..record import checkpoint

    if key:
        noted = _read(key)[0].fingerprint if Path(key).is_file() else key
        for made in signed:
            if checkpoint.plain(made.fingerprint) != checkpoint.plain(noted):
                raise checkpoint.NotACheckpoint("untrusted", made.fingerprint)
    return signed


def _read(kept: str):
    from ..record import checkpoint

    if kept == "-":
        return [checkpoint.read(sys.stdin.read(), kept)]
    path = Path(kept)
    if not path.exists():
        raise click.ClickException(f"there is no file {path}.")
    return checkpoint.read_all(path)


def _say(code: str, facts: dict) -> None:
    from config import words

    for sentence in words.load().texts("checkpoint", code, **facts).values():
        click.echo(sentence)
