"""What PostgreSQL's errors mean to a person.

A statement that fails has a code (SQLSTATE), and only that is looked at. A connection that fails
has none in libpq: what went wrong is found out by asking the server again, in other ways.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from strip_log.errors import Busy, NothingThere, RefusedForSafety, StriplogError, Unusable
from strip_log.hub import passwords, services
from strip_log.hub.service import PATIENCE, Service
from strip_log.record.shown import shown

_AGAIN = "What was confirmed is there, and nothing else: run the command again."

#: What an SQLSTATE means, or all that begin like this: what is raised, and what it says.
_MEANING: dict[str, tuple[type[StriplogError], str]] = {
    "08": (StriplogError, f"The connection to the hub was cut. {_AGAIN}"),
    "57P": (StriplogError, f"The server of the hub was stopped. {_AGAIN}"),
    "57014": (StriplogError, f"The hub took too long, and the question was stopped. {_AGAIN}"),
    "53": (StriplogError, "The server of the hub has run out of room: tell its administrator."),
    "25006": (StriplogError, "The hub can only be read now: run the command again later."),
    "55P03": (Busy, f"Somebody else has been using this part of the hub for long. {_AGAIN}"),
    "40": (Busy, "Others changed the hub at the same moment: run the command again."),
    "3F000": (Unusable, "The database is not a hub, or not all of one: ask its owner."),
    "42P01": (Unusable, "The database is not a hub, or not all of one: ask its owner."),
}


@contextmanager
def sentences(service: Service, driver: Any) -> Iterator[None]:
    """Raise what the driver raises in the block as a StriplogError."""
    try:
        yield
    except driver.Error as error:
        raise _meant(service, driver, error) from error


def _meant(service: Service, driver: Any, error: Any) -> StriplogError:
    code = error.sqlstate or ""
    if code == "42501":
        return NotAllowed(
            f"The hub {service.name!r} does not allow this to {described(service)}: ask its owner."
        )
    for length in (5, 3, 2):
        if found := _MEANING.get(code[:length]):
            kind, sentence = found
            return kind(sentence)
    if not code and isinstance(error, driver.OperationalError):
        return StriplogError(f"The connection to the hub was cut. {_AGAIN}")
    message = (error.diag.message_primary or str(error)).strip()
    return StriplogError(f"The hub {service.name!r} did not accept this: {shown(message)} ({code})")


class NotAllowed(StriplogError):
    """A role tried what it may not do on a hub."""


def described(service: Service) -> str:
    """Who connects, in words: `the role 'north' on hub.example.org`."""
    return f"the role {service.get('user', 'PGUSER', 'of this name')!r} on {service.at}"


# No connection


def not_connected(
    service: Service, driver: Any, error: Any, waited: float = 0, password: str = ""
) -> StriplogError:
    """Why there is no connection after so many seconds: the server is asked again, in other ways.

    A password is only sent where it was sent before: the one that was typed, or that libpq finds.
    """
    words, ping = _words(error), driver.pq.Ping
    where = f"The hub {service.name!r} on {service.at}"
    if waited > PATIENCE / 2:
        return _away(where, words)
    answer = _asked(service, driver)
    if answer == ping.NO_ATTEMPT:
        if service.name not in services.names():
            return services.unknown(service.name)
        return StriplogError(f"The service {service.name!r} in {service.file} is wrong: {words}")
    if answer == ping.NO_RESPONSE:
        if _asked(service, driver, _UNCHECKED) == ping.NO_RESPONSE:
            return _away(where, words)
        return RefusedForSafety(
            f"{where} did not prove that it is that server, so nothing was sent to it. It has no"
            " certificate (TLS), or not one that fits and that this computer trusts (sslrootcert):"
            f" ask its administrator. ({words})"
        )
    if getattr(error.pgconn, "needs_password", False):
        return passwords.missing(service)
    if getattr(error.pgconn, "used_password", False):
        return _after_password(service, driver, words, password)
    return StriplogError(f"{where} refused the connection. ({words})")


def _away(where: str, words: str) -> StriplogError:
    return StriplogError(
        f"{where} does not answer. Nothing is lost: run the command again later. ({words})"
    )


def _after_password(service: Service, driver: Any, words: str, typed: str) -> StriplogError:
    """Why there is no connection though a password was sent: it is wrong, or the database is."""
    database = service.get("dbname", "PGDATABASE", "")
    asked = service.safely() | ({"password": typed} if typed else {})
    with suppress(driver.Error), driver.connect(**asked, dbname=_ALWAYS_THERE):
        return NothingThere(
            f"There is no database {database!r} on {service.at}, or the role may not use it:"
            f" ask its administrator. ({words})"
        )
    kept = "" if typed else f" It is looked up in {service.password_file}."
    return StriplogError(
        f"The hub {service.name!r} did not accept the password of {described(service)}.{kept} If it"
        " is right, the role may be locked: ask the owner of the hub."
        f"{'' if service.local else _BOUND} ({words})"
    )


#: What else may be wrong where somebody could be in between.
_BOUND = " The server must have SCRAM passwords, and nobody between it and you (channel binding)."

#: A database that every server has.
_ALWAYS_THERE = "postgres"

#: With what a server can be asked whether it is there, whatever it can prove.
_UNCHECKED = {"sslmode": "prefer", "channel_binding": "disable", "sslrootcert": ""}


def _asked(service: Service, driver: Any, instead: Mapping[str, str] = {}) -> Any:
    """Whether the server answers, with other parameters and no password."""
    nowhere = {"password": "", "passfile": os.path.join(os.devnull, "none"), "connect_timeout": "3"}
    asked = driver.conninfo.make_conninfo(**{**service.safely(), **nowhere, **instead})
    return driver.pq.PGconn.ping(asked.encode())


def _words(error: Any) -> str:
    """What libpq or the server said, in one line: shown, and never understood."""
    text = str(error).partition(": ")[2] or str(error)
    return shown(text.strip().split("\n")[0])
