"""What is printed about tests after `add` has written them."""

from strip_log.console import options, sentences, terminal
from strip_log.console.remarks import remarks
from strip_log.logbook.book import Logbook
from strip_log.logbook.versions import Version
from strip_log.record.dates import Clock
from strip_log.record.entry import Entered


def said(entered: Entered, numbers: range, book: Logbook, above: Version | None = None) -> None:
    """Say what was written, how it is taken back, and what should be looked at."""
    if options.quiet():
        terminal.echo(*numbers)
        return
    terminal.echo(*sentences.lines(numbers, entered.tests, entered.samples))
    if above:
        terminal.echo(f"The same sample as #{above.number}.")
    clock = options.clock(book.settings())
    for again in _retests(entered, clock):
        terminal.echo(
            f"Invalid says nothing about the drug. To test again with a new strip: {again}"
        )
    if entered.new.site:
        terminal.echo(f"New site: {entered.new.site}.")
    if entered.filled:
        terminal.echo(f"Filled in: {', '.join(entered.filled)}.")
    terminal.echo(f"To take it back: {options.command('undo')}")
    for remark in remarks(book, entered.tests, numbers, clock):
        options.say(remark)


def _retests(entered: Entered, clock: Clock) -> list[str]:
    """The commands that test the sample again, for each target whose last strip was invalid."""
    last = {test.target: test for test in entered.tests}
    invalid = [test for test in last.values() if test.outcome == "invalid"]
    if not invalid or entered.samples > 1:
        return []
    from strip_log.record.same_sample import retest  # few strips are invalid

    today = clock.today.isoformat()
    return [options.command(*retest(test, today)) for test in invalid]
