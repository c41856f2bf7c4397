"""Which sample codes striplog made up, in SQL."""

from strip_log.record.ids import MADE_CODES

#: A condition on `entry`: its sample code was made up, and is as good as none for telling whether
#: two tests are one.
MADE_UP = "({})".format(" or ".join(f"entry.sample glob '{codes}'" for codes in MADE_CODES))
