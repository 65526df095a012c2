"""Taking lists of users, cards and chargers from a spreadsheet."""

from flask import Response

from api.schemas.csv_import import ROWS
from web.dashboard.pages import blueprint, show

lists = blueprint("lists")


@lists.get("/dashboard/import")
def show_import() -> Response:
    """The page; the list itself is taken by the API."""
    fields = {what: shape.model_fields for what, shape in ROWS.items()}
    columns = {what: [(name, one.is_required()) for name, one in each.items()] for what, each in fields.items()}
    meanings = {what: (shape.__doc__ or "").partition(": ")[2] for what, shape in ROWS.items()}
    return show("import.html", active="import", columns=columns, meanings=meanings)
