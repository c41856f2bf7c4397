"""Refuses tables in which one line is not one test, with a sentence that says what they are.

Examples are counts, pivot tables, a column for each month, site or outcome, and rows that belong
to another table. Columns that the user has named are not checked.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from strip_log.importing.cells.outcome_words import asks
from strip_log.importing.cells.signs import MINUS
from strip_log.importing.columns.columns import FileColumn
from strip_log.importing.columns.header import Top
from strip_log.importing.columns.layout import squeezed
from strip_log.importing.columns.names import listed
from strip_log.importing.columns.shape_words import ShapeRefused, plain, shape_words
from strip_log.importing.columns.strips import BOXES
from strip_log.importing.counted_table import CountedTable
from strip_log.importing.counts import (
    is_period,
    outcome_in,
)
from strip_log.importing.files.sheet import Sheet
from strip_log.record.shown import typed

_SIGNED = re.compile(r"\W([-+\u2212\u2013])\W*$")
_CHECKBOX = re.compile(r"(.+)(?:___|/)\w+")


def check(
    sheet: Sheet,
    top: Top,
    found: Sequence[FileColumn],
    targets: Mapping[str, str],
    outcome: Callable[[str], str | None],
) -> None:
    """Raises ShapeRefused for a sheet in which one line is not one test.

    `found` are its columns, except those that the user has named. `targets` are those of
    `strips.target_words`, and `outcome` reads a cell with an outcome.
    """
    if top.layout.exact:
        return
    table = _Table(
        sheet, top, found, {plain(word): target for word, target in targets.items()}, outcome
    )
    table.check_pivot()
    table.check_parts()
    table.check_groups()
    table.check_months()
    table.check_outcome_headers()
    table.check_checkboxes()
    table.check_counts()
    table.check_numbers()
    table.check_substances()
    table.check_merged()
    table.check_several()
    table.check_headings()
    table.check_second_header()


class _Table(CountedTable):
    """The checks of a sheet, each for one kind of table."""

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
            strips = column in self.strips or self.has_outcomes(column)
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
        months = [header for header in headers if is_period(header)]
        if len(months) > 1 and not any(map(self.is_outcome, self.top.header)):
            raise ShapeRefused(
                f"has a column for each month, week or day ({listed(months)})",
                "give each strip a row of its own, with its date in a column Date.",
            )

    def check_outcome_headers(self) -> None:
        """A column for each outcome: `Positive | Negative`, with marks or with counts."""
        kinds = {column.header: outcome_in(column.header, self.targets) for column in self.own}
        self._check_signs()
        named = [name for name, kind in kinds.items() if kind]
        if len(set(filter(None, kinds.values()))) < 2 or "positive" not in kinds.values():
            return
        for column in self.own:
            if kinds[column.header] and (count := self.first_count(self.cells(column), beyond=1)):
                self.refuse_counts(column, count)
        read = any(map(self.has_outcomes, self.strips))
        if not read and any(self.cells(one) for one in self.own if kinds[one.header]):
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
            boxes = "/" in column.header and self._are_boxes(column)
            if answer and (boxes or not self.has_outcomes(column)):
                target = None if boxes else column.target
                stems.setdefault((answer[1], target), []).append(column.header)
        for column in [] if any(map(self.has_outcomes, self.strips)) else self.own:
            stem, _, target = column.header.rpartition("/")
            if stem and self._are_boxes(column) and self.targets_in(target):
                stems.setdefault((stem, None), []).append(column.header)
        for names in stems.values():
            if len(names) > 1:
                raise ShapeRefused(
                    f"has a column for each answer to one question ({listed(names)})",
                    "write the outcome as a word in one column for each target; the form's"
                    " codebook says which answer each column is.",
                )

    def _are_boxes(self, column: FileColumn) -> bool:
        return {cell.strip().lower() for _, cell in self.cells(column)} <= BOXES

    def check_substances(self) -> None:
        """A column of results that names what was found, and says `negative` for the rest: which
        strips were used, nobody can tell. It would bring in the negative ones alone."""
        if any(column.role == "target" for column in self.found):
            return
        kinds = [column for column in self.strips if column.role == "outcome"]
        outcomes = any(map(self.has_outcomes, self.strips))
        asked = [] if outcomes else [one for one in self.own if asks(one.header)]
        for column in (*kinds, *asked):
            cells = self.cells(column)
            named = {cell.strip(): line for line, cell in reversed(cells) if self.targets_in(cell)}
            rest = [cell for _, cell in cells if cell.strip() not in named]
            if named and (rest or column in asked) and not any(map(self.is_positive, rest)):
                self._refuse_substances(column, named)

    def _refuse_substances(self, column: FileColumn, named: Mapping[str, int]) -> None:
        """`named` are the cells that name targets, with their lines."""
        first = sorted(named.items(), key=lambda pair: pair[1])[:2]
        said = " and ".join(f"{cell!r} in line {line}" for cell, line in first)
        instead = (
            "give each target a column of its own, with the outcome of each strip that was used."
        )
        targets = {target for cell in named for target in self.targets_in(cell)}
        if len(targets) == 1:
            options = [*("--target", *targets), *("--map", f"{column.header}=outcome")]
            options += [word for cell in named for word in ("--positive", cell)]
            instead += f" If all strips were for {min(targets)}: {typed(*options)}"
        raise ShapeRefused(
            f"names targets in place of outcomes ({column.header!r} says {said}), and does not say"
            " which strips were used for the others",
            instead,
        )

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
            if held and several and block.top > self.top.line and self.is_outcome(cell):
                names = listed([one.header for one in held])
                raise ShapeRefused(
                    f"has one merged cell for several outcomes ({names}, from line {block.top}"
                    f" to line {block.bottom})",
                    "unmerge it, and write an outcome for each strip that was tested.",
                )

    def check_several(self) -> None:
        """Several outcome columns that are not named after targets, such as one for each site."""
        having = [column.header for column in self.own if self.has_outcomes(column)]
        # a minus alone may be one beside a plus, where the header is the letter of a target
        signed = [one.header for one in self.own if self._is_letter(one) and self._has_signs(one)]
        several = [one.header for one in self.own if one.header in {*having, *signed}]
        if len(having) > 1 and not any(map(self.has_outcomes, self.strips)):
            raise ShapeRefused(
                f"has outcomes in several columns not named after targets ({listed(several)})",
                "if they are sites, give each strip a row of its own, with a column Site; if they"
                f" are targets, say which: {self._as_targets(several)}",
            )

    def _is_letter(self, column: FileColumn) -> bool:
        """Whether a header is the letter with which the name of one target begins."""
        names = {name for name in self.targets.values() if name.startswith(plain(column.header))}
        return len(column.header) == 1 and len(names) == 1

    def _has_signs(self, column: FileColumn) -> bool:
        return {cell.strip() for _, cell in self.cells(column)} <= {"+", *MINUS}

    def _as_targets(self, headers: Sequence[str]) -> str:
        """The options for headers that are targets, as far as their letters tell which."""
        names = sorted(set(self.targets.values()))
        meant = {
            header: [name for name in names if name.startswith(plain(header))] for header in headers
        }
        sure = {header: found[0] for header, found in meant.items() if len(found) == 1}
        return typed(
            *(word for header, target in (sure or {headers[0]: "fentanyl"}).items()
              for word in ("--map", f"{header}={target}"))
        )  # fmt: skip

    def check_headings(self) -> None:
        """Rows with a single filled cell, such as a site, that are headings of the rows below."""
        filled = list(zip(self.lines, map(_filled, self.rows), strict=True))
        alone = [(line, next(iter(cells))) for line, cells in filled if len(cells) == 1]
        headings = [(line, cell) for line, cell in alone if self.says_something(cell)]
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
        known = self.is_outcome(cell) or self.is_untested(cell)
        return not known and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


def _filled(row: Sequence[str]) -> set[str]:
    """The different texts of a row."""
    return set(filter(None, map(str.strip, row)))
