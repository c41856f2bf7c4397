"""striplog, run as a user to whom nothing belongs. Needs root."""

import os
import pkgutil
import sys
from importlib import import_module

import strip_log
from strip_log import cli

for module in pkgutil.walk_packages(strip_log.__path__, "strip_log."):  # nobody may not read them
    if not module.name.endswith("__main__"):
        import_module(module.name)
os.setgid(65534)
os.setuid(65534)
cli.striplog.main(sys.argv[1:])
