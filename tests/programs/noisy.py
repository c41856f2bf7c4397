"""Run a striplog command while something in the process prints on the standard error, by number."""

import os

from strip_log import drafts
from strip_log.__main__ import main

_settle = drafts.settle


def settle(path: str) -> None:
    os.write(2, b"something is wrong")
    _settle(path)


drafts.settle = settle
main()
