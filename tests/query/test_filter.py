"""Filters as SQL, against the same conditions in plain Python."""

import json
import operator
import re
import unicodedata
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from factories import SOURCES, a_test, days, opened
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current
from strip_log.logbook.where import columns, sql
from strip_log.query.days import EVER, Days
from strip_log.query.filter import CONDITIONS, Bound, Filter
from strip_log.query.source import TESTS as COLUMNS
from strip_log.record.own_fields import own_fields
from strip_log.record.search import SEARCHED

#: Names of own fields that SQL, JSON and JSON paths would stumble over.
ODD = (
    'a"b',
    "o'clock",
    "back\\slash",
    "$.x",
    "[0]",
    "%",
    "?",
    "\xe9t\xe9",
    "e\u0301",
    "\U0001f600",
)
INJECTED = "') or 1=1 --"


#: Values of an own field, of which some are numbers and some are dates.
DOSES = (
    *("5", "05", "5.0", "-5", "+7.5", ".5", "10", "1e3", "5 mg", "--5", "1.2.3", "-", ".", "many"),
    *("2026-12-31", "2026-12-01T10:00", "2026-1-1", "9999999999999999999"),
)

TESTS = (
    a_test(),
    a_test(site="Insite", drug="down", said="down", form="rock", colour="purple", lot="0012"),
    a_test(site="insite", drug="down", said="benzo dope", outcome="negative", faint=True, lot="12"),
    a_test(site="Insite ", outcome="invalid", brand="BTNX", sample="A7", intention="less"),
    a_test(site="The Hub", drug="cocaine", tested_on="2026-01-14", intention="less, dispose"),
    a_test(site="The Hub", drug="mdma", target="mdma", tested_on="2026-01-16", timing="after"),
    a_test(site=INJECTED, drug="not in the vocabulary", dilution="10 mg in 5 mL", timing="before"),
    a_test(site="\xc9toile", drug="cocaine", confirmed="negative", method="GC-MS"),
    a_test(site="E\u0301toile", drug="unknown", confirmed="positive", expires_on="2027-03-31"),
    a_test(target="xylazine", outcome="negative", faint=True, intention="as intended, less"),
    a_test(extra=own_fields({"overdose": "no"}), intention="dispose"),
    a_test(expires_on="2026-12-31"),
    a_test(expires_on="2026-12-01"),
    *(a_test(extra=own_fields({"dose": dose})) for dose in DOSES),
    a_test(extra=own_fields({"overdose": "yes", "Overdose": "NO"}), sample=INJECTED),
    *(a_test(extra=own_fields({name: name, "kit": INJECTED})) for name in ODD),
)


@pytest.fixture(scope="module")
def logbook(tmp_path_factory):
    """TESTS, and two that a filter must never give: one void, one as it was before a correction."""
    path = str(tmp_path_factory.mktemp("filters") / "logbook.db")
    with opened(path) as book, begin(book, "add") as change:
        numbers = change.add([*TESTS, a_test(site="Insite"), a_test(site="corrected")])
        change.revise(current(book, numbers[-2]), a_test(site="Insite"), void=True)
        change.revise(current(book, numbers[-1]), a_test(site="Powell"), void=False)
    return path


@pytest.fixture(scope="module")
def book(logbook):
    with reading(logbook) as book:
        yield book


@pytest.fixture(scope="module", params=SOURCES)
def source(request, logbook):
    with SOURCES[request.param](logbook) as source:
        yield source


def found(source, where):
    """The numbers of the tests that a source lets through."""
    return {row[COLUMNS.index("number")] for row in source.latest(where, None)}


def rows(book):
    cursor = book.connection.execute("select * from tests")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def meets(row, where):
    """The same in plain Python."""
    day = date.fromisoformat(row["tested_on"])
    return (
        where.days.first <= day <= where.days.last
        and all(has(row[name], name, values) for name, values in where.only.items())
        and not any(has(row[name], name, values) for name, values in where.but.items())
        and all(has(own(row, name), "", values) for name, values in where.own_only.items())
        and not any(has(own(row, name), "", values) for name, values in where.own_but.items())
        and all(within(row, bound) for bound in where.bounds)
        and bare(where.text) in said(row)
        and row["number"] > (where.after or 0)
    )


