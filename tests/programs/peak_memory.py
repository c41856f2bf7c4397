"""Runs striplog; prints the most memory that it and its processes had, in kB. Linux.

A process begins with the peak of the one that started it: pytest's may be above a gigabyte, this
one's is a few megabytes.
"""

import os
import subprocess
import sys

words = [sys.executable, "-m", "strip_log", *sys.argv[1:]]
run = subprocess.Popen(words, stdout=subprocess.DEVNULL)
_, status, used = os.wait4(run.pid, 0)
run.returncode = os.waitstatus_to_exitcode(status)
print(used.ru_maxrss)
sys.exit(run.returncode)
