"""What an import is asked to do: the words of the command line, understood once."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from strip_log.errors import Misused, Step
from strip_log.importing.columns.layout import Layout
from strip_log.record.dates import Clock
from strip_log.record.shown import arguments
from strip_log.record.strips import StripValues
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold


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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Answers:
    """What a person said at a terminal about the files: what columns are, by header; and what words
    mean, outcomes or `not tested`, and drugs, by the word as it stands in the files."""

    columns: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    drugs: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns or self.outcomes or self.drugs)


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class ImportRequest:
    """One import. Raises Misused when parts of it contradict each other.

    `files` are paths, `-` being standard input. `vocabulary` has the words of the logbook, or those
    of a new one. `roles` says what a column is, by its header.
    `target` is the target of outcomes for which neither the file nor its layout names one.
    `outcomes` are words of the files, as `outcome_word` gives them, and the outcome each
    means, or `not tested`; `drugs` are such words for drugs, which the vocabulary has, too.
    `answers` is what was not typed, but answered. `zone` is the time zone of the tests, None for
    that of this computer. `encoding`, `dates` and `layout` are None to find out from the file.
    `rejects` is where refused rows go, None for beside the file. `raw` says that the file is an
    export without apostrophes before formulas. With `strict` one refused row stops everything; with
    `update` the file overrules the logbook where it names a test by its id; with `again` all of it
    is new.
    """

    files: Sequence[str]
    clock: Clock
    target: str
    vocabulary: Vocabulary
    layout: Layout | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    drugs: Mapping[str, str] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
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

    def kept_in(self, layout: Layout) -> Layout:
        """The layout with all that was typed or answered about how files of its kind are read."""
        return replace(
            layout,
            outcomes={**layout.outcomes, **self.outcomes},
            drugs={**layout.drugs, **self.drugs},
            fill=tuple(dict.fromkeys((*layout.fill, *self.constants.down))),
            dates=self.dates or layout.dates,
            target=self.constants.fields.get("target") or layout.target,
            sheet=self.sheet or layout.sheet,
            encoding=self.encoding or layout.encoding,
            apostrophes=layout.apostrophes and not self.raw,
        )


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


def typed_drugs(words: Sequence[str], vocabulary: Vocabulary) -> dict[str, str]:
    """What `--alias WORD=DRUG` says: the drug that each word means.

    Raises Misused, and UnknownWord for a drug that the vocabulary does not know.
    """
    found: dict[str, str] = {}
    for one in words:
        word, sign, name = map(str.strip, one.rpartition("="))
        if not sign or not word or not name:
            raise Misused(f"--alias takes WORD=DRUG, such as dope=heroin, not {one!r}.")
        drug = vocabulary.drug(name)
        if found.setdefault(word, drug) != drug:
            raise Misused(f"{word!r} cannot be both {found[word]!r} and {drug!r}.")
    return found


def with_drugs(vocabulary: Vocabulary, drugs: Mapping[str, str]) -> Vocabulary:
    """The vocabulary with these words for drugs. Raises Misused for the name of another drug."""
    names = {fold(name): name for name in vocabulary.drugs}
    for word, drug in drugs.items():
        if names.get(fold(word), drug) != drug:
            raise Misused(
                f"{word!r} is a drug in this logbook, and no word for {drug!r}.",
                step=Step("To make them one", ("vocab", "rename", *arguments(word, drug))),
            )
    words = {fold(word): (drug,) for word, drug in drugs.items()}
    return vocabulary._replace(drug_words={**vocabulary.drug_words, **words})
