"""The operator's commands ``flask --app main check-books`` and ``pay-trial PAYMENT_ID``."""

import click
from flask import Flask
from flask.cli import with_appcontext

from api.commands import fail, refuse_memory
from api.wiring import services
from model import paths
from model.documents import from_document
from model.errors import KilowaitError
from model.money.payment import Payment
from model.store.errors import StoreError
from services.adapters.trial_payments import TrialPayments
from services.money.checking import check_books
from services.money.payments import told


def install(app: Flask) -> None:
    """Add the commands to ``flask --app main``."""
    app.cli.add_command(check)
    app.cli.add_command(pay_trial)


@click.command("check-books", help="Look whether all ledgers, sessions and payments add up; exit code 1 if not.")
@with_appcontext
def check() -> None:
    """What is wrong, a line each; the service may go on meanwhile."""
    refuse_memory()
    try:
        books = check_books(services().store)
    except (KilowaitError, StoreError) as error:
        fail(error)
    for problem in books.problems:
        click.echo(problem)
    looked_at = (
        f"{books.users} users, {books.entries} entries, {books.sessions} sessions, {books.payments} payments looked at"
    )
    if books.problems:
        fail(f"{looked_at}: {len(books.problems)} things are wrong.")
    click.echo(f"{looked_at}: the books are right.", err=True)


@click.command("pay-trial", help="Have the trial provider report PAYMENT_ID as paid, signed as real ones do.")
@click.argument("payment_id")
@click.option("--failed", is_flag=True, help="It was not paid.")
@with_appcontext
def pay_trial(payment_id: str, *, failed: bool) -> None:
    """For trying a top-up out: no money moves."""
    refuse_memory()
    provider = services().payments
    if not isinstance(provider, TrialPayments):
        fail("KILOWAIT_PAYMENTS is not trial.")
    try:
        document = services().store.get(paths.payment(payment_id)) if payment_id else None
        if document is None:
            fail(f"There is no payment {payment_id!r}.")
        payment = from_document(Payment, document.data)
        headers, body = provider.report(payment, services().clock.now(), "failed" if failed else "paid")
        new = told(services(), provider.name, headers, body)
    except (KilowaitError, StoreError) as error:
        fail(error)
    click.echo(f"{payment_id}: {'reported' if new else 'reported before'}.", err=True)
