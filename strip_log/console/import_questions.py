"""What an import asks at a terminal: what columns are, and what words in them mean.

What was answered so far is kept as a command, and printed when the person stops.
"""

from collections.abc import Callable, Mapping, Sequence

from strip_log.console import questions
from strip_log.console.import_commands import so_far
from strip_log.console.session import current
from strip_log.console.terminal import echo
from strip_log.errors import Misused, RecordRefused
from strip_log.importing.asking import AskedWord
from strip_log.importing.cells.outcome_words import MEANINGS
from strip_log.importing.columns.columns import ROLES, FileColumn, typed_as
from strip_log.importing.columns.names import listed
from strip_log.importing.columns.request import Answers, ImportRequest, typed_drugs
from strip_log.record.outcomes import OUTCOMES, outcome
from strip_log.record.shown import quoted
from strip_log.record.words import fold, so_many

#: The fields that a person may say a column is.
_FIELDS = [role for role in ROLES if role not in ("number", "own", "leave out")]


class Questions:
    """The questions of one import: an Ask. What can be answered is said once."""

    def __init__(self, request: ImportRequest) -> None:
        self.request, self.vocabulary = request, request.vocabulary
        self.columns: dict[str, str] = {}
        self.outcomes: dict[str, str] = {}
        self.drugs: dict[str, str] = {}
        fields = ", ".join(typed_as(role).replace("_", " ") for role in _FIELDS)
        self.explained = [
            f"A column can be a field: {fields}.",
            f"Or the outcomes for a target: {', '.join(self.vocabulary.targets)}. Or 'leave out'.",
        ]

    def column(
        self, column: FileColumn, cells: Sequence[str], parse: Callable[[str], str]
    ) -> str | None:
        """What a column is, as typed; None for a field of the program's own."""
        such = ", ".join(dict.fromkeys(cell.strip()[:30] for cell in cells if cell.strip()))[:80]
        asked = f"What is the column {column.header!r}{f', with {such}' if such else ''}?"
        self._say(*self.explained, asked)
        self.explained = []
        answer = questions.choose(
            "A field, a target, or 'leave out'", [], None, parse, "a field of your own"
        )
        self.columns[column.header] = answer or "own"
        return answer

    def outcome(self, word: AskedWord) -> str | None:
        """The outcome that a word means, or `not tested`; None if its rows are to be refused."""
        likely = f" Most likely it means {word.likely}." if word.likely else ""
        self._say(f"{_where(word)} is not known as an outcome. What does it mean?{likely}")
        choices = [f"{name}: {seen}" for name, seen in OUTCOMES.items()] + [MEANINGS[-1]]
        typed = questions.choose(
            "Its meaning", choices, None, _meaning, "none, which refuses these rows"
        )
        answer = MEANINGS[choices.index(typed)] if typed in choices else typed and _meaning(typed)
        if answer:
            self.outcomes[word.text] = answer
        return answer or None

    def drug(self, word: AskedWord) -> str | None:
        """The drug that a word means; None if nobody knows yet, or if the word is a new drug."""
        if word.several:
            self._say(f"{_where(word)} can mean several drugs. Which is it?")
        else:
            self._say(f"{_where(word)} is not a drug that striplog knows. Is it misspelt?")
        otherwise = "no drug yet" if word.several else "a new drug"
        parse = self.vocabulary.drug
        answer = questions.choose("Drug", word.drugs, None, parse, otherwise)
        if answer:
            self.drugs[word.text] = parse(answer)
        return answer and parse(answer)

    def new_drugs(self, words: Sequence[AskedWord]) -> Mapping[str, str]:
        """Those of the words that a person says stand for drugs, with these."""
        self._say(
            f"Drugs that striplog does not know: {listed(list(map(_counted, words)))}. They"
            " are kept as new ones. If one is only another word for a known drug, say so: such as"
            f" {quoted(f'{words[0].text}=heroin')}"
        )
        found: dict[str, str] = {}

        def parse(typed: str) -> str:
            named = self._named(typed, words)
            found.update(named)
            self.drugs.update(named)
            return typed

        while questions.choose("WORD=DRUG", [], None, parse, "none"):
            self._say()
        return found

    def _named(self, typed: str, words: Sequence[AskedWord]) -> dict[str, str]:
        """The word of the file that was typed as WORD=DRUG, and its drug. Raises RecordRefused."""
        try:
            [(word, drug)] = typed_drugs([typed], self.vocabulary).items()
        except Misused as error:
            raise RecordRefused(*error.lines, step=error.step) from None
        if text := next((one.text for one in words if fold(one.text) == fold(word)), None):
            return {text: drug}
        raise RecordRefused(f"{word!r} is not one of these words.")

    def _say(self, *lines: str) -> None:
        """Print lines before a question, and keep what was answered so far."""
        current().so_far = so_far(self.request, Answers(self.columns, self.outcomes, self.drugs))
        echo(*lines, err=True)


def _meaning(word: str) -> str:
    """The outcome that was typed, or `not tested`. Raises RecordRefused."""
    begun = [meaning for meaning in MEANINGS if len(word) > 2 and meaning.startswith(fold(word))]
    return begun[0] if len(begun) == 1 else outcome(word)


def _where(word: AskedWord) -> str:
    """`'reactive', in 3 cells of 'FTS',`."""
    columns = listed(list(map(repr, word.headers)))
    return f"{word.text[:60]!r}, in {so_many(word.cells, 'cell')} of {columns},"


def _counted(word: AskedWord) -> str:
    return f"{word.text[:40]!r} ({so_many(word.cells, 'cell')})"
