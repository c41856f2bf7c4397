"""Headers of strip columns: which target a column has outcomes for, as in `FTS @ 1 mL`."""

import re
from collections.abc import Mapping

from strip_log.importing.columns.layout import known_words
from strip_log.importing.columns.names import unnumbered
from strip_log.record.vocabulary import Vocabulary
from strip_log.record.words import fold, parted, words_in


def target_words(vocabulary: Vocabulary) -> dict[str, str]:
    """Every folded word that means one target, and that target."""
    words = {word: of[0] for word, of in vocabulary.target_words.items() if len(of) == 1}
    return words | {fold(name): name for name in vocabulary.targets}


def strip_of(header: str, targets: Mapping[str, str]) -> tuple[str, str | None] | None:
    """The target of a strip column, and the dilution after an `@`; None for any other header.

    `targets` are those of `target_words`.
    """
    name, at, dilution = unnumbered(header).partition("@")
    # `FentanylStrip` is two words, and `WiseBatch` is one.
    target = _target_in(parted(name), targets) or _target_in(name, targets)
    return (target, dilution.strip() or None if at else None) if target else None


def _target_in(name: str, targets: Mapping[str, str]) -> str | None:
    """The target that a header is about, and nothing else; None for any other header."""
    small = known_words()["small"]["words"]
    parts = [
        part
        for whole in re.findall(r"[\w-]+", fold(name))
        for part in ([whole] if _target(whole, targets) else whole.split("-"))
        if part
    ]
    beside = ABOUT_STRIPS | (_COUNTING if counts_lines(name) else frozenset())
    about = [part for part in parts if part not in beside and not part.isdigit()]
    kept = [part for part in about if part not in small]
    meant = {_target(" ".join(kept), targets)} - {None}
    meant = meant or {_target(part, targets) for part in kept}
    return meant.pop() if len(meant) == 1 else None


def strip_in_group(header: str, targets: Mapping[str, str]) -> tuple[str, str | None] | None:
    """The same for a question about a strip in a group of a form, as `strips/fentanyl_strip` is;
    a target alone may be an answer that somebody chose."""
    *groups, last = re.split(r"[/:-]", header)
    if not groups or not all((*groups, last)) or re.search(r"\s", header):
        return None
    words = words_in(last)  # the end of FTS says that it is a test strip
    about_strip = not ABOUT_STRIPS.isdisjoint(words) or any(one.endswith("ts") for one in words)
    named = [one for group in groups for one in words_in(group) if _target(one, targets)]
    odd = not (_NEGATING | NO_STRIP).isdisjoint(one for group in groups for one in words_in(group))
    return strip_of(last, targets) if about_strip and not named and not odd else None


#: Words that make the opposite of the name behind them.
_NEGATING = frozenset(("non", "no", "not", "anti", "sans", "sin"))


def _target(word: str, targets: Mapping[str, str]) -> str | None:
    """The target that a word, its singular, or the beginning of its name means; None for another
    word."""
    folded = fold(word)
    bare = folded.rstrip("0123456789")  # FTS2 is the second of them
    found = targets.get(folded) or targets.get(fold(word.removesuffix("s")))
    if not found and len(bare) > 2:
        found = targets.get(bare)
    if found or len(folded) < _BEGINNING:
        return found
    begun = {name for name in targets.values() if name.startswith(folded)}
    return begun.pop() if len(begun) == 1 else None


#: How many letters of a target's name are enough in a header: `NITAZ`.
_BEGINNING = 4


#: Words that show that a column is about a strip, but not which target. No accents.
ABOUT_STRIPS = frozenset(
    (
        *("strip", "strips", "test", "tests", "result", "results", "outcome"),
        *("immunoassay", "rapid", "reading", "the", "of", "for", "retest", "repeat", "second"),
        *("btnx", "wisebatch", "whpm", "dancesafe", "signify", "first"),
        *("bandelette", "bandelettes", "resultat", "resultats", "depistage", "detection", "pour"),
        *("le", "la", "les", "l", "du", "de", "des", "d", "au", "aux"),
        *("tira", "tiras", "reactiva", "reactivas", "prueba", "pruebas", "resultado", "resultados"),
        *("deteccion", "para", "del", "el", "los", "las"),
        *("1st", "2nd", "third", "3rd", "ts", "show", "shows", "showed", "say", "says", "montre"),
        *("line", "lines", "ligne", "lignes", "linea", "lineas", "seen", "visible", "visibles"),
        *("teststreifen", "streifen", "schnelltest", "testergebnis", "ergebnis", "fur", "auf"),
        *("teste", "tiras", "resultado", "do", "da", "striscia", "strisce", "esito", "risultato"),
        *("del", "della", "per", "teststrip", "teststrips", "uitslag", "resultaat", "voor"),
    )
)

#: Words in headers about something other than what the strip of a target showed.
NO_STRIP = frozenset(
    (
        *("given", "distributed", "offered", "provided", "dispensed", "requested"),
        *("suspected", "expected", "thought", "think", "knew", "known", "previous", "previously"),
        *("last", "earlier", "confirmed", "confirmation", "lab"),
        *("laboratory", "ftir", "raman", "gcms", "gc", "ms", "lcms", "hplc", "dart", "nmr"),
        *("spectrometer", "spectrometry", "reagent", "lot", "expiry", "brand", "training"),
        *("comment", "comments", "note", "notes", "remark", "remarks", "commentaire"),
        *("remis", "remise", "distribue", "offert", "suspecte", "attendu"),
        *("precedent", "dernier", "confirme", "laboratoire"),
        *("entregado", "entregada", "ofrecido", "sospecha", "sospechado"),
        *("esperado", "anterior", "ultimo", "confirmado", "laboratorio"),
    )
)

#: What boxes are in a file, checked or not.
BOXES = frozenset(("0", "1", "true", "false", "checked", "unchecked"))

#: Words of a header that asks for the lines on a strip: `How many lines?`.
LINE_WORDS = frozenset(
    (
        *("line", "lines", "band", "bands", "ligne", "lignes", "linea", "lineas", "linie"),
        *("linien", "linha", "linhas", "linee", "lijn", "lijnen"),
    )
)


def counts_lines(header: str) -> bool:
    """Whether the header of a column asks for the lines on a strip."""
    return not LINE_WORDS.isdisjoint(words_in(header))


#: Words that stand before the lines that are asked for.
_COUNTING = frozenset(
    ("number", "no", "how", "many", "on", "nombre", "combien", "numero", "cuantas")
)
