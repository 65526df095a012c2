"""Command of the operator: ``flask --app main import-list users|tags|chargers FILE``."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from api.commands import fail, refuse_memory
from api.csv_import import imported
from model.decision import Actor
from model.errors import KilowaitError
from model.store.errors import StoreError

TOLD_EVERY = 100


def install(app: Flask) -> None:
    """Add the command to ``flask --app main``."""
    app.cli.add_command(import_list)


@click.command("import-list", help="Take users, tags or chargers from FILE (CSV). Rows that are there already stay.")
@click.argument("what", type=click.Choice(("users", "tags", "chargers")))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only look whether each row can be read.")
@with_appcontext
def import_list(what: str, file: Path, *, dry_run: bool) -> None:
    """A line for each row that was refused, and how many were made; exit code 1 if any was refused."""
    refuse_memory()
    made = refused = number = 0
    try:
        text = file.read_text(encoding="utf-8")
        for number, row in enumerate(imported(what, text, None, Actor(kind="system"), dry_run=dry_run), start=1):
            made += row.outcome in {"made", "readable"}
            if row.outcome == "refused":
                refused += 1
                click.echo(f"line {row.line}: {row.name}: {row.detail}", err=True)
            if number % TOLD_EVERY == 0:
                click.echo(f"{number} rows …", err=True)
    except (KilowaitError, StoreError, UnicodeDecodeError) as error:
        fail(error)
    words = "can be read" if dry_run else "made"
    click.echo(f"{made} {words}, {refused} refused, {number - made - refused} there already.", err=True)
    if refused:
        raise SystemExit(1)
