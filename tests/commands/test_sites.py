"""Sites are words: what is written alike is one site, and what is near one is asked about."""

import sqlite3
from contextlib import closing

import pytest

from factories import a_test, kept, pairs
from strip_log.console import completion, questions

CAFE = "Caf\u00e9 du Nord"

#: Spellings of two sites that are compared as one with them.
ALIKE = (
    *("insite", "INSITE"),
    *("cafe\u0301 du nord", "CAF\u00c9 DU NORD", "Caf\u00e9 du\u00a0Nord", "Caf\u00e9  du Nord"),
    "Caf\u00e9-du-Nord",
)

#: Words that are near one of them, and are another site only if somebody says so.
NEAR = ("Instie", "In site", "Insit", "Cafe du Nord", "Caf\u00e9 du No.")


@pytest.fixture
def known(striplog):
    return striplog.filled("add pos --site Insite", f"add pos --site '{CAFE}'")


def sites_of(striplog):
    with closing(sqlite3.connect(striplog.path)) as db:
        return [name for (name,) in db.execute("select site from tests order by number")]


def names(striplog):
    return [row["name"] for row in striplog.csv("vocab list sites")]


def test_the_first_site_is_no_question_and_is_said(striplog):
    assert "New site: Insite." in striplog("add pos --site Insite")
    assert "New site" not in striplog("add pos --site Insite")
    assert names(striplog) == ["Insite"]
    striplog("undo")
    striplog("undo")
    assert names(striplog) == []


@pytest.mark.parametrize("typed", ALIKE)
def test_what_is_written_alike_is_the_known_site_everywhere(known, typed):
    meant = "Insite" if typed.casefold() == "insite" else CAFE
    known(["add", "neg", "--site", typed])
    known("add neg")
    known(["edit", "4", "--site", typed])
    known(["config", "set", "site", typed])
    known("add inv")
    assert sites_of(known)[2:] == [meant] * 3
    assert known("config get site").strip() == meant
    assert names(known) == [CAFE, "Insite"]
    found = known.csv("list --where 'site=" + typed + "'")
    assert {row["site"] for row in found} == {meant} and len(found) == 4
    assert not {meant} & {row["site"] for row in known.csv(f"export --site '!={typed}'")}


@pytest.mark.parametrize(
    ("typed", "line"), pairs(NEAR, ["add neg --site", "edit 1 --site", "config set site"])
)
def test_what_is_near_a_known_site_is_refused_and_kept_if_it_is_meant(known, line, typed):
    before = known("export"), known("config list"), names(known)
    message = known.refused([*line.split(), typed], 4)
    meant = "Insite" if typed.startswith("In") else CAFE
    assert f"There is no site {typed!r}. Did you mean {meant}?" in message
    assert "as a new site, add --new" in message and "vocab list sites" in message
    assert (known("export"), known("config list"), names(known)) == before
    known([*line.split(), typed, "--new"])
    assert typed in names(known)
    known("undo")
    assert (known("export"), known("config list"), names(known)) == before


@pytest.mark.parametrize("typed", ["Van", "Van 1", "Van 2", "Insite 2", "Nord", "The Hub"])
def test_a_site_that_is_near_no_known_one_is_taken(known, typed):
    assert f"New site: {typed}." in known(["add", "pos", "--site", typed])
    assert typed in names(known)


@pytest.mark.parametrize(("answer", "site"), [(0, "Insite"), (1, "Instie")])
@pytest.mark.parametrize("line", ["add neg --site Instie", "edit 1 --site Instie"])
def test_at_a_terminal_it_is_asked(known, monkeypatch, line, answer, site):
    asked = []
    monkeypatch.setattr(questions, "terminal", lambda: True)
    monkeypatch.setattr(
        questions, "which", lambda what, choices, *_: asked.append(choices) or answer
    )
    known(line)
    assert asked == [["Insite", "keep 'Instie' as a new site"]]
    assert site in sites_of(known) and (site in names(known))


def test_a_drug_that_is_kept_as_new_does_not_keep_a_site_unasked(known, monkeypatch):
    monkeypatch.setattr(questions, "terminal", lambda: True)
    monkeypatch.setattr(
        questions, "which", lambda what, choices, *_: 0 if "Insite" in choices else len(choices) - 1
    )
    known("add neg --drug cocane --site Instie")
    assert known.csv("list -n 1")[0]["drug"] == "cocane"
    assert sites_of(known)[-1] == "Insite"


