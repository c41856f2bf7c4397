"""The files that an import writes besides the logbook: its refused rows, and a saved layout.

They get their names before the tests are in the logbook: if that fails, nothing is imported and no
row is lost. They are removed if nothing was imported after all.
"""

from contextlib import ExitStack

from strip_log.disk import explained
from strip_log.drafts import Draft
from strip_log.importing.rejects import Rejects
from strip_log.logbook.watch import Work


class SideFiles:
    """A context to enter before a logbook is opened, and to leave after it is closed.

    `work` is the import that they belong to.
    """

    def __init__(self, layout: str | None) -> None:
        """`layout` is the path to save the layout to, or None."""
        self.layout_file = layout
        self.layout: Draft | None = None
        self.rejects: list[Rejects] = []
        self.work = Work()

    def __enter__(self) -> "SideFiles":
        """Make sure that the layout can be saved. Raises StriplogError."""
        if self.layout_file:
            with explained(self.layout_file):
                self.layout = Draft(self.layout_file)
        return self

    def save_layout(self, text: str) -> None:
        """Write the layout to its file. Raises StriplogError."""
        if self.layout:
            with explained(self.layout.place):
                with open(self.layout.path, "w", encoding="utf-8") as file:
                    file.write(text)
                self.layout.keep()

    def __exit__(self, *_: object) -> None:
        """Close all files. Raises StriplogError if the disk has not confirmed one of them."""
        with ExitStack() as all_of_them:
            for rejects in self.rejects:
                all_of_them.callback(rejects.close, self.work.done)
            if self.layout:
                all_of_them.callback(self.layout.close)
                if not self.work.done:
                    self.layout.take_back()
