"""`hall shots`: a picture of every page in every sample state, language and size, to look through. It needs no hall and changes none."""

from pathlib import Path

import click


@click.command()
@click.argument("pages", nargs=-1, metavar="[PAGE]...")
@click.option("--out", metavar="DIR", type=click.Path(path_type=Path), default="shots", show_default=True, help="Folder for the pictures.")
@click.option("--state", help="Only this state.")
@click.option("--language", "languages", multiple=True, type=click.Choice(("zh", "en")), help="Only this language (may be given twice).")
@click.option("--size", "sizes", multiple=True, help="Only this size, e.g. 1080p, 4k, portrait, bar, 360.")
def command(pages, out: Path, state, languages, sizes):
    """Take pictures of all pages (or of the PAGEs named) into DIR/<page>/<state>.<size>.<language>.png, with an index.html beside them.

    Needs the built pages, Chromium and the test packages (./hall test brings them).
    """
    from display import shots

    unknown = [page for page in pages if page not in shots.PAGES]
    if unknown:
        raise click.ClickException(f"There is no page {unknown[0]}; the pages are {', '.join(shots.PAGES)}.")
    if not any(shots.built(page) for page in shots.PAGES):
        raise click.ClickException("The pages are not built: run ./hall setup, or npm ci && npm run build in display/web.")
    try:
        taken = shots.take(out, only=pages, state=state, languages=languages or shots.LANGUAGES, sizes=sizes, say=click.echo)
    except ImportError as error:
        raise click.ClickException(f"{error.name} is missing; ./hall test installs what pictures need.") from None
    click.echo(f"{len(taken)} pictures in {out.resolve()}; look through {(out / 'index.html').resolve()}")
