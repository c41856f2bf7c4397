"""The files that an import writes besides the logbook: its refused rows, and a saved layout.

They have their names before the logbook has the tests, so that whatever fails then, nothing is
imported and no row is lost; and they are taken back where nothing was imported after all.
"""

from contextlib import ExitStack

from strip_log.drafts import Draft, explained
from strip_log.importing.rejects import Rejects
from strip_log.logbook.watch import Work


class SideFiles:
    """A context that is entered before a logbook is opened, and left when it is closed.

    `work` is the import that they belong to.
    """

    def __init__(self, layout: str | None) -> None:
        """`layout` is where the layout is to be saved, if it is."""
        self.layout_file = layout
        self.layout: Draft | None = None
        self.rejects: list[Rejects] = []
        self.work = Work()

    def __enter__(self) -> "SideFiles":
        """Find out that the layout can be saved. Raises StriplogError."""
        if self.layout_file:
            with explained(self.layout_file):
                self.layout = Draft(self.layout_file)
        return self

    def save_layout(self, text: str) -> None:
        """Raises StriplogError."""
        if self.layout:
            with explained(self.layout.place):
                with open(self.layout.path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.layout.keep()

    def __exit__(self, *_: object) -> None:
        """Raises StriplogError where the disk has not confirmed that it has a file."""
        with ExitStack() as all_of_them:
            for rejects in self.rejects:
                all_of_them.callback(rejects.close, self.work.done)
            if self.layout:
                all_of_them.callback(self.layout.close)
                if not self.work.done:
                    self.layout.take_back()
