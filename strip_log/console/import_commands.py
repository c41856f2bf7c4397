"""The import commands that a report tells a person to type, with all that was typed before.

Each can be pasted as it stands.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from strip_log.console import options
from strip_log.disk import numbered
from strip_log.importing.columns.columns import typed_as
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.request import Answers, ImportRequest
from strip_log.importing.incomplete import Incomplete
from strip_log.importing.result import ImportResult, SheetResult
from strip_log.record.shown import typed, undashed

#: No roles of columns.
NONE: Mapping[str, str] = MappingProxyType({})

#: The options that refused rows do not need when they come back. --dates is added by itself, since
#: the result knows which order the dates had.
_ONCE = ("files", "dates", "sheet", "rejects", "save_layout", "strict", "dry_run")


def import_again(
    result: ImportResult, *more: str, roles: Mapping[str, str] = NONE, save: bool = False
) -> str:
    """The command of this import with more options, and with these roles of columns by header.

    A layout that is saved already is saved once more, in another file, only with `save`.
    """
    path = result.request.save_layout
    if path and os.path.lexists(path):
        more = (*more, *(("--save-layout", _free(path)) if save else ()))
        leave: tuple[str, ...] = ("files", "dry_run", "save_layout")
    else:
        leave = ("files", "dry_run")
    if {"--again", "--update"} & {*more}:  # each says the opposite of the other
        leave += ("again", "update")
    files, again = map(_path, result.request.files), _retyped(leave, _said(result), roles, more)
    return options.command("import", *files, *again, *more)


def instead(result: ImportResult, *more: str, roles: Mapping[str, str] = NONE) -> Iterator[str]:
    """The commands that take this import back, where it wrote anything, and do it differently."""
    yield from undone(result)
    yield f"  {import_again(result, *more, roles=roles, save=True)}"


def undone(result: ImportResult) -> Iterator[str]:
    """The command that takes this import back, where it wrote anything."""
    if result.written:
        yield f"  {options.command('undo')}"


def refused_again(result: ImportResult, one: SheetResult, *more: str) -> str:
    """The command that imports the file of refused rows of a sheet."""
    again = [*_learned(one), *more]
    path = undashed(str(one.rejects_file))
    return options.command("import", path, *_retyped(_ONCE, _said(result), {}, again), *again)


def _said(result: ImportResult) -> Answers:
    """What somebody answered, with the roles of columns that were typed."""
    return _together(result.request.answers, result.request)


def _together(answers: Answers, request: ImportRequest) -> Answers:
    return replace(answers, columns={**answers.columns, **request.roles})


def _learned(one: SheetResult) -> Iterator[str]:
    """What the refused rows may not show by themselves once they are in a file of their own."""
    if one.dates:
        yield from ("--dates", one.dates)
    for role, value in one.above.items():
        yield from ("--at" if role == "tested_on" else f"--{role}", value)
    if one.named:
        yield from ("--target", one.target)
    if one.minus and one.minus not in one.unsaid.words:  # in another column it may mean another
        yield from ("--negative", one.minus)


def _retyped(
    leave: Iterable[str],
    said: Answers,
    advised: Mapping[str, str],
    more: Sequence[str],
) -> list[str]:
    """The options of this import as they were typed, except those in `leave` and those that `more`
    gives, and what was answered. A column keeps the role that somebody `said`, by header, unless
    another is `advised`."""
    again = set(map(squeezed, advised))
    kept = {header: role for header, role in said.columns.items() if squeezed(header) not in again}
    once = [name for name in ("dates", "target") if f"--{name}" in more]
    typed = options.retyped(leave=(*leave, *once, "mapped"))
    return [*typed, *_maps({**kept, **advised}), *_words(said)]


def _words(said: Answers) -> Iterator[str]:
    """What words mean, as options."""
    for word, meaning in said.outcomes.items():
        yield from of_word(meaning, word)
    for word, drug in said.drugs.items():
        yield from ("--alias", f"{word}={drug}")


def of_word(meaning: str, word: str) -> tuple[str, str]:
    """The option that says which outcome a word means, or that nothing was tested."""
    return f"--{meaning.replace(' ', '-')}", word


def _maps(roles: Mapping[str, str]) -> list[str]:
    """What columns are, by header, as options."""
    return [
        word for header, role in roles.items() for word in ("--map", f"{header}={typed_as(role)}")
    ]


def _path(path: str) -> str:
    """A path that can be typed again. A pipe cannot be read twice, so it becomes standard input."""
    return undashed(path) if os.path.isfile(path) else "-"


def _free(path: str) -> str:
    """A name for a layout that no file has."""
    return next(name for name in numbered(*os.path.splitext(path)) if not os.path.lexists(name))


def merge_instead(path: str) -> str:
    """How to add the tests of a logbook."""
    return f"To add the tests of a logbook: {options.command('merge', undashed(path))}"


def of_incomplete(request: ImportRequest, error: Incomplete, *more: str) -> str:
    """The command for a sheet in which something is missing, with what was guessed of it."""
    again = _retyped(("files",), _together(error.answers, request), error.guesses, more)
    return options.command("import", *map(_path, request.files), *again, *more)


def so_far(request: ImportRequest, answers: Answers) -> tuple[str, ...]:
    """The words of this command with what was answered so far."""
    again = _retyped(("files",), _together(answers, request), {}, ())
    return ("import", *map(_path, request.files), *again)


def saved_layout(path: str) -> str:
    """How to use a layout that was saved."""
    return (
        f"The layout is in {path}. To read the next file like this one: {typed('--layout', path)}"
    )
