"""Workbooks as people keep them: merged cells, hidden sheets, formulas that failed."""

import openpyxl
import pytest
import xlsxwriter

from strip_log.importing.files import hidden

HEADER = ["Site", "Date", "Drug", "Fentanyl"]
ROWS = [
    ["Van", "2025-03-01", "down", "pos"],
    [None, "2025-03-01", "coke", "neg"],
    [None, "2025-03-01", "meth", "neg"],
    ["Hub", "2025-03-02", "down", "pos"],
    [None, "2025-03-02", "coke", "neg"],
]


def saved(rows, name="log.xlsx", merged=(), change=lambda book: None):
    """A workbook with one sheet of these rows, in this folder."""
    book = openpyxl.Workbook()
    book.active.title = "Log"
    for row in rows:
        book.active.append(row)
    for block in merged:
        book.active.merge_cells(block)
    change(book)
    book.save(name)
    return name


def sites(striplog):
    return sorted((row["site"], row["drug"]) for row in striplog.csv("export"))


@pytest.mark.parametrize("right, down", [(0, 0), (2, 0), (0, 3), (3, 2)])
def test_merged_cells_have_the_value_of_their_block(striplog, right, down):
    rows = [[None] * right + row for row in [[]] * down + [HEADER, *ROWS]]
    rows = rows if not down else [["a title"], *rows[1:]]
    letter = "ABCDEF"[right]
    first, fourth = down + 2, down + 5
    merged = [f"{letter}{first}:{letter}{first + 2}", f"{letter}{fourth}:{letter}{fourth + 1}"]
    striplog(["import", saved(rows, merged=merged)])
    assert sites(striplog) == [
        ("Hub", "cocaine"), ("Hub", "down"),
        ("Van", "cocaine"), ("Van", "down"), ("Van", "methamphetamine"),
    ]  # fmt: skip


def test_the_row_below_a_merged_block_has_nothing_of_it(striplog):
    rows = [HEADER, *ROWS[:2], [None, "2025-03-02", "down", "pos"]]
    striplog(["import", saved(rows, merged=["A2:A3"])])
    assert sites(striplog) == [("", "down"), ("Van", "cocaine"), ("Van", "down")]


def test_a_merged_block_reaches_over_more_rows_than_are_read_at_a_time(striplog):
    rows = [["Van" if at == 0 else None, "2025-03-01", "down", "pos"] for at in range(1_200)]
    saved([HEADER, *rows], merged=["A2:A1201"])
    striplog("import -q log.xlsx")
    [row] = striplog.json("summary --by site")["rows"]
    assert (row["site"], row["positive"]) == ("Van", 1_200)


def test_rows_that_have_nothing_but_a_merged_value_are_blank(striplog):
    rows = [HEADER, ROWS[0], [None] * 4, ROWS[3]]
    out = striplog(["import", saved(rows, merged=["A2:A3"])])
    assert "; 2 rows." in out and "not a test" not in out


def test_merged_cells_that_overlap_get_a_sentence(striplog):
    def overlap(book):
        from openpyxl.worksheet.cell_range import MultiCellRange

        many = [f"A{line}:D{line + 9}" for line in range(2, 12)]
        book.active.merged_cells = MultiCellRange(many)

    rows = [HEADER, *[["Van", "2025-03-01", "down", "pos"]] * 20]
    said = striplog.refused(["import", saved(rows, change=overlap)], 1)
    assert "its merged cells overlap" in said


# Hidden sheets


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_left_out_and_it_is_said(striplog, state):
    def hide(book):
        old = book.create_sheet("Old year")
        for row in [HEADER, ["Van", "2024-03-01", "down", "pos"]]:
            old.append(row)
        old.sheet_state = state

    path = saved([HEADER, ROWS[0]], change=hide)
    out = striplog(["import", path])
    assert "Skipped, because it is hidden: log.xlsx, sheet 'Old year'." in out
    assert [row["tested_on"] for row in striplog.csv("export")] == ["2025-03-01"]
    striplog(["import", path, "--sheet", "Old year"])
    assert len(striplog.csv("export")) == 2


