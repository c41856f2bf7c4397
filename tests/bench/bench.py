"""The benchmark: how long striplog takes, beside a yardstick measured in the same minutes.

    python tests/bench/bench.py                     everything; the first time makes the logbooks
    python tests/bench/bench.py --sizes 1000        the short form, under half a minute
    python tests/bench/bench.py --only summary      the rows that say so
    python tests/bench/bench.py --large 200000      less of a large logbook
    python tests/bench/bench.py --cpu               time of the processor, on a busy machine

Milliseconds depend on the machine and the hour; a ratio hardly does. Each row is whole processes,
from start to end, ours and the yardstick's in turn (A B A B ...), each once uncounted, so that byte
code is written and the file is in memory, and then the medians. F is what no program made of click
and SQLite can do without: `python -c "import click, sqlite3"`. Ours run as `python -m strip_log`,
which costs what the console script `striplog` costs, on a logbook in its usual place. `add` works
on a throwaway copy and waits for the disk, as at the counter. Answers go to /dev/null or, where it
says so, to a terminal.

Nothing is asserted: a row over its budget says so, and the exit code is 1 only when a command
failed. For Linux and macOS. DuckDB is a yardstick where it is installed (`pip install duckdb`).
"""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import gettempdir

import logbooks
from stopwatch import Failed, Run, run
from yardsticks import (
    ARROW,
    BACKUP,
    CSV_WRITER,
    DUCKDB,
    INSERT,
    LARGE,
    MIDDLE,
    ON_SMALL,
    OUR_IMPORT,
    PANDAS,
    SECOND,
    SHELL_IMPORT,
    SIZES,
    SMALL,
    SQLITE_SHELL,
    SQLITE_UTILS,
    XLSX_WRITER,
    F,
    Row,
    home,
    importing,
    on_files,
    striplog,
)

_BY = "select target, {0}, outcome, count(*) from tests group by all"
_DRUG, _TARGET, _MONTH = map(_BY.format, ("drug", "target", "date_trunc('month', tested_on)"))
_DAYS = "--since 2025-12-02 --until 2025-12-31"

#: Spreadsheets that are imported: an export comes back, the layout of a whole province, and one of
#: a site's own with a strip in each row.
SHEETS = ("export", "drug-sense", "own")

#: Lots by site and month: 72 000 groups.
_GROUPS = "summary --by lot --by site --by month --format csv"
_COUNTED = "select target, lot, site, date_trunc('month', tested_on), outcome, count(*)"

#: Filters, and the same in SQL.
_FILTERS = {
    "--lot L007": "lot = 'L007'",
    "--sample s007": "sample = 's007'",
    "--where Bag=b007": "extra ->> 'Bag' = 'b007'",
}

