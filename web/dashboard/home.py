"""The first page: every location and how its chargers stand."""

from flask import Blueprint, Response

from web import errors
from web.files import HERE
from web.policy import page
from web.rendering import rendered

home = Blueprint("dashboard_home", __name__, template_folder=str(HERE / "templates"))
errors.install(home)


@home.get("/dashboard/")
def show() -> Response:
    """The page."""
    return page(rendered("dashboard/home.html", active="home"))
