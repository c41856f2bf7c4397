"""striplog, one migration further than this one; the migration takes a moment."""

import sys

from strip_log import cli
from strip_log.logbook import file, schema


@schema.migrations()
def box(db):
    db.execute("alter table entry add column box text")
    for number in range(60):
        db.execute(f"create index wide_{number} on entry (site, drug, lot)")


file.SCHEMA += 1
cli.striplog.main(sys.argv[1:])
