"""What was typed about the strips of one sample, and the tests that it means."""

from datetime import datetime

import pytest

from strip_log.errors import Misused, RecordRefused
from strip_log.record.dates import Clock
from strip_log.record.entry import Entry, NoResult, UncertainName
from strip_log.record.shipped import shipped
from strip_log.record.test import Test

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


def test_the_same_target_twice_is_two_tests_when_both_are_meant():
    twice = [("fentanyl", "positive"), ("fentanyl", "negative")]
    assert meant("pos", "neg", again=True) == twice
    with pytest.raises(Misused, match="fentanyl is given twice"):
        meant("pos", "fent=neg")


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
