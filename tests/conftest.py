"""What every test may ask for: a striplog that cannot touch a real logbook."""

import csv
import gc
import io
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import date
from functools import lru_cache
from inspect import signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, is_hypothesis_test, settings

from factories import EXAMPLES
from strip_log import cli
from strip_log.logbook import creation
from strip_log.record import ids, shipped, vocabulary


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """What a value is, where pytest would only say which one of the list it is."""
    if val is None or isinstance(val, (str, bytes, int, float, bool)):
        return None
    said = getattr(val, "__name__", None) or str(val)
    return " ".join(said.split())[:60].encode("ascii", "backslashreplace").decode()


def is_long(config: pytest.Config) -> bool:
    """Whether this is the long form of the suite, `pytest -m slow`."""
    return bool(config.option.markexpr == "slow")


def pytest_configure(config: pytest.Config) -> None:
    """Properties get more examples in the long form; no test fails because it takes its time.

    The tests' files are kept in memory where that can be had: every commit waits for its disk.
    """
    times = {"short": 1, "long": 20}
    for name, factor in times.items():
        settings.register_profile(
            name, max_examples=factor * EXAMPLES, deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )  # fmt: skip
    settings.load_profile("long" if is_long(config) else "short")
    if os.access("/dev/shm", os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every property has a long form."""
    if is_long(item.config) and is_hypothesis_test(getattr(item, "obj", None)):
        item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def signals_are_heard() -> None:
    """Signals end what a test runs, also where they are ignored when the suite is started: as under
    nohup, or with & in a script. This process goes on to do nothing about them.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)  # a program that is started has the default


@pytest.fixture(autouse=True)
def nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty home and no STRIPLOG_ variables, so that no test can find a real logbook.

    Temporary files have a folder of the test too: others may leave some in the usual one.
    """
    for name in list(os.environ):
        if name.startswith(("STRIPLOG_", "XDG_", "LC_")) or name in ("LANG", "COLUMNS", "NO_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STRIPLOG_LOGBOOK", str(tmp_path / "logbook.db"))
    temporary = tmp_path.with_name(f"{tmp_path.name}-temporary")
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.chdir(tmp_path)
    yield


def _the_same(size: int) -> bytes:
    return b"\xab" * size


#: A new logbook as bytes, made once in this process, and the part of it that is its id.
_EMPTY: list[bytes] = []
_ITS_ID = ids.origin(_the_same).encode()


@pytest.fixture(autouse=True)
def quick_creation(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A new logbook is a copy of one, with an id of its own: five hundred drugs and their nicknames
    are written once. A file of tests about creation itself has a `quick_creation` that
    does nothing; its value is the real function, to be put back for one test.
    """
    write = creation._write

    def copy(path: str, randomness: ids.Randomness) -> None:
        if not _EMPTY:
            write(path, _the_same)
            _EMPTY.append(Path(path).read_bytes())
            assert _EMPTY[0].count(_ITS_ID) == 1
        Path(path).write_bytes(_EMPTY[0].replace(_ITS_ID, ids.origin(randomness).encode()))

    monkeypatch.setattr(creation, "_write", copy)
    return write


@pytest.fixture(scope="session", autouse=True)
def quick_letters() -> Iterator[None]:
    """The letters of five hundred drugs' names are worked out once, not for every logbook."""
    with pytest.MonkeyPatch.context() as patch:
        quick = lru_cache(10_000)(vocabulary.letters)
        for module in (vocabulary, shipped):
            patch.setattr(module, "letters", quick)
        yield


