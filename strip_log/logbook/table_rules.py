"""Checks the rows of a table against its rules: most of them in SQL, odd text in Python."""

import json
from dataclasses import dataclass

from strip_log.errors import RecordRefused
from strip_log.record.text import NOTE_LENGTH, printable

#: A condition in SQL that is true for an invalid row, and what is wrong with the row.
Rule = tuple[str, str]


@dataclass(frozen=True, slots=True)
class TableRules:
    """The rules for the rows of a table.

    `lines` are its columns with a text of one line, `notes` those with several, and `formats` those
    whose form is given by a rule. In SQL, `seq` identifies a row, `number` is the short number of
    its test, and `extra` the own fields.
    """

    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    seq: str = "seq"
    number: str = "null"
    extra: str = "null"

    def question(self, among: str, typed: bool = False) -> str:
        """A query for the invalid rows, and for those whose text must be looked at.

        As JSON, text with a control character has a backslash; and JSON is the fastest way to put
        twenty columns together. It raises an error for a blob among them, unless the rows are
        `typed`: then those are found, which takes longer.
        """
        columns = (*self.lines, *self.notes)
        texts = ", ".join(columns)
        looked_at = self.formats if self.formats and not typed else (*columns, *self.formats)
        every = ", ".join(f"ifnull({name}, '')" for name in looked_at)
        odd = f"or length(texts) > {NOTE_LENGTH} or {_ODD}" if columns else ""
        cases = " ".join(f"when {wrong} then '{said}'" for wrong, said in self.rules)
        return f"""
            select seq, number, iif(texts is null, 'has a value that is not text', why),
                cast(texts as blob), cast(extra as blob)
            from (select {self.seq} as seq, {self.number} as number, {self.extra} as extra,
                case when 0 then '' {cases} end as why,
                iif(max('', {every}) < x'', json_array({texts}), null) as texts
                from {among} limit -1)
            where why is not null or texts is null {odd}
        """

    def unkeepable(self, texts: bytes, extra: bytes | None) -> str | None:
        """What is wrong with the text of a row; None if nothing is."""
        try:
            whole, own = texts.decode(), (extra or b"").decode()
            if len(whole) <= NOTE_LENGTH and _plain(whole) and _plain(own):
                return None
            names = (*self.lines, *self.notes)
            for name, value in zip(names, json.loads(whole), strict=True):
                if value is not None:
                    kept = "\n\t\r" if name in self.notes else ""
                    printable(value, NOTE_LENGTH, kept)
            for name, value in json.loads(own).items() if own else ():
                printable(name, NOTE_LENGTH, kept="")
                printable(value, NOTE_LENGTH, kept="\n\t")
        except UnicodeDecodeError:
            return "has text that is not UTF-8"
        except RecordRefused as error:
            return str(error)
        return None


#: A condition for text, as JSON, that may have a character that cannot be typed. The function is
#: one of FUNCTIONS: `glob` finds the same in rows of many columns, but takes three times as long.
_ODD = (
    "instr(texts, '\\') or instr(texts, x'7f') or not is_ascii(cast(ifnull(texts, '') as blob))"
    " or instr(extra, '\\') or extra glob '*[^ -~]*'"
)

#: The SQL functions that these questions need.
FUNCTIONS = {"is_ascii": bytes.isascii}


def _plain(json: str) -> bool:
    return json.isprintable() and "\\" not in json
