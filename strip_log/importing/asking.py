"""What a person says about the columns that were not recognised."""

from collections.abc import Callable, Sequence

from strip_log.errors import Misused, RecordRefused
from strip_log.importing.columns.columns import FileColumn, columns
from strip_log.importing.columns.layout import ANY
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.found import FoundFile, columns_of, first_rows
from strip_log.record.vocabulary import Vocabulary

#: Asks a person what an unknown column is, given the column, some of its cells and a parser that
#: raises RecordRefused. Gives what was typed, or None to keep it as a field of the program's own.
Ask = Callable[[FileColumn, Sequence[str], Callable[[str], str]], str | None]


def answered(files: Sequence[FoundFile], request: ImportRequest, ask: Ask) -> dict[str, str]:
    """What each column is that no layout or header explains, by header, as a person says."""
    answers: dict[str, str] = {}
    for sheet, top in (pair for file in files for pair in file.sheets):
        if top.layout is not ANY and top.enough:
            continue
        for column in columns_of(sheet, top, request, {}):
            if column.role == "own" and column.header not in answers:
                rows = first_rows(sheet, top)
                cells = [row[column.place] for row in rows if column.place < len(row)]
                answer = ask(column, cells, _role_of(column, request.vocabulary))
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