def said(row):
    """All that a search looks through, one text a line."""
    searched = [row[name] for name in ("note", "said", "drug", "site", "lot", "sample")]
    own_values = json.loads(row["extra"] or "{}").values()
    return "\n".join(bare(text or "") for text in (*searched, *own_values))


def bare(text):
    """Lower case, no accents, and a single space for hyphens and white space."""
    letters = [one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)]
    return " ".join(re.split("[-_\\s]+", "".join(letters).casefold())).strip()


def within(row, bound):
    value = own(row, bound.name) if bound.own else row[bound.name]
    if bound.kind == "number":
        if not re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)", value or ""):
            return False
        return COMPARED[bound.sign](float(value), float(bound.value))
    if not re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}", value or ""):
        return False
    return COMPARED[bound.sign](value[:10], bound.value)


COMPARED = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def has(value, name, values):
    given = "" if value is None else str(value)
    if name in ("tested_on", "expires_on"):
        return any(given.startswith(one) if one else not given for one in values)
    return any(one in values for one in (given.split(", ") if name == "intention" else [given]))


def own(row, name):
    return json.loads(row["extra"] or "{}").get(name)


def same(book, source, where):
    """Whether the source and plain Python agree; the numbers of the tests."""
    numbers = found(source, where)
    assert numbers == {row["number"] for row in rows(book) if meets(row, where)}
    return numbers


