"""`vocab`, `config`, `demo`, `path` and `completion`."""

import shutil
import sqlite3
import subprocess
from datetime import date, timedelta
from itertools import groupby, pairwise
from operator import itemgetter

import pytest

from strip_log.console.settings import SETTINGS
from strip_log.record.fields import FIELDS


@pytest.fixture
def used(striplog):
    return striplog.filled(
        "add pos --drug coke --site 'Powell Street' --lot L7",
        "add fent=neg xyl=pos --drug cocaine",
        *("add neg --drug cocane --new", "void 2"),
    )


def test_vocab_lists_names_with_category_and_words(used):
    rows = used.csv("vocab list")
    cocaine = next(row for row in rows if row["name"] == "cocaine")
    assert (cocaine["kind"], cocaine["category"]) == ("drug", "stimulant")
    assert "coke" in cocaine["words"]
    assert {"kind": "ambiguous", "name": "dope", "category": "",
            "words": "can mean down, heroin, methamphetamine"} in rows  # fmt: skip
    assert [row["name"] for row in used.csv("vocab list targets")] == [
        "fentanyl", "benzodiazepine", "xylazine", "nitazene", "medetomidine", "mdma"
    ]  # fmt: skip


def test_a_drug_is_added_with_its_category_and_words(used):
    used("vocab add Novazolam --category depressant --word novaz --word 'blue dope'")
    used("add pos --drug 'Blue-Dope'")
    used("add pos --drug novaz")
    assert [row["drug"] for row in used.csv("list -n 2")] == ["novazolam", "novazolam"]
    assert used.json("summary --by category --drug novaz")["rows"][0]["category"] == "depressant"


def test_a_target_is_added_and_used(used):
    used("vocab add --target carfentanil --word carf")
    assert "carfentanil POSITIVE" in used("add carf=pos")


def test_a_word_can_be_settled_made_ambiguous_and_forgotten(used):
    used("vocab alias dope down")
    assert "down (said 'dope')" in used("add pos --drug dope")
    used("vocab alias blow cocaine heroin")
    assert "can mean cocaine or heroin" in used.refused("add pos --drug blow", 4)
    used("vocab alias blow --remove")
    assert "There is no drug 'blow'" in used.refused("add pos --drug blow", 4)


def test_a_rename_rewrites_every_test_in_one_change_that_can_be_undone(used):
    before = used("export --raw"), used("vocab")
    used("vocab rename cocaine snow")
    db = sqlite3.connect(used.path)
    assert {drug for (drug,) in db.execute("select drug from tests")} == {"snow", "cocane"}
    db.close()
    used("unvoid 2")
    assert used.csv("list")[-2]["drug"] == "snow"
    used("undo")
    assert [row["said"] for row in used.csv("export")] == ["coke", "cocaine", "cocane"]
    assert "snow (said 'coke')" in used("add pos --drug coke")
    assert "snow (said 'cocaine')" in used("add pos --drug cocaine")
    for _ in range(3):
        used("undo")
    assert (used("export --raw"), used("vocab")) == before


def test_renaming_onto_a_name_makes_the_two_one(used):
    used("vocab rename cocane cocaine")
    assert [row["drug"] for row in used.csv("summary -q")] == ["cocaine", "cocaine"]
    assert "cocane" not in [row["name"] for row in used.csv("vocab list drugs")]
    assert "cocaine (said 'cocane')" in used("add pos --drug cocane")


def test_a_target_is_renamed(used):
    used("vocab rename --target xylazine tranq-dope")
    assert [row["target"] for row in used.csv("export") if row["outcome"] == "positive"] == [
        "fentanyl", "tranq-dope"
    ]  # fmt: skip
    assert "tranq-dope NEGATIVE" in used("add xyl=neg")


@pytest.mark.parametrize("line, code, hint", [
    ("vocab add x --category opiate", 2, "opioid"),
    ("vocab add --target x --category opioid", 2, "no category"),
    ("vocab add ''", 4, "empty"),
    ("vocab alias snow", 2, "--remove"),
    ("vocab alias snow cocain", 4, "cocaine"),
    ("vocab alias heroin cocaine", 2, "itself the name"),
    ("vocab rename nosuch x", 4, "nosuch"),
    ("vocab rename cocaine blues", 2, "oxycodone"),
    ("vocab list drug", 2, "drugs"),
    ("vocab nosuch", 2, "nosuch"),
    ("config set sit x", 2, "site"),
    ("config set site ''", 2, "empty"),
    ("config set colour grean", 2, "green"),
    ("config set drug cocain", 2, "cocaine"),
    ("config set target fentynal", 2, "fentanyl"),
    ("config set day_start 25:00", 2, "06:00"),
    ("config set confidence 95", 2, "0.95"),
    ("config set min_n few", 2, "10"),
    ("config set outcome pos", 2, "no setting"),
    ("config set note x", 2, "no setting"),
    ("config set logbook x", 2, "no setting"),
    ("config get nosuch", 2, "no setting"),
    ("config set site", 2, "VALUE"),
])  # fmt: skip
def test_bad_names_and_settings_are_refused_with_suggestions(used, line, code, hint):
    before = used.path.read_bytes()
    assert hint in used.refused(line, code)
    assert used.path.read_bytes() == before


