"""The write path: every change of a customer goes through here, whatever its door."""

from customers.services.api_keys import create_api_key, revoke_api_key
from customers.services.customers import (
    create_customer,
    delete_customer,
    restore_customer,
    revise_customer,
    update_customer,
)
from customers.services.rules import check_customer
from customers.services.sellers import create_seller, create_staff

__all__ = [
    "check_customer",
    "create_api_key",
    "create_customer",
    "create_seller",
    "create_staff",
    "delete_customer",
    "restore_customer",
    "revise_customer",
    "revoke_api_key",
    "update_customer",
]
