"""Rows are read some at a time: how many makes no difference."""

from pathlib import Path

import pytest

from strip_log.importing.columns import header
from strip_log.importing.files import delimited, objects, workbook

#: Cells kept as text for Excel in some rows, a header that comes again, with a title above and
#: without, a line break in a cell, a sum, a ditto mark, a row to refuse, rows without an outcome.
LOG = '''Date,Drug,Result,Lot,Site
2026-01-02,down,pos,7,Van
2026-01-03,down,neg,"=""007""",Van
Date,Drug,Result,Lot,Site
2026-01-03,coke,neg,="8",Van
2026-01-04,"me
th",neg,,Van
2026-01-04,",",odd,,
Total,,4,,
2026-01-05,mdma,,9,Van
2026-01-05,mdma,inv,9,
Date,Drug,Result,Lot,Site
2026-01-06,coke,pos,9,Van
,coke,neg,9,Van
'''


def read(striplog, monkeypatch, rows, name):
    for module in (header, delimited, objects, workbook):
        monkeypatch.setattr(module, "BATCH", rows)
    said = striplog.run(["import", "log.csv", "--logbook", name, "--again"])
    Path("log.csv.rejects.csv").unlink(missing_ok=True)
    listed = striplog.csv(f"export --logbook {name}")
    return said.exit_code, said.output.replace(name, ""), listed


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
def test_how_many_rows_are_read_at_a_time_makes_no_difference(striplog, monkeypatch, rows):
    Path("log.csv").write_text(LOG)
    whole = read(striplog, monkeypatch, 1000, "whole.db")
    assert len(whole[2]) > 5 and {"007", "8"} <= {row["lot"] for row in whole[2]}
    assert read(striplog, monkeypatch, rows, "parts.db") == whole
