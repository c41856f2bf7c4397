"""striplog: the logbook for drug-checking test strips.

Data goes one way, and so do the packages:

commands   one file for each command: it reads the options, makes one call, and prints.
console    what commands share with the person at the terminal: options, questions, messages.
importing  reads spreadsheets: files, then columns, then cells, then rows that are tests.
record     one test as a value: what is typed is checked here, and accepted or refused.
hub        PostgreSQL: what many sites push, and the questions asked of it.
logbook    the SQLite file: only this package reads and writes it.
query      the questions a logbook can answer, as plain values.
stats      pure arithmetic: confidence intervals and differences.
tables     turns counts into rates, and rates into tables.
formats    shows a table on the screen or writes it to a file.
"""

__version__ = "0.1.0"