def test_where_all_sheets_are_hidden_one_must_be_named(striplog):
    book = xlsxwriter.Workbook("log.xlsx")
    book.add_worksheet("Front")  # a workbook must show one, which is empty here
    sheet = book.add_worksheet("Log")
    for line, row in enumerate([HEADER, ROWS[0]]):
        sheet.write_row(line, 0, row)
    sheet.hide()
    book.close()
    said = striplog.refused("import log.xlsx", 4)
    assert "has only hidden sheets" in said and "--sheet Log" in said
    assert not striplog.path.exists()
    striplog("import log.xlsx --sheet Log")


# Cells without a value


#: openpyxl writes these as errors, and not as text.
ERRORS = ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#N/A"]


@pytest.mark.parametrize("column", range(4), ids=HEADER)
def test_an_error_or_a_formula_without_a_value_is_a_refused_row(striplog, column):
    wrong = [[*ROWS[3][:column], text, *ROWS[3][column + 1 :]] for text in [*ERRORS, "=A1"]]
    out = striplog(["import", saved([HEADER, ROWS[0], *wrong])], code=8)
    for line, error in enumerate(ERRORS, 3):
        assert f"line {line}: {HEADER[column]}: '{error}" in out
    assert out.count("is the error of a formula") == len(ERRORS)
    assert f"line 10: {HEADER[column]}: this is a formula" in out
    assert len(striplog.csv("export")) == 1


def test_a_formula_with_a_value_has_that_value(striplog):
    book = xlsxwriter.Workbook("log.xlsx")
    sheet = book.add_worksheet("Log")
    for line, row in enumerate([HEADER, ROWS[0], ROWS[3]]):
        sheet.write_row(line, 0, row)
    sheet.write_formula("D3", "=D2", None, "neg")
    sheet.write_formula("E2", '=""', None, "")
    book.close()
    striplog("import log.xlsx")
    assert [row["outcome"] for row in striplog.csv("export")] == ["positive", "negative"]


def test_an_error_that_was_saved_as_text_is_a_refused_row_too(striplog, tmp_path):
    errors = ["#REF!", "#¡REF!", "#¿NOMBRE?", "#VALEUR!", "#NOM?", "Err:502"]
    lines = "".join(f"2025-03-01,{error},pos\n" for error in errors)
    (tmp_path / "a.csv").write_text(f"Date,Site,FTS\n{lines}", encoding="utf-8")
    assert striplog("import a.csv", 8).count("is the error of a formula") == len(errors)


def test_an_error_is_found_wherever_a_sheet_is_cut_to_be_looked_through(monkeypatch, striplog):
    from strip_log.importing.files import valueless

    rows = [
        HEADER,
        *[["Van", "2025-03-01", "down", "pos"]] * 30,
        ["Hub", "2025-03-01", "x", "#REF!"],
    ]
    path = saved(rows)
    for size in (50, 97, 1_000):
        monkeypatch.setattr(valueless, "_PART", size)
        striplog(["import", "--dry-run", path], 8)


# Open documents


