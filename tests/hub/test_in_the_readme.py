"""*A hub* in the README: its commands work as they stand there, in their order, each by whom it is
for; and the row that it shows is what is pushed of that test.
"""

import json
import re
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from factories import a_test, make_logbook
from hub.conftest import SECRET
from strip_log.hub import key
from strip_log.logbook.book import reading, writing
from strip_log.logbook.change import begin
from strip_log.record.own_fields import own_fields

README = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")

#: Who runs a block of commands, and what there is in it.
BLOCKS = re.findall(r"<!-- hub: (\w+) -->\n```sh\n(.*?)```", README, re.DOTALL)

MEMBERS = ("powell", "ana")


@pytest.fixture
def computers(no_hub, tmp_path, postgres):
    """A folder for each member, with what libpq reads there; the owner's has a service."""
    no_hub.serve("region", **no_hub.sections["owner"])
    for name in MEMBERS:
        (tmp_path / name).mkdir()
    yield {"owner": no_hub.folder} | {name: tmp_path / name for name in MEMBERS}
    with postgres.admin.transaction():
        for name in MEMBERS:
            postgres.admin.execute(f"drop role if exists {name}")


def handed_over(said, folder):
    """Put what was printed for a member where libpq looks for it."""
    [section] = re.findall(r"^\[region\]\n(?:.+\n)+", said, re.M)
    [password] = re.findall(r"^\S+:\w+:\w+$", said, re.M)
    (folder / "services").write_text(section)
    (folder / "pgpass").write_text(password + "\n")
    (folder / "pgpass").chmod(0o600)


def test_every_command_works_for_whom_it_is(striplog, computers, monkeypatch, no_hub):
    striplog(f"demo {striplog.path}")
    assert {who for who, _ in BLOCKS} == {*computers}
    for who, block in BLOCKS:
        monkeypatch.setenv("PGSERVICEFILE", str(computers[who] / "services"))
        monkeypatch.setenv("PGPASSFILE", str(computers[who] / "pgpass"))
        for line in block.splitlines():
            said = striplog(line.split("  #")[0].removeprefix("striplog "))
            if member := re.search(r"hub add-(?:site|reader) (\w+)", line):
                handed_over(said, computers[member[1]])
            if " summary " in line:
                assert "Powell Street" in said
            if " lock " in line:
                monkeypatch.setenv("PGSERVICEFILE", str(computers["powell"] / "services"))
                monkeypatch.setenv("PGPASSFILE", str(computers["powell"] / "pgpass"))
                assert "powell" in striplog.refused("push --hub region", 1)
    assert no_hub.rows("owner", "select id from striplog.version") == []


#: What the table has a line for: a heading, and the columns of a version that are in it.
LINES = {
    "id": ("id",),
    "number, moment of writing": ("number", "stamp"),
    "sample": ("sample",),
    "date, time": ("tested_on", "tested_time"),
    "site, drug, as it was said": ("site", "drug", "said"),
    "target, outcome": ("target", "outcome"),
    "brand, lot, expiry, dilution": ("brand", "lot", "expires_on", "dilution"),
    "form, colour": ("form", "colour"),
    "timing, intention": ("timing", "intention"),
    "the lab's word, method": ("confirmed", "method"),
    "note": ("note",),
    "own fields": ("extra",),
}

SHOWN = a_test(
    target="fentanyl", outcome="negative", tested_on="2026-01-15", tested_time="20:40",
    sample="A7", site="Powell", drug="cocaine", said="coke", brand="BTNX", lot="0012",
    expires_on="2027-01-31", dilution="10 mg in 2.5 mL", form="powder", colour="white",
    timing="before", intention="test dose", confirmed="negative", method="GC-MS",
    note="friend of the van's driver", extra=own_fields({"overdose": "no", "room": "3"}),
)  # fmt: skip


def in_a_cell(row, columns):
    values = [row.get(name) for name in columns]
    texts = [", ".join(f"{name}: {one}" for name, one in json.loads(value).items())
             if name == "extra" and value else str(value)
             for name, value in zip(columns, values, strict=True) if value is not None]  # fmt: skip
    return ", ".join(texts)


def test_the_row_beside_what_the_site_has_is_what_is_pushed(striplog, hub):
    key.made("region", lambda size: SECRET[:size])
    hub.rows("owner", "update striplog.about set value = '[\"overdose\"]' where name = 'fields'")
    make_logbook(striplog.path)
    ms = int(datetime.fromisoformat("2026-01-15T20:43:07.518+00:00").timestamp() * 1000)
    with (
        writing(str(striplog.path)) as book,
        begin(book, "add", ms=ms, randomness=Random(1).randbytes) as change,
    ):
        change.add([SHOWN])
    striplog("push --hub north")
    with reading(str(striplog.path)) as book:
        cursor = book.connection.execute("select * from entry")
        site = dict(zip([one[0] for one in cursor.description], cursor.fetchone(), strict=True))
    [(text,)] = hub.rows("owner", "select row_to_json(version) from striplog.version")
    there = {name: json.dumps(one) if name == "extra" and one else one
             for name, one in text.items()}  # fmt: skip
    table = "".join(
        f"| {heading} | {in_a_cell(site, columns)} | {in_a_cell(there, columns) or '–'} |\n"
        for heading, columns in LINES.items()
    )
    assert table in README, table
