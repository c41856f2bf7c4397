"""The names of drugs and targets, and the words people use for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strip_log.errors import Step, UnknownWord
from strip_log.record.vocabulary import CATEGORIES, Vocabulary, shipped
from strip_log.record.words import fold

WORDS = shipped()
MINE = Vocabulary(
    drugs={"Down": "opioid", "2c-b": "psychedelic"},
    targets=("fentanyl",),
    drug_words={"dn": ("Down",), "mix": ("Down", "2c-b"), "2c b": ("Down",)},
    target_words={"fent": ("fentanyl",)},
)


@pytest.mark.parametrize(
    ("word", "drug", "category"),
    [
        ("Down (Unknown Opioid)", "down", "opioid"),
        ("benzo dope", "down", "opioid"),
        ("fetty", "fentanyl", "opioid"),
        ("M30", "oxycodone", "opioid"),
        ("Coke", "cocaine", "stimulant"),
        ("rock", "crack cocaine", "stimulant"),
        ("Cocaine Base", "crack cocaine", "stimulant"),
        ("crystal-meth", "methamphetamine", "stimulant"),
        ("molly", "mdma", "stimulant"),
        ("xanax", "alprazolam", "depressant"),
        ("benzos", "benzodiazepine", "depressant"),
        ("Special K", "ketamine", "dissociative"),
        ("acid", "lsd", "psychedelic"),
        ("2C B", "2c-b", "psychedelic"),
        ("other", "other", "other"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_a_word_from_the_counter_means_its_drug(word, drug, category):
    assert (WORDS.drug(word), WORDS.drugs[drug]) == (drug, category)


@pytest.mark.parametrize(
    ("word", "target"),
    [
        *(("fent", "fentanyl"), ("FTS", "fentanyl"), ("fyl", "fentanyl")),
        *(("benzo", "benzodiazepine"), ("bzo", "benzodiazepine"), ("bts", "benzodiazepine")),
        *(("xyl", "xylazine"), ("Tranq", "xylazine"), ("nit", "nitazene"), ("nts", "nitazene")),
        *(("med", "medetomidine"), ("mts", "medetomidine"), ("MDMA", "mdma")),
    ],
)
def test_a_word_from_the_counter_means_its_target(word, target):
    assert WORDS.target(word) == target


@pytest.mark.parametrize(
    "word",
    ["dope", "speed", "side", "up", "powder", "crystal", "rock candy", "E", "x", "K", "g"],
)
def test_an_ambiguous_word_is_asked_about_and_never_mapped(word):
    with pytest.raises(UnknownWord, match=r"can mean .* or .*: type the one you mean") as doubt:
        WORDS.drug(word)
    assert len(doubt.value.nearest) >= 2
    assert doubt.value.exit_code == 4


def test_a_new_logbook_knows_all_categories_and_each_drug_has_one():
    known = {"opioid", "stimulant", "depressant", "psychedelic", "dissociative", "other", "unknown"}
    assert set(WORDS.drugs.values()) == set(CATEGORIES) == known


def test_fentanyl_is_the_first_of_the_targets():
    assert WORDS.targets == (
        *("fentanyl", "benzodiazepine", "xylazine", "nitazene", "medetomidine", "mdma"),
    )


@pytest.mark.parametrize("drug", WORDS.drugs)
def test_a_drug_of_a_new_logbook_is_named_in_lower_case_and_stands_for_itself(drug):
    assert WORDS.drug(drug) == WORDS.drug(drug.upper()) == drug == drug.lower()


@pytest.mark.parametrize(
    ("names", "words"),
    [(tuple(WORDS.drugs), WORDS.drug_words), (WORDS.targets, WORDS.target_words)],
    ids=["drug", "target"],
)
def test_a_word_is_folded_stands_for_names_there_are_and_hides_none(names, words):
    for word, meant in words.items():
        assert word == fold(word)
        assert set(meant) <= set(names)
        assert word not in map(fold, names)


def test_a_name_comes_before_a_word_that_is_written_the_same():
    assert MINE.drug("2C-B") == MINE.drug("2c b") == "2c-b"


def test_a_name_is_given_as_the_logbook_writes_it():
    assert MINE.drug("down") == MINE.drug("DN") == "Down"


def test_a_word_of_the_logbook_that_means_several_is_asked_about():
    with pytest.raises(UnknownWord) as doubt:
        MINE.drug("Mix")
    assert str(doubt.value) == "'Mix' can mean Down or 2c-b: type the one you mean."
    assert doubt.value.nearest == ("Down", "2c-b")


def test_an_unknown_drug_is_answered_with_what_it_may_have_been():
    with pytest.raises(UnknownWord) as unknown:
        WORDS.drug("xylazin")
    assert unknown.value.nearest == ("xylazine",)
    assert unknown.value.step == Step("To see all", ("vocab", "list", "drugs"))
    assert str(unknown.value) == ("There is no drug 'xylazin'. Did you mean xylazine?")


def test_a_word_that_resembles_a_nickname_is_answered_with_the_drug_itself():
    with pytest.raises(UnknownWord) as unknown:
        WORDS.drug("xanex")
    assert unknown.value.nearest[0] == "alprazolam"
    assert "xanax" in str(unknown.value)


def test_an_unknown_target_has_the_list_of_targets_to_look_at():
    with pytest.raises(UnknownWord) as unknown:
        WORDS.target("zzz")
    assert unknown.value.step == Step("To see all", ("vocab", "list", "targets"))
    assert str(unknown.value) == ("There is no target 'zzz'.")


def test_a_word_for_a_drug_is_no_word_for_a_target():
    with pytest.raises(UnknownWord):
        WORDS.target("coke")


@given(st.text())
def test_any_text_is_a_drug_of_the_vocabulary_or_is_refused(text):
    try:
        assert WORDS.drug(text) in WORDS.drugs
    except UnknownWord as doubt:
        assert set(doubt.nearest) <= set(WORDS.drugs)


def test_a_vocabulary_that_knows_one_drug_more_has_it_in_no_known_category():
    more = WORDS.knowing("new thing")
    assert (more.drug("New-Thing"), more.drugs["new thing"]) == ("new thing", "unknown")
    assert "new thing" not in WORDS.drugs
    assert WORDS.knowing(None) is WORDS
