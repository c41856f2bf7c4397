"""The services of libpq: sections of ~/.pg_service.conf, each of which says where a database is."""

import os

from strip_log.errors import NothingThere, StriplogError
from strip_log.hub import passwords
from strip_log.hub.service import Service, usual_file
from strip_log.record.words import nearest, plural


def named(name: str) -> Service:
    """The service of this name, which may be one that only libpq can find.

    Raises RefusedForSafety where a password stands in its section, or in what was typed; Misused
    where that is no name of a service.
    """
    if "=" in name or "://" in name:
        raise passwords.in_place_of_a_name(name)
    for path in files():
        if name in (sections := _sections(path)):
            found = Service(name, sections[name], path)
            if "password" in found.parameters:
                raise passwords.in_a_service(found)
            return found
    return Service(name)


def names() -> list[str]:
    """The names of all services in the files that are known here, in alphabetical order."""
    return sorted({name for path in files() for name in _sections(path)})


def listed() -> str:
    """The names of all services as a sentence; empty if there are none."""
    there = names()
    return f"There {plural(len(there), 'is', 'are')}: {', '.join(there)}." if there else ""


def unknown(name: str) -> NothingThere:
    """The error for a service that is in no file."""
    there = names()
    place = (files() or [usual_file()])[0]
    if not there:
        has = f" {place} has none yet." if os.path.exists(place) else f" There is no {place} yet."
    else:
        close = nearest(name, there)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        has = f"{meant} {listed()}"
    return NothingThere(
        f"There is no service {name!r}.{has}",
        f"A hub is named by a section of {place}, such as:",
        *(
            f"  {line}"
            for line in (f"[{name}]", "host=hub.example.org", "dbname=striplog", "user=YOUR-ROLE")
        ),
    )


def files() -> list[str]:
    """The service files that libpq reads, in its order, whether they exist or not."""
    found = [os.environ.get("PGSERVICEFILE") or usual_file()]
    if system := os.environ.get("PGSYSCONFDIR"):
        found.append(os.path.join(system, "pg_service.conf"))
    return found


def _sections(path: str) -> dict[str, dict[str, str]]:
    """The parameters of every section of a service file; none if it is not there.

    Raises StriplogError if it cannot be read.
    """
    found: dict[str, dict[str, str]] = {}
    section: dict[str, str] = {}
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for line in map(str.strip, file):
                if line.startswith("["):
                    name = line[1:].partition("]")[0]
                    section = {}
                    found.setdefault(name, section)  # of several, libpq reads the first
                elif line and not line.startswith("#"):
                    name, _, value = line.partition("=")
                    section.setdefault(name.rstrip(), value.lstrip())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StriplogError(f"Cannot read {path}: {error.strerror or error}.") from None
    return found
