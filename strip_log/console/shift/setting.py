"""The lines of a shift that write nothing: another site, other strips, another lot, another day."""

from collections.abc import Sequence
from dataclasses import replace

from strip_log.console.shift.desk import Desk, Moment
from strip_log.console.shift.state import Answer, Shift, Typed
from strip_log.console.shift.status import in_words
from strip_log.errors import Misused, RecordRefused
from strip_log.record.dates import day as a_day
from strip_log.record.dates import moment
from strip_log.record.entry import Entry, UncertainName
from strip_log.record.fields import parsed
from strip_log.record.line_words import Names
from strip_log.record.vocabulary import Vocabulary

#: What is typed for no site, and for a lot that is not known.
NONE = ("none", "-")


def site(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """The site of the lines after this one. Raises UncertainName."""
    word = " ".join(words)
    with desk.to_read() as now:
        if word.casefold() in NONE:
            shift = replace(shift, site=None)
        elif word:
            shift = replace(shift, site=_site(word, typed, now.vocabulary, desk.keep_new))
        shift = now.refreshed(shift)
        known = not shift.site or now.vocabulary.known_site(shift.site)
    told = () if known else (f"{shift.site} is new: it is kept with the first sample.",)
    return Answer(shift, (f"Site: {shift.site or 'none'}.",), told)


def _site(word: str, typed: Typed, vocabulary: Vocabulary, new: bool) -> str:
    entry = Entry(texts={"site": word}, new=new or typed.new)
    try:
        kept = entry.new_names(vocabulary).site
    except UncertainName:
        if not typed.meant:
            raise
        return typed.meant
    return kept or vocabulary.site(word)


def strips(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """The strips of the lines after this one, in the order in which outcomes are typed."""
    if words:
        with desk.to_read() as now:
            chosen = [target(word, now.vocabulary) for word in words]
        if len({*chosen}) < len(chosen):
            raise Misused("A strip is named twice: leave one out.")
        shift = replace(shift, strips=tuple(chosen))
    return Answer(shift, (f"Strips: {', '.join(shift.strips)}.",))


def target(word: str, vocabulary: Vocabulary) -> str:
    """The target of a word or a beginning of one. Raises UnknownWord, or RecordRefused."""
    found = Names(vocabulary, (), True).by_beginning(word)
    return found or vocabulary.target(word)


def lot(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """The lot of the strips for a target, which need not be named where one strip is in use."""
    lots = dict(shift.lots)
    if words:
        with desk.to_read() as now:
            of, word = _lot(words, shift, now)
            lots.pop(of, None)
            if word:
                lots[of] = word
        shift = replace(shift, lots=lots)
    said = ", ".join(f"{of} {lots[of]}" for of in lots) or "none"
    return Answer(shift, (f"Lots: {said}.",))


def _lot(words: Sequence[str], shift: Shift, now: Moment) -> tuple[str, str]:
    """A target, and the lot of its strips as it is known; an empty one for none."""
    if len(words) == 1 and len(shift.strips) > 1:
        ways = " or ".join(f"lot {of} {words[0]}" for of in shift.strips)
        raise Misused(f"A lot belongs to the strips of one target: type {ways}.")
    of = target(words[0], now.vocabulary) if len(words) > 1 else shift.strips[0]
    word = " ".join(words[1:] or words)
    if word.casefold() in NONE:
        return of, ""
    parsed({"lot": word}, now.vocabulary, now.clock)
    return of, Entry(texts={"lot": word}).written_as(now.recent, tuple).texts["lot"]


def day(desk: Desk, shift: Shift, typed: Typed, words: Sequence[str]) -> Answer:
    """The day of the lines after this one: for a shift that is typed from paper."""
    word = " ".join(words)
    with desk.to_read() as now:
        if word:
            if ":" not in word:
                a_day(word, now.clock)  # says it of a day, if that is none
            day, time = moment(word, now.clock)
            if time:
                raise RecordRefused(f"{word!r} has a time: type a day, such as on 2026-03-04.")
            today = day == now.clock.today.isoformat()
            shift = replace(shift, day=None if today else day)
        shift = now.refreshed(shift)
    said = f"for {in_words(shift.day)}" if shift.day else f"for today, {in_words(shift.today)}"
    return Answer(shift, (f"The lines after this one are {said}.",))
