"""striplog, run as a user to whom nothing belongs. Needs root, and Linux.

Where Python and striplog are installed, nobody may be shut out (a clone in a folder of root's
own is). So every folder of modules is opened while we are root, and reached through that
descriptor afterwards: whatever is imported late is found as it always is.
"""

import os
import sys


def opened(folder):
    return f"/proc/self/fd/{os.open(folder, os.O_RDONLY)}" if os.path.isdir(folder) else folder


sys.path[:] = [opened(folder) for folder in sys.path]
for package in [module for module in sys.modules.values() if hasattr(module, "__path__")]:
    package.__path__ = [opened(folder) for folder in package.__path__]
os.setgroups([])
os.setgid(65534)
os.setuid(65534)

from strip_log import cli  # noqa: E402

cli.striplog.main(sys.argv[1:])
