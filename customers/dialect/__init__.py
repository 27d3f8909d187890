"""What every served system shares: bodies in, answers out, keys, limits, idempotency.

Nothing here knows the JSON of one system; that is each slice's own.
"""
