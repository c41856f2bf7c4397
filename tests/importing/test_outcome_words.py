"""Words for outcomes: those that a person says the meaning of, and that none is taken for another.

A word is only ever suggested for its misspelling.
"""

from pathlib import Path

import pytest

from strip_log.importing.cells.outcome_words import MEANINGS, outcomes
from strip_log.importing.columns.layout import ANY, known_words
from strip_log.record.outcomes import OUTCOME_WORDS, UnknownOutcome, intended


def log(*cells, header="Date,FTS", name="log.csv"):
    rows = (f"2026-01-{number + 1:02},{cell}" for number, cell in enumerate(cells))
    Path(name).write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return ["import", name]


def found(striplog, *names):
    return [tuple(row[name] for name in names) for row in striplog.csv("export")]


#: Words that programs write, for each outcome, and what else stands in such a column.
WORDS = [
    (("1", "0", "9", "8"), ("1", "0", "9", "8")),
    (("1.0", "0.0", "2.0", "99"), ("1.0", "0.0", "2.0", "99")),
    (("Detected", "Not detected", "Failed", "Skipped"),
     ("detected", "NOT  DETECTED", "FAILED", "skipped")),
    (("Reactive", "Non-reactive", "Void", "?"), ("reactive", "non reactive", "void", "?")),
    (("yes", "-", "~", "--"), ("yes", "-", "~", "--")),
    (("Yes (1 line)", "No (2 lines)", "Don't know", "I did not test"),
     ("YES (1 LINE)", "no (2 lines)", "don't know", "i did not test")),
]  # fmt: skip


@pytest.mark.parametrize("cells, typed", WORDS)
def test_words_mean_what_was_said(striplog, cells, typed):
    options = [word for meaning, cell in zip(MEANINGS, typed, strict=True)
               for word in (f"--{meaning.replace(' ', '-')}", cell)]  # fmt: skip
    out = striplog([*log(*cells, "", "Pos"), *options])
    assert found(striplog, "tested_on", "outcome") == [
        ("2026-01-01", "positive"), ("2026-01-02", "negative"), ("2026-01-03", "invalid"),
        ("2026-01-06", "positive"),
    ]  # fmt: skip
    assert "Skipped, because there is no outcome: 2 rows." in out


@pytest.mark.parametrize("cells", [
    ("Positif", "Négatif", "Invalide", "Non testé"),
    ("POSITIVE", "négative", "non valide", "pas testée"),
    ("Positivo", "Negativo", "Inválido", "No probado"),
    ("positiva", "NEGATIVA", "no va\u0301lida", "sin probar"),
    ("une ligne", "deux lignes", "aucune ligne", "Non effectué"),
    ("1 línea", "2 líneas", "sin línea", "No realizada"),
])  # fmt: skip
def test_words_in_french_and_spanish_mean_what_they_say(striplog, cells):
    out = striplog(log(*cells))
    assert [row["outcome"] for row in striplog.csv("export")] == ["positive", "negative", "invalid"]
    assert "Skipped, because there is no outcome: 1 row." in out


@pytest.mark.parametrize("cell", ["ND", "N/D", "NP", "NR", "no", "non", "oui", "si", "nul", "nulo"])
def test_a_word_that_has_another_meaning_in_another_language_is_refused(cell):
    with pytest.raises(UnknownOutcome) as refused:
        outcomes(ANY, {})(cell)
    assert "Did you mean" not in str(refused.value)


def test_several_words_may_mean_the_same_and_are_saved_in_a_layout(striplog):
    options = ["--positive", "1", "--positive", "Ja", "--negative", "0", "--save-layout", "l.toml"]
    striplog([*log("1", "Ja", "0"), *options])
    striplog([*log("ja", "0", name="next.csv"), "--layout", "l.toml", "--logbook", "next.db"])
    assert [row["outcome"] for row in striplog.csv("export --logbook next.db")] == [
        "positive", "negative"
    ]  # fmt: skip


def test_what_was_said_goes_before_what_a_layout_says(striplog):
    Path("l.toml").write_text('[outcomes]\npositive = ["x"]\n"not tested" = ["-"]\n')
    striplog([*log("x", "-"), "--layout", "l.toml", "--negative", "-"])
    assert found(striplog, "outcome") == [("positive",), ("negative",)]


def test_the_words_are_those_of_the_lab_too(striplog):
    rows = ("1,Detected", "1,Not detected", "0,neg", "0,", "0,Failed")
    line = log(*rows, header="Date,FTS,Confirmed")
    options = ["--positive", "1", "--positive", "detected", "--negative", "0"]
    striplog([*line, *options, "--negative", "not detected", "--invalid", "failed"])
    tests = striplog.csv("export")
    lab = [row["confirmed"] for row in tests]
    assert lab == ["positive", "negative", "negative", "", ""]
    assert tests[4]["Confirmed (file)"] == "Failed"


@pytest.mark.parametrize("options, said", [
    (["--positive", "1", "--negative", "1"], "cannot be both positive and negative"),
    (["--negative", "Pos"], "'Pos' is positive: it cannot be negative"),
    (["--invalid", " "], "--invalid is empty"), (["--not-tested", ""], "--not-tested is empty"),
])  # fmt: skip
def test_words_that_contradict_each_other_are_refused(striplog, options, said):
    assert said in striplog.refused([*log("1"), *options], 2)


#: Each is a word for an outcome that striplog does not know, or says one and means another.
UNCERTAIN = (
    "reactive|non-reactive|Two line|two faint lines|Neg - faint line|weak positive|false positive"
    "|Fail|not positive|undetected|unvalid|valid|presumptive|inconclusive|detected|passive"
    "|possible|line|lines|one|faint|neg?|pos?|negative for xylazine|not negative|ngtv|plus|minus"
)


@pytest.mark.parametrize("word", UNCERTAIN.split("|"))
def test_no_word_is_corrected_to_an_outcome_that_it_does_not_say(word):
    near = intended(word, OUTCOME_WORDS)
    assert near in ([], ["two lines"] if word == "Two line" else [])


@pytest.mark.parametrize("word, meant", [
    ("psoitive", ["positive"]), ("postive", ["positive"]), ("negatve", ["negative"]),
    ("negtaive", ["negative"]), ("nagative", ["negative"]), ("invlaid", ["invalid"]),
    ("two lins", ["two lines"]), ("Possitive", ["positive"]),
    ("pso", ["pos"]), ("Nge", ["neg"]),
])  # fmt: skip
def test_a_misspelling_is_answered_with_the_word(word, meant):
    assert intended(word, OUTCOME_WORDS) == meant


def test_no_word_that_is_known_is_one_letter_from_one_that_means_something_else():
    known = {word: meaning for meaning, words in known_words()["outcomes"].items()
             for word in words}  # fmt: skip
    meant = {**OUTCOME_WORDS, **known}
    for word, meaning in meant.items():
        others = {other: means for other, means in meant.items() if means != meaning}
        assert intended(word, others) == [], word


@pytest.mark.parametrize("cell", [
    "weak positive", "presumptive", "neg?", "not negative", "Valid", "Possitive", "negatve", "nge",
])  # fmt: skip
def test_what_is_not_known_is_refused_and_keeps_its_word(cell):
    with pytest.raises(UnknownOutcome) as refused:
        outcomes(ANY, {})(f" {cell} ")
    assert refused.value.word == cell


def test_a_word_that_can_be_a_misspelling_of_two_outcomes_is_none_of_both():
    assert intended("clearle", {"clearly": "negative", "clearlx": "positive"}) == []
    assert intended("clearle", {"clearly": "negative", "clearlx": "negative"}) != []
