"""QR codes of a location's chargers, to print and to put on them: a page for paper, and each code as SVG or PDF."""

import io
from typing import TYPE_CHECKING

from flask import Response, request

from api.site_wiring import actor, at
from api.wiring import services
from model.charger import Charger
from model.errors import NotFound
from model.settings import Presence
from model.site import Site
from services.sites.reading import charger_of
from web.dashboard.codes import link_of
from web.dashboard.pages import blueprint, show

if TYPE_CHECKING:
    import segno

sheet = blueprint("sheet")
KINDS = {"svg": "image/svg+xml", "pdf": "application/pdf"}


@sheet.get("/dashboard/location/<location_id>/sheet")
def show_sheet(location_id: str) -> Response:
    """The page: one card a charger."""
    site = at().sites.get(location_id)
    chargers = [one for one in site.chargers.values() if not one.retired]
    links = {one.charger_id: _link(site, one) for one in chargers}
    codes = {
        name: _code(link).svg_inline(scale=6, border=2, svgclass="qr", lineclass=None) for name, link in links.items()
    }
    return show("sheet.html", active="home", tab="sheet", site=site, links=links, codes=codes)


@sheet.get("/dashboard/location/<location_id>/charger/<charger_id>/code.<kind>")
def one_code(location_id: str, charger_id: str, kind: str) -> Response:
    """One code alone."""
    if kind not in KINDS:
        raise NotFound("no_such_format", "A code comes as svg or pdf.")
    site = at().sites.get(location_id)
    charger = charger_of(site, charger_id)
    drawn = io.BytesIO()
    _code(_link(site, charger)).save(drawn, kind=kind, scale=10, border=4)
    answer = Response(drawn.getvalue(), mimetype=KINDS[kind])
    answer.headers["Content-Disposition"] = f'inline; filename="{_file_name(site, charger)}.{kind}"'
    return answer


def _link(site: Site, charger: Charger) -> str:
    code = ""
    if site.settings.presence is Presence.QR:
        code = at().presence_codes.read(site.location_id, actor())[charger.charger_id]
    return link_of(services(), site, charger, request.host_url, code)


def _code(link: str) -> "segno.QRCode":
    """Readable when a quarter of it is worn off."""
    import segno  # noqa: PLC0415 -- only where codes are drawn

    return segno.make(link, error="q", micro=False)


def _file_name(site: Site, charger: Charger) -> str:
    name = f"{site.location_id}-{charger.charger_id}"
    return "".join(each if each.isascii() and each.isalnum() else "-" for each in name)
