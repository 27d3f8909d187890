"""Customers of sellers of virtual offices."""
