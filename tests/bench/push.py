"""How long a push takes, beside psql copying the same rows into the same table.

    python tests/bench/push.py                      100 000 versions
    python tests/bench/push.py --size 1000000 --runs 3

Whole processes, from start to end, in turn: `psql \\copy` of the rows that a push sends, by an
administrator, since PostgreSQL copies into no table with row-level security; a push to an empty
hub; and a push again, of which nothing is new. The server is the one of the tests, in a folder of
its own. The least time of each counts, by the clock, and of the processor with the server's
(Linux). Nothing is asserted; the budgets are 3 times psql's for a push, and 0.3 times for a push
again.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from time import sleep
from typing import Any

import logbooks
import psycopg
from stopwatch import Process, run

sys.path.insert(0, str(Path(__file__).parent.parent))

import postgres
from strip_log.hub import roles, schema
from strip_log.hub.key import NetworkKey
from strip_log.hub.pushed import COLUMNS
from strip_log.logbook.book import reading

_SECRET = bytes(32)
_COPIED = ", ".join(COLUMNS)


def main() -> None:
    """Measure, and print a line for each process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=100_000, metavar="N", help="versions")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="of each process")
    parser.add_argument("--cache", type=Path, default=Path(gettempdir(), "striplog-bench"))
    asked = parser.parse_args()
    logbook = logbooks.place(logbooks.home(asked.cache, asked.size))
    with (
        _server() as (server, place),
        TemporaryDirectory() as folder,
        psycopg.connect(
            host=place.host, port=place.port, dbname="postgres", user="postgres", autocommit=True
        ) as admin,
    ):
        env = _hub(admin, place, Path(folder))
        measured = _measured(admin, server, place, (logbook, env, asked.runs))
    print(f"{asked.size} versions, {asked.runs} runs:   by the clock         of the processor")
    least = {what: [*map(min, zip(*runs, strict=True))] for what, runs in measured.items()}
    base = least["psql \\copy"]
    for what, times in least.items():
        columns = [f"{one:6.2f} s {one / of:5.2f}" for one, of in zip(times, base, strict=True)]
        print(f"{what:28}", *columns, sep="      ")


@contextmanager
def _server() -> Iterator[tuple[postgres.Server, postgres.Place]]:
    server = postgres.Server()
    try:
        server.make()
        yield server, server.start()
    finally:
        server.end()


def _hub(admin: Any, place: postgres.Place, folder: Path) -> dict[str, str]:
    """Make a hub with a site, and return the environment in which striplog finds it."""
    key = NetworkKey(_SECRET)
    for statement in schema.statements(schema.Founding("postgres", key.fingerprint)):
        admin.execute(statement)
    admin.execute("create role site login")
    admin.execute(f"grant {roles.groups(key.fingerprint).site} to site")
    keys = folder / ".config" / "striplog" / "hub"
    keys.mkdir(parents=True)
    (keys / "hub.key").write_text(_SECRET.hex())
    (keys / "hub.key").chmod(0o600)
    Path(place.host, "data", "pg_hba.conf").write_text("local all all trust\n")
    admin.execute("select pg_reload_conf()")
    services = folder / "services"
    services.write_text(
        f"[hub]\nhost={place.host}\nport={place.port}\ndbname=postgres\nuser=site\n"
    )
    return {**os.environ, "HOME": str(folder), "PGSERVICEFILE": str(services)}


def _measured(
    admin: Any, server: postgres.Server, place: postgres.Place, of: tuple[Path, Any, int]
) -> dict[str, list[tuple[float, float]]]:
    """The seconds of each run, by the clock and of the processor, by what ran."""
    logbook, env, runs = of
    push = Process([sys.executable, "-m", "strip_log", "push", "--hub", "hub",
                    "--logbook", str(logbook)], env)  # fmt: skip
    run(push)
    with reading(str(logbook)) as book:
        origin = book.settings()["logbook"]
    rows = Path(env["HOME"], "rows")
    with (
        rows.open("wb") as file,
        admin.cursor().copy(
            f"copy (select {_COPIED} from striplog.version order by stamp, id) to stdout"
        ) as copy,
    ):
        file.writelines(copy)
    psql = Process([str(server.programs / "psql"), "-h", place.host, "-p", str(place.port), "-qU",
                    "postgres", "postgres", "-c",
                    f"\\copy striplog.version ({_COPIED}) from '{rows}'"], env)  # fmt: skip
    found: dict[str, list[tuple[float, float]]] = {"psql \\copy": [], "push": [], "push again": []}
    for _ in range(runs):
        _empty(admin, origin)
        found["psql \\copy"].append(_run(psql, server))
        _empty(admin, "")
        found["push"].append(_run(push, server))
        found["push again"].append(_run(push, server))
    return found


def _run(process: Process, server: postgres.Server) -> tuple[float, float]:
    """The seconds of a run by the clock, and of the processor together with the server's."""
    before = _of_ended(server)
    took = run(process)
    sleep(0.1)  # until the server's process has ended too
    return took.seconds, took.cpu + _of_ended(server) - before


def _of_ended(server: postgres.Server) -> float:
    """The time of the processor of all processes of a server that have ended; 0 where unknown."""
    assert server.process
    stat = Path(f"/proc/{server.process.pid}/stat")
    if not stat.exists():
        return 0
    user, system = stat.read_text().rpartition(")")[2].split()[13:15]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _empty(admin: Any, origin: str) -> None:
    """Empty the hub; with a logbook of the administrator on it, if one is named."""
    admin.execute("truncate striplog.logbook cascade")
    if origin:
        admin.execute("insert into striplog.logbook (origin) values (%s)", [origin])


if __name__ == "__main__":
    main()
