"""Attack every command that writes, at random moments, and count what that does to the logbook.

    python tests/faults/attack.py                      20 times each, some ten minutes
    python tests/faults/attack.py --times 100 --seed 7
    python tests/faults/attack.py --only merge --only hangup

Each run is a process of its own on a fresh copy of the same logbook. It is killed, interrupted,
terminated or hung up at a random moment of the time that it takes; or nobody reads what it prints,
or the disk is full when a random part of it is written. Afterwards the file must be sound, and
hold either what it held or all of what the command writes. The columns:

    written   how often the whole change was there afterwards
    lost      the file is damaged or holds a part; or it was said to be written, and it is not
    false     said that nothing was written when it was, or the other way round
    trace     how often a traceback was printed that goes through striplog: Python prints one of its
              own where it is interrupted before it has loaded any of it
    left      how often a draft was still there after the next `striplog doctor`

The exit code is 1 when anything but `written` is more than 0. For Linux and macOS.
"""

import argparse
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

STRIPLOG = [sys.executable, "-m", "strip_log"]

#: Every command that writes, on the folder that `prepared` makes.
COMMANDS = {
    "add": "add pos --drug down",
    "edit": "edit 5 --lot 0012",
    "void": "void 8",
    "undo": "undo",
    "rename": "vocab rename down fentanyl",
    "config": "config set site Insite",
    "import": "import rows.csv",
    "merge": "merge other.db",
    "restore": "restore copy.db --yes",
    "erase": "erase 3 --field lot --yes",
    "erase, whole": "erase 5-9 --yes",
    "purge": "purge --before 2025-07 --confirm Demo",
    "import, new": "import rows.csv --logbook new.db",
    "merge, new": "merge other.db --logbook new.db",
}

