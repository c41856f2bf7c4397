"""What is new since somebody last looked: the mark is read first, and written after the answer."""

from dataclasses import replace
from datetime import date
from shlex import quote

from strip_log.console import options
from strip_log.console.logbooks import writing
from strip_log.errors import Misused, ValueRefused
from strip_log.logbook import seen
from strip_log.logbook.book import Logbook
from strip_log.logbook.change import begin
from strip_log.query.filter import Filter
from strip_log.record.fields import about
from strip_log.record.text import text
from strip_log.record.words import plural


class Seen:
    """A look under a name. Raises Misused for a name that cannot be kept."""

    def __init__(self, name: str) -> None:
        try:
            with about("--since-last"):
                self.name = text(name)
        except ValueRefused as error:
            raise Misused(str(error)) from None
        self._new: seen.Mark | None = None

    def since_last(self, book: Logbook, where: Filter, today: date) -> Filter:
        """The filter for what came after the mark, or for everything if there is none yet."""
        self._new = seen.now(book, str(today))
        last = seen.mark(book, self.name)
        if last is None:
            options.say(f"There is no mark {self.name} yet: this is everything.")
            return where
        options.say(f"New since {last.day}, after test #{last.number}.")
        if number := seen.corrected(book, last):
            were = plural(number, "{} earlier test was", "{} earlier tests were")
            options.say(f"{were} corrected since. To see how: {options.command('history')}")
        return replace(where, after=last.number)

    def mark(self) -> None:
        """Write how far this look went, in a change of its own."""
        assert self._new
        with writing(options.logbook_path()) as book, begin(book, "seen") as change:
            change.sentence = f"The mark {self.name} is written, and is in the history."
            seen.keep(change, self.name, self._new)
        options.say(
            f"Marked {self.name} at test #{self._new.number}: --since-last {quote(self.name)} shows"
            " what is written down after it."
        )
