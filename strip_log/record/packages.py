"""How to add an optional package to the Python that runs this program.

The advice never names striplog: on PyPI, that is another project.
"""

import sys
from importlib.util import find_spec

from strip_log.record.shown import typed


def how_to_install(package: str) -> str:
    """A sentence with the command to paste, for this copy of striplog and no other."""
    if find_spec("pip"):
        return f"Install it: {typed(sys.executable, '-m', 'pip', 'install', package)}"
    python = typed("--python", sys.executable)  # uv makes environments without pip
    return f"Install it with your package manager, such as: uv pip install {python} {package}"
