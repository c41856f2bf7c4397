"""One moment of a hub, which all answers of a command are of. Nothing is written to it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from strip_log.hub import names
from strip_log.hub.names import HubNames
from strip_log.hub.where import Hub

if TYPE_CHECKING:
    from psycopg import Cursor

#: Dates and the like come as the text that a logbook has of them, and flags as 1 and 0.
_AS_TEXT = ("date", "uuid", "jsonb", "name")

#: How the server is to answer: as text in a form that does not depend on its settings, and by
#: several processes, each with memory to group a million tests.
_SETTINGS = {
    "datestyle": "ISO, YMD",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "work_mem": "64MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "enable_mergejoin": "off",
    "parallel_setup_cost": "0",
    "min_parallel_table_scan_size": "4MB",
}

#: How many tests are read at a time, and after how many seconds it is said that it goes on.
PAGE, _PATIENCE = 2_000, 0.5


class Snapshot:
    """An open hub at one moment."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._connection = hub.connection

    def ask(self, statement: str, values: Sequence[object] = ()) -> "Cursor[tuple[Any, ...]]":
        """The answer to a statement, read whole."""
        return self._connection.execute(statement.encode(), values or None)

    def pages(self, statement: str, values: Sequence[object]) -> Iterator[tuple[Any, ...]]:
        """The rows of a long answer, which are never all in memory."""
        with self._connection.cursor(name="tests") as cursor:
            cursor.itersize = PAGE
            cursor.execute(statement.encode(), values or None)
            yield from cursor

    @cached_property
    def names(self) -> HubNames:
        """The names of drugs, targets and sites."""
        return names.names(self.ask(names.LATEST).fetchall())

    @cached_property
    def logbooks(self) -> dict[str, str]:
        """The names of the logbooks by id, in the order in which they are merged; the id where one
        has no name."""
        return {origin: name or origin for origin, name in self.ask(names.LOGBOOKS)}

    @contextmanager
    def telling(self, meanwhile: Callable[[], object]) -> Iterator[None]:
        """A block in which this is called every so often, by a thread of its own."""
        done = threading.Event()

        def tell() -> None:
            while not done.wait(_PATIENCE):
                meanwhile()

        teller = threading.Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            done.set()
            teller.join()


@contextmanager
def taken(hub: Hub) -> Iterator[Snapshot]:
    """The hub at this moment. Ctrl-C ends what the server is at, too."""
    from psycopg import IsolationLevel
    from psycopg.adapt import Loader
    from psycopg.types.string import TextLoader

    class FlagLoader(Loader):
        def load(self, data: Any) -> int:
            return int(bytes(data) == b"t")

    connection = hub.connection
    for name in _AS_TEXT:
        connection.adapters.register_loader(name, TextLoader)
    connection.adapters.register_loader("bool", FlagLoader)
    connection.prepare_threshold = None  # a plan that fits any values fits none of them well
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    with connection.transaction():
        for name, value in _SETTINGS.items():
            connection.execute("select set_config(%s, %s, true)", [name, value])
        yield Snapshot(hub)
