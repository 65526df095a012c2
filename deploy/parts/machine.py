"""Deployment, parts `image`, `machine` and `bridge`: the bridge's container, its machine, and a new version."""

from collections.abc import Iterator

from deploy import things
from deploy.parts.gcloud import gcloud, member, role
from deploy.place import Place
from deploy.step import Step, Words

OCPP_PORT = 443
"""What networks of chargers let out."""
_TAG = "kilowait-bridge"
_NETWORK = "kilowait"
_REPOSITORY = "kilowait"


def image(place: Place) -> Iterator[Step]:
    """Where images are kept, and the bridge's, built by Cloud Build: no Docker is needed here."""
    located = f"--location={place.region}"
    yield Step(
        part="image",
        why="where container images are kept",
        unless=gcloud(place, "artifacts", "repositories", "describe", _REPOSITORY, located),
        do=gcloud(place, "artifacts", "repositories", "create", _REPOSITORY, "--repository-format=docker", located),
    )
    for bridge_id in place.bridges:
        account = things.bridge_account(bridge_id).name
        yield Step(
            part="image",
            why=f"{account} may fetch them",
            do=gcloud(
                place,
                "artifacts",
                "repositories",
                "add-iam-policy-binding",
                _REPOSITORY,
                located,
                member(place, account),
                role("artifactregistry.reader"),
            ),
        )
    if place.bridges:
        yield Step(
            part="image",
            why="the bridge's image",
            do=gcloud(
                place,
                "builds",
                "submit",
                ".",
                "--config=deploy/bridge/image.yaml",
                "--ignore-file=.dockerignore",
                f"--substitutions=_IMAGE={place.image}",
                f"--service-account=projects/{place.project}/serviceAccounts/{place.account(things.BUILD.name)}",
            ),
        )


def machine(place: Place) -> Iterator[Step]:
    """A network of its own in which one port is open, and per bridge an address, a disk and a machine."""
    if not place.bridges:
        return
    yield Step(
        part="machine",
        why="a network in which nothing is open",
        unless=gcloud(place, "compute", "networks", "describe", _NETWORK),
        do=gcloud(place, "compute", "networks", "create", _NETWORK, "--subnet-mode=auto"),
    )
    yield Step(
        part="machine",
        why=f"chargers come in at port {OCPP_PORT}, and nothing else comes in",
        unless=gcloud(place, "compute", "firewall-rules", "describe", "kilowait-ocpp"),
        do=gcloud(
            place,
            "compute",
            "firewall-rules",
            "create",
            "kilowait-ocpp",
            f"--network={_NETWORK}",
            "--direction=INGRESS",
            f"--allow=tcp:{OCPP_PORT}",
            "--source-ranges=0.0.0.0/0",
            f"--target-tags={_TAG}",
        ),
    )
    for bridge_id in place.bridges:
        yield from _machine_of(place, bridge_id)


def _machine_of(place: Place, bridge_id: str) -> Iterator[Step]:
    name = f"bridge-{bridge_id}"
    regional, zonal = f"--region={place.region}", f"--zone={place.zone}"
    yield Step(
        part="machine",
        why=f"the address chargers of {name} are given; it stays",
        unless=gcloud(place, "compute", "addresses", "describe", name, regional),
        do=gcloud(place, "compute", "addresses", "create", name, regional),
    )
    yield Step(
        part="machine",
        why=f"the disk of {name}: events not posted yet outlive the machine",
        unless=gcloud(place, "compute", "disks", "describe", f"{name}-spool", zonal),
        do=gcloud(place, "compute", "disks", "create", f"{name}-spool", "--size=10GB", "--type=pd-balanced", zonal),
    )
    yield Step(
        part="machine",
        why=f"the machine of {name}; it waits for its secrets",
        unless=gcloud(place, "compute", "instances", "describe", name, zonal),
        do=gcloud(
            place,
            "compute",
            "instances",
            "create",
            name,
            zonal,
            "--machine-type=e2-micro",
            "--image-family=cos-stable",
            "--image-project=cos-cloud",
            "--boot-disk-size=10GB",
            "--boot-disk-type=pd-standard",
            f"--disk=name={name}-spool,device-name=spool,auto-delete=no",
            f"--network={_NETWORK}",
            f"--address={name}",
            f"--tags={_TAG}",
            f"--service-account={place.account(name)}",
            "--scopes=cloud-platform",
            "--shielded-secure-boot",
            "--deletion-protection",
            f"--metadata={_metadata(place, bridge_id)}",
            "--metadata-from-file=startup-script=deploy/bridge/start.sh",
        ),
    )
    yield Step(
        part="machine",
        why=f"{things.BUILD.name} may bring {name} a new version",
        do=gcloud(
            place,
            "compute",
            "instances",
            "add-iam-policy-binding",
            name,
            zonal,
            member(place, things.BUILD.name),
            role("compute.instanceAdmin.v1"),
        ),
    )


def bridge(place: Place) -> Iterator[Step]:
    """A new version on the machines there are: off and on again, a minute in which chargers keep what they have."""
    for bridge_id in place.bridges:
        name, zonal = f"bridge-{bridge_id}", f"--zone={place.zone}"
        commands: tuple[tuple[str, Words], ...] = (
            (
                f"what {name} is to run from its next start on",
                (
                    "add-metadata",
                    name,
                    zonal,
                    f"--metadata={_metadata(place, bridge_id)}",
                    "--metadata-from-file=startup-script=deploy/bridge/start.sh",
                ),
            ),
            (f"{name} off: it posts what it can and closes its file", ("stop", name, zonal)),
            (f"{name} on", ("start", name, zonal)),
        )
        for why, words in commands:
            yield Step(part="bridge", why=why, do=gcloud(place, "compute", "instances", *words))


def _metadata(place: Place, bridge_id: str) -> str:
    values = {
        "kilowait-bridge": bridge_id,
        "kilowait-image": place.image,
        "kilowait-api": place.public_url,
        "google-logging-enabled": "true",
    }
    return ",".join(f"{name}={value}" for name, value in values.items())