def test_the_environment_goes_the_same_way(known, monkeypatch):
    monkeypatch.setenv("STRIPLOG_SITE", "INSITE")
    assert "site Insite" in known("add pos")
    monkeypatch.setenv("STRIPLOG_SITE", "Instie")
    known.refused("add pos", 4)


def test_a_site_is_renamed_and_the_old_name_is_a_word_for_it(known):
    before = known("export --raw"), known("vocab")
    known("vocab rename site insite 'Insite East'")
    assert sites_of(known) == ["Insite East", CAFE]
    assert "site changed from Insite to Insite East" in known("history")
    assert "at Insite East" in known("add pos --site INSITE")
    assert len(known.csv("list --site insite")) == 2
    known("undo")
    known("undo")
    assert (known("export --raw"), known("vocab")) == before


@pytest.mark.parametrize("new", ["INSITE", "in-site", "Insite Powell"])
def test_a_site_can_be_written_in_another_way(known, new):
    known(["vocab", "rename", "--site", "Insite", new])
    assert sites_of(known)[0] == new and new in names(known) and "Insite" not in names(known)


def test_renaming_onto_a_known_site_makes_the_two_one(known):
    known("add pos --site Insiite --new")
    known("vocab rename site Insiite INSITE")
    assert sites_of(known) == ["Insite", CAFE, "Insite"]
    assert "at Insite" in known("add pos --site Insiite")


def test_a_site_is_added_and_gets_words(known):
    known("vocab add site 'The Hub' --word hub")
    known("vocab alias site 'the old hub' 'The Hub'")
    assert "at The Hub" in known("add pos --site HUB")
    assert "at The Hub" in known("add pos --site 'The old Hub'")
    assert len(known.csv("list --site hub")) == 2
    [row] = [row for row in known.csv("vocab list sites") if row["name"] == "The Hub"]
    assert row["words"] == "hub, the old hub"
    known("vocab add --site 'the hub'")
    assert names(known) == [CAFE, "Insite", "The Hub"]
    known("vocab alias site hub --remove")
    known("add pos --site hub")
    assert "hub" in names(known)


@pytest.mark.parametrize("line", [
    "vocab rename Insite", "vocab add site",
    "vocab rename drug a b c", "vocab add a b", "vocab add site Hub --category other",
])  # fmt: skip
def test_a_name_too_few_or_too_many_is_refused(known, line):
    if line == "vocab add site":  # a drug of that name
        known(line)
    else:
        known.refused(line, 2)


def test_spellings_from_before_are_found_together_and_doctor_names_them(striplog):
    kept(striplog.path, a_test(site="Insite"), a_test(site="insite"))
    with closing(sqlite3.connect(striplog.path)) as db, db:
        db.execute("insert into site (name) values ('Insite'), ('insite')")
    assert len(striplog.csv("list --site INSITE")) == 2
    assert "vocab rename --site insite Insite" in striplog("doctor")
    assert "at insite" in striplog("add pos --site insite")
    striplog("vocab rename --site insite Insite")
    assert sites_of(striplog) == ["Insite"] * 3 and "only in spelling" not in striplog("doctor")


# Import

FILE = "date,result,site\n2026-01-02,pos,{}\n2026-01-03,neg,{}\n2026-01-04,neg,{}\n"


def test_an_import_matches_what_is_written_alike_and_names_what_is_near(known, tmp_path):
    tmp_path.joinpath("log.csv").write_text(FILE.format("INSITE", "Instie", "Van"))
    said = known("import log.csv")
    assert sites_of(known)[2:] == ["Insite", "Instie", "Van"]
    assert "New sites: 'Instie', 'Van'." in said
    assert "'Instie': did you mean 'Insite'? Then: striplog vocab rename site Instie Insite" in said
    assert names(known) == [CAFE, "Insite", "Instie", "Van"]
    known("vocab rename site Instie Insite")
    assert "0 tests added" in known("import log.csv")
    known("undo")
    known("undo")
    assert names(known) == [CAFE, "Insite"]


def test_a_file_has_one_site_for_what_is_written_alike_in_it(striplog, tmp_path):
    tmp_path.joinpath("log.csv").write_text(FILE.format("Insite", "insite ", "Insiite"))
    said = striplog("import log.csv")
    assert sites_of(striplog) == ["Insite", "Insite", "Insiite"]
    assert "'Insite': did you mean 'Insiite'?" in said


