"""Deliberate faults, and whether the tests see them. Run by hand: no test, and not part of CI.

    python tests/mutants.py               every fault, against the tests that are named beside it
    python tests/mutants.py --only undo   those that have this word in their sentence or their file
    python tests/mutants.py --all         the whole suite too, where the named tests see nothing
    python tests/mutants.py --possible    only whether each can be made: a second, after code moved

Each fault of mutants.txt is made in a copy of the package, one at a time. One that survives is a
test that is missing: write it, under a name that says what must be true. A text that is not there
exactly once has changed since: point the fault at what stands there now.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

#: Seconds after which a fault has made the tests stand still, which is seen too.
_PATIENCE = 600


class Fault(NamedTuple):
    """What goes wrong, in which file, what stands there, what is put there, and who should see it.

    `tests` are names of test files, without `test_`, wherever in the tests they are.
    """

    sentence: str
    file: str
    there: str
    instead: str
    tests: tuple[str, ...]


def faults(text: str) -> Iterator[Fault]:
    """The faults of a text, with a blank line between two, each written as

    a sentence that says what is wrong then
    @logbook/merge.py seen_merge merge
    -the lines that stand in that file of strip_log, to the letter
    +the lines that are put in their place, or none
    """
    for part in text.split("\n\n"):
        lines = part.strip("\n").split("\n")
        if lines[0].startswith("#"):
            continue
        file, *tests = lines[1].removeprefix("@").split()
        there, instead = (
            "\n".join(line[1:] for line in lines[2:] if line[0] == sign) for sign in "-+"
        )
        yield Fault(lines[0], file, there, instead, tuple(tests))


def main() -> int:
    """1 when a fault survives, or cannot be made."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", metavar="WORD", default="", help="faults with this word alone")
    parser.add_argument("--all", action="store_true", help="the whole suite, where none is seen")
    parser.add_argument("--possible", action="store_true", help="only whether each can be made")
    asked = parser.parse_args()
    known = faults((ROOT / "tests" / "mutants.txt").read_text("utf-8"))
    word = asked.only.lower()
    chosen = [one for one in known if word in f"{one.sentence} {one.file}".lower()]
    with TemporaryDirectory() as folder:
        there = _copied(Path(folder))
        named = sorted({test for one in chosen for test in _tests(there, one)})
        if asked.possible:
            return _impossible(there, chosen)
        failing = _failing(there, [] if asked.all else named)
        for test in failing:
            print(f"fails without a fault, left out: {test}", flush=True)
        left = 0
        for one in chosen:
            begun = monotonic()
            became = _became(there, one, failing, asked.all)
            left += became != "seen"
            took = monotonic() - begun
            print(f"{became:9} {took:4.0f} s  {one.file}: {one.sentence}", flush=True)
    print(f"{len(chosen)} faults, {len(chosen) - left} seen.")
    return int(bool(left or not chosen))


def _impossible(there: Path, chosen: Sequence[Fault]) -> int:
    """Name the faults that cannot be made; 1 if there are any."""
    left = 0
    for one in chosen:
        file = there / "strip_log" / one.file
        with _made(file, one) if file.exists() else nullcontext(False) as possible:
            left += not possible
            if not possible:
                print(f"cannot be made in {one.file}: {one.sentence}")
    print(f"{len(chosen)} faults, {len(chosen) - left} can be made.")
    return int(bool(left))


def _copied(folder: Path) -> Path:
    """What the tests need, in a folder of its own."""
    for name in ("strip_log", "tests"):
        copytree(ROOT / name, folder / name, ignore=ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        copy(ROOT / name, folder)
    return folder


def _became(there: Path, one: Fault, failing: Sequence[str], everything: bool) -> str:
    """`seen`, `SURVIVES`, or why the fault could not be tried."""
    file = there / "strip_log" / one.file
    if not file.exists():
        return "NO FILE"
    with _made(file, one) as possible:
        if not possible:
            return "NOT ONCE"
        tests = _tests(there, one)
        ended = _run(there, tests, failing)
        if ended == 0 and everything:
            ended = _run(there, [], failing)
        return {0: "SURVIVES", 1: "seen"}.get(ended, "BROKEN")


@contextmanager
def _made(file: Path, one: Fault) -> Iterator[bool]:
    """The fault, as long as it takes; whether the text was there exactly once."""
    text = file.read_text("utf-8")
    possible = text.count(one.there) == 1
    try:
        if possible:
            file.write_text(text.replace(one.there, one.instead), "utf-8")
        yield possible
    finally:
        file.write_text(text, "utf-8")


def _tests(there: Path, one: Fault) -> list[str]:
    """The files of tests that a fault names, in their order; raises LookupError."""
    found = []
    for name in one.tests:
        paths = sorted((there / "tests").rglob(f"test_{name}.py"))
        if not paths:
            raise LookupError(f"{one.sentence!r} names test_{name}.py, and there is none.")
        found += [str(path.relative_to(there)) for path in paths]
    return found


def _pytest(there: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *words],
        cwd=there,
        env={**os.environ, "PYTHONPATH": str(there), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )


def _run(there: Path, tests: Sequence[str], failing: Sequence[str]) -> int:
    """How pytest ended: 0 where every test passed, 1 where one failed."""
    try:
        left_out = [word for test in failing for word in ("--deselect", test)]
        alone = ("-x", "--numprocesses=0", "-p", "no:cacheprovider")
        return _pytest(there, *alone, *left_out, *tests).returncode
    except subprocess.TimeoutExpired:
        return 1


def _failing(there: Path, tests: Sequence[str]) -> list[str]:
    """The tests that fail as it is: as the user that this is, on this machine."""
    _pytest(there, "--tb=no", *tests)
    kept = there / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return [*json.loads(kept.read_text("utf-8"))] if kept.exists() else []


if __name__ == "__main__":
    sys.exit(main())
