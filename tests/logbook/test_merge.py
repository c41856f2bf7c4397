"""`striplog merge`: the union of logbooks, in any order, any grouping, any number of times."""

import sqlite3
import tempfile
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from factories import a_test, examples, kept
from strip_log import cli
from strip_log.errors import Busy
from strip_log.logbook import file, suspend, undo
from strip_log.logbook.book import writing
from strip_log.logbook.change import begin
from strip_log.logbook.history import came_with
from strip_log.logbook.merge import merge
from strip_log.record import ids


def run(path, *words, code=0):
    """striplog on this logbook; what it printed."""
    env = {"STRIPLOG_LOGBOOK": str(path)}
    result = CliRunner().invoke(cli.striplog, list(map(str, words)), env=env)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.output


#: Everything that is not local, in an order that is not local either.
CONTENT = (
    "select id, stamp, origin, live, void, reason, tested_on, site, drug, said, target, outcome,"
    " lot, note from entry order by id, stamp, origin",
    "select id, stamp, origin, command, reason from change where command <> 'merge' order by id",
    "select name, category from drug order by name",
    "select kind, word, name from alias order by kind, word, name",
    "select name from target order by name",
    "select id, site, drug, category, target, outcome from tests order by id",
)


def content(path):
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
        return [db.execute(question).fetchall() for question in CONTENT]


def copies(folder, *sources):
    """Fresh copies of these logbooks, so that each merge begins with the same."""
    folder.mkdir()
    for source in sources:
        with (
            closing(sqlite3.connect(source)) as db,
            closing(sqlite3.connect(folder / source.name)) as copy,
        ):
            db.backup(copy)
    return [folder / source.name for source in sources]


@pytest.fixture
def sites(tmp_path):
    """Three sites: one logbook, copied to two others, each written to since."""
    insite, powell, van = (tmp_path / f"{name}.db" for name in ("insite", "powell", "van"))
    for _ in range(3):
        run(insite, "add", "pos", "--drug", "down", "--site", "Insite", "--at", "2026-01-02")
    for other in (powell, van):
        with closing(sqlite3.connect(insite)) as db, closing(sqlite3.connect(other)) as copy:
            db.backup(copy)
            own = other.stem.encode().hex().ljust(16, "0")[:16]
            copy.execute("update setting set value = ? where name = 'logbook'", [own])
            copy.commit()
    run(insite, "edit", "1", "neg")
    run(powell, "edit", "1", "inv")
    run(powell, "add", "neg", "--drug", "Novazolam", "--new", "--site", "Powell")
    run(powell, "vocab", "add", "novazolam", "--category", "depressant")
    run(van, "void", "2", "--reason", "typed twice")
    run(van, "add", "fent=pos", "xyl=neg", "--drug", "coke", "--site", "Van")
    run(van, "vocab", "rename", "cocaine", "snow")
    run(insite, "vocab", "alias", "dope", "down")
    return insite, powell, van


def test_all_six_orders_give_the_same(sites, tmp_path):
    found = []
    for place, order in enumerate(permutations(range(3))):
        mine = copies(tmp_path / str(place), *sites)
        first, *others = (mine[one] for one in order)
        run(first, "merge", *others)
        found.append(content(first))
    assert all(one == found[0] for one in found)
    assert len(found[0][-1]) == 3 - 1 + 1 + 2


def test_all_orders_give_the_same_where_each_has_erased_something(sites, tmp_path):
    insite, powell, van = sites
    run(powell, "add", "pos", "--drug", "zorgon", "--new", "--site", "Elm Street", "--new")
    run(insite, "merge", powell)
    run(insite, "edit", 5, "neg", "--note", "SECRET", "--reason", "SECRET")
    run(insite, "edit", 1, "--lot", "7", "--reason", "SECRET")
    run(insite, "edit", 3, "--note", "SECRET")
    run(van, "merge", insite)
    run(van, "edit", 3, "--note", "SECRET too")
    run(powell, "erase", 5, "--yes")
    run(van, "erase", 3, "--field", "note", "--field", "drug", "--yes")
    run(insite, "erase", 1, "--field", "reason", "--field", "site", "--yes", "--reason", "why")
    run(van, "edit", 1, "--note", "fine", "--reason", "later")
    found = []
    for place, order in enumerate([(0, 1, 2), (1, 2, 0), (2, 1, 0)]):
        mine = copies(tmp_path / str(place), *sites)
        first, *others = (mine[one] for one in order)
        run(first, "merge", *others)
        for other in others:
            run(other, "merge", first)
            assert content(other) == content(first)
        assert "is sound" in run(first, "doctor")
        for path in mine:
            for word in (b"zorgon", b"Elm Street", b"SECRET"):
                assert word not in path.read_bytes()
        found.append(content(first))
    assert all(one == found[0] for one in found)


