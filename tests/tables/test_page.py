"""What stands around a summary that is printed."""

import openpyxl
import pytest

from strip_log.tables import page


@pytest.fixture
def filled(striplog):
    return striplog.filled(
        "add fent=pos xyl=inv --drug down --site Insite --at 2025-12-05",
        "add fent=neg --drug down --site 'The Hub' --at 2026-01-05",
        "add fent=neg --drug meth --at 2026-02-07",
        "add fent=neg --drug meth --site Powell --at 2026-02-07",
        "void 5",
    )


def lines(striplog, line):
    """The title of the sheet, and the text beside each label."""
    striplog(f"{line} --force -o t.xlsx")
    sheet = openpyxl.load_workbook("t.xlsx").worksheets[0]
    found = {}
    for first, second, *_ in sheet.iter_rows(min_row=2, max_col=2, values_only=True):
        if first is None:
            break
        found[first] = second
    return sheet["A1"].value, found


COUNTED = "fentanyl 3 (0 invalid; 1 void left out)\nxylazine 1 (1 invalid; 0 void left out)"


def test_a_workbook_begins_with_what_it_covers(filled):
    assert lines(filled, "summary") == (
        "Positivity by drug",
        {
            "Sites": "Insite, The Hub; no site given",
            "Period": "All days; tests from 2025-12-05 to 2026-02-07",
            "Filters": "None",
            "Tests counted": COUNTED,
            "Caution": "Strip screening, not confirmed.",
        },
    )
    assert lines(filled, "export") == lines(filled, "summary")


@pytest.mark.parametrize(("line", "title", "some"), [
    ("--by site --by month --period 2026", "Positivity by site and month",
     {"Sites": "The Hub; no site given", "Filters": "None",
      "Period": "2026-01-01 to 2026-12-31; tests from 2026-01-05 to 2026-02-07"}),
    ("--by site --by month --by target --site 'The Hub' --drug '!=meth'",
     "Positivity by site, month and target",
     {"Sites": "The Hub", "Filters": "site The Hub; drug not methamphetamine"}),
    ("--outcome pos", "Test outcomes by drug", {"Sites": "Insite", "Filters": "outcome positive"}),
    ("--unit sample --until 2025-12", "Positivity by drug",
     {"Samples counted": "fentanyl 1 (0 invalid; 0 void strips left out)\n"
      "xylazine 1 (1 invalid; 0 void strips left out)",
      "Period": "the beginning to 2025-12-31; tests from 2025-12-05 to 2025-12-05"}),
    ("--site Elsewhere", "Positivity by drug",
     {"Sites": "None", "Tests counted": "None", "Period": "All days; no tests"}),
    ("--period 2026-01 --compare previous", "Positivity by drug, compared with the period before",
     {"Sites": "Insite, The Hub", "Filters": "None",
      "Period, now": "2026-01-01 to 2026-01-31; tests from 2026-01-05 to 2026-01-05",
      "Period, before": "2025-12-01 to 2025-12-31; tests from 2025-12-05 to 2025-12-05",
      "Tests counted, now": "fentanyl 1 (0 invalid; 0 void left out)"}),
])  # fmt: skip
def test_it_says_so_of_each_kind_of_summary(filled, line, title, some):
    if "--unit" in line:
        for number in (1, 2):
            filled(f"edit {number} --sample A")
    found = lines(filled, f"summary {line}")
    assert found[0] == title
    assert {name: found[1][name] for name in some} == some


def test_a_table_for_release_names_only_sites_that_were_chosen_and_no_days(filled):
    line = "summary --publish --by target --period 2026-01 --suppress-below 3"
    _, found = lines(filled, line)
    assert found["Sites"] == "All sites of the logbook"
    assert found["Period"] == "2026-01 to 2026-01; tests from 2026-01 to 2026-01"
    _, found = lines(filled, f"{line} --site 'The Hub' --forget")
    assert found["Sites"] == "The Hub"


def test_of_many_sites_the_first_are_named_and_the_others_counted(striplog):
    for number in range(8):
        striplog(["add", "pos", "--site", f"Site {number} {'x' * 60}", "--at", "2026-01-02"])
    _, found = lines(striplog, "summary")
    assert found["Sites"].startswith("Site 0 xx")
    assert found["Sites"].endswith(" and 4 more sites")
    assert len(found["Sites"]) < page._NAMED + 20
