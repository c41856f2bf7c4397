"""Tables in which one line is not one test: read rightly where that is certain, else refused by a
sentence that says what they are and what to do."""

import csv
import shlex

import openpyxl
import pytest

from strip_log.importing.columns.shape_words import tokens, words


def text(*rows, name="log.csv"):
    with open(name, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return name


def workbook(*rows, name="log.xlsx", merged=(), **tabs):
    """A workbook with a tab Log of these rows, and other tabs."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for tab, lines in {**({"Log": rows} if rows else {}), **tabs}.items():
        sheet = book.create_sheet(tab)
        for line in lines:
            sheet.append([cell if cell != "" else None for cell in line])
    for block in merged:
        book["Log"].merge_cells(block)
    book.save(name)
    return name


def table(lines):
    """Rows of cells: `Date,Drug / 2025-03-01,down`."""
    return [[cell.strip() for cell in line.split(",")] for line in lines.strip().split(" / ")]


def facts(striplog, *fields):
    return sorted(tuple(row[name] for name in fields) for row in striplog.csv("export"))


def refused(striplog, path, *more):
    """The one sentence with which a file is refused, and nothing else."""
    said = striplog.refused(["import", path, *more], 4)
    assert said.count("\n") == 1 and not striplog.path.exists()
    return said


def test_words_are_found_in_headers():
    assert tokens("Sample #1: FentanylStrip2") == [
        *("Sample", "#", "1", "Fentanyl", "Strip", "2")]  # fmt: skip
    assert words("Nº d'Échantillons_testés") == ["no", "d", "echantillons", "testes"]


# Counts

COUNTED = [
    *("Number of samples", "# of strips", "No. of tests", "Count", "N", "n", "n=", "Qty", "Total"),
    *("Strips tested", "Tests", "How many", "Samples (n)", "Tally", "Test count", "Total strips"),
    *("Nombre d'échantillons", "Nb de bandelettes", "Nombre de tests", "Effectif", "Combien"),
    *("Número de muestras", "Cantidad", "N.º de pruebas", "Tiras", "Cuántas pruebas"),
]


@pytest.mark.parametrize("header", COUNTED)
def test_a_column_that_says_how_many_is_refused(striplog, header):
    path = text(["Date", "Site", "Drug", "Result", header],
                ["2025-01-31", "Van", "down", "pos", 41], ["2025-01-31", "Van", "down", "neg", 9],
                ["2025-01-31", "Van", "coke", "neg", 30])  # fmt: skip
    said = refused(striplog, path)
    assert (
        f"log.csv has counts ({header!r} says 41 in line 2), but each line should be one test"
        in said
    )
    assert "import the list that was counted" in said


@pytest.mark.parametrize("late, number", [(0, "0"), (2, "7"), (2, "1,204"), (1_500, "12.0")])
def test_one_count_that_is_not_1_is_enough_wherever_it_stands(striplog, late, number):
    rows = [["2025-01-31", "down", "pos", "1"]] * late
    path = text(["Date", "Drug", "FTS", "Samples"], *rows, ["2025-01-31", "coke", "neg", number])
    assert f"'Samples' says {number} in line {late + 2}" in refused(striplog, path)


def test_a_count_that_is_none_is_kept_where_somebody_says_so(striplog):
    path = text(["Date", "FTS", "Samples"], ["2025-01-31", "pos", "41"])
    assert "--map Samples=own" in refused(striplog, path)
    striplog(["import", path, "--map", "Samples=own"])
    assert facts(striplog, "Samples") == [("41",)]


@pytest.mark.parametrize("header, numbers", [
    ("No.", [1, 2, 3]), ("#", [101, 103, 107]), ("Number", [3, 2, 1]), ("n", [1, 2, 3]),
    ("Strip no", [7, 3, 9]), ("Test number", [5, 5, 2]), ("Number of people", [2, 3, 1]),
    ("Number of kits given", [2, 0, 1]), ("Frequency of use", [2, 7, 3]), ("Dose", [2, 3, 5]),
    ("Count", [1, 1, 1]), ("Samples", ["a", "b", 2]), ("Total", ["", "", ""]),
    ("Purity %", [30, 40, 50]),
])  # fmt: skip
def test_numbers_that_are_no_counts_are_kept(striplog, header, numbers):
    rows = [["2025-01-31", "down", "pos", number] for number in numbers]
    striplog(["import", text(["Date", "Drug", "FTS", header], *rows)])
    assert len(striplog.csv("export")) == 3


@pytest.mark.parametrize("lines", [
    "Date,Site,Fentanyl positive,Fentanyl negative / 2025-01-31,Van,41,9",
    "Date,Drug,Positive,Negative,Invalid / 2025-01-31,down,41,9,0",
    "Date,Drug,# pos,# neg / 2025-01-31,down,41,9",
    "Month,Fentanyl,Xylazine / 2025-01,41,9", "Date,Fentanyl,Xylazine / 2025-01-31,41,9",
    "Date,Result / 2025-01-31,41", "Date,Total tested,Positive / 2025-01-31,41,9",
    "Mois,Positifs,Négatifs / 2025-01,41,9", "Mes,Positivas,Negativas / 2025-01,41,9",
    "Month,Drug,Positivity / 2025-01,down,41%", "Site,% positive / Van,41.5",
])  # fmt: skip
def test_a_table_of_counts_or_rates_is_refused(striplog, lines):
    said = refused(striplog, text(*table(lines)))
    assert "log.csv has counts (" in said and "says 41" in said


def test_a_number_among_outcomes_is_a_refused_row(striplog):
    path = text(*table("Date,FTS / 2025-01-31,pos / 2025-01-31,5 / 2025-01-31,neg"))
    assert "line 3: FTS: '5' is not an outcome" in striplog(["import", path], 8)
    assert len(striplog.csv("export")) == 2


@pytest.mark.parametrize("lines", [
    "Date,Drug,Positive,Negative / 2025-01-31,down,x, / 2025-01-31,coke,,x",
    "Date,Drug,Positive,Negative,Invalid / 2025-01-31,down,1,0,0 / 2025-01-31,coke,0,1,0",
    "Date,Fentanyl pos,Fentanyl neg / 2025-01-31,✓, / 2025-01-31,,✓",
    "Date,Drogue,Positif,Négatif / 2025-01-31,down,oui,non",
    ",,Fentanyl,,Xylazine, / Date,Drug,Pos,Neg,Pos,Neg / 2025-01-31,down,x,,,x",
    "Date,Drug,Fentanyl,,Xylazine, / ,,Pos,Neg,Pos,Neg / 2025-01-31,down,x,,,x",
])  # fmt: skip
def test_a_column_for_each_outcome_is_refused(striplog, lines):
    said = refused(striplog, text(*table(lines)))
    assert "log.csv has a column for each outcome (" in said and "as a word in one column" in said


# Wide tables

PERIODS = [
    ["Jan", "Feb", "Mar"], ["January 2025", "February 2025"], ["2025-01", "2025-02"],
    ["Jan-25", "Feb-25"], ["janv.", "févr.", "mars"], ["Enero", "Febrero"], ["Q1", "Q2"],
    ["Week 1", "Week 2"], ["2023", "2024"], ["2025-03-01", "2025-03-02"], ["01/2025", "02/2025"],
    ["Q1 2025", "Q2 2025"],
]  # fmt: skip


@pytest.mark.parametrize("periods", PERIODS)
def test_a_column_for_each_month_is_refused(striplog, periods):
    even = PERIODS.index(periods) % 2
    first, cells = ("Site", ("4", "7")) if even else ("", ("pos", "neg"))
    path = text([first, *periods], ["Van", *cells, *[""] * (len(periods) - 2)])
    said = refused(striplog, path)
    assert "log.csv has a column for each month, week or day (" in said and periods[0] in said
    assert "a row of its own, with its date" in said


def test_dates_of_a_workbook_across_the_top_are_refused(striplog):
    from datetime import date

    said = refused(striplog, workbook(["Site", date(2025, 1, 1), date(2025, 2, 1)], ["Van", 4, 7]))
    assert "a column for each month, week or day (2025-01-01, 2025-02-01)" in said


@pytest.mark.parametrize("sites", [["Van", "Hub"], ["Insite", "Overdose Prevention Site", "Bus"]])
def test_a_column_for_each_site_is_refused(striplog, sites):
    path = text(["Date", "Drug", *sites], ["2025-03-01", "down", "pos", "neg"],
                ["2025-03-02", "down", "", "pos", "inv"][: len(sites) + 2])  # fmt: skip
    said = refused(striplog, path)
    assert f"has outcomes in several columns not named after targets ({', '.join(sites)})" in said
    assert "a column Site" in said


GROUPED = [
    "{0},{0},Van,Van,Hub,Hub / Date,Drug,Fentanyl,Benzo,Fentanyl,Benzo",
    "{0},{0},Jan,Jan,Feb,Feb / Date,Drug,Fentanyl,Benzo,Fentanyl,Benzo",
    "{0},{0},Anna,Anna,Ben,Ben / Date,Drug,Result,Note,Result,Note",
    "Date,Drug,Van,Van,Hub,Hub / Date,Drug,FTS,BTS,FTS,BTS",
]  # fmt: skip


@pytest.mark.parametrize("lines", GROUPED)
@pytest.mark.parametrize("merged", [False, True])
def test_a_group_of_columns_for_each_site_is_refused(striplog, lines, merged):
    upper, lower = table(lines.format(""))
    row = ["2025-03-01", "down", "pos", "neg", "neg", "pos"]
    upper[3] = upper[5] = ""
    if merged:
        path = workbook(upper, lower, row, merged=["C1:D1", "E1:F1"])
    else:
        path = text(upper, lower, row)
    said = refused(striplog, path)
    assert f"has the outcomes of {upper[2]}, {upper[4]} side by side (" in said
    assert "give each of them its own rows" in said


# Two header rows

SUBS = [
    ("Result,Faint line,Result", ["fentanyl", "xylazine"]),
    ("Result,Lot,Result", ["fentanyl", "xylazine"]),
    ("Outcome,Brand,Strip result", ["fentanyl", "xylazine"]),
    ("1st reading,Comment,1st reading", ["fentanyl", "xylazine"]),
    (",Lot,", ["fentanyl", "xylazine"]),
]


@pytest.mark.parametrize("subs, targets", SUBS)
@pytest.mark.parametrize("way", ["text", "merged", "merged down", "said twice"])
def test_a_header_row_over_groups_names_the_targets(striplog, subs, targets, way):
    above = [["Drug checking 2025"]] if len(subs) % 2 else []
    upper = ["", "", "Fentanyl strip", "", "Xylazine"]
    lower = ["Date", "Drug", *subs.split(",")]
    row = ["2025-03-01", "down", "pos", "", "neg"]
    first = len(above) + 1
    merged = [f"C{first}:D{first}"]
    if way == "merged down":
        upper[:2], lower[:2] = lower[:2], ["", ""]
        merged += [f"A{first}:A{first + 1}", f"B{first}:B{first + 1}"]
    if way == "said twice":
        upper[:2] = lower[:2]
    if way in ("merged", "merged down"):
        path = workbook(*above, upper, lower, row, merged=merged)
    else:
        path = text(*above, upper, lower, row)
    out = striplog(["import", path])
    assert facts(striplog, "target", "outcome", "drug", "lot", "faint") == [
        (targets[0], "positive", "down", "", ""), (targets[1], "negative", "down", "", "")
    ]  # fmt: skip
    assert "not a test" not in out


@pytest.mark.parametrize("way", ["text", "merged", "merged down", "said twice"])
@pytest.mark.parametrize("title", ["Results", "Test strips", "Strip results (pos/neg)"])
def test_a_second_header_row_may_have_targets_alone(striplog, way, title):
    upper = ["Date", "Drug", title, "", ""]
    lower = ["Date" if way == "said twice" else "", "", "Fentanyl", "Benzo", "XTS"]
    row = ["2025-03-01", "down", "P", "N", ""]
    merged = ["C1:E1", *(["A1:A2", "B1:B2"] if way == "merged down" else [])]
    if way in ("merged", "merged down"):
        path = workbook(upper, lower, row, merged=merged)
    else:
        path = text(upper, lower, row)
    striplog(["import", path])
    assert facts(striplog, "target", "outcome", "drug") == [
        ("benzodiazepine", "negative", "down"), ("fentanyl", "positive", "down")
    ]  # fmt: skip


@pytest.mark.parametrize("lines", [
    "Sample info,,Strips, / Date,Drug,FTS,XTS / 2025-03-01,down,pos,neg",
    "What,,Fentanyl,Xylazine / Date,Drug,, / 2025-03-01,down,pos,neg",
    "Program:,Van / Date,Drug,FTS,XTS / 2025-03-01,down,pos,neg",
])  # fmt: skip
def test_a_header_row_over_groups_takes_nothing_from_the_headers(striplog, lines):
    striplog(["import", text(*table(lines))])
    assert facts(striplog, "target", "outcome", "drug") == [
        ("fentanyl", "positive", "down"), ("xylazine", "negative", "down")
    ]  # fmt: skip


def test_refused_rows_under_two_header_rows_come_back(striplog):
    path = text(["", "", "Fentanyl", "Xylazine"], ["Date", "Drug", "Result", "Result"],
                ["2025-03-01", "down", "pos", "neg"], ["March", "down", "neg", "neg"])  # fmt: skip
    striplog(["import", path], 8)
    with open("log.csv.rejects.csv", encoding="utf-8") as file:
        mended = file.read().replace("March,", "2025-03-02,")
    with open("mended.csv", "w", encoding="utf-8") as file:
        file.write(mended)
    striplog("import mended.csv")
    assert facts(striplog, "tested_on", "target", "outcome") == [
        ("2025-03-01", "fentanyl", "positive"), ("2025-03-01", "xylazine", "negative"),
        ("2025-03-02", "fentanyl", "negative"), ("2025-03-02", "xylazine", "negative"),
    ]  # fmt: skip


# Several samples a row

TWO = [
    "Date,Sample 1 drug,Sample 1 fentanyl,Sample 2 drug,Sample 2 fentanyl",
    "Date,Drug 1,FTS 1,Drug 2,FTS 2", "Date,Drug (1),Fentanyl (1),Drug (2),Fentanyl (2)",
    "Date,Drug,FTS,Drug,FTS", "Date,Drug,FTS,Drug 2,FTS 2", "Date,Drug,FTS,Drug.1,FTS.1",
    "Date,drug1,fts1,drug2,fts2", "Date,Substance_1,Fentanyl_1,Substance_2,Fentanyl_2",
    "Date,Sample A drug,Sample A FTS,Sample B drug,Sample B FTS",
    "Date,First sample drug,First sample FTS,Second sample drug,Second sample FTS",
    "Date,sample/1/drug,sample/1/fts,sample/2/drug,sample/2/fts",
    "Date,Sample #1: Sold as,Sample #1: Result,Sample #2: Sold as,Sample #2: Result",
    ",Sample 1,,Sample 2, / Date,Drug,FTS,Drug,FTS",
    "Two samples a row / Date,Drug,FTS,Drug,FTS",
]  # fmt: skip


@pytest.mark.parametrize("header", TWO)
def test_each_of_two_samples_in_a_row_has_its_drug_and_its_outcomes(striplog, header):
    rows = table(
        "2025-03-01,down,pos,coke,neg / 2025-03-02,down,pos,coke,neg / 2025-03-03,meth,neg,,"
    )
    path = text(*table(header), *rows)
    striplog(["import", path])
    assert facts(striplog, "tested_on", "drug", "target", "outcome") == [
        ("2025-03-01", "cocaine", "fentanyl", "negative"),
        ("2025-03-01", "down", "fentanyl", "positive"),
        ("2025-03-02", "cocaine", "fentanyl", "negative"),
        ("2025-03-02", "down", "fentanyl", "positive"),
        ("2025-03-03", "methamphetamine", "fentanyl", "negative"),
    ]
    assert "0 tests added." in striplog(["import", path])


def test_several_samples_in_a_row_keep_what_they_have_in_common(striplog):
    path = text(*table(
        "ID,Visit,Site,Date,Drug 1,FTS 1,XTS 1,Form 1,Drug 2,FTS 2,XTS 2,Drug 3,FTS 3,XTS 3"
        " / 7,v,Van,2025-03-01,down,pos,neg,chunk,coke,neg,,meth,,neg"
    ))  # fmt: skip
    striplog(["import", path])
    assert facts(striplog, "drug", "target", "outcome", "site", "form", "Visit") == [
        ("cocaine", "fentanyl", "negative", "Van", "", "v"),
        ("down", "fentanyl", "positive", "Van", "chunk", "v"),
        ("down", "xylazine", "negative", "Van", "chunk", "v"),
        ("methamphetamine", "xylazine", "negative", "Van", "", "v"),
    ]
    samples = {row["drug"]: row["sample"] for row in striplog.csv("export --target xylazine")}
    assert samples["down"] and not samples["methamphetamine"]
    assert "0 tests added." in striplog(["import", path])


def test_the_sample_code_of_a_row_with_several_samples_is_not_that_of_all(striplog):
    path = text(
        *table("Sample ID,Date,Drug 1,FTS 1,Drug 2,FTS 2 / S7,2025-03-01,down,pos,coke,neg")
    )
    striplog(["import", path])
    assert facts(striplog, "sample", "drug") == [("S7", "down"), ("S7 (2)", "cocaine")]


def test_a_refused_sample_of_two_in_a_row_comes_back_alone(striplog):
    path = text(*table("Date,Drug 1,FTS 1,Drug 2,FTS 2 / 2025-03-01,down,pos,coke,negg"))
    striplog(["import", path], 8)
    with open("log.csv.rejects.csv", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert [row["Date"], row["Drug"], row["FTS"], row["striplog line"]] == [
        "2025-03-01", "coke", "negg", "2"]  # fmt: skip


@pytest.mark.parametrize("header, strips", [
    ("Date,Drug,Fentanyl strip 1,Fentanyl strip 2", 2), ("Date,Drug,FTS,FTS", 2),
    ("Date,Expected Drug (1),Expected Drug (2),Fentanyl", 1),
    ("Date,Drug,FTS @ 1 mL,FTS @ 5 mL", 2),
])  # fmt: skip
def test_several_strips_or_drugs_of_one_sample_stay_one_row(striplog, header, strips):
    drugs = ["down", "coke"] if "(2)" in header else ["down"]
    row = ["2025-03-01", *drugs, *["pos"] * (header.count(",") - len(drugs))]
    out = striplog(["import", text(header.split(","), row)])
    assert "; 1 row." in out and len(striplog.csv("export")) == strips


def test_several_strips_a_row_with_their_targets_are_a_row_each(striplog):
    path = text(*table(
        "Date,Drug,Strip 1 type,Strip 1 result,Strip 2 type,Strip 2 result"
        " / 2025-03-01,down,FTS,pos,XTS,neg"
    ))  # fmt: skip
    striplog(["import", path])
    assert facts(striplog, "drug", "target", "outcome") == [
        ("down", "fentanyl", "positive"), ("down", "xylazine", "negative")]  # fmt: skip


def test_outcomes_beside_several_samples_are_of_none_of_them(striplog):
    header = "Date,Drug 1,FTS 1,Drug 2,FTS 2,Benzo strip"
    path = text(*table(f"{header} / 2025-03-01,down,pos,coke,neg,neg"))
    said = refused(striplog, path)
    assert "has several samples in a row (Drug 1, Drug 2), and outcomes that belong to none" in said


# Rows that repeat under another

REDCAP = [
    "Record ID,Repeat Instrument,Repeat Instance,Visit date,Expected drug,Strip type,Strip result",
    "record_id,redcap_repeat_instrument,redcap_repeat_instance,date,drug,strip_type,strip_result",
]


@pytest.mark.parametrize("header", REDCAP)
def test_the_rows_of_a_record_have_its_date_and_its_drug(striplog, header):
    rows = table(
        "1,,,2025-06-01,Down,, / 1,Strip,1,,,Fentanyl,Positive / 1,Strip,2,,,Benzo,Negative"
        " / 2,,,2025-06-02,coke,, / 2,Strip,1,,,Fentanyl,Negative / 2,Strip,2,,,Fentanyl,Positive"
    )
    path = text(header.split(","), *rows)
    striplog(["import", path])
    assert facts(striplog, "tested_on", "drug", "target", "outcome", "sample") == [
        ("2025-06-01", "down", "benzodiazepine", "negative", "1"),
        ("2025-06-01", "down", "fentanyl", "positive", "1"),
        ("2025-06-02", "cocaine", "fentanyl", "negative", "2"),
        ("2025-06-02", "cocaine", "fentanyl", "positive", "2"),
    ]
    assert "0 tests added." in striplog(["import", path])


def test_a_strip_of_the_record_itself_is_counted_once(striplog):
    path = text(*table(
        "Record ID,Repeat Instrument,Repeat Instance,Date,Drug,FTS,XTS"
        " / 1,,,2025-06-01,down,pos, / 1,more strips,1,,,,neg"
    ))  # fmt: skip
    striplog(["import", path])
    assert facts(striplog, "target", "outcome", "drug") == [
        ("fentanyl", "positive", "down"), ("xylazine", "negative", "down")]  # fmt: skip


def test_samples_that_repeat_with_their_strips_are_no_one_sample(striplog):
    path = text(*table(
        "Record ID,Repeat Instrument,Repeat Instance,Date,Site,Drug,FTS"
        " / 1,,,2025-06-01,Van,, / 1,sample,1,,,down,pos / 1,sample,2,,,coke,neg"
    ))  # fmt: skip
    striplog(["import", path])
    assert facts(striplog, "drug", "outcome", "site", "sample") == [
        ("cocaine", "negative", "Van", ""), ("down", "positive", "Van", "")]  # fmt: skip


@pytest.mark.parametrize("order, many", [((1, 2), 0), ((2, 1), 6_000)])
def test_samples_and_strips_that_repeat_apart_are_refused(striplog, order, many):
    repeated = {
        1: ["1", "sample", "1", "", "down", "", ""],
        2: ["1", "strip", "1", "", "", "FTS", "pos"],
    }
    more = [["2", "", "", "2025-06-01", "", "", ""]] * many
    path = text(REDCAP[0].split(","), *more, ["1", "", "", "2025-06-01", "", "", ""],
                *(repeated[one] for one in order))  # fmt: skip
    said = refused(striplog, path)
    assert "separate rows for samples and for strips under the record '1'" in said


@pytest.mark.parametrize(
    "parent", ["_parent_index", "PARENT_KEY", "ParentGlobalID", "_parent_table_name"]
)
def test_a_part_of_a_form_that_repeats_is_refused(striplog, parent):
    path = text(*table(f"Strip type,Strip result,{parent} / Fentanyl,Positive,1"))
    said = refused(striplog, path)
    assert "the repeating part of a form" in said and f"named in the column '{parent}'" in said


# Pivot tables, and sheets beside a list

PIVOTS = [
    "Count of Result,Column Labels / Row Labels,neg,pos,Grand Total / Van,4,7,11",
    "COUNTA of Date,Result / Drug,neg,pos,Grand Total / down,4,7,11",
    "Nombre de Résultat,Étiquettes de colonnes / Étiquettes de lignes,neg,pos / Van,4,7",
    "Cuenta de Resultado,Etiquetas de columna / Etiquetas de fila,neg,pos / Van,4,7",
    "Date,Sum of Fentanyl,Sum of Xylazine / 2025-03-01,4,7",
]  # fmt: skip


@pytest.mark.parametrize("lines", PIVOTS)
def test_a_pivot_table_is_refused(striplog, lines):
    assert "log.csv is a pivot table, with " in refused(striplog, text(*table(lines)))


@pytest.mark.parametrize("lines", [
    PIVOTS[0], "Month,Fentanyl,Xylazine / 2025-01,41,9", "Site,Jan,Feb / Van,4,7",
    "Date,Drug,Result,Count / 2025-01-31,down,pos,41",
])  # fmt: skip
def test_a_sheet_that_only_counts_is_left_out_beside_a_list(striplog, lines):
    rows = table("Date,Drug,FTS / 2025-03-01,down,pos")
    out = striplog(["import", workbook(*rows, Summary=table(lines))])
    assert "1 test added." in out
    assert "Skipped, because it " in out and ": log.xlsx, sheet 'Summary'." in out
    assert len(striplog.csv("export")) == 1


@pytest.mark.parametrize("block", ["C2:C3", "C2:D2"])
def test_one_merged_cell_for_several_outcomes_is_refused(striplog, block):
    rows = table("Date,Drug,FTS,XTS / 2025-03-01,down,pos,neg / 2025-03-01,coke,,neg")
    said = refused(striplog, workbook(*rows, merged=[block]))
    assert "has one merged cell for several outcomes (FTS" in said and "unmerge it" in said


# Copied sheets

LIST = table(
    "Date,Drug,FTS / 2025-03-01,down,pos / 2025-03-02,coke,neg / 2025-03-03,meth,neg"
    " / 2025-03-04,down,pos"
)


@pytest.mark.parametrize("names", [
    ("March", "March (2)"), ("March", "Copy of March"), ("Copie de mars", "Mars"),
    ("Log", "Log - backup"),
])  # fmt: skip
@pytest.mark.parametrize("rows", [2, 5])
def test_a_copied_sheet_is_left_out(striplog, names, rows):
    out = striplog(["import", workbook(**dict.fromkeys(names, LIST[:rows]))])
    assert f"{names[1]!r}." in out and f"because sheet {names[0]!r} has all its rows" in out
    assert len(striplog.csv("export")) == rows - 1


@pytest.mark.parametrize("tabs", [
    {"March": LIST, "Van": LIST}, {"2025": LIST, "March": LIST[:4]},
    {"March": LIST[:4], "2025": LIST}, {"March": LIST[:2], "March (2)": LIST[:3]},
])  # fmt: skip
def test_sheets_with_most_rows_in_common_are_asked_about(striplog, tabs):
    first, second = tabs
    said = refused(striplog, workbook(**tabs))
    assert f"sheet {second!r} has " in said and f"rows in sheet {first!r} too" in said
    striplog(["import", "log.xlsx", "--sheet", first])
    assert len(striplog.csv("export")) == len(tabs[first]) - 1


def test_sheets_with_few_rows_in_common_or_another_target_are_no_copies(striplog):
    tabs = {"Van": LIST[:3], "Hub": LIST[:3]}
    assert "4 tests added." in striplog(["import", workbook(**tabs)])
    results = [[*LIST[0][:2], "Result"], *LIST[1:]]
    other = workbook(Fentanyl=results, Xylazine=results, name="b.xlsx")
    striplog(["import", other, "--logbook", "b.db"])
    assert len(striplog.csv("export --target xylazine --logbook b.db")) == 4


@pytest.mark.parametrize("lines", [
    "Fentanyl strips,,,Xylazine,, / Date,Drug,Result,Date,Drug,Result",
    "Date,Drug,Fentanyl,Date,Drug,Xylazine", "Date,Drug,FTS,,Date,Drug,XTS",
])  # fmt: skip
def test_several_tables_side_by_side_are_refused(striplog, lines):
    rows = table(lines)
    path = text(*rows, ["2025-03-01", "down", "pos", *["" for _ in rows[-1][6:]], "2025-03-02",
                        "coke", "neg"])  # fmt: skip
    assert "has several tables side by side (each with a column 'Date')" in refused(striplog, path)


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("headings", [("Van", "Hub"), ("March 2025", "April 2025")])
def test_headings_between_the_rows_are_refused(striplog, headings, merged):
    first, second = headings
    lines = f"Date,Drug,FTS / {first},, / 2025-03-01,down,pos / {second},, / 2025-03-02,coke,neg"
    path = workbook(*table(lines), merged=["A2:C2", "A4:C4"]) if merged else text(*table(lines))
    said = refused(striplog, path)
    assert f"has headings between its rows ('{first}' in line 2 and '{second}' in line 4)" in said


@pytest.mark.parametrize("lines, more", [
    ("FTS / pos / neg", ["--at", "2025-03-01"]),
    ("FTS,Note / pos, / neg,x", ["--at", "2025-03-01"]),
    ("Date,FTS / 2025-02-27, / 2025-02-28, / 2025-03-01,pos / 2025-03-01,neg", []),
])  # fmt: skip
def test_rows_that_say_little_are_no_headings(striplog, lines, more):
    striplog(["import", text(*table(lines)), *more])
    assert facts(striplog, "outcome") == [("negative",), ("positive",)]


@pytest.mark.parametrize("notes", [["x = spoiled"], ["pos = 1 line", "neg = 2 lines"]])
def test_notes_under_a_list_are_no_headings(striplog, notes):
    rows = table("Date,Drug,FTS / 2025-03-01,down,pos")
    said = striplog(["import", text(*rows, *([note] for note in notes))])
    assert "Skipped, because there is no outcome" in said
    assert len(striplog.csv("export")) == 1


def test_marks_of_what_was_chosen_in_a_form_are_no_counts(striplog):
    path = text(*table("Date,Drug,Strips positive/fentanyl,FTS / 2025-03-01,down,1,pos"
                       " / 2025-03-01,coke,0,neg"))  # fmt: skip
    striplog(["import", path])
    assert len(striplog.csv("export")) == 2


def test_a_column_for_each_site_beside_targets_is_refused(striplog):
    path = text(*table("Date,Target,Van,Hub / 2025-03-01,Fentanyl,pos,neg"))
    assert "in several columns not named after targets (Van, Hub)" in refused(striplog, path)


def test_the_parts_of_a_form_are_named_before_what_its_main_table_counts(striplog):
    main = table("Date of visit,Site,sample_repeat_count,_index / 2025-03-01,Van,2,1")
    part = table("Strip type,Strip result,_index,_parent_index / Fentanyl,Positive,1,1")
    main[0][3] = "number"  # so that they cannot be joined
    assert "is the repeating part of a form" in refused(striplog, workbook(main=main, strips=part))


# Several tables below each other


@pytest.mark.parametrize("lines", [
    "Date,Drug,FTS / 2025-03-01,down,pos / Date,Drug,XTS / 2025-03-01,coke,neg",
    "Date,Drug,FTS / 2025-03-01,down,pos / Drug,Date,XTS / coke,2025-03-01,neg",
    "Fentanyl,, / Date,Drug,Result / 2025-03-01,down,pos / Benzo,, / Date,Drug,Result"
    " / 2025-03-01,coke,neg",
    "Date,Drug,Result / 2025-03-01,down,pos / Benzo test strips,, / Date,Drug,Result"
    " / 2025-03-01,coke,neg",
])  # fmt: skip
@pytest.mark.parametrize("many", [0, 2_000])
def test_tables_below_each_other_are_refused(striplog, lines, many):
    rows = table(lines)
    first = next(at for at, row in enumerate(rows) if row[0].startswith("2025"))
    path = text(*rows[:first], *[rows[first]] * many, *rows[first:])
    assert "log.csv has several tables, one below another: there is " in refused(striplog, path)


@pytest.mark.parametrize("lines", [
    "Date,Drug,FTS / 2025-03-01,down,pos / Date,Drug,FTS / 2025-03-02,coke,neg",
    "Van 2025,, / Date,Drug,FTS / 2025-03-01,down,pos / Van 2025,, / Date,Drug,FTS"
    " / 2025-03-02,coke,neg",
])  # fmt: skip
def test_the_header_of_each_printed_page_is_no_other_table(striplog, lines):
    striplog.run(["import", text(*table(lines))])
    assert len(striplog.csv("export")) == 2


@pytest.mark.parametrize("lines", [
    "Date,Fentanyl,,Xylazine, / ,Van,Hub,Van,Hub / 2025-03-01,pos,neg,neg,neg",
    "Date,FTS,XTS / ,Ann,Ben / 2025-03-01,pos,neg",
])  # fmt: skip
def test_a_second_header_row_of_other_names_is_refused(striplog, lines):
    assert "has a second header row in line 2 (" in refused(striplog, text(*table(lines)))


def test_the_lot_under_the_only_target_is_that_of_the_row(striplog):
    path = text(*table("Strip:,Xylazine, , / Date,Drug,Result,Lot / 2025-03-01,down,pos,X1"))
    striplog(["import", path])
    assert facts(striplog, "target", "lot") == [("xylazine", "X1")]


def test_a_first_row_that_cannot_be_understood_is_no_header(striplog):
    path = text(*table("Date,Drug,FTS / ,down,maybe / 2025-03-01,down,pos"))
    assert "line 2: FTS: 'maybe' is not an outcome" in striplog(["import", path], 8)
    assert len(striplog.csv("export")) == 1


# Rows that go on with the record of the row above


@pytest.mark.parametrize("name, many", [
    ("ID", 0), ("Record no", 1_100), ("Sample ID", 0), ("Submission ID", 0)])  # fmt: skip
def test_a_row_without_a_date_goes_on_with_the_record_of_the_row_above(striplog, name, many):
    rows = table(
        "1,2025-06-01,Van,down,Fentanyl,pos / 1,,,,Benzo,neg / 1,,,,Xylazine,neg"
        " / 2,2025-06-02,Hub,coke,Fentanyl,neg / 3,,,,Benzo,neg / ,,,,Benzo,neg"
    )
    more = [[f"x{at}", "2025-05-01", "Van", "meth", "Fentanyl", "neg"] for at in range(many)]
    path = text([name, "Date", "Site", "Drug", "Strip", "Result"], *more, *rows)
    out = striplog(["import", path], 8)
    found = [row for row in facts(striplog, "tested_on", "site", "drug", "target", "outcome")
             if row[0] > "2025-05-01"]  # fmt: skip
    assert found == [
        ("2025-06-01", "Van", "down", "benzodiazepine", "negative"),
        ("2025-06-01", "Van", "down", "fentanyl", "positive"),
        ("2025-06-01", "Van", "down", "xylazine", "negative"),
        ("2025-06-02", "Hub", "cocaine", "fentanyl", "negative"),
    ]
    assert "Refused in log.csv: 2 rows." in out and "The row has no date." in out
    assert "0 tests added." in striplog(["import", path], 8)


def test_a_strip_of_the_row_above_is_not_counted_again(striplog):
    path = text(*table("ID,Date,Drug,FTS,XTS / 1,2025-06-01,down,pos, / 1,,,,neg"))
    striplog(["import", path])
    assert facts(striplog, "drug", "target", "outcome") == [
        ("down", "fentanyl", "positive"), ("down", "xylazine", "negative")]  # fmt: skip


# The tables of a form


FORMS = {
    "Kobo": ("start,Date of visit,Site,Drug,_id,_index / t,2025-03-01,Van,down,11,1"
             " / t,2025-03-02,Hub,coke,12,2",
             "Strip type,Strip result,_index,_parent_table_name,_parent_index"
             " / Fentanyl,Positive,1,Main,1 / Xylazine,Negative,2,Main,1"
             " / Fentanyl,Negative,3,Main,2 / Fentanyl,Negative,4,Main,2"),
    "Kobo with the number of the submission": (
             "start,Date of visit,Site,Drug,_id,_index / t,2025-03-01,Van,down,11,1"
             " / t,2025-03-02,Hub,coke,12,2",
             "Strip type,Strip result,_index,_parent_table_name,_parent_index,_submission__id"
             " / Fentanyl,Positive,1,Main,1,11 / Xylazine,Negative,2,Main,1,11"
             " / Fentanyl,Negative,3,Main,2,12 / Fentanyl,Negative,4,Main,2,12"),
    "ODK": ("Visit date,Site,Drug,KEY / 2025-03-01,Van,down,u1 / 2025-03-02,Hub,coke,u2",
            "Strip type,Strip result,PARENT_KEY,KEY / Fentanyl,Positive,u1,u1/s[1]"
            " / Xylazine,Negative,u1,u1/s[2] / Fentanyl,Negative,u2,u2/s[1]"
            " / Fentanyl,Negative,u2,u2/s[2]"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("strips", [False, True])
def test_the_strips_of_a_form_have_what_its_main_table_says(striplog, form, strips):
    main, part = (table(lines) for lines in FORMS[form])
    if strips:  # in the main table: they are counted there, and once
        main = [[*row, "BTS" if not at else "neg"] for at, row in enumerate(main)]
    path = workbook(Main=main, strips=part)
    out = striplog(["import", path])
    found = facts(striplog, "tested_on", "site", "drug", "target", "outcome")
    assert [row for row in found if row[3] != "benzodiazepine"] == [
        ("2025-03-01", "Van", "down", "fentanyl", "positive"),
        ("2025-03-01", "Van", "down", "xylazine", "negative"),
        ("2025-03-02", "Hub", "cocaine", "fentanyl", "negative"),
        ("2025-03-02", "Hub", "cocaine", "fentanyl", "negative"),
    ]
    assert len(found) == 4 + 2 * strips
    assert ("Skipped, because it has no date or no outcomes" in out) == (not strips)
    assert "0 tests added." in striplog(["import", path])


def test_strips_are_the_same_when_an_export_numbers_them_anew(striplog):
    main, part = (table(lines) for lines in FORMS["Kobo"])
    striplog(["import", workbook(Main=main, strips=part)])
    main.insert(1, ["t", "2025-04-01", "Van", "meth", "13", "0"])
    for row in part[1:]:
        row[2] = str(int(row[2]) + 7)
    assert "0 tests added." in striplog(["import", workbook(Main=main, strips=part)])


def test_a_strip_whose_row_in_the_main_table_is_not_there_is_refused(striplog):
    main, part = (table(lines) for lines in FORMS["ODK"])
    out = striplog(["import", workbook(Main=main[:2], strips=part)], 8)
    assert "Refused in log.xlsx, sheet 'strips': 2 rows." in out and "has no date" in out
    assert len(striplog.csv("export")) == 2


def test_samples_that_repeat_in_a_form_have_their_strips(striplog):
    main = table("Date of visit,Site,_index / 2025-03-01,Van,1")
    samples = table("Drug,_index,_parent_table_name,_parent_index / down,1,Main,1 / coke,2,Main,1")
    strips = table("Strip type,Strip result,_index,_parent_table_name,_parent_index"
                   " / Fentanyl,pos,1,samples,1 / Fentanyl,neg,2,samples,2")  # fmt: skip
    striplog(["import", workbook(Main=main, samples=samples, strips=strips)])
    assert facts(striplog, "site", "drug", "outcome") == [
        ("Van", "cocaine", "negative"), ("Van", "down", "positive")]  # fmt: skip


def test_a_layout_that_says_what_the_columns_are_is_followed(striplog, tmp_path):
    (tmp_path / "ours.toml").write_text('[columns]\n"Drug 2" = "own"\n"FTS 2" = "leave out"\n')
    path = text(*table("Date,Drug 1,FTS 1,Drug 2,FTS 2 / 2025-03-01,down,pos,coke,neg"))
    striplog(["import", path, "--layout", "ours.toml", "--map", "Drug 1=drug"])
    assert facts(striplog, "drug", "outcome", "Drug 2") == [("down", "positive", "coke")]


def test_the_codes_of_a_form_are_outcomes_once_somebody_says_so(striplog):
    path = text(*table("Date,Drug,fts / 2025-03-04,down,1 / 2025-03-05,coke,2 / 2025-03-06,,3"))
    said = refused(striplog, path)
    assert "--positive 1 --positive 2 --positive 3, with --negative" in said
    striplog(["import", path, "--positive", "1", "--negative", "2", "--invalid", "3"])
    assert facts(striplog, "tested_on", "outcome") == [
        ("2025-03-04", "positive"), ("2025-03-05", "negative"), ("2025-03-06", "invalid")
    ]  # fmt: skip


@pytest.mark.parametrize("header", [
    "Number of lines on fentanyl strip", "Fentanyl strip: how many lines?", "Lines seen", "Lines",
    "Nombre de lignes (fentanyl)", "FTS lines",
])  # fmt: skip
def test_numbers_of_lines_are_outcomes(striplog, header):
    path = text(*table(f"Date,Drug,{header} / 2025-03-04,a,1 / 2025-03-05,b,2 / 2025-03-06,c,0.0"))
    striplog(["import", path])
    assert facts(striplog, "drug", "outcome") == [
        ("a", "positive"), ("b", "negative"), ("c", "invalid")
    ]  # fmt: skip


def test_strips_are_counted_not_their_lines(striplog):
    path = text(*table("Date,Drug,Number of fentanyl strips / 2025-03-04,a,1 / 2025-03-05,b,2"))
    assert "counts" in refused(striplog, path)


def test_letters_of_targets_are_told_all_at_once(striplog):
    path = text(*table("When,F,B,X,Notes / 2025-03-04,+,-,neg,-"))
    said = refused(striplog, path)
    assert "(F, B, X)" in said
    striplog(["import", path, *shlex.split(said.partition("say which: ")[2]),
              "--negative", "-"])  # fmt: skip
    assert facts(striplog, "target", "outcome") == [
        ("benzodiazepine", "negative"), ("fentanyl", "positive"), ("xylazine", "negative")
    ]  # fmt: skip


# Substances in place of outcomes


@pytest.mark.parametrize("header", ["Result", "Strip result", "Test", "What was detected?"])
@pytest.mark.parametrize("rest", ["Negative", "neg", "none", "invalid"])
def test_a_column_that_names_what_was_found_is_not_read_as_negatives_alone(striplog, header, rest):
    path = text(["Date", "Drug", header], ["2025-03-04", "down", "Xylazine"],
                ["2025-03-05", "down", "fent + Xylazine"],
                ["2025-03-06", "coke", rest])  # fmt: skip
    said = refused(striplog, path)
    assert "'Xylazine' in line 2 and 'fent + Xylazine' in line 3" in said
    assert "give each target a column of its own" in said and "--target" not in said


def test_a_column_that_names_one_target_is_read_with_the_options_that_are_told(striplog):
    path = text(["Date", "Drug", "Result"], ["2025-03-04", "down", "Xylazine"],
                ["2025-03-06", "coke", "Negative"])  # fmt: skip
    options = refused(striplog, path).partition("all strips were for xylazine: ")[2]
    striplog(["import", path, *shlex.split(options)])
    assert facts(striplog, "target", "outcome") == [
        ("xylazine", "negative"), ("xylazine", "positive")
    ]  # fmt: skip


def test_the_name_of_its_target_in_a_strip_column_is_most_likely_positive(striplog):
    path = text(["Date", "Drug", "FTS"], ["2025-03-04", "down", "Fentanyl"],
                ["2025-03-06", "coke", "Negative"])  # fmt: skip
    said = striplog(["import", path], 8)
    assert "guesses" in said and "log.csv.rejects.csv --positive Fentanyl" in said


def test_one_odd_name_among_outcomes_refuses_its_row_alone(striplog):
    path = text(["Date", "Drug", "Result"], ["2025-03-04", "down", "Fentanyl"],
                ["2025-03-05", "down", "pos"], ["2025-03-06", "coke", "neg"])  # fmt: skip
    assert "2 tests added" in striplog(["import", path], 8)


@pytest.mark.parametrize("lines", [
    "Date,Drug,Tested for,Positive for / 2025-03-04,down,Fentanyl; Benzo,Fentanyl"
    " / 2025-03-05,coke,Fentanyl,",
    "Date,Drug,Which strips were positive? / 2025-03-04,down,Fentanyl; Benzo / 2025-03-05,coke,",
    "Date,Drug,Positive for / 2025-03-04,down,Fentanyl and Benzo / 2025-03-05,coke,Nothing",
])  # fmt: skip
def test_a_list_of_what_was_positive_is_refused(striplog, lines):
    assert "names targets in place of outcomes" in refused(striplog, text(*table(lines)))


def test_boxes_for_each_target_are_refused(striplog):
    path = text(*table("Date,Positive/Fentanyl,Positive/Xylazine / 2025-03-04,1,0 / 2025-03-05,,1"))
    assert "a column for each answer to one question" in refused(striplog, path)
