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
    """A page to be printed, signed and filed: the QR code, and what it says in words."""
    from config import words

    from ..views.evaluations import qr_svg

    both = words.load()
    each = lambda key: " ".join(html.escape(text) for text in both.texts("checkpoint", key).values())
    part = lambda tag, key: "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in both.texts("checkpoint", key).values())
    facts = {"of_hall": made.hall, "up_to": made.seq, "signed_at": made.at, "chain": made.hash, "key": made.fingerprint}
    rows = "".join(f"<tr><th>{each(key)}<td>{html.escape(str(fact))}" for key, fact in facts.items())
    said = {"title": html.escape(both.text("checkpoint", "title")), "titles": part("h1", "title"), "kept": part("p", "keep")}
    return SHEET.format(**said, qr=qr_svg(made.text), rows=rows, by=each("kept_by"))


SHEET = """<!doctype html>
<html><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font: 11pt/1.6 system-ui, sans-serif; max-width: 17cm; margin: 1.5cm auto; color: #111 }}
h1 {{ font-size: 18pt; line-height: 1.3; margin: 0 }} h1 + h1 {{ font-size: 13pt; font-weight: 400; color: #444 }}
svg {{ width: 9cm; display: block; margin: .6cm -.27cm }} table {{ border-collapse: collapse; width: 100%; margin-bottom: .6cm }}
th, td {{ text-align: left; vertical-align: top; padding: 1.5mm 4mm 1.5mm 0; border-bottom: 1px solid #bbb }}
th {{ font-weight: 400; color: #444; white-space: nowrap }} td {{ font: 10pt/1.5 ui-monospace, monospace; overflow-wrap: anywhere }}
p {{ margin: 0 0 2mm }} .by {{ margin-top: 1.5cm; border-top: 1px solid #111; padding-top: 2mm; width: 9cm; color: #444 }}
@page {{ size: A4 }}
</style></head><body>{titles}{qr}<table>{rows}</table>{kept}<p class="by">{by}</p></body></html>
"""
