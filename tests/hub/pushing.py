"""What is on a hub beside what a logbook says, for the tests of `push`."""

import json
import socket
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from factories import a_test, opened
from strip_log.hub.key import NetworkKey
from strip_log.hub.pushed import COLUMNS, Encoder
from strip_log.logbook import outgoing
from strip_log.logbook.book import reading
from strip_log.logbook.change import begin
from strip_log.logbook.versions import current

KEY = NetworkKey(bytes(range(32)))


def at(path: Path, day: str, *tests: Any) -> None:
    """Write tests on a day, `YYYY-MM-DD`; without any, one."""
    ms = int(datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp() * 1000)
    with opened(path) as book, begin(book, "test", None, ms) as change:
        change.add(tests or [a_test()])


def correct(path: Path, number: int, void: bool | None = None, **facts: Any) -> None:
    """Write the next version of a test."""
    with opened(path) as book, begin(book, "test") as change:
        version = current(book, number)
        void = version.void if void is None else void
        change.revise(version, version.test._replace(**facts), void)


def to_be(path: Path, own: Any = ()) -> set[tuple[Any, ...]]:
    """The rows that a hub has once all of a logbook is pushed, without their digests."""
    found = set()
    with reading(str(path)) as book:
        written = outgoing.written(book)
        for origin, months in written.months.items():
            encoder = Encoder(KEY, origin, written.unique, own, {})
            for month, one in months.items():
                for some in outgoing.versions(book.connection, origin, month, one):
                    found |= {_comparable(one.values()[:-1]) for one in encoder.rows(some)}
    return found


def there(hub: Any, service: str = "owner", table: str = "version") -> set[tuple[Any, ...]]:
    """The rows that are on a hub, as they are in `to_be`."""
    texts = {"id": "{}::text", "sample": "{}::text", "faint": "{}::integer", "extra": "{}::text"}
    forms = texts | dict.fromkeys(("tested_on", "expires_on"), "to_char({}, 'YYYY-MM-DD')")
    columns = [forms.get(name, "{}").format(name) for name in COLUMNS[:-1]]
    rows = hub.rows(service, f"select {', '.join(columns)} from striplog.{table}")
    assert len({*rows}) == len(rows)
    return {*map(_comparable, rows)}


def _comparable(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row with the own fields in an order of their own."""
    place = COLUMNS.index("extra")
    extra = row[place] and json.dumps(json.loads(row[place]), sort_keys=True)
    return (*row[:place], extra, *row[place + 1 :])


def spoil(path: Path, statement: str, *values: object) -> None:
    """Change a logbook past its triggers, as only a damaged disk or another program does."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        guards = db.execute("select name, sql from sqlite_schema where type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"drop trigger {name}")
        db.execute("pragma ignore_check_constraints = on")
        db.execute(statement, values)
        for _, sql in guards:
            db.execute(sql)


class Proxy:
    """A way to the server that can be cut: after so many bytes that were sent to it, it closes, or,
    if it `stalls`, lets nothing through any more."""

    def __init__(self, place: Any, after: int, stalls: bool = False) -> None:
        self.place, self.left, self.stalls = place, after, stalls
        self.stalled, self._end = threading.Event(), threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._close()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self.place.port))
                self._sockets += [client, server]
                for source, target, counted in ((client, server, True), (server, client, False)):
                    pump = threading.Thread(
                        target=self._pump, args=(source, target, counted), daemon=True
                    )
                    pump.start()

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if counted:
                    data = data[: self.left]
                    self.left -= len(data)
                if data:
                    target.sendall(data)
                if counted and self.left <= 0:
                    self.stalled.set()
                    if self.stalls:
                        self._listener.shutdown(socket.SHUT_RDWR)  # nor can it be cancelled
                        self._end.wait(60)
                    break
        self._close()

    def _close(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