def test_into_a_new_logbook_the_order_of_the_files_does_not_even_change_the_numbers(
    sites, tmp_path
):
    exports, summaries = set(), set()
    for place, order in enumerate(permutations(sites)):
        new = tmp_path / f"new {place}.db"
        run(new, "merge", *order)
        exports.add(run(new, "export"))
        summaries.add(run(new, "summary"))
    assert (len(exports), len(summaries)) == (1, 1)


def test_grouping_and_repetition_change_nothing(sites, tmp_path):
    at_once = copies(tmp_path / "a", *sites)
    run(at_once[0], "merge", *at_once[1:])
    by_steps = copies(tmp_path / "b", *sites)
    run(by_steps[1], "merge", by_steps[2])
    run(by_steps[0], "merge", by_steps[1])
    assert content(by_steps[0]) == content(at_once[0])
    before = at_once[0].read_bytes()
    assert "nothing new" in run(at_once[0], "merge", at_once[1], at_once[2])
    assert at_once[0].read_bytes() == before


def test_there_may_be_more_files_than_one_connection_can_hold(sites, monkeypatch, tmp_path):
    """SQLite attaches ten. Nothing of them stays in the folder for temporary files."""
    insite, powell, _ = sites
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    said = run(insite, "merge", *[powell] * 12).splitlines()
    assert "1 new test" in said[0]
    assert [line for line in said if line.endswith("nothing new.")] == said[2:13]
    assert not [*temporary.iterdir()]


def test_many_at_once_are_merged_and_taken_back_as_few_are(sites, tmp_path, monkeypatch):
    found = []
    for name, least in (("few", 2_000), ("many", 0)):
        monkeypatch.setattr(suspend, "FEW", least)
        monkeypatch.setattr(suspend, "PART", least)
        first, *others = copies(tmp_path / name, *sites)
        merged = run(first, "merge", *others), content(first), local(first)
        undone = run(first, "undo"), content(first)[2:], local(first)
        run(first, "void", "1-3", "--reason", "a whole page", "--yes")
        undone += run(first, "undo"), content(first)[2:], local(first)
        run(first, "edit", "1", "--lot", "L9")
        undone += run(first, "undo"), content(first)[2:], local(first)
        assert "is sound" in run(first, "doctor")
        found.append([str(one).replace(f"/{name}/", "") for one in (*merged, *undone)])
    for few, many in zip(*found, strict=True):
        assert few == many


