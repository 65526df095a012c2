"""Deployment, parts `apis` and `accounts`: what is switched on, and who may do what."""

from collections.abc import Iterator

from deploy import things
from deploy.parts.gcloud import gcloud, member, role
from deploy.place import Place
from deploy.step import Step


def apis(place: Place) -> Iterator[Step]:
    """Takes a minute or two the first time."""
    yield Step(
        part="apis",
        why="switch on the services used (free; an account for billing must be linked to the project)",
        do=gcloud(place, "services", "enable", *(f"{each}.googleapis.com" for each in things.APIS)),
    )


def accounts(place: Place) -> Iterator[Step]:
    """The accounts and their rights on the project. Rights on single things are given where the thing is made."""
    everyone = (*things.ACCOUNTS, *(things.bridge_account(each) for each in place.bridges))
    for account in everyone:
        yield Step(
            part="accounts",
            why=f"{account.name}: {account.why}",
            unless=gcloud(place, "iam", "service-accounts", "describe", place.account(account.name)),
            do=gcloud(
                place, "iam", "service-accounts", "create", account.name, f"--display-name=Kilowait {account.name}"
            ),
        )
        for name in account.roles:
            yield Step(
                part="accounts",
                why=f"{account.name} gets {name}",
                do=gcloud(
                    place,
                    "projects",
                    "add-iam-policy-binding",
                    place.project,
                    member(place, account.name),
                    role(name),
                    "--condition=None",
                ),
            )
    for account in everyone:
        if account is not things.BUILD:
            yield Step(
                part="accounts",
                why=f"{things.BUILD.name} may start what runs as {account.name}",
                do=gcloud(
                    place,
                    "iam",
                    "service-accounts",
                    "add-iam-policy-binding",
                    place.account(account.name),
                    member(place, things.BUILD.name),
                    role("iam.serviceAccountUser"),
                ),
            )
