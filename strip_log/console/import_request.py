"""What was typed for an import, understood with the words and the settings of the logbook."""

import os
from typing import Any

from strip_log.console import fields, options
from strip_log.console.settings import chosen, zone
from strip_log.errors import Misused
from strip_log.importing.cells.outcome_words import MEANINGS, typed_outcomes
from strip_log.importing.columns import layout
from strip_log.importing.columns.request import (
    Constants,
    ImportRequest,
    typed_drugs,
    typed_roles,
    with_drugs,
)
from strip_log.importing.files.encoding import named
from strip_log.logbook.book import Logbook
from strip_log.record.fields import OF_STRIPS, TARGET, parsed
from strip_log.record.own_fields import own_fields
from strip_log.record.shipped import shipped
from strip_log.record.strips import StripValues, field_of

#: The options that are parts of a request as they were typed.
_AS_TYPED = (
    *("files", "dates", "sheet", "rejects", "save_layout"),
    *("raw", "strict", "update", "again", "dry_run"),
)

#: The options that are not fields of a test.
_NO_FIELDS = (
    *(*_AS_TYPED, "mapped", "layout_file", "encoding", "own", "fill", "alias"),
    *("positive", "negative", "invalid", "not_tested"),
)


def request(typed: dict[str, Any], book: Logbook | None) -> ImportRequest:
    """The request that these options of `import` make, which are by their names.

    Without a logbook the words are those of a new one. Raises Misused or RecordRefused.
    """
    for option in ("layout_file", "save_layout", "sheet", "encoding", "rejects"):
        if typed[option] is not None and not typed[option].strip():
            name = option.removesuffix("_file").replace("_", "-")
            raise Misused(f"--{name} is empty: put something after it, or leave it out.")
    settings = book.settings() if book else {}
    vocabulary = book.vocabulary() if book else shipped()
    texts = fields.texts({name: typed[name] for name in typed if name not in _NO_FIELDS})
    target = texts.pop("target", None)
    clock = options.clock(settings)
    # As in the file: what is written alike is the known one, and nothing is asked.
    of_samples = {name: text for name, text in texts.items() if field_of(name) not in OF_STRIPS}
    known = vocabulary.knowing(site=texts.get("site"))
    constants: dict[str, Any] = parsed(of_samples, known, clock)
    if target:
        constants["target"] = vocabulary.target(target)
    of_file = layout.read(typed["layout_file"]) if typed["layout_file"] else None
    said = [f"{word}={drug}" for word, drug in of_file.drugs.items()] if of_file else []
    drugs = {**typed_drugs(said, vocabulary), **typed_drugs(typed["alias"], vocabulary)}
    encoding = typed["encoding"] or (of_file and of_file.encoding)
    own = fields.pairs(typed["own"], "--field")
    own_fields(own)
    target = target or os.environ.get("STRIPLOG_TARGET") or settings.get("target") or TARGET
    return ImportRequest(
        clock=clock,
        target=vocabulary.target(target),
        vocabulary=with_drugs(vocabulary, drugs),
        layout=of_file,
        roles=typed_roles(typed["mapped"]),
        outcomes=typed_outcomes(
            {meaning: typed[meaning.replace(" ", "_")] for meaning in MEANINGS}
        ),
        drugs=drugs,
        zone=zone(chosen("timezone", None, settings)),
        constants=Constants(
            constants, own, StripValues(texts, (), vocabulary, clock), down=typed["fill"]
        ),
        encoding=named(encoding) if encoding else None,
        **{name: typed[name] for name in _AS_TYPED},
    )