def local(path):
    """What each version has of this logbook alone, and whether it counts."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(
            "select id, number, live, void, reason from entry order by seq"
        ).fetchall()


def test_it_says_what_came_and_which_of_two_corrections_holds(sites):
    insite, powell, _ = sites
    said = run(insite, "merge", powell)
    assert "1 new test, 1 more version" in said
    assert "#1 was changed in both logbooks. The later version counts: the one from" in said
    assert "INVALID" in run(insite, "show", "1")
    assert "outcome changed from positive to negative" in run(insite, "show", "1")


def test_a_dry_run_says_the_same_and_changes_nothing(sites, tmp_path):
    insite, powell, van = sites
    before = insite.read_bytes()
    said = run(insite, "merge", "--dry-run", powell, van)
    assert insite.read_bytes() == before
    done = run(insite, "merge", powell, van).replace("To take it back: striplog undo\n", "")
    assert said == done + "Nothing was written: this was a dry run.\n"
    run(tmp_path / "none.db", "merge", "--dry-run", powell, code=3)


def test_the_others_are_only_read(sites):
    insite, *others = sites
    before = [path.read_bytes() for path in others]
    run(insite, "merge", *others)
    assert [path.read_bytes() for path in others] == before


def test_undo_takes_back_a_merge_and_then_what_was_done_before_it(sites):
    insite, powell, _ = sites
    before = [content(insite)[place] for place in (2, 3, 4, 5)]
    assert "To take it back: striplog undo" in run(insite, "merge", powell)
    out = run(insite, "undo")
    assert ": merge." in out and "#1 outcome changed from invalid to negative" in out
    assert [content(insite)[place] for place in (2, 3, 4, 5)] == before
    assert "4" not in [line.split(",")[0] for line in run(insite, "export").splitlines()]
    assert "vocab alias" in run(insite, "undo")


def test_a_merge_is_in_the_history_by_the_name_of_its_logbook(sites):
    insite, powell, van = sites
    run(powell, "config", "set", "name", "Powell Street")
    run(insite, "merge", powell, van)
    line = run(insite, "history", "--format", "csv").splitlines()[1]
    assert ',"merge of Powell Street, van.db",' in line
    assert "brought 3 new tests, 4 more versions of tests" in line
    run(van, "merge", insite)
    assert "merge of" not in run(van, "history", "--format", "csv").split("\n", 2)[2]


def test_two_logbooks_that_merge_each_other_come_to_an_end(sites):
    insite, powell, _ = sites
    for here, there in ((insite, powell), (powell, insite)):
        run(here, "merge", there)
    for here, there in ((insite, powell), (powell, insite)):
        before = here.read_bytes()
        assert "nothing new" in run(here, "merge", there)
        assert here.read_bytes() == before


def test_what_was_corrected_since_a_merge_is_left_alone_when_it_is_taken_back(sites):
    insite, powell, _ = sites
    run(insite, "merge", powell)
    number = run(insite, "export").splitlines()[-1].split(",")[0]
    run(insite, "edit", number, "pos")
    with writing(str(insite)) as book, begin(book, "undo") as change:
        [seq] = change.ask("select max(seq) from change where command = 'merge'").fetchone()
        passed = undo._send_back(change, came_with(book, seq))
    assert [version.number for version in passed] == [int(number)]
    assert number in [line.split(",")[0] for line in run(insite, "export").splitlines()]


def test_what_was_corrected_and_put_right_since_a_merge_goes_back_with_it(sites):
    insite, powell, _ = sites
    outcomes = [line.split(",")[10] for line in run(insite, "export").splitlines()]
    run(insite, "merge", powell)
    for number in ("1", "4"):
        run(insite, "edit", number, "--lot", "L1")
    for _ in range(3):
        assert "left alone" not in run(insite, "undo")
    assert [line.split(",")[10] for line in run(insite, "export").splitlines()] == outcomes


def test_undo_of_a_merge_is_later_than_what_came_though_a_clock_there_ran_ahead(sites):
    insite, powell, _ = sites
    before = run(insite, "export")
    ahead = ids.stamp_at(datetime.now(UTC) + timedelta(days=300))
    with closing(sqlite3.connect(powell)) as db:
        db.execute("drop trigger entry_facts_stay")
        db.execute("update entry set stamp = ? where seq > 3", [ahead])
        db.commit()
    run(insite, "merge", powell)
    assert run(insite, "export") != before
    run(insite, "undo")
    assert run(insite, "export") == before


def test_a_merge_that_was_taken_back_is_taken_back_wherever_it_goes(sites):
    insite, powell, van = sites
    run(insite, "merge", powell)
    run(insite, "undo")
    run(van, "merge", insite)
    assert "Powell" not in run(van, "export")
    assert "is sound" in run(van, "doctor")


def test_itself_is_refused_and_so_is_what_is_no_logbook(sites, tmp_path):
    insite, powell, _ = sites
    before = insite.read_bytes()
    assert "itself" in run(insite, "merge", insite, code=7)
    tmp_path.joinpath("t.csv").write_text("a,b\n")
    assert "striplog import" in run(insite, "merge", powell, tmp_path / "t.csv", code=6)
    run(insite, "merge", tmp_path / "nowhere.db", code=3)
    with closing(sqlite3.connect(powell)) as db:
        db.execute(f"pragma user_version = {file.SCHEMA + 1}")
    assert "later striplog" in run(insite, "merge", powell, code=6)
    assert insite.read_bytes() == before


writes = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["add", "edit", "void", "unvoid", "undo", "alias", "category", "sync"]),
        st.integers(1, 4),
        st.sampled_from(["pos", "neg", "inv"]),
    ),
    max_size=14,
)


@examples(5)
@given(writes)
def test_merging_is_a_union_whatever_was_written(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("sites")
    books = [folder / f"{name}.db" for name in "abc"]
    for book in books:
        run(book, "add", "pos", "--drug", "down")
    for which, what, number, word in written:
        book, there = books[which], [str(number)]
        words = {
            "add": ["add", word, "--drug", "coke"], "edit": ["edit", *there, word],
            "void": ["void", *there], "unvoid": ["unvoid", *there], "undo": ["undo"],
            "alias": ["vocab", "alias", f"word {number}", "heroin" if word == "pos" else "down"],
            "category": ["vocab", "add", f"drug {number}", "--category",
                         "opioid" if word == "pos" else "other"],
            "sync": ["merge", str(books[which - 1])],
        }[what]  # fmt: skip
        env = {"STRIPLOG_LOGBOOK": str(book)}
        result = CliRunner().invoke(cli.striplog, words, env=env)
        assert result.exit_code in (0, 1, 3), result.output
    versions = set()
    for book in books:
        versions |= {row[:3] for row in content(book)[0]}
    found = []
    for place, order in enumerate(permutations(range(3))):
        mine = copies(folder / str(place), *books)
        for one in order[1:]:
            run(mine[order[0]], "merge", mine[one])
        found.append(content(mine[order[0]]))
    assert all(one == found[0] for one in found)
    assert {row[:3] for row in found[0][0]} == versions


def put_back(path, stamp):
    """Make the changes of names of this logbook look as if a clock had run ahead."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("drop trigger change_stays")
        db.execute(
            "update change set stamp = ? where seq in (select change from amendment)", [stamp]
        )
        db.commit()


