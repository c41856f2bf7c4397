"""An import is one request and one call: what it leaves behind, and how refused rows come back."""

import csv
import gc
import shlex
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from factories import make_logbook
from strip_log.console import questions
from strip_log.errors import Misused
from strip_log.importing import importer
from strip_log.importing.columns.request import ImportRequest
from strip_log.logbook.book import reading, writing
from strip_log.logbook.versions import current
from strip_log.record.dates import Clock
from strip_log.record.shipped import shipped

CLOCK = Clock(datetime(2026, 11, 24, 14, 30))


def a_request(*files, **more):
    usual = {"clock": CLOCK, "target": "fentanyl", "vocabulary": shipped()}
    return ImportRequest(**{"files": files, **usual, **more})


def facts(striplog, *names):
    return [tuple(row.get(name, "") for name in names) for row in striplog.csv("export")]


def mended(out, old, new):
    """The words of the printed command, with the refused rows corrected."""
    words = shlex.split(out.split("striplog import ")[1].splitlines()[0])
    path = Path(words[0])
    path.write_text(path.read_text().replace(old, new))
    return ["import", *words]


@pytest.mark.parametrize("collecting", [True, False])
@pytest.mark.parametrize(
    "line", ["import log.csv", "import --dry-run log.csv", "import no.csv", "import no-dates.csv"]
)
def test_an_import_leaves_the_process_as_it_was(striplog, line, collecting):
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n")
    Path("no-dates.csv").write_text("Site,Result\nVan,pos\n")
    before = csv.field_size_limit()
    (gc.enable if collecting else gc.disable)()
    try:
        striplog.run(line)
        assert gc.isenabled() == collecting
        assert csv.field_size_limit() == before
    finally:
        gc.enable()


class Silent:
    """An Ask: a person who answers nothing."""

    def column(self, column, cells, parse):
        return None

    def outcome(self, word):
        return None

    def drug(self, word):
        return None

    def new_drugs(self, words):
        return {}


def test_an_import_needs_no_command_line():
    Path("log.csv").write_text("Date,Told,Result\n2026-01-02,Van,pos\n2026-01-03,Van,what\n")
    make_logbook("log.db")
    steps, asked = [], []

    @contextmanager
    def progress(name):
        yield lambda rows, total: steps.append((name, rows))

    class Person(Silent):
        def column(self, column, cells, parse):
            asked.append((column.header, cells, parse("Location")))
            return "site"

    with writing("log.db") as book:
        result = importer.run(a_request("log.csv"), book, Person(), progress)
    assert (result.new, result.refused, result.request.answers.columns) == (1, 1, {"Told": "site"})
    assert result.sheets[0].rejects_file == "log.csv.rejects.csv"
    assert steps == [("log.csv", 2)]
    assert asked == [("Told", ["Van", "Van"], "site")]
    with reading("log.db") as book:
        assert current(book, 1).test.site == "Van"


@pytest.mark.parametrize("more", [{"dry_run": True}, {"strict": True}])
def test_a_request_may_write_nothing(more):
    Path("log.csv").write_text("Date,Result\n2026-01-02,pos\n2026-01-03,what\n")
    make_logbook("log.db")
    before = Path("log.db").read_bytes()
    with writing("log.db") as book:
        result = importer.run(a_request("log.csv", **more), book)
    assert (result.new, result.refused) == (1, 1)
    assert Path("log.db").read_bytes() == before
    assert not list(Path().glob("*rejects*"))


@pytest.mark.parametrize("more", [{"files": ("a.csv", "b.csv"), "rejects": "r.csv"},
                                  {"files": ("a.csv",), "rejects": "-"}])  # fmt: skip
def test_a_request_that_contradicts_itself_is_refused(more):
    with pytest.raises(Misused, match="--rejects"):
        a_request(**more)


def test_refused_rows_come_back_with_what_a_person_answered(striplog, monkeypatch):
    monkeypatch.setattr(questions, "terminal", lambda: True)
    Path("log.csv").write_text("When,Place,Result\n2026-01-02,Van,pos\n2026-01-03,Van,what\n")
    result = striplog.run("import log.csv", input="site\n\n")
    monkeypatch.setattr(questions, "terminal", lambda: False)
    striplog(mended(result.stdout, "what", "neg"))
    assert facts(striplog, "site") == [("Van",), ("Van",)]


def test_refused_rows_of_an_update_come_back_as_one(striplog):
    Path("log.csv").write_text("ID,Date,Result\n1,2026-01-02,pos\n2,2026-01-02,pos\n")
    striplog("import log.csv")
    Path("log.csv").write_text("ID,Date,Result\n1,2026-01-02,neg\n2,2026-01-02,nge\n")
    out = striplog("import log.csv --update", 8)
    striplog(mended(out, "nge", "neg"))
    assert facts(striplog, "outcome") == [("negative",), ("negative",)]


# Columns of one name, and of none

PLACES = "Date,Drug,FTS,Spot,Spot,\n2025-03-01,down,pos,a,Van,1\n2025-03-02,coke,neg,b,Hub,2\n"


@pytest.mark.parametrize("name, sites", [
    ("Spot", "a b"), ("Spot (2)", "Van Hub"), ("spot (2)", "Van Hub"),
    ("column 6", "1 2"),
])  # fmt: skip
def test_a_column_is_found_by_the_name_that_the_report_prints(striplog, name, sites):
    Path("log.csv").write_text(PLACES)
    printed = striplog("import --dry-run log.csv")
    assert all(f"{one} " in printed for one in ("Spot", "Spot (2)", "column 6"))
    striplog(["import", "log.csv", "--map", f"{name}=site"])
    assert [site for (site,) in facts(striplog, "site")] == sites.split()


@pytest.mark.parametrize("place", range(3))
def test_an_answer_is_for_the_one_column_that_was_asked_about(place):
    Path("log.csv").write_text(PLACES)
    make_logbook("log.db")
    names = ["Spot", "Spot (2)", "column 6"]

    class Person(Silent):
        def column(self, column, cells, parse):
            return "site" if column.header == names[place] else None

    with writing("log.db") as book:
        importer.run(a_request("log.csv"), book, Person())
    with reading("log.db") as book:
        assert current(book, 1).test.site == ["a", "Van", "1"][place]
