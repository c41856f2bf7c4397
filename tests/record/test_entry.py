"""What was typed about the strips of one sample, and the tests that it means."""

from datetime import datetime

import pytest

from strip_log.errors import Misused, RecordRefused, UnknownWord
from strip_log.record.correction import corrected
from strip_log.record.dates import Clock
from strip_log.record.entry import Entry, NoResult, UncertainName
from strip_log.record.outcomes import outcome_of_lines
from strip_log.record.test import Test
from strip_log.record.vocabulary import shipped

WORDS = shipped()

#: Two in the morning of a night shift: the working day is still the 23rd.
CLOCK = Clock(datetime(2026, 11, 24, 2, 0), "06:00")


def entered(*words, **typed):
    return Entry(words=words, **typed).tests(WORDS, CLOCK)


def meant(*words, target="fentanyl", **typed):
    """Target and outcome of every test that is meant."""
    tests = entered(*words, texts={"target": target}, **typed).tests
    return [(test.target, test.outcome) for test in tests]


# Results


def test_an_outcome_alone_is_of_the_target_that_is_given():
    assert meant("pos") == [("fentanyl", "positive")]
    assert meant("2lines", target="xylazine") == [("xylazine", "negative")]


def test_several_results_keep_the_order_of_typing():
    assert meant("xyl=inv", "Fentanyl=POS", "benzo=neg") == [
        ("xylazine", "invalid"),
        ("fentanyl", "positive"),
        ("benzodiazepine", "negative"),
    ]


def test_an_outcome_alone_may_stand_beside_results_of_other_targets():
    assert meant("pos", "benzo=neg") == [("fentanyl", "positive"), ("benzodiazepine", "negative")]


def test_the_same_target_twice_is_two_tests_when_both_are_meant():
    twice = [("fentanyl", "positive"), ("fentanyl", "negative")]
    assert meant("pos", "neg", again=True) == twice
    with pytest.raises(Misused, match="fentanyl is given twice"):
        meant("pos", "fent=neg")


@pytest.mark.parametrize(
    ("lines", "outcome"), [("1", "positive"), ("2", "negative"), ("0", "invalid")]
)
def test_lines_say_the_outcome_of_every_target_that_is_named(lines, outcome):
    assert meant(lines=lines) == [("fentanyl", outcome)]
    assert meant(lines=lines, target="mdma") == [("mdma", outcome)]
    assert meant("xyl", "benzo", lines=lines) == [
        ("xylazine", outcome),
        ("benzodiazepine", outcome),
    ]
    assert outcome_of_lines(lines) == outcome


@pytest.mark.parametrize("lines", ["3", "", "one", "01", "-1", "\u0661", "1 "])
def test_no_other_number_of_lines_is_on_a_strip(lines):
    with pytest.raises(Misused, match=r"--lines is 1 \(positive\), 2 \(negative\) or 0"):
        meant(lines=lines)


@pytest.mark.parametrize("word", ["pos", "NEG", "benzo=pos", "2 lines", "="])
def test_lines_and_an_outcome_together_are_one_too_many(word):
    with pytest.raises(Misused, match=r"--lines 2 and .* both say the outcome: leave one out"):
        meant("fentanyl", word, lines="2")


def test_a_target_without_its_outcome_is_answered_with_how_to_type_it():
    with pytest.raises(RecordRefused) as refused:
        meant("benzo")
    assert str(refused.value) == "'benzo' needs its outcome: benzo=pos, benzo=neg or benzo=inv."


@pytest.mark.parametrize("word", ["down", "Crack Cocaine", "xanax", "dope", "h\u00e9ro\u00efne"])
def test_a_drug_in_the_place_of_an_outcome_is_answered_with_how_to_type_it(word):
    test = Test("fentanyl", "positive", "2026-11-23")
    with pytest.raises(RecordRefused, match=r"is not an outcome but a drug: type it after --drug"):
        corrected(Entry(words=(word,)), test, WORDS, CLOCK)


def test_a_misspelt_target_without_its_outcome_is_answered_with_the_target():
    with pytest.raises(RecordRefused, match=r"Did you mean fentanyl=\.\.\."):
        meant("fentanly")


def test_a_misspelt_outcome_is_answered_with_the_outcome():
    with pytest.raises(RecordRefused, match=r"'negatve' is not an outcome. Did you mean negative"):
        meant("negatve")


def test_a_word_near_to_an_outcome_is_not_taken_for_a_target():
    with pytest.raises(RecordRefused) as refused:
        meant("nid")  # looks like invalid, and like nit for nitazene
    assert "Did you mean" not in str(refused.value)
    assert "nit=" not in str(refused.value)


@pytest.mark.parametrize("word", ["fentanyl=", "fentanyl=1", "fentanyl=maybe", "fentanyl=n/a"])
def test_a_target_with_something_else_than_an_outcome_is_refused(word):
    with pytest.raises(RecordRefused, match="is not an outcome"):
        meant(word)


