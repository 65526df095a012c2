"""Commands of the operator: everything out to a file and in again, documents made new, the original's brought over."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import with_appcontext

from api.commands import fail, refuse_memory
from api.wiring import services
from model.errors import KilowaitError
from model.store.errors import StoreError
from services.transfer.exporting import export
from services.transfer.files import FileTrouble
from services.transfer.importing import import_file
from services.transfer.lines import BadFile
from services.transfer.mark import claim
from services.transfer.migrating import migrate
from services.transfer.migrations import Unmigratable
from services.transfer.original.importing import import_original
from services.transfer.original.source import original_documents

TOLD_EVERY = 10_000
_REFUSALS = (KilowaitError, StoreError, BadFile, FileTrouble, Unmigratable)


def install(app: Flask) -> None:
    """Add the commands to ``flask --app main``."""
    for command in (export_all, import_all, migrate_all, import_the_original):
        app.cli.add_command(command)


def _one_line(command: Callable[..., None]) -> Callable[..., None]:
    """What goes wrong is one line and exit code 1."""

    @wraps(command)
    def run(*arguments: Any, **named: Any) -> None:
        refuse_memory()
        try:
            command(*arguments, **named)
        except _REFUSALS as error:
            fail(error)

    return run


@click.command("export", help="Write everything the store holds to FILE (compressed if its name ends in .gz).")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@_one_line
def export_all(file: Path) -> None:
    """One moment of the store, while others go on writing."""
    count = export(services().store, file, _progress)
    click.echo(f"{count} documents are in {file}. It holds password and token hashes: keep it to yourself.", err=True)


@click.command("import", help="Fill an empty store with what FILE holds. Stop the service first.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="The store need not be empty: what FILE does not hold is deleted.")
@with_appcontext
@_one_line
def import_all(file: Path, *, replace: bool) -> None:
    """All of the file is checked before anything is written; run again it goes on where it was."""
    done = import_file(services().store, file, _progress, replace=replace)
    click.echo(
        f"The store holds the {done.documents} documents of {file}: {done.written} were written, "
        f"{done.deleted} others deleted.",
        err=True,
    )


@click.command("migrate", help="Bring documents of older schemas to today's, while the service runs.")
@click.option("--dry-run", is_flag=True, help="Only count them.")
@with_appcontext
@_one_line
def migrate_all(*, dry_run: bool) -> None:
    """Run again it goes on where it was."""
    done = migrate(services().store, _progress, dry_run=dry_run)
    for collection, number in sorted(done.items()):
        click.echo(f"{collection}: {number} documents {'are' if dry_run else 'were'} of an older schema.", err=True)
    if not done:
        click.echo("Every document is of today's schema.", err=True)


@click.command("import-original", help="Bring over users, locations, chargers, sessions and queues of the original.")
@click.argument("source", metavar="firestore:PROJECT|FILE.json")
@with_appcontext
@_one_line
def import_the_original(source: str) -> None:
    """Accounts that are there already are left as they are; what is not taken is told, a line each."""
    known = services()
    claim(known.store)
    report = import_original(known.store, known.randomness, original_documents(source), known.clock.now())
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
    for done, counts in (("made", report.made), ("there already", report.there)):
        told = ", ".join(f"{number} {noun}" for noun, number in sorted(counts.items()))
        click.echo(f"{done}: {told or 'nothing'}", err=True)


def _progress(count: int) -> None:
    if count % TOLD_EVERY == 0:
        click.echo(f"{count} documents …", err=True)
