"""Brand, lot, expiry and dilution belong to the strip of one target, and never reach another."""

import shlex
import sqlite3
from contextlib import closing

import pytest

from strip_log.console import completion, entry_questions, questions
from strip_log.record.fields import FIELDS, OF_STRIPS

#: A value of each, and another one, as they are typed and as they are kept.
VALUES = {
    "brand": ("BTNX", "WiseBatch"),
    "lot": ("F1", "B2"),
    "expires_on": ("2027-03-31", "2028-12-31"),
    "dilution": ("10 mg in 5 mL", "5 mg in 5 mL"),
}

each_field = pytest.mark.parametrize("name", VALUES)


def option(name):
    return f"--{name.replace('_', '-')}"


def kept(striplog, name):
    """The field of each test, by target."""
    return [(row["target"], row[name]) for row in striplog.csv("export")]


def test_these_are_the_fields():
    assert set(VALUES) == set(OF_STRIPS) == {name for name, one in FIELDS.items() if one.strip}


@each_field
def test_each_strip_has_what_was_typed_for_its_target(striplog, name):
    one, two = VALUES[name]
    striplog(["add", "fent=pos", "benzo=neg", "xyl=neg", option(name), f"fts={one}",
              option(name), f"Benzodiazepine={two}"])  # fmt: skip
    assert kept(striplog, name) == [("fentanyl", one), ("benzodiazepine", two), ("xylazine", "")]


@each_field
def test_without_a_target_it_is_that_of_the_only_strip(striplog, name):
    one, two = VALUES[name]
    striplog(["add", "xyl=pos", option(name), one])
    striplog(["add", "fent=pos", "fent=neg", "--again", option(name), one])
    striplog(["add", "fent=pos", "benzo=neg", option(name), f"fent={one}", option(name), two])
    assert kept(striplog, name) == [
        ("xylazine", one), *[("fentanyl", one)] * 3, ("benzodiazepine", two)
    ]  # fmt: skip


@each_field
@pytest.mark.parametrize("results", [
    ["fent=pos", "benzo=neg"], ["pos", "benzo=neg"], ["pos", "benzo=neg", "--target", "xylazine"],
    ["--lines", "2", "fent", "xyl"],
], ids=" ".join)  # fmt: skip
def test_of_several_strips_it_is_refused_with_the_line_to_type(striplog, name, results):
    value = VALUES[name][0]
    typed = ["add", *results, "--drug", "down", option(name), value]
    message = striplog.refused(typed, 2)
    assert f"{option(name)} {value} belongs to the strip of one target" in message
    [line] = [said for said in message.splitlines() if "For example: striplog add" in said]
    striplog(shlex.split(line.partition("For example: striplog ")[2]))
    [(target, first), (_, second)] = kept(striplog, name)
    assert (first, second) == (value, "") and f"{option(name)} {target}={value}" in message


@pytest.mark.parametrize(("line", "code", "said"), [
    ("add fent=pos --lot benzo=B2", 2, "no strip here is for benzodiazepine, only for fentanyl"),
    ("add fent=pos --lot fent=F1 --lot fts=F2", 2, "--lot is given twice for fentanyl"),
    ("add fent=pos --lot F1 --lot F2", 2, "--lot is given twice, as 'F1' and 'F2'"),
    ("add fent=pos --lot F1 --lot fent=F2", 2, "belongs to the strip of one target"),
    ("add fent=pos --lot nosuch=F1", 4, "There is no target 'nosuch'"),
    ("add fent=pos benzo=neg --expires fent=2027-02-30", 4, "2027-02-30"),
    ("config set lot.nosuch F1", 2, "There is no target 'nosuch'"),
    ("config set site.fentanyl Insite", 2, "There is no setting"),
    ("edit 1 --lot benzo=B2", 2, "no strip here is for benzodiazepine"),
])  # fmt: skip
def test_what_is_not_certain_is_refused(striplog, line, code, said):
    striplog("add pos")
    assert said in striplog.refused(line, code)


# Defaults


@pytest.fixture
def begun(striplog):
    """A logbook in which no test counts."""
    return striplog.filled("add pos", "void 1")


@each_field
def test_a_default_never_reaches_another_target(begun, monkeypatch, name):
    one, two = VALUES[name]
    begun(["config", "set", f"{name}.fent", one])
    begun(["config", "set", f"{name}.benzo", two])
    said = begun("add fent=pos benzo=neg xyl=neg")
    assert f"{name} fentanyl={one}, {name} benzodiazepine={two}" in said
    assert f"Filled in: {name} {two}" in begun("add benzo=pos")
    assert f"{name} {one}" in begun("add pos")
    assert name not in begun("add xyl=pos")
    begun(f"add pos --clear {name}")
    monkeypatch.setattr(questions, "terminal", lambda: True)
    answers = iter(["benzodiazepine", None, None])
    monkeypatch.setattr(entry_questions, "lines", lambda: "negative")
    monkeypatch.setattr(questions, "choose", lambda *asked: next(answers, None))
    begun("add")
    assert kept(begun, name) == [
        ("fentanyl", one), ("benzodiazepine", two), ("xylazine", ""), ("benzodiazepine", two),
        ("fentanyl", one), ("xylazine", ""), ("fentanyl", ""), ("benzodiazepine", two),
    ]  # fmt: skip


@each_field
def test_a_default_without_a_target_is_that_of_the_default_target(begun, name):
    one, two = VALUES[name]
    assert f"{name}.fentanyl is now {one}" in begun(["config", "set", name, one])
    assert begun(f"config get {name}") == begun(f"config get {name}.fts") == f"{one}\n"
    begun("config set target xylazine")
    assert begun(f"config get {name}") == "\n"
    begun(["config", "set", name, two])
    begun("add pos fent=pos benzo=pos")
    assert kept(begun, name) == [("xylazine", two), ("fentanyl", one), ("benzodiazepine", "")]
    begun(f"config unset {name}")
    assert begun(f"config get {name}.fentanyl") == f"{one}\n"
    listed = {row["setting"]: row["meaning"] for row in begun.csv("config list")}
    assert "for fentanyl, when none is typed" in listed[f"{name}.fentanyl"] and name not in listed


