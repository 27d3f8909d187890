"""The registry of the documented systems: each is a package in this folder that holds `SYSTEM`.

The setting SYSTEM_FOLDERS names further folders of such packages. A system's modules are imported
on first use, so that reading the registry costs nothing and makes no import cycle. What its modules
must have is told by docs/adding-a-system.md.
"""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, kw_only=True)
class Option:
    """What a connection to a system may have beside its credential. `slug`: unset, it is the seller's slug."""

    name: str
    label: Any
    help: Any
    slug: bool = False


@dataclass(frozen=True, kw_only=True)
class System:
    """A documented system that Frontdesk serves or calls.

    `prefixes` are the paths whose every answer, even one that no view gave, is in its dialect; a
    system without them is not served. `pushed` says that changes are sent there, `pulled` that
    customers are fetched from it, `listed` that it can list them; its `client` does the calls.
    """

    name: str
    package: str
    prefixes: tuple[str, ...] = ()
    pushed: bool = False
    pulled: bool = False
    listed: bool = False
    options: tuple[Option, ...] = ()

    @property
    def client(self) -> Any:
        """The module that renders and reads the system's customers and makes its calls."""
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


def _found() -> dict[str, System]:
    packages = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)
    return {name: import_module(f"{__name__}.{name}").SYSTEM for name in packages}


__path__.extend(settings.SYSTEM_FOLDERS)
SYSTEMS: Final[dict[str, System]] = _found()


def served_systems() -> list[System]:
    return [system for system in SYSTEMS.values() if system.prefixes]


def system_name(name: str) -> str:
    """Return what people call the system; one that is no longer registered keeps its short name."""
    return SYSTEMS[name].name if name in SYSTEMS else name


def system_of(path: str) -> System | None:
    """Return the system that owns `path`; the longest prefix wins."""
    owners = [
        (prefix, system)
        for system in served_systems()
        for prefix in system.prefixes
        if path == prefix or path.startswith(f"{prefix}/")
    ]
    return max(owners, key=lambda owner: len(owner[0]))[1] if owners else None


def complete_schema(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Finish the OpenAPI document: every system's components; a body that is read must be sent.

    A hook of drf-spectacular.
    """
    components = result.setdefault("components", {})
    for system in served_systems():
        for kind, members in system.components().items():
            components.setdefault(kind, {}).update(members)
    for operations in result["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return result
