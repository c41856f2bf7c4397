"""The words of `striplog add`: any order, what is asked about, and what comes back to be pasted."""

import pytest

from strip_log import cli
from strip_log.console import questions
from strip_log.console.session import Session

#: What is written for each line: the drug and the word for it, then each target and outcome.
LINES = {
    "add down pos": "down down fentanyl positive",
    "add heroin +": "heroin heroin fentanyl positive",
    "add positive down": "down down fentanyl positive",
    "add xylazine pos": "- - xylazine positive",
    "add two lines": "- - fentanyl negative",
    "add down -": "down down fentanyl negative",
    "add - down": "down down fentanyl negative",
    "add down f+ b- x-": "down down fentanyl positive benzodiazepine negative xylazine negative",
    "add down b- --site Van f+": "down down benzodiazepine negative fentanyl positive",
    "add - - --again": "- - fentanyl negative fentanyl negative",
    "add coke neg": "cocaine coke fentanyl negative",
    "add 'crack cocaine' no lines": "crack cocaine crack cocaine fentanyl invalid",
    "add neg --drug mdma": "mdma mdma fentanyl negative",
    "add mdma neg --drug down": "down down mdma negative",
    "add --lines 2 coke": "cocaine coke fentanyl negative",
    "add --lines 2 xyl down": "down down xylazine negative",
    "add her pos": "heroin heroin fentanyl positive",
    "add Novazolam pos --new": "novazolam Novazolam fentanyl positive",
}  # fmt: skip


def written(striplog):
    tests = striplog.csv("export")
    first = [(test["drug"] or "-", test["said"] or "-") for test in tests][:1]
    shown = [(test["target"], test["outcome"]) for test in tests]
    return " ".join(word for pair in (*first, *shown) for word in pair)


@pytest.mark.parametrize("typed", LINES)
def test_a_line_is_written(striplog, typed):
    striplog(typed)
    assert written(striplog) == LINES[typed]


def test_a_line_may_have_a_lot_and_a_note(striplog):
    striplog(["add", "down", "f+", "x-", "f@F 1", "'blue", "bag"])
    tests = striplog.csv("export --notes")
    assert [(test["lot"], test["note"]) for test in tests] == [
        ("F 1", "blue bag"),
        ("", "blue bag"),
    ]


def test_a_default_gives_way_to_the_line(striplog):
    striplog("add pos")
    striplog("config set drug coke")
    striplog("config set lot F1")
    striplog("add neg down f@F2")
    [_, test] = striplog.csv("export")
    assert (test["drug"], test["lot"]) == ("down", "F2")


# Thirty of these


def test_thirty_samples_are_one_change(striplog):
    said = striplog("add neg x30 --drug mdma")
    assert said.startswith("#1 to #30, 30 samples: fentanyl NEGATIVE (2 lines), mdma, on ")
    tests = striplog.csv("export")
    assert len(tests) == 30 and {test["sample"] for test in tests} == {""}
    assert striplog("add -q neg x2") == "31\n32\n"
    striplog("undo")
    striplog("undo")
    assert striplog.csv("export") == []


def test_the_strips_of_each_of_thirty_samples_are_linked(striplog):
    said = striplog("add down f+ x- x30")
    assert "a code for each of 30 samples" in said and len(said.splitlines()) == 4
    codes = [test["sample"] for test in striplog.csv("export")]
    assert codes[::2] == codes[1::2] and len({*codes}) == 30
    assert "x3 are 3 samples" in striplog.refused("add neg x3 --sample A7", 2)


# What is refused


@pytest.mark.parametrize(("line", "code", "hint"), [
    ("add coke neg --drug down", 2, "The drug is given twice, as 'coke' and with --drug 'down'"),
    ("add neg \"'one\" --note two", 2, "The note is given twice"),
    ("add neg f@F1 --lot fentanyl=F2", 2, "The lot for fentanyl is given twice"),
    ("add neg ^", 3, "No test of today"),
    ("add down --", 4, "'--' is no drug, no target and no outcome"),
    ("add down + -- -", 4, "'--' is no drug"),
    ("add -- - down", 4, "'--' is no drug"),
    ("add down + -", 4, "There are 2 outcomes for 1 strip (fentanyl)"),
    ("add neg x3 --sample A7", 2, "x3 are 3 samples"),
])  # fmt: skip
def test_what_is_refused_says_why(striplog, line, code, hint):
    assert hint in striplog.refused(line, code)
    assert not striplog.path.exists()


