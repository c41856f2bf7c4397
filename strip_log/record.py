"""A test as a frozen value: the one place where text becomes a record, and is refused.

What is typed is kept to the letter or refused with a sentence; nothing is trimmed or mended.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from strip_log.dates import Clock, expiry, moment
from strip_log.errors import RecordRefused
from strip_log.privacy import looks_personal, refuse_personal_field
from strip_log.vocabulary import Vocabulary
from strip_log.words import did_you_mean, fold, nearest, outcome

#: The longest text in characters: of a note, and of any other field.
NOTE_LENGTH = 100_000
TEXT_LENGTH = 200


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Test:
    """One strip, read once. Fields are those of the table `entry`, None when not given."""

    __test__ = False  # for pytest, which collects what is called Test

    target: str
    outcome: str
    tested_on: str
    tested_time: str | None = None
    sample: str | None = None
    site: str | None = None
    drug: str | None = None
    said: str | None = None
    faint: int | None = None
    brand: str | None = None
    lot: str | None = None
    expires_on: str | None = None
    dilution: str | None = None
    form: str | None = None
    colour: str | None = None
    timing: str | None = None
    intention: str | None = None
    confirmed: str | None = None
    method: str | None = None
    extra: str | None = None
    note: str | None = None


#: The facts of a test in the order in which they are kept, shown and exported.
FIELDS = Test.__slots__

Parser = Callable[[str], str]


def text(value: str, longest: int = TEXT_LENGTH) -> str:
    """The text itself; raises RecordRefused for what no tool would show again as it was typed."""
    bare = value.strip()
    if not bare:
        raise RecordRefused("is empty: leave it out instead")
    if value != bare:
        raise RecordRefused(f"begins or ends with white space: type {bare!r}")
    return _printable(value, longest, kept="")


def note(value: str) -> str:
    """The note itself, line breaks and tabs included; raises RecordRefused."""
    if not value.strip():
        raise RecordRefused("is empty: leave it out instead")
    return _printable(value, NOTE_LENGTH, kept="\n\t\r")


def _printable(value: str, longest: int, kept: str) -> str:
    if len(value) > longest:
        raise RecordRefused(f"has {len(value)} characters, {longest} is the most")
    if not value.isprintable():
        for place, char in enumerate(value, 1):
            if _unkeepable(char) and char not in kept:
                raise RecordRefused(f"has the control character U+{ord(char):04X} at place {place}")
            if char in _UNSEEN and not kept:
                raise RecordRefused(f"has the invisible mark U+{ord(char):04X} at place {place}")
    return value


def _unkeepable(char: str) -> bool:
    """Control characters, broken bytes, and line breaks that are not for people to see."""
    return char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" or char in _BREAKS


#: Line breaks, and marks that nobody sees but that make two words of one, or turn the text around.
_BREAKS = "\u2028\u2029"
_UNSEEN = "\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def one_of(*choices: str, **also: str) -> Parser:
    """A parser for one of these words, or one that is `also` written, as `gray` for `grey`."""
    valid = {fold(choice): choice for choice in choices}
    words = valid | {fold(word): choice for word, choice in also.items()}

    def parse(value: str) -> str:
        if fold(value) in words:
            return words[fold(value)]
        near = did_you_mean(nearest(value, choices))
        raise RecordRefused(f"has no {value!r}.{near} Choose from: {', '.join(choices)}")

    return parse


FORMS = (
    *("powder", "chunk", "crystal", "rock", "pill", "capsule"),
    *("blotter", "liquid", "plant", "tar", "residue", "other"),
)
COLOURS = (
    *("white", "off-white", "grey", "brown", "black", "clear", "pink", "purple"),
    *("blue", "green", "yellow", "orange", "red", "multi"),
)
TIMINGS = ("before", "after", "not-using")
INTENTIONS = (
    *("as intended", "less", "test dose", "with someone"),
    *("change route", "dispose", "return", "other"),
)
METHODS = ("FTIR", "GC-MS", "LC-MS", "DART-MS", "paper spray", "other")

_one_intention = one_of(*INTENTIONS)


def intentions(value: str) -> str:
    """One or several intentions, comma-separated, in the order of INTENTIONS."""
    meant = {_one_intention(part) for part in value.split(",")}
    return ", ".join(intention for intention in INTENTIONS if intention in meant)


def confirmed(value: str) -> str:
    """The lab's word: positive or negative."""
    word = outcome(value)
    if word == "invalid":
        raise RecordRefused("Confirmed is the lab's word on the sample: positive or negative.")
    return word


#: How the text of a field becomes its value. Drug, target and date need the logbook, see `parsed`.
PARSERS: Mapping[str, Parser] = {
    "outcome": outcome,
    "sample": text,
    "site": text,
    "brand": text,
    "lot": text,
    "expires_on": expiry,
    "dilution": text,
    "form": one_of(*FORMS),
    "colour": one_of(*COLOURS, gray="grey", colourless="clear", colorless="clear"),
    "timing": one_of(*TIMINGS),
    "intention": intentions,
    "confirmed": confirmed,
    "method": one_of(*METHODS),
    "note": note,
}

