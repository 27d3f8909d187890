"""Tiny, a made-up system: one address that shows a customer, and a client that reads it.

As a folder it is all that a new system needs; see docs/adding-a-system.md.
"""

from typing import Final

from customers.systems import Option, System

SYSTEM: Final = System(
    name="Tiny",
    package=__name__,
    prefixes=("/tiny",),
    pulled=True,
    options=(Option(name="shelf", label="Shelf", help="Where the customers lie.", slug=True),),
)
