"""When two tests may be one that was typed twice: what they have in common, and how soon."""

from datetime import timedelta

#: How far apart tests are typed that may be one.
SOON = timedelta(minutes=5)

#: The fields that are the same in tests that may be one, besides the sample.
TOGETHER = ("tested_on", "target", "outcome", "drug", "site")