class Striplog:
    """The command line, run in this process on a logbook of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    #: The files of folders that tests have in common, by the commands that made them, and the day.
    _made: ClassVar[dict[tuple[date, *tuple[str, ...]], dict[str, tuple[int, bytes]]]] = {}

    def filled(self, *lines: str) -> "Striplog":
        """The same after these commands, which are run only for the first test that asks.

        Every file that they make beside the logbook is there too.
        """
        folder, key = self.path.parent, (date.today(), *lines)
        if key not in self._made:
            there = set(os.listdir(folder))
            for line in lines:
                self(line)
            made = [folder / name for name in sorted(set(os.listdir(folder)) - there)]
            self._made[key] = {path.name: (path.stat().st_mode, path.read_bytes()) for path in made}
        for name, (mode, content) in self._made[key].items():
            folder.joinpath(name).write_bytes(content)
            folder.joinpath(name).chmod(mode)
        return self

    def run(self, line: str | list[str], input: str | None = None) -> Result:
        """What a command printed and its exit code; whatever is a bug is raised."""
        words = shlex.split(line) if isinstance(line, str) else line
        result = CliRunner().invoke(cli.striplog, words, input=input)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def with_disk_of(self, size: int, line: str | list[str]) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of a command where no file can be longer than this many
        bytes: as if the disk were full then."""
        resource = pytest.importorskip("resource")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # xlsxwriter leaves its own files open
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
            try:
                run = self.run(line)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            found = run.exit_code, run.stdout, run.stderr
            del run
            if "xlsx" in line:
                gc.collect()
        return found

    def answering_to(self, where: str, line: str) -> tuple[int, str]:
        """Exit code and stderr of a command whose stdout is a file, such as the disk that is always
        full, or `a closed pipe`."""
        out: str | int = where
        if where == "a closed pipe":
            reader, out = os.pipe()
            os.close(reader)
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with (
            suppress(OSError),  # full when it is closed, too
            open(out, "w", encoding="utf-8") as stdout,
            redirect_stdout(stdout),
            redirect_stderr(said),
            pytest.raises(SystemExit) as stop,
        ):
            cli.striplog.main(shlex.split(line))
        said.seek(0)
        return stop.value.code, said.read()

    def __call__(self, line: str | list[str], code: int = 0) -> str:
        """stdout of a command that exits with this code."""
        result = self.run(line)
        assert result.exit_code == code, f"{line}\n{result.output}"
        return result.stdout

    def refused(self, line: str | list[str], code: int) -> str:
        """stderr of a command that fails with this code and prints no answer."""
        result = self.run(line)
        assert result.exit_code == code, f"{line}\n{result.output}"
        assert result.stdout == ""
        return result.stderr

    def json(self, line: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self(f"{line} --format json"))
        return answer

    def csv(self, line: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self(f"{line} --format csv"))))


@pytest.fixture
def striplog(tmp_path: Path) -> Striplog:
    return Striplog(tmp_path / "logbook.db")


@pytest.fixture
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """age without the second of work for each passphrase: nothing is hidden, the rest is the same.

    Its own work is in the long form.
    """
    pyrage = pytest.importorskip("pyrage")

    def header(passphrase: str) -> bytes:
        return b"age-encryption.org/v1\n-> scrypt " + passphrase.encode().hex().encode() + b"\n"

    def encrypt(plaintext: bytes, passphrase: str, armored: bool = False) -> bytes:
        return header(passphrase) + plaintext

    def decrypt(ciphertext: bytes, passphrase: str) -> bytes:
        if not ciphertext.startswith(header(passphrase)):
            raise pyrage.DecryptError("Decryption failed")
        return ciphertext.removeprefix(header(passphrase))

    for quick in (encrypt, decrypt):
        real = getattr(pyrage.passphrase, quick.__name__)
        assert list(signature(quick).parameters) == list(signature(real).parameters)
    monkeypatch.setattr(pyrage, "passphrase", SimpleNamespace(encrypt=encrypt, decrypt=decrypt))


def run_process(
    *words: str, env: dict[str, str] | None = None, **more: Any
) -> subprocess.CompletedProcess[str]:
    """striplog as a process of its own, as a shell would start it."""
    more = {"capture_output": True, "text": True, "encoding": "utf-8", **more}
    return subprocess.run(
        [sys.executable, "-m", "strip_log", *words], env={**os.environ, **(env or {})}, **more
    )


@pytest.fixture
def process() -> Any:
    return run_process
