"""A hub for every test: a database of its own on a PostgreSQL that all tests have in common.

`STRIPLOG_TEST_POSTGRES=NAME` names a libpq service of a superuser to use instead of a server that
is started here. Without any server these tests are skipped, unless STRIPLOG_TEST_HUB=must.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

import postgres as embedded
from strip_log.hub import key, roles, schema

#: The roles of the tests, by the name of their service. Each has its name as password.
ROLES = {
    "owner": "striplog_owner",
    "north": "striplog_north",
    "south": "striplog_south",
    "analyst": "striplog_analyst",
}


class Postgres:
    """The server of this session, as its administrator sees it."""

    def __init__(self, admin: Any, place: embedded.Place, template: str) -> None:
        self.admin, self.place, self.template = admin, place, template
        self._databases, self._old = 0, ""

    def database(self, template: str) -> str:
        """The name of a new database, a copy of another. The one before goes."""
        if self._old:
            self.admin.execute(f"drop database if exists {self._old} with (force)")
        self._databases += 1
        self._old = f"striplog_test_{os.getpid()}_{self._databases}"
        self.admin.execute(
            f"create database {self._old} template {template} owner {ROLES['owner']}"
        )
        return self._old

    def leave(self, last: bool) -> None:
        """Leave a server of somebody's as it was found."""
        for database in [self._old, *([self.template] if last else [])]:
            if database:
                self.admin.execute(f"drop database if exists {database} with (force)")
        if last:
            groups = self.admin.execute(
                "select rolname from pg_roles where rolname ~ '^striplog_(site|reader)_'"
            ).fetchall()
            for role in (*(name for (name,) in groups), *reversed(ROLES.values())):
                with suppress(psycopg.errors.DependentObjectsStillExist):  # of a real hub
                    self.admin.execute(f"drop role {role}")


def _fingerprint() -> str:
    return key.NetworkKey(SECRET).fingerprint


#: The key of every network of the tests.
SECRET = bytes(range(32))


def _prepare(admin: Any, place: embedded.Place, template: str) -> None:
    """Make the roles, and the database that each hub is a copy of."""
    for role in ROLES.values():
        if not admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchall():
            admin.execute(f"create role {role} login")
        admin.execute(f"alter role {role} password '{role}'")
    owner = ROLES["owner"]
    admin.execute(f"alter role {owner} createrole")
    groups = roles.groups(_fingerprint())
    for group in groups:  # of a server that had a hub of the tests before
        if admin.execute("select 1 from pg_roles where rolname = %s", [group]).fetchall():
            admin.execute(f"grant {group} to {owner} with admin option")
    admin.execute(f"drop database if exists {template} with (force)")
    admin.execute(f"create database {template} template template0 owner {owner}")
    with psycopg.connect(
        host=place.host, port=place.port, dbname=template, user=owner, password=owner
    ) as connection:
        for statement in schema.statements(schema.Founding(owner, _fingerprint())):
            connection.execute(statement)
        for site in ("north", "south"):
            connection.execute(f"grant {groups.site} to {ROLES[site]}")
        connection.execute(f"grant {groups.reader} to {ROLES['analyst']}")


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Postgres]:
    worker = hasattr(request.config, "workerinput")
    common = tmp_path_factory.getbasetemp()
    common, session = (common.parent, os.getppid()) if worker else (common, os.getpid())
    try:
        if SERVICE:
            admin = psycopg.connect(service=SERVICE, autocommit=True)
            place = embedded.Place(admin.info.host, admin.info.port)
        else:
            place = embedded.shared(common, session)
            admin = psycopg.connect(
                host=place.host, port=place.port, dbname="postgres", user="postgres",
                autocommit=True,
            )  # fmt: skip
    except (embedded.NotHere, psycopg.OperationalError) as why:
        if MUST:
            pytest.fail(f"There is no PostgreSQL for the tests of the hub: {why}")
        pytest.skip(f"there is no PostgreSQL for the tests of the hub: {why}")
    template = f"striplog_template_{session}"
    users = common / "users of postgres"
    with embedded.locked(common / "template.lock"):
        if not users.exists():
            _prepare(admin, place, template)
            users.mkdir()
        (users / str(os.getpid())).touch()
    server = Postgres(admin, place, template)
    yield server
    if SERVICE:
        with embedded.locked(common / "template.lock"):
            (users / str(os.getpid())).unlink()
            last = not any(users.iterdir())
            if last:
                users.rmdir()
            server.leave(last)
    admin.close()


#: Read before any test clears its environment.
SERVICE = os.environ.get("STRIPLOG_TEST_POSTGRES")
MUST = os.environ.get("STRIPLOG_TEST_HUB") == "must"


class Services:
    """A database, and the libpq services by which the roles of the tests reach it.

    A service has the name of its role: `owner`, the sites `north` and `south`, and `analyst`, who
    reads. Connections are closed at the end of the test.
    """

    def __init__(self, postgres: Postgres, template: str, folder: Path) -> None:
        self.postgres, self.folder = postgres, folder
        self.database = postgres.database(template)
        self.sections: dict[str, dict[str, object]] = {}
        self._open: list[Any] = []
        place = postgres.place
        for name, role in ROLES.items():
            self.serve(name, host=place.host, port=place.port, dbname=self.database, user=role)
        lines = [f"*:*:*:{role}:{role}\n" for role in ROLES.values()]
        self.passwords = folder / "pgpass"
        self.passwords.write_text("".join(lines))
        self.passwords.chmod(0o600)

    def serve(self, name: str, **parameters: object) -> None:
        """Add a service, or change parameters of one; those that are None are left out."""
        section = self.sections.setdefault(name, {})
        section.update(parameters)
        lines = [
            f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in section.items() if value)
            for name, section in self.sections.items()
        ]
        (self.folder / "services").write_text("\n".join(lines))

    def connect(self, service: str = "owner", **parameters: Any) -> Any:
        """A connection of a role, each statement a transaction of its own."""
        self._open.append(psycopg.connect(service=service, autocommit=True, **parameters))
        return self._open[-1]

    def rows(self, service: str, sql: str, values: Any = None) -> list[tuple[Any, ...]]:
        """What a role gets for a statement; nothing for one that has no answer."""
        with psycopg.connect(service=service, autocommit=True) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def psql(self, service: str, script: str) -> None:
        """Run a script in psql, as an administrator would."""
        import shutil
        import subprocess

        psql = shutil.which("psql")
        if psql is None:
            pytest.skip("there is no psql")
        run = subprocess.run(
            [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", f"service={service}"],
            input=script, capture_output=True, text=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr

    def close(self) -> None:
        for connection in self._open:
            connection.close()


def _services(
    postgres: Postgres, template: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    for name in list(os.environ):
        if name.startswith("PG"):
            monkeypatch.delenv(name)
    folder.mkdir()
    monkeypatch.setenv("PGSERVICEFILE", str(folder / "services"))
    monkeypatch.setenv("PGPASSFILE", str(folder / "pgpass"))
    services = Services(postgres, template, folder)
    yield services
    services.close()


@pytest.fixture
def hub(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """An empty hub with an owner, two sites and a reader; this computer has the network's key."""
    key.made("region", lambda size: SECRET[:size])
    yield from _services(postgres, postgres.template, tmp_path / "hub", monkeypatch)


@pytest.fixture
def no_hub(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """The same services on an empty database, and no key."""
    yield from _services(postgres, "template0", tmp_path / "hub", monkeypatch)