#: All budgets of design.md, section 7, for what there is.
ROWS = (
    Row("--help", 1.4, F),
    *(Row("add pos --drug down", 1.4, F, size) for size in SIZES),
    Row("summary", 2.6, F, SMALL, screen=True),
    Row("summary --by drug", 1, DUCKDB, LARGE, sql=_DRUG),
    Row("summary --by month", 1, DUCKDB, LARGE, sql=_MONTH),
    Row("summary --by target", 1, DUCKDB, LARGE, sql=_TARGET),
    Row("summary --by brand", 1, SECOND, LARGE),
    Row("signals --as-of 2026-01-05", 2, SECOND, LARGE),
    Row("signals --replay 2025", 3, SECOND, LARGE),
    Row("lots", 2, SECOND, LARGE),
    Row("cross fentanyl benzodiazepine", 2, SECOND, LARGE),
    Row("cross outcome site", 2, SECOND, LARGE),
    Row("summary --by site --by month", 1, SECOND, LARGE),
    Row("summary --by form --by colour", 1, SECOND, LARGE),
    Row(f"summary {_DAYS}", 1.3, ON_SMALL, LARGE),
    Row("export", 1.5, CSV_WRITER, LARGE, memory=60),
    *(Row("export", 0, beside, LARGE) for beside in (SQLITE_SHELL, SQLITE_UTILS, PANDAS)),
    Row("export --format xlsx", 1.5, XLSX_WRITER, MIDDLE, memory=100),
    Row("export --format parquet", 1.5, ARROW, LARGE, memory=300),
    Row("add --site In", 1.4, F, LARGE, tab=True),
    *(Row(f"import {kind}", 0.25, INSERT, LARGE, memory=150, sheet=kind) for kind in SHEETS),
    *(Row(f"import {kind}", 0, SHELL_IMPORT, LARGE, sheet=kind) for kind in SHEETS),
    Row("merge OTHER", 1.2, OUR_IMPORT, LARGE, layout="own", on="nothing"),
    Row("merge OTHER", 0.2, OUR_IMPORT, LARGE, layout="own", on="copy"),
    Row("undo", 0.8, OUR_IMPORT, LARGE, layout="own", on="copy"),
    Row("purge --before 2024-07-02 --confirm new", 1, OUR_IMPORT, LARGE, layout="own", on="copy"),
    Row("backup COPY", 1.5, BACKUP, LARGE, layout="own", on="other"),
    *(
        Row(f"export {only}", 2.5, SQLITE_SHELL, LARGE, layout="wide", where=where)
        for only, where in _FILTERS.items()
    ),
    Row(_GROUPS, 1.2, SECOND, LARGE, layout="wide"),
    Row(_GROUPS, 4, DUCKDB, LARGE, layout="wide", sql=f"{_COUNTED} from tests group by all"),
    Row(f"{_GROUPS} --unit sample", 3, SECOND, LARGE, layout="wide"),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, choices=SIZES)
    parser.add_argument("--only", default="", metavar="WORD", help="rows with this in them")
    parser.add_argument("--runs", type=int, default=21, metavar="N", help="of each process")
    parser.add_argument("--large", type=int, default=LARGE, metavar="N", help="tests, not 1000000")
    parser.add_argument("--cpu", action="store_true", help="time of the processor, not of the wall")
    parser.add_argument("--cache", type=Path, default=Path(gettempdir(), "striplog-bench"))
    asked = parser.parse_args()
    failed = False
    for row in ROWS:
        needed = {row.tests or asked.sizes[0], SMALL if row.of is ON_SMALL else asked.sizes[0]}
        if not needed <= set(asked.sizes) or asked.only not in row.what:
            continue
        try:
            if row.tests == LARGE:
                row = replace(row, tests=asked.large)
            ours, other = measured(row, asked.cache, asked.runs) if not row.of.missing else ([], [])
            print(*lines(row, ours, other, asked.cpu), sep="\n", flush=True)
        except Failed as error:
            print(_line(row.what, "FAILED"), flush=True)
            print(error, file=sys.stderr)
            failed = True
    return int(failed)


def measured(row: Row, cache: Path, runs: int) -> tuple[list[Run], list[Run]]:
    """The runs of a row and of its yardstick, in turn; a fifth of them, at least 3, when slow."""
    own = home(row, cache)
    writes = own and row.line.startswith("add ") and not row.tab
    with logbooks.copied(own) if own and writes else nullcontext(own) as used:
        if row.sheet:
            ours = importing(row, cache)
        else:
            ours = on_files(row, cache) if row.on else striplog(row, used)
        pair = [ours, *([row.of.process(row, cache)] if row.of.process else [])]
        slow = max(run(process).seconds for process in pair) > 1
        rounds = [list(map(run, pair)) for _ in range(max(3, runs // 5) if slow else runs)]
    first, *yardstick = map(list, zip(*rounds, strict=True))
    return first, yardstick[0] if yardstick else [Run(1.0, 1.0, 0)]


def lines(row: Row, ours: Sequence[Run], yardstick: Sequence[Run], cpu: bool) -> list[str]:
    """What is printed of the runs of a row: a line, and another for its memory."""
    if row.of.missing:
        return [_line(row.what, f"skipped: {row.of.missing} is not installed")]
    took, other = (
        median(run.cpu if cpu else run.seconds for run in runs) for runs in (ours, yardstick)
    )
    beside = f"{_time(other):>8} {row.of.name}" if row.of.process else ""
    printed = [_line(row.what, _time(took), beside, took / other, row.budget, row.of.name)]
    if row.memory:
        peaks = [max(run.memory for run in runs) for runs in (ours, yardstick)]
        beside = f"{peaks[1]:5.0f} MB {row.of.name}"
        printed += [_line("  memory", f"{peaks[0]:.0f} MB", beside, peaks[0], row.memory, "MB")]
    return printed


def _line(
    what: str, took: str, beside: str = "", ratio: float = 0, budget: float = 0, of: str = ""
) -> str:
    width = max(len(row.what) for row in ROWS)
    if not ratio:
        return f"{what:{width}}  {took}"
    verdict = ("ok" if ratio <= budget else "OVER") if budget else ""
    allowed = f"budget {budget:g} {of}" if budget else "beside it"
    ratios = f"{ratio:6.{0 if of == 'MB' else 2}f} {of:11} {allowed}"
    return f"{what:{width}} {took:>8}  {beside:20} {ratios:41} {verdict}"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    sys.exit(main())
