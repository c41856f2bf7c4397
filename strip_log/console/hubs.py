"""How commands open a hub: which one, and who asks for the password."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress

from strip_log.console import options, questions, settings
from strip_log.console.session import current
from strip_log.errors import Missing, StriplogError
from strip_log.hub import schema, services, where
from strip_log.hub.driver import Connection
from strip_log.hub.failures import NotAllowed
from strip_log.hub.where import Ask, Hub
from strip_log.logbook.watch import Work


def complete(ctx: object, parameter: object, word: str) -> list[str]:
    """The services that may be meant, for a shell that completes names."""
    with suppress(StriplogError):
        return [name for name in services.names() if name.startswith(word)]
    return []


#: Adds `--hub`.
hub = options.single(
    "--hub",
    metavar="SERVICE",
    shell_complete=complete,
    help="The hub, by the name of its service. If left out: $STRIPLOG_HUB.",
)


def name(typed: str | None, kept: Mapping[str, str] = {}) -> str:
    """The service of the hub: what was typed, else $STRIPLOG_HUB, else that of the settings `kept`.

    Raises Missing.
    """
    if found := settings.chosen("hub", typed, kept):
        return found
    asked = "Say which hub, with --hub and the name of its service."
    raise Missing(f"{asked} {services.listed()}".rstrip())


def connected(name: str) -> AbstractContextManager[Connection]:
    """A connection to a service. A password that is kept nowhere is asked for at a terminal."""
    return where.connected(name, _ask())


def opened(name: str) -> AbstractContextManager[Hub]:
    """The hub of a service. A password that is kept nowhere is asked for at a terminal."""
    return where.opened(name, _ask())


@contextmanager
def or_sql() -> Iterator[None]:
    """For a command that has --sql: where a role may not do something, that is said to help."""
    try:
        yield
    except NotAllowed as error:
        raise NotAllowed(
            *error.lines, "Or let an administrator run what this command prints with --sql."
        ) from None


def _ask() -> Ask | None:
    return questions.hidden if questions.terminal() else None


def run(connection: Connection, statements: Sequence[str], sentence: str) -> None:
    """Change a hub in one transaction. The session is told, with a sentence that says what."""
    session = current()
    with session.held():
        schema.run(connection, statements)
        session.wrote(Work(sentence))
