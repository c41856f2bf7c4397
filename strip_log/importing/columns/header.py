"""Where the header of a sheet is, which layout it has, and the rows under it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from strip_log.formats.guard import undefused
from strip_log.importing.columns.above import Day, pairs, said_above
from strip_log.importing.columns.columns import MARKS, FileColumn, columns
from strip_log.importing.columns.date_parts import DateParts, date_parts
from strip_log.importing.columns.groups import is_second, is_title, spread, under
from strip_log.importing.columns.in_one_cell import InOneCell, Outcome, Pairs, in_one_cell
from strip_log.importing.columns.layout import ANY, Layout, recognised, squeezed
from strip_log.importing.columns.names import has_columns
from strip_log.importing.columns.repeating import Continued, Repeating, continued, repeating
from strip_log.importing.columns.request import ImportRequest
from strip_log.importing.columns.shape_words import ShapeRefused
from strip_log.importing.columns.side_by_side import SideBySide, side_by_side
from strip_log.importing.columns.strips import target_words
from strip_log.importing.files.limits import COLUMNS, check_columns
from strip_log.importing.files.sheet import BATCH, RawRows, Row, Sheet
from strip_log.record.words import words_in

#: About how many rows tell what the columns of a sheet hold.
FIRST = 1000

#: Turns a table's rows into rows of one sample each.
_Table = SideBySide | Repeating | Continued | InOneCell | DateParts

#: A reader of outcomes, by the layout and the words that were typed.
Outcomes = Callable[[Layout, Mapping[str, str]], Outcome]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Top:
    """The header of a sheet, and what can be told from it.

    `place` counts the rows above it, `line` is its line in the file. `raw` is the header
    unchanged. `guarded` is the number of apostrophes before a cell that begins like a formula:
    each export, and each file of refused rows, adds one. `enough` says that the header names
    all that a test needs. `rows` are the first rows under it, and `titles` the texts above it.
    `groups` has the name of the group over each column, where there are groups. `whole` turns
    rows into rows of one sample each, if they are not; `moved` says that this moves their cells.
    `said` is what stands above the header about all rows, by role, and `of_tab` what the logbook
    knows the name of the sheet as.
    """

    raw: Row
    header: Row
    guarded: int
    line: int
    place: int
    layout: Layout
    enough: bool
    rows: list[Row]
    titles: Sequence[str] = ()
    groups: Sequence[str] = ()
    whole: Callable[[Iterator[RawRows]], Iterator[RawRows]] | None = None
    moved: bool = False
    said: Mapping[str, str] = field(default_factory=dict)
    of_tab: Mapping[str, str] = field(default_factory=dict)


def find(name: str, sheet: Sheet, request: ImportRequest, outcomes: Outcomes, day: Day) -> Top:
    """The header of a sheet: the first row that names what a test needs. Where none does, the first
    with several cells, or just the first. `outcomes` gives a reader of outcomes.

    Raises StriplogError, with the `name` of the file, where no row is that and some have too many
    cells.
    """
    finder = _Finder(sheet, request, outcomes, day)
    best: Top | None = None
    for place, row in enumerate(finder.rows):
        if len(row) > COLUMNS:
            continue
        found = finder.top(place)
        if found.enough or found.layout.exact or not found.layout.tests:
            return found
        several = sum(map(bool, found.header)) > 1
        if best is None or (several and sum(map(bool, best.header)) < 2):
            best = found
    check_columns(name, max(map(len, finder.rows), default=0))
    return best or Top([], [], 0, 0, 0, ANY, False, [])


class _Finder:
    """The first rows of a sheet, each of which may be the header."""

    def __init__(self, sheet: Sheet, request: ImportRequest, outcomes: Outcomes, day: Day) -> None:
        self.outcomes, self.day = outcomes, day
        self.lines, self.rows = sheet.top()
        self.sheet = sheet
        self.request, self.vocabulary = request, request.vocabulary
        self.targets = target_words(request.vocabulary)
        self.found: dict[tuple[str, ...], list[FileColumn]] = {}

    def top(self, place: int) -> Top:
        """What there is to tell if the row at this place is the header, or the first of its rows.

        Raises ShapeRefused.
        """
        row = self.rows[place]
        layout = (
            self.request.layout
            or recognised(row)
            or recognised([cell.strip() for cell in row])
            or ANY
        )
        guarded = int(not set(MARKS).isdisjoint(row))
        guarded += int(layout.apostrophes and bool(self.sheet.separator) and not self.request.raw)
        header = row if layout.exact else [cell.strip() for cell in row]
        for _ in range(guarded):
            header = [undefused(cell) for cell in header]
        groups: Row = []
        known = layout.exact or not layout.tests
        if not known and len(row) <= COLUMNS:
            place, groups, header = self._grouped(place, header)
        above = dict.fromkeys(cell.strip() for row in self.rows[:place] for cell in row)
        top = Top(
            self.rows[place], header, guarded, self.lines[place], place, layout, False,
            self.rows[place + 1 :], list(filter(None, above)), groups,
            said={} if known else said_above(self.rows[:place], self.sheet.name, self.day),
        )  # fmt: skip
        top = replace(top, enough=self._enough(top))
        return top if known else self._of_whole_rows(top)

    def _grouped(self, place: int, header: Row) -> tuple[int, Row, Row]:
        """The place of the last row of a header, the groups of its columns, and their names."""
        below = self.rows[place + 1] if place + 1 < len(self.rows) else []
        if not is_title(header) and is_second(header, below, self.targets):
            width = max(len(header), len(below))
            groups = spread(header, self._merged(place), width)
            names = [*map(str.strip, below), *[""] * (width - len(below))]
            return place + 1, groups, under(groups, names, self.targets)
        above = self.rows[place - 1] if place else []
        titles = is_title(above) or not any(map(str.strip, above)) or any(pairs(above))
        if titles or len(above) > len(header):
            return place, [], header
        groups = spread(above, self._merged(place - 1), len(header))
        return place, groups, under(groups, header, self.targets)

    def _merged(self, place: int) -> bool:
        """Whether cells that stand side by side are merged in this row."""
        line = self.lines[place]
        return any(
            block.top <= line <= block.bottom and block.left < block.right
            for block in self.sheet.merged
        )

    def _enough(self, top: Top) -> bool:
        if not has_columns(top.header, self.request.roles) or self._is_title(top):
            return False
        roles = {column.role for column in self._columns(top)}
        dated = "tested_on" in {*roles, *self.request.constants.fields, *top.said}
        return dated and not roles.isdisjoint(("strip", "outcome"))

    def _is_title(self, top: Top) -> bool:
        """Whether the row says one thing, and the row under it several."""
        below = set(filter(None, map(str.strip, top.rows[0]))) if top.rows else set()
        return is_title(top.header) and len(below) > 1

    def _columns(self, top: Top) -> list[FileColumn]:
        """What the columns are; worked out once per header, since it is slow."""
        header = tuple(top.header)
        if header not in self.found:
            self.found[header] = columns(header, top.layout, self.request.roles, self.vocabulary)
        return self.found[header]

    def _in_one_cell(self, top: Top) -> InOneCell | None:
        """How several outcomes in one cell become columns; all rows are read where one has them."""
        found = self._columns(top)
        if top.layout.exact or "tested_on" not in {column.role for column in found}:
            return None
        pairs = Pairs(self.targets, self.outcomes(top.layout, self.request.outcomes))
        if in_one_cell(top.header, found, top.rows, pairs) is None:
            return None
        rows = (row for _, rows in _under(self.sheet, top) for row in rows)
        return in_one_cell(top.header, found, rows, pairs)

    def _of_whole_rows(self, top: Top) -> Top:
        """The same, if each row has one sample. Else with the header of the rows that are made of
        them, unless these lack a column that was named."""
        if not has_columns(top.header, self.request.roles) or not set(MARKS).isdisjoint(top.header):
            return top  # the refused rows of such a table are whole
        table: _Table | None = date_parts(top.header, self._columns(top))
        table = table or side_by_side(top.header, self.targets) or self._in_one_cell(top)
        if isinstance(table, SideBySide) and _repeats_in_groups(top):
            table = None
        if top.enough and table is None:
            found = self._columns(top)
            table = repeating(top.header, found) or continued(top.header, found)
        if table is None or not has_columns(table.header, self.request.roles):
            return top
        said = top.layout.columns.keys() & set(map(squeezed, top.header))
        if not said <= set(map(squeezed, table.header)):
            return top  # the layout says what its columns are
        lines = range(len(top.rows))
        _, rows = next(table.rows(iter([(lines, top.rows)])))
        moved = not isinstance(table, Continued)
        whole = replace(top, header=table.header, rows=rows, whole=table.rows, moved=moved)
        return replace(whole, enough=self._enough(whole))


def _repeats_in_groups(top: Top) -> bool:
    """Whether the same columns stand under several names, such as sites: what stands side by side
    there are no samples of one row."""
    groups: dict[str, set[str]] = {}
    for name, group in zip(top.header, top.groups, strict=False):
        if name and group and group != name:
            groups.setdefault(name, set()).add(group)
    return any(len(found) > 1 for found in groups.values())


def data(sheet: Sheet, top: Top) -> Iterator[RawRows]:
    """The rows under the header. Repeated headers further down are left out."""
    return top.whole(_under(sheet, top)) if top.whole else _under(sheet, top)


def first(sheet: Sheet, top: Top) -> RawRows:
    """The first rows under the header, about a thousand: what the columns hold is told by them."""
    lines: list[int] = []
    found: list[Row] = []
    for more, rows in islice(data(sheet, top), FIRST // BATCH):
        lines += more
        found += rows
    return lines, found


def _under(sheet: Sheet, top: Top) -> Iterator[RawRows]:
    skipped = top.place + 1
    above: Row = []
    for lines, rows in sheet.batches():
        if skipped:
            skipped, past = max(0, skipped - len(rows)), skipped
            lines, rows = lines[past:], rows[past:]
        if top.raw in rows:
            _check_titles(top, lines, [above, *rows])
            kept = [at for at, row in enumerate(rows) if row != top.raw]
            lines, rows = [lines[at] for at in kept], [rows[at] for at in kept]
        if rows:
            above = rows[-1]
            yield lines, rows


def _check_titles(top: Top, lines: Sequence[int], rows: Sequence[Row]) -> None:
    """Raises ShapeRefused if the header is repeated under another title: the rows there may be
    for another target. The first of `rows` is the row above those of `lines`."""
    for line, above, row in zip(lines, rows, rows[1:], strict=False):
        title = above[0].strip() if is_title(above) else ""
        if row == top.raw and title and title not in top.titles and not _is_page(title):
            raise ShapeRefused(
                f"has several tables, one below another: there is a title {title!r} above line"
                f" {line}",
                "save each as a sheet or a file of its own.",
            )


def _is_page(title: str) -> bool:
    """Whether a title only says which page begins there: `Log, page 2 of 3`."""
    return not _PAGES.isdisjoint(words_in(title)) and any(map(str.isdigit, title))


_PAGES = frozenset(("page", "pagina", "seite", "pag", "sheet", "feuille", "hoja", "blatt"))
