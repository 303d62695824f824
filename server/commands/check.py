"""`hall check`: says every mistake of a config at once. It opens no device and no database."""

from pathlib import Path

import click


@click.command()
@click.option("--config", "files", metavar="FILE", multiple=True, help="A server, kiosk, display or hall file; may be given again.")
@click.option("--divisions", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="A list of division codes, one a line.")
@click.argument("more", nargs=-1, metavar="[FILE]...")
def command(files, more, divisions):
    """Say every mistake of a config at once: key, value, what is allowed, and what was probably meant.

    What is only odd is said too, in the hall's own language, and stops nothing.

    With --divisions, the codes of halls are looked up in a list as the state publishes it: each line a code of 6, 9 or 12 digits, its
    name behind it.

    The kind of file (server, kiosk, display, hall) is known by its tables. Without a file the shipped ones are checked.
    """
    from config import ConfigError, load, paths, words
    from config import divisions as lists

    chosen = [*files, *more] or [paths.config_dir() / f"{n}.toml" for n in ("server", "kiosk", "display")]
    bad = 0
    try:
        known = lists.read(Path(divisions)) if divisions else None
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{divisions}: {error}") from None
    for file in chosen:
        try:
            kind = load.kind_of(file)
            checked = load.any_file(file)
            if known and (strange := load.strangers(checked, file, known, divisions)):
                raise ConfigError(strange)
            click.echo(f"{file}: ok ({kind})")
            for doubt in load.doubts(checked):
                look = words.load().text("doubts", "look", load.language_of(checked), file=str(file), doubt=doubt)
                click.echo(look, err=True)
        except ConfigError as error:
            bad += len(error.mistakes)
            click.echo(str(error), err=True)
    if bad:
        raise click.ClickException(f"{bad} mistake{'s' if bad > 1 else ''}; nothing was changed.")
