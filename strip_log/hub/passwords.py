"""Where a password must not stand, and where it is kept instead: in ~/.pgpass, as libpq has it.

On the command line everybody on the computer can see it, and the shell keeps it; a file of services
may be read by others, and be sent to them.
"""

import os
import re
import stat
from contextlib import suppress
from urllib.parse import parse_qsl, unquote, urlsplit

from strip_log.errors import Misused, RefusedForSafety, StriplogError
from strip_log.hub.service import Service, usual_file
from strip_log.record.shown import typed


def in_place_of_a_name(text: str) -> StriplogError:
    """The error for a URL, or words of libpq, that were typed in place of a service's name."""
    parameters = _dictated(text)
    usual = {"host": "hub.example.org", "dbname": "striplog", "user": "YOUR-ROLE"}
    service = Service("hub", usual | parameters)
    how = (
        f"Write these lines to {usual_file()}, and name the service: --hub hub",
        *(f"  {line}" for line in service.section()),
    )
    if "password" not in parameters:
        return Misused("A hub is named by a service of libpq, not by where it is.", *how)
    refused = RefusedForSafety(
        "A password that is typed can be seen by everybody on this computer, and the shell keeps"
        " it: have a new one made.",
        *how,
        *_how_to_keep(service),
    )
    refused.again = None  # it is not printed back
    return refused


def _dictated(text: str) -> dict[str, str]:
    """The parameters of a URL, or of words such as `host=hub.example.org`, as far as they can be
    read: only a password must not be missed."""
    found = dict(word.split("=", 1) for word in text.split() if "=" in word)
    with suppress(ValueError):
        if "://" in text:
            url = urlsplit(text)
            found = {
                "host": url.hostname or "",
                "port": str(url.port or ""),
                "dbname": unquote(url.path[1:]),
                "user": unquote(url.username or ""),
                "password": url.password or "",
                **dict(parse_qsl(url.query)),
            }
    if re.search(r"(?i)password\s*=|:[^/@]+@", text):
        found["password"] = "is there"
    return {name: value for name, value in found.items() if name and value and name != "service"}


def in_a_service(service: Service) -> RefusedForSafety:
    """The error for a password in the section of a service."""
    return RefusedForSafety(
        f"The service {service.name!r} has a password in {service.file}, which others may read:"
        " take the line that begins with password= out of that file.",
        *_how_to_keep(service),
    )


def missing(service: Service) -> StriplogError:
    """The error where the server wants a password, and none is kept for it."""
    file, ignored = service.password_file, ""
    try:
        if os.name == "posix" and stat.S_IMODE(os.stat(file).st_mode) & 0o077:
            ignored = " What is in that file is not used as long as others can read it."
    except OSError:
        pass
    return StriplogError(
        f"The hub {service.name!r} wants a password, and none is kept for it.{ignored}",
        *_how_to_keep(service),
    )


def _how_to_keep(service: Service) -> tuple[str, ...]:
    file = service.password_file
    return (
        f"Write this line to {file} with the password in place of the word PASSWORD, and keep the"
        f" file from others: {typed('chmod', '600', file)}",
        f"  {service.password_line()}",
    )
