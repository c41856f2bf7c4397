"""The command line: finds the command that was typed, and turns errors into exit codes.

`--help` imports no command, and each command imports only what it needs.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import StringIO
from typing import Any, NoReturn

import click

from strip_log import __version__
from strip_log.console import terminal
from strip_log.console.explained import FILE, Explained, version
from strip_log.console.session import Session, remember
from strip_log.errors import EXIT_CODES, Missing, StriplogError
from strip_log.record.shown import typed

#: All commands in the order of a day's work, each with its line in `--help`.
COMMANDS = {
    "add": "Write down the outcome of a strip.",
    "shift": "Write down a whole shift at one prompt, a line a sample.",
    "undo": "Undo the last change made in this logbook.",
    "list": "List the latest tests.",
    "samples": "List samples, with what each target's strip showed.",
    "show": "Show one test and every version of it.",
    "edit": "Correct tests. The old versions are kept.",
    "void": "Strike out tests: kept, but no longer counted.",
    "unvoid": "Count struck-out tests again.",
    "duplicates": "List tests that may have been typed twice.",
    "history": "Show what was changed, when and why.",
    "summary": "Show positivity rates with their intervals.",
    "signals": "Say what differs from the weeks before: rises, falls, first positives.",
    "cross": "Cross two targets, or outcomes and a field, with their intervals.",
    "lots": "List the lots of strips, and say which to stop using.",
    "accuracy": "Compare strips with the lab: how often they are right.",
    "export": "Export the tests themselves, as CSV or another format.",
    "import": "Import spreadsheets: CSV, XLSX and others, in any layout.",
    "merge": "Merge other logbooks into this one.",
    "push": "Push what is new in this logbook to a hub.",
    "backup": "Make a checked copy of the logbook.",
    "restore": "Restore the logbook from a copy. The present one is kept.",
    "doctor": "Check the logbook, and repair what can be repaired.",
    "erase": "Erase fields of tests, or whole tests, for good.",
    "purge": "Remove tests from before a given day, for good.",
    "hub": "Make a hub that sites push to, and look after it.",
    "vocab": "List and change the names of drugs and targets.",
    "config": "List and change settings and defaults.",
    "path": "Print where the logbook is.",
    "demo": "Make a made-up logbook to explore.",
    "completion": "Print a script that completes names on Tab.",
}

#: Commands with a lot to type. When one fails, it is printed so that it can be pasted again.
_PRINTED_BACK = ("add", "edit", "void", "unvoid", "erase", "vocab", "config", "hub")


class Group(Explained, click.Group):
    """A group that imports `strip_log.commands.<name>` when that command runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = f"strip_log.commands.{name}"
        command = (sys.modules.get(module) or _loaded(module)).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] == "help":
            if not args[1:]:
                terminal.echo(*ctx.get_help().split("\n"))
                ctx.exit()
            args = [*args[1:], "--help"]
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
        """Run the command and exit. Changes to signals and streams are undone first."""
        words = list(sys.argv[1:] if args is None else args)
        with Session() as session:
            code = self.code(words, session)
        sys.exit(code)

    def code(self, words: list[str], session: Session) -> int:
        """Run a command and return its exit code. Errors become messages here and nowhere else."""
        try:
            session.code = self._code(words, session)
        except (click.Abort, KeyboardInterrupt, EOFError):
            session.code = 128 + (session.signal or signal.SIGINT)
            _tell("", f"Stopped. {session.said or 'Nothing was written.'}")
            so_far = session.so_far or (_printed_back(words) if session.asked else ())
            if len(so_far) > 1 and not session.written:
                _tell("So far you have typed:", f"  {session.command(*so_far)}")
        return session.code

    def _code(self, words: list[str], session: Session) -> int:
        try:
            code = self._run(words, session)
            if sys.stdout is not None:
                sys.stdout.flush()
            return code
        except click.exceptions.NoArgsIsHelpError as error:
            terminal.echo(*error.format_message().split("\n"))
            return 0
        except click.ClickException as error:
            advice = import_module("strip_log.console.advice")  # seldom needed
            advised = list(advice.advice(error, words, session, COMMANDS))
            if isinstance(error, click.BadOptionUsage):  # its value is missing
                advised = advice.example_of(words, session, self, error.option_name)
            if advised and isinstance(error, advice.UNKNOWN):
                error.possibilities = None  # which are only spelled alike
            said = StringIO()
            error.show(said)
            _tell(*said.getvalue().rstrip("\n").split("\n"), *advised)
            _print_back(words, session)
            return error.exit_code
        except StriplogError as error:
            if session.stopped():  # the failure is a consequence of being stopped
                raise KeyboardInterrupt from None
            what, *lines = session.told(error)
            if isinstance(error, Missing):
                lines += import_module("strip_log.console.advice").example_of(words, session, self)
            _tell(f"striplog: {what}", *lines)
            if error.again is not None:
                _print_back(error.again or words, session)
            return 8 if session.written and error.exit_code == 1 else error.exit_code
        except BrokenPipeError:
            if not session.written:
                return 141
            _tell(f"striplog: The answer was not read to its end. {session.said}")
            return 8
        except OSError as error:
            why = f"Cannot write the answer: {error.strerror or error}."
            _tell(f"striplog: {why} {session.said}".rstrip())
            return 8 if session.written else 1

    def _run(self, words: list[str], session: Session) -> int:
        if shell := os.environ.get("_STRIPLOG_COMPLETE"):
            return self._complete(shell, words, session)
        try:
            # Not click's own main: it turns a closed pipe into exit code 1.
            with self.make_context("striplog", words, obj=session) as ctx:
                self.invoke(ctx)
            return 0
        except click.exceptions.Exit as stop:
            return stop.exit_code

    def _complete(self, shell: str, words: list[str], session: Session) -> int:
        """Answer the completion script of a shell, which asks what may come next."""
        answer = import_module("strip_log.console.completion").answer
        for line in answer(self, session, shell, words):
            terminal.value(line)
        return 0