FIELDS = {
    name: sorted({"", "nowhere", INJECTED, *(str(getattr(test, name) or "") for test in TESTS)})
    for name in CONDITIONS
    if name not in ("category", "intention", "faint", "logbook")
} | {
    "faint": ["", "1", "nowhere"],
    "expires_on": ["", "2026", "2026-12", "2026-12-31", "2027-03", "2028", INJECTED],
    "tested_on": ["", "2026", "2026-01", "2026-01-14", "2026-02", INJECTED],
    "category": ["", "opioid", "stimulant", "unknown", "nowhere"],
    "intention": ["", "less", "dispose", "return", "as intended", "less, dispose", "nowhere"],
}
OWN = {name: ["", name, "x"] for name in ODD} | {
    "overdose": ["", "no", "yes"],
    "Overdose": ["", "NO"],
    "kit": ["", INJECTED],
    INJECTED: ["", "x"],
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_this_value_or_it_is_not(book, source, name):
    for value in FIELDS[name]:
        those = same(book, source, Filter(only={name: (value,)}))
        others = same(book, source, Filter(but={name: (value,)}))
        assert those.isdisjoint(others), value
        assert those | others == found(source, Filter()), value


@pytest.mark.parametrize("name", OWN)
def test_an_own_field_is_this_value_or_it_is_not(book, source, name):
    for value in OWN[name]:
        those = same(book, source, Filter(own_only={name: (value,)}))
        others = same(book, source, Filter(own_but={name: (value,)}))
        assert those.isdisjoint(others), value
        assert those | others == found(source, Filter()), value


BOUNDS = st.builds(
    Bound,
    st.sampled_from(["expires_on", "tested_on"]),
    st.sampled_from(sorted(COMPARED)),
    st.sampled_from(["2026-01-14", "2026-12-01", "2026-12-31", "2027-03-31"]),
    st.just("date"),
) | st.builds(
    Bound,
    st.sampled_from(["dose", "kit", INJECTED]),
    st.sampled_from(sorted(COMPARED)),
    st.sampled_from(["5", "-5", "0", "7.5", "0.5", "9999999999999999999"]),
    st.just("number"),
    st.just(True),
) | st.builds(
    Bound,
    st.just("dose"),
    st.sampled_from(sorted(COMPARED)),
    st.sampled_from(["2026-12-01", "2026-12-31"]),
    st.just("date"),
    st.just(True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("bound", "doses"),
    [
        (Bound("dose", "<", "5", "number", True), ["-5", ".5"]),
        (Bound("dose", "<=", "5.00", "number", True), ["5", "05", "5.0", "-5", ".5"]),
        (Bound("dose", ">", "7", "number", True), ["+7.5", "10", "9999999999999999999"]),
        (Bound("dose", ">=", "2026-12-31", "date", True), ["2026-12-31"]),
        (Bound("dose", "<", "2026-12-31", "date", True), ["2026-12-01T10:00"]),
        (Bound("dose", "<=", "2026-12-01", "date", True), ["2026-12-01T10:00"]),
    ],
    ids=str,
)
def test_own_fields_compare_as_the_numbers_or_dates_that_they_are(book, source, bound, doses):
    numbers = same(book, source, Filter(bounds=(bound,)))
    assert [own(row, "dose") for row in rows(book) if row["number"] in numbers] == doses


def conditions(fields):
    """Some of these fields, each with one or several of its values."""
    chosen = st.sampled_from(sorted(fields)).flatmap(
        lambda name: st.tuples(
            st.just(name), st.lists(st.sampled_from(fields[name]), min_size=1, max_size=3)
        )
    )
    return st.lists(chosen, max_size=2).map(lambda pairs: {name: (*vs,) for name, vs in pairs})


DATES = st.dates(date(2026, 1, 13), date(2026, 1, 17))
STRETCHES = (
    st.sampled_from([EVER])
    | st.builds(Days, first=DATES)
    | st.builds(Days, last=DATES)
    | st.builds(lambda one, other: Days(*sorted((one, other))), DATES, DATES)
)


@given(
    st.builds(
        Filter,
        days=STRETCHES,
        only=conditions(FIELDS),
        but=conditions(FIELDS),
        own_only=conditions(OWN),
        own_but=conditions(OWN),
        bounds=st.lists(BOUNDS, max_size=2).map(tuple),
        text=st.sampled_from(["", "in", "toile", "ETÉ", "5", "benzo-dope", "%", "nowhere"]),
    )
)
@example(
    Filter(days("2026-01-15"), {"site": ("", "Insite")}, {"lot": ("12",)}, {"kit": ("",)},
           {"overdose": ("", "yes")})
)  # fmt: skip
def test_any_filter_lets_through_what_the_same_conditions_do_in_plain_python(book, source, where):
    same(book, source, where)


def test_no_filter_lets_every_live_test_through(book, source):
    assert sql(Filter()) == ("", [])
    assert not Filter()
    assert len(same(book, source, Filter())) == len(TESTS) + 1


def test_a_filter_with_a_condition_is_one():
    assert Filter(days("2026-01-01")) and Filter(only={"site": ("",)})


def test_both_ends_of_a_period_belong_to_it(book, source):
    assert len(same(book, source, Filter(days("2026-01-14", "2026-01-14")))) == 1
    assert len(same(book, source, Filter(days("2026-01-16")))) == 1
    assert len(same(book, source, Filter(days("", "2026-01-13")))) == 0


def test_one_of_several_values_will_do_but_every_field_must_fit(book, source):
    assert len(same(book, source, Filter(only={"site": ("Insite", "The Hub")}))) == 3
    assert (
        len(same(book, source, Filter(only={"site": ("Insite", "The Hub"), "drug": ("mdma",)})))
        == 1
    )


def test_leaving_a_value_out_keeps_the_tests_that_have_none(book, source):
    kept = same(book, source, Filter(but={"drug": ("cocaine", "down")}))
    assert 1 in kept
    assert len(kept) == len(TESTS) + 1 - 4


def test_an_empty_value_stands_for_the_tests_that_have_none(book, source):
    assert len(same(book, source, Filter(only={"site": ("",)}))) == len(TESTS) - 8
    assert len(same(book, source, Filter(but={"site": ("",)}))) == 9
    assert len(same(book, source, Filter(only={"site": ("", "Powell")}))) == len(TESTS) - 7


def test_a_drug_outside_the_vocabulary_has_no_category(book, source):
    assert 7 in same(book, source, Filter(only={"category": ("",)}))
    assert 7 in same(book, source, Filter(but={"category": ("opioid", "unknown")}))


def test_an_intention_is_found_among_several_and_never_as_a_part_of_another(book, source):
    assert len(same(book, source, Filter(only={"intention": ("less",)}))) == 3
    assert len(same(book, source, Filter(only={"intention": ("intended",)}))) == 0
    assert len(same(book, source, Filter(but={"intention": ("less", "")}))) == 1


def test_letters_that_look_the_same_are_compared_as_they_were_typed(book, source):
    assert len(same(book, source, Filter(only={"site": ("\xc9toile",)}))) == 1
    assert len(same(book, source, Filter(only={"site": ("insite",)}))) == 1
    assert len(same(book, source, Filter(only={"lot": ("12",)}))) == 1


def test_what_is_typed_is_bound_and_never_part_of_the_statement():
    where = Filter(
        only={"site": (INJECTED,)},
        own_only={INJECTED: (INJECTED, "")},
        bounds=(
            Bound("expires_on", "<", INJECTED, "date"),
            *(Bound(INJECTED, "<", INJECTED, kind, own=True) for kind in ("date", "number")),
        ),
    )
    condition, bound = sql(where)
    assert INJECTED not in condition
    assert bound == [INJECTED] * 9
    assert condition.count("?") == 9


def test_what_a_bound_looks_at_is_known_so_that_no_index_is_asked_that_lacks_it():
    assert columns(Filter(bounds=(Bound("expires_on", "<", "2027-01-01", "date"),))) == {
        "expires_on"
    }
    assert columns(Filter(bounds=(Bound("dose", "<", "5", "number", own=True),))) == {"extra"}


@pytest.mark.parametrize(
    "bound", [Bound(INJECTED, "<", "1", "date"), Bound("lot", INJECTED, "1", "date")]
)
def test_a_field_or_a_sign_that_is_none_is_no_part_of_a_statement_either(bound):
    with pytest.raises(KeyError):
        sql(Filter(bounds=(bound,)))


@pytest.mark.parametrize(("word", "facts"), [
    ("ETOILE", {"site": "\xc9toile"}),
    ("e\u0301toile", {"site": "E\u0301toile"}),
    ("Benzo_Dope", {"said": "benzo dope"}),
    ("o dop", {"said": "benzo dope"}),
    ("0012", {"lot": "0012"}),
    ("a7", {"sample": "A7"}),
    ("or 1=1", {"site": INJECTED}),
    ("vocabulary", {"drug": "not in the vocabulary"}),
])  # fmt: skip
def test_a_word_is_found_whatever_its_case_and_accents(book, source, word, facts):
    numbers = same(book, source, Filter(text=word))
    assert any(facts.items() <= row.items() for row in rows(book) if row["number"] in numbers)


def test_a_word_is_found_in_the_value_of_an_own_field_and_not_in_its_name(book, source):
    assert same(book, source, Filter(text="overdose")) == set()
    assert len(same(book, source, Filter(text="yes"))) == 1


def test_a_word_is_found_in_the_test_as_it_stands(book, source):
    assert same(book, source, Filter(text="corrected")) == set()
    assert len(same(book, source, Filter(text="powell"))) == 1


@pytest.mark.parametrize("after", [0, 2, 10**9])
def test_only_tests_that_were_written_down_after_one_are_found(book, source, after):
    where = Filter(after=after)
    assert same(book, source, where) == {row["number"] for row in rows(book)
                                         if row["number"] > after}  # fmt: skip
    assert where and where.described() == {"number": f"after #{after}"}
    assert columns(where) == {"number"}


def test_a_search_looks_at_every_column_that_it_names(book):
    assert columns(Filter(text="x")) == {"extra", *SEARCHED}
    assert Filter(text="x") and Filter(text="x").described() == {"text": "x"}
