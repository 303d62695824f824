"""`hall checkpoint`: signs what the journal is now, to be kept away from this machine. It changes nothing in the hall."""

import html
from pathlib import Path

import click

from ._folder import DATA, a_whole_hall


@click.command()
@DATA
@click.option("--qr", is_flag=True, help="Draw it as a QR code on the terminal, too.")
@click.option("--out", metavar="FILE|DIR", type=click.Path(path_type=Path),
              help="Write it to a file: .json, or .html, a sheet to be printed and signed. A folder: a .json in it.")  # fmt: skip
def command(folder, qr, out):
    """Sign the journal as it stands now: hall, last event, hash of the chain, time, key. Prints it as one line.

    Works beside a running server. Keep it where nobody who keeps this machine can change it: `hall verify --checkpoint FILE` then proves
    whether anything up to that event was cut off, put back or written anew.
    """
    from ..app import wall_clock
    from ..record import checkpoint

    if out is not None and not out.is_dir() and out.suffix not in (".json", ".html"):
        raise click.ClickException(f"{out}: a checkpoint is written as .json or .html, or into a folder that is there.")
    try:
        made = checkpoint.make(a_whole_hall(folder), clock=wall_clock)
    except checkpoint.NothingToSign as nothing:
        raise click.ClickException(str(nothing)) from None
    if out is not None and out.suffix == ".html" and not out.is_dir():
        out.write_text(sheet(made), encoding="utf-8")
    elif out is not None:
        out = checkpoint.write(made, out / made.file_name if out.is_dir() else out)
    click.echo(made.text)
    if qr:
        import qrcode

        code = qrcode.QRCode(border=2)
        code.add_data(made.text)
        code.print_ascii()
    for line in lines(made):
        click.echo(line, err=True)
    if out is not None:
        click.echo(str(out), err=True)


def lines(made) -> list[str]:
    """What a checkpoint says, in every language."""
    from config import words

    facts = {"hall": made.hall, "seq": made.seq, "at": made.at, "hash": made.hash, "key": made.fingerprint}
    return list(words.load().texts("checkpoint", "says", **facts).values())


def sheet(made) -> str:
    """A page to be printed: the QR code and what it says."""
    from config import words

    from ..views.evaluations import qr_svg

    both = words.load()
    part = lambda tag, text: f"<{tag}>{html.escape(text)}</{tag}>"
    titles = "".join(part("h1", text) for text in both.texts("checkpoint", "title").values())
    told = "".join(part("p", text) for text in (*lines(made), *both.texts("checkpoint", "keep").values()))
    return SHEET.format(title=html.escape(both.text("checkpoint", "title")), titles=titles, qr=qr_svg(made.text), told=told)


SHEET = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 12pt/1.6 system-ui, sans-serif; max-width: 17cm; margin: 2cm auto; overflow-wrap: anywhere }}
h1 {{ font-size: 18pt; margin: 0 }} svg {{ width: 9cm; display: block; margin: 1cm 0 }} @page {{ size: A4 }}
</style></head><body>{titles}{qr}{told}</body></html>
"""
