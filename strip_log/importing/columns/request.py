"""What an import is asked to do: the words of the command line, understood once."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from strip_log.errors import Misused
from strip_log.importing.columns.layout import Layout
from strip_log.record.dates import Clock
from strip_log.record.strips import StripValues
from strip_log.record.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Constants:
    """Values for the cells that a row leaves empty: by field, and by field of the program's own.

    `down` are the columns in which an empty cell means the one above.
    `strips` are those that belong to the strip of a target, as they were typed, and `of_targets`
    what they are in a sheet with strips of several targets, by target and field.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    strips: StripValues | None = None
    of_targets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    down: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class ImportRequest:
    """One import. Raises Misused when parts of it contradict each other.

    `files` are paths, `-` being standard input. `vocabulary` has the words of the logbook, or those
    of a new one. `roles` says what a column is, by its header.
    `target` is the target of outcomes for which neither the file nor its layout names one.
    `outcomes` are words of the files, as `outcome_word` gives them, and the outcome each
    means, or `not tested`. `zone` is the time zone of the tests, None for that of this computer.
    `encoding`, `dates` and `layout` are None to find out from the file. `rejects` is where
    refused rows go, None for beside the file. `raw` says that the file is an export without
    apostrophes before formulas. With `strict` one refused row stops everything; with `update` the
    file overrules the logbook where it names a test by its id; with `again` all of it is new.
    """

    files: Sequence[str]
    clock: Clock
    target: str
    vocabulary: Vocabulary
    layout: Layout | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    constants: Constants = field(default_factory=Constants)
    dates: str | None = None
    zone: tzinfo | None = None
    encoding: str | None = None
    sheet: str | None = None
    rejects: str | None = None
    save_layout: str | None = None
    raw: bool = False
    strict: bool = False
    update: bool = False
    again: bool = False
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.update and self.again:
            raise Misused(
                "--update says that the tests are those in the logbook, --again that they are"
                " others: leave one of them out."
            )
        if self.rejects and len(self.files) > 1:
            raise Misused("--rejects names one file, but there are several to import.")
        if self.rejects == "-":
            raise Misused(
                "--rejects takes the name of a file: refused rows cannot go to standard output."
            )
        if self.save_layout and os.path.lexists(self.save_layout):
            raise Misused(f"{self.save_layout} exists already: name another file for the layout.")


def typed_roles(words: Sequence[str]) -> dict[str, str]:
    """What `--map COLUMN=WHAT` says, by column; a column's name may hold an equals sign.

    Raises Misused.
    """
    found: dict[str, str] = {}
    for word in words:
        column, sign, role = word.rpartition("=")
        if not sign or not column or not role:
            raise Misused(f"--map takes COLUMN=WHAT, such as 'Test Result=fentanyl', not {word!r}.")
        if column in found:
            raise Misused(f"{column!r} cannot be both {found[column]!r} and {role!r}.")
        found[column] = role
    return found
