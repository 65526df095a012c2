"""Every command of the plan, parsed by the installed `gcloud` itself."""

import json

import pytest

from deploy.parts.store import indexes
from deploy.place import place_of
from deploy.plan import PARTS, plan
from deploy.step import shown
from deploy.things import topics

PLACE = place_of("charging-4711", "europe-west1", bridges=["yard", "depot-2"])
NAMES = {*topics(PLACE.bridges), *(f"commands-{each}" for each in PLACE.bridges)}
DECLARED = {
    "indexes": [
        {
            "collectionGroup": "sessions",
            "queryScope": "COLLECTION",
            "fields": [
                {"fieldPath": "charger_key", "order": "ASCENDING"},
                {"fieldPath": "sort_at", "order": "DESCENDING"},
            ],
        }
    ],
    "fieldOverrides": [
        {"collectionGroup": "locations", "fieldPath": "body", "indexes": []},
        {
            "collectionGroup": "decisions",
            "fieldPath": "expires_at",
            "ttl": True,
            "indexes": [
                {"order": "ASCENDING", "queryScope": "COLLECTION"},
                {"order": "ASCENDING", "queryScope": "COLLECTION_GROUP"},
            ],
        },
        {"collectionGroup": "things", "fieldPath": "words", "indexes": [
            {"arrayConfig": "CONTAINS", "queryScope": "COLLECTION"}
        ]},
    ],
}  # fmt: skip


def spoken(steps):
    """One of each shape: the same command with the same flags is parsed the same way whatever the topic's name is."""
    commands = [words for step in steps for words in step.commands() if words[0] == "gcloud"]
    assert commands
    shapes = {tuple(word.partition("=")[0] for word in words if word not in NAMES): words for words in commands}
    return [shown(words) for words in shapes.values()]


@pytest.mark.fuzz
def test_gcloud_takes_every_command_of_every_part(refused):
    commands = spoken(plan(PLACE, PARTS))
    assert len(commands) > 40
    assert refused(commands) == {}


def test_gcloud_takes_versions_settings_and_other_regions(refused):
    place = place_of(
        "charging-4711",
        "us-central1",
        public_url="https://charging.example.org",
        settings=["KILOWAIT_CORS_ORIGINS=https://a.example.org,https://b.example.org;KILOWAIT_MAIL_FROM=a b <c@d>"],
        version="v0123abc",
        image_tag="0123abc",
        bridges=["y"],
    )
    assert refused(spoken(plan(place, ["store", "app", "functions", "image", "machine", "bridge"]))) == {}


def test_gcloud_takes_every_kind_of_index(refused, tmp_path):
    (tmp_path / "firestore.indexes.json").write_text(json.dumps(DECLARED))
    steps = list(indexes(PLACE, tmp_path))
    assert refused(spoken(steps)) == {}
    made_by_us = [step.do for step in steps if step.do[0] == "python3"]
    assert made_by_us == [
        (
            "python3", "-m", "deploy.field_indexes", "--project=charging-4711", "decisions", "expires_at",
            "COLLECTION:ASCENDING", "COLLECTION_GROUP:ASCENDING",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        "gcloud pubsub topics create tick --nonsense=1",
        "gcloud pubsub topics make tick",
        "gcloud pubsub subscriptions create x --topic=y --ack-deadline=soon",
        "gcloud scheduler jobs create pubsub tick --location=x --topic=tick --message-body={} --project=p",
    ],
)
def test_a_command_that_cannot_be_is_told_from_one_that_can(refused, wrong):
    assert refused([wrong])
