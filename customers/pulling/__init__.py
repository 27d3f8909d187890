"""Customers of other systems, fetched with the seller's connection and written through the services."""
