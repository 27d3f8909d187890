"""What every called system shares: one careful call, and what came of it."""

from customers.upstream.call import Answer, Call, NoAnswer, Problem, Upstream, readable

__all__ = ["Answer", "Call", "NoAnswer", "Problem", "Upstream", "readable"]
