"""What must hold at the end, told without the code that delivers: from the database and the upstream alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum

from customers.models import Customer, CustomerChange, OutboxEntry

MEMBERS = (
    *("first_name", "last_name", "email", "company_name", "legal_entity", "language", "status"),
    *("address_data", "postal_redirect_address"),
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`lost`: customers whose last state is not upstream; `twice`: surplus records there; `overtaken`: older
    values that overwrote newer ones; `open`: entries that are not delivered; `unrecorded`: changes without
    history; `repeats`: calls that changed nothing any more, which do no harm.
    """

    customers: int
    changes: int
    lost: int
    twice: int
    overtaken: int
    open: int
    unrecorded: int
    repeats: int
    calls: int

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.twice or self.overtaken or self.open or self.unrecorded)


def judge(seen: dict[str, Any]) -> Verdict:
    """Compare the database with what the upstream has seen."""
    records = {record["email"].lower(): record for record in seen["records"].values()}
    customers = list(Customer.objects.all())
    versions = Customer.objects.aggregate(changes=Sum("version"))["changes"] or 0
    recorded = CustomerChange.objects.aggregate(count=Count("pk"))["count"]
    return Verdict(
        customers=len(customers),
        changes=versions,
        lost=sum(not is_upstream(one, records) for one in customers),
        twice=len(seen["records"]) - len(customers),
        overtaken=count_overtaken(seen["applied"]),
        open=OutboxEntry.objects.exclude(state="delivered").count(),
        unrecorded=versions - recorded,
        repeats=sum(is_repeat for _id, _marker, is_repeat in seen["applied"]),
        calls=seen["calls"],
    )


def is_upstream(customer: Customer, records: dict[str, dict[str, Any]]) -> bool:
    record = records.get(customer.email.lower())
    if record is None:
        return False
    expected = {name: getattr(customer, name) for name in MEMBERS}
    if expected["language"] not in ("de", "en"):
        expected["language"] = "en"
    return all((record.get(name) or None) == (expected[name] or None) for name in MEMBERS)


def count_overtaken(applied: list[tuple[str, str, bool]]) -> int:
    """Count the calls that brought an older marker after a newer one."""
    newest: Counter[str] = Counter()
    overtaken = 0
    for record, marker, _is_repeat in applied:
        if marker:
            number = int(marker[1:])
            overtaken += number < newest[record]
            newest[record] = max(newest[record], number)
    return overtaken
