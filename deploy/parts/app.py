"""Deployment, parts `app`, `functions` and `callers`: the code itself, from the root of the checkout."""

from collections.abc import Iterator

from deploy import things
from deploy.app_yaml import RENDERED, variables_of_functions
from deploy.parts.gcloud import gcloud, member, role
from deploy.place import BETWEEN_VARIABLES, Place
from deploy.step import Step, Words


def app(place: Place) -> Iterator[Step]:
    """The API. With a version's name nobody is sent there yet: that is the promotion, after the smoke test."""
    settings = tuple(f"--set={name}={value}" for name, value in sorted(place.settings.items()))
    yield Step(
        part="app",
        why=f"{RENDERED}: app.yaml with your address and settings",
        do=(
            "python3",
            "-m",
            "deploy.app_yaml",
            f"--project={place.project}",
            f"--region={place.region}",
            f"--public-url={place.public_url}",
            *settings,
        ),
    )
    versioned: Words = (f"--version={place.version}", "--no-promote") if place.version else ()
    yield Step(
        part="app",
        why="the API on App Engine" + (f", version {place.version}, to be promoted later" if versioned else ""),
        do=gcloud(place, "app", "deploy", RENDERED, f"--service-account={place.account(things.API.name)}", *versioned),
    )


def functions(place: Place) -> Iterator[Step]:
    """Retried by Pub/Sub until they succeed, for a day at most; each drops messages that are too old for it."""
    variables = BETWEEN_VARIABLES.join(f"{name}={value}" for name, value in variables_of_functions(place).items())
    for function in things.functions(place.settings):
        yield Step(
            part="functions",
            why=f"function {function.name}: {function.why}",
            do=gcloud(
                place,
                "functions",
                "deploy",
                function.name,
                "--gen2",
                "--runtime=python313",
                f"--region={place.region}",
                "--source=.",
                f"--entry-point={function.entry_point}",
                f"--trigger-topic={function.topic}",
                "--retry",
                f"--memory={things.MEMORY}",
                f"--timeout={function.timeout_s}s",
                "--concurrency=1",
                "--min-instances=0",
                f"--max-instances={function.most_instances}",
                "--ingress-settings=internal-only",
                "--no-allow-unauthenticated",
                f"--run-service-account={place.account(things.JOBS.name)}",
                f"--trigger-service-account={place.account(things.EVENTS.name)}",
                f"--build-service-account=projects/{place.project}/serviceAccounts/{place.account(things.BUILD.name)}",
                f"--set-env-vars=^{BETWEEN_VARIABLES}^{variables}",
            ),
        )


def callers(place: Place) -> Iterator[Step]:
    """Once, when the functions are there."""
    for function in things.functions(place.settings):
        yield Step(
            part="callers",
            why=f"{things.EVENTS.name} may call {function.name}",
            do=gcloud(
                place,
                "run",
                "services",
                "add-iam-policy-binding",
                function.name,
                f"--region={place.region}",
                member(place, things.EVENTS.name),
                role("run.invoker"),
            ),
        )
