from typing import Any, Final

COMPONENTS: Final[dict[str, dict[str, Any]]] = {"schemas": {"TinyCustomer": {"type": "object"}}}
