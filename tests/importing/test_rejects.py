"""Refused rows are written as their file is, so that they open and come in again as it does."""

import re
from pathlib import Path

import pytest

ROWS = [
    ["Date", "Substance présumée", "Bandelette fentanyl", "Poids (g)", "Remarques"],
    ["12 févr. 2025", "héroïne", "Positif", "0,5", "a"],
    ["31 févr. 2025", "cocaïne", "Négatif", "1,25", "à; \"b\", c\t|d"],
]  # fmt: skip


def quoted(cell, separator):
    odd = separator in cell or '"' in cell
    return '"' + cell.replace('"', '""') + '"' if odd else cell


@pytest.mark.parametrize("first", ["", "sep={}\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_refused_rows_have_the_separator_and_the_decimals_of_their_file(striplog, separator, first):
    def text(*rows):
        lines = [separator.join(quoted(cell, separator) for cell in row) for row in rows]
        return first.format(separator) + "".join(f"{line}\n" for line in lines)

    Path("log.csv").write_text(text(*ROWS), "utf-8")
    striplog("import log.csv", 8)
    refused = Path("log.csv.rejects.csv")
    written = refused.read_text("utf-8")
    reason = "Date: '31 févr. 2025' is not a day of the calendar."
    [key] = re.findall("k[0-9a-f]{24}", written)
    assert written == text([*ROWS[0], "striplog line", "striplog reason", "striplog row"],
                           [*ROWS[2], "4" if first else "3", reason, key])  # fmt: skip
    refused.write_text(written.replace("31 févr.", "28 févr.", 1), "utf-8")
    striplog(["import", str(refused)])
    tests = striplog.csv("export --notes")
    assert [(row["tested_on"], row["drug"], row["Poids (g)"], row["note"]) for row in tests] == [
        ("2025-02-12", "heroin", "0,5", "a"), ("2025-02-28", "cocaine", "1,25", ROWS[2][4])
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig", "utf-8", "utf-16-le"])
def test_refused_rows_have_the_encoding_of_their_file(striplog, encoding):
    Path("log.csv").write_text(
        "\n".join(";".join(quoted(one, ";") for one in row) for row in ROWS), encoding
    )
    striplog("import log.csv", 8)
    refused = Path("log.csv.rejects.csv")
    written = refused.read_bytes().decode(encoding)
    assert "cocaïne;Négatif" in written and "présumée" in written
    refused.write_bytes(written.replace("31 févr.", "28 févr.", 1).encode(encoding))
    striplog(["import", str(refused)])
    assert [row["drug"] for row in striplog.csv("export")] == ["heroin", "cocaine"]


def test_an_encoding_that_was_typed_is_in_the_command_for_refused_rows(striplog):
    Path("log.csv").write_text(
        "\n".join(";".join(quoted(one, ";") for one in row) for row in ROWS), "mac-roman"
    )
    out = striplog("import log.csv --encoding mac-roman", 8)
    [command] = re.findall(r"striplog (import .*rejects.csv .*)", out)
    refused = Path("log.csv.rejects.csv")
    written = refused.read_text("mac-roman")
    refused.write_text(written.replace("31 févr.", "28 févr.", 1), "mac-roman")
    striplog(command)
    assert [row["drug"] for row in striplog.csv("export")] == ["heroin", "cocaine"]
