"""Several strips of one sample, each written down by itself: `--same`, retests, and questions."""

import click
import pytest

from strip_log.record.fields import FIELDS


@pytest.fixture
def at_terminal(monkeypatch):
    monkeypatch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda self: True)


def rows(striplog):
    return sorted(striplog.csv("export"), key=lambda row: int(row["number"]))


FIRST = (
    "add pos --drug coke --site Van --lot F1 --form powder --colour white --timing before"
    " --intention less --field overdose=no --note mine"
)


def test_same_takes_what_belongs_to_the_sample_of_the_last_test_and_says_which(striplog):
    striplog("add neg --drug down --sample A1")
    striplog("config set site Insite")
    striplog("config set form pill")
    striplog(FIRST)
    striplog("config set drug heroin")
    said = striplog("add benzo=neg --same --lot B1")
    assert "The same sample as #2." in said
    first, other = rows(striplog)[1:]
    assert first["sample"] and first["lot"] == "F1" and other["lot"] == "B1"
    mine = {"number", "id", "target", "outcome", "lot"}
    assert {n: first[n] for n in first if n not in mine} == {
        n: other[n] for n in other if n not in mine
    }
    assert "mine" not in said
    striplog("add xyl=neg --same --colour brown --clear form --drug crack")
    last = rows(striplog)[-1]
    assert (last["sample"], last["colour"], last["form"]) == (first["sample"], "brown", "")
    assert (last["drug"], last["said"]) == ("crack cocaine", "crack")


def test_a_caret_is_the_same(striplog):
    striplog("add down f+")
    assert "The same sample as #1." in striplog("add ^ b- x+")
    assert [row["drug"] for row in rows(striplog)] == ["down"] * 3
    assert len({row["sample"] for row in rows(striplog)}) == 1


def test_same_keeps_a_code_and_what_the_sample_has_not(striplog):
    striplog("add neg --sample A7 --clear drug")
    striplog("config set drug down")
    striplog("add benzo=pos --same")
    assert [(row["sample"], row["drug"]) for row in rows(striplog)] == [("A7", "")] * 2


def test_one_undo_takes_back_the_strip_and_the_code_that_the_other_one_got(striplog):
    striplog("add pos --drug down")
    striplog("add benzo=neg --same")
    striplog("undo")
    assert [(row["number"], row["sample"]) for row in rows(striplog)] == [("1", "")]


@pytest.mark.parametrize("before", [["add pos --at yesterday"], ["add pos", "void 1"], []])
def test_there_must_be_a_test_of_today_that_counts(striplog, before):
    for line in before:
        striplog(line)
    assert "leave out --same" in striplog.refused("add neg --same", 3)


def test_a_test_that_a_merge_brought_is_not_one_of_here(striplog):
    striplog("add pos --drug coke")
    striplog("add neg --drug down --logbook b.db")
    striplog("merge b.db")
    striplog("add benzo=neg --same")
    assert rows(striplog)[-1]["drug"] == "cocaine"


def test_an_invalid_strip_brings_the_command_that_tests_its_sample_again(striplog, at_terminal):
    said = striplog(f"{FIRST.replace('pos', 'inv', 1)} --at 2026-01-02")
    [line] = [line for line in said.splitlines() if "test again with a new strip: " in line] or [
        line.strip() for line in said.splitlines() if line.startswith("  striplog add --target")
    ]
    command = line.partition("striplog ")[2]
    assert "--target fentanyl" in command and "lot" not in command
    run = striplog.run(command, input="2\n\n")
    assert run.exit_code == 0, run.output
    invalid, again = rows(striplog)
    for name in FIELDS:
        if name not in ("outcome", "note", "lot", "said"):
            assert again[name] == invalid[name], name
    assert (again["outcome"], again["sample"][:2]) == ("negative", "s-")


def test_each_target_with_an_invalid_strip_is_tested_again(striplog):
    said = striplog("add inv benzo=inv xyl=pos --drug down")
    assert [target in said for target in ("--target fentanyl", "--target benzo", "--target xyl")
            ] == [True, True, False]  # fmt: skip


# Questions