#: Lines that are refused, and the words of each command that is printed, after `striplog add`.
OFFERED = {
    "add down pso --site 'The Van'": ["down pos --site 'The Van'"],
    "add down+ --note \"it's\" -q": ["down + --note 'it'\"'\"'s'"],
    "add mdma neg --lot fent=F1": ["mdma=neg --lot fent=F1", "mdma fentanyl=neg --lot fent=F1"],
    "add coc + x3 --at yesterday": ["cocaine + x3 --at yesterday",
                                    "'coca paste' + x3 --at yesterday"],
    "add dwon - x3 --note blue": ["negative x3 --note blue --drug down"],
    "add down 2": ["down '2 lines'"],
    "add --lines 2 xylzaine": ["xylazine --lines 2"],
    "add neg --drug cocane": ["negative --drug cocaine"],
    "add down x2": ["pos x2 --drug down"],
    "add": ["pos"],
}  # fmt: skip


@pytest.mark.parametrize("line", OFFERED)
def test_each_command_that_is_offered_is_whole_and_works_when_pasted(striplog, line):
    result = striplog.run(line)
    assert result.exit_code in (2, 4) and result.stdout == ""
    told = [said for said in result.stderr.splitlines() if ": striplog add" in said]
    commands = [said.partition(": striplog ")[2] for said in told]
    assert commands == [f"add {words}" for words in OFFERED[line]]
    assert not striplog.path.exists()
    for command in commands:
        if "mdma=neg" not in command:
            striplog(command)


def test_what_is_offered_says_what_it_means(striplog):
    said = striplog.refused("add mdma neg", 4)
    assert "mdma NEGATIVE (2 lines), no drug named: striplog add mdma=neg\n" in said
    assert "fentanyl NEGATIVE (2 lines), mdma: striplog add mdma fentanyl=neg\n" in said
    assert "You typed" not in said


def test_what_nobody_can_mend_comes_back_as_it_was_typed(striplog):
    said = striplog.refused("add down zzz + --site 'The Van'", 4)
    assert said.endswith("You typed:\n  striplog add down zzz + --site 'The Van'\n")


# At a terminal


@pytest.fixture
def at_terminal(striplog, monkeypatch):
    """striplog, where a person answers questions with these numbers."""
    asked = []

    def typed(line, *answers):
        answers = iter(answers)

        def which(message, choices):
            asked.append((message, *choices))
            return next(answers) - 1

        monkeypatch.setattr(questions, "terminal", lambda: True)
        monkeypatch.setattr(questions, "which", which)
        return striplog(line), asked

    return typed


def test_a_person_is_asked_which_reading_is_meant(striplog, at_terminal):
    _, [asked] = at_terminal("add mdma neg x2", 2)
    assert asked == (
        "'mdma neg x2' can be read in 2 ways.",
        "mdma NEGATIVE (2 lines), no drug named, 2 samples",
        "fentanyl NEGATIVE (2 lines), mdma, 2 samples",
    )
    assert [(test["drug"], test["target"]) for test in striplog.csv("export")] == [
        ("mdma", "fentanyl")
    ] * 2


def test_a_person_is_asked_about_a_word_that_may_be_an_outcome(striplog, at_terminal):
    _, [asked] = at_terminal("add down pso", 1)
    assert asked[1:] == ("fentanyl POSITIVE (1 line), down",)
    assert written(striplog) == "down down fentanyl positive"


def test_a_word_near_to_an_outcome_can_be_kept_as_a_new_drug(striplog, at_terminal):
    _, [asked] = at_terminal("add psitive -", 1)
    assert asked[1:] == ("keep 'psitive' as a new drug",)
    assert written(striplog) == "psitive psitive fentanyl negative"


# Completion


@pytest.mark.parametrize(("typed", "word", "found"), [
    ("", "pos", ["positive"]), ("pos", "xyl", ["xylazine="]),
    ("pos", "her", ["heroin"]), ("down", "her", []), ("fentanyl pos", "her", ["heroin"]),
    ("", "xylazine=n", ["xylazine=negative"]), ("f+", "f@", ["f@F1"]), ("f+", "@f", ["@F1"]),
    ("pos", "dow", ["down"]), ("pos --drug down", "her", []),
    ("--lines 2", "xyl", ["xylazine"]), ("--lines 2", "pos", []),
])  # fmt: skip
def test_tab_completes_the_words_of_a_line(striplog, typed, word, found):
    striplog("add pos down f@F1")
    context = cli.striplog.make_context("striplog", ["add"], obj=Session(), resilient_parsing=True)
    add = cli.striplog.get_command(context, "add")
    ctx = add.make_context("add", typed.split(), parent=context, resilient_parsing=True)
    values = [one.value for one in add.params[0].shell_complete(ctx, word)]
    assert sorted(values) == sorted(found)