#: What `config` may keep as a default. Never the outcome, a note, or what belongs to one sample.
DEFAULTS = (
    *("site", "drug", "target", "brand", "lot", "expires_on", "dilution"),
    *("form", "colour", "timing", "intention"),
)

#: The target of a strip when neither the command nor the logbook names one.
TARGET = "fentanyl"


def parsed(texts: Mapping[str, str], vocabulary: Vocabulary, clock: Clock) -> dict[str, str | None]:
    """Values by field from what was typed by field; `at` gives `tested_on` and `tested_time`.

    Raises RecordRefused, which names the field and says what to type instead.
    """
    values: dict[str, str | None] = {}
    for name, typed in texts.items():
        with about(name):
            if name == "at":
                values["tested_on"], values["tested_time"] = moment(typed, clock)
            elif name == "drug":
                values["said"] = text(typed)
                values["drug"] = vocabulary.drug(typed)
            elif name == "target":
                values["target"] = vocabulary.target(text(typed))
            else:
                values[name] = PARSERS[name](typed)
    return values


@contextmanager
def about(name: str) -> Iterator[None]:
    """Put the field's name before a refusal, whose parser says only what is wrong, not where."""
    try:
        yield
    except RecordRefused as error:
        error.args = (refusal(name, error),)
        raise


def refusal(name: str, error: RecordRefused) -> str:
    """What a refusal says, with the field's name before it."""
    message = str(error)
    if not message.startswith(("is ", "has ", "begins ")):
        return message
    return f"The {heading(name).lower() if name in FIELDS else name} {message}."


def checked(test: Test) -> Test:
    """The test itself when its fields go together; raises RecordRefused otherwise."""
    if test.faint and test.outcome != "negative":
        raise RecordRefused(
            f"A faint second line is still a line, so the strip is negative, not {test.outcome}."
            " Type neg --faint, or leave --faint out."
        )
    if test.method and not test.confirmed:
        raise RecordRefused("--method says how the lab confirmed: type --confirmed pos or neg too.")
    return test


def changed(test: Test, values: Mapping[str, object]) -> Test:
    """The test with other values; raises RecordRefused when they do not go together."""
    return checked(replace(test, **values))  # type: ignore[arg-type]


def doubts(test: Test) -> list[str]:
    """What should be said about a test that is kept all the same, a sentence each."""
    found = []
    if test.expires_on and test.expires_on < test.tested_on:
        found.append(f"The strip had expired on {test.expires_on}: its outcome is less certain.")
    written = fields_of(test.extra) | ({"note": test.note} if test.note else {})
    for name, value in written.items():
        if what := looks_personal(value):
            found.append(
                f"The {name} looks like it holds {what}. A logbook can be demanded by a court:"
                " `striplog undo` takes it back."
            )
    return found


def own_fields(pairs: Mapping[str, str]) -> str | None:
    """A program's own fields as the JSON that `extra` holds; None when there are none."""
    if not pairs:
        return None
    import json  # few tests have own fields, and `add` counts milliseconds

    for name, value in pairs.items():
        own_field(name)
        with about(f"value of the field {name!r}"):
            own_value(value)
    return json.dumps(dict(sorted(pairs.items())), ensure_ascii=False)


def own_field(name: str) -> str:
    """The name of a program's own field; raises RecordRefused, or RefusedForSafety for a person."""
    if fold(name).replace(" ", "_") in _TAKEN:
        raise RecordRefused(f"{name!r} is a field of striplog's own, not one of yours.")
    if name.endswith("!"):
        raise RecordRefused(f"The field {name!r} would be read as its opposite: leave the ! out.")
    refuse_personal_field(name)
    with about(f"name of the field {name!r}"):
        return text(name)


def own_value(value: str) -> str:
    """The value of a program's own field; one of several lines may be as long as a note."""
    if value == value.strip() and ("\n" in value or len(value) > TEXT_LENGTH):
        return _printable(value, NOTE_LENGTH, kept="\n\t")
    return text(value)


#: Names that mean something else: columns of a test, of a summary, and ways to group.
_TAKEN = frozenset(
    (
        *FIELDS,
        *("striplog_line", "striplog_reason"),
        *("id", "number", "category", "at", "void", "reason", "color", "expires"),
        *("day", "week", "month", "quarter", "year", "positive", "negative", "valid", "invalid"),
        *("positivity", "ci_low", "ci_high", "low_n", "conflicting", "suppressed_below"),
        *("interval", "bar", "band", "series", "since", "until", "change", "invalids", "points"),
        *("difference", "difference_low", "difference_high", "now_of", "now_rate", "before_of"),
        *("before_rate", "before_positive", "before_negative", "before_valid", "before_invalid"),
        *("before_positivity", "before_ci_low", "before_ci_high"),
    )
)


def fields_of(extra: str | None) -> dict[str, str]:
    """A program's own fields by name, from the JSON that `extra` holds."""
    if not extra:
        return {}
    import json

    return {str(name): str(value) for name, value in json.loads(extra).items()}


def heading(name: str) -> str:
    """A field's name as people read it."""
    return _HEADINGS.get(name, name.capitalize())


_HEADINGS = {
    "number": "#",
    "id": "Id",
    "tested_on": "Date",
    "tested_time": "Time",
    "at": "Date",
    "expires_on": "Expires",
}
