"""The registry of the documented systems: name -> where its parts are.

A system is a folder here and one entry below. Its modules are imported on first use, so that
reading the registry costs nothing and makes no import cycle.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, kw_only=True)
class System:
    """A documented system that Frontdesk serves or calls.

    `prefixes` are the paths whose every answer, even one that no view gave, is in its dialect.
    `pushed` says that changes are sent there; then its `client` has what delivery needs.
    """

    name: str
    package: str
    prefixes: tuple[str, ...]
    pushed: bool = False

    @property
    def client(self) -> Any:
        """The module that renders customers for the system and makes its calls."""
        return import_module(f"{self.package}.client")

    @property
    def urls(self) -> str:
        return f"{self.package}.urls"

    def fallback(self, request: HttpRequest, status: int) -> HttpResponse:
        """Return the system's own answer for a status that Django or a server part came up with."""
        answer: HttpResponse = import_module(f"{self.package}.errors").fallback(request, status)
        return answer

    def components(self) -> dict[str, dict[str, Any]]:
        """Return the system's part of the OpenAPI components."""
        found: dict[str, dict[str, Any]] = import_module(f"{self.package}.openapi").COMPONENTS
        return found


SYSTEMS: Final = {
    "my_virtual_office": System(
        name="My Virtual Office", package="customers.systems.my_virtual_office", prefixes=("/api/",), pushed=True
    ),
}


def system_of(path: str) -> System | None:
    """Return the system that owns `path`; the longest prefix wins."""
    owners = [(prefix, system) for system in SYSTEMS.values() for prefix in system.prefixes if path.startswith(prefix)]
    return max(owners, key=lambda owner: len(owner[0]))[1] if owners else None


def complete_schema(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Finish the OpenAPI document: every system's components; a body that is read must be sent.

    A hook of drf-spectacular.
    """
    components = result.setdefault("components", {})
    for system in SYSTEMS.values():
        for kind, members in system.components().items():
            components.setdefault(kind, {}).update(members)
    for operations in result["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return result
