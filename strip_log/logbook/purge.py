"""Retention: tests from before a day, removed for good.

What stays of them is how many there were, by month, target and outcome.
"""

from strip_log.logbook import anew
from strip_log.logbook.amendments import KEPT_SINCE, NUMBERED
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.logbook.holds import HOLDS
from strip_log.logbook.suspend import put_back, set_aside

#: Tests that are or would be removed: month, target, outcome, how many.
PurgedCounts = list[tuple[str, str, str, int]]

#: What void tests are counted as, in place of their outcome.
VOID = "void"


def counts(book: Logbook, day: str) -> PurgedCounts:
    """The number of tests from before a day, with void tests counted separately."""
    return book.connection.execute(_COUNTS, [day]).fetchall()


def purge(book: Logbook, day: str) -> PurgedCounts:
    """Remove the tests from before a day with all their versions; what there was.

    Neither merge nor import brings a test from before that day again, and undo takes nothing back.
    """
    connection = book.connection
    with begin(book, "purge", f"tests from before {day}") as change:
        change.sentence = f"The purge is written: what was from before {day} is gone."
        anew.overwrite(connection)
        gone = counts(book, day)
        last = str(book.last_number())
        for month, target, outcome, count in gone:
            change.record("purged", f"{month} {target} {outcome}", str(count))
        change.amend("setting", KEPT_SINCE, max(day, book.kept_since() or ""))
        change.amend("setting", NUMBERED, last)
        for statement in _GATHER:
            connection.execute(statement, [day] if "?" in statement else [])
        aside = set_aside(connection, _GUARDS)
        for table in ("entry", "source"):
            connection.execute(f"delete from {table} where id in (select id from temp.gone)")
        connection.execute(_FORGET_REASONS)
        put_back(connection, aside)
        connection.execute("drop table temp.gone")
        connection.execute("drop table temp.touched")
    anew.write(connection)
    return gone


_COUNTS = f"""
select substr(tested_on, 1, 7) as month, target, iif(void, '{VOID}', outcome) as what, count(*)
from entry where tested_on < ? and {HOLDS}
group by month, target, what order by month, target, what
"""

_GATHER = (
    f"create temp table gone as select id from entry where tested_on < ? and {HOLDS}",
    "create temp table touched as select distinct change from entry"
    " where id in (select id from temp.gone)",
)

#: Triggers that are removed in the meantime.
_GUARDS = ("entry_is_kept", "source_is_kept", "change_stays")

#: Why a test was changed may say as much as the test did.
_FORGET_REASONS = """
update change set reason = null where seq in (select change from temp.touched)
and not exists (select 1 from entry where entry.change = change.seq)
"""
