"""Deployment: does a version answer? ``python3 -m deploy.smoke URL``, before anybody is sent to it."""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WITHIN_S = 180.0
PAUSE_S = 3.0
ANSWER_S = 30.0


@dataclass(frozen=True, slots=True)
class Question:
    """One request and the status that is right."""

    method: str
    path: str
    status: int
    proves: str
    body: bytes | None = None


QUESTIONS = (
    Question("GET", "/readyz", 200, "the store can be read"),
    Question("GET", "/api/health", 200, "the API lives below its base"),
    Question("GET", "/api/openapi.json", 200, "the files it needs were uploaded"),
    Question("GET", "/api/location", 200, "locations can be queried"),
    Question("GET", "/api/user", 401, "nobody comes in without a token"),
    # Nobody has this name: it is no e-mail address and holds a character no user name may have.
    Question(
        "POST",
        "/api/auth/login",
        401,
        "passwords are checked: an index, a transaction and argon2 work",
        json.dumps({"username": "smoke test", "password": "smoke-test-of-a-version"}).encode(),
    ),
)


def asked(url: str, question: Question) -> str:
    """Empty when the answer is right, else what is wrong with it."""
    request = urllib.request.Request(  # noqa: S310 -- http(s) only, checked in `main`
        url + question.path, question.body, {"Content-Type": "application/json"}, method=question.method
    )
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310 -- as above
            status, text = answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read(300).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        return f"{question.path}: {error}"
    return (
        "" if status == question.status else f"{question.path}: {status} instead of {question.status} {text}".rstrip()
    )


def smoke(url: str, within_s: float = WITHIN_S, pause: Callable[[float], None] = time.sleep) -> int:
    """Exit code 0, or 1: the first question that has no right answer within the time."""
    until = time.monotonic() + within_s
    for question in QUESTIONS:
        while wrong := asked(url, question):
            if time.monotonic() >= until:
                print(f"smoke: {url}{wrong}", file=sys.stderr)
                return 1
            pause(PAUSE_S)  # a new version takes a while to be known everywhere
        print(f"right: {question.method} {question.path} {question.status}: {question.proves}")
    return 0


def main(arguments: Sequence[str]) -> int:
    """As :func:`smoke`; 2 for an address that is none."""
    parser = argparse.ArgumentParser(prog="python -m deploy.smoke", description=__doc__)
    parser.add_argument("url", help="the version's own address")
    parser.add_argument("--within-s", type=float, default=WITHIN_S, help="how long to keep asking")
    given = parser.parse_args(arguments)
    url = given.url.rstrip("/")
    if not url.startswith(("https://", "http://")):
        print(f"smoke: {url!r} is no address", file=sys.stderr)
        return 2
    return smoke(url, given.within_s)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
