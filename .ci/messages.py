"""Collect the texts to translate and compile the translations, without the GNU tools.

python .ci/messages.py update   collect into the catalogue and compile it
python .ci/messages.py check    exit 1 where a text has no translation or a file is not current
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import django
import unfold
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = {"de": ROOT / "customers/locale/de/LC_MESSAGES/django.po"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


# The admin's theme has no translations of its own; what we show of it is translated here.
THEME = Path(unfold.__file__).parent
THEME_PARTS = (THEME / "templates", THEME / "contrib" / "filters", *sorted(THEME.glob("*.py")))
DJANGO = Path(django.__file__).parent
DJANGO_PARTS = ("conf", "contrib/admin", "contrib/auth")

Text = tuple[str, str | tuple[str, ...], list[str], str | None]


def files(*places: Path) -> Iterator[Path]:
    for place in places:
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in found if path.suffix in (".py", ".html") and "migrations" not in path.parts)


def texts(root: Path, *places: Path) -> Iterator[Text]:
    """Yield each text to translate: its file, itself, comments, context."""
    for path in files(*places):
        method, source = "python", path.read_bytes()
        if path.suffix == ".html":
            # Django turns a template into calls of gettext amid filler that only a lenient reader takes.
            method, source = "javascript", templatize(source.decode()).encode()
        for _line, message, comments, context in extract(method, io.BytesIO(source), keywords=KEYWORDS):
            yield path.relative_to(root).as_posix(), message, comments, context


def collect(language: str) -> Catalog:
    """Return what we say, and what the theme says that Django has no translation for."""
    catalogue = Catalog(charset="utf-8")
    ours = list(texts(ROOT, ROOT / "crm", ROOT / "customers", ROOT / "templates"))
    known = {message.id for part in DJANGO_PARTS for message in django_catalogue(language, part) if message.string}
    theirs = [text for text in texts(THEME.parent, *THEME_PARTS) if text[1] not in known]
    for name, message, comments, context in [*ours, *theirs]:
        catalogue.add(message, locations=[(name, None)], auto_comments=comments, context=context)
    return catalogue


def django_catalogue(language: str, part: str) -> Catalog:
    path = DJANGO / part / "locale" / language / "LC_MESSAGES" / "django.po"
    return read_po(io.BytesIO(path.read_bytes()), locale=language)


def updated(language: str, path: Path) -> Catalog:
    """Return the language's catalogue with exactly the texts that the sources have."""
    present = path.read_bytes() if path.exists() else b""
    catalogue = read_po(io.BytesIO(present), locale=language)
    catalogue.update(collect(language), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as text: no dates, no line numbers, so that it changes with its texts alone."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, omit_header=True, sort_output=True, include_previous=False)
    header = (
        'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {catalogue.locale}\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header.encode() + file.getvalue()


def mo_bytes(po: bytes, language: str) -> bytes:
    file = io.BytesIO()
    catalogue = read_po(io.BytesIO(po), locale=language)
    # Without dates of its own, a catalogue takes those of this moment.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    write_mo(file, catalogue)
    return file.getvalue()


def problems(language: str, path: Path) -> Iterator[str]:
    catalogue = updated(language, path)
    po = po_bytes(catalogue)
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and (not all(texts) or message.fuzzy):
            yield f"{path.relative_to(ROOT)}: no translation for {message.id!r}"
        yield from (f"{path.relative_to(ROOT)}: {message.id!r}: {error}" for error in message.check(catalogue))
    if not path.exists() or path.read_bytes() != po:
        yield f"{path.relative_to(ROOT)} is not current: run `make messages`"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != mo_bytes(po, language):
        yield f"{compiled.relative_to(ROOT)} is not current: run `make messages`"


def main(command: str) -> int:
    found = 0
    for language, path in CATALOGUES.items():
        if command == "update":
            path.parent.mkdir(parents=True, exist_ok=True)
            po = po_bytes(updated(language, path))
            path.write_bytes(po)
            path.with_suffix(".mo").write_bytes(mo_bytes(po, language))
        for problem in problems(language, path):
            found += 1
            print(problem, file=sys.stderr)
    print(f"Translations: {found} problems." if found else "Translations are complete.")
    return 1 if found and command == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
