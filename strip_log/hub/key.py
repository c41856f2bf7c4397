"""The key of a network: what turns ids of tests and codes of samples into what the hub is told.

All sites of a hub have the same key, so that a test or a sample that two of them know is one on the
hub. The hub has only its fingerprint. Whoever has the key can find out whether a given id or code
is on the hub, so it is kept like a password and never printed.
"""

import hmac
import os
import re
import stat
from collections.abc import Iterable

from strip_log import disk, drafts
from strip_log.errors import RefusedForSafety, StriplogError
from strip_log.logbook import place
from strip_log.record.ids import Randomness
from strip_log.record.shown import typed

_SIZE = 32

_HEAD = """\
# The key of the hub of striplog, one for all its sites. Keep it like a password: whoever has it
# can find out whether a given test or sample is on the hub.
"""


class NetworkKey:
    """A key of 32 bytes. Printing it shows only its fingerprint."""

    __slots__ = ("_begun", "fingerprint")

    def __init__(self, secret: bytes) -> None:
        self._begun = hmac.new(secret, digestmod="sha256")  # copied for each code, in half the time
        #: 16 hexadecimal digits by which keys can be told apart, and which reveal nothing.
        self.fingerprint = hmac.digest(secret, b"fingerprint", "sha256").hex()[:16]

    def __repr__(self) -> str:
        return f"NetworkKey({self.fingerprint})"

    def of_test(self, id: str) -> str:
        """What the hub is told in place of a test's id, as the text of a UUID."""
        return self._code("id", [id])

    def of_sample(self, *parts: str) -> str:
        """What the hub is told in place of a sample, as the text of a UUID.

        The parts are what identifies it: its code, with site, day and the like where the code alone
        does not.
        """
        return self._code("sample", parts)

    def _code(self, kind: str, parts: Iterable[str]) -> str:
        """The first 16 bytes of the HMAC-SHA-256 (RFC 2104) of the kind and the parts."""
        message = "\0".join((kind, *parts)).encode("utf-8", "surrogatepass")
        code = self._begun.copy()
        code.update(message)
        digits = code.hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def folder() -> str:
    """The folder of the keys on this computer, one file a hub. Raises Misused without a home."""
    return os.path.join(place.config(), "hub")


def file(hub: str) -> str:
    """The path of the key that is made for a hub of this name."""
    return os.path.join(folder(), re.sub(r"[^\w.-]", "_", hub) + ".key")


def made(hub: str, randomness: Randomness = os.urandom) -> NetworkKey:
    """The key for a new hub: the one that its file has, or else a new one, written there.

    Raises RefusedForSafety or StriplogError.
    """
    path = file(hub)
    if not os.path.lexists(path):
        secret = randomness(_SIZE)
        try:
            disk.make_folder(folder())
            with drafts.draft(path) as draft:
                with open(draft.path, "w", encoding="ascii") as text:
                    text.write(f"{_HEAD}{secret.hex()}\n")
                draft.keep()
        except FileExistsError:
            pass  # made meanwhile
        except OSError as error:
            raise StriplogError(f"Cannot write {path}: {error.strerror or error}.") from None
    return read(path)


def of_hub(hub: str) -> NetworkKey:
    """The key that was made here for a hub of this name, or the only one that is here.

    Raises StriplogError if there is none.
    """
    found = _files()
    path = file(hub)
    if path not in found and len(found) != 1:
        raise StriplogError(
            f"There is no {path}: do this on the computer where the hub {hub!r} was made, or put"
            " its key there."
        )
    return read(path if path in found else found[0])


def with_fingerprint(fingerprint: str, hub: str) -> NetworkKey:
    """The key of a hub, by the fingerprint that it has of it: any file of the folder may have it.

    Raises RefusedForSafety if none does, with what to do.
    """
    if path := path_of(fingerprint):
        return read(path)
    there = ", ".join(_files())
    others = f" What it has is the key of another hub: {there}." if there else ""
    raise RefusedForSafety(
        f"This computer does not have the key of the hub {hub!r}, whose fingerprint is"
        f" {fingerprint}.{others} Ask the owner of the hub for the file of the key, put it into the"
        f" folder {folder()}, and keep it from others (chmod 600)."
    )


def path_of(fingerprint: str) -> str | None:
    """The file of the key with this fingerprint, if it is on this computer.

    Raises RefusedForSafety or StriplogError for a file that holds no key, or that others can read.
    """
    return next((path for path in _files() if read(path).fingerprint == fingerprint), None)


def _files() -> list[str]:
    try:
        names = sorted(name for name in os.listdir(folder()) if name.endswith(".key"))
    except FileNotFoundError:
        return []
    return [os.path.join(folder(), name) for name in names if not name.startswith(".")]


def read(path: str) -> NetworkKey:
    """The key in a file. Raises RefusedForSafety if others may read it, or it holds no key."""
    try:
        with open(path, encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            lines = [line.strip() for line in file if not line.startswith("#")]
    except UnicodeError:
        lines, mode = [], 0
    except OSError as error:
        raise StriplogError(f"Cannot read {path}: {error.strerror or error}.") from None
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise RefusedForSafety(
            f"Others on this computer can read the key in {path}. To keep it from them:"
            f" {typed('chmod', '600', path)}"
        )
    text = "".join(lines)
    if not re.fullmatch(f"[0-9a-f]{{{2 * _SIZE}}}", text):
        raise RefusedForSafety(
            f"{path} does not hold the key of a hub, or not all of it: copy it once more from the"
            " owner of the hub."
        )
    return NetworkKey(bytes.fromhex(text))
