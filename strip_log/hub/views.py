"""What readers see: views of the versions that hold, without what was withdrawn or purged.

They run as the owner of the hub. A site withdraws and purges only what it pushed itself.
"""

#: The fields of a version that a site can erase: in the views they are empty from then on.
ERASABLE = (
    *("sample", "site", "drug", "category", "faint", "brand", "lot", "expires_on", "dilution"),
    *("form", "colour", "timing", "intention", "confirmed", "method"),
)

_ERASED = ",\n".join(
    f"    case when '{field}' = any (gone.fields) then null else version.{field} end as {field}"
    for field in ERASABLE
)

#: Whether the test of a version was erased where it was pushed.
ERASED_WHOLE = """exists (
    select 1 from striplog.withdrawn
    where withdrawn.id = version.id and withdrawn.pushed_by = version.pushed_by
        and withdrawn.field = ''
)"""

#: Whether a version is still to be seen. Those of a logbook that has purged are gone where the
#: last one that it pushed of a test is from before the first day that it keeps.
IS_PRESENT = f"""not {ERASED_WHOLE} and not exists (
    select 1 from striplog.kept
    where kept.origin = version.origin and kept.since > (
        select last.tested_on from striplog.version as last
        where last.id = version.id and last.origin = version.origin
        order by last.stamp desc limit 1
    )
)"""

_PRESENT = f"""
create or replace view striplog.present as
select version.* from striplog.version where {IS_PRESENT}
"""

#: The same, without the fields that were withdrawn. Of a logbook that has purged, those from before
#: the first day that it keeps are not there, which is right for a version that holds. No condition
#: here asks for other rows of the test: PostgreSQL would then use one process instead of several.
_VERSIONS = f"""
create or replace view striplog.versions as
select version.id, version.stamp, version.origin, version.void, version.own_code,
    version.tested_on, version.target, version.outcome,
{_ERASED},
    case
        when gone.fields is null then version.extra
        when 'extra' = any (gone.fields) then null
        else version.extra - coalesce(array(
            select substr(field, 5) from unnest(gone.fields) as field where field like 'own %'
        ), '{{}}')
    end as extra,
    version.later, version.pushed_by, version.received
from striplog.version
left join (
    select id, pushed_by, array_agg(field) as fields from striplog.withdrawn
    group by id, pushed_by
) as gone on gone.id = version.id and gone.pushed_by = version.pushed_by
left join (
    select origin, max(since) as since from striplog.kept group by origin
) as purged on purged.origin = version.origin
where ('' = any (gone.fields)) is not true and (version.tested_on < purged.since) is not true
"""

#: The tests with several versions, found by a walk through the index of ids. That there are few is
#: said by the second limit, by which PostgreSQL guesses how many there are.
_SEVERAL = """
create or replace view striplog.several as
select id from striplog.version group by id having count(id) > 1 and count(id) < 1000000000
"""

#: The versions of tests with one. PostgreSQL calls no function of a reader for a row that such a
#: view leaves out, which it would do if this barrier stood around a union.
_ALONE = """
create or replace view striplog.alone with (security_barrier) as
select versions.*, origin as first_origin, stamp as first_stamp from striplog.versions
where not exists (select 1 from striplog.several where several.id = versions.id)
"""

#: A version of one of the others, as it is `present`.
_OF_THE_TEST = "from striplog.present as other where other.id = versions.id"

#: Whether a version is the one that holds of its test, by looking up the others.
_HOLDS = f"""exists (
    select 1 {_OF_THE_TEST} and other.stamp = versions.stamp and other.origin = versions.origin
) and not exists (
    select 1 {_OF_THE_TEST} and (other.stamp, other.origin) > (versions.stamp, versions.origin)
)"""

#: The versions that hold of the others. Which was the first is looked up where it is asked for.
_CORRECTED = f"""
create or replace view striplog.corrected with (security_barrier) as
select versions.*,
    (select origin {_OF_THE_TEST} order by stamp, origin limit 1) as first_origin,
    (select stamp {_OF_THE_TEST} order by stamp, origin limit 1) as first_stamp
from striplog.several join striplog.versions using (id)
where {_HOLDS}
"""

#: The version that holds of each test, void ones too. `first_stamp` and `first_origin` are those of
#: its first version.
_HELD = """
create or replace view striplog.held as
select * from striplog.alone union all select * from striplog.corrected
"""

_LIVE = "create or replace view striplog.live as select * from striplog.held where not void"

#: The same tests as in `live`, each looked up by its id. For a question about some ids, which then
#: needs no walk through all of them; a question about many is answered slowly.
_LOOKED_UP = f"""
create or replace view striplog.looked_up with (security_barrier) as
select versions.* from striplog.versions
where not void and {_HOLDS}
"""

_LOGBOOKS = """
create or replace view striplog.logbooks as
select origin, owner, name, joined,
    (select max(day) from striplog.push where push.origin = logbook.origin) as pushed
from striplog.logbook
"""

#: The names as each logbook has them now. An empty value is that of a forgotten one.
_NAMES = """
create or replace view striplog.names as
select origin, kind, name, value, stamp from striplog.name as told
where value is distinct from '' and not exists (
    select from striplog.name as later
    where later.origin = told.origin and later.kind = told.kind and later.name = told.name
        and later.stamp > told.stamp
)
"""

#: The views that readers see.
VIEWS = ("live", "looked_up", "held", "logbooks", "names")

#: Replaced, not dropped: the owner may have made views of these.
STATEMENTS = (
    *(_PRESENT, _VERSIONS, _SEVERAL, _ALONE, _CORRECTED, _HELD, _LIVE, _LOOKED_UP),
    *(_LOGBOOKS, _NAMES),
)
