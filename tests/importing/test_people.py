"""People stay out of a logbook, and out of the files beside it."""

import csv
import json
from pathlib import Path

import pytest


def log(header, *rows):
    with Path("log.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return ["import", "log.csv"]


def everything(striplog):
    """All that is left anywhere after an import: the report, the logbook, the files beside it."""
    kept = [path for path in Path().iterdir() if path.name != "log.csv" and path.is_file()]
    return b"".join(path.read_bytes() for path in kept).decode("utf-8", "replace")


HEADERS = [
    *("SubmitterName", "Tested by", "Participant ID", "start_geopoint", "IP Address", "deviceid"),
    *("Prénom", "Nom", "Âge", "Sexe", "Género", "_submitted_by", "Date de naissance", "E-Mail"),
]


@pytest.mark.parametrize("outcome, code", [("pos", 0), ("what", 8)])
def test_columns_about_people_are_left_out_everywhere_and_named(striplog, outcome, code):
    secret = [f"secret{number}" for number in range(len(HEADERS))]
    row = ["2026-01-02", *secret, outcome]
    out = striplog(log(["Date", *HEADERS, "FTS"], row), code)
    assert out.count("left out: it asks about a person") == len(HEADERS)
    assert Path("log.csv.rejects.csv").exists() == (code == 8)
    assert "secret" not in everything(striplog)


@pytest.mark.parametrize("header, cells, what", [
    ("Q7", ("jo@example.org", "al@example.org"), "e-mail addresses"),
    ("Contacting", ("604-555-0123", ""), "phone numbers"),
    ("Location", ("49.28 -123.12 0 0", "49.29 -123.13 0 0"), "coordinates"),
    ("When", ("2004-05-01", "1985-06-02"), "birth dates"),
    ("The date", ("2004-05-01", "1985-06-02"), "birth dates"),
    ("device", ("collect:abcd", "collect:efgh"), None),
    ("Q3", ("Maria Lopez", "John Smith"), "names of people"),
    ("Table", ("LOPEZ, Maria", "Tremblay, Jean-François"), "names of people"),
    ("Desk", ("Sam", "Noémie B."), "names of people"),
    ("Counter", ("Ana de la Cruz", "Peter O'Neil"), "names of people"),
])  # fmt: skip
def test_columns_that_hold_what_leads_to_people_are_left_out_too(striplog, header, cells, what):
    rows = [
        ["2026-01-02", cell, outcome] for cell, outcome in zip(cells, ("pos", "?"), strict=True)
    ]
    out = striplog(log(["Test date", header, "FTS"], *rows), 8)
    assert (f"seems to hold {what}" if what else "asks about a person") in out
    assert not [cell for cell in cells if cell and cell in everything(striplog)]
    [row] = striplog.csv("export")
    assert row["site"] == ""


def test_a_column_that_somebody_named_is_what_was_said(striplog):
    striplog([*log(["Date", "Box", "FTS"], ["2026-01-02", "604-555-0123", "pos"]),
              "--map", "Box=lot"])  # fmt: skip
    assert striplog.csv("export")[0]["lot"] == "604-555-0123"


def test_what_somebody_left_out_is_empty_in_the_file_of_refused_rows(striplog):
    line = log(["Date", "Comments", "FTS"], ["2026-01-02", "secret", "what"])
    out = striplog([*line, "--map", "Comments=leave out"], 8)
    assert "secret" not in everything(striplog)
    path = Path("log.csv.rejects.csv")
    path.write_text(path.read_text().replace("what", "neg", 1))
    assert "--map 'Comments=leave out'" in out
    striplog(["import", str(path), "--map", "Comments=leave out"])
    assert [row["outcome"] for row in striplog.csv("export")] == ["negative"]


def test_refused_rows_come_back_without_the_columns_about_people(striplog):
    striplog(log(["Name", "Date", "FTS"], ["Jo", "2026-01-02", "what"]), 8)
    path = Path("log.csv.rejects.csv")
    assert path.read_text().startswith(
        "Date,FTS,striplog line,striplog reason,striplog row\n2026-01-02,what,2,"
    )
    path.write_text(path.read_text().replace("what", "neg", 1))
    striplog(["import", str(path)])
    assert [row["tested_on"] for row in striplog.csv("export")] == ["2026-01-02"]


def test_a_birth_date_is_never_the_day_of_a_test(striplog):
    line = log(["Date de naissance", "Drug", "FTS"], ["2004-05-01", "down", "pos"])
    assert "No column has the date" in striplog.refused(line, 2)


def test_the_objects_of_a_form_are_taken_apart_and_the_people_in_them_left_out(striplog):
    row = {
        "__system": {"submissionDate": "2026-01-03T04:05:06.789Z", "submitterName": "secret",
                     "deviceId": "secret"},
        "today": "2026-01-02", "visit": {"site": "Van", "client": {"name": "secret", "age": "33"}},
        "strips": {"fentanyl": "pos", "benzo": "neg"}, "meta": {"instanceID": "uuid:1"},
    }  # fmt: skip
    for name, text in (("a.json", json.dumps([row])), ("a.ndjson", json.dumps(row))):
        Path(name).write_text(text)
        out = striplog(["import", name, "--logbook", f"{name}.db"])
        assert "visit/client/name" in out and "secret" not in everything(striplog).replace(text, "")
        tests = striplog.csv(f"export --logbook {name}.db")
        assert [(row["tested_on"], row["site"], row["target"]) for row in tests] == [
            ("2026-01-02", "Van", "fentanyl"), ("2026-01-02", "Van", "benzodiazepine")
        ]  # fmt: skip


@pytest.mark.parametrize("header, cells", [
    ("Where to", ("Maria House", "John Street", "St. Paul's Hospital", "Victoria")),
    ("Stamp", ("Mickey Mouse", "Tony Montana", "Louis Vuitton")),
    ("Substance sold", ("Molly", "Tina", "Crystal", "Mary Jane", "Charlie")),
    ("Looks", ("Rose", "Violet", "Sandy", "Amber")),
    ("Strip maker", ("Nal von Minden", "Rapid Response", "One Step", "Signify")),
    ("Team", ("Alex", "Sam")),
    ("Month", ("Jan", "April", "May", "June")),
    ("Q3", ("Maria Lopez", "Maria Lopez")),
    ("Q4", ("Alex was here", "Sam said it was fake")),
    ("Q5", ("yes", "no", "Sam", "maybe")),
])  # fmt: skip
def test_names_of_other_things_than_people_stay(striplog, header, cells):
    rows = [["2026-01-02", cell, "pos"] for cell in cells]
    assert "seems to hold" not in striplog(log(["Date", header, "FTS"], *rows))


def test_a_site_may_be_called_like_a_person(striplog):
    striplog(log(["Date", "Site", "FTS"], *(["2026-01-02", site, "pos"] for site in
                                            ("John Howard", "Elizabeth Fry"))))  # fmt: skip
    assert {row["site"] for row in striplog.csv("export")} == {"John Howard", "Elizabeth Fry"}