def ods(rows, name="log.ods", attributes=None, columns=""):
    """An open document with these cells, as XML, and attributes of rows by their place."""
    import zipfile

    of_row = attributes or {}
    xml = columns + "".join(f"<table:table-row {of_row.get(at, '')}>{row}</table:table-row>"
                            for at, row in enumerate(rows))  # fmt: skip
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{one}="{urn}:{one}:1.0"' for one in ("office", "table", "text"))
    with zipfile.ZipFile(name, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{urn}:manifest:1.0"/>')
        parts.writestr("content.xml", f"<office:document-content {spaces}><office:body>"
                       f'<office:spreadsheet><table:table table:name="Log">{xml}</table:table>'
                       "</office:spreadsheet></office:body></office:document-content>")  # fmt: skip
    return name


def cells(*texts, span=""):
    return "".join(f'<table:table-cell {span} office:value-type="string"><text:p>{text}</text:p>'
                   "</table:table-cell>" for text in texts)  # fmt: skip


@pytest.mark.parametrize("rows, code", [(1, 0), (2, 4), (12, 4)])
def test_cells_merged_over_rows_in_an_open_document_get_a_sentence(striplog, rows, code):
    span = f'table:number-columns-spanned="1" table:number-rows-spanned="{rows}"'
    path = ods([cells("Site", "Date", "FTS"),
                cells("Van", span=span) + cells("2025-03-01", "pos"),
                "<table:covered-table-cell/>" + cells("2025-03-02", "neg")])  # fmt: skip
    result = striplog.run(["import", path])
    assert result.exit_code == code
    if code:
        assert f"merged over {rows} rows" in result.stderr and "as XLSX" in result.stderr


@pytest.mark.parametrize("hidden", [[], [3], [2, 4]])
def test_hidden_rows_are_read_and_said(striplog, hidden):
    book = openpyxl.Workbook()
    for row in (["Date", "FTS"], *([f"2025-03-0{day}", "pos"] for day in range(1, 5))):
        book.active.append(row)
    for line in hidden:
        book.active.row_dimensions[line].hidden = True
    book.save("log.xlsx")
    said = striplog("import log.xlsx")
    assert "4 tests added" in said
    rows = {0: "", 1: "though hidden in the sheet: 1 row.", 2: "hidden in the sheet: 2 rows."}
    assert ("hidden" in said) == bool(hidden) and rows[len(hidden)] in said


@pytest.mark.parametrize("left", [0, 2])
@pytest.mark.parametrize("unseen, said", [
    ([], ""), (["Lot"], "the column 'Lot'."), (["Name"], ""),
    (["Lot", "Note", "Name"], "the columns 'Lot', 'Note'."),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_hidden_columns_are_read_and_said(striplog, kind, unseen, said, left):
    header = ["Date", "Lot", "Name", "Note", "FTS"]
    rows = [header, ["2025-03-01", "L1", "Ann Smith", "mine", "pos"]]
    if kind == "xlsx":
        path = saved([[None] * left + row for row in rows], change=lambda book: [
            setattr(book.active.column_dimensions["ABCDEFG"[left + at]], "hidden", True)
            for at, name in enumerate(header) if name in unseen
        ])  # fmt: skip
    else:
        empty = f'<table:table-column table:number-columns-repeated="{left}"/>' if left else ""
        states = ['table:visibility="collapse"' if name in unseen else "" for name in header]
        columns = "".join(f"<table:table-column {state}/>" for state in states)
        before = f'<table:table-cell table:number-columns-repeated="{left}"/>' if left else ""
        path = ods([before + cells(*row) for row in rows], columns=empty + columns)
    out = striplog(["import", path])
    [row] = striplog.csv("export --notes")
    assert (row["lot"], row["note"]) == ("L1", "mine")
    assert ("hidden" in out) == bool(said) and said in out


@pytest.mark.parametrize("size", [1 << 20, 300])
@pytest.mark.parametrize("how", ["collapse", "filter"])
def test_hidden_rows_of_an_open_document_are_read_and_said(striplog, monkeypatch, how, size):
    """Not those that are empty, as the rest of a sheet may be."""
    monkeypatch.setattr(hidden, "_PART", size)
    rows = [cells("Date", "FTS"), *(cells(f"2025-03-0{day}", "pos") for day in range(1, 5)),
            "<table:table-cell/>"]  # fmt: skip
    path = ods(rows, attributes=dict.fromkeys((2, 4, 5), f'table:visibility="{how}"'))
    assert "though hidden in the sheet: 2 rows." in striplog(["import", path])
    path = ods(rows, "seen.ods", dict.fromkeys(range(6), 'table:visibility="visible"'))
    assert "hidden" not in striplog(["import", path])
