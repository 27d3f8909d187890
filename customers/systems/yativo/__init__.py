"""Yativo as we serve it: `/customer` and, under the production base path, `/api/v1/customer`.

Reproduces the document "Retrieve customer", whose two samples differ, and what the vendor's public
pages say of the list, of creating and of updating. Where they contradict themselves or are silent:

- `/customer/{id}` answers with one object, `/api/v1/customer/{id}` with a list of one and its
  pagination, as the samples do. `status_code` is that of the HTTP answer, also where the sample of a
  read shows 201. Members stand in the order of each sample.
- There is one name: ours, joined by a space. A name that is sent is divided at its last space; a
  single word is a last name, and `-` marks the first name as missing.
- Countries are ISO alpha-3, null where ours cannot be read. We keep one country for a customer, so
  `customer_address.country` may not differ from `customer_country`.
- `customer_status` is active or inactive; who is suspended is shown as inactive, and stays suspended
  when `inactive` is sent. `pending`, which the sample shows, is nothing that a customer is here.
- The list is ordered by age, so that what is added does not move the pages. `per_page` is at most 100.
- `customer_type` business makes the name the company's as well; it is kept nowhere else.
- The body of a 404 and of other refusals has the members of the documented 422, without `errors`.
- Idempotency-Key: missing is 400; used again for something else is 409. Refusals are replayed, too.
- `X-RateLimit-Reset` is Unix time.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from customers.systems import Option, System

SYSTEM: Final = System(
    name="Yativo",
    package=__name__,
    prefixes=("/customer", "/api/v1"),
    pulled=True,
    listed=True,
    options=(
        Option(
            name="account_id",
            label=_("Account ID"),
            help=_("To sign in; the key above is then the app secret. Empty: the key is a fixed token."),
        ),
    ),
)
