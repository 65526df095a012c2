"""Pages from templates: where files are, who is logged in, and the catalogue, known to every one of them."""

from typing import Any

from flask import render_template

from api.wiring import asking
from web.catalogue import language, texts
from web.dashboard.menu import LOCATION_TABS, MENU
from web.files import address_of


def rendered(template: str, **values: Any) -> str:
    """The text of a page; ``values`` are the template's own."""
    chosen = language()
    words = texts(chosen)
    return render_template(
        template,
        asset=address_of,
        who=asking(),
        lang=chosen,
        t=words.__getitem__,
        menu=MENU,
        location_tabs=LOCATION_TABS,
        **values,
    )
