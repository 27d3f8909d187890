"""Pexip Engage as we serve it: `/enterprises/{enterprise}/customers/{id}`; the enterprise is the seller's slug.

Reproduces the document "Get a customer", and "Update a customer" of the vendor's public pages. What
the documents leave open, and what we chose:

- `location` is null unless the record has coordinates, a country that can be read, a city and a
  street: the document requires all of these in a location, and nothing is made up.
- A text of a location is in the language under which it is translated, else in the seller's default
  language, which is the enterprise's. `state` and `street2` are empty lists where there are none.
- `Accept-Language` chooses the texts: the first tag for which there is one. `*` stands for the
  default language, else any. A tag alone leaves null where there is no text in it.
- No text is ever empty: what a customer does not have is null. A name that the record marks as
  missing (`-`) is null as well.
- `timeZone` is required, so that of the seller stands in for a customer without one.
- Deleted customers are shown with `deletedAt`; they cannot be changed.
- An enterprise that is not the key's is 404, like a customer of somebody else.
- The codes and types of errors are documented for no customer; ours are in `errors`.
- A body that the page does not allow is 400; one that breaks a rule of customers is 422.
- null in an update clears a member; of `language` and `timeZone` it restores the seller's, of
  `existing` it means false. E-mail addresses are required here, so null is refused.
- Rate limit headers and request ids are not in the documents.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from customers.systems import Option, System

SYSTEM: Final = System(
    name="Pexip Engage",
    package=__name__,
    prefixes=("/enterprises",),
    pulled=True,
    options=(
        Option(
            name="enterprise",
            label=_("Enterprise"),
            help=_("The name in the addresses of Pexip Engage. Empty: the seller's short name."),
            slug=True,
        ),
        Option(
            name="client_id",
            label=_("Client ID"),
            help=_("For OAuth 2.0; the key above is then the client's secret. Empty: the key is a fixed token."),
        ),
    ),
)
