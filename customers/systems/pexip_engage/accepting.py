"""Whether an Accept header takes JSON (RFC 9110, section 12.5.1). Parameters other than q change nothing."""

from __future__ import annotations

from typing import Final

#: The ranges that mean JSON, the most specific first: it decides.
_RANGES: Final = ("application/json", "application/*", "*/*")


def accepts_json(header: str) -> bool:
    """Return whether the header, or its absence, lets the answer be application/json."""
    qualities: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (text.strip().lower() for text in part.split(";"))
        qualities[name] = max(qualities.get(name, 0), _quality(parameters))
    known = [qualities[name] for name in _RANGES if name in qualities]
    return not header.strip() or bool(known and known[0] > 0)


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0
    return 1
