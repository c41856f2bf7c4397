"""Which of the versions of a test holds, in SQL."""

#: A condition on `entry`: the version that holds, void or not, since nothing came after it.
HOLDS = """not exists (
    select 1 from entry as later where later.id = entry.id
    and (later.stamp, later.origin) > (entry.stamp, entry.origin))"""
