"""The table of fields: one line of it is a field in every place where fields are taken or shown."""

import json
import os
import subprocess

import pytest
from python_calamine import CalamineWorkbook

from factories import program
from strip_log.query.source import TESTS
from strip_log.record.fields import DEFAULTS, FIELDS, heading, spelled
from strip_log.record.test import FACTS

FILE = "Date,Drug,Fentanyl strip,Balance\n2026-01-02,down,pos,Big\n2026-01-03,down,neg,c\n"

#: Command lines, and a piece of what each answers when `scale` is one more field.
LINES = {
    "add pos --drug down --scale big --at 2026-01-01": "#1 fentanyl POSITIVE",
    "add neg --balance c": "There is no scale 'c'. There are: a, b.",
    "add --help": "--scale, --balance TEXT       Which scale it was weighed on.",
    "edit 1 --scale a": "scale changed from b to a",
    "edit 1 --clear balance": "scale cleared (it was a)",
    "edit 1 --balance B --reason again": "scale set to b",
    "show 1": "Scale  b",
    "list --help": "--scale TEXT               Which scale it was weighed on.",
    "list --scale b": "1 test.",
    "list --where scale!=b": "No tests match.",
    "list --where balance=big": "1 test.",
    "summary --help": "Group by: drug, category, target, scale, site,",
    "summary --by balance --format csv": "scale,target,positive",
    "complete add --scale": "a b",
    "complete list --scale": "a b",
    "config set balance b": "scale is now b.",
    "config list --format csv": 'scale,b,"The scale of a test, when none is typed."',
    "add neg --at 2026-01-01": "Filled in: target fentanyl, scale b",
    "add neg --field Balance=1": "is a field of striplog itself",
    "import file.csv": "Balance         scale",
    "list --scale b --all --format csv": "3,2026-01-02",
    "export --format csv": "number,id,scale,tested_on,",
    "export --format json": '"scale": "b"',
    "export -o tests.xlsx": "",
}


@pytest.fixture(scope="module")
def wider(tmp_path_factory):
    """A folder in which striplog, with one more field, has answered LINES; and the answers."""
    folder = tmp_path_factory.mktemp("wider")
    (folder / "file.csv").write_text(FILE)
    run = subprocess.run(
        program("one_more_field", str(folder / "copy")),
        input="\n".join(LINES),
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "STRIPLOG_LOGBOOK": str(folder / "logbook.db")},
    )
    assert run.returncode == 0, run.stderr
    return folder, dict(zip(LINES, json.loads(run.stdout), strict=True))


@pytest.mark.parametrize("line", LINES)
def test_one_more_line_in_the_table_is_a_field_for_every_command(wider, line):
    assert LINES[line] in wider[1][line]


def test_one_more_line_in_the_table_is_a_line_of_the_codebook(wider):
    codebook = CalamineWorkbook.from_path(wider[0] / "tests.xlsx").get_sheet_by_name("Codebook")
    assert ["Tests", "Scale", "scale", "Which scale it was weighed on.", "text", "a, b"] in (
        codebook.to_python()
    )


def test_one_more_field_is_kept_where_a_file_says_something_else(wider):
    assert "kept in 'Balance (file)' instead: 'c'." in wider[1]["import file.csv"]


def test_the_fields_are_the_facts_of_a_test_and_the_category_of_its_drug():
    assert {*FIELDS, "extra"} == {*FACTS, "category"}


def test_a_test_is_listed_with_its_number_its_id_its_fields_and_its_own_fields():
    assert ("number", "id", *FIELDS, "extra") == TESTS
    assert TESTS[-2:] == ("note", "extra")  # an export leaves both out, or puts them last


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_can_be_called_by_its_name_in_any_case_and_by_its_other_names(name):
    for word in (name, *FIELDS[name].spellings):
        assert spelled(word) == spelled(word.upper().replace("_", "-")) == name


@pytest.mark.parametrize("name", FIELDS)
def test_a_choice_is_a_value_of_its_field(name):
    field = FIELDS[name]
    for choice in field.choices:
        assert field.parse and field.parse(choice) == choice


def test_neither_the_outcome_nor_a_note_nor_what_belongs_to_one_sample_is_a_default():
    assert not {"outcome", "note", "sample", "confirmed", "at"} & set(DEFAULTS)
    assert all(FIELDS[name].option for name in DEFAULTS)


@pytest.mark.parametrize(
    ("name", "said"),
    [("number", "#"), ("tested_on", "Date"), ("expires_on", "Expires"), ("site", "Site")],
)
def test_a_field_has_a_heading_that_people_read(name, said):
    assert heading(name) == said
