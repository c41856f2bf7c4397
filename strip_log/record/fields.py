"""The fields of a test: one table with everything that the program knows about each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from strip_log.errors import ValueRefused
from strip_log.record.choices import (
    COLOURS,
    FORMS,
    INTENTIONS,
    METHODS,
    TIMINGS,
    Parser,
    confirmed,
    one_of,
    some_of,
)
from strip_log.record.dates import Clock, expiry, moment
from strip_log.record.outcomes import OUTCOMES, outcome
from strip_log.record.text import note, text
from strip_log.record.vocabulary import CATEGORIES, Vocabulary
from strip_log.record.words import fold


class Field(NamedTuple):
    """Everything the program knows about one field. Options, tables and checks all use this.

    - `name` is its column in the logbook, in exports and in `--where`; `spellings` are other names
      that people type. `heading` is its heading in tables, if that differs from the name.
    - `meaning` is its line in the codebook, with the `kind` of its values and the values `allowed`,
      which are its `choices` if that is empty. A field with `choices` has no other values.
    - `parse` turns text into its value; None if that takes the vocabulary or a clock.
    - `option`: `add`, `edit` and `import` have an option for it, explained by `help`, or else by
      its meaning. With `several`, the option may be repeated; the values are kept as one text,
      with commas.
    - `default`: `config` can keep a default for it, and explains it in these words; empty if it
      cannot. `needed`: every test has a value.
    - `filter`: it has a filter option of its own, explained by `filter_help`, or else by its
      meaning. `condition`: `--where` accepts it. `group`: `summary --by` accepts it.
    - `complete`: Tab completes the values of recent tests; choices are always completed.
    - `soft`: the test is valid without it. If a spreadsheet has a word here that is not allowed,
      the word is kept as a field of the program's own, and the row is not refused.
    - `release`: a table for release may group and filter by it. Never set for free text, or for
      what belongs to a single sample or day.
    - `strip`: it belongs to the strip of one target, and not to its sample. The option is repeated
      as TARGET=VALUE, and there is a default for each target.
    - `folded`: its values are compared as `words.fold` gives them: `btnx` is `BTNX`. Names of
      drugs, targets and sites are looked up in the vocabulary, which does the same.
    - `flag`: it is either true or not given, and kept as 1 or nothing.
    """

    name: str
    meaning: str
    heading: str = ""
    spellings: tuple[str, ...] = ()
    kind: Literal["text", "date", "integer"] = "text"
    choices: tuple[str, ...] = ()
    allowed: str = ""
    parse: Parser | None = text
    option: bool = True
    help: str = ""
    several: bool = False
    default: str = ""
    needed: bool = False
    filter: bool = False
    filter_help: str = ""
    condition: bool = True
    group: bool = False
    complete: bool = False
    soft: bool = False
    flag: bool = False
    folded: bool = False
    strip: bool = False
    release: bool = False


# fmt: off
#: The fields of a test by name, in the order in which they are listed and exported. The fields that
#: a program adds for itself are not here: they are in `extra`.
FIELDS = {field.name: field for field in (
    Field("tested_on", "The day of the test.", "Date", kind="date", parse=None, option=False,
          needed=True),
    Field("tested_time", "The time of the test, only if it was given.", "Time", allowed="HH:MM",
          parse=None, option=False, condition=False),
    Field("sample", "A code shared by the strips of one sample.",
          help="A code shared by the strips of one sample; never a person's name.",
          filter=True, filter_help="The sample's code.", complete=True),
    Field("site", "Where the test was done.", parse=None, default="The site of a test", filter=True,
          group=True, complete=True, release=True),
    Field("drug", "What the sample was sold or expected as.", parse=None,
          help="What the sample was sold or expected as, in any of the words for it.",
          filter_help="The drug, in any of the words for it.",
          default="The drug that a sample was sold as", filter=True, group=True, complete=True,
          release=True),
    Field("said", "The word that was used for the drug.", option=False),
    Field("category", "The drug's category.", choices=CATEGORIES,
          parse=one_of(*CATEGORIES, **{f"{name}s": name for name in CATEGORIES}), option=False,
          filter=True, filter_help=f"One of: {', '.join(CATEGORIES)}.", group=True, soft=True,
          release=True),
    Field("target", "What the strip detects.", parse=None,
          help="What the strip detects, where no word says it.",
          default="The target of a strip", needed=True, filter=True, group=True, complete=True,
          release=True),
    Field("outcome", "What the strip showed: 1 line positive, 2 lines negative, no control line"
          " invalid.", choices=tuple(OUTCOMES), parse=outcome, option=False, needed=True,
          filter=True, filter_help="pos, neg or inv."),
    Field("faint", "1 when the second line of a negative strip was faint.", kind="integer",
          allowed="1", parse=None, option=False, soft=True, flag=True),
    Field("brand", "Who made the strip.", default="The brand of a strip", filter=True, group=True,
          complete=True, strip=True, folded=True),
    Field("lot", "The lot number of the strip.", default="The lot number of a strip", filter=True,
          group=True, complete=True, strip=True, folded=True),
    Field("expires_on", "The last day the strip may be used.", "Expires", ("expires",), kind="date",
          parse=expiry, help="The expiry date of the strip: 2027-03 or 2027-03-31.",
          default="The expiry date of a strip", soft=True, strip=True),
    Field("dilution", "How much of the sample was dissolved in how much water.",
          help="How much sample in how much water, such as '10 mg in 5 mL'.",
          default="The dilution for a strip", strip=True),
    Field("form", "The form of the sample.", choices=FORMS, parse=one_of(*FORMS),
          help=f"One of: {', '.join(FORMS)}.", default="The form of a sample", filter=True,
          group=True, soft=True, release=True),
    Field("colour", "The colour of the sample.", spellings=("color",), choices=COLOURS,
          parse=one_of(*COLOURS, gray="grey", colourless="clear", colorless="clear"),
          help=f"One of: {', '.join(COLOURS)}.", default="The colour of a sample", filter=True,
          group=True, soft=True, release=True),
    Field("timing", "Whether the drug was tested before or after use.", choices=TIMINGS,
          parse=one_of(*TIMINGS), help=f"Tested before or after use: {', '.join(TIMINGS)}.",
          filter_help="before, after or not-using.", default="The timing of a test", filter=True,
          group=True, soft=True, release=True),
    Field("intention", "What the person means to do.", choices=INTENTIONS,
          parse=some_of(*INTENTIONS), several=True,
          help=f"What the person means to do (repeatable): {', '.join(INTENTIONS)}.",
          default="The intention of a person", group=True, soft=True, release=True),
    Field("confirmed", "The lab's result for the same target.", choices=("positive", "negative"),
          parse=confirmed, help="The lab's result for the same target: pos or neg.", group=True,
          soft=True, release=True),
    Field("method", "The method that the lab used.", choices=METHODS, parse=one_of(*METHODS),
          help=f"The method that the lab used: {', '.join(METHODS)}.", soft=True, release=True),
    Field("note", "Free text.", parse=note, condition=False,
          help="Free text. Leave out anything that identifies a person."),
)}
# fmt: on

#: The fields that can have a default. Never the outcome, the note, or what belongs to one sample.
DEFAULTS = tuple(name for name, field in FIELDS.items() if field.default)

#: The fields that belong to the strip of one target. As keys of texts and settings they are `lot`
#: if no target is named, else `lot.fentanyl`.
OF_STRIPS = tuple(name for name, field in FIELDS.items() if field.strip)

#: The target of a strip if neither the command nor the logbook names one.
TARGET = "fentanyl"

_SPELLINGS = {word: name for name, field in FIELDS.items() for word in field.spellings}


def spelled(word: str) -> str:
    """The field name that was typed: `Expires-On` and `expires` both give `expires_on`."""
    name = fold(word).replace(" ", "_")
    return _SPELLINGS.get(name, name)


def parsed(texts: Mapping[str, str], vocabulary: Vocabulary, clock: Clock) -> dict[str, Any]:
    """Values by field, from what was typed for each; `at` gives `tested_on` and `tested_time`.

    Raises RecordRefused, which names the field and says what to type instead.
    """
    values: dict[str, Any] = {}
    for name, typed in texts.items():
        with about(name):
            if name == "at":
                values["tested_on"], values["tested_time"] = moment(typed, clock)
            elif name == "drug":
                values["said"] = text(typed)
                values["drug"] = vocabulary.drug(typed)
            elif name == "target":
                values["target"] = vocabulary.target(text(typed))
            elif name == "site":
                values["site"] = vocabulary.site(text(typed))
            elif parse := FIELDS[name].parse:
                values[name] = parse(typed)
            else:
                raise KeyError(name)
    return values


@contextmanager
def about(name: str) -> Iterator[None]:
    """Add the name of the field, or whatever else was being checked, to the errors of the block."""
    try:
        yield
    except ValueRefused as error:
        error.of(called(name))
        raise


def called(name: str) -> str:
    """The name of a field as used in a sentence. Any other name is returned unchanged."""
    return heading(name).lower() if name in FIELDS else name


def heading(name: str) -> str:
    """The name of a field as a heading."""
    field = FIELDS.get(name)
    known = field.heading if field else _HEADINGS.get(name)
    return known or name.replace("_", " ").capitalize()


_HEADINGS = {"number": "#", "id": "Id", "at": "Date"}
