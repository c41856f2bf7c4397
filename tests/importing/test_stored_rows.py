"""The keys, ids and sample codes that an import writes are those that earlier versions wrote.

Logbooks keep them: with others, no row of a file that is imported once more would be known.
"""

import csv
import hashlib
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from strip_log.importing import importer
from strip_log.importing.rows import alike

#: Rows as they are in a file, and what version 0.1 stored of them: the key of each strip, the id of
#: its test, and the code of its sample.
STORED = {
    "one strip a row": (
        [
            ["Date", "Site", "Drug", "Result", "Notes"],
            ["2026-03-04", "Van", "Café", "pos", "ok"],
            ["2026-03-04", "Van", "down", "neg", ""],
            ["2026-03-04", "Van", "down", "neg", ""],
            ["2026-03-04", "Van", "down", "pos", ""],
            ["2026-03-04", "Van", "DOWN", "pos", " "],
            ["2026-03-05", "Hub", "down", "inv", "a  b"],
        ],
        [
            "cdb0e830b62741dfcd5e30d1e7044927 019cb624-f000-7228-89b7-711d06f5c618",
            "fd377446839fe1dc292eabbde7044927 019cb624-f000-7544-88dd-8b48cbb6f80e",
            "0056e55b75bdbdcea21a72fbe7044927 019cb624-f000-7283-8392-4d183ecf053e",
            "b3a22ea30db549d0550b306ce7044927 019cb624-f000-7fd0-860e-19f9d5465e88",
            "b3a22ea30db549d0550b306ce7044927 019cb624-f000-719c-848a-cb294f6f666a",
            "a26e47494d2ab2b10627834ee7044927 019cbb4b-4c00-7027-86d1-5019f6780737",
        ],
    ),
    "several strips a row": (
        [
            ["Date", "Drug", "Fentanyl Strip", "Benzo Strip", "Fentanyl Strip", "Sample", "Lab"],
            ["2026-03-04", "down", "Pos", "Neg", "", "", "x"],
            ["2026-03-04", "down", "Pos", "Neg", "", "", "X"],
            ["2026-03-04", "down", "Pos", "Inv", "Neg", "", "x"],
            ["2026-03-04", "down", "Pos", "", "", "a1", "1.0"],
            ["2026-03-04", "down", "", "", "", "a1", "1"],
            ["2026-03-04", "meth", "Neg", "Neg", "Neg", "b2", ""],
        ],
        [
            "e99edc76f3c2c99d4cfa2c311b891433 019cb624-f000-7252-81df-01facaae3a73 s-7129cf49f605",
            "e99edc76f3c2c99d4cfa2c316a79ec60 019cb624-f000-78b0-823f-870a1d653d87 s-7129cf49f605",
            "e99edc76f3c2c99d4cfa2c311b891433 019cb624-f000-71af-850e-ef946aebea59 s-85ad575b5a2f",
            "e99edc76f3c2c99d4cfa2c316a79ec60 019cb624-f000-79f9-806c-a987fadcb19b s-85ad575b5a2f",
            "41271ddc1776be41bfca25d51b891433 019cb624-f000-7770-8a97-6754ad8767a6 s-ae345b645fe1",
            "41271ddc1776be41bfca25d56a79ec60 019cb624-f000-73d6-8243-db809a03cb0f s-ae345b645fe1",
            "41271ddc1776be41bfca25d5bea7a929 019cb624-f000-710a-88df-352e26d6b0c9 s-ae345b645fe1",
            "70eac685a897ba64fc39276c1b891433 019cb624-f000-7f55-8b7a-daeafe702408 a1",
            "b4ddd17ab3bf2c6567e382b11b891433 019cb624-f000-78c7-84b9-e41bd7753bbe b2",
            "b4ddd17ab3bf2c6567e382b16a79ec60 019cb624-f000-7b3b-8a55-ed151febd53d b2",
            "b4ddd17ab3bf2c6567e382b1bea7a929 019cb624-f000-7a95-887a-4874873d84ce b2",
        ],
    ),
    "rows with ids": (
        [
            ["ID", "Date", "Site", "Drug", "Fentanyl", "Benzo"],
            ["r1", "2026-03-04", "Van", "down", "pos", "neg"],
            ["r1", "2026-03-04", "Hub", "down", "pos", ""],
            ["", "2026-03-04", "Van", "down", "pos", "neg"],
            ["", "2026-03-04", "Van", "down", "pos", "neg"],
        ],
        [
            "db82ab1f064829b6cbc4157ef2ed4990 00000000-0000-7b97-8ed0-e6c06023f8cb s-7c8da503c8cd",
            "db82ab1f064829b6cbc4157e837b3bf7 00000000-0000-7d6b-80d7-917f0ec4bc39 s-7c8da503c8cd",
            "803a3992489477186346077cf2ed4990 00000000-0000-7ed4-875f-81b10d973256",
            "5abd00db9585ddd6c6470269f2ed4990 019cb624-f000-7fd0-860e-19f9d5465e88 s-643872de110a",
            "5abd00db9585ddd6c6470269837b3bf7 019cb624-f000-7b6e-8fb7-30f754b9e95e s-643872de110a",
            "fe13cbe6ce0d57a7a4266121f2ed4990 019cb624-f000-78c7-87bf-1bfb176649fa s-e41e87e2fc58",
            "fe13cbe6ce0d57a7a4266121837b3bf7 019cb624-f000-7034-8414-bb2788bafbda s-e41e87e2fc58",
        ],
    ),
}

