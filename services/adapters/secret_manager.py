"""Adapters: reads a secret from Google's Secret Manager with the machine's own account, where there is no disk for one.

Two plain requests instead of a client library: it is asked once in a process's life.
"""

import base64
import binascii
import os
import re

import httpx

PREFIX = "secret:"
TIMEOUT_S = 10.0
_NAME = re.compile(r"projects/[a-z0-9.:-]{1,120}/secrets/[A-Za-z0-9_-]{1,255}(/versions/([0-9]{1,10}|latest))?")
_TOKEN = "computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105 -- a path
_METADATA_HOST = "GCE_METADATA_HOST"
"""The variable by which Google's own libraries let the metadata server be somewhere else."""


class SecretTrouble(ValueError):
    """The secret cannot be had; one line that holds nothing of it."""


def read_secret(reference: str, client: httpx.Client | None = None) -> bytes:
    """What ``secret:projects/P/secrets/NAME[/versions/N]`` names; the latest version unless said.

    Raises :class:`SecretTrouble`.
    """
    name = reference.removeprefix(PREFIX)
    if not _NAME.fullmatch(name):
        raise SecretTrouble("A secret is named secret:projects/PROJECT/secrets/NAME or …/versions/N.")
    name = name if "/versions/" in name else f"{name}/versions/latest"
    host = os.environ.get(_METADATA_HOST) or "metadata.google.internal"
    with client or httpx.Client(timeout=TIMEOUT_S) as asking:
        try:
            token = asking.get(f"http://{host}/{_TOKEN}", headers={"Metadata-Flavor": "Google"})
            token.raise_for_status()
            bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
            answer = asking.get(f"https://secretmanager.googleapis.com/v1/{name}:access", headers=bearer)
            answer.raise_for_status()
            return base64.b64decode(answer.json()["payload"]["data"], validate=True)
        except httpx.HTTPStatusError as error:
            raise SecretTrouble(f"{name} cannot be read: it was answered {error.response.status_code}.") from error
        except httpx.HTTPError as error:
            raise SecretTrouble(f"{name} cannot be read ({type(error).__name__}): not on Google Cloud?") from error
        except (binascii.Error, ValueError, KeyError, TypeError) as error:
            raise SecretTrouble(f"{name} cannot be read: the answer is none of Secret Manager's.") from error
