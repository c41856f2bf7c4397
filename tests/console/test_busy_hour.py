"""Thirty strips of a busy hour, with the mistakes that people make, typed at a real terminal.

Every key counts, from the first line to the end: Enter, and what was mistyped, too.
"""

from terminals import Terminal

#: What is typed, what is on the screen then, and how many strips of the hour are done with it.
HOUR = (
    ("down + - -\r", "#3 xylazine NEGATIVE", 3),
    ("down + + -\r", "#6 xylazine NEGATIVE", 3),
    ("meth - - -\r", "#9 xylazine NEGATIVE", 3),
    ("coke +\r", "#10 fentanyl POSITIVE", 0),  # it had two lines
    ("u\r", "now struck out", 0),
    ("coke -\r", "#11 fentanyl NEGATIVE (2 lines)", 1),
    ("down + i -\r", "#14 xylazine NEGATIVE", 3),
    ("b+\r", "#15 benzodiazepine POSITIVE", 1),  # once more, with a new strip
    ("dwon + - -\r", "back to the line", 0),
    ("1\r", "#18 xylazine NEGATIVE", 3),
    ("mdma - - -\r", "#21 xylazine NEGATIVE", 3),
    ("down + - +\r", "#24 xylazine POSITIVE", 3),
    ("24 -\r", "outcome changed from positive to negative", 0),  # the wrong key
    ("ket . -\r", "#25 benzodiazepine NEGATIVE", 1),
    ("down +\x03", ">", 0),  # the person has changed their mind
    ("down + - -\r", "#28 xylazine NEGATIVE", 3),
    ("lot f F2\r", "F2", 0),  # a new box
    ("her + + -\r", "#31 xylazine NEGATIVE", 3),
    ("q\r", "Written in this shift", 0),
)

#: The goal, in keys for each strip.
GOAL = 5


def test_the_hour_takes_no_more_than_five_keys_a_strip():
    assert sum(done for _, _, done in HOUR) == 30
    assert sum(len(keys) for keys, _, _ in HOUR) <= GOAL * 30


def test_the_busy_hour_is_written_as_it_was(striplog):
    with Terminal("shift", "--site", "Van", "--strips", "f,b,x") as at:
        at.read(">")
        for keys, shown, _ in HOUR:
            at.type(keys)
            at.read(shown)
        assert at.ended() == 0
    samples: dict[str, list[str]] = {}
    rows = striplog.csv("export")
    for row in rows:
        sign = {"positive": "+", "negative": "-", "invalid": "i"}[row["outcome"]]
        samples.setdefault(row["sample"] or row["number"], [row["drug"]]).append(
            f"{row['target'][0]}{sign}{row['lot']}"
        )
    assert [" ".join(one) for one in samples.values()] == [
        "down f+ b- x-", "down f+ b+ x-", "methamphetamine f- b- x-", "cocaine f-",
        "down f+ bi x- b+", "down f+ b- x-", "mdma f- b- x-", "down f+ b- x-", "ketamine b-",
        "down f+ b- x-", "heroin f+F2 b+ x-",
    ]  # fmt: skip
    assert {row["site"] for row in rows} == {"Van"}
