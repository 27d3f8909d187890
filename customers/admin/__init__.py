"""The pages of the Django admin. Importing this package registers them."""

from customers.admin import api_keys, customers, history, sellers, users

__all__ = ["api_keys", "customers", "history", "sellers", "users"]
