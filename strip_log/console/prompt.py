"""A line that is typed at a terminal, with completion on Tab and a status below: prompt_toolkit.

Nothing here knows what the lines mean. What was typed before is kept in memory alone.
"""

from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.styles import Style

from strip_log.record.shown import shown

#: How often the status is drawn anew, in seconds: it has a clock.
_TICK = 1.0

_STYLE = Style.from_dict({"bottom-toolbar": "noreverse", "bottom-toolbar.text": ""})


#: From what stands before the cursor to the ways to complete it: each a text, and how many
#: characters before the cursor it replaces.
Complete = Callable[[str], Iterable[tuple[str, int]]]

#: The lines of the status for a terminal of this width, and whether they should be noticed.
Status = Callable[[int], tuple[list[str], bool]]


class Prompt:
    """A prompt that is shown again for each line."""

    def __init__(self, complete: Complete, status: Status) -> None:
        self._status = status
        self._session: PromptSession[str] = PromptSession(
            completer=_Completer(complete),
            complete_while_typing=False,
            bottom_toolbar=self._toolbar,
            key_bindings=_bindings(),
            refresh_interval=_TICK,
            style=_STYLE,
            reserve_space_for_menu=4,
        )

    def line(self, offered: str = "") -> str:
        """What is typed, up to Enter; several lines if several were pasted. Raises EOFError when
        Ctrl-D is pressed on an empty line.

        `offered` stands on the line already, unless something else was typed ahead.
        """
        return self._session.prompt("> ", default="" if self._typed_ahead() else offered)

    def _typed_ahead(self) -> bool:
        """Whether keys were pressed while no prompt was there, as in text that is pasted."""
        source = self._session.input
        keys = [*get_typeahead(source), *source.read_keys()] if not source.closed else []
        store_typeahead(source, keys)
        return bool(keys)

    def _toolbar(self) -> StyleAndTextTuples:
        lines, urgent = self._status(max(1, get_app().output.get_size().columns - 1))
        return [("reverse" if urgent else "", "\n".join(map(shown, lines)))]


def _bindings() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("c-c")
    def _(event: KeyPressEvent) -> None:
        """Clear the line."""
        event.current_buffer.reset()

    @keys.add("tab")
    def _(event: KeyPressEvent) -> None:
        """Take the first way to complete the line, and each time the next."""
        buffer = event.current_buffer
        if buffer.complete_state:
            buffer.complete_next()
        else:
            buffer.start_completion(select_first=True)

    @keys.add(Keys.BracketedPaste)
    def _(event: KeyPressEvent) -> None:
        """Insert what is pasted; several lines are taken at once, without another Enter."""
        pasted = event.data.replace("\r\n", "\n").replace("\r", "\n")
        buffer = event.current_buffer
        if "\n" not in pasted:
            buffer.insert_text(pasted)
            return
        before, after = buffer.document.text_before_cursor, buffer.document.text_after_cursor
        buffer.reset()
        event.app.exit(result=f"{before}{pasted}{after}")

    return keys


class _Completer(Completer):
    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
        for text, length in self._complete(document.text_before_cursor):
            yield Completion(text, start_position=-length)
