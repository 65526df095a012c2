"""Deployment, part `secrets`: a bridge's secrets. Values never stand in a command: they come from chance or by hand."""

from collections.abc import Iterator

from deploy import things
from deploy.parts.gcloud import gcloud, member, role
from deploy.place import Place
from deploy.step import Step

_FROM_CHANCE = ("openssl", "rand", "-hex", "32")


def secrets(place: Place) -> Iterator[Step]:
    """Made empty where the operator brings the value (docs/deploy.md)."""
    for bridge_id in place.bridges:
        for secret in things.secrets_of(bridge_id):
            here = secret.made == "here"
            yield Step(
                part="secrets",
                why=f"{secret.name}: {secret.why}{'' if here else '; empty until you add it'}",
                unless=gcloud(place, "secrets", "describe", secret.name),
                feed=_FROM_CHANCE if here else (),
                do=gcloud(
                    place,
                    "secrets",
                    "create",
                    secret.name,
                    "--replication-policy=automatic",
                    *(("--data-file=-",) if here else ()),
                ),
            )
            yield Step(
                part="secrets",
                why=f"the bridge {bridge_id} reads it, and nobody else",
                do=gcloud(
                    place,
                    "secrets",
                    "add-iam-policy-binding",
                    secret.name,
                    member(place, things.bridge_account(bridge_id).name),
                    role("secretmanager.secretAccessor"),
                ),
            )
