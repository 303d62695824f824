"""The command `hall`. Each command is one file in server/commands, imported when it is called; nothing is decided here.

A mistake is one clear sentence on stderr and a non-zero exit: 2 for a command that is written wrongly, 1 for everything else. A
traceback is printed only with --debug.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import click

from server import commands


class Commands(click.Group):
    """The files of server/commands, by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for _, name, _ in pkgutil.iter_modules(commands.__path__) if not name.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"server.commands.{name}").command
        _add_debug(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]):
        from config.mistakes import did_you_mean

        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            near = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"there is no command '{args[0]}'{near or '; hall --help lists them'}", ctx)
        return super().resolve_command(ctx, args)


def _add_debug(command: click.Command) -> None:
    if not any(p.name == "debug" for p in command.params):
        command.params.append(click.Option(["--debug"], is_flag=True, expose_value=False, help="Print the traceback of a mistake."))
    for child in getattr(command, "commands", {}).values():
        _add_debug(child)


@click.group(cls=Commands, context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110})
@click.version_option(package_name="hallfloor", prog_name="hall")
def hall():
    """Queueing, calling and evaluation for a government service hall. `hall demo` shows the whole of it on this machine."""


_add_debug(hall)


def main(argv: list[str] | None = None) -> None:
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        code = hall.main(argv, prog_name="hall", standalone_mode=False)
    except Exception as error:  # noqa: BLE001  the last place: every mistake becomes a sentence
        if "--debug" in argv:
            raise
        code = getattr(error, "exit_code", 1) if isinstance(error, click.ClickException) else 1
        click.echo(sentence(error), err=True)
    except KeyboardInterrupt:
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def sentence(error: BaseException) -> str:
    """What went wrong, for a person at a terminal. Lines of a ConfigError stand each for themselves."""
    from config import ConfigError

    if isinstance(error, click.UsageError):
        where = error.ctx.command_path if error.ctx else "hall"
        said = error.format_message().rstrip(".")
        return f"{where}: {said[:1].lower()}{said[1:]}." if not said.endswith("?") else f"{where}: {said[:1].lower()}{said[1:]}"
    if isinstance(error, click.ClickException):
        return f"hall: {error.format_message()}"
    if isinstance(error, click.Abort):
        return "hall: stopped."
    if isinstance(error, ConfigError):
        return str(error)
    if hasattr(error, "code") and hasattr(error, "facts"):  # a refusal of the hall
        from config import words

        return f"hall: {words.load().refusal(error.code, 'en', **error.facts)}"
    if isinstance(error, OSError) and error.strerror:
        return f"hall: {error.filename}: {error.strerror}." if error.filename else f"hall: {error.strerror}."
    text = str(error).strip().splitlines()
    said = text[0] if text else type(error).__name__
    if type(error).__module__.split(".")[0] in ("server", "kiosk", "display", "drivers", "config"):
        return f"hall: {said}"
    return f"hall: unexpected {type(error).__name__}: {said} (run it again with --debug for the details)"


if __name__ == "__main__":
    main()
