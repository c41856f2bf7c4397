"""What tests of a shift ask for: the command, run on lines."""

import pytest

from strip_log.console.shift import feed

STRIPS = "--strips fent,benzo,xyl"


@pytest.fixture
def shift(striplog):
    """The command, run on lines from a pipe; it gives stdout, stderr and the exit code."""

    def run(*lines, options=STRIPS, code=0):
        result = striplog.run(f"shift {options}", input="".join(f"{line}\n" for line in lines))
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def tests(striplog):
    """The tests of the logbook as `down fen+`, in the order of their numbers."""

    def found(*more):
        signs = {"positive": "+", "negative": "-", "invalid": "i"}
        rows = sorted(striplog.csv("export --notes"), key=lambda row: int(row["number"]))
        return [
            " ".join(filter(None, [
                row["drug"], f"{row['target'][:3]}{signs[row['outcome']]}",
                *(row[name] for name in more),
            ])) for row in rows
        ]  # fmt: skip

    return found


@pytest.fixture
def fed(striplog, monkeypatch):
    """The command, run on lines that come one by one, so that others can do something between."""

    def run(lines, options=STRIPS, code=0):
        real, fed_once = feed.lines, iter([lines])
        monkeypatch.setattr(feed, "lines", lambda: next(fed_once, None) or real())
        result = striplog.run(f"shift {options}")
        assert result.exit_code == code, result.output
        return result

    return run
