"""Deployment: how every `gcloud` command begins and ends."""

from deploy.place import Place
from deploy.step import Words


def gcloud(place: Place, *words: str) -> Words:
    """Always this project, and never a question: nobody may be there to answer."""
    return ("gcloud", *words, f"--project={place.project}", "--quiet")


def role(name: str) -> str:
    """The flag that names a role."""
    return f"--role=roles/{name}"


def member(place: Place, account: str) -> str:
    """The flag that names an account."""
    return f"--member=serviceAccount:{place.account(account)}"
