"""A province from nothing: many sites, their hub, one merged file, and Parquet, side by side.

    python tests/bench/region.py                              200 sites, 3.6 million tests
    python tests/bench/region.py --sites 20 --tests 200000    a smaller one
    python tests/bench/region.py --keep FOLDER                keep what was made

Makes the logbooks of the sites from made-up tests of the last year, pushes all of them to a hub,
merges them into one file, and exports that as Parquet. Then the same questions are asked of each,
as whole processes from start to end. What is printed: sizes, what making each of them took, and for
every question the seconds on the merged file, and how many times as long it took on the hub, and in
DuckDB on the Parquet. Seconds depend on the machine and the hour; a ratio hardly does.

PostgreSQL is the one of the tests (`pip install '.[test]'`), or that of the libpq service
STRIPLOG_TEST_POSTGRES, whose role makes a database and drops it again. Nothing is asserted. For
Linux and macOS; DuckDB is asked where it is installed (`pip install duckdb`).
"""

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import psycopg
from stopwatch import Process, run
from yardsticks import environment, spaced

sys.path.insert(0, str(Path(__file__).parents[1]))
import postgres
from strip_log.logbook import change
from strip_log.logbook.book import making, writing
from strip_log.record import synthetic

#: How many days the tests are of, and how many are written down at once.
DAYS, AT_ONCE = 365, 500

#: What PostgreSQL has here and not in the tests: it is to be as safe and as large as a real one.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on",
    "shared_buffers": "1GB", "work_mem": "64MB", "max_wal_size": "4GB", "jit": "off",
}  # fmt: skip

#: The libpq service of the hub, its database, and the role that owns it and pushes.
SERVICE = ROLE = "striplog_province"


@dataclass(frozen=True, slots=True)
class Question:
    """A command line, and the same in SQL on the table `tests` where that is one statement."""

    line: str
    sql: str = ""


_BY = "select {0}, target, outcome, count(*) from tests group by all"
_SINCE = f"{date.today() - timedelta(days=89)}"

QUESTIONS = (
    Question("summary --by drug", _BY.format("drug")),
    Question("summary --by site", _BY.format("site")),
    Question("summary --by month", _BY.format("date_trunc('month', tested_on)")),
    Question(
        "summary --by drug --last 90d",
        f"select drug, target, outcome, count(*) from tests where tested_on >= '{_SINCE}'"
        " group by all",
    ),
    Question(
        "summary --unit sample",
        "select drug, target, outcome, count(*) from (select drug, target, arg_max(outcome,"
        " tested_on) as outcome from tests group by sample, site, tested_on, drug, target)"
        " group by all",
    ),
    Question("signals"),
    Question("lots"),
    Question(
        "cross fentanyl benzodiazepine",
        "select one, other, count(*) from (select max(outcome) filter (target = 'fentanyl') as one,"
        " max(outcome) filter (target = 'benzodiazepine') as other from tests"
        " group by sample, site, tested_on) group by all",
    ),
    Question(
        "export --lot F1 --format csv",
        "select * from tests where lot = 'F1' order by tested_on",
    ),
)

_ASK = """
import duckdb, sys
path, question = sys.argv[1:]
asked = duckdb.connect()
asked.execute(f"create view tests as select * from read_parquet('{path}')")
asked.execute(question).fetchall()
"""


class Timed:
    """How long a block took, in seconds."""

    def __enter__(self) -> "Timed":
        self.begun, self.seconds = perf_counter(), 0.0
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = perf_counter() - self.begun


def main() -> None:
    words = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    words.add_argument("--sites", type=int, default=200)
    words.add_argument("--tests", type=int, default=3_600_000, help="in all")
    words.add_argument("--keep", metavar="FOLDER", type=Path, help="make everything here")
    asked = words.parse_args()
    with TemporaryDirectory() as folder:
        place = asked.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        with hub(place) as env:
            compare(place, env, asked.sites, asked.tests)


