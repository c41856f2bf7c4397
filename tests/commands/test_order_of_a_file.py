"""Which strip of a sample counts where one file, or one line, has several: the last one in it."""

from pathlib import Path

import pytest

ROWS = 30


def file_of(*outcomes):
    rows = [
        f"2026-01-02,down,S{sample},{outcome}" for sample in range(ROWS) for outcome in outcomes
    ]
    return "\n".join(["Date,Drug,Sample,FTS", *rows])


@pytest.mark.parametrize("outcomes", [("neg", "pos"), ("pos", "neg"), ("pos", "inv", "neg", "inv")])
def test_the_last_valid_row_of_a_sample_counts_here_and_in_every_merge(striplog, outcomes):
    Path("rows.csv").write_text(file_of(*outcomes))
    striplog("import rows.csv")
    striplog("add pos --at 2026-01-03 --logbook other.db")
    striplog("merge logbook.db --logbook other.db")
    striplog("add neg --at 2026-01-03 --logbook third.db")
    striplog("merge other.db --logbook third.db")
    last = [outcome for outcome in outcomes if outcome != "inv"][-1]
    for logbook in ("logbook.db", "other.db", "third.db"):
        asked = f"--until 2026-01-02 --logbook {logbook}"
        [row] = striplog.json(f"summary --unit sample {asked}")["rows"]
        assert row[{"pos": "positive", "neg": "negative"}[last]] == ROWS
        assert row["conflicting"] == ROWS
        shown = {row["fentanyl"] for row in striplog.json(f"samples --all {asked}")["rows"]}
        assert shown == {{"pos": "positive", "neg": "negative"}[last]}


def test_of_strips_written_down_at_once_the_last_counts(striplog):
    for line in ["add pos neg --again"] * 10:
        striplog(line)
    [row] = striplog.json("summary --unit sample")["rows"]
    assert (row["positive"], row["negative"]) == (0, 10)
