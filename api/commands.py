"""Commands of the operator: ``flask --app main create-admin USERNAME`` and ``create-token NAME …``."""

import os
from typing import NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

from api.wiring import services
from model.account import Scope, ScopeKind, UserType
from model.errors import KilowaitError, NotFound
from model.store.errors import StoreError
from services.accounts.names import user_named
from services.accounts.registration import NewAccount, create_user
from services.accounts.service_tokens import check_scope, create_token, list_tokens

PASSWORD = "KILOWAIT_ADMIN_PASSWORD"  # noqa: S105 -- the name of a variable


def install(app: Flask) -> None:
    """Add the commands to ``flask --app main``."""
    app.cli.add_command(create_admin)
    app.cli.add_command(create_unit_token)


@click.command("create-admin", help=f"Make an admin. The password comes from {PASSWORD} or a prompt.")
@click.argument("username")
@with_appcontext
def create_admin(username: str) -> None:
    """Make an account of type admin; one line on success, one on failure."""
    refuse_memory()
    password = os.environ.get(PASSWORD)
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    try:
        create_user(services(), NewAccount(username=username, password=password, type=UserType.ADMIN), by=None)
    except (KilowaitError, StoreError) as error:
        fail(error)
    click.echo(f"{username} is an admin.", err=True)


@click.command("create-token", help="Make a unit's token that never ends, and print it: send it to a file.")
@click.argument("name")
@click.option("--bridge", metavar="ID", help="For the bridge of this id.")
@click.option("--chargepoint", metavar="ID", help="For the charge point of this id.")
@click.option("--charger", metavar="LOCATION:CHARGER", help="For this charger.")
@with_appcontext
def create_unit_token(name: str, bridge: str | None, chargepoint: str | None, charger: str | None) -> None:
    """Make (where missing) the account NAME of type service and a fixed token; only the token goes to stdout."""
    refuse_memory()
    named = {ScopeKind.BRIDGE: bridge, ScopeKind.CHARGE_POINT: chargepoint, ScopeKind.CHARGER: charger}
    given = [Scope(kind=kind, id=value) for kind, value in named.items() if value is not None]
    if len(given) != 1:
        fail("give exactly one of --bridge, --chargepoint, --charger.")
    try:
        check_scope(given[0])
        _make_service(name)
        earlier = sum(token.scope == given[0] for token in list_tokens(services(), name))
        issued = create_token(services(), name, given[0], fixed=True, by=None)
    except (KilowaitError, StoreError) as error:
        fail(error)
    click.echo(f"{name}: a token for {given[0].kind.value} {given[0].id}.", err=True)
    if earlier:
        click.echo(f"{earlier} earlier token(s) for it still work; an admin revokes them.", err=True)
    click.echo(issued.secret)


def _make_service(name: str) -> None:
    try:
        user_named(services().store, name)
    except NotFound:
        create_user(services(), NewAccount(username=name, type=UserType.SERVICE), by=None)


def refuse_memory() -> None:
    """What this process alone knows is lost when the command ends, and no server would ever see it."""
    if services().configuration.store == "memory:" and os.environ.get("FLASK_RUN_FROM_CLI") == "true":
        fail("KILOWAIT_STORE is memory: nothing made here would last. Use sqlite:///….")


def fail(reason: object) -> NoReturn:
    """One readable line on stderr, exit code 1."""
    click.echo(f"kilowait: {reason}", err=True)
    raise SystemExit(1)
