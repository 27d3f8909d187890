"""The system as an upstream. Its address stands in a file of the folder."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from customers.models import Customer
from customers.upstream import Access, Call

from .wire import to_changes, to_response


def read(access: Access, upstream_id: str, *, correlation_id: str = "") -> Call:
    address = Path(__file__).with_name("address").read_text()
    url = f"{address}/tiny/{quote(upstream_id, safe='')}?shelf={quote(access.options['shelf'])}"
    return Call(method="GET", url=url, headers={"X-Tiny": access.token})


def probe(access: Access) -> Call:
    return read(access, "nobody")


def shows_good_key(status: int, _data: Any) -> bool:
    return status == 404


def rate_limit() -> int:
    return 0


def message_of(data: Any) -> str:
    return str(data.get("oops", "")) if isinstance(data, dict) else ""


def record_of(data: Any) -> Any:
    return data


def record_id(record: Any) -> str | None:
    return record.get("key") if isinstance(record, dict) else None


def upstream_id_of(data: Any) -> str | None:
    return record_id(record_of(data))


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("who", "mail")}


def state_of(customer: Customer) -> dict[str, Any]:
    return comparable(to_response(customer))


def is_deleted(_state: dict[str, Any]) -> bool:
    return False


def changes_of(state: dict[str, Any], _customer: Customer) -> dict[str, Any]:
    return to_changes(state)
