"""Deployment, parts `store`, `indexes` and `rules`: the App Engine application and the database."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.parts.gcloud import gcloud, member, role
from deploy.place import Place
from deploy.step import Step, Words
from deploy.things import API

ROOT = Path(__file__).parents[2]
INDEXES = "firestore.indexes.json"
RULES = "firestore.rules"
_DATABASE = "--database=(default)"
_SCOPES = {"COLLECTION": "collection", "COLLECTION_GROUP": "collection-group"}


def store(place: Place) -> Iterator[Step]:
    """What cannot be moved later: App Engine's region and the database's location."""
    yield Step(
        part="store",
        why=f"the App Engine application; its region ({place.app_engine_region}) is for ever",
        unless=gcloud(place, "app", "describe"),
        do=gcloud(place, "app", "create", f"--region={place.app_engine_region}"),
    )
    if place.public_url == place.own_url:
        yield Step(
            part="store",
            why="App Engine's own address is the one in this plan (if not: give --public-url)",
            feed=gcloud(place, "app", "describe", "--format=value(defaultHostname)"),
            do=("grep", "-Fx", place.own_url.removeprefix("https://")),
        )
    yield Step(
        part="store",
        why=f"{API.name} may read what was uploaded for it, while App Engine builds a version",
        do=gcloud(
            place,
            "storage",
            "buckets",
            "add-iam-policy-binding",
            f"gs://staging.{place.project}.appspot.com",
            member(place, API.name),
            role("storage.objectViewer"),
        ),
    )
    yield Step(
        part="store",
        why=f"the database, in {place.region} for ever; nobody deletes it by mistake",
        unless=gcloud(place, "firestore", "databases", "describe", _DATABASE),
        do=gcloud(
            place,
            "firestore",
            "databases",
            "create",
            _DATABASE,
            f"--location={place.region}",
            "--type=firestore-native",
            "--delete-protection",
        ),
    )


def indexes(place: Place, root: Path = ROOT) -> Iterator[Step]:
    """From `firestore.indexes.json`. Only ever added to, so old and new versions both find theirs."""
    declared = json.loads((root / INDEXES).read_text("utf-8"))
    for index in declared.get("indexes", ()):
        yield _composite(place, index)
    for override in declared.get("fieldOverrides", ()):
        yield from _single_field(place, override)


def rules(place: Place) -> Iterator[Step]:
    """A part of its own, because the build account has no right to it."""
    yield Step(
        part="rules",
        why="phones and browsers never reach the database themselves",
        do=("python3", "-m", "deploy.rules", f"--project={place.project}", RULES),
    )


def _composite(place: Place, index: Mapping[str, Any]) -> Step:
    group, fields = index["collectionGroup"], index["fields"]
    return Step(
        part="indexes",
        why=f"index of {group} by {', '.join(each['fieldPath'] for each in fields)} (waits until it is built)",
        do=gcloud(
            place,
            "firestore",
            "indexes",
            "composite",
            "create",
            _DATABASE,
            f"--collection-group={group}",
            f"--query-scope={_SCOPES[index['queryScope']]}",
            *(f"--field-config=field-path={each['fieldPath']},{_kind(each)}" for each in fields),
        ),
        refuses_twice=True,
    )


def _single_field(place: Place, override: Mapping[str, Any]) -> Iterator[Step]:
    group, field = override["collectionGroup"], override["fieldPath"]
    if "indexes" in override:
        yield _own_indexes(place, group, field, override["indexes"])
    if override.get("ttl"):
        yield Step(
            part="indexes",
            why=f"Firestore deletes documents of {group} whose {field} has passed",
            do=gcloud(
                place,
                "firestore",
                "fields",
                "ttls",
                "update",
                field,
                _DATABASE,
                f"--collection-group={group}",
                "--enable-ttl",
                "--async",
            ),
        )


def _own_indexes(place: Place, group: str, field: str, wanted: Sequence[Mapping[str, Any]]) -> Step:
    why = f"{group}.{field}: {'indexed as listed' if wanted else 'never indexed by itself'}"
    if any(each["queryScope"] == "COLLECTION_GROUP" for each in wanted):
        listed = (f"{each['queryScope']}:{each['order']}" for each in wanted)
        words: Words = ("python3", "-m", "deploy.field_indexes", f"--project={place.project}", group, field, *listed)
        return Step(part="indexes", why=f"{why}, across {group} of all parents", do=words)
    flags = tuple(f"--index={_kind(each)}" for each in wanted) or ("--disable-indexes",)
    return Step(
        part="indexes",
        why=why,
        do=gcloud(
            place,
            "firestore",
            "indexes",
            "fields",
            "update",
            field,
            _DATABASE,
            f"--collection-group={group}",
            *flags,
        ),
    )


def _kind(field: Mapping[str, Any]) -> str:
    if "arrayConfig" in field:
        return f"array-config={str(field['arrayConfig']).lower()}"
    return f"order={str(field['order']).lower()}"
