"""The file of the records that were refused: one JSON object a line, each exactly once."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from customers.exceptions import InvalidInput


class Rejects:
    """Lines of `{"id", "reason", "record"}`, on the disk before the pull goes on.

    `size` is the length of what earlier parts of the same pull wrote, None where they wrote to no
    such file. What stands behind it was written by one that died before it could say so, and will
    come again.
    """

    def __init__(self, path: Path | None, size: int | None) -> None:
        self._path, self._known = path, size
        self.size = size or 0

    def __enter__(self) -> Self:
        self._file = None
        if self._path is None:
            return self
        try:
            file = open(self._path, "ab")  # noqa: SIM115
        except OSError as error:
            raise InvalidInput(_("The file cannot be written: %(reason)s") % {"reason": error}) from error
        found = os.fstat(file.fileno()).st_size
        if found < self.size or (found and self._known is None):
            file.close()
            words = _("%(path)s is not the file of the first part of this pull.")
            if self._known is None:
                words = _("%(path)s holds something already. Name another file.")
            raise InvalidInput(words % {"path": self._path})
        file.truncate(self.size)
        self._file = file
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, upstream_id: str, reason: str, record: Any) -> None:
        if self._file is None:
            return
        line = json.dumps({"id": upstream_id, "reason": reason, "record": record}, ensure_ascii=False)
        self._file.write(line.encode("utf-8", "surrogatepass") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.size = self._file.tell()
