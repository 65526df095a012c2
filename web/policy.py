"""What a page may do in a browser: nothing that comes from elsewhere, no script within the page."""

from flask import Response

from api.wiring import services

PERMISSIONS = "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"


def content_security_policy(tiles_origin: str = "") -> str:
    """``tiles_origin``: where map tiles come from, the one thing a deployment may choose to load from elsewhere."""
    images = " ".join(filter(None, ("'self'", "data:", "blob:", tiles_origin)))
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; "
        f"img-src {images}; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def page(text: str, status: int = 200) -> Response:
    """A page as a response, never kept by a shared cache."""
    response = Response(text, status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = content_security_policy(services().configuration.tiles_origin)
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
