"""Outcomes and the words people type for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import each
from strip_log.errors import RecordRefused
from strip_log.record.outcomes import LINES, OUTCOME_WORDS, OUTCOMES, outcome, outcome_word
from strip_log.record.words import (
    did_you_mean,
    either,
    fold,
    nearest,
    plural,
    so_many,
    unaccented,
    unknown,
)

MEANT = {
    "positive": (
        *("pos", "p", "+", "positive", "1line", "1 line", "one line", "positif", "1 ligne"),
        *("une ligne", "positivo", "positiva", "1 línea", "una línea"),
    ),
    "negative": (
        *("neg", "n", "negative", "2lines", "2 lines", "two lines", "négatif", "négative"),
        *("2 lignes", "deux lignes", "negativo", "negativa", "2 líneas", "dos líneas"),
    ),
    "invalid": (
        *("inv", "i", "invalid", "0lines", "0 lines", "no line", "no lines", "invalide"),
        "non valide",
        *("0 ligne", "aucune ligne", "pas de ligne", "inválido", "inválida", "no válido"),
        *("no válida", "0 líneas", "sin línea", "sin líneas", "ninguna línea"),
    ),
}


@each((word, meant) for meant, words in MEANT.items() for word in words)
def test_a_word_for_an_outcome_means_it_in_any_case(pair):
    word, meant = pair
    assert outcome(word) == outcome(word.upper()) == outcome(f"  {word.title()} ") == meant


def test_no_other_word_means_an_outcome():
    assert {unaccented(word) for words in MEANT.values() for word in words} == set(OUTCOME_WORDS)


@pytest.mark.parametrize(
    "word", ["nd", "n/d", "np", "nr", "no", "non", "si", "sí", "oui", "nul", "nulo", "nulle", "d"]
)
def test_a_word_with_another_meaning_in_another_language_is_never_guessed(word):
    """`ND` is `not done`, `non détecté` and `no disponible`; `NP` `no probado`, `non positif`."""
    with pytest.raises(RecordRefused, match="is not an outcome"):
        outcome(word)


@pytest.mark.parametrize("word", ["+-", "-+", "+ -", "- +", "pos-", "-pos", "- pos", "pos -", "-i"])
def test_a_minus_beside_an_outcome_is_never_dropped(word):
    with pytest.raises(RecordRefused):
        outcome(word)


@given(st.text().filter(lambda text: outcome_word(text) not in OUTCOME_WORDS))
def test_whatever_else_is_typed_is_refused_and_never_guessed(text):
    with pytest.raises(RecordRefused, match="is not an outcome"):
        outcome(text)


def test_hyphens_and_spaces_in_a_word_do_not_count():
    assert outcome("2-Lines") == outcome("two_lines") == outcome("TWO \t LINES") == "negative"


def test_one_line_is_positive_two_are_negative_none_is_invalid():
    assert LINES == {"1": "positive", "2": "negative", "0": "invalid"}
    assert list(OUTCOMES) == ["positive", "negative", "invalid"]
    assert OUTCOMES["positive"].startswith("1 line")
    assert OUTCOMES["negative"].startswith("2 lines, however faint")
    assert OUTCOMES["invalid"].startswith("no control line")


@pytest.mark.parametrize("number", LINES)
def test_a_bare_number_of_lines_is_refused_with_the_words_for_it(number):
    with pytest.raises(RecordRefused, match=rf"type {number} lines?\.$"):
        outcome(number)


@pytest.mark.parametrize(
    "word",
    ["not tested", "Not-Tested", "not done", "NT", "N/A", "na", "none", "Non testé", "no probado"],
)
def test_not_tested_is_no_test_and_never_an_outcome(word):
    with pytest.raises(RecordRefused, match="leave out what was not tested"):
        outcome(word)


def test_a_refused_word_is_answered_with_the_nearest_ones_and_the_reading_rule():
    with pytest.raises(RecordRefused) as refused:
        outcome("postive")
    assert str(refused.value) == (
        "'postive' is not an outcome. Did you mean positive? Type pos (1 line),"
        " neg (2 lines, however faint the second) or inv (no control line)."
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("2C-B", "2c b"), ("crack_cocaine", " Crack  Cocaine\n"), ("STRASSE", "stra\xdfe")],
)
def test_words_that_differ_in_case_hyphens_or_spaces_are_folded_alike(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("down", "dawn"), ("a b", "ab"), ("cafe", "caf\xe9")])
def test_words_that_differ_otherwise_are_not(one, other):
    assert fold(one) != fold(other)


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_word_kept_in_lower_case_is_found_by_the_word_that_was_typed(text):
    assert fold(text.lower()) == fold(text)


def test_what_begins_like_the_word_comes_before_what_only_resembles_it():
    assert nearest("benz", ["bend", "benzodiazepine"]) == ("benzodiazepine", "bend")


def test_the_nearest_words_are_given_as_they_are_written():
    assert nearest("gc ms", ["FTIR", "GC-MS", "LC-MS"]) == ("GC-MS", "LC-MS")


def test_nothing_is_near_to_nothing_or_to_nonsense():
    assert nearest("", ["down"]) == nearest("- _", ["down"]) == nearest("zzz", ["down"]) == ()
    assert nearest("down", []) == ()


def test_only_the_first_three_of_many_are_near():
    assert nearest("a", ["ad", "ac", "ab", "aa"]) == ("ad", "ac", "ab")
    assert len(nearest("abcdef", ["abcdeg", "abcdeh", "abcdei", "abcdej"])) == 3


@given(st.text(), st.lists(st.text(), max_size=8))
def test_at_most_three_of_the_valid_words_are_near_each_once(word, valid):
    near = nearest(word, valid)
    assert len(set(near)) == len(near) <= 3
    assert set(near) <= set(valid)


@pytest.mark.parametrize(
    ("words", "said"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_words_are_listed_as_in_a_sentence(words, said):
    assert either(words) == said
    assert did_you_mean(iter(words)) == f" Did you mean {said}?"


def test_there_is_no_question_when_there_is_nothing_to_suggest():
    assert did_you_mean([]) == ""


def test_an_unknown_word_is_answered_with_the_nearest_and_with_all_there_are():
    assert unknown("format", "cvs", ["csv", "tsv"]) == (
        "There is no format 'cvs'. Did you mean csv? There are: csv, tsv."
    )
    assert unknown("format", "zzz", ["csv"]) == "There is no format 'zzz'. There are: csv."
    assert unknown("sheet", "A", []) == "There is no sheet 'A'. There are none."


def test_of_many_words_only_the_near_ones_are_said_and_where_all_of_them_are():
    assert unknown("drug", "koke", near=["coke"], all_of_them="All are in the list.") == (
        "There is no drug 'koke'. Did you mean coke? All are in the list."
    )


def test_one_is_said_in_the_singular_and_any_other_number_in_the_plural():
    assert [so_many(count, "test") for count in (0, 1, 2)] == ["0 tests", "1 test", "2 tests"]
    assert [plural(count, "{} is", "{} are") for count in (0, 1, 2)] == ["0 are", "1 is", "2 are"]
