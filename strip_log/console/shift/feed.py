"""A shift from a file or a pipe: nobody can be asked, and what is refused is printed back."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import click

from strip_log.console import terminal
from strip_log.console.session import current
from strip_log.console.shift.desk import Desk
from strip_log.console.shift.state import Answer, Shift, Typed
from strip_log.console.shift.talk import Stuck, answered, say
from strip_log.record.words import plural


def lines() -> Iterator[str]:
    """The lines of stdin as they come, in UTF-8 or UTF-16, with whatever line ends; none if it is
    closed."""
    if sys.stdin is None:
        return
    source = sys.stdin.buffer
    first = source.readline()
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield from _apart((first + source.read()).decode("utf-16", "replace"))
        return
    for line in chain([first.removeprefix(b"\xef\xbb\xbf")], source):
        yield from _apart(line.decode(errors="surrogateescape"))


def _apart(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")


def feed(desk: Desk, shift: Shift, lines: Iterable[str]) -> tuple[Shift, dict[int, str]]:
    """Answer each line; the shift after the last one, and the lines that were refused by their
    numbers."""
    refused: dict[int, str] = {}
    stuck = Stuck()
    numbered = enumerate(lines, 1)
    for number, line in numbered:
        with current().held():
            got = answered(desk, shift, Typed(line))
            shift = got.shift
            if got.refused:
                refused[number] = line
                terminal.echo(*_printed_back(number, line, got), err=True)
            else:
                say(got)
        if got.ends:
            break
        if stuck.after(got):
            terminal.echo(f"No line after number {number} was tried.", err=True)
            refused |= {number: line for number, line in numbered if line.strip()}
    return shift, refused


def _printed_back(number: int, line: str, got: Answer) -> list[str]:
    """Why a line was refused, and what to type in its place."""
    ways = [choice.line for choice in got.choices if choice.line]
    ways = ways or ([got.again] if got.again not in ("", line) else [])
    lead = "  It may mean:" if ways else "  It was:"
    return [f"Line {number} was not written. {got.told[0]}", *got.told[1:], lead,
            *(f"    {way}" for way in ways or [line])]  # fmt: skip


def report(refused: Mapping[int, str], written: bool) -> None:
    """List the lines that were refused, to be pasted, and end with the exit code for that."""
    if not refused:
        return
    lead = plural(len(refused), "This line was not written:", "These {} lines were not written:")
    terminal.echo(lead, *(f"  {line}" for line in refused.values()), err=True)
    click.get_current_context().exit(8 if written else 4)
