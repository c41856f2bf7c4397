"""The help of every command: examples that work, defaults in one way; and what leads to it."""

import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import click
import openpyxl
import pytest

from factories import each
from strip_log import cli
from strip_log.cli import COMMANDS
from strip_log.console import other_names
from strip_log.console.examples import examples
from strip_log.console.settings import BUILT_IN, SETTINGS


def every_command():
    """Every command and command of a command, by the words that are typed for it."""
    found = {}
    for name in COMMANDS:
        command = cli.striplog.get_command(None, name)
        found[(name,)] = command
        if isinstance(command, click.Group):
            found |= {(name, sub): one for sub, one in command.commands.items()}
    return found


EVERY = every_command()


@each(EVERY)
def test_every_command_has_two_examples_of_itself(words):
    own = [
        line for line in examples(EVERY[words]) if line.startswith(shlex.join(["striplog", *words]))
    ]
    assert len(own) >= 2, own


@each(EVERY)
def test_defaults_are_shown_in_one_way(words):
    command = EVERY[words]
    explained = " ".join((command.help or "").split())
    assert not re.search(r"unless told otherwise|by default|the default is", explained)
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        said = option.help or ""
        assert not option.show_default, "click has other words for it"
        assert not re.search(r"unless told|\(default|by default|(?<!\[)default:", said), said
        if (
            option.default not in (None, False, ())
            and "UNSET" not in repr(option.default)
            and (not option.is_flag and option.flag_value is None)
        ):
            assert f"[default: {option.default}]" in said, said


@each([words for words, one in EVERY.items() if not isinstance(one, click.Group)])
def test_what_has_a_format_says_which_is_the_default(words):
    text = " ".join(click.Context(EVERY[words]).get_help().split())
    if "--format NAME" in text:
        assert re.search(r"\[default: (screen|csv)\]", text)


def test_config_set_lists_its_settings(striplog):
    said = " ".join(striplog("config set --help").split("Settings:")[1].split())
    for name, meaning in SETTINGS.items():
        assert f"{name} {' '.join(meaning.split())[:30]}" in said
        if BUILT_IN.get(name):
            assert f"[default: {BUILT_IN[name]}]" in said


NEEDS = [
    words
    for words, command in EVERY.items()
    if any(isinstance(one, click.Argument) and one.required for one in command.params)
]


LOGBOOK = "it's.db"


@pytest.mark.parametrize("words", NEEDS, ids=" ".join)
def test_what_is_missing_is_shown_in_an_example(striplog, words):
    said = striplog.refused([*words, "--logbook", LOGBOOK], 2)
    assert f"For example: {shlex.join(['striplog', *words])} " in said
    if words != ("completion",):  # which needs a shell, and no logbook
        assert f" --logbook {shlex.quote(LOGBOOK)}\n" in said.split("For example: ")[1]


# Every example


@pytest.fixture
def files(tmp_path):
    """The files that the examples name."""
    book = openpyxl.Workbook()
    for row in (["Date", "Drug", "FTS"], ["2025-01-02", "down", "Pos"]):
        book.active.append(row)
    book.save(tmp_path / "2025.xlsx")
    (tmp_path / "van.csv").write_text("Date,Result\n03/04/2025,neg\n")
    (tmp_path / "log.csv").write_text("Date,Where,Test Result\n2025-01-02,Van,neg\n")


#: Examples that need something else: a program, a key, another disk, or that ask at a terminal.
NOT_TRIED = (
    *("jq .", "/media/stick/", "copy.db.age", "parquet", "striplog shift"),
    *("purge --before 2024-01-01", "--hub region", "striplog hub", "striplog push"),  # in tests/hub
)


def in_the_year(line):
    """An example, with days, months and numbers that are in the demo, which ends yesterday."""
    there = {4: "12", 7: "last-quarter" if "Q" in line else "last-month"}
    there[10] = str(date.today() - timedelta(days=340 if "F1" in line else 30))
    written = r"\b(?:1042|20\d\d-Q\d|20\d\d-\d\d(?:-\d\d)?)\b"
    return re.sub(written, lambda found: there[len(found[0])], line)


def of_help():
    return [line for command in EVERY.values() for line in examples(command)]


@pytest.mark.usefixtures("files")
def test_every_example_can_be_tried_in_the_demo(striplog, monkeypatch):
    striplog.filled("demo demo.db")
    for name in ("van.db", "powell.db"):  # of a site that gave its logbook to another
        Path(name).write_bytes(Path("demo.db").read_bytes())
    demo = Path("demo.db").read_bytes()
    tried = 0
    for line in dict.fromkeys(of_help()):
        if any(one in line for one in NOT_TRIED):
            continue
        words = shlex.split(re.split(r" >+ ", in_the_year(line))[0], comments=True)[1:]
        if words[0] in ("edit", "void", "unvoid", "erase") and "--yes" not in words:
            words.append("--yes")
        striplog.path.write_bytes(demo)
        run = striplog.run(words)
        rings = [10] if "--check" in words else []
        assert run.exit_code in (0, *rings), f"{line}\n{run.output}"
        tried += 1
    assert tried > 60