def test_a_name_that_was_corrected_stays_corrected_though_a_clock_ran_ahead(sites):
    insite, powell, _ = sites
    run(powell, "vocab", "add", "down", "--category", "other")
    put_back(powell, ids.stamp_at(datetime.now(UTC) + timedelta(days=300)))
    run(insite, "merge", powell)
    run(insite, "vocab", "add", "down", "--category", "opioid")
    run(powell, "add", "pos")
    run(insite, "merge", powell)
    row = next(line for line in run(insite, "vocab", "list", "--format", "csv").splitlines()
               if line.startswith("drug,down,"))  # fmt: skip
    assert row.startswith("drug,down,opioid")


def test_undo_of_a_merge_gives_a_name_the_meaning_that_it_had(sites):
    insite, powell, _ = sites
    run(insite, "vocab", "alias", "white", "cocaine")
    run(powell, "vocab", "alias", "white", "heroin")
    run(insite, "merge", powell)
    assert "heroin (said 'white')" in run(insite, "add", "pos", "--drug", "white")
    run(insite, "undo")
    run(insite, "undo")
    assert "cocaine (said 'white')" in run(insite, "add", "pos", "--drug", "white")


def test_a_logbook_that_is_written_to_at_any_moment_is_merged_as_it_was(sites, monkeypatch):
    """Somebody writes there before each statement that the merge reads it with."""
    from strip_log.logbook import incoming

    insite, powell, _ = sites
    real, written = incoming.opened, []

    def write(statement):
        test = a_test(site=f"meanwhile {len(written)}", drug="down")
        with suppress(Busy):
            kept(powell, test)
            written.append(test.site)

    @contextmanager
    def other(*words):
        with real(*words) as connection:
            connection.set_trace_callback(write)
            yield connection
            connection.set_trace_callback(None)

    monkeypatch.setattr("strip_log.logbook.connection.PATIENCE", 0)
    monkeypatch.setattr(incoming, "opened", other)
    run(insite, "merge", powell)
    monkeypatch.setattr(incoming, "opened", real)
    exported = run(insite, "export")
    came = [site for site in written if f",{site}," in exported]
    assert len(written) > 10 and came == written[: len(came)]
    assert "is sound" in run(insite, "doctor")
    assert f"{len(written) - len(came)} new tests," in run(insite, "merge", powell)


