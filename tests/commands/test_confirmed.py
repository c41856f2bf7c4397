"""What is printed to go ahead means the tests that were shown, whenever it is pasted."""

import shlex

import pytest


def told(said):
    """The command that goes ahead, without `striplog`."""
    [line] = [line for line in said.splitlines() if "To go ahead: striplog " in line]
    return shlex.split(line.partition("To go ahead: striplog ")[2])


@pytest.mark.parametrize("line", [
    "void last 2", "void 1 last 2 --reason why", "edit last 2 --site Van", "edit LAST 2 neg",
    "erase last --field note", "erase last 2", "unvoid last 2", "edit last 2 neg --note '-x'",
])  # fmt: skip
def test_last_is_said_by_number(striplog, line):
    for place in range(4):
        striplog(f"add pos --note n{place}")
    if line.startswith("unvoid"):
        striplog("void 3-4 --yes")
    words = told(striplog.refused(line, 7))
    assert "last" not in words
    striplog("add pos --note later")
    striplog("void 5")  # for unvoid, the last void test is another one now
    before = striplog("show 5 --format json")
    striplog(words)
    assert striplog("show 5 --format json") == before


@pytest.mark.parametrize("line", ["list", "history", "duplicates"])
def test_a_limit_that_sqlite_cannot_count_to_is_refused(striplog, line):
    striplog("add pos")
    assert "--limit" in striplog.refused(f"{line} --limit {2**63}", 2)
    striplog(f"{line} --limit {2**63 - 1}")
