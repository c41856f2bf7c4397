"""What a logbook has of one kind of tests, those for one target in one drug: found by index.

It takes no longer in a logbook of a million tests than in a small one.
"""

from datetime import date

from strip_log.logbook.book import Logbook
from strip_log.record.firsts import COUNTED, Before
from strip_log.record.test import Test


def before(book: Logbook, test: Test, besides: range) -> Before:
    """What there was of the kind of a test, its target and drug, before it was written.

    `besides` are the numbers of the tests that were written with it.
    """
    kind = {"target": test.target, "drug": test.drug, "category": test.category}
    asked = {**kind, "outcome": "positive", "first": besides.start, "stop": besides.stop}
    [last] = book.connection.execute(_LAST, asked).fetchone()
    asked = {**kind, "outcome": "negative", "last": last or "", "most": COUNTED + 1}
    [tests] = book.connection.execute(_SINCE, asked).fetchone()
    return Before(date.fromisoformat(last) if last else None, tests)


#: The sites of a kind, found one after the other, as the index has them before the days: the empty
#: text is none of them, and the null at the end stands for tests without a site.
_SITES = """
with recursive place (site) as (
    select '' union all
    select (
        select site from entry where live = 1 and target = :target and drug is :drug
        and outcome = :outcome and site > place.site order by site limit 1)
    from place where place.site is not null)
"""

_KIND = """
live = 1 and target = :target and drug is :drug and outcome = :outcome
and entry.site is place.site and (:drug is not null or category is :category)
"""

#: The day of the last positive at any site.
_LAST = f"""{_SITES}
select max((
    select tested_on from entry where {_KIND} and (number < :first or number >= :stop)
    order by tested_on desc limit 1))
from place where site is not ''
"""

#: How many negative tests there are after a day: none is positive then.
_SINCE = f"""{_SITES}
select count(*) from (
    select 1 from place join entry on {_KIND} and tested_on > :last
    where place.site is not '' limit :most)
"""
