"""A power cut at any moment: what was there is there, what was said to be written is written."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from faults import power

pytestmark = pytest.mark.skipif(not power.can_be_cut(), reason="strace tells what is written")

#: Commands that write, and the files that they write; one that is there is written anew.
WRITERS = {
    "add neg": ["logbook.db"],
    "add neg --logbook new.db": ["new.db"],
    "add neg --logbook one/two/new.db": ["one/two/new.db"],
    "edit 1 neg": ["logbook.db"],
    "undo": ["logbook.db"],
    "import rows.csv": ["logbook.db", "rows.csv.rejects.csv"],
    "import rows.csv --logbook new.db": ["new.db", "rows.csv.rejects.csv"],
    "merge other.db": ["logbook.db"],
    "merge other.db --logbook new.db": ["new.db"],
    "restore other.db --yes": ["logbook.db"],
    "restore other.db --yes --logbook new.db": ["new.db"],
    "backup new.db": ["new.db"],
    "export -o new.csv": ["new.csv"],
    "export -o old.csv --force": ["old.csv"],
}


@pytest.fixture
def folder(striplog, tmp_path, monkeypatch):
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("STRIPLOG_LOGBOOK", "logbook.db")
    striplog("add pos --drug down --at 2026-01-02")
    striplog("add neg --drug coke --logbook other.db")
    folder.joinpath("rows.csv").write_text("Date,Result\n2026-01-02,pos\n2026-01-03,odd\n")
    folder.joinpath("old.csv").write_text("as it was")
    return folder


def held(path):
    """What a file holds: the tests of a logbook, mended by SQLite where it must be; None if it is
    not there."""
    if not path.exists():
        return None
    if path.suffix != ".db":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        tests = db.execute("select number, outcome, drug from tests order by 1").fetchall()
    return tests


#: Those that the plain suite looks at.
SHORT = (
    *("add neg", "import rows.csv --logbook new.db", "export -o new.csv"),
    "restore other.db --yes --logbook new.db",
)


@pytest.mark.parametrize(
    "line", [one if one in SHORT else pytest.param(one, marks=pytest.mark.slow) for one in WRITERS]
)
def test_what_is_said_to_be_written_survives_a_power_cut(folder, tmp_path, line):
    names = WRITERS[line]
    before = {name: held(folder / name) for name in names}
    found = []

    def look(contents, said):
        after = tmp_path / "after"
        shutil.rmtree(after, ignore_errors=True)
        for path, content in contents.items():
            place = after / Path(path).relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        found.append((said, {name: held(after / name) for name in names}))

    run = power.cut(line.split(), folder, look)
    assert run.returncode in (0, 8), run.stderr
    now = {name: held(folder / name) for name in names}
    for said, there in found:
        for name in names:
            empty = [] if "add" in line and before[name] is None else before[name]
            assert there[name] in ((now[name],) if said else (before[name], empty, now[name]))
    assert before != now and len(found) > 6