def test_an_export_comes_back_as_it_was(striplog, tmp_path):
    kept(striplog.path, a_test(site="Insite"), a_test(site="insite"))
    striplog("export -o log.csv")
    striplog("import log.csv --logbook other.db")
    assert striplog("export --logbook other.db") == striplog("export")


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_the_site_of_an_import_is_one_of_its_sites(known, tmp_path, dry):
    tmp_path.joinpath("log.csv").write_text("date,result\n2026-01-02,pos\n")
    said = known(["import", "log.csv", "--site", "Instie", *dry])
    assert "New sites: 'Instie'" in said and "did you mean 'Insite'?" in said
    assert ("vocab rename" in said) is not dry
    assert ("Instie" in names(known)) is not dry


def test_what_a_row_is_does_not_depend_on_what_its_site_is_called(known, tmp_path):
    tmp_path.joinpath("log.csv").write_text(FILE.format("INSITE", "insite", "Insite"))
    known("import log.csv")
    known("vocab rename site Insite 'East side'")
    assert "0 tests added" in known("import log.csv")


# Merge


def test_sites_and_drugs_that_are_written_alike_become_one_in_a_merge(striplog, tmp_path):
    for name, site, drug in (("", "insite", "nova zolam"), ("other.db", "Insite", "nova-zolam")):
        book = ["--logbook", name] if name else []
        striplog(["add", "pos", "--new", "--drug", drug, "--site", site, *book])
    before = striplog("export"), striplog("vocab")
    dry = striplog("merge other.db --dry-run")
    said = striplog("merge other.db")
    for told in (dry, said):
        assert "The site 'insite' is now 'Insite', the same but for its spelling: 1 test." in told
        assert (
            "The drug 'nova-zolam' is now 'nova zolam', the same but for its spelling: 1 test."
            in told
        )
    assert {(row["site"], row["drug"]) for row in striplog.csv("export")} == {
        ("Insite", "nova zolam")
    }
    assert names(striplog) == ["Insite"]
    assert "nothing new" in striplog("merge other.db")
    striplog("undo")
    assert (striplog("export"), striplog("vocab list drugs")) == (
        before[0], striplog("vocab list drugs")
    )  # fmt: skip
    assert "insite" in names(striplog)


def test_logbooks_that_merge_each_other_agree_on_their_sites(striplog):
    for name, site in (("logbook.db", "INSITE"), ("b.db", "insite"), ("c.db", "Insite")):
        striplog(["add", "pos", "--site", site, "--logbook", name])
    striplog("merge b.db")
    striplog("merge logbook.db --logbook c.db")
    striplog("merge c.db logbook.db --logbook b.db")
    for _ in range(2):
        for name, others in (("logbook.db", "b.db c.db"), ("c.db", "b.db logbook.db")):
            striplog(f"merge {others} --logbook {name}")
    for name in ("logbook.db", "b.db", "c.db"):
        found = {row["site"] for row in striplog.csv(f"export --logbook {name}")}
        known = [row["name"] for row in striplog.csv(f"vocab list sites --logbook {name}")]
        assert (found, known) == ({"Insite"}, ["Insite"]), name
    assert "nothing new" in striplog("merge c.db b.db")


def test_a_site_that_one_took_back_stays_one_where_it_is_used(striplog):
    striplog("add pos --site Van")
    striplog("add pos --site Van --logbook b.db")
    striplog("undo --logbook b.db")
    said = striplog("merge b.db")
    assert names(striplog) == ["Van"] and "no longer uses" not in said


def test_a_site_that_another_logbook_renamed_is_offered(striplog):
    striplog("add pos --site Hub")
    striplog("add pos --site Hub --logbook b.db")
    striplog("vocab rename site Hub 'The Hub' --logbook b.db")
    said = striplog("merge b.db")
    assert "1 test has the site 'Hub', a name that another logbook no longer uses." in said
    striplog("vocab rename --site Hub 'The Hub'")
    assert sites_of(striplog) == ["The Hub"] * 2


def test_known_sites_are_completed_though_no_recent_test_has_them(known):
    known("vocab add site 'Instead Hall'")
    found = completion.names(str(known.path), "site", "ins")
    assert [one.value for one in found] == ["Insite", "Instead Hall"]