# Other names


@each(other_names.OTHER_COMMANDS)
def test_a_name_of_another_program_leads_to_a_command(name):
    assert name not in COMMANDS
    for words in other_names.commands(name, ["12"]):
        if words[0].startswith("--") or words[:1] not in EVERY:
            continue
        command = EVERY[words[:1]]
        options = {option for one in command.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, words


@each(other_names.OTHER_OPTIONS)
def test_an_option_by_another_name_leads_to_one_that_exists(name):
    known = {option for command in EVERY.values() for one in command.params for option in one.opts}
    for option in other_names.OTHER_OPTIONS[name]:
        assert option.split()[0] in known, option


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("remove 12", "Strike out tests: kept, but no longer counted: striplog void 12"),
        ("delete 12 --reason 'a b'", "striplog erase 12 --reason 'a b'"),
        ("Report --by site", "their intervals: striplog summary --by site"),
        ("stats", "their intervals: striplog summary"),
        ("log", "List the latest tests: striplog list"),
        ("month", "striplog summary --period this-month"),
        ("search purp", "striplog list --text purp"),
        ("sites", "striplog vocab list sites"),
        ("version", "Show the version: striplog --version"),
        ("--logbook b.db rm 3", "striplog void 3 --logbook b.db"),
        ("add pos --date yesterday", "Here it is --at."),
        ("list --from 2026-01-01", "Here it is --since."),
        ("summary --csv", "Here it is --format csv."),
        ("edit 3 --comment x", "Here it is --note."),
        ("shift --target f", "Here it is --strips."),
        ("add pos --site", "For example: striplog add two lines coke --site Insite"),
        ("shift --lot", "--strips fent,benzo,xyl --lot fent=F1"),
        ("config set", "For example: striplog config set site Insite"),
    ],
)
def test_other_names_lead_to_ours(striplog, line, expected):
    said = striplog.refused(line, 2)
    assert f"{expected}\n" in said
    assert "Did you mean" not in said


def test_a_name_that_nobody_knows_leads_to_those_that_are_spelled_alike(striplog):
    assert "Did you mean 'summary'?" in striplog.refused("sumary", 2)
    assert "'--drug'" in striplog.refused("add pos --drugg x", 2)


@pytest.mark.parametrize(
    ("line", "same"),
    [("help", "--help"), ("help add", "add --help"), ("help config set", "config set --help")],
)
def test_help_is_help(striplog, line, same):
    assert striplog(line) == striplog(same)
    assert "No such command" in striplog.refused("help nosuch", 2)


# The last test, and the first setting


def test_show_and_history_know_the_last_test_as_edit_does(striplog):
    for line in ("add pos --drug down", "add neg --drug coke", "add neg --drug heroin", "void 3"):
        striplog(line)
    assert striplog("show last") == striplog("show 2")
    assert striplog("history LAST") == striplog("history 2")
    striplog("edit last --site Van")
    assert "Van" in striplog("show last")
    striplog("void 1-2 --yes")
    for line in ("show last", "history last"):
        assert "There are no tests yet" in striplog.refused(line, 3)


def test_a_setting_may_come_before_the_first_strip(striplog):
    run = striplog.run("config set site Insite")
    assert f"Started a new logbook: {striplog.path}\n" in run.stderr
    assert "site is now Insite.\nNew site: Insite.\n" in run.stdout
    assert "at Insite" in striplog("add pos --drug down")
    assert "Started" not in striplog.run("config set site Van --new").stderr


@pytest.mark.parametrize(
    "line", ["config set nosuch 1", "config set min_n many", "config unset site"]
)
def test_what_cannot_be_set_starts_no_logbook(striplog, line):
    assert striplog.run(line).exit_code in (2, 3)
    assert not striplog.path.exists()


@pytest.mark.parametrize("words", ["edit", "edit 1", "void", "unvoid", "erase", "vocab rename a"])
def test_what_a_command_itself_misses_is_shown_in_an_example_too(striplog, words):
    striplog("add pos --logbook 'a b.db'")
    said = striplog.refused(f"{words} --logbook 'a b.db'", 2)
    command = " ".join(word for word in words.split() if word.isalpha() and len(word) > 1)
    assert f"\nFor example: striplog {command} " in said
    assert "--logbook 'a b.db'\n" in said.split("For example: ")[1]