@pytest.mark.parametrize("word", ["=pos", "coke=pos", "a=b=pos", "fentanyl==pos", "pos=fentanyl"])
def test_an_outcome_of_something_else_than_a_target_is_refused(word):
    with pytest.raises(UnknownWord, match="There is no target"):
        meant(word)


def test_one_bad_word_refuses_them_all():
    with pytest.raises(RecordRefused):
        meant("fentanyl=pos", "benzo=perhaps")


# The fields


def test_the_tests_of_one_entry_share_everything_but_target_and_outcome():
    texts = {"drug": "coke", "site": "Insite", "at": "01:30"}
    one, two = entered("pos", "benzo=neg", texts=texts, own={"overdose": "no"}).tests
    assert (one.target, two.target) == ("fentanyl", "benzodiazepine")
    assert one.sample and one.sample == two.sample
    for test in (one, two):
        assert (test.drug, test.said, test.site) == ("cocaine", "coke", "Insite")
        assert (test.tested_on, test.tested_time) == ("2026-11-23", "01:30")
        assert test.extra == '{"overdose": "no"}'


def test_what_nobody_typed_is_said():
    assert entered("pos").filled == ("date 2026-11-23",)
    typed = Entry(words=("pos",), texts={"at": "today"}, cleared=("lot",))
    defaults = {"site": "Insite", "lot": "0012", "note": "never a default"}
    entry = typed.with_defaults(defaults)
    assert entry.tests(WORDS, CLOCK).filled == ("target fentanyl", "site Insite")
    assert "lot" not in entry.texts and "note" not in entry.texts


def test_what_is_typed_goes_before_a_default():
    entry = Entry(texts={"site": "Powell"}).with_defaults({"site": "Insite", "target": "xylazine"})
    assert entry.texts == {"site": "Powell", "target": "xylazine"}
    assert entry.filled == ("target",)


def test_a_default_target_is_not_said_where_every_result_names_its_own():
    def filled(*words, **typed):
        entry = Entry(words=words, texts={"at": "today", "sample": "A"}, **typed).with_defaults({})
        return entry.tests(WORDS, CLOCK).filled

    assert filled("xyl=pos", "benzo=neg") == filled("xyl", lines="2") == ()
    assert filled("pos", "benzo=neg") == filled(lines="2") == ("target fentanyl",)


def test_only_a_field_that_has_defaults_is_cleared():
    with pytest.raises(Misused, match=r"There is no default 'sitee'. Did you mean site"):
        Entry(cleared=("sitee",)).with_defaults({})


def test_an_entry_without_an_outcome_asks_for_it_once_all_else_is_right():
    with pytest.raises(NoResult, match="Say what the strip shows: pos"):
        entered(texts={"site": "Insite"})
    with pytest.raises(RecordRefused, match="colour"):
        entered(texts={"colour": "grean"})


@pytest.mark.parametrize(("word", "nearest"), [
    ("cocane", ("cocaine",)), ("dope", ("down", "heroin", "methamphetamine"))
])  # fmt: skip
def test_a_drug_that_is_not_certain_comes_with_what_it_may_be(word, nearest):
    with pytest.raises(UncertainName, match="add --new") as uncertain:
        entered("pos", texts={"drug": word})
    assert uncertain.value.word == word
    assert uncertain.value.nearest[: len(nearest)] == nearest
    assert "--new" not in uncertain.value.question


def test_a_new_drug_is_kept_when_it_is_meant():
    found = entered("pos", texts={"drug": "Novazolam"}, new=True)
    assert (found.new.drug, found.tests[0].drug, found.tests[0].said) == (
        "novazolam", "novazolam", "Novazolam"
    )  # fmt: skip
    assert entered("pos", texts={"drug": "coke"}, new=True).new.drug is None


def test_the_word_that_was_used_is_kept_where_another_was_chosen():
    [test] = entered("pos", texts={"drug": "cocaine"}, said="cocane").tests
    assert (test.drug, test.said) == ("cocaine", "cocane")


# The command that adds the same tests


@pytest.mark.parametrize("typed", [
    {"words": ("pos",)},
    {"words": ("pos", "benzo=neg"), "texts": {"sample": "A7", "at": "yesterday 02:00"}},
    {"lines": "2", "faint": True, "texts": {"lot": "-0012", "drug": "x"}, "new": True},
    {"words": ("neg", "neg"), "again": True, "texts": {"sample": "A"}, "own": {"a b": "c=d"}},
    {"words": ("xyl=inv",),
     "texts": {"intention": "less,return", "expires_on": "2027-03", "sample": "B"}},
], ids=str)  # fmt: skip
def test_the_command_of_an_entry_writes_the_same_tests_on_any_other_day(typed):
    entry = Entry(**typed).with_defaults({"site": "Insite $(x)", "target": "mdma"})
    found = entry.tests(WORDS, CLOCK)
    later = Clock(datetime(2026, 12, 25, 12, 0))
    again = _parsed(found.command).with_defaults({"site": "Powell"}).tests(WORDS, later)
    assert [_facts(test) for test in again.tests] == [_facts(test) for test in found.tests]


