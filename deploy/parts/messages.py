"""Deployment, parts `messages` and `times`: topics, the bridges' subscriptions, who publishes, and what time starts."""

import json
from collections.abc import Iterator

from deploy import things
from deploy.parts.gcloud import gcloud, member, role
from deploy.place import Place
from deploy.step import Step
from wire.topics import DECISIONS, PUBLISHED, PUBLISHED_ROW, commands_topic


def messages(place: Place) -> Iterator[Step]:
    """A bridge reads its own subscription only; only the API and the functions publish."""
    for topic in things.topics(place.bridges):
        yield Step(
            part="messages",
            why=f"topic {topic}",
            unless=gcloud(place, "pubsub", "topics", "describe", topic),
            do=gcloud(place, "pubsub", "topics", "create", topic),
        )
    for topic in (DECISIONS, *(commands_topic(each) for each in place.bridges)):
        for account in things.PUBLISHERS:
            yield Step(
                part="messages",
                why=f"{account.name} publishes on {topic}",
                do=gcloud(
                    place,
                    "pubsub",
                    "topics",
                    "add-iam-policy-binding",
                    topic,
                    member(place, account.name),
                    role("pubsub.publisher"),
                ),
            )
    for bridge_id in place.bridges:
        yield from _subscription(place, bridge_id)
    if place.settings.get(things.PUBLISH) == f"pubsub:{place.project}":
        yield from _published(place)


def _published(place: Place) -> Iterator[Step]:
    """The topic a warehouse reads: it takes nothing that does not fit its schema."""
    yield Step(
        part="messages",
        why=f"schema {PUBLISHED}: the row every message is",
        unless=gcloud(place, "pubsub", "schemas", "describe", PUBLISHED),
        do=gcloud(
            place, "pubsub", "schemas", "create", PUBLISHED, "--type=avro", f"--definition={json.dumps(PUBLISHED_ROW)}"
        ),
    )
    schema = (f"--schema={PUBLISHED}", "--message-encoding=json")
    yield Step(
        part="messages",
        why=f"topic {PUBLISHED}: what outside systems are told",
        unless=gcloud(place, "pubsub", "topics", "describe", PUBLISHED),
        do=gcloud(place, "pubsub", "topics", "create", PUBLISHED, *schema),
    )
    yield Step(
        part="messages",
        why=f"{things.JOBS.name} publishes on {PUBLISHED}",
        do=gcloud(
            place,
            "pubsub",
            "topics",
            "add-iam-policy-binding",
            PUBLISHED,
            member(place, things.JOBS.name),
            role("pubsub.publisher"),
        ),
    )


def _subscription(place: Place, bridge_id: str) -> Iterator[Step]:
    name = commands_topic(bridge_id)
    yield Step(
        part="messages",
        why=f"where the bridge {bridge_id} reads its commands, in order",
        unless=gcloud(place, "pubsub", "subscriptions", "describe", name),
        do=gcloud(place, "pubsub", "subscriptions", "create", name, f"--topic={name}", *things.SUBSCRIPTION_FLAGS),
    )
    yield Step(
        part="messages",
        why=f"the bridge {bridge_id} reads its own commands, and only these",
        do=gcloud(
            place,
            "pubsub",
            "subscriptions",
            "add-iam-policy-binding",
            name,
            member(place, things.bridge_account(bridge_id).name),
            role("pubsub.subscriber"),
        ),
    )


def times(place: Place) -> Iterator[Step]:
    """What time starts."""
    for job in things.JOBS_BY_TIME:
        flags = (
            f"--schedule={job.schedule}",
            f"--topic=projects/{place.project}/topics/{job.topic}",
            "--message-body={}",
            "--time-zone=Etc/UTC",
            f"--location={place.region}",
        )
        yield Step(
            part="times",
            why=f"job {job.topic} ({job.schedule}): {job.why}",
            unless=gcloud(place, "scheduler", "jobs", "describe", job.topic, f"--location={place.region}"),
            update=gcloud(place, "scheduler", "jobs", "update", "pubsub", job.topic, *flags),
            do=gcloud(place, "scheduler", "jobs", "create", "pubsub", job.topic, *flags),
        )
