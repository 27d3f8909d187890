from __future__ import annotations

import sys
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from tqdm import tqdm

from customers.exceptions import InvalidInput
from customers.management.refusing import RefusingCommand, find_connection
from customers.models import Pull
from customers.models.text import is_storable
from customers.pulling.applying import Outcome
from customers.pulling.fetching import Fetcher, Stopped
from customers.pulling.pages import Listing, NamedIds
from customers.pulling.running import Pages, pull_customers
from customers.systems import SYSTEMS


class Command(RefusingCommand):
    help = (
        "Fetch customers from another system: create them, or take over what changed there since they were fetched. "
        "Started again after it ended early, it goes on where it was. Exit code 1 if a record was refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [name for name, system in SYSTEMS.items() if system.pulled]
        parser.add_argument("system", choices=names, help="the system to fetch from")
        parser.add_argument("--seller", required=True, metavar="SLUG", help="whose connection, and whose customers")
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--id", action="append", dest="ids", metavar="ID", help="this one; can be repeated")
        which.add_argument("--ids-file", type=Path, metavar="FILE", help="those in the file, an id a line; - for input")
        which.add_argument("--all", action="store_true", help="all that the system lists")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write what is refused there, as JSON lines")
        parser.add_argument("--restart", action="store_true", help="begin anew instead of going on")

    def handle(self, *, system: str, seller: str, **options: Any) -> None:
        connection = find_connection(seller, system)
        fetcher = Fetcher(connection, correlation_id=f"pull-{uuid.uuid4()}")
        pages = self.pages(fetcher, **options)
        with tqdm(unit=" customers", disable=None) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total or None
                bar.update(done)

            try:
                pull = pull_customers(
                    connection,
                    fetcher,
                    pages,
                    dry_run=options["dry_run"],
                    restart=options["restart"],
                    rejects=options["rejects"],
                    progress=progress,
                )
            except Stopped as error:
                bar.close()
                self.report(error.pull, dry_run=options["dry_run"])
                raise CommandError(f"{error} The same command goes on from here.") from error
            except KeyboardInterrupt as error:
                raise CommandError("Interrupted. The same command goes on from here.", returncode=130) from error
        self.report(pull, dry_run=options["dry_run"])
        if pull.counts.get(Outcome.REFUSED):
            raise CommandError(f"{pull.counts[Outcome.REFUSED]} records were refused.")

    def pages(self, fetcher: Fetcher, *, ids: list[str] | None, ids_file: Path | None, **_options: Any) -> Pages:
        system = SYSTEMS[fetcher.connection.system]
        if ids is None and ids_file is None:
            if not system.listed:
                words = f"{system.name} documents no list. Name the customers with --id or --ids-file."
                raise CommandError(words, returncode=2)
            return Listing(fetcher)
        named = [text for one in (ids if ids is not None else read_ids(ids_file)) if (text := one.strip())]
        if not named:
            raise InvalidInput("No id was named.")
        if bad := next((one for one in named if not is_storable(one) or len(one) > 255), None):
            raise InvalidInput(f"“{bad[:50]!r}” is not an id.")
        return NamedIds(named)

    def report(self, pull: Pull, *, dry_run: bool) -> None:
        """Print what came of the pull, in all its parts."""
        counts = ", ".join(f"{pull.counts.get(outcome, 0)} {outcome}" for outcome in Outcome)
        tried = " Nothing was written: this was a dry run." if dry_run else ""
        self.stdout.write(f"{pull.system} → {pull.seller.slug}: {counts}.{tried}")
        for reason, told in sorted(pull.reasons.items(), key=lambda one: -one[1]["count"]):
            more = ", …" if told["count"] > len(told["ids"]) else ""
            self.stdout.write(f"  {told['count']} × {reason} ({', '.join(told['ids'])}{more})")


def read_ids(path: Path | None) -> list[str]:
    """Return the lines of a file or of standard input. Raises InvalidInput."""
    try:
        data = sys.stdin.buffer.read() if path is None or str(path) == "-" else path.read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The file of ids cannot be read: {error}") from error