#: Made of what is stored of 2300 rows.
MANY = "b8a133570755d38a9324713b3fc202f3d3d62646f3f910de459b0868dd330a7a"

#: The keys of two equal rows in a file of refused rows; and what was stored of an accepted row, of
#: those two with these keys, and once more with the keys that they have after they were mended.
REFUSED = ["kc92f711d89284895a8962935", "k40f30a52f19ef2966c54451f"]
MENDED = [
    "9103ef67e3d7db7b09c9f715f2ed4990 019cb624-f000-7568-8aa4-00f49c5be3b8",
    "c92f711d89284895a8962935f2ed4990 019ca6b1-dc00-73ff-8075-fdc9e4566e1b",
    "40f30a52f19ef2966c54451ff2ed4990 019ca6b1-dc00-7f47-825d-a4eb9a9e645b",
    "6d675c2f525cde08ce201afaf2ed4990 019ca6b1-dc00-73ff-8075-fdc9e4566e1b",
    "618337a1b14945037434a04ff2ed4990 019ca6b1-dc00-7f47-825d-a4eb9a9e645b",
]


def file(*rows, name="log.csv"):
    with Path(name).open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    return name


def stored(striplog):
    """The key and the id of each test, and the code of its sample if it has one."""
    with closing(sqlite3.connect(striplog.path)) as db:
        rows = db.execute(
            "select lower(hex(key)) || ' ' || source.id || ifnull(' ' || sample, '')"
            " from source join entry on entry.id = source.id order by source.seq"
        ).fetchall()
    return [text for (text,) in rows]


@pytest.mark.parametrize("kind", STORED)
def test_a_row_has_the_key_and_the_ids_that_it_always_had(striplog, kind):
    rows, expected = STORED[kind]
    striplog(["import", file(*rows)])
    assert stored(striplog) == expected
    assert f"Already in the logbook: {len(expected)} tests " in striplog("import log.csv")


@pytest.mark.parametrize("how", ["one process", "a second process", "packed"])
def test_many_rows_have_the_keys_and_the_ids_that_they_always_had(striplog, monkeypatch, how):
    """Equal rows are numbered through all of the file, which is read in parts."""
    monkeypatch.setattr(importer, "MANY", 1 if how == "a second process" else sys.maxsize)
    if how == "packed":
        monkeypatch.setattr(alike, "_BATCHES", -1)  # all days after each part
    chosen = random.Random(1)
    rows = [
        [
            f"2026-03-0{chosen.randrange(1, 4)}",
            *(chosen.choice(["down", "Down", "meth"]), chosen.choice(["pos", "neg", "inv"])),
            *(chosen.choice(["pos", "neg", ""]), chosen.choice(["", "", "s1"])),
        ]
        for _ in range(2_300)
    ]
    striplog(["import", file(["Date", "Drug", "Fentanyl", "Benzo", "Sample"], *rows)])
    assert hashlib.sha256(repr(stored(striplog)).encode()).hexdigest() == MANY


def test_a_refused_row_has_the_key_that_it_always_had(striplog):
    header = ["Date", "Drug", "Fentanyl", "Notes"]
    bad = ["2026-13-01", "down", "pos", "x"]
    striplog(["import", file(header, bad, ["2026-03-04", "meth", "neg", ""], bad)], code=8)
    with open("log.csv.rejects.csv", encoding="utf-8", newline="") as opened:
        assert [row["striplog row"] for row in csv.DictReader(opened)] == REFUSED
    mended = Path("log.csv.rejects.csv").read_text("utf-8").replace("2026-13-01", "2026-03-01")
    Path("mended.csv").write_text(mended, "utf-8")
    striplog("import mended.csv")
    assert stored(striplog) == MENDED
