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

#: The versions that are still to be seen. Those of a logbook that has purged are gone where the
#: last one that it pushed of a test is from before the first day that it keeps.
_PRESENT = """
create or replace view striplog.present as
select version.* from striplog.version
where not exists (
    select 1 from striplog.withdrawn
    where withdrawn.id = version.id and withdrawn.pushed_by = version.pushed_by
        and withdrawn.field = ''
) and not exists (
    select 1 from striplog.kept
    where kept.origin = version.origin and kept.since > (
        select last.tested_on from striplog.version as last
        where last.id = version.id and last.origin = version.origin
        order by last.stamp desc limit 1
    )
)
"""

#: The version that holds of each test, void ones too. `first_stamp` and `first_origin` are those of
#: its first version.
_HELD = f"""
create or replace view striplog.held as
with there as (
    select present.*,
        first_value(origin) over written as first_origin,
        first_value(stamp) over written as first_stamp,
        row_number() over (partition by id order by stamp desc, origin desc) as place
    from striplog.present
    window written as (partition by id order by stamp, origin)
), gone as (
    select id, pushed_by, array_agg(field) as fields from striplog.withdrawn group by id, pushed_by
)
select version.id, version.stamp, version.origin, version.void, version.own_code,
    version.tested_on, version.target, version.outcome,
{_ERASED},
    case when 'extra' = any (gone.fields) then null else version.extra - coalesce(array(
        select substr(field, 5) from unnest(gone.fields) as field where field like 'own %'
    ), '{{}}') end as extra,
    version.later, version.pushed_by, version.received, version.first_origin, version.first_stamp
from there as version
left join gone on gone.id = version.id and gone.pushed_by = version.pushed_by
where place = 1
"""

_LIVE = "create or replace view striplog.live as select * from striplog.held where not void"

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
VIEWS = ("live", "held", "logbooks", "names")

#: Replaced, not dropped: the owner may have made views of these.
STATEMENTS = (_PRESENT, _HELD, _LIVE, _LOGBOOKS, _NAMES)
