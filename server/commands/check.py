"""`hall check`: says every mistake of a config at once. It opens no device and no database."""

import click


@click.command()
@click.option("--config", "files", metavar="FILE", multiple=True, help="A server, kiosk, display or hall file; may be given again.")
@click.argument("more", nargs=-1, metavar="[FILE]...")
def command(files, more):
    """Say every mistake of a config at once: key, value, what is allowed, and what was probably meant.

    What is only odd is said too, in the hall's own language, and stops nothing.

    The kind of file (server, kiosk, display, hall) is known by its tables. Without a file the shipped ones are checked.
    """
    from config import ConfigError, load, paths, words

    chosen = [*files, *more] or [paths.config_dir() / f"{n}.toml" for n in ("server", "kiosk", "display")]
    bad = 0
    for file in chosen:
        try:
            kind = load.kind_of(file)
            checked = load.any_file(file)
            click.echo(f"{file}: ok ({kind})")
            for doubt in load.doubts(checked):
                look = words.load().text("doubts", "look", load.language_of(checked), file=str(file), doubt=doubt)
                click.echo(look, err=True)
        except ConfigError as error:
            bad += len(error.mistakes)
            click.echo(str(error), err=True)
    if bad:
        raise click.ClickException(f"{bad} mistake{'s' if bad > 1 else ''}; nothing was changed.")
