"""The names and words that an older logbook does not have yet."""

import pytest

from strip_log.record.shipped import new_words, shipped
from strip_log.record.vocabulary import Vocabulary

OLD = Vocabulary(
    drugs={"down": "opioid", "heroin": "opioid", "cocaine": "stimulant", "powder": "other"},
    targets=("fentanyl",),
    drug_words={"coke": ("cocaine",), "fenta": ("down",), "speed": ("cocaine",)},
    target_words={"fent": ("fentanyl",)},
)


def test_an_older_logbook_gets_the_new_drugs_with_their_words():
    more = new_words(OLD, [])
    assert more.drugs["lorazepam"] == "depressant"
    assert more.drug_words["ativan"] == ("lorazepam",)
    assert more.drug_words["cocaina"] == ("cocaine",)  # a new word for an old drug
    assert more.target_words == {"fts": ("fentanyl",), "fyl": ("fentanyl",),
                                 "fentanilo": ("fentanyl",), "fentanil": ("fentanyl",)}  # fmt: skip
    assert more.targets == ()


def test_what_is_there_stays_as_it_is():
    more = new_words(OLD, [])
    assert not {"down", "heroin", "cocaine", "powder"} & {*more.drugs, *more.drug_words}
    assert not {"coke", "fenta", "speed"} & more.drug_words.keys()
    whole = Vocabulary(
        {**OLD.drugs, **more.drugs}, OLD.targets, {**OLD.drug_words, **more.drug_words}, {}
    )
    meant = {word: OLD.drug(word) for word in (*OLD.drugs, *OLD.drug_words)}
    assert {word: whole.drug(word) for word in meant} == meant


@pytest.mark.parametrize(("subject", "name", "gone"), [
    ("drug", "carfentanil", "carfentanil carfentanyl carfent carfentanilo"),
    ("drug", "2-C-B", "2c-b nexus tucibi tusibi"),
    ("drug word", "ativan", "ativan"),
    ("drug word", "Héroïne", "heroine"),
])  # fmt: skip
def test_what_was_given_up_does_not_come_back(subject, name, gone):
    free, kept = new_words(OLD, []), new_words(OLD, [(subject, name)])
    assert {*free.drugs, *free.drug_words} - {*kept.drugs, *kept.drug_words} == set(gone.split())


def test_a_word_for_a_drug_that_was_renamed_is_left_out():
    renamed = OLD._replace(drugs={"tar": "opioid"}, drug_words={"heroin": ("tar",)})
    more = new_words(renamed, [("drug", "heroin"), ("drug", "tar"), ("drug word", "heroin")])
    assert not {"heroin", "smack", "china white", "dope"} & {*more.drugs, *more.drug_words}


def test_a_new_logbook_lacks_nothing():
    more = new_words(shipped(), [])
    assert (more.drugs, more.drug_words, more.target_words) == ({}, {}, {})
