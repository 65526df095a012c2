"""Headers every answer has, and cross-origin requests where the configuration names their origins."""

from collections.abc import Sequence

from flask import Flask, Response, request

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "interest-cohort=()",
}
_SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
_READ = "ETag, Kilowait-Token, Retry-After, X-Request-Id, Idempotency-Replayed"


def install(app: Flask, cors_origins: Sequence[str]) -> None:
    """Set them on every answer of ``app``; a view's own stay."""
    allowed = frozenset(cors_origins)

    def finish(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if allowed:
            response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin in allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _READ
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", "")
                response.headers["Access-Control-Allow-Headers"] = _SENT
                response.headers["Access-Control-Max-Age"] = "600"
        return response

    app.after_request(finish)
