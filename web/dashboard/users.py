"""Accounts: who there is, what they may do, their cards, balance and groups; and what admins did to them."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from api.paging import PageQuery, next_token, paged
from api.wiring import services
from services.accounts import admin_log, administration
from services.accounts.names import MAX_EMAIL_CHARS, user_id_named, user_named
from services.accounts.profile import read_person
from services.accounts.tags import tags_of
from services.money.reading import read_balance
from web.dashboard.pages import blueprint, show

users = blueprint("users")
LISTED = 50
LEDGER = 20


@users.get("/dashboard/users")
def list_users() -> Answer:
    """By username; ``?name=``: to the one account of a username or an e-mail address."""
    name = request.args.get("name", "").strip()[:MAX_EMAIL_CHARS]
    if name and user_id_named(services().store, name) is not None:
        username = user_named(services().store, name).username
        return redirect(url_for("dashboard_users.show_user", username=username), 303)
    query = PageQuery(page_size=LISTED, page_token=request.args.get("page_token"))
    wanted = paged(administration.BY_USERNAME, query)
    found = administration.list_people(services(), wanted)
    return show(
        "users.html",
        active="users",
        name=name,
        people=[person for _, person in found[:LISTED]],
        next_page_token=next_token([document for document, _ in found], wanted, query),
    )


@users.get("/dashboard/users/<username>")
def show_user(username: str) -> Response:
    """One account: its cards, its balance, its groups and quota."""
    user = user_named(services().store, username)
    _, ledger = read_balance(services().store, user.user_id, LEDGER, "")
    return show(
        "user.html",
        active="users",
        person=read_person(services(), user.user_id),
        tags=tags_of(services(), user.user_id),
        ledger=ledger.items,
    )


@users.get("/dashboard/actions")
def list_actions() -> Response:
    """What admins did, newest first."""
    page = admin_log.read(services().store, "", page_size=LISTED, page_token=request.args.get("page_token", ""))
    return show("actions.html", active="actions", actions=page.items, next_page_token=page.next_page_token)
