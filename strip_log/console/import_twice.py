"""What a person is asked, or told, where an import may have strips that the logbook has already."""

import os
from collections.abc import Iterator
from dataclasses import replace

from strip_log.console import questions
from strip_log.console.import_commands import import_again
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.known import Twice
from strip_log.importing.result import ImportResult
from strip_log.record.words import plural, so_many


def lines(result: ImportResult, twice: Twice) -> Iterator[str]:
    """Why nothing was written, and the commands to choose from."""
    yield f"{_why(twice)} Nothing was added."
    same, *others = _choices(twice)
    yield f"{same}:"
    yield f"  {import_again(result, '--update')}"
    for other in others:
        yield f"{other}:"
        yield f"  {import_again(result, '--again')}"


def decided(result: ImportResult, twice: Twice) -> ImportRequest:
    """Ask the person, and return the import with the answer; nothing has been written yet."""
    chosen = questions.which(_why(twice), _choices(twice))
    request = result.request
    roles, answers = (
        {**request.answers.columns, **request.roles},
        replace(request.answers, columns={}),
    )
    return replace(request, roles=roles, answers=answers, update=chosen == 0, again=chosen == 1)


def can_ask(request: ImportRequest) -> bool:
    """Whether there is a person to ask, and whether the files can be read once more."""
    return questions.terminal() and all(map(os.path.isfile, request.files))


def _why(twice: Twice) -> str:
    one, several = _WHY[twice.kind]
    return f"{twice.tests} of {so_many(twice.of, 'test')} {plural(twice.tests, one, several)}"


#: Why a person is asked, by what was found: of one test, and of several.
_WHY = {
    "otherwise": (
        "is in the logbook already, where it is read in another way.",
        "are in the logbook already, where they are read in another way.",
    ),
    "common": (
        "is in the logbook already, from a file of which this one has only a part.",
        "are in the logbook already, from a file of which this one has only a part.",
    ),
    "corrected": (
        "says the same, but for one thing, as a test in the logbook that is no longer in the file:"
        " it looks corrected.",
        "say the same, but for one thing, as tests in the logbook that are no longer in the file:"
        " they look corrected.",
    ),
    "mended": (
        "is in the logbook already, as a row that stands so in its own file.",
        "are in the logbook already, as rows that stand so in their own file.",
    ),
    "alike": (
        "has the same day, drug, target and outcome as a test in the logbook, but its row has other"
        " headers or cells than any that were imported before.",
        "have the same day, drug, target and outcome as tests in the logbook, but their rows have"
        " other headers or cells than any that were imported before.",
    ),
    "swapped": (
        "is that of a test in the logbook, if the day and the month of its date change places: one"
        " of the two files was read in the wrong order.",
        "are those of tests in the logbook, if the day and the month of their dates change places:"
        " one of the two files was read in the wrong order.",
    ),
}


def _choices(twice: Twice) -> tuple[str, ...]:
    """The answers to choose from: the same strips or, unless they were corrected, other strips."""
    one, several = _SAME[twice.kind]
    same = plural(twice.tests, one, several)
    if twice.kind == "corrected":
        return (same,)
    return same, plural(twice.tests, *_OTHERS)


_SAME = {
    "otherwise": (
        "If it is the same strip, to have it as it is read now",
        "If they are the same strips, to have them as they are read now",
    ),
    **dict.fromkeys(
        ("common", "mended"),
        (
            "If it is the same strip, to add the rest",
            "If they are the same strips, to add the rest",
        ),
    ),
    "corrected": (
        "To have it as it is in the file, and the old one struck out",
        "To have them as they are in the file, and the old ones struck out",
    ),
    "alike": (
        "If it is the same strip, to have it as it is in this file",
        "If they are the same strips, to have them as they are in this file",
    ),
    "swapped": (
        "If it is the same strip, and this is the right order of dates",
        "If they are the same strips, and this is the right order of dates",
    ),
}

_OTHERS = (
    "If all are other strips, such as that of another place, to add them",
    "If all are other strips, such as those of another place, to add them",
)
