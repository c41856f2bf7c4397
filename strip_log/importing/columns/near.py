"""The target that is named near the outcomes: in a title above them, on the tab, in the file name.

The default target applies only if none is named there. If several are named, or they contradict
each other, the user is asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property

from strip_log.errors import Misused, RecordRefused
from strip_log.importing.columns.columns import FileColumn, told
from strip_log.importing.columns.header import Top
from strip_log.importing.columns.names import TypedRoles
from strip_log.importing.columns.shape_words import plain, shape_words, words
from strip_log.importing.columns.strips import ABOUT_STRIPS, strip_of, target_words
from strip_log.record.shown import quoted
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import either

#: How many words a text beside outcomes may have, and how many different ones of a column count.
_SHORT = 6
_LOOKED_AT = 20

#: A shorter word for a target may mean something else: `Med clinic` is not about medetomidine.
_LONG = 4


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Near:
    """The texts near the outcomes of a sheet: `beside` are those of columns that are about strips,
    and `titles` those above the header.

    `where` is what people call the sheet. `tab` and `tabs`, those of all sheets, are empty except
    in a workbook. `drugged` says that a column has the drug.
    """

    where: str
    beside: Sequence[str]
    titles: Sequence[str]
    tab: str
    tabs: Sequence[str]
    file: str
    drugged: bool


def named_target(near: Near, column: str, vocabulary: Vocabulary) -> str | None:
    """The target named by the texts near a column of outcomes; None if they name none.

    The titles and the tab must not contradict each other. The file's name counts where they say
    nothing. Raises RecordRefused.
    """
    finder = _Names(vocabulary)
    titled = {text: finder.found(text) for text in (*near.beside, *near.titles)}
    tab = {near.tab: finder.found(near.tab)}
    of_titles, of_tab = _targets(titled), _targets(tab)
    sure = of_titles & of_tab or of_titles | of_tab
    seen = titled | tab
    if not sure and not any(found.unsure or found.others for found in seen.values()):
        seen = {near.file: finder.found(near.file)}
        sure = _targets(seen)
    unsure = {target for found in seen.values() for target in found.unsure}
    others = [other for found in seen.values() for other in found.others if near.drugged]
    if of_tab and not near.drugged and any(map(finder.is_drug, near.tabs)):
        unsure, sure = sure, set()  # a tab for each drug: `MDMA` among them is one, too
    if len(sure) == 1 and not others:
        return min(sure)
    if not sure and not unsure and not others:
        return None
    said = [text for text, found in seen.items() if found.sure or found.unsure or found.others]
    may = [target for target in vocabulary.targets if target in sure | unsure]
    sheet = f"--sheet {quoted(near.tab)} " if len(near.tabs) > 1 else ""
    raise RecordRefused(
        f"{near.where}: it is not clear which target the column {column!r} is for"
        f"{f', {either(may)}' if len(may) > 1 else ''}: the texts near it say"
        f" {' and '.join(map(repr, said))}. Say which, for example:"
        f" {sheet}--target {quoted([*may, *vocabulary.targets][0])}; or, if rows differ, add a"
        " column Target."
    )


def texts_beside(found: Sequence[FileColumn], rows: Sequence[Sequence[str]]) -> list[str]:
    """The headers of columns that are about strips, and the short texts in them: `XTS lot`."""
    texts: dict[str, None] = {}
    for column in found:
        if column.role == "brand" or (column.role == "own" and _is_about_strips(column.header)):
            cells = {row[column.place] for row in rows if column.place < len(row)}
            texts |= dict.fromkeys([column.header, *sorted(cells, key=len)[:_LOOKED_AT]])
    return [text for text in texts if len(words(text)) <= _SHORT]


def with_targets(
    found: list[FileColumn], rows: Sequence[Sequence[str]], vocabulary: Vocabulary
) -> list[FileColumn]:
    """The same columns. Where none has the targets of outcomes, it is the one that has nothing but
    targets in its cells, if its header or each of them is about strips: `Strip used`, with `BTNX
    fentanyl`, or `variable`, with `Fentanyl strip`."""
    roles = {column.role for column in found}
    if "outcome" not in roles or not roles.isdisjoint(("strip", "target")):
        return found
    targets = target_words(vocabulary)

    def has_targets(column: FileColumn) -> bool:
        if column.role != "own":
            return False
        cells = [row[column.place] for row in rows if column.place < len(row)]
        filled = {cell for cell in cells if cell.strip()}
        about = _is_about_strips(column.header) or all(map(_is_about_strips, filled))
        return bool(filled) and about and all(strip_of(cell, targets) for cell in filled)

    having = [column for column in found if has_targets(column)]
    if len(having) != 1:
        return found
    return [replace(one, role="target") if one is having[0] else one for one in found]


def _is_about_strips(header: str) -> bool:
    return not set(shape_words()["strips"]["words"]).isdisjoint(words(header))


def beside_strips(
    found: list[FileColumn], top: Top, told_roles: Mapping[str, str], vocabulary: Vocabulary
) -> list[FileColumn]:
    """The same columns. One with outcomes beside strip columns is a strip for the target that its
    layout says, else a field of the program's own, since nobody knows what it is about.

    `told_roles` are the roles that somebody said, by column. Raises Misused where one of them is
    that outcome, and where another column has the targets.
    """
    roles = {column.role for column in found}
    if not {"strip", "outcome"} <= roles or top.layout.exact:
        return found
    if "target" in roles:
        such = next(quoted(f"{one.header}=leave out") for one in found if one.role == "outcome")
        raise Misused(
            "One column has outcomes for the target in another column, and there are also strip"
            f" columns for one target each. Leave one kind out, such as: --map {such}"
        )
    names = TypedRoles(top.header, told_roles)

    def instead(column: FileColumn) -> FileColumn:
        if top.layout.target:
            return replace(column, role="strip", target=vocabulary.target(top.layout.target))
        if told(column, names, top.layout):
            raise Misused(
                f"The column {column.header!r} has outcomes, and there are strip columns too. Say"
                f" for which target: --map {quoted(f'{column.header}={vocabulary.targets[0]}')}"
            )
        return replace(column, role="own")

    return [instead(column) if column.role == "outcome" else column for column in found]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class _Found:
    """The targets that a text names; those that it may name; and drugs that it names as if they
    were targets, as `Ketamine strips` does."""

    sure: frozenset[str]
    unsure: frozenset[str]
    others: Sequence[str]


def _targets(found: dict[str, _Found]) -> set[str]:
    return {target for one in found.values() for target in one.sure}


class _Names:
    """Finds the targets, and the drugs, that a text names."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.targets = {plain(word): of for word, of in target_words(vocabulary).items()}

    @cached_property
    def drugs(self) -> Set[str]:
        """The words for drugs that mean no target: few texts are about any."""
        known = (*self.vocabulary.drugs, *self.vocabulary.drug_words)
        return set(map(plain, known)) - self.targets.keys()

    def found(self, text: str) -> _Found:
        """What a text names."""
        there = words(text)
        sure: set[str] = set()
        unsure: set[str] = set()
        left = list(there)
        for said, target in self._named(there):
            left = [word for word in left if word not in said.split()]
            long = any(len(word) >= _LONG for word in said.split())
            (sure if long or _written_in_capitals(said, text) else unsure).add(target)
        if unsure and not any(map(_says_something, left)):
            sure, unsure = sure | unsure, set()
        return _Found(frozenset(sure), frozenset(unsure - sure), list(self._others(there)))

    def _named(self, there: Sequence[str]) -> Iterable[tuple[str, str]]:
        """The words of a text that mean a target, and that."""
        for size in (3, 2, 1):
            for at in range(len(there) - size + 1):
                said = " ".join(there[at : at + size])
                if target := self.targets.get(said) or self.targets.get(said.removesuffix("s")):
                    yield said, target

    def _others(self, there: Sequence[str]) -> Iterable[str]:
        """The drugs, no targets, that stand directly before `strip` or `test strip`."""
        for at, word in enumerate(there):
            before = there[at - 2 : at - 1] if at and there[at - 1] == "test" else there[:at][-1:]
            if word in shape_words()["strips"]["only"] and self.drugs & {*before}:
                yield before[0]

    def is_drug(self, text: str) -> bool:
        """Whether a text is the name of a drug, and of no target."""
        return " ".join(words(text)) in self.drugs


def _written_in_capitals(word: str, text: str) -> bool:
    """Whether a word is in capitals, as FTS is, and the text around it is not."""
    return text != text.upper() and bool(re.search(rf"\b{re.escape(word.upper())}\b", text))


def _says_something(word: str) -> bool:
    """Whether a word says more than that a text is about strips, or its date."""
    return not (word.isdigit() or word in ABOUT_STRIPS or word in shape_words()["months"]["words"])
