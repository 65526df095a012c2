"""Every reason to say no, each with a stable ``code``; the API turns the class into a status.

``Invalid`` 422 · ``Unauthenticated`` 401 · ``Forbidden`` 403 · ``NotFound`` 404 · ``Conflict`` 409 ·
``Stale`` 412 · ``TooMany`` 429 · ``Unavailable`` 503. ``retry`` says whether the same request may succeed later.
"""


class KilowaitError(Exception):
    """A refusal: ``code`` for programs, the message for people."""

    retry = False

    def __init__(self, code: str, message: str, *, field: str | None = None, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.retry_after_s = retry_after_s


class Invalid(KilowaitError):
    """The request can never succeed as it is."""


class Unauthenticated(KilowaitError):
    """We do not know who you are."""


class Forbidden(KilowaitError):
    """We know who you are; this is not yours."""


class NotFound(KilowaitError):
    """There is no such thing."""


class Conflict(KilowaitError):
    """The thing is not in a state that allows this."""


class Stale(KilowaitError):
    """The thing changed since you read it."""


class TooMany(KilowaitError):
    """Slow down."""

    retry = True


class Unavailable(KilowaitError):
    """Not now; nothing was changed."""

    retry = True