def test_settings_are_set_listed_and_unset(used):
    used("config set site Insite")
    used("config set expires-on 2099-02")
    listed = {row["setting"]: row["value"] for row in used.csv("config list")}
    assert set(listed) == {*SETTINGS, "logbook", "expires_on.fentanyl"} - {"expires_on"}
    assert (listed["site"], listed["expires_on.fentanyl"]) == ("Insite", "2099-02-28")
    assert used("config get site") == "Insite\n"
    assert "site is no longer set (it was Insite)." in used("config unset site")
    assert "is not set" in used("config unset site")
    assert used("config get site") == "\n"
    assert used("config get confidence") == "0.95\n"


def test_a_night_shift_belongs_to_the_day_it_began(used, monkeypatch):
    from datetime import datetime

    from strip_log.console import options

    class Night(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 24, 2, 30)

    monkeypatch.setattr(options, "datetime", Night)
    used("config set day_start 06:00")
    used("add pos")
    used("add pos --at 02:00")
    used("add pos --at 23:50")
    used("add pos --at '2026-11-24 02:00'")
    used.refused("add pos --at 05:00", 4)
    rows = sorted(used.csv("export"), key=lambda row: int(row["number"]))[-4:]
    assert [(row["tested_on"], row["tested_time"]) for row in rows] == [
        ("2026-11-23", ""), ("2026-11-23", "02:00"), ("2026-11-23", "23:50"),
        ("2026-11-24", "02:00"),
    ]  # fmt: skip


def test_the_demo_is_the_same_every_time_for_the_same_seed(striplog):
    for name, seed in (("a.db", 1), ("b.db", 1), ("c.db", 2)):
        striplog(f"demo {name} --seed {seed}")
    a, b, c = (striplog(f"export --logbook {name}") for name in ("a.db", "b.db", "c.db"))
    assert a == b != c
    assert len({row["site"] for row in striplog.csv("export --logbook a.db")}) == 4
    assert len({row["target"] for row in striplog.csv("export --logbook a.db")}) == 5
    assert "synthetic" in striplog("config --logbook a.db")
    assert not striplog.path.exists()


def test_the_year_of_the_demo_ends_yesterday_or_on_a_day_before(striplog):
    yesterday = date.today() - timedelta(days=1)
    striplog("demo a.db")
    striplog("demo b.db --until 2025-12-31")
    days = [
        (rows[0]["tested_on"], rows[-1]["tested_on"])
        for rows in (striplog.csv("export --logbook a.db"), striplog.csv("export --logbook b.db"))
    ]
    assert days == [
        (str(yesterday - timedelta(days=364)), str(yesterday)), ("2025-01-01", "2025-12-31"),
    ]  # fmt: skip
    written = [row["written"][:10] for row in striplog.csv("history --logbook b.db --all")]
    assert (written[0], written[-1]) == ("2025-12-31", "2025-01-01")
    assert "ends yesterday at the latest" in striplog.refused("demo c.db --until today", 4)


def test_the_demo_fills_every_field_so_that_each_can_be_tried(striplog):
    striplog.filled("demo d.db")
    rows = striplog.csv("export --logbook d.db --notes")
    assert {name for name, field in FIELDS.items() if not any(row[name] for row in rows)} == set()
    assert {row["overdose"] for row in rows} == {"yes", "no", ""}
    of_each = {"target", "outcome", "faint", "confirmed", "method", "note"}
    for of_sample in groups(rows, "sample", "tested_on"):
        for name, field in FIELDS.items():
            if not field.strip and name not in of_each:
                assert len({row[name] for row in of_sample}) == 1, (name, of_sample)
    retested = [
        again
        for strips in groups(rows, "sample", "target")
        for before, again in pairwise(strips)
        if before["outcome"] == "invalid"
    ]
    assert len(retested) > 10
    assert [len(row["numbers"].split()) for row in striplog.csv("duplicates --logbook d.db")] == [2]


def groups(rows, *by):
    key = itemgetter(*by)
    return [list(some) for _, some in groupby(sorted(rows, key=key), key)]


def test_the_demo_resembles_what_was_published(striplog):
    striplog.filled("demo d.db")
    rows = striplog.json("summary --logbook d.db --target fentanyl")["rows"]
    rates = {row["drug"]: row for row in rows}
    assert rates["heroin"]["ci_low"] < 0.906 < rates["heroin"]["ci_high"]
    assert rates["methamphetamine"]["ci_low"] < 0.059 < rates["methamphetamine"]["ci_high"]
    invalid = sum(row["invalid"] for row in rows) / sum(row["valid"] for row in rows)
    assert 6 / 1411 / 2 < invalid < 2 / 70


def test_the_demo_goes_to_a_file_of_its_own_and_says_what_to_try(striplog, tmp_path):
    striplog("add pos")
    before = striplog.path.read_bytes()
    said = striplog("demo")
    made = tmp_path / "home/.local/share/striplog/demo.db"
    assert str(made) in said
    assert "striplog summary --by" in said
    assert striplog.path.read_bytes() == before
    striplog("demo")
    assert striplog(f"demo {striplog.path}", code=7) == ""
    assert striplog.path.read_bytes() == before
    for line in said.splitlines():
        if line.startswith("  striplog "):
            striplog(f"--logbook {made}{line.removeprefix('  striplog')}")


def test_path_says_where_even_before_there_is_one(striplog):
    result = striplog.run("path")
    assert (result.exit_code, result.stdout) == (0, f"{striplog.path}\n")
    assert "does not exist yet" in result.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_of_every_shell_is_printed(striplog, shell):
    script = striplog(f"completion {shell}")
    assert "_STRIPLOG_COMPLETE" in script
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def test_an_unknown_shell_is_a_usage_error(striplog):
    assert "powershell" in striplog.refused("completion tcsh", 2)
