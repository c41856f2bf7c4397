"""Tables as forms export them and as people keep them: what comes in, and what the report says."""

import csv
import shlex
from collections import Counter
from itertools import cycle
from pathlib import Path

import pytest

from strip_log.importing.columns.strips import strip_in_group, strip_of, target_words
from strip_log.record.shipped import shipped


def log(lines, name="log.csv"):
    """A file of these rows: `Date,Drug / 2025-03-01,down`."""
    rows = [[cell.strip() for cell in line.split(",")] for line in lines.split(" / ")]
    with open(name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return name


def counts(striplog):
    """How many tests there are: `fentanyl positive` and so on."""
    if not striplog.path.exists():
        return {}
    return Counter(f"{row['target']} {row['outcome']}" for row in striplog.csv("export"))


def commands(said):
    """The imports that a report says to type."""
    found = [line[line.index("striplog import") :] for line in said.splitlines()
             if "striplog import" in line]  # fmt: skip
    return [shlex.split(command)[1:] for command in found]


BOTH = {"fentanyl positive": 1, "fentanyl negative": 1}


@pytest.mark.parametrize("header, cells", [*zip([
    "Tested for fentanyl", "Fentanyl tested", "FTS used", "FTS given out", "FTS distributed?",
    "Fentanyl test strip offered", "Fentanyl suspected", "Fentanyl FTIR", "Fentanyl (lab)",
    "Previous fentanyl result", "FTS confirmed by second reader", "Bandelette fentanyl utilisée",
    "Fentanyl strip comments", "Tested for fentanyl", "Fentanyl tested",
], cycle(["Y N", "TRUE FALSE", "Yes No", "Pos Neg"]), strict=False)])  # fmt: skip
def test_a_column_about_a_target_that_is_no_outcome_makes_no_test(striplog, header, cells):
    yes, no = cells.split()
    path = log(f"Date,Drug,FTS,{header} / 2025-03-01,down,pos,{yes} / 2025-03-02,meth,,{no}"
               f" / 2025-03-03,coke,neg,{no}")  # fmt: skip
    said = striplog(["import", path])
    assert counts(striplog) == BOTH and "may be" not in said


@pytest.mark.parametrize("header", ["FTS used", "FTS given out", "Tested for fentanyl"])
def test_without_outcomes_it_is_not_said_to_have_them(striplog, header):
    path = log(f"Date,Drug,{header} / 2025-03-01,down,Y / 2025-03-02,coke,N")
    said = striplog.refused(["import", path], 2)
    assert "may be" not in said and "No column has outcomes" in said


@pytest.mark.parametrize("cells", ["Y N", "y n", "Yes N", "Oui N", "Si N"])
def test_an_n_beside_a_yes_is_asked_about(striplog, cells):
    yes, no = cells.split()
    path = log(f"Date,Fentanyl / 2025-03-01,{yes} / 2025-03-02,{no}")
    said = striplog(["import", path], 8)
    assert not counts(striplog) and "may be a no and not negative" in said
    striplog(["import", path, "--positive", yes, "--negative", no])
    assert counts(striplog) == BOTH


def test_an_n_beside_a_p_is_negative(striplog):
    striplog(["import", log("Date,Fentanyl / 2025-03-01,P / 2025-03-02,N")])
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("lines", [
    "Date,Fent +,Fent - / 2025-03-01,x, / 2025-03-02,,x",
    "Date,FTS (+),FTS (-),BTS (+),BTS (-) / 2025-03-01,1,0,0,1",
    "Date,fts___1,fts___2,fts___3 / 2025-03-01,1,0,0 / 2025-03-02,0,1,0",
    "Date,FTS/1,FTS/2 / 2025-03-01,1,0 / 2025-03-02,0,1",
])  # fmt: skip
def test_marks_in_a_column_for_each_answer_are_refused_as_that(striplog, lines):
    said = striplog.refused(["import", log(lines)], 4)
    assert "has a column for each" in said and "in one column" in said


@pytest.mark.parametrize("header, cells", [
    ("FTS Lot", "0012 0012"), ("Année", "2025 2025"), ("Fridge", "1430 1500"),
])  # fmt: skip
def test_numbers_are_not_guessed_to_be_times(striplog, header, cells):
    first, second = cells.split()
    path = log(f"Date,FTS,{header} / 2025-03-01,pos,{first} / 2025-03-02,neg,{second}")
    assert "may be" not in striplog(["import", path])


@pytest.mark.parametrize("header, cells", [
    ("Fentanyl positive?", "Yes No"), ("Fentanyl present (Y/N)", "Y N"), ("FTS positive", "1 0"),
    ("Was fentanyl detected", "checked unchecked"), ("Fentanyl détecté?", "Oui Non"),
])  # fmt: skip
def test_the_answers_to_whether_it_was_positive_are_proposed(striplog, header, cells):
    yes, no = cells.split()
    path = log(f"Date,{header} / 2025-03-01,{yes} / 2025-03-02,{no}")
    said = striplog.refused(["import", path], 2)
    assert "The command guesses what these words mean" in said and not striplog.path.exists()
    striplog(commands(said)[0])
    assert counts(striplog) == BOTH


def test_empty_beside_checked_is_no_negative(striplog):
    said = striplog.refused(["import", log("Date,FTS positive / 2025-03-01,x / 2025-03-02,")], 2)
    striplog(commands(said)[0])
    assert counts(striplog) == {"fentanyl positive": 1}


def test_two_strips_of_a_form_with_outcomes_are_two_tests(striplog):
    striplog(["import", log("Date,FTS/1,FTS/2 / 2025-03-01,pos,neg")])
    assert counts(striplog) == BOTH


# What stands below a table, or in the middle of it

BELOW = [
    "P = positive,,", "Legend,, / ,,", "Staff on duty: Anna Smith 604-555-1212,,", ",note to self,",
    "Total,,3", "Total positive,,1 / % positive,,", "DATE,DRUG,fentanyl", "Key: N = negative",
]  # fmt: skip


@pytest.mark.parametrize("below", BELOW)
def test_what_is_no_test_below_a_table_is_skipped(striplog, below):
    path = log(f"Date,Drug,Fentanyl / 2025-03-01,down,P / 2025-03-02,coke,N / {below}")
    said = striplog(["import", path])
    assert counts(striplog) == BOTH and "WORD" not in said and "Anna" not in said


def test_a_header_that_comes_again_under_a_title_is_another_table(striplog):
    path = log("Date,Drug,FTS / 2025-03-01,down,P / Xylazine,, / DATE,DRUG,FTS / 2025-03-02,x,N")
    assert "several tables" in striplog.refused(["import", path], 4)


@pytest.mark.parametrize("row", ["2025-03-99,down,", ",,P", "P,,", "x,down,P"])
def test_a_row_that_may_be_a_test_is_not_skipped(striplog, row):
    said = striplog(["import", log(f"Date,Drug,FTS / 2025-03-01,down,P / {row}")], 8)
    assert "Refused in log.csv: 1 row." in said


# Signs, labs, people


def test_the_command_for_refused_rows_does_not_say_what_an_open_minus_means(striplog):
    path = log("Date,FTS,BTS / 2025-03-01,+,- / 2025-03-02,-,-")
    for command in commands(striplog(["import", path], 8)):
        assert "--negative" not in command
        striplog(command, 8)
    assert not counts(striplog)


@pytest.mark.parametrize("lab", ["Lab result", "GCMS", "Résultat du laboratoire"])
def test_how_the_lab_found_it_is_kept_with_what_it_found(striplog, lab):
    path = log(f"Date,FTS,{lab},Method / 2025-03-01,pos,caffeine,GC-MS / 2025-03-02,neg,,GC-MS")
    assert "Kept as fields of your own" in striplog(["import", path])
    assert counts(striplog) == BOTH
    # Without such a column the method may be that of the outcome.
    other = log("Date,Method,Result / 2025-04-02,FTIR,neg", "other.csv")
    assert "There is a lab method but no lab result." in striplog(["import", other], 8)


@pytest.mark.parametrize("header", [
    "Who brought it", "Who sold it?", "Housing status", "HIV status", "Occupation", "Creator",
    "Editor", "Data entry", "Owner", "Street",
])  # fmt: skip
def test_more_columns_about_people_are_left_out(striplog, header):
    striplog(["import", log(f"Date,FTS,{header} / 2025-03-01,pos,Jane / 2025-03-02,neg,Joe")])
    assert all("J" not in row["extra"] if "extra" in row else header not in row
               for row in striplog.csv("export"))  # fmt: skip


def test_where_a_form_was_filled_in_is_left_out_under_any_name(striplog):
    out = striplog(["import", log("Date,FTS,x,y / 2025-03-01,pos,-123.10012,49.28213")])
    assert out.count("left out: it seems to hold a place on a map") == 2
    striplog(["import", log("Date,FTS,x,y / 2025-04-01,pos,3,a", "other.csv")])
    assert [row["y"] for row in striplog.csv("export")] == ["", "a"]


@pytest.mark.parametrize("header", [
    "Heure de début", "Hora de inicio", "Date and time of test", "Date et heure",
])  # fmt: skip
def test_more_names_of_the_date_are_known(striplog, header):
    striplog(["import", log(f"{header},FTS / 2025-03-01 9:05,pos / 2025-03-02 10:00,neg")])
    assert counts(striplog) == BOTH


# Several outcomes in one cell


@pytest.mark.parametrize("header, cells", [*zip(cycle(["Results", "Strips", "Strip"]), [
    ("FTS: Pos BTS: Neg", "FTS: Neg"), ("F+ B-", "F-"), ("Fentanyl positive; benzo negative",
    "Fentanyl negative"), ("FTS=pos / BTS=neg", "FTS=neg"), ("fent pos and benzo neg", "fent neg"),
    ("Positive for fentanyl; negative for benzo", "Negative for fentanyl"),
    ("Fentanyl - Positive | Benzo - Negative", "Fentanyl - Negative"), ("F P B N", "F N"),
], strict=False)])  # fmt: skip
def test_outcomes_in_one_cell_are_those_of_their_targets(striplog, header, cells):
    first, second = cells
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write(f"Date,{header},Drug\n2025-03-01,{first},down\n2025-03-02,{second},coke\n")
    striplog("import log.csv")
    assert counts(striplog) == {**BOTH, "benzodiazepine negative": 1}


@pytest.mark.parametrize("cell", [
    "Neg", "F+ F-", "F+ Z-", "fentanyl + benzo", "fentanyl benzo neg", "F+2 B-", "3 pos FTS",
])  # fmt: skip
def test_a_cell_that_leaves_something_open_makes_no_test(striplog, cell):
    path = log(f"Date,Results / 2025-03-01,F+ B- / 2025-03-02,F- / 2025-03-03,{cell}")
    striplog(["import", path], 8)
    assert sum(counts(striplog).values()) == (1 if cell == "Neg" else 3)


@pytest.mark.parametrize("header", ["FTIR results", "Lab test results", "Finding", "Previous test"])
def test_outcomes_in_one_cell_of_another_column_are_no_strips(striplog, header):
    path = log(f"Date,Drug,{header} / 2025-03-01,down,fentanyl positive")
    striplog.refused(["import", path], 2)


def test_outcomes_in_one_cell_leave_other_columns_where_they_were(striplog):
    path = log("Date,Results,Drug,Note / 2025-03-01,F+ B-,down,a / 2025-03-02,F9,coke,b")
    out = striplog(["import", path], 8)
    [first, second] = striplog.csv("export --notes")
    assert [(one["drug"], one["note"]) for one in (first, second)] == [("down", "a")] * 2
    assert "'F9' is not an outcome" in out
    with open("log.csv.rejects.csv", encoding="utf-8") as file:
        mended = file.read().replace("F9", "neg")
    with open("log.csv.rejects.csv", "w", encoding="utf-8") as file:
        file.write(mended)
    striplog("import log.csv.rejects.csv")
    assert counts(striplog) == {**BOTH, "benzodiazepine negative": 1}


@pytest.mark.parametrize("other", ["X n/a", "X: not tested", "XTS N/A", "", "xylazine = not done"])
def test_what_was_not_tested_in_one_cell_is_no_test(striplog, other):
    striplog(["import", log(f"Date,Results / 2025-03-01,F+ B- {other} / 2025-03-02,FTS neg")])
    assert counts(striplog) == {**BOTH, "benzodiazepine negative": 1}


# Groups of questions


@pytest.mark.parametrize("sign", ["/", "-", ":"])
@pytest.mark.parametrize("group", ["g", "group_strips", "visit/strips", "group_a1b2c3"])
def test_a_strip_in_a_group_of_a_form_is_one(striplog, group, sign):
    names = ("drug", "fts", "bts_result")
    header = ",".join(f"{group}/{name}".replace("/", sign) for name in names)
    striplog(["import", log(f"today,{header} / 2025-03-01,down,pos,neg / 2025-03-02,meth,neg,")])
    assert counts(striplog) == {**BOTH, "benzodiazepine negative": 1}


@pytest.mark.parametrize("header", [
    "strips/fentanyl", "xylazine/fentanyl_strip", "group/drugs", "non-fentanyl_strip",
    "lab/fentanyl_result", "a b/fentanyl_strip", "strips/lot", "confirmed-fentanyl_result",
])  # fmt: skip
def test_what_may_be_something_else_in_a_group_is_no_strip(header):
    targets = target_words(shipped())
    assert strip_in_group(header, targets) is None


@pytest.mark.parametrize(
    "used", ["used/fentanyl_strip", "used/fts", "kit-fentanyl_strip", "strips/fts"]
)
@pytest.mark.parametrize("result", ["FTS", "result/fts", "r:fentanyl_result"])
@pytest.mark.parametrize("cells", [("1", "0"), ("TRUE", "FALSE"), ("checked", "")])
def test_boxes_in_a_group_beside_outcomes_are_kept(striplog, used, result, cells):
    yes, no = cells
    path = log(f"Date,{used},{result} / 2025-03-01,{yes},pos / 2025-03-02,{no},neg")
    assert f"Kept as fields of your own: {used}." in striplog(["import", path])
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("cells", [("1", "0"), ("TRUE", "FALSE"), ("checked", "unchecked")])
def test_boxes_in_a_group_are_no_strips(striplog, cells):
    yes, no = cells
    header = "Date,q/fentanyl_strip,q/benzo_strip"
    path = log(f"{header} / 2025-03-01,{yes},{no} / 2025-03-02,{no},{no}")
    assert "a column for each answer to one question" in striplog.refused(["import", path], 4)


@pytest.mark.parametrize("header, target", [
    ("NITAZ", "nitazene"), ("Medet", "medetomidine"), ("Xyla strip", "xylazine"),
    ("benz", "benzodiazepine"), ("FTS2", "fentanyl"), ("BTS 2", "benzodiazepine"),
    ("MEDETOM result", "medetomidine"), ("Meda", None), ("nix", None),
    ("medication", None), ("xy", None), ("fentanylsx", None),
])  # fmt: skip
def test_the_beginning_of_a_target_is_enough_in_a_header(header, target):
    found = strip_of(header, target_words(shipped()))
    assert (found and found[0]) == target


@pytest.mark.parametrize("header", [
    "Was the fentanyl strip positive or negative?", "Fentanyl strip: positive or negative?",
    "Fentanyl test pos/neg", "FTS (pos/neg/inv)", "What did the fentanyl strip show?",
    "What does the fentanyl test strip say?", "Que montre la bandelette fentanyl ?",
    "La bandelette fentanyl: positif ou négatif?",
    "Fentanyl: negative or positive or invalid", "Fentanyl TS",
])  # fmt: skip
def test_a_question_about_a_strip_names_its_target(header):
    assert strip_of(header, target_words(shipped())) == ("fentanyl", None)


@pytest.mark.parametrize("header", [
    "FTS (1=POS 2=NEG 3=INV)", "Fentanyl strip (1:Pos, 2:Neg)",
    "Bandelette fentanyl (1=positif, 2=négatif)", "FTS (1 = pos, 2 = neg, 9 = not tested)",
])  # fmt: skip
@pytest.mark.parametrize("cells", [("1", "2"), ("1.0", "2.0"), ("pos", "2"), ("1", "neg")])
def test_codes_that_the_header_explains_are_read(striplog, header, cells):
    more = ["9"] if "9" in header else []
    rows = "\n".join(f"2025-03-0{day};{cell}" for day, cell in enumerate([*cells, *more], 1))
    Path("log.csv").write_text(f"Date;{header}\n{rows}\n", "utf-8")
    striplog("import log.csv")
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("header", [
    "FTS (1=pos, 1=neg)", "FTS (1=yes 2=no)", "FTS (1=pos)", "FTS (11=pos, 12=neg)", "FTS",
])  # fmt: skip
def test_codes_that_it_does_not_explain_are_asked_about(striplog, header):
    Path("log.csv").write_text(f"Date;{header}\n2025-03-01;1\n2025-03-02;2\n")
    assert striplog.run("import log.csv").exit_code in (2, 4, 8) and not counts(striplog)


@pytest.mark.parametrize(
    "header",
    [
        "Fentanyl positive",
        "Fentanyl negative",
        "Positive for fentanyl",
        "Fentanyl pos",
        "Fentanyl positive?",
        "Pos fentanyl neg benzo",
    ],
)
def test_a_column_for_one_outcome_is_no_strip(header):
    assert strip_of(header, target_words(shipped())) is None


# Guesses


@pytest.mark.parametrize("lines", [
    "Date,A9,B9 / 2025-03-01,+,neg / 2025-03-02,neg,neg",
    "Date,F,B / 2025-03-01,+,- / 2025-03-02,-,",
])  # fmt: skip
def test_of_several_columns_with_outcomes_none_is_guessed_to_have_all(striplog, lines):
    path = log(lines)
    said = striplog.run(["import", path]).output
    assert "may be the outcome" not in said and not counts(striplog)


@pytest.mark.parametrize("positive, negative", [
    ("Positif (1 ligne)", "Négatif (2 lignes)"), ("Positive - one line", "Negative - two lines"),
    ("One line (positive)", "2 lines: negative"), ("Pos: 1 line", "Neg: 2 lines"),
    ("Pos.", "NEG."),
    ("POSITIVE (only 1 line)", "negative [2 lines]"),
    ("Positivo (1 línea)", "Negativo (dos líneas)"), ("Positive, one line", "Neg (Two Lines)"),
])  # fmt: skip
def test_an_outcome_with_its_lines_is_that_outcome(striplog, positive, negative):
    rows = f"Date;FTS\n2025-03-01;{positive}\n2025-03-02;{negative}\n"
    Path("log.csv").write_text(rows, "utf-8")
    striplog("import log.csv")
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("positive, negative", [
    ("POS!", "neg!"), ("Detected (positive)", "Not detected (negative)"),
    ("Pos (pos)", "Neg (negative)"),
])  # fmt: skip
def test_a_word_that_says_the_same_twice_is_proposed(striplog, positive, negative):
    said = striplog(["import", log(f"Date,FTS / 2025-03-01,{positive} / 2025-03-02,{negative}")], 8)
    striplog(commands(said)[-1])
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("word", [
    "Positive (2 lines)", "Negative (1 line)", "Pos - neg", "1 (x)", "Invalid (2 lines)",
    "Negative (0 lines)", "Positive (no line)", "Two lines (positive)", "1 line: negative",
])  # fmt: skip
def test_a_word_that_contradicts_itself_is_not(striplog, word):
    said = striplog(["import", log(f"Date,FTS / 2025-03-01,{word}")], 8)
    assert f"Say what {word!r} means" in said and "guesses" not in said


# Other languages, and other programs


@pytest.mark.parametrize("lines", [
    "Datum;Ort;Substanz;Fentanyl-Teststreifen / 4. März 2025;Van;Diamorphin;positiv"
    " / 15. März 2025;Hub;Heroin;negativ / 16.03.2025;Hub;Heroin;nicht getestet",
    "Data do teste;Local;Substância;Tira de fentanil / 4 de março de 2025;Van;heroína;Positivo"
    " / 15/03/2025;Hub;heroína;Negativo / 16/03/2025;Hub;heroína;não testado",
    "Data;Luogo;Sostanza;Striscia fentanyl / 4 marzo 2025;Van;eroina;Positivo"
    " / 15/03/2025;Hub;heroin;Negativo / 16/03/2025;Hub;heroin;non testato",
    "Zeitstempel;Welche Einrichtung?;Welche Substanz wurde getestet?;Ergebnis Fentanyl-Teststreifen"
    " / 04.03.2025 10:00:00;Van;Heroin;Positiv / 15.03.2025 10:00:00;Hub;Heroin;Negativ",
    "Carimbo de data/hora;Em que local?;Que substância?;Resultado da tira de fentanil"
    " / 04/03/2025 10:00:00;Van;heroína;Positivo / 15/03/2025 10:00:00;Hub;heroína;Negativo",
    "Datum;Locatie;Middel;Fentanyl teststrip / 4 maart 2025;Van;heroïne;Positief"
    " / 15-03-2025;Hub;heroïne;Negatief / 16-03-2025;Hub;heroïne;niet getest",
])  # fmt: skip
def test_a_table_in_another_language_is_read(striplog, lines):
    Path("log.csv").write_text(lines.replace(" / ", "\n"), "utf-8")
    striplog("import log.csv")
    assert [
        (row["tested_on"], row["site"], row["drug"], row["target"], row["outcome"])
        for row in striplog.csv("export")
    ] == [
        ("2025-03-04", "Van", "heroin", "fentanyl", "positive"),
        ("2025-03-15", "Hub", "heroin", "fentanyl", "negative"),
    ]


def test_the_three_header_rows_of_qualtrics_are_read(striplog):
    Path("log.csv").write_text(
        "StartDate,EndDate,Q1,Q2\nStart Date,End Date,What was it sold as?,Fentanyl strip result\n"
        + ",".join(f'"{{""ImportId"":""QID{number}""}}"' for number in range(4))
        + "\n2025-03-01 10:00:00,2025-03-01 10:01:00,down,Positive\n"
        "2025-03-02 10:00:00,2025-03-02 10:01:00,coke,Negative\n"
    )
    striplog("import log.csv")
    assert counts(striplog) == BOTH


def test_a_second_header_row_of_surveymonkey_is_no_row(striplog):
    path = log(
        "Start Date,Drug,Fentanyl / ,Response,Response / 2025-03-01,down,P / 2025-03-02,coke,N"
    )
    striplog(["import", path])
    assert counts(striplog) == BOTH


@pytest.mark.parametrize("word, meaning", [
    ("Positive - fentanyl detected", "positive"), ("Negative - no fentanyl detected", "negative"),
    ("neg (faint)", "negative"), ("N.D.", "negative"), ("Negative: nothing found", "negative"),
])  # fmt: skip
def test_a_word_with_its_explanation_is_guessed(striplog, word, meaning):
    said = striplog(["import", log(f"Date,FTS / 2025-03-01,{word}")], 8)
    assert f"--{meaning} {shlex.quote(word)}\n" in said and "guesses" in said


@pytest.mark.parametrize("word", [
    "Negative - fentanyl detected", "Positive (then negative)", "Negative - other lot positive",
    "neg - repeat 2", "Positive: no line",
])  # fmt: skip
def test_an_explanation_that_says_otherwise_is_not_guessed(striplog, word):
    assert "guesses" not in striplog(["import", log(f"Date,FTS / 2025-03-01,{word}")], 8)


def test_an_x_is_a_mark_and_no_drug(striplog):
    said = striplog(["import", log("Date,Seen,FTS / 2025-03-01,x,P / 2025-03-02,,N")])
    assert "may be the drug" not in said


def test_a_header_that_comes_again_on_the_next_page_is_the_same_table(striplog):
    pages = "Log, page 1,, / Date,Drug,FTS / 2025-03-01,down,P / Log, page 2,, / Date,Drug,FTS"
    striplog(["import", log(f"{pages} / 2025-03-02,coke,N".replace("Log, ", "Log "))])
    assert counts(striplog) == BOTH


def test_a_date_kept_as_text_by_an_apostrophe_is_a_date(striplog):
    striplog(["import", log("Date,Drug,FTS / '2025-03-01,down,P / '2025-03-02,coke,N")])
    assert counts(striplog) == BOTH
