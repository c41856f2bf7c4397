"""A new logbook: complete or not there, and readable only by its owner."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from strip_log import disk, drafts
from strip_log.errors import StriplogError
from strip_log.logbook import beside, file, place
from strip_log.logbook.connection import Connection, connect, transaction
from strip_log.logbook.watch import NOBODY, Later, Watch
from strip_log.record import ids


@contextmanager
def making(
    path: str,
    watch: Watch = NOBODY,
    randomness: ids.Randomness = os.urandom,
    replace: bool = False,
) -> Iterator[Connection]:
    """A connection to a new logbook, which gets its name only when the block ends.

    So a failure or a stop leaves no empty logbook behind. Raises MadeMeanwhile if there is one by
    then, unless `replace` is true.
    """
    path = place.real(path)
    later = Later(watch)
    with ExitStack() as stack:
        draft = _new(path, randomness, stack)
        with file.opened(draft.path, path, later) as connection:
            yield connection
        with watch.held():
            publish(draft, path, watch, replace)
            later.got_its_name(path)


def _new(path: str, randomness: ids.Randomness, stack: ExitStack) -> drafts.Draft:
    """A draft that is a new logbook."""
    stack.enter_context(file.sentences(path, NOBODY))
    with _making(path):
        disk.make_folder(os.path.dirname(path))
        made = stack.enter_context(drafts.draft(path))
    _write(made.path, randomness)
    return made


def _write(path: str, randomness: ids.Randomness) -> None:
    """Make an empty file a logbook with no test in it."""
    from strip_log.logbook import schema
    from strip_log.record.shipped import shipped

    with closing(connect(path, "rw", NOBODY)) as connection:
        connection.execute("pragma synchronous = extra")
        connection.execute("pragma page_size = 8192")  # a tenth less to read for every count
        with transaction(connection, "exclusive"):
            schema.apply(connection)
            schema.fill(connection, ids.origin(randomness), shipped())
            connection.execute(f"pragma application_id = {file.APPLICATION_ID}")
            connection.execute(f"pragma user_version = {file.SCHEMA}")


def publish(draft: drafts.Draft, path: str, watch: Watch, replace: bool = False) -> None:
    """Give a finished logbook its name. Raises MadeMeanwhile where another has it."""
    with _making(path), beside.moved_away(path, watch) as before:
        if replace and os.path.lexists(path):
            draft.replace(before)
        else:
            draft.keep(before=before)


class MadeMeanwhile(StriplogError):
    """Another program has made a logbook where one was to be made."""


@contextmanager
def _making(path: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise MadeMeanwhile(
            f"Another program has made a logbook at {path} meanwhile: run this again."
        ) from None
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StriplogError(f"Cannot make a logbook at {path}: {why}.") from error