def compare(folder: Path, env: dict[str, str], sites: int, tests: int) -> None:
    """Make a province in this folder, and print what it took and how each answers."""
    print(f"{sites} sites, {spaced(tests)} tests of {DAYS} days\n")
    with Timed() as making_, ProcessPoolExecutor() as pool:
        every = [(folder, place, sites, tests) for place in range(sites)]
        books = [*pool.map(make, every)]
    made("the sites' files", making_, sum(map(size, books)))
    with Timed() as pushing:
        for book in books:
            striplog(f"push --hub {SERVICE} --logbook {book}", env)
    with Timed() as again:
        for book in books[:20]:
            striplog(f"push --hub {SERVICE} --logbook {book}", env)
    with psycopg.connect(service=SERVICE, autocommit=True) as owner:
        owner.execute("vacuum analyze striplog.version")
        [on_hub] = owner.execute("select pg_database_size(current_database())").fetchone() or (0,)
    made("on the hub", pushing, on_hub)
    print(f"{'':26}a push with nothing new: {again.seconds / min(sites, 20):.2f} s a site")
    merged, parquet = folder / "merged.db", folder / "province.parquet"
    with Timed() as merging:
        striplog(f"merge --logbook {merged} {shlex.join(map(str, books))}", env)
    made("one merged file", merging, size(merged))
    with Timed() as exporting:
        striplog(f"export --format parquet -o {parquet} --logbook {merged}", env)
    made("Parquet of it", exporting, size(parquet))
    print(f"\n{'':32}{'merged file':>12}{'hub':>10}{'DuckDB':>10}")
    for question in QUESTIONS:
        print(answered(question, env, merged, parquet), flush=True)


def made(what: str, took: Timed, bytes: int) -> None:
    print(f"{what:20}{bytes / 1e6:9.0f} MB{took.seconds:9.1f} s", flush=True)


def answered(question: Question, env: dict[str, str], merged: Path, parquet: Path) -> str:
    """A line: seconds on the merged file, and how many times as long elsewhere."""
    file = best(striplog_process(f"{question.line} --logbook {merged}", env))
    hub = best(striplog_process(f"{question.line} --hub {SERVICE}", env))
    line = f"{question.line:32}{file:10.2f} s{hub / file:8.2f} ×"
    if not question.sql or not find_spec("duckdb"):
        return line + f"{'-':>10}"
    words = [sys.executable, "-c", _ASK, str(parquet), question.sql]
    return line + f"{best(Process(words, env)) / file:8.2f} ×"


def best(process: Process) -> float:
    """The wall time of the faster of two runs, in seconds."""
    return min(run(process).seconds for _ in range(2))


def striplog_process(line: str, env: dict[str, str]) -> Process:
    return Process([sys.executable, "-m", "strip_log", *shlex.split(line)], env)


def striplog(line: str, env: dict[str, str]) -> None:
    run(striplog_process(line, env))


def size(path: Path) -> int:
    return path.stat().st_size


def make(asked: tuple[Path, int, int, int]) -> Path:
    """The logbook of one site, which wrote down everything on its day."""
    folder, place, sites, tests = asked
    path, random = folder / f"site-{place:03}.db", Random(place)
    number, first = tests * (place + 1) // sites - tests * place // sites, _first()
    with making(str(path), randomness=random.randbytes):
        pass
    found = synthetic.tests(place, number, first, DAYS)
    with writing(str(path)) as book:
        book.connection.execute("pragma synchronous = off")
        while some := list(islice(found, AT_ONCE)):
            at = datetime.fromisoformat(some[-1].tested_on).replace(hour=20, tzinfo=UTC)
            ms = int(at.timestamp() * 1000)
            with change.begin(book, "add", ms=ms, randomness=random.randbytes) as written:
                written.add(test._replace(site=f"Site {place:03}") for test in some)
    return path


def _first() -> date:
    return date.today() - timedelta(days=DAYS)


@contextmanager
def hub(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of processes that know a new hub, which is gone when the block ends."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    service = os.environ.get("STRIPLOG_TEST_POSTGRES")
    server = None
    if service:
        admin = psycopg.connect(service=service, autocommit=True)
        place = postgres.Place(admin.info.host, admin.info.port)
    else:
        server = postgres.Server()
        server.make()
        place = server.start(**SETTINGS)
        admin = psycopg.connect(
            host=place.host, port=place.port, user="postgres", dbname="postgres", autocommit=True
        )
    try:
        admin.execute(f"create role {ROLE} login createrole password '{ROLE}'")
        admin.execute(f"create database {SERVICE} owner {ROLE}")
        (home / "services").write_text(
            f"[{SERVICE}]\nhost={place.host}\nport={place.port}\ndbname={SERVICE}\nuser={ROLE}\n"
        )
        (home / "pgpass").write_text(f"*:*:*:{ROLE}:{ROLE}\n")
        (home / "pgpass").chmod(0o600)
        more = {"PGSERVICEFILE": f"{home / 'services'}", "PGPASSFILE": f"{home / 'pgpass'}"}
        os.environ.update(more)
        env = {**environment(), **more, "HOME": str(home)}
        striplog(f"hub init {SERVICE}", env)
        yield env
    finally:
        admin.execute(f"drop database if exists {SERVICE} with (force)")
        admin.execute(f"drop role if exists {ROLE}")
        admin.close()
        if server:
            server.end()


if __name__ == "__main__":
    main()
