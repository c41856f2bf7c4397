"""striplog: the logbook for drug-checking test strips.

Data goes one way, and so do the packages:

commands   one file a command: it reads what was asked for, makes one call, and prints.
console    what commands share with the person at the terminal: options, questions, messages.
importing  spreadsheets in: files, then columns, then cells, then rows that are tests.
record     a test as a value: what is typed becomes a record here, or is refused.
logbook    one SQLite file: the only place that writes it and reads it.
query      what can be asked of a logbook, as plain values.
stats      numbers in, numbers out: intervals and differences.
tables     counts become rates, and rates become tables.
formats    a table becomes a screen or a file.
"""

__version__ = "0.1.0"