def test_bare_add_asks_for_further_strips_of_the_sample(striplog, at_terminal):
    answers = ("1", "", "coke", "Van", "benzo", "2", "nosuch", "fent", "1", "pos", "")
    run = striplog.run("add", input="".join(f"{answer}\n" for answer in answers))
    assert run.exit_code == 0, run.output
    assert "There is no target 'nosuch'" in run.output
    assert "fentanyl is written down already." in run.output
    found = [(row["target"], row["outcome"], row["drug"], row["site"]) for row in rows(striplog)]
    assert found == [
        ("fentanyl", "positive", "cocaine", "Van"),
        ("benzodiazepine", "negative", "cocaine", "Van"),
        ("xylazine", "positive", "cocaine", "Van"),
    ]
    assert len({row["sample"] for row in rows(striplog)}) == 1
    assert striplog("undo").count("now struck out") == 3


def test_a_target_whose_strip_was_invalid_is_offered_again(striplog, at_terminal):
    answers = ("0", "", "coke", "", "fent", "inv", "1", "2", "fent", "")
    run = striplog.run("add", input="".join(f"{answer}\n" for answer in answers))
    assert run.exit_code == 0, run.output
    assert "fentanyl is written down already." in run.output
    assert [row["outcome"] for row in rows(striplog)] == ["invalid", "invalid", "negative"]
    assert [row["retest_of"] for row in rows(striplog)] == ["", "1", "2"]
    assert "To test again" not in run.output


def test_what_was_typed_is_not_asked_again(striplog, at_terminal):
    run = striplog.run("add --target xyl --drug coke --site Van", input="2\n\n")
    assert run.exit_code == 0, run.output
    assert [(row["target"], row["outcome"]) for row in rows(striplog)] == [("xylazine", "negative")]


@pytest.mark.parametrize("way_out", ["q\n", ""], ids=["q", "end of input"])
@pytest.mark.parametrize(
    ("answers", "kept"),
    [
        ("", "add --lot F1 --note x"),
        ("2\n", "add neg --lot F1 --note x"),
        ("2\nbenzo\ncoke\n", "add negative --target benzo --drug coke --lot F1 --note x"),
        (
            "2\n\ncoke\nVan\nbenzo\n",
            "add neg --target fentanyl --site Van --drug coke --lot F1 --note x",
        ),
    ],
)
def test_there_is_a_way_out_that_keeps_what_was_typed(
    striplog, at_terminal, answers, kept, way_out
):
    run = striplog.run("add --lot F1 --note x", input=answers + way_out)
    assert run.exit_code == 130
    assert "Stopped. Nothing was written." in run.stderr
    command = run.stderr.split("So far you have typed:\n")[1].strip()
    assert sorted(command.split()) == sorted(
        f"striplog {kept}".replace("neg ", "negative ").split()
    )
    assert not striplog.path.exists()


def test_a_question_mark_explains(striplog, at_terminal):
    run = striplog.run("add --drug cocane", input="?\n2\n?\n\n?\n1\n?\n\n\n\n")
    assert run.exit_code == 0, run.output
    for part in ("A faint second line is a line", "q stops", "or the words after it"):
        assert part in run.stderr


def test_a_question_mark_says_what_a_field_is(striplog, at_terminal):
    run = striplog.run("add", input="1\n?\n\n?\n\n?\n\n\n")
    assert run.exit_code == 0, run.output
    for part in ("What the strip detects.", "sold or expected as.", "Where the test was done."):
        assert part in run.stderr


def test_the_word_for_nothing_is_taken_as_enter(striplog, at_terminal):
    for no in ("n", "No"):
        run = striplog.run("add", input=f"1\n\nnone\nNone\n{no}\n")
        assert run.exit_code == 0, run.output
    assert [(row["drug"], row["site"]) for row in rows(striplog)] == [("", "")] * 2


@pytest.mark.parametrize(
    ("answer", "drug"),
    [("1", "cocaine"), ("Cocaine", "cocaine"), ("coc", "cocaine"), ("keep", "cocane"),
     ("2", "cocane"), ("heroin", "heroin"), ("jib", "methamphetamine"), ("7\n1", "cocaine")],
)  # fmt: skip
def test_a_menu_takes_a_word_too(striplog, at_terminal, answer, drug):
    run = striplog.run("add pos --drug cocane", input=f"{answer}\n")
    assert run.exit_code == 0, run.output
    assert [row["drug"] for row in rows(striplog)] == [drug]


def test_what_was_typed_for_another_command_is_kept_too(striplog, at_terminal):
    striplog("add pos")
    run = striplog.run("edit 1 --drug cocane --note 'a b'", input="q\n")
    assert run.exit_code == 130
    assert run.stderr.endswith(
        "So far you have typed:\n  striplog edit 1 --drug cocane --note 'a b'\n"
    )
    run = striplog.run("void 1-1 --lot x", input="q\n")
    assert "So far" not in run.stderr
