"""What a person at a terminal says about columns and words that are not known."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from strip_log.errors import Misused, RecordRefused
from strip_log.formats.guard import undefused_column
from strip_log.importing.cells.drug_words import DrugWords
from strip_log.importing.cells.memory import Refused
from strip_log.importing.cells.outcome_words import likely_meaning
from strip_log.importing.columns.columns import FileColumn, columns
from strip_log.importing.columns.header import data
from strip_log.importing.columns.layout import ANY
from strip_log.importing.columns.request import Answers, ImportRequest, with_drugs
from strip_log.importing.files.sheet import Sheet
from strip_log.importing.found import FoundFile, columns_of, first_rows
from strip_log.importing.incomplete import Incomplete
from strip_log.importing.readers import Readers
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.record.outcomes import UnknownOutcome, outcome_word
from strip_log.record.vocabulary import Vocabulary

#: The most words of each kind that are asked about: where there are more, the column is hardly one
#: of outcomes, or the words are those of many new drugs.
_ASKED = 12


@dataclass(slots=True)
class AskedWord:
    """A word that is not known: how many `cells` have it, and the headers of its columns.

    `likely` is the outcome that it most likely means; `drugs` are those that it can mean, or may be
    a misspelling of, and `several` says that it is a word for all of them.
    """

    text: str
    cells: int = 0
    headers: dict[str, None] = field(default_factory=dict)
    likely: str | None = None
    drugs: Sequence[str] = ()
    several: bool = False


class Ask(Protocol):
    """Asks a person. Each answer is None where there is none."""

    def column(
        self, column: FileColumn, cells: Sequence[str], parse: Callable[[str], str]
    ) -> str | None:
        """What a column is, given some of its cells and a parser that raises RecordRefused."""

    def outcome(self, word: AskedWord) -> str | None:
        """The outcome that a word means, or `not tested`."""

    def drug(self, word: AskedWord) -> str | None:
        """The drug that a word means."""

    def new_drugs(self, words: Sequence[AskedWord]) -> Mapping[str, str]:
        """Those of the words that stand for a drug which is known, with that."""


def answered(files: Sequence[FoundFile], request: ImportRequest, ask: Ask) -> ImportRequest:
    """The request with what a person says about the files."""
    request = replace(request, answers=Answers(_columns(files, request, ask)))
    outcomes, drugs = _unknown(files, request)
    meanings = {word.text: ask.outcome(word) for word in _most(outcomes)}
    meant = {word: meaning for word, meaning in meanings.items() if meaning}
    chosen = {word.text: ask.drug(word) for word in _most(word for word in drugs if word.drugs)}
    named = {word: drug for word, drug in chosen.items() if drug}
    if new := [word for word in drugs if not word.drugs]:
        named |= ask.new_drugs(sorted(new, key=_by_cells))
    return replace(
        request,
        answers=replace(request.answers, outcomes=meant, drugs=named),
        outcomes={**{outcome_word(word): what for word, what in meant.items()}, **request.outcomes},
        drugs={**named, **request.drugs},
        vocabulary=with_drugs(request.vocabulary, named),
    )


def _columns(files: Sequence[FoundFile], request: ImportRequest, ask: Ask) -> dict[str, str]:
    """What each column is that no layout or header explains, by header."""
    answers: dict[str, str] = {}
    for sheet, top in (pair for file in files for pair in file.sheets):
        if top.layout is not ANY and top.enough:
            continue
        for column in columns_of(sheet, top, request):
            if column.role == "own" and column.header not in answers:
                rows = first_rows(sheet, top)
                cells = [row[column.place] for row in rows if column.place < len(row)]
                answer = ask.column(column, cells, _role_of(column, request.vocabulary))
                answers[column.header] = answer or "own"
    return answers


def _role_of(column: FileColumn, vocabulary: Vocabulary) -> Callable[[str], str]:
    """A parser of a person's answer to what a column is."""

    def role(word: str) -> str:
        try:
            return columns([column.header], ANY, {column.header: word}, vocabulary)[0].role
        except Misused as error:
            raise RecordRefused(str(error), step=error.step) from None

    return role


def _unknown(
    files: Sequence[FoundFile], request: ImportRequest
) -> tuple[Collection[AskedWord], Collection[AskedWord]]:
    """The words that are not known: those in columns of outcomes, and those for drugs."""
    outcomes: dict[str, AskedWord] = {}
    drugs: dict[str, AskedWord] = {}
    readers = Readers(request, files, None)
    for sheet, top in (pair for file in files for pair in file.sheets):
        with suppress(Incomplete):  # which has a message of its own, with all words in it
            reader = readers.reader(sheet, top, {})
            for column, cells in _counted(sheet, reader) if not top.layout.exact else ():
                of_outcomes = column.role in _OF_OUTCOMES
                for cell, count in cells.items():
                    word = (_outcome if of_outcomes else _drug)(cell, column, reader)
                    if word is None:
                        continue
                    kept = outcomes if of_outcomes else drugs
                    first = kept.setdefault(outcome_word(word.text), word)
                    first.cells += count
                    first.headers[column.header] = None
    return outcomes.values(), drugs.values()


_OF_OUTCOMES = ("strip", "outcome")
_OF_DRUGS = ("drug", "said")


def _counted(sheet: Sheet, reader: SheetReader) -> Iterator[tuple[FileColumn, Counter[str]]]:
    """The columns of outcomes and of drugs, and how often each has which cell."""
    found = [one for one in reader.columns if one.role in (*_OF_OUTCOMES, *_OF_DRUGS)]
    cells: list[Counter[str]] = [Counter() for _ in found]
    for _, rows in data(sheet, reader.top):
        for column, counted in zip(found, cells, strict=True):
            counted.update([row[column.place] for row in rows if column.place < len(row)])
    for _ in range(reader.top.guarded):
        cells = [
            Counter(dict(zip(undefused_column([*one]), one.values(), strict=True))) for one in cells
        ]
    return zip(found, cells, strict=True)


def _outcome(cell: str, column: FileColumn, reader: SheetReader) -> AskedWord | None:
    """The word in a cell of outcomes, if it is not known."""
    refused = reader.cells[column.place][cell]
    if isinstance(refused, Refused) and isinstance(error := refused.error, UnknownOutcome):
        return AskedWord(error.word, likely=error.likely or likely_meaning(error.word))
    return None


def _drug(cell: str, column: FileColumn, reader: SheetReader) -> AskedWord | None:
    """The word for a drug in a cell, if it is not known, or can mean several drugs."""
    word = reader.cells[column.place][cell]
    if not isinstance(word, str) or isinstance(word, Refused):
        return None
    words = DrugWords(reader.parsers.words.vocabulary, exact=False)
    words.drug((word, None))
    if several := words.ambiguous.get(word):
        return AskedWord(word, drugs=several, several=True)
    return AskedWord(word, drugs=words.nearest[word]) if word in words.nearest else None


def _most(words: Iterable[AskedWord]) -> Sequence[AskedWord]:
    """The words that most cells have, the most frequent first."""
    return sorted(words, key=_by_cells)[:_ASKED]


def _by_cells(word: AskedWord) -> tuple[int, str]:
    return -word.cells, word.text
