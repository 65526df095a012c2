"""Our own scripts, styles and pictures, and those taken from npm: served under a version, so browsers keep them.

Both addresses are literal lists of what may be read: a kind of file of ours, a name of theirs.
"""

import hashlib
from functools import cache
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.security import safe_join

from model.errors import NotFound, Unavailable

HERE = Path(__file__).parent
ROOMS = ("driver", "dashboard", "shared")
KINDS = frozenset({".js", ".css", ".svg", ".png"})
PACKAGES = HERE / "node_modules"
VENDOR = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "leaflet.js": "leaflet/dist/leaflet-src.esm.js",
    "leaflet.css": "leaflet/dist/leaflet.css",
    "images/layers.png": "leaflet/dist/images/layers.png",
    "images/layers-2x.png": "leaflet/dist/images/layers-2x.png",
    "images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "images/marker-icon-2x.png": "leaflet/dist/images/marker-icon-2x.png",
    "images/marker-shadow.png": "leaflet/dist/images/marker-shadow.png",
    "uplot.js": "uplot/dist/uPlot.esm.js",
    "uplot.css": "uplot/dist/uPlot.min.css",
    "barcode-detector.js": "barcode-detector/dist/iife/ponyfill.js",
    "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
}
"""Its name here → its place in its package (`package.json` pins the packages, ``make setup`` gets them)."""
KEPT = "public, max-age=31536000, immutable"

files = Blueprint("files", __name__)


@cache
def version() -> str:
    """Of all files together: another one after any change of ours or of the pinned packages."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes())
    for path in ours():
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def ours() -> list[Path]:
    """Every file of ours that pages may load, in order."""
    return sorted(path for room in ROOMS for path in (HERE / room).rglob("*") if path.suffix in KINDS)


@files.get("/static/<file_version>/<path:name>")
def static(file_version: str, name: str) -> Response:
    """A file of ours."""
    del file_version  # An older page's address leads to the newest file: better than to none.
    room, _, rest = name.partition("/")
    path = safe_join(str(HERE / room), rest) if room in ROOMS else None
    if path is None or Path(path).suffix not in KINDS or not Path(path).is_file():
        raise NotFound("no_such_file", "There is no such file.")
    return _kept(Path(path))


@files.get("/vendor/<file_version>/<path:name>")
def vendor(file_version: str, name: str) -> Response:
    """A file of a pinned package."""
    del file_version
    if name not in VENDOR:
        raise NotFound("no_such_file", "There is no such file.")
    path = PACKAGES / VENDOR[name]
    if not path.is_file():
        raise Unavailable("no_packages", "The pages' packages are not installed: run 'make setup'.")
    return _kept(path)


@files.get("/favicon.ico")
def favicon() -> Response:
    """Browsers ask for it by itself."""
    return redirect(url_for("files.static", file_version=version(), name="shared/icon.svg"))  # type: ignore[return-value]


def _kept(path: Path) -> Response:
    kind = {".js": "text/javascript", ".wasm": "application/wasm"}.get(path.suffix) or guess_type(path.name)[0]
    # Whole in memory: a client that vanishes in the middle leaves no open file behind, on any server.
    content, changed = BytesIO(path.read_bytes()), path.stat().st_mtime
    response = send_file(content, mimetype=kind, conditional=True, etag=False, last_modified=changed)
    response.headers["Cache-Control"] = KEPT
    return response


def address_of(name: str) -> str:
    """Where a page finds a file: ``shared/icon.svg`` is ours, ``vendor/uplot.js`` theirs."""
    if name.startswith("vendor/"):
        return url_for("files.vendor", file_version=version(), name=name.removeprefix("vendor/"))
    return url_for("files.static", file_version=version(), name=name)
