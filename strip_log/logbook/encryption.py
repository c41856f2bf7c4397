"""Encrypted files in the age format (https://age-encryption.org), with pyrage (extra `encrypt`)."""

import os
from collections.abc import Sequence
from typing import Any, BinaryIO

from strip_log.errors import Misused, StriplogError
from strip_log.record.packages import how_to_install

#: How an encrypted file begins, as bytes and as text.
_BEGINS = (b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----")


def is_encrypted(path: str) -> bool:
    """Whether a file is an age file, whatever its name."""
    try:
        with open(path, "rb") as file:
            return file.read(40).startswith(_BEGINS)
    except OSError:
        return False


def is_for_passphrase(path: str) -> bool:
    """Whether an age file may be opened with a passphrase: false if its header names keys."""
    with open(path, "rb") as file:
        head = file.read(200)
    return not head.startswith(_BEGINS[0]) or b"\n-> scrypt " in head


def _pyrage() -> Any:
    try:
        import pyrage  # only who encrypts has it
    except ImportError:
        raise StriplogError(
            f"Encrypted copies need the package pyrage. {how_to_install('pyrage')}"
        ) from None
    return pyrage


def recipients(keys: Sequence[str]) -> list[Any]:
    """The recipients to encrypt for, from public keys. Raises Misused for an invalid key."""
    pyrage = _pyrage()
    found: list[Any] = []
    for key in keys:
        try:
            kind = pyrage.ssh if key.startswith("ssh-") else pyrage.x25519
            found.append(kind.Recipient.from_str(key))
        except pyrage.RecipientError:
            hint = " That is the secret key: never give it away." if "SECRET" in key else ""
            raise Misused(
                f"--encrypt takes an age public key (age1...), an SSH one, or the word passphrase,"
                f" not {key[:12] + '...' if hint else key!r}.{hint}"
            ) from None
    return found


def encrypt(plain: BinaryIO, target: str, to: Sequence[Any] | str) -> None:
    """Write an encrypted copy of an open file into an existing empty file.

    `to` are recipients, or a passphrase. Raises OSError or StriplogError.
    """
    pyrage = _pyrage()
    with open(target, "wb") as file:
        if isinstance(to, str):
            file.write(pyrage.passphrase.encrypt(plain.read(), to))
            return
        try:
            pyrage.encrypt_io(plain, file, to)
        except pyrage.EncryptError as error:  # any failure inside it, such as a full disk
            raise StriplogError(f"Cannot write {target}: {error}.") from None


def identities(path: str) -> list[Any]:
    """The secret keys of an identity file; raises StriplogError."""
    pyrage = _pyrage()
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if "PRIVATE KEY" in text:
            return [pyrage.ssh.Identity.from_buffer(text.encode())]
        lines = [line.strip() for line in text.splitlines()]
        return [pyrage.x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except (OSError, UnicodeError, pyrage.IdentityError):
        raise StriplogError(f"{path} is not a file of age or SSH secret keys.") from None


def decrypt(source: str, target: str, by: Sequence[Any] | str) -> None:
    """Decrypt a file into an existing empty file.

    `by` is secret keys or a passphrase. Raises StriplogError if they do not open it.
    """
    pyrage = _pyrage()
    try:
        with open(source, "rb") as file, open(target, "wb") as plain:
            if isinstance(by, str):
                plain.write(pyrage.passphrase.decrypt(file.read(), by))
            else:
                pyrage.decrypt_io(file, plain, by)
    except pyrage.DecryptError as error:
        what = "The passphrase does" if isinstance(by, str) else "These keys do"
        name = os.path.basename(source)
        raise StriplogError(f"{what} not open {name}, or the file is damaged ({error}).") from None