def test_a_name_that_another_logbook_gave_up_is_said_and_can_be_followed(tmp_path):
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    run(here, "add", "pos", "--drug", "coke")
    run(there, "add", "pos", "--drug", "coke")
    run(there, "vocab", "rename", "cocaine", "snow")
    said = run(here, "merge", there)
    assert "1 test has the drug 'cocaine'" in said
    run(here, "vocab", "rename", "cocaine", "snow")
    with closing(sqlite3.connect(here)) as db:
        assert db.execute("select drug, category from tests").fetchall() == [
            ("snow", "stimulant"), ("snow", "stimulant")
        ]  # fmt: skip
    assert "gave up" not in run(here, "merge", there)


def test_a_merge_that_fails_leaves_no_empty_logbook_behind(tmp_path):
    run(tmp_path / "here.db", "merge", tmp_path / "nowhere.db", code=3)
    assert list(tmp_path.iterdir()) == []


def test_what_a_merge_strikes_out_is_said(tmp_path):
    here, there, sheet = tmp_path / "here.db", tmp_path / "there.db", tmp_path / "log.csv"
    sheet.write_text("Date,Drug,Result\n2026-01-02,down,pos\n2026-01-03,down,pos\n")
    run(here, "import", sheet)
    run(there, "import", sheet)
    run(there, "undo")
    assert "Now struck out here too: 2 tests." in run(here, "merge", there)


def steps_to_merge(folder, tests):
    """How much SQLite does, in thousands of its steps."""
    rows = "".join(f"2026-01-02,S{number},pos\n" for number in range(tests))
    sheet, here, there = (folder / f"{tests}{end}" for end in (".csv", ".db", "-there.db"))
    sheet.write_text("Date,Sample,Result\n" + rows)
    run(there, "import", sheet)
    run(here, "add", "pos")
    return steps(here, [there])


def steps(here, others):
    """How much SQLite does to merge these, in thousands of its steps."""
    counted = 0

    def count():
        nonlocal counted
        counted += 1

    with writing(str(here)) as book:
        book.connection.set_progress_handler(count, 1_000)
        merge(book, [*map(str, others)], datetime.now(UTC))
    return counted


def test_twice_as_many_tests_take_twice_as_long(tmp_path):
    assert steps_to_merge(tmp_path, 4_000) < 3 * steps_to_merge(tmp_path, 2_000)


def test_the_tests_of_one_file_are_not_looked_through_for_each_of_the_others(tmp_path):
    def merged(files):
        others = [tmp_path / f"{files}-{place}.db" for place in range(files)]
        for other in others:
            kept(other, *[a_test()] * (4_800 // files))
        here = tmp_path / f"{files}.db"
        kept(here, a_test())
        return steps(here, others)

    few, many = merged(2), merged(16)
    assert many < 1.5 * few, (few, many)


@pytest.mark.parametrize(
    "name, code, said",
    [
        ("nothing.db", 3, "There is no logbook at nothing.db: nothing was merged."),
        ("log.csv", 6, "To import a spreadsheet: striplog import log.csv"),
        ("half.db", 6, "half.db is damaged: nothing was merged."),
        ("a.age", 6, "a.age is encrypted."),
    ],
)
def test_what_is_wrong_with_another_logbook_is_no_advice_about_this_one(
    tmp_path, monkeypatch, name, code, said
):
    monkeypatch.chdir(tmp_path)
    run("here.db", "add", "pos")
    run("half.db", "add", "pos")
    (tmp_path / "half.db").write_bytes((tmp_path / "half.db").read_bytes()[:20_000])
    (tmp_path / "log.csv").write_text("Date,Result\n")
    (tmp_path / "a.age").write_text("age-encryption.org/v1\n-> scrypt x\n")
    before = content("here.db")
    out = run("here.db", "merge", name, code=code)
    assert said in out
    assert "striplog add" not in out and "restore FILE" not in out
    assert content("here.db") == before


def test_tests_that_both_sides_changed_are_not_all_listed(tmp_path):
    here, there = tmp_path / "here.db", tmp_path / "there.db"
    run(here, "add", "pos")
    rows = "".join(f"2026-01-02,S{number},pos\n" for number in range(30))
    (tmp_path / "log.csv").write_text("Date,Sample,Result\n" + rows)
    for path in (here, there):
        run(path, "import", tmp_path / "log.csv")
    first = 2
    for path, lot in ((here, "A"), (there, "B")):
        run(path, "edit", f"{first}-{first + 29}", "--lot", lot, "--yes")
        first = 1
    out = run(here, "merge", there)
    assert out.count("was changed in both logbooks") == 20
    assert "and 10 tests more." in out
