"""Deployment: a field's own indexes across collections of one name, which `gcloud` cannot make (it can within one).

``python -m deploy.field_indexes --project P GROUP FIELD SCOPE:ORDER …``, such as ``COLLECTION_GROUP:ASCENDING``.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from deploy.rest import Refused, Service, token_of_gcloud

ADDRESS = "https://firestore.googleapis.com"
PAUSE_S = 5.0
WITHIN_S = 1800.0
_SCOPES = ("COLLECTION", "COLLECTION_GROUP")
_ORDERS = ("ASCENDING", "DESCENDING")


def field_body(field: str, indexes: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """What Firestore is told: all of the field's indexes as (scope, order); those left out are removed."""
    listed = [{"queryScope": scope, "fields": [{"fieldPath": field, "order": order}]} for scope, order in indexes]
    return {"indexConfig": {"indexes": listed}}


def index_field(
    service: Service,
    project: str,
    group: str,
    field: str,
    indexes: Sequence[tuple[str, str]],
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Give a field its indexes and wait until they are built, half an hour at most. Raises :class:`Refused`."""
    path = f"/v1/projects/{project}/databases/(default)/collectionGroups/{group}/fields/{field}"
    operation = service.ask("PATCH", f"{path}?updateMask=indexConfig", field_body(field, indexes))
    until = time.monotonic() + WITHIN_S
    while not operation.get("done"):
        if time.monotonic() > until:
            raise Refused(f"{group}.{field}: not built within {WITHIN_S:.0f} s; {operation['name']} goes on")
        pause(PAUSE_S)
        operation = service.ask("GET", f"/v1/{operation['name']}")
    if "error" in operation:
        raise Refused(f"{group}.{field}: {operation['error'].get('message', operation['error'])}")


def index_of(text: str) -> tuple[str, str]:
    """``SCOPE:ORDER`` as two words. Raises ``ValueError``."""
    scope, _, order = text.partition(":")
    if scope not in _SCOPES or order not in _ORDERS:
        raise ValueError(text)
    return scope, order


def main(arguments: Sequence[str]) -> int:
    """Exit code 0, or 1 with one line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.field_indexes", description=__doc__)
    parser.add_argument("--project", required=True)
    parser.add_argument("group")
    parser.add_argument("field")
    parser.add_argument("indexes", nargs="+", type=index_of, metavar="SCOPE:ORDER")
    given = parser.parse_args(arguments)
    try:
        index_field(Service(ADDRESS, token_of_gcloud()), given.project, given.group, given.field, given.indexes)
    except Refused as refused:
        print(f"indexes: {refused}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
