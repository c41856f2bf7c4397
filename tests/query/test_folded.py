"""Brands, lots and the names of own fields are compared without case, blanks and hyphens."""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import a_test, kept
from strip_log.logbook.connection import Connection
from strip_log.logbook.where import fewest_bytes, folds_to
from strip_log.record.words import fold

#: Spellings of one text each, the one of most tests first.
ALIKE = (
    ("F1", "f1"), ("BTNX Rapid", "btnx rapid", "BTNX  Rapid", "Btnx-Rapid", "BTNX\u00a0rapid"),
    ("Qu\u00e9bec", "que\u0301bec", "QU\u00c9BEC"), ("Stra\u00dfe", "STRASSE"),
    ("A_1", "a 1", "A-1"),
)  # fmt: skip


#: Texts that are folded once and for all: of a \u00df with an accent of its own, fold makes another
#: text the second time.
texts = (
    st.text(alphabet="aAkKsS\u00df\u00e9\u00c9\u0301\u212a\ufb01\ufb03-_ `^~!.1\u00a0", max_size=6)
    .map(str.strip)
    .filter(lambda text: fold(fold(text)) == fold(text))
)


@given(texts, texts)
def test_what_sqlite_compares_is_what_fold_gives(text, other):
    with closing(Connection(":memory:")) as db:
        for one in (text, text.swapcase(), other):
            question = f"select {folds_to('?1').format('?2', '?3')}"
            bound = [one, fold(text), fewest_bytes(fold(text))]
            [found] = db.execute(question, bound).fetchone()
            assert found == (fold(one) == fold(text))


def test_what_folds_to_ascii_has_no_fewer_bytes():
    """Only single characters: what they fold to is put together, so the bytes add up."""
    characters = map(chr, {*range(0x10000)} - {*range(0xD800, 0xE000)})
    special = [one for one in characters if not one.isascii() or one in "-_" or one.isspace()]
    folding = [one for one in special if fold(one).isascii()]
    assert {"\u212a", "\u00df", "\ufb03", "\u00a0", "-"} <= {*folding}
    for one in folding:
        for text in (f"a{one}b", f"{one}b", f"a{one}"):
            assert len(text.encode()) >= fewest_bytes(fold(text)), ascii(text)


@pytest.mark.parametrize("spellings", ALIKE, ids=lambda one: ascii(one[0]))
@pytest.mark.parametrize("field", ["brand", "lot"])
def test_all_spellings_are_found_and_counted_as_one_under_that_of_most_tests(
    striplog, field, spellings
):
    first, *others = spellings
    texts = [first, *spellings, "other", None]
    kept(striplog.path, *(a_test(**{field: one}, sample=str(at)) for at, one in enumerate(texts)))
    for typed in spellings:
        found = striplog.csv(f"export --{field} '{typed}'")
        assert [row[field] for row in found] == [first, first, *others]
        assert len(striplog.csv(f"export --where '{field}!={typed}'")) == 2
        [row] = striplog.csv(f"summary --{field} '{typed}'")
        assert row["valid"] == str(len(spellings) + 1)
    for more in ("", "--unit sample", "--last 10y", "--by month"):
        rows = striplog.csv(f"summary --by {field} {more}")
        assert {row[field]: row["valid"] for row in rows} == {
            first: str(len(spellings) + 1), "other": "1", "": "1"
        }, more  # fmt: skip


@pytest.mark.parametrize("field", ["brand", "lot"])
@pytest.mark.parametrize("line", ["add neg", "edit 2", "config set"])
def test_what_is_known_is_written_as_it_is_known(striplog, field, line):
    striplog(f"add pos --{field} 'BTNX Rapid'")
    striplog("add pos")
    if line == "config set":
        striplog(f"config set {field} 'btnx-rapid'")
        assert striplog(f"config get {field}") == "BTNX Rapid\n"
        striplog("add neg")
    else:
        striplog(f"{line} --{field} 'btnx-rapid'")
    assert striplog.csv("export")[-1][field] == "BTNX Rapid"


def test_a_spelling_that_is_there_stays_and_nothing_stored_is_changed(striplog):
    kept(striplog.path, a_test(lot="f1"), a_test(lot="F1"), a_test(lot="F1"))
    before = striplog("export")
    striplog("add neg --lot f1")
    striplog("undo")
    assert striplog("export") == before
    assert striplog("history").count("lot") == 0


def test_the_names_of_own_fields_are_compared_alike(striplog):
    striplog("add pos --field 'Over dose=no'")
    striplog("add neg --field 'OVER-DOSE=yes'")
    striplog("edit 1 --field over_dose=yes")
    assert [row["Over dose"] for row in striplog.csv("export")] == ["yes", "yes"]
    assert len(striplog.csv("export --where 'over dose=yes'")) == 2
    assert len(striplog.csv("export --where over_dose!=yes")) == 0
    [row] = striplog.csv("summary --by over_dose")
    assert (row["Over dose"], row["valid"]) == ("yes", "2")
    assert "in two spellings" in striplog.refused("add neg --field 'a b=1' --field a-b=2", 2)


def test_names_of_own_fields_that_are_stored_apart_stay_apart(striplog):
    kept(striplog.path, a_test(extra='{"Over dose": "no"}'), a_test(extra='{"over-dose": "yes"}'))
    assert len(striplog.csv("export --where over-dose=yes")) == 1
    assert len(striplog.csv("export --where 'Over dose=yes'")) == 0


def test_numbers_and_dates_of_own_fields_are_compared_under_any_spelling(striplog):
    striplog("add pos --field Dose=5")
    striplog("add pos --field Dose=50")
    assert len(striplog.csv("list --where 'dose>10'")) == 1
