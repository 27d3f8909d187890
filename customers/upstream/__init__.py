"""What every called system shares: one careful call, with what access, and what came of it."""

from customers.upstream.access import Access, SignInRefused, Tokens, bearer_token
from customers.upstream.call import Answer, Call, NoAnswer, Problem, Upstream, readable

__all__ = [
    "Access",
    "Answer",
    "Call",
    "NoAnswer",
    "Problem",
    "SignInRefused",
    "Tokens",
    "Upstream",
    "bearer_token",
    "readable",
]
