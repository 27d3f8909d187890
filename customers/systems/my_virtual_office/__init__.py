"""My Virtual Office as we serve it: `/api/customers`.

Reproduces three documents: POST /api/customers, GET /api/customers/{id}, PATCH /api/customers/{id}.
Their error texts are those of Fastify over Ajv in its default configuration, so the behaviour
around them is as well (see `validation`). Where the documents are silent or we deviate:

- An e-mail address is unique without regard to letter case. The documents compare plain strings;
  two customers who differ in case alone would get each other's mail.
- An empty first or last name is refused; null clears company_name, legal_entity and the addresses,
  and is an empty text for every other string.
- U+0000 and unpaired surrogates are refused, because no database keeps them.
- `language` is answered as stored, also where it is none of the two that may be sent.
- GET /api/customers (the list), DELETE, ETag and If-Match, Idempotency-Key, the rate limit and the
  request ids are not in the documents; they answer in the same dialect.
"""

from typing import Final

from customers.systems import System

SYSTEM: Final = System(name="My Virtual Office", package=__name__, prefixes=("/api",), pushed=True, pulled=True)
