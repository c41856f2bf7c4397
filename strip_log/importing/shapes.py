"""Refuses tables in which one line is not one test, with a sentence that says what they are.

Examples are counts, pivot tables, a column for each month, site or outcome, and rows that belong
to another table. Columns that the user has named are not checked.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from strip_log.errors import RecordRefused
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Top, data
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.names import listed
from strip_log.importing.columns.shape_words import ShapeRefused, plain, shape_words, words
from strip_log.importing.columns.strips import ABOUT_STRIPS
from strip_log.importing.files.sheet import Sheet
from strip_log.record.shown import quoted

#: A cell with its line.
_Cell = tuple[int, str]

_WHOLE = re.compile(r"\d{1,3}(?:[ ,.\u00a0]\d{3})+|(\d{1,15})(?:[.,]0+)?")
#: The numbers that forms use for a missing answer.
_MISSING = (8, 9, 77, 88, 98, 99, 888, 999)

_SIGNED = re.compile(r"\W([-+\u2212\u2013])\W*$")
_CHECKBOX = re.compile(r"(.+)(?:___|/)\w+")

_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)? ?%?")


def check(
    sheet: Sheet,
    top: Top,
    found: Sequence[FileColumn],
    targets: Iterable[str],
    outcome: Callable[[str], str | None],
) -> None:
    """Raises ShapeRefused for a sheet in which one line is not one test.

    `found` are its columns, except those that the user has named. `targets` are the words for
    targets, and `outcome` reads a cell with an outcome.
    """
    if top.layout.exact:
        return
    table = _Table(sheet, top, found, {plain(word) for word in targets}, outcome)
    table.check_pivot()
    table.check_parts()
    table.check_groups()
    table.check_months()
    table.check_outcome_headers()
    table.check_checkboxes()
    table.check_counts()
    table.check_numbers()
    table.check_merged()
    table.check_several()
    table.check_headings()
    table.check_second_header()


class _Table:
    """A sheet while it is checked. `rows` are its first rows, and `lines` their line numbers."""

    def __init__(
        self,
        sheet: Sheet,
        top: Top,
        found: Sequence[FileColumn],
        targets: Collection[str],
        outcome: Callable[[str], str | None],
    ) -> None:
        self.sheet, self.top, self.found, self.targets = sheet, top, found, targets
        self.lines, self.rows = next(data(sheet, top), ((), []))
        self.own = [column for column in found if column.role == "own"]
        self.strips = [column for column in found if column.role in ("strip", "outcome")]
        self.outcome = outcome

    def check_pivot(self) -> None:
        """A pivot table, which says so beside or above its numbers."""
        known = shape_words()["pivot"]
        lines, rows = self.sheet.top()
        until = self.top.place + 1 if self.top.enough else len(rows)
        for line, row in zip(lines[:until], rows, strict=False):
            for cell in row:
                folded = plain(cell)
                if folded in known["words"] or folded.startswith(tuple(known["begins"])):
                    raise ShapeRefused(
                        f"is a pivot table, with {cell.strip()!r} in line {line}",
                        "import the list that it was made from, with one row for each strip.",
                    )

    def check_parts(self) -> None:
        """The repeated part of a form, in a table of its own, which has no date."""
        parents = shape_words()["repeats"]["parent"]
        named = [name for name in self.top.header if squeezed(name) in parents]
        if named and not self.top.enough:
            raise ShapeRefused(
                f"is the repeating part of a form: its rows belong to rows of another table, named"
                f" in the column {named[0]!r}",
                "copy the date, the site and the drug into each of its rows, or export the form as"
                " one table.",
            )

    def check_groups(self) -> None:
        """The same outcomes side by side under several names: sites, months, people who tested."""
        if self.top.moved or not self.top.groups:
            return
        by_what: dict[str, dict[str, str]] = {}
        for column in (*self.strips, *self.own):
            header, group = self.top.header[column.place], self.top.groups[column.place]
            strips = column in self.strips or self._has_outcomes(column)
            if strips and group and group != header:
                by_what.setdefault(column.target or squeezed(header), {})[group] = column.header
        for groups in by_what.values():
            if len(groups) > 1:
                raise ShapeRefused(
                    f"has the outcomes of {listed(list(groups))} side by side (columns"
                    f" {listed(list(groups.values()))})",
                    "give each of them its own rows, with a column that says which it is, such as"
                    " Site or Date.",
                )

    def check_months(self) -> None:
        """A column for each month, day or week."""
        if self.top.enough:
            return
        headers = [*(column.header for column in self.own), *dict.fromkeys(self.top.groups)]
        months = [header for header in headers if _is_period(header)]
        if len(months) > 1 and not any(map(self._is_outcome, self.top.header)):
            raise ShapeRefused(
                f"has a column for each month, week or day ({listed(months)})",
                "give each strip a row of its own, with its date in a column Date.",
            )

    def check_outcome_headers(self) -> None:
        """A column for each outcome: `Positive | Negative`, with marks or with counts."""
        kinds = {column.header: self._kind(column.header) for column in self.own}
        self._check_signs()
        named = [name for name, kind in kinds.items() if kind]
        if len(set(filter(None, kinds.values()))) < 2 or "positive" not in kinds.values():
            return
        for column in self.own:
            if kinds[column.header] and (count := self._count(self._cells(column), beyond=1)):
                self._refuse_counts(column, count)
        if not self.strips and any(self._cells(one) for one in self.own if kinds[one.header]):
            raise ShapeRefused(
                f"has a column for each outcome ({listed(named)})",
                "write the outcome as a word in one column: Result, or the name of the target.",
            )

    def _check_signs(self) -> None:
        """The same with signs, `FTS +` and `FTS -`, where the headers name targets."""
        signed = {one.header: _SIGNED.search(one.header) for one in self.strips}
        signs = {name: found[1] for name, found in signed.items() if found}
        if len({sign == "+" for sign in signs.values()}) > 1:
            raise ShapeRefused(
                f"has a column for each outcome ({listed(list(signs))})",
                "write the outcome as a word in one column for each target.",
            )

    def check_checkboxes(self) -> None:
        """A column for each answer to one question, as forms export those with several answers:
        `fts___1`, `fts___2`. None of them says what its answer means."""
        stems: dict[tuple[str, str | None], list[str]] = {}
        for column in self.strips:
            answer = _CHECKBOX.fullmatch(column.header)
            if answer and not self._has_outcomes(column):
                stems.setdefault((answer[1], column.target), []).append(column.header)
        for names in stems.values():
            if len(names) > 1:
                raise ShapeRefused(
                    f"has a column for each answer to one question ({listed(names)})",
                    "write the outcome as a word in one column for each target; the form's"
                    " codebook says which answer each column is.",
                )

    def check_counts(self) -> None:
        """A column of counts."""
        for column in self.own:
            how = self._counts(column.header)
            if not how or not self._cells(column):
                continue
            if how == "rate":
                line, cell = self._cells(column)[0]
                if all(_SHARE.fullmatch(cell.strip()) for _, cell in self._cells(column)):
                    self._refuse_counts(column, (line, cell))
                continue
            numbers = [_number(cell) for _, cell in self._cells(column)]
            if None in numbers or (how in ("weak", "numbering") and _is_numbering(numbers, how)):
                continue
            marks = (0, 1) if how == "mark" else (1,)
            for line, cell in self._all(column.place):
                if _number(cell) not in (*marks, None):
                    self._refuse_counts(column, (line, cell))

    def check_numbers(self) -> None:
        """An outcome column that has numbers instead of outcomes. 0, 1 and 2 may be lines on the
        strip, and forms may write a missing answer as a number."""
        for column in self.strips:
            cells = [
                (line, cell)
                for line, cell in self._cells(column)
                if _number(cell) not in _MISSING and not self._is_untested(cell)
            ]
            if count := self._count(cells, beyond=2):
                self._refuse_counts(column, count)

    def check_merged(self) -> None:
        """One merged cell of outcomes for several rows, or for several strips."""
        if self.top.moved:
            return
        at = dict(zip(self.lines, self.rows, strict=True))
        for block in self.sheet.merged:
            held = [one for one in self.strips if block.left <= one.place <= block.right]
            row = at.get(block.top, [])
            cell = row[block.left] if block.left < len(row) else ""
            several = block.bottom > block.top or len(held) > 1
            if held and several and block.top > self.top.line and self._is_outcome(cell):
                names = listed([one.header for one in held])
                raise ShapeRefused(
                    f"has one merged cell for several outcomes ({names}, from line {block.top}"
                    f" to line {block.bottom})",
                    "unmerge it, and write an outcome for each strip that was tested.",
                )

    def check_several(self) -> None:
        """Several outcome columns that are not named after targets, such as one for each site."""
        several = [column.header for column in self.own if self._has_outcomes(column)]
        if len(several) > 1 and not any(map(self._has_outcomes, self.strips)):
            raise ShapeRefused(
                f"has outcomes in several columns not named after targets ({listed(several)})",
                "if they are sites, give each strip a row of its own, with a column Site; if they"
                f" are targets, say which: --map {quoted(f'{several[0]}=fentanyl')}",
            )

    def check_headings(self) -> None:
        """Rows with a single filled cell, such as a site, that are headings of the rows below."""
        filled = list(zip(self.lines, map(_filled, self.rows), strict=True))
        alone = [(line, next(iter(cells))) for line, cells in filled if len(cells) == 1]
        headings = [(line, cell) for line, cell in alone if self._says_something(cell)]
        if 1 < len(headings) < len(filled) and headings[0][0] == self.lines[0]:
            said = " and ".join(f"{cell!r} in line {line}" for line, cell in headings[:2])
            raise ShapeRefused(
                f"has headings between its rows ({said})",
                "write what they say in each row, in a separate column such as Site.",
            )

    def check_second_header(self) -> None:
        """A second header row whose names are neither targets nor fields, such as sites."""
        first = [cell.strip() for cell in self.rows[0]] if self.rows else []
        others = {one.place for one in self.found if one.role not in ("own", "strip", "outcome")}
        named = [cell for cell in first if cell]
        under = [column for column in self.strips if column.place < len(first)]
        if (
            len(named) > 1 and all(map(self._is_name, named))
            and not any(first[place] for place in others if place < len(first))
            and any(first[column.place] for column in under)
        ):  # fmt: skip
            raise ShapeRefused(
                f"has a second header row in line {self.lines[0]} ({listed(named)}), whose names"
                " are neither targets nor fields",
                "give each of them its own rows, with a column that says which it is, such as"
                " Site.",
            )

    def _is_name(self, cell: str) -> bool:
        """Whether a cell can only be a name: not a date, a number or a word for an outcome."""
        known = self._is_outcome(cell) or self._is_untested(cell)
        return not known and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))

    # What columns have

    def _cells(self, column: FileColumn) -> list[_Cell]:
        """The first cells of a column that are not empty."""
        return [
            (line, row[column.place])
            for line, row in zip(self.lines, self.rows, strict=True)
            if column.place < len(row) and row[column.place].strip()
        ]

    def _all(self, place: int) -> Iterator[_Cell]:
        """All cells of a column."""
        for lines, rows in data(self.sheet, self.top):
            for line, row in zip(lines, rows, strict=True):
                if place < len(row):
                    yield line, row[place]

    def _is_outcome(self, cell: str) -> bool:
        try:
            return self.outcome(cell) is not None
        except RecordRefused:
            return False

    def _says_something(self, cell: str) -> bool:
        """Whether a cell is neither a date nor an outcome."""
        return not (_PERIODS.match(cell) or self._is_outcome(cell))

    def _is_untested(self, cell: str) -> bool:
        """Whether a cell has a word for "not tested"."""
        try:
            return self.outcome(cell) is None
        except RecordRefused:
            return False

    def _has_outcomes(self, column: FileColumn) -> bool:
        """Whether a column has only outcomes and words for "not tested", and some outcome."""
        try:
            read = [self.outcome(cell) for _, cell in self._cells(column)]
        except RecordRefused:
            return False
        return any(read)

    def _count(self, cells: Sequence[_Cell], beyond: int) -> _Cell | None:
        """The first cell with a number above `beyond`, if all cells are numbers; else None."""
        numbers = [_number(cell) for _, cell in cells]
        if None in numbers:
            return None
        above = zip(cells, numbers, strict=True)
        return next((cell for cell, number in above if number and number > beyond), None)

    def _refuse_counts(self, column: FileColumn, cell: _Cell) -> None:
        line, number = cell
        raise ShapeRefused(
            f"has counts ({column.header!r} says {number.strip()} in line {line}), but each line"
            " should be one test",
            "import the list that was counted, with one row for each strip; or, if it is not a"
            f" count: --map {quoted(f'{column.header}=own')}",
        )

    # What headers say

    def _kind(self, header: str) -> str | None:
        """The one outcome that a header names, as `Fentanyl positive` and `n (neg)` do."""
        there = words(header) or [header.strip()]
        kinds = {kind for kind, named in shape_words()["outcomes"].items() for word in there
                 if word in named}  # fmt: skip
        return min(kinds) if len(kinds) == 1 and self._known(there) else None

    def _counts(self, header: str) -> str | None:
        """What kind of counts a header stands for, if any: `count` if that is certain; `rate` for
        shares; `mark` if 0 and 1 may mean no and yes; `weak` or `numbering` if its numbers may be
        row numbers."""
        known, there = shape_words()["counts"], words(header)
        if not self._known(there):
            return None
        has = {name: not named.isdisjoint(there) for name, named in _sets(known).items()}
        what = any(word in self.targets or word in _outcome_words() for word in there)
        if has["rates"]:
            return "rate"
        number = has["weak"] or has["numbering"]
        if has["words"] or (number and (has["counted"] or what)):
            return "count"
        if has["counted"]:
            return "mark" if what else "count"
        if number and not has["thing"]:
            return "weak" if has["weak"] else "numbering"
        return None

    def _known(self, there: Sequence[str]) -> bool:
        """Whether a header has only words about strips, outcomes and how many there are."""
        known = {word for named in shape_words()["counts"].values() for word in named}
        known |= _outcome_words() | (ABOUT_STRIPS - {"repeat", "retest"}) | set(self.targets)
        return bool(there) and known.issuperset(there)


def _filled(row: Sequence[str]) -> set[str]:
    """The different texts of a row."""
    return set(filter(None, map(str.strip, row)))


def _sets(named: Mapping[str, Sequence[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(found) for name, found in named.items()}


def _outcome_words() -> set[str]:
    return {word for named in shape_words()["outcomes"].values() for word in named}


def _number(cell: str) -> int | None:
    """The whole number in a cell; None for anything else."""
    match = _WHOLE.fullmatch(cell.strip())
    return int(match[1] or re.sub(r"\D", "", cell)) if match else None


def _is_numbering(numbers: Sequence[int | None], how: str) -> bool:
    """Whether these are row numbers: they only rise or only fall. If the header may also mean a
    count (`weak`), they must be 1, 2, 3 and so on, at least three of them."""
    several = [number or 0 for number in numbers]
    if how == "weak":
        return len(several) > 2 and several == list(range(1, len(several) + 1))
    return len(set(several)) == len(several) and several in (sorted(several), sorted(several)[::-1])


_PERIODS = re.compile(
    r"(?:19|20)\d\d|(?:19|20)\d\d[-/. ]?(?:0?[1-9]|1[0-2])(?:[-/. ][0-3]?\d)?(?: 00:00)?"
    r"|[0-3]?\d[-/.][01]?\d[-/.](?:\d\d|\d{4})|(?:0?[1-9]|1[0-2])[-/.](?:19|20)\d\d"
)


def _is_period(header: str) -> bool:
    """Whether a header is a month, a day, a week, a quarter or a year: `Jan`, `2025-01`, `W 12`."""
    if _PERIODS.fullmatch(header.strip()):
        return True
    known = shape_words()["months"]
    there = words(header)
    names = [word for word in there if not word.isdigit()]
    if len(names) != 1 or len(there) > 3:
        return False
    quarter = "".join(there[:2]) in known["parts"] or names[0] in known["parts"]
    week = names[0] in known["weeks"] and len(there) == 2
    return names[0] in known["words"] or quarter or week