def _loaded(module: str) -> Any:
    """The module of a command, and all that it imports: nothing of that is ever garbage, and to
    look for some in it would take a twentieth of the time of `add`."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def _tell(*lines: str) -> None:
    """Print lines on stderr, if it can be written to."""
    with suppress(OSError):
        terminal.echo(*lines, err=True)


def _print_back(words: Sequence[str], session: Session) -> None:
    """Print what was typed, to be pasted again; or, if something was written, say what."""
    if session.written:
        _tell(session.said)
        return
    if _printed_back(words):
        _tell("Nothing was written. You typed:", f"  {typed('striplog', *words)}")


def _printed_back(words: Sequence[str]) -> tuple[str, ...]:
    """The words that were typed, if there is enough in them to be printed back; else none."""
    reads = {"list", "get", "status"} & set(words)  # of vocab, config and hub
    command = next((word for word in words if word in COMMANDS), "")
    return tuple(words) if len(words) > 1 and not reads and command in _PRINTED_BACK else ()


@click.command(
    cls=Group,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@version(f"striplog {__version__}")
@click.option(
    "--logbook",
    metavar="FILE",
    type=FILE,
    expose_value=False,
    callback=remember,
    help="Use this logbook instead of the usual one.",
)
def striplog() -> None:
    """The logbook for drug-checking test strips.

    One line (the control line only) is POSITIVE. Two lines, however faint the second, are NEGATIVE.
    No control line is INVALID: test again with a new strip.

    \b
      striplog add                        record an outcome: it asks
      striplog add down f+ b-             two strips of one sample, typed at once
      striplog shift                      a whole shift at one prompt
      striplog undo                       take it back
      striplog summary                    positivity, by drug
      striplog export > tests.csv         the tests, for a spreadsheet
    """


#: How many new containers there are before Python looks for garbage among them. Large tables are
#: none, and to look through them takes a tenth of the time.
_GARBAGE = 50_000


def main() -> NoReturn:
    """The entry point of the command `striplog`.

    It ends the process directly, once all is closed and flushed: the usual clean-up of modules
    would take a sixth of the time budget of `add`.
    """
    while None in (sys.stdin, sys.stdout, sys.stderr) and os.open(os.devnull, os.O_RDWR) < 3:
        pass  # a file that is opened later must not take the place of a stream that is closed
    gc.set_threshold(_GARBAGE)
    session = Session(ends_the_process=True)
    with session:
        code = striplog.code(sys.argv[1:], session)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                if stream is not None:
                    stream.flush()
        os._exit(code)
