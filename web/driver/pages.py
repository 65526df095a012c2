"""The app's one page at every address below ``/app/``, its service worker, manifest and texts."""

import json

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Answer

from api.wiring import services
from model.errors import NotFound
from web import errors
from web.catalogue import LANGUAGES, texts
from web.files import HERE, address_of, ours, version
from web.policy import content_security_policy, page
from web.rendering import rendered

FIRST = tuple(
    f"driver/{name}.js"
    for name in (
        "api", "frame", "installing", "kept", "later", "live", "me", "news", "parts", "shapes", "texts", "theme",
        "view", "views/places",
    )
)  # fmt: skip
"""What the app needs before anything is shown: fetched at once, not one after the other has been read."""

driver = Blueprint("driver", __name__, template_folder=str(HERE / "templates"))
errors.install(driver)


@driver.get("/")
def home() -> Answer:
    """Who comes by the bare address is a driver."""
    return redirect("/app/")


@driver.get("/app/")
@driver.get("/app/<path:place>")
def app(place: str = "") -> Response:
    """The app; what it shows at ``place`` it finds out itself."""
    del place
    return page(
        rendered(
            "driver/app.html",
            tiles=services().configuration.tiles,
            demo=bool(services().configuration.demo),
            version=version(),
            modules=FIRST,
        )
    )


@driver.get("/app/texts/<lang>.json")
def words(lang: str) -> Response:
    """The texts of the app in one language."""
    if lang not in LANGUAGES:
        raise NotFound("no_such_language", "The app does not speak that language.")
    found = {key: text for key, text in texts(lang).items() if key.startswith(("driver.", "demo."))}
    answer = Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@driver.get("/app/manifest.webmanifest")
def manifest() -> Response:
    """What a phone needs to install the app."""
    return Response(rendered("driver/manifest.json"), mimetype="application/manifest+json")


@driver.get("/app/sw.js")
def service_worker() -> Response:
    """The service worker: served below ``/app/``, which is what it may answer for; changed by every new version."""
    text = rendered("driver/sw_list.js", version=version(), files=[address_of(name) for name in _kept_offline()])
    answer = Response(f"{text}\n{(HERE / 'driver' / 'sw.js').read_text(encoding='utf-8')}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = content_security_policy()
    return answer


def _kept_offline() -> list[str]:
    """What the app is made of, without the dashboard."""
    names = [path.relative_to(HERE).as_posix() for path in ours()]
    return [name for name in names if not name.startswith("dashboard/") and not name.endswith("/sw.js")]
