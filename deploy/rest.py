"""Deployment: questions to Google's REST APIs, for the few things that `gcloud` has no command for."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANSWER_S = 30.0


class Refused(Exception):
    """Google's answer, or why there is none, in one line."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


def token_of_gcloud() -> str:
    """Who is signed in at `gcloud`. Raises :class:`Refused`."""
    try:
        done = subprocess.run(("gcloud", "auth", "print-access-token"), capture_output=True, text=True, check=True)
    except OSError as error:
        raise Refused(f"gcloud cannot be run: {error}") from error
    except subprocess.CalledProcessError as error:
        raise Refused(f"gcloud auth print-access-token: {error.stderr.strip()}") from error
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Service:
    """One API, such as ``https://firestore.googleapis.com``."""

    address: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer as JSON. Raises :class:`Refused`."""
        url = f"{self.address}{path}"
        request = urllib.request.Request(  # noqa: S310 -- Google's own address, or a test's
            url,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310 -- as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                said = error.read(500).decode("utf-8", "replace")
            raise Refused(f"{method} {url}: {error.code} {' '.join(said.split())}", error.code) from error
        except (OSError, ValueError) as error:
            raise Refused(f"{method} {url}: {error}") from error
