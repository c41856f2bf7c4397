"""Brands and lots of a file are spelled as the logbook spells them, as add does."""

from pathlib import Path

import pytest

LOG = "Date,Drug,Brand,Lot,FTS\n2026-01-02,down,btnx,f 1,pos\n2026-01-03,coke,BTNX,F  1,neg\n"


@pytest.fixture(autouse=True)
def written(tmp_path):
    Path("log.csv").write_text(LOG)


def spelled(striplog):
    return [(row["brand"], row["lot"]) for row in striplog.csv("export")]


@pytest.mark.parametrize("options", ["", " --map Brand=own --map Lot=own --brand btnx --lot 'f 1'"])
def test_brands_and_lots_are_spelled_as_they_are_known(striplog, options):
    striplog("add pos --brand BTNX --lot 'F 1'")
    striplog(f"import log.csv{options}")
    assert spelled(striplog) == [("BTNX", "F 1")] * 3


def test_a_lot_typed_for_one_of_several_targets_is_spelled_as_it_is_known(striplog):
    striplog("add fent=pos benzo=neg --lot fent=F1 --lot benzo=B2")
    Path("two.csv").write_text("Date,FTS,BTS\n2026-01-02,pos,neg\n")
    striplog("import two.csv --lot fent=f1 --lot benzo=b2")
    assert sorted({row["lot"] for row in striplog.csv("export")}) == ["B2", "F1"]


def test_a_new_name_is_spelled_as_in_its_first_row(striplog):
    striplog("import log.csv")
    assert spelled(striplog) == [("btnx", "f 1")] * 2


def test_a_row_is_the_same_however_the_logbook_spells_it(striplog):
    striplog("import log.csv")
    first = {row["id"] for row in striplog.csv("export")}
    striplog("add pos --brand BTNX --lot 'F 1' --logbook other.db")
    striplog("import log.csv --logbook other.db")
    assert first < {row["id"] for row in striplog.csv("export --logbook other.db")}
    striplog("import log.csv --logbook other.db")
    assert len(striplog.csv("export --logbook other.db")) == 3
