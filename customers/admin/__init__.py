"""The pages of the Django admin. Importing this package registers them."""

from customers.admin import api_keys, connections, customers, deliveries, history, sellers, users

__all__ = ["api_keys", "connections", "customers", "deliveries", "history", "sellers", "users"]
