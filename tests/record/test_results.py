"""The results that were typed: outcomes, each with its target."""

import pytest

from strip_log.errors import Misused, RecordRefused, UnknownWord
from strip_log.record.outcomes import outcome_of_lines
from strip_log.record.results import refuse_twice, results
from strip_log.record.shipped import shipped


def meant(*words, target="fentanyl", lines=None):
    """Target and outcome of every strip that is meant."""
    return results(words, lines, target, shipped())


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


def test_a_target_that_is_given_twice_is_refused():
    refuse_twice(["fentanyl", "xylazine"])
    with pytest.raises(Misused, match="fentanyl is given twice"):
        refuse_twice([name for name, _ in meant("pos", "fent=neg")])


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
    with pytest.raises(RecordRefused, match=r"is not an outcome but a drug: type it after --drug"):
        meant(word)


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
