"""The command `hall`: the list of all commands, and the one place that puts rooms together. A room is imported when its command is called.

A mistake is one clear sentence on stderr and a non-zero exit: 2 for a command that is written wrongly, 1 for everything else. A
traceback is printed only with --debug.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

ROOMS = ("server", "kiosk", "display", "drivers", "config")
TESTS = Path(__file__).resolve().parent / "tests"

# name: (where its click command stands, what `hall --help` says of it)
COMMANDS = {
    "backup": ("server.commands.backup:command", "Write the whole hall into one file and check it."),
    "backup-key": ("server.commands.backup:key", "Make the key pair that backups are encrypted to."),
    "bench": ("server.commands.bench:command", "Measure how fast this machine and its disk are for a hall."),
    "check": ("server.commands.check:command", "Say every mistake of a config at once."),
    "checkpoint": ("server.commands.checkpoint:command", "Sign what the journal is now, to be kept elsewhere."),
    "demo": ("server.commands.demo:command", "Show the whole hall on this machine, with visitors and clerks."),
    "devices": ("drivers.commands:devices", "Try each device of a kiosk or display."),
    "doctor": ("server.commands.doctor:command", "Say what is wrong with this machine's part of the hall, and what to do."),
    "display": ("display.commands:display", "Run the LED bars, call keypads and loudspeakers of this machine."),
    "export": ("server.commands.export:export", "Write the hall as it is set now as a hall file."),
    "import": ("server.commands.export:import_", "Put a hall file into a hall."),
    "kiosk": ("kiosk.commands:kiosk", "Run a kiosk: its card reader, its printer, its touch page."),
    "replay": ("server.commands.replay:command", "Rebuild all tables from the journal and compare."),
    "report": ("server.commands.report:command", "A day or a span of days in figures."),
    "restore": ("server.commands.restore:command", "Put a backup into a data folder and prove it."),
    "sbom": ("server.commands.sbom:command", "Say what this is made of, with licences; ask whether a weakness is known."),
    "server": ("server.commands.server:command", "Run the hall server until it is stopped."),
    "simulate": ("server.commands.simulate:command", "Run recorded or described days and compare rules."),
    "slip": ("kiosk.commands:slip", "Draw a sample slip, as the printer would get it."),
    "staff": ("server.commands.staff:command", "Add members of staff and look after their accounts."),
    "tls": ("server.commands.tls:command", "Make certificates of the hall's own, for nginx in front."),
    "token": ("server.commands.token:command", "Make, list and revoke tokens of devices and programs."),
    "verify": ("server.commands.verify:command", "Check the journal's chain, and what was signed of it."),
}
# Developers' instruments: they stand beside the tests and are there in a checkout only. Two words: a part of another command.
INSTRUMENTS = {
    "bench bounds": ("tools.bounds:command", "Measure weight, starts and slow disks against their bounds."),
    "bench kiosk": ("tools.kiosk_bench:command", "Measure how long a visitor waits at the kiosk."),
    "bench others": ("tools.others:command", "Measure the hall beside bare servers with the same commit."),
    "bench pages": ("tools.pages:command", "Measure the citizens' pages over a day."),
    "bench slip": ("tools.slip_bench:command", "Measure how long a slip takes to draw and to print."),
    "bench unseen": ("tools.unseen_halls:command", "Measure waits, warnings, order and staffing in halls of other kinds."),
    "picture": ("tools.picture:command", "Take the README's picture of a running hall."),
    "shots": ("tools.shots:command", "Take a picture of every page in every state."),
    "torture": ("tools.torture:command", "Break a hall on purpose and count whether anything was lost."),
}


def commands() -> dict[str, tuple[str, str]]:
    """What can be run here."""
    return COMMANDS | (INSTRUMENTS if (TESTS / "tools").is_dir() else {})


class Commands(click.Group):
    """The lists above, as click asks for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(name for name in commands() if " " not in name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, commands()[name][1]) for name in self.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name
        if name not in self.list_commands(ctx):
            return None
        command = load(commands()[name][0])
        for whole, (where, _) in commands().items():
            if whole.startswith(f"{name} "):
                if isinstance(command, click.Group):
                    command.add_command(load(where), whole.removeprefix(f"{name} "))
        _add_debug(command)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]):
        from config.mistakes import did_you_mean

        if args and not args[0].startswith("-") and args[0] not in self.list_commands(ctx):
            near = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"there is no command '{args[0]}'{near or '; hall --help lists them'}", ctx)
        return super().resolve_command(ctx, args)


def load(where: str) -> click.Command:
    module, _, name = where.partition(":")
    if module.startswith("tools.") and str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    return getattr(importlib.import_module(module), name)


def _add_debug(command: click.Command) -> None:
    if not any(p.name == "debug" for p in command.params):
        command.params.append(click.Option(["--debug"], is_flag=True, expose_value=False, help="Print the traceback of a mistake."))
    for child in getattr(command, "commands", {}).values():
        _add_debug(child)


@click.group(cls=Commands, context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 110})
@click.version_option(package_name="hallfloor", prog_name="hall")
@click.pass_context
def hall(context):
    """Queueing, calling and evaluation for a government service hall. `hall demo` shows the whole of it on this machine."""
    context.obj = Lent


class Lent:
    """What commands of the server use of another room: it imports none."""

    @staticmethod
    def voice(**settings):
        """What the server speaks with; None where nothing here can speak."""
        from drivers import speaker

        return speaker.voice(**settings)

    @staticmethod
    def devices(file: Path):
        """How each device of a kiosk's or display's file is: (as written, its status, a note)."""
        from drivers.commands import found

        return found(file)

    @staticmethod
    def unprintable(text: str) -> set[str]:
        """The characters of a text that a slip cannot show."""
        from drivers.printer import fonts

        return fonts.standard().missing(text)


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
    import sqlite3

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
    code, facts = getattr(error, "code", None), getattr(error, "facts", None)
    if code and isinstance(facts, dict) and type(error).__name__ == "HallUnfit":  # whoever starts a hall reads one of them
        from config import words

        both = words.load()
        return "\n".join(f"hall: {both.text('start', code, language, **facts)}" for language in both.languages)
    if code and isinstance(facts, dict):  # a refusal of the hall
        from config import words

        return f"hall: {words.load().refusal(code, 'en', **facts)}"
    if isinstance(error, sqlite3.DatabaseError):
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if kind in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return f"hall: the database cannot be read: {error}. Restore the last backup (hall restore)."
        return f"hall: the database cannot be used just now: {error}. Please try again."
    if isinstance(error, OSError) and error.strerror:
        return f"hall: {error.filename}: {error.strerror}." if error.filename else f"hall: {error.strerror}."
    text = str(error).strip().splitlines()
    said = text[0] if text else type(error).__name__
    if type(error).__module__.split(".")[0] in ROOMS:
        return f"hall: {said}"
    return f"hall: unexpected {type(error).__name__}: {said} (run it again with --debug for the details)"


if __name__ == "__main__":
    main()
