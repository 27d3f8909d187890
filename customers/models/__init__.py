from customers.models.address import Address
from customers.models.api_key import ApiKey, Scope
from customers.models.connection import Connection, Pause
from customers.models.customer import Customer, Source, Status
from customers.models.history import Actor, CustomerChange
from customers.models.idempotency import IdempotencyRecord
from customers.models.language import Language
from customers.models.outbox import (
    Attempt,
    Blocked,
    DeliveryEpoch,
    EntryState,
    OutboxEntry,
    Outcome,
    UpstreamLink,
    Waiting,
)
from customers.models.pull import Pull
from customers.models.seller import Membership, Role, Seller
from customers.models.user import User

__all__ = [
    "Actor",
    "Address",
    "ApiKey",
    "Attempt",
    "Blocked",
    "Connection",
    "Customer",
    "CustomerChange",
    "DeliveryEpoch",
    "EntryState",
    "IdempotencyRecord",
    "Language",
    "Membership",
    "OutboxEntry",
    "Outcome",
    "Pause",
    "Pull",
    "Role",
    "Scope",
    "Seller",
    "Source",
    "Status",
    "UpstreamLink",
    "User",
    "Waiting",
]