def _parsed(command):
    """The entry that `add` makes of the words of a command."""
    from strip_log.commands.add import command as add
    from strip_log.console.fields import entry

    name, *words = command
    assert name == "add"
    typed = add.make_context("add", words).params
    assert not typed.pop("same")
    return entry(typed)


def _facts(test):
    return {name: getattr(test, name) for name in Test._fields}


def test_the_command_of_an_entry_is_that_of_all_samples():
    entry = Entry(words=("neg", "xyl=pos"), texts={"drug": "down", "lot.xyl": "X"}, times=30)
    found = entry.tests(WORDS, CLOCK).of_all_samples()
    assert found.command == (
        *("add", "fentanyl=negative", "xylazine=positive", "x30", "--drug", "down"),
        *("--at", "2026-11-23", "--lot", "xylazine=X"),
    )
    assert entry.command_with(drug="coke") == (
        *("neg", "xyl=pos", "x30", "--drug", "coke", "--lot", "xyl=X"),
    )


# Several samples


def test_each_of_several_samples_has_its_own_code_where_it_has_several_strips():
    found = Entry(words=("neg", "xyl=pos"), times=3).tests(WORDS, CLOCK).of_all_samples()
    assert [test.target for test in found.tests] == ["fentanyl", "xylazine"] * 3
    codes = [test.sample for test in found.tests]
    assert codes[::2] == codes[1::2] and len({*codes}) == 3 and None not in codes
    assert found.filled == ("a code for each of 3 samples", "date 2026-11-23")
    single = Entry(words=("neg",), times=3).tests(WORDS, CLOCK).of_all_samples()
    assert [test.sample for test in single.tests] == [None] * 3


def test_several_samples_do_not_share_a_code():
    with pytest.raises(Misused, match="x3 are 3 samples, and --sample A7 is the code of one"):
        Entry(words=("neg",), times=3, texts={"sample": "A7"}).tests(WORDS, CLOCK).of_all_samples()


# A correction


THERE = entered(
    "neg", faint=True, texts={"drug": "coke", "lot": "7"}, own={"told": "yes", "Over dose": "no"}
).tests[0]


def changes(**typed):
    """What a correction changes, by field."""
    after = corrected(Entry(**typed), THERE, WORDS, CLOCK)
    return {
        name: getattr(after, name)
        for name in Test._fields
        if getattr(after, name) != getattr(THERE, name)
    }


@pytest.mark.parametrize(("typed", "expected"), [
    ({"texts": {"lot": "8"}}, {"lot": "8"}),
    ({"texts": {"drug": "crack"}}, {"drug": "crack cocaine", "said": "crack"}),
    ({"lines": "1", "faint": False}, {"outcome": "positive", "faint": None}),
    ({"words": ("xyl=neg",)}, {"target": "xylazine"}),
    ({"words": ("xyl",), "lines": "2"}, {"target": "xylazine"}),
    ({"cleared": ("lot", "drug")}, {"lot": None, "drug": None, "said": None}),
    ({"cleared": ("Over dose",)}, {"extra": '{"told": "yes"}'}),
    ({"own": {"told": "no"}}, {"extra": '{"Over dose": "no", "told": "no"}'}),
    ({"texts": {"drug": "coke"}}, {}),
], ids=str)  # fmt: skip
def test_a_correction_changes_what_was_typed_and_nothing_else(typed, expected):
    assert changes(**typed) == expected


@pytest.mark.parametrize(("typed", "message"), [
    ({}, "Say what to change"),
    ({"cleared": ("outcome",)}, "Every test has its outcome: it cannot be cleared"),
    ({"cleared": ("tested-on",)}, "Every test has its date: it cannot be cleared"),
    ({"cleared": ("lots",)}, "There is no field 'lots'. Did you mean lot"),
    ({"cleared": ("lot",), "texts": {"lot": "8"}}, "lot is both given and cleared"),
    ({"cleared": ("expires-on",), "texts": {"expires_on": "2027-03"}}, "expires_on is both"),
    ({"cleared": ("told",), "own": {"told": "no"}}, "told is both given and cleared"),
    ({"words": ("pos",), "lines": "2"}, "leave one out"),
], ids=str)  # fmt: skip
def test_a_correction_that_says_nothing_or_two_things_is_refused(typed, message):
    with pytest.raises(Misused, match=message):
        changes(**typed)


def test_a_correction_keeps_to_the_rules_of_a_test():
    with pytest.raises(RecordRefused, match="faint"):
        changes(words=("pos",))
