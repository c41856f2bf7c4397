"""The names of drugs and targets, and the words people use for them."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories import each
from strip_log.errors import Step, UnknownWord
from strip_log.record import vocabulary
from strip_log.record.shipped import shipped
from strip_log.record.vocabulary import CATEGORIES, Vocabulary
from strip_log.record.words import fold, unaccented

WORDS = shipped()
SHIPPED = tomllib.loads(Path(vocabulary.__file__).with_suffix(".toml").read_text("utf-8"))
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


@each(WORDS.drugs)
def test_a_drug_of_a_new_logbook_is_named_in_lower_case_and_stands_for_itself(drug):
    assert WORDS.drug(drug) == WORDS.drug(drug.upper()) == drug == drug.lower()


@pytest.mark.parametrize(
    ("names", "words"),
    [(tuple(WORDS.drugs), WORDS.drug_words), (WORDS.targets, WORDS.target_words)],
    ids=["drug", "target"],
)
def test_a_word_is_folded_stands_for_names_there_are_and_hides_none(names, words):
    folded = set(map(fold, names))
    for word, meant in words.items():
        assert word == fold(word) == unaccented(word)
        assert set(meant) <= set(names)
        assert word not in folded


def test_no_two_names_and_no_two_words_differ_in_blanks_and_punctuation_alone():
    """So a word means one drug, however it is written, unless it is listed as ambiguous."""
    written = Counter(
        "".join(letter for letter in word if letter not in " -.,'")
        for word in (*WORDS.drugs, *WORDS.drug_words)
    )
    assert [letters for letters, times in written.items() if times > 1] == []
    several = {word for word, names in WORDS.drug_words.items() if len(names) > 1}
    assert several == set(map(fold, SHIPPED["ambiguous"]))


def test_a_word_of_the_file_is_given_once_and_a_category_is_a_known_one():
    assert set(SHIPPED["drugs"]) <= set(CATEGORIES)
    given = [
        *(name for names in SHIPPED["drugs"].values() for name in names),
        *(word for names in SHIPPED["drugs"].values() for of in names.values() for word in of),
        *SHIPPED["ambiguous"],
    ]
    assert [word for word, times in Counter(map(fold, given)).items() if times > 1] == []


@pytest.mark.parametrize(("category", "words"), [
    ("opioid", "Isotonitazene N-Pyrrolidino-Etonitazene etonitazepyne p-fluorofentanyl 4-ANPP"),
    ("opioid", "tramadol Suboxone kratom U-47700 héroïne heroína fentanilo Metadona morfina"),
    ("stimulant", "Methylphenidate Caffeine 3-MMC 4-cmc mephedrone eutylone a-PVP MDPV 4-FA BZP"),
    ("stimulant", "Cocaïne cocaína Metanfetamina méthamphétamine anfetamina éxtasis caféine"),
    ("depressant", "Lorazepam Bromazolam Flualprazolam Clonazolam Diazepam Valium zopiclone GBL"),
    ("depressant", "pregabalin Phenibut Médétomidine benzodiacepinas benzodiazépine xilacina"),
    ("dissociative", "kétamine Ketamina 2-FDCK 2F-DCK 3-MeO-PCP MXE nitrous_oxide"),
    ("psychedelic", "2CB 2-C-B 4-AcO-DMT 1P-LSD 25I-NBOMe champignons Hongos ácido LSD-25"),
    ("other", "Steroid Oxandrolone THC Levamisole Lidocaïne Phénacétine paracetamol inositol Tusi"),
    ("unknown", "Unknown inconnu Desconocida"),
])  # fmt: skip
def test_a_drug_of_the_field_has_its_category_in_any_spelling(category, words):
    found = {word: WORDS.drugs[WORDS.drug(word.replace("_", " "))] for word in words.split()}
    assert found == dict.fromkeys(found, category)


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


#: What people type, and the drug that is suggested for it.
MISSPELT = {
    "cocaine": "cocane cocain coacine cociane coccaine kocaine cocaïnne",
    "heroin": 'herion heorin heroinn ehroin haroin heroin? her"ion',
    "fentanyl": "fentynal fentanly fentynl phentanyl fentanal",
    "methamphetamine": "methamphetimine metamphetamine methamphetamin mehtamphetamine",
    "amphetamine": "amphetimine amphetamin ampheatmine",
    "ketamine": "ketamin kettamine cetamine ketimine",
    "xylazine": "xylazin zylazine xylazene",
    "benzodiazepine": "benzodiazapine benzodiazipine benzodiazepene",
    "alprazolam": "alprazalam alprazolan xanex zanax",
    "oxycodone": "oxycodon oxicodon oxycodne",
    "psilocybin": "psylocibin psilocybyn",
    "hydromorphone": "hydromorphon hidromorphone",
    "crack cocaine": "crack_cocane crakc_cocaine",
    "lorazepam": "lorazapam lorezepam",
    "isotonitazene": "isotonitazine isotonitizene",
    "caffeine": "cafeinne caffiene",
    "down": "dwon",
}


@each((word.replace("_", " "), drug) for drug in MISSPELT for word in MISSPELT[drug].split())
def test_a_misspelt_drug_is_answered_with_that_drug(pair):
    word, drug = pair
    with pytest.raises(UnknownWord, match="Did you mean") as unknown:
        WORDS.drug(word)
    assert unknown.value.nearest == (drug,)


@each([
    # Other substances, one letter or a few away from a name
    *("propranolol", "metformin", "insulin", "amitriptyline", "citalopram", "fluoxetine"),
    *("lithium", "risperidone", "olanzapine", "haloperidol", "adb-pinaca", "adb-fubinaca"),
    *("25d-nbome", "2c-g", "2c-x", "n-desethyl-metonitazene", "3-meo-pcmo", "5-meo-eipt"),
    *("4-ho-mct", "alpha-pcyp", "1z-lsd", "u-50488", "jwh-250", "6-ma", "bk-mda", "5f-apinaca"),
    *("codergine", "strychnine", "thalidomide", "theanine", "prednisone", "penicillin"),
    # Other words
    *("steroidal cream", "candy", "dawn", "cake", "math", "avid", "lock", "hero", "rice", "tuna"),
    *("blue pill", "white powder", "brown", "pink stuff", "residue", "blotter", "gummies"),
    *("mushy", "town", "pill", "tablet", "z", "tbd", "see note", "???", "12", "vape"),
    # Mixtures
    *("heroin + fentanyl", "coke/ketamine", "fentanyl and xylazine", "down & benzos", "mdma, mda"),
    *("mezcla de heroína y cocaína", "cocaïne et kétamine", "heroin with fentanyl", "speedball"),
    *("crack (cocaine)x", "meth;down", "heroin fentanyl", "down/down?", "ghb/gbl", "coke x meth"),
    *("benzo & dope", "fentanyl+", "meth or coke", "tranq dope", "speed/dope"),
])  # fmt: skip
def test_a_word_that_is_no_misspelling_gets_no_suggestion(word):
    with pytest.raises(UnknownWord) as unknown:
        WORDS.drug(word)
    assert unknown.value.nearest == ()
    assert "Did you mean" not in str(unknown.value)


@pytest.mark.parametrize(("word", "drug"), [
    *(("MDMA (ecstasy)", "mdma"), ("Molly/MDMA", "mdma"), ("LSD/acid", "lsd")),
    *(("crystal meth (methamphetamine)", "methamphetamine"), ("cocaine or coke", "cocaine")),
])  # fmt: skip
def test_several_words_for_one_drug_are_no_mixture(word, drug):
    assert WORDS.drug(word) == drug


@pytest.mark.parametrize("word", ["crystall", "Cristaal"])
def test_a_misspelt_ambiguous_word_is_answered_with_all_it_can_mean(word):
    with pytest.raises(UnknownWord, match=r"Did you mean cr[iy]stal") as doubt:
        WORDS.drug(word)
    assert doubt.value.nearest == ("methamphetamine", "mdma")


def test_an_accent_of_a_logbook_s_own_word_does_not_count():
    mine = Vocabulary({"opium": "opioid"}, (), {"thébaïque": ("opium",)}, {})
    assert mine.drug("Thebaique") == mine.drug("THÉBAI\u0308QUE") == "opium"


def test_names_that_differ_in_an_accent_alone_are_found_exactly_or_asked_about():
    mine = Vocabulary({"pate": "other", "pâté": "other"}, (), {}, {})
    assert (mine.drug("pate"), mine.drug("Pâté")) == ("pate", "pâté")
    with pytest.raises(UnknownWord, match="can mean pate or pâté"):
        mine.drug("pâte")


def test_an_unknown_target_has_the_list_of_targets_to_look_at():
    with pytest.raises(UnknownWord) as unknown:
        WORDS.target("zzz")
    assert unknown.value.step == Step("To see all", ("vocab", "list", "targets"))
    assert str(unknown.value) == ("There is no target 'zzz'.")


def test_a_word_for_a_drug_is_no_word_for_a_target():
    with pytest.raises(UnknownWord):
        WORDS.target("coke")


@settings(deadline=None)  # the first text has the words sorted
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
