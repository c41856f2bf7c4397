"""What a row says of its tests, beside what the logbook says of them."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from strip_log.importing.file_writer import FileWriter
from strip_log.importing.rows.rows import TestRow
from strip_log.importing.rows.sheet_reader import SheetReader
from strip_log.importing.rows.strips import Strip
from strip_log.logbook.erased import left_of
from strip_log.logbook.versions import Version
from strip_log.record.own_fields import fields_of
from strip_log.record.test import FACTS, Test


class SheetValues:
    """The values of the rows of one sheet. `fields` are those of its tests."""

    def __init__(self, file: FileWriter, reader: SheetReader) -> None:
        self.file, self.reader = file, reader
        self.fields = ("tested_on", "sample", "target", "outcome", "dilution", *reader.fields)

    def of(self, row: TestRow, strip: Strip) -> dict[str, Any]:
        """The fields of one test, by name."""
        facts = self._of_target(strip, row.values)
        return dict(zip(self.fields, (row.tested_on, row.code, *facts), strict=True))

    def columns(
        self, strips: Sequence[Strip], values: Sequence[Sequence[Any]]
    ) -> list[Sequence[Any]]:
        """The targets, outcomes and dilutions of many strips, and then the values of the reader's
        fields, given these of each strip's row."""
        if self.reader.of_targets:
            rows = map(self._of_target, strips, zip(*values, strict=True))
            return list(zip(*rows, strict=True))
        return [*zip(*strips, strict=True), *values]

    def _of_target(self, strip: Strip, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """A strip and the values of its row; empty ones get what was typed for the strip's
        target."""
        given = self.reader.of_targets.get(strip.target)
        if given:
            strip = strip._replace(dilution=strip.dilution or given.get("dilution"))
            named = zip(self.reader.fields, values, strict=True)
            values = tuple(given.get(name) if value is None else value for name, value in named)
        return *strip, *values

    def followed(self, held: Version, values: dict[str, Any]) -> Test:
        """The test with these values from the file. Fields without a column in the file stay as
        they are, and erased fields stay empty."""
        test = held.test
        if "extra" in values:
            names = {extra.name for extra in self.reader.extras}
            names |= {column.header for column in self.reader.columns if column.role != "personal"}
            kept = {
                name: value for name, value in fields_of(test.extra).items() if name not in names
            }
            own = kept | fields_of(values["extra"])
            joined = json.dumps(dict(sorted(own.items())), ensure_ascii=False)
            values = {**values, "extra": joined if own else None}
        given = self.reader.by_role.keys() | self.reader.constants.keys()
        given |= self.reader.of_targets.get(test.target, {}).keys()
        stay = set()
        if "sample" not in given and (test.sample or not self.file.how.update):
            stay.add("sample")
        if "tested_time" not in given and values.get("tested_time") is None:
            stay.add("tested_time")
        if "dilution" not in given and not any(
            column.dilution for column in self.reader.strip_columns
        ):
            stay.add("dilution")
        test = test._replace(**{name: new for name, new in values.items() if name not in stay})
        if self.file.book and held.id in self.file.partly:
            test = left_of(self.file.book.connection, held.id, test)
        return test


def same(one: Test, other: Test, as_it_counts: Callable[[str], str] = str) -> bool:
    """Whether two tests say the same; `as_it_counts` gives a text's form for comparison."""
    for name in FACTS:
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs and not (
            isinstance(mine, str)
            and isinstance(theirs, str)
            and as_it_counts(mine) == as_it_counts(theirs)
        ):
            return False
    return True
