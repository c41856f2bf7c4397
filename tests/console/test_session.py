"""One run of a command leaves nothing behind in the process, and knows what it has written."""

import csv
import gc
import os
import random
import shlex
import signal
import subprocess

import pytest

from factories import program
from strip_log.console.session import Session

#: Twenty commands. Some leave a stream in another encoding, say that they are quiet, name another
#: logbook, fail, or read what Python's own limits refuse.
COMMANDS = """\
add pos --drug down -q
add fent=pos benzo=neg --site 'ünï' --sample A7
add neg --logbook other.db
add pos --drug dope
add neg --site 'ünï 👩‍🔬' --at 2026-01-02
list -n 3
list --logbook none.db
list --format json -q
summary --by site --format csv
summary --by site
export -o export.csv --force
import rows.csv
import long.csv
merge other.db
void 1 --reason 'typed twice'
undo
config set lot 0012
--logbook other.db list -q --format plain
vocab list ambiguous --format html
--nothing
""".splitlines()

#: Cells that Python's own limit refuses, and ours does not.
LONG = f"Date,Result,Remarks\n2026-01-02,pos,{'x' * 200_000}\n"


def in_a_folder(path):
    path.mkdir()
    (path / "rows.csv").write_text("Date,Drug,Result\n2026-01-02,down,pos\n2026-01-03,coke,odd\n")
    (path / "long.csv").write_text(LONG)
    env = {**os.environ, "STRIPLOG_LOGBOOK": "logbook.db", "PYTHONIOENCODING": "latin-1"}
    return {"cwd": path, "env": env, "encoding": "latin-1"}


def printed(words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **more).stdout


def exported(striplog, path):
    """What is in the two logbooks, without what is new each time."""
    found = []
    for name in ("logbook.db", "other.db"):
        rows = striplog.csv(f"export --notes --logbook {shlex.quote(str(path / name))}")
        assert rows
        found.append([{name: row[name] for name in row if name != "id"} for row in rows])
    return found


@pytest.mark.parametrize("seed", [37, *[pytest.param(n, marks=pytest.mark.slow) for n in range(9)]])
def test_twenty_commands_in_one_process_give_what_twenty_processes_give(striplog, tmp_path, seed):
    lines = random.Random(seed).sample(COMMANDS, len(COMMANDS))
    one, many = in_a_folder(tmp_path / "one"), in_a_folder(tmp_path / "many")
    if seed == 37:  # each in a copy of a process that has run nothing
        alone = printed(program("each_alone", *lines), **many)
    else:
        alone = "".join(printed(program("in_turn", line), **many) for line in lines)
    assert printed(program("in_turn", *lines), **one) == alone
    assert exported(striplog, tmp_path / "one") == exported(striplog, tmp_path / "many")


def test_a_command_leaves_the_process_as_it_was(striplog, tmp_path):
    (tmp_path / "long.csv").write_text(LONG)
    before = state()
    for line in ("import long.csv", "summary", "export --format csv", "add pos", "list --bad"):
        striplog.run(line)
        assert state() == before


def state():
    """What is the same for the whole process, and easily left otherwise."""
    stops = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [signal.getsignal(stop) for stop in stops]
    return handlers, signal.pthread_sigmask(0, []), gc.isenabled(), csv.field_size_limit()


@pytest.fixture
def filled(striplog, tmp_path):
    striplog.filled(
        *("add neg --logbook other.db", "add pos --drug down --at 2020-01-02"),
        *("backup copy.db", "add neg"),
    )
    (tmp_path / "rows.csv").write_text("Date,Result\n2026-01-02,pos\n")
    return striplog


WRITES = [
    *("add pos", "edit 1 neg", "void 1", "undo", "import rows.csv", "merge other.db"),
    *("erase 1 --yes", "erase 1 --field drug --yes"),
    *("backup b.db", "restore copy.db --yes", "config set site x", "vocab add x"),
    *("import rows.csv --logbook new.db", "merge other.db --logbook new.db", "demo new.db"),
    *("restore copy.db --yes --logbook new.db", "vocab alias x down"),
]


@pytest.mark.parametrize(
    "line, where", [*((line, "/dev/full") for line in WRITES), ("merge other.db", "a closed pipe")]
)
def test_what_is_written_is_said_to_be_though_the_answer_cannot_be_given(filled, line, where):
    code, said = filled.answering_to(where, line)
    assert code == 8, said
    assert "is written" in said or "is restored from the copy" in said
    assert "Nothing was written" not in said


def test_what_is_not_written_is_not_said_to_be(filled):
    run = filled.run("void 99")
    assert (run.exit_code, "Nothing was written" in run.stderr) == (3, True)
    for line in ("config set site x", "config set site x", "merge other.db", "merge other.db"):
        code, said = filled.answering_to("/dev/full", line)
        codes = code, "is written" in said
        assert codes in ((8, True), (1, False))
    assert codes == (1, False)


def test_a_signal_waits_for_the_outer_of_two_blocks_that_are_held():
    """A line of a shift is written and echoed as one: the commit in it is held too."""
    done = []
    with pytest.raises(KeyboardInterrupt), Session() as session, session.held():
        with session.held():
            session.signal = signal.SIGTERM
        done.append("echoed")
    assert done == ["echoed"]


@pytest.mark.parametrize("number, spared", [(0, True), (signal.SIGINT, True),
                                            (signal.SIGTERM, False)])  # fmt: skip
def test_only_ctrl_c_is_spared(number, spared):
    with Session() as session:
        session.signal = number
        assert session.spared() is spared
        assert session.stopped() is (not spared)
