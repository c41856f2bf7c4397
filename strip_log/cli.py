"""The group: finds a command, and turns errors into exit codes.

`--help` imports no command, and every command imports only what it needs.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import StringIO
from typing import Any, NoReturn

import click

from strip_log import __version__
from strip_log.console import terminal
from strip_log.errors import EXIT_CODES, StriplogError
from strip_log.record.shown import typed

#: All commands in the order of a day's work, with their line in `--help`.
COMMANDS = {
    "add": "Write down the outcome of a strip.",
    "undo": "Take back the last change made here.",
    "list": "The latest tests.",
    "show": "One test with all its versions.",
    "edit": "Correct a test; what it was is kept.",
    "void": "Strike tests out: kept, never counted.",
    "unvoid": "Count struck-out tests again.",
    "history": "What was changed, when, and why.",
    "summary": "Positivity rates, with their intervals.",
    "export": "The tests themselves, as CSV or another format.",
    "import": "Spreadsheets in: CSV, XLSX and others, in any layout.",
    "merge": "Other logbooks in: every test, version and name.",
    "backup": "A checked copy of the logbook.",
    "restore": "The logbook as a copy has it; what it was is kept.",
    "doctor": "Whether the logbook is sound, and what can be mended.",
    "purge": "Tests from before a day out, for good.",
    "vocab": "The names of drugs and targets, and words for them.",
    "config": "Defaults and settings of this logbook.",
    "path": "Where the logbook is.",
    "demo": "A made-up logbook to look around in.",
    "completion": "A script that completes names on Tab.",
}

#: Commands whose words are worth typing only once: they are printed back when they fail.
_PRINTED_BACK = ("add", "edit", "void", "unvoid", "vocab", "config")


class Group(click.Group):
    """A group that imports `strip_log.commands.<name>` when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = import_module(f"strip_log.commands.{name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), what) for code, what in EXIT_CODES.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        names = [name for name in COMMANDS if name.startswith(incomplete)]
        found = [CompletionItem(name, help=COMMANDS[name]) for name in names]
        return found or click.Command.shell_complete(self, ctx, incomplete)

    def main(self, args: Sequence[str] | None = None, *_: Any, **__: Any) -> NoReturn:
        """Run and exit; the only place where an error becomes a message and an exit code."""
        words = list(sys.argv[1:] if args is None else args)
        sys.exit(self._status(words))

    def _status(self, words: list[str]) -> int:
        _tolerate(sys.stdout, sys.stderr)
        if module := sys.modules.get("strip_log.logbook.book"):
            module.Logbook.committed = False
        try:
            if instruction := os.environ.get("_STRIPLOG_COMPLETE"):
                return self._complete(instruction)
            # Not click's own main: it turns a closed pipe into exit code 1.
            with self.make_context("striplog", words) as ctx:
                self.invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return 0
        except click.exceptions.Exit as stop:
            return stop.exit_code
        except click.exceptions.NoArgsIsHelpError as error:
            terminal.echo(*error.format_message().split("\n"))
            return 0
        except click.ClickException as error:
            _explain(error)
            _print_back(words)
            return error.exit_code
        except StriplogError as error:
            what, *lines = error.args or ("",)
            terminal.echo(f"striplog: {what}", *lines, err=True)
            _print_back(error.again or words)
            return error.exit_code
        except (click.Abort, KeyboardInterrupt, EOFError):
            said = _WRITTEN if _committed() else "Nothing was written."
            terminal.echo("", f"Stopped. {said}", err=True)
            return 130
        except BrokenPipeError:
            _discard_stdout()
            return 141
        except OSError as error:
            _discard_stdout()
            why = f"Cannot write the answer: {error.strerror or error}."
            terminal.echo(f"striplog: {why}{f' {_WRITTEN}' if _committed() else ''}", err=True)
            return 8 if _committed() else 1

    def _complete(self, instruction: str) -> int:
        """Answer a shell that asks what may come next."""
        import_module("strip_log.console.completion")  # makes PowerShell known to click
        complete = import_module("click.shell_completion").shell_complete
        return int(complete(self, {}, "striplog", "_STRIPLOG_COMPLETE", instruction))


#: Said when something fails after a change was committed, so that nobody types it again.
_WRITTEN = "The change itself is written: striplog history shows it."


def _committed() -> bool:
    """Whether this process has committed a change; without the logbook's module it has none."""
    module = sys.modules.get("strip_log.logbook.book")
    return bool(module and module.Logbook.committed)


def _tolerate(*streams: Any) -> None:
    """Let a stream that cannot show a character spell it out instead of failing."""
    for stream in streams:
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _explain(error: click.ClickException) -> None:
    """Print what click says of a command line that it does not understand."""
    said = StringIO()
    error.show(said)
    terminal.echo(*said.getvalue().rstrip("\n").split("\n"), err=True)


def _print_back(words: Sequence[str]) -> None:
    """Show what was typed, so that it can be pasted again."""
    reads = {"list", "get"} & set(words)  # of vocab and config
    command = next((word for word in words if word in COMMANDS), "")
    if len(words) > 1 and not reads and command in _PRINTED_BACK:
        line = typed("striplog", *words)
        terminal.echo("Nothing was written. You typed:", f"  {line}", err=True)


def _discard_stdout() -> None:
    """Nobody reads any more: what is left must not fail once more when Python exits."""
    if sys.stdout is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):
        pass


@click.command(
    cls=Group,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="striplog %(version)s")
@click.option("--logbook", metavar="FILE", help="Use this logbook instead of the usual one.")
@click.pass_context
def striplog(ctx: click.Context, logbook: str | None) -> None:
    """The logbook for drug-checking test strips.

    One line (the control line only) is POSITIVE. Two lines, however faint the second, are NEGATIVE.
    No control line is INVALID: test again with a new strip.

    \b
      striplog add pos --drug down        write an outcome down
      striplog add fentanyl=pos benzo=neg several strips, one sample
      striplog undo                       take it back
      striplog summary                    positivity, by drug
      striplog export > tests.csv         the tests, for a spreadsheet
    """
    ctx.meta["striplog.logbook"] = logbook


def main() -> NoReturn:
    """The entry point of the command `striplog`.

    Leaves without tidying up what ends with the process anyway: everything is closed and flushed
    here, and taking the modules apart costs a sixth of the time that `add` has.
    """
    try:
        striplog.main()
    except SystemExit as stop:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                if stream is not None:
                    stream.flush()
        os._exit(stop.code if isinstance(stop.code, int) else 1)
