"""Which version of a test is the current one, in SQL."""

#: A condition on `entry`: the version is the current one, void or not, as none came after it.
HOLDS = """not exists (
    select 1 from entry as later where later.id = entry.id
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))"""
