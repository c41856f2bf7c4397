"""The hub: a PostgreSQL database that many sites push to, and that analysts read.

A site's file stays the source of truth. The hub holds versions of its tests without anything that
names a test, a sample or a moment, and each site sees only what it pushed itself.
"""