@each_field
def test_a_default_from_before_belongs_to_the_default_target_of_then(begun, name):
    one, two = VALUES[name]
    begun("config set interval jeffreys")
    with closing(sqlite3.connect(begun.path)) as db, db:
        db.execute("insert into setting (name, value) values (?, ?)", [name, one])
    before = begun("config list")
    assert f"{name}.fentanyl" in before and one in before
    begun("add pos xyl=neg")
    begun("config set target xylazine")
    begun("add pos fent=neg")
    found = [("fentanyl", one), ("xylazine", ""), ("xylazine", ""), ("fentanyl", one)]
    assert kept(begun, name) == found
    begun("undo")
    begun("undo")
    assert begun("config list") == before
    begun(["config", "set", f"{name}.fentanyl", two])
    begun(f"config unset {name}")
    assert begun(f"config get {name}") == "\n"


@each_field
@pytest.mark.parametrize("target", ["", "benzo"])
def test_a_variable_is_for_one_target(begun, monkeypatch, name, target):
    one, two = VALUES[name]
    begun(["config", "set", f"{name}.benzo", two])
    monkeypatch.setenv(f"STRIPLOG_{name.upper()}", f"{target}={one}" if target else one)
    monkeypatch.setenv("STRIPLOG_TARGET", "xyl")
    begun("add pos fent=neg benzo=neg")
    mine, others = (one, two) if not target else ("", one)
    assert kept(begun, name) == [
        ("xylazine", mine),
        ("fentanyl", ""),
        ("benzodiazepine", others),
    ]


def test_a_default_follows_its_target_to_another_name(begun):
    begun("config set lot.xylazine X1")
    begun("vocab rename target xylazine tranq-dope")
    begun("add tranq-dope=pos")
    assert kept(begun, "lot") == [("tranq-dope", "X1")]


# Corrections


@each_field
def test_a_correction_is_of_the_strips_of_one_target(striplog, name):
    one, two = VALUES[name]
    striplog("add fent=pos benzo=neg")
    before = striplog("export")
    message = striplog.refused(["edit", "1-2", option(name), one, "--yes"], 2)
    assert f"{option(name)} benzodiazepine={one} or {option(name)} fentanyl={one}" in message
    striplog(["edit", "1-2", option(name), f"benzo={two}", "--yes"])
    assert kept(striplog, name) == [("fentanyl", ""), ("benzodiazepine", two)]
    striplog(["edit", "1", option(name), one])
    assert kept(striplog, name) == [("fentanyl", one), ("benzodiazepine", two)]
    striplog("undo")
    striplog("undo")
    assert striplog("export") == before
    striplog(["edit", "1", "xyl=neg", option(name), f"xyl={two}"])
    assert kept(striplog, name)[0] == ("xylazine", two)


def test_the_values_of_a_strip_are_completed_after_its_target(striplog):
    striplog("add fent=pos xyl=neg --lot fent=F1 --lot xyl=F2")
    for typed, found in {"f": ["F1", "F2"], "fent=f": ["fent=F1", "fent=F2"], "xyl=G": []}.items():
        assert [one.value for one in completion.names(str(striplog.path), "lot", typed)] == found


# Import

SIDE_BY_SIDE = "date,drug,fentanyl strip,benzo strip{0}\n2026-01-02,down,pos,neg{1}\n"
LONG = "date,drug,target,result{0}\n2026-01-02,down,fentanyl,pos{1}\n2026-01-02,down,benzo,neg{1}\n"


@each_field
@pytest.mark.parametrize("file", [SIDE_BY_SIDE, LONG], ids=["side by side", "long"])
def test_an_import_of_several_targets_names_the_target(striplog, tmp_path, name, file):
    one, two = VALUES[name]
    tmp_path.joinpath("log.csv").write_text(file.format("", ""))
    message = striplog.refused(["import", "log.csv", option(name), one], 2)
    assert f"{option(name)} benzodiazepine={one} or {option(name)} fentanyl={one}" in message
    striplog(["import", "log.csv", option(name), f"fent={one}", option(name), f"benzo={two}"])
    assert kept(striplog, name) == [("fentanyl", one), ("benzodiazepine", two)]
    assert "0 tests added" in striplog(
        ["import", "log.csv", option(name), f"fent={one}", option(name), f"benzo={two}"]
    )


@each_field
@pytest.mark.parametrize("typed", ["{}", "fts={}"])
def test_an_import_of_one_target_need_not_name_it(striplog, tmp_path, name, typed):
    value, other = VALUES[name]
    tmp_path.joinpath("log.csv").write_text("date,result\n2026-01-02,pos\n2026-01-03,neg\n")
    striplog(["import", "log.csv", option(name), typed.format(value)])
    assert kept(striplog, name) == [("fentanyl", value)] * 2
    message = striplog.refused(["import", "log.csv", option(name), f"benzo={other}"], 2)
    assert "no strip here is for benzodiazepine" in message


@each_field
def test_what_a_row_says_comes_before_what_was_typed(striplog, tmp_path, name):
    one, two = VALUES[name]
    tmp_path.joinpath("log.csv").write_text(LONG.format(f",{name}", f",{two}"))
    striplog(["import", "log.csv", option(name), f"fent={one}"])
    assert kept(striplog, name) == [("fentanyl", two), ("benzodiazepine", two)]
