"""Run a striplog command while something in the process prints on the standard error, by number."""

import os

from strip_log import disk
from strip_log.__main__ import main

_settle = disk.settle


def settle(path: str) -> None:
    os.write(2, b"something is wrong")
    _settle(path)


disk.settle = settle
main()