Limit = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One command under one attack: what was printed, how it ended, what the file held then."""

    out: str
    error: str
    code: int


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STRIPLOG_")}
    return {**kept, "HOME": str(folder), "STRIPLOG_LOGBOOK": "logbook.db"}


def ran(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*STRIPLOG, *line.split()],
        cwd=folder, env=environment(folder), capture_output=True, text=True,
    )  # fmt: skip


def prepared(folder: Path) -> None:
    """A logbook with a history, another one, a copy of the first as it was, and a spreadsheet."""
    rows = ("Date,Drug,FTS,Benzo Strip,Note\n", *(
        f"2026-{1 + n % 9:02}-{1 + n % 28:02},down,{'pos' if n % 3 else 'neg'},neg,{n}\n"
        for n in range(4_000)
    ))  # fmt: skip
    folder.joinpath("rows.csv").write_text("".join(rows))
    for line in (
        *("demo logbook.db", "demo other.db --seed 2", "backup copy.db"),
        *("edit 3 --lot 7", "void 4", "add neg --drug coke"),
    ):
        done = ran(folder, line)
        assert done.returncode == 0, f"{line}\n{done.stderr}"


def held(folder: Path, line: str) -> tuple[object, ...] | None:
    """What a logbook holds, as far as the commands here change it; None where there is none."""
    path = folder / ("new.db" if "new.db" in line else "logbook.db")
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        ask = (
            "select count(*), sum(live), total(void), count(distinct drug) from entry",
            "select count(*) from change",
            "select count(*) from amendment",
        )
        return tuple(number for question in ask for number in db.execute(question).fetchone())


# The attacks. Each starts the command and gives what became of it.


def signalled(how: signal.Signals) -> Callable[[Path, str, float, random.Random], Trial]:
    def attack(folder: Path, line: str, takes: float, chance: random.Random) -> Trial:
        with subprocess.Popen(
            [*STRIPLOG, *line.split()], cwd=folder, env=environment(folder),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as run:  # fmt: skip
            time.sleep(chance.uniform(0, takes * 1.1))
            run.send_signal(how)
            out, error = run.communicate(timeout=120)
        return Trial(out, error, run.returncode)

    return attack


def unread(folder: Path, line: str, takes: float, chance: random.Random) -> Trial:
    """The reader of its answer has gone, is a full disk, or never was there."""
    words = [*STRIPLOG, *line.split()]
    where = chance.choice(["| true", "> /dev/full", ">&-"])
    shell = f'"$@" {where}' if where != "| true" else 'set -o pipefail; "$@" | true'
    done = subprocess.run(
        ["bash", "-c", shell, "bash", *words],
        cwd=folder, env=environment(folder), capture_output=True, text=True,
    )  # fmt: skip
    return Trial("", done.stderr, done.returncode)


def full(folder: Path, line: str, takes: float, chance: random.Random) -> Trial:
    """No file can grow beyond a random size: to a program that is a full disk."""
    most = chance.randrange(0, 2 * folder.joinpath("logbook.db").stat().st_size)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(
        [*STRIPLOG, *line.split()], cwd=folder, env=environment(folder),
        capture_output=True, text=True, preexec_fn=limit,
    )  # fmt: skip
    return Trial(done.stdout, done.stderr, done.returncode)


ATTACKS = {
    "kill": signalled(signal.SIGKILL),
    "interrupt": signalled(signal.SIGINT),
    "terminate": signalled(signal.SIGTERM),
    "hangup": signalled(signal.SIGHUP),
    "unread": unread,
    "full disk": full,
}

#: What is counted of each, in the order of the columns.
COLUMNS = ("written", "lost", "false", "trace", "left")


def judged(folder: Path, line: str, trial: Trial, states: tuple[object, object]) -> Iterator[str]:
    """The columns in which a trial counts."""
    before, after = states
    try:
        now = held(folder, line)
    except (AssertionError, sqlite3.Error):
        yield "lost"
        return
    written = now == after
    if written:
        yield "written"
    elif now != before:
        yield "lost"
    words = ("is written", "was written", "is restored")
    said_so = trial.code == 0 or any(word in trial.error for word in words)
    denied = "othing was written" in trial.error or "othing was merged" in trial.error
    if trial.code == 0 and not written:
        yield "lost"
    if (denied and written) or (said_so and not denied and not written):
        yield "false"
    if "Traceback" in trial.error and "strip_log" in trial.error:
        yield "trace"
    ran(folder, "doctor")
    if any(path.name.startswith(".") and "db" in path.name for path in folder.iterdir()):
        yield "left"


def attacked(prepared: Path, line: str, attack: str, times: int, seed: int) -> Counter[str]:
    """How many of so many trials count in each column."""
    chance, found = random.Random(f"{seed} {line} {attack}"), Counter[str]()
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "0")
        shutil.copytree(prepared, folder)
        before = held(folder, line)
        begun = time.monotonic()
        assert ran(folder, line).returncode == 0, line
        takes = time.monotonic() - begun
        after = held(folder, line)
        for number in range(1, times + 1):
            folder = Path(scratch, str(number))
            shutil.copytree(prepared, folder)
            trial = ATTACKS[attack](folder, line, takes, chance)
            found.update(set(judged(folder, line, trial, (before, after))))
            shutil.rmtree(folder)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=20, help="how often each (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="a command or an attack (repeatable)")
    asked = parser.parse_args()
    only = set(asked.only or [])
    commands = {name: line for name, line in COMMANDS.items() if name in only} or COMMANDS
    attacks = [name for name in ATTACKS if name in only] or list(ATTACKS)
    faults = 0
    print(f"{'command':12} {'attack':10} {'times':>6} " + " ".join(f"{one:>8}" for one in COLUMNS))
    with TemporaryDirectory() as home:
        prepared(Path(home))
        for name, line in commands.items():
            for attack in attacks:
                found = attacked(Path(home), line, attack, asked.times, asked.seed)
                numbers = " ".join(f"{found[one]:8}" for one in COLUMNS)
                print(f"{name:12} {attack:10} {asked.times:6} {numbers}", flush=True)
                faults += sum(found[one] for one in COLUMNS[1:])
    print(f"{len(commands) * len(attacks) * asked.times} runs, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
