"""psycopg, the library that speaks with PostgreSQL: an extra, which only who has a hub needs."""

from typing import TYPE_CHECKING, Any, TypeAlias

from strip_log.errors import StriplogError
from strip_log.record.packages import how_to_install

if TYPE_CHECKING:
    import psycopg

    Connection: TypeAlias = psycopg.Connection[tuple[Any, ...]]
else:
    Connection = Any


def driver() -> Any:
    """psycopg itself. Raises StriplogError with how to install it."""
    try:
        import psycopg
    except ImportError:
        raise StriplogError(
            f"A hub needs the package psycopg. {how_to_install('psycopg[binary]')}"
        ) from None
    return psycopg
