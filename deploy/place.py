"""Deployment: where to, and what is yours there; everything a person types is checked here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from deploy.regions import CODES, app_engine_region, zone_in
from services.configuration import BadConfiguration, from_environment

_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
_BRIDGE = re.compile(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?")
_VERSION = re.compile(r"[a-z]([a-z0-9-]{0,60}[a-z0-9])?")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")
BETWEEN_VARIABLES = "@@"
"""What separates variables for gcloud, in which values may have commas."""
_OURS = frozenset({"KILOWAIT_STORE", "KILOWAIT_BUS", "KILOWAIT_NOTIFIER", "KILOWAIT_PUBLIC_URL"})


class BadPlace(ValueError):
    """What was typed cannot be; the text is one line that says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One deployment. Make it with :func:`place_of`."""

    project: str
    region: str
    bridges: tuple[str, ...]
    public_url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """``KILOWAIT_…`` variables beside those that follow from the project."""
    version: str = ""
    """App Engine's name of the version; without one App Engine makes it up and sends everybody there at once."""
    image_tag: str = "latest"

    @property
    def zone(self) -> str:
        return zone_in(self.region)

    @property
    def app_engine_region(self) -> str:
        return app_engine_region(self.region)

    @property
    def own_url(self) -> str:
        """Where App Engine serves the project without any domain of yours."""
        return f"https://{self.project}.{CODES[self.region]}.r.appspot.com"

    @property
    def image(self) -> str:
        """The bridge's container image."""
        return f"{self.region}-docker.pkg.dev/{self.project}/kilowait/bridge:{self.image_tag}"

    def account(self, name: str) -> str:
        """The e-mail address of one of the project's service accounts."""
        return f"{name}@{self.project}.iam.gserviceaccount.com"


def place_of(
    project: str,
    region: str,
    *,
    bridges: Iterable[str] = (),
    public_url: str = "",
    settings: Iterable[str] = (),
    version: str = "",
    image_tag: str = "latest",
) -> Place:
    """The place described on a command line. Raises :class:`BadPlace`.

    ``bridges`` are ids, with commas between; ``settings`` are ``NAME=VALUE``, with semicolons between.
    """
    if not _PROJECT.fullmatch(project):
        raise BadPlace(
            f"--project {project!r}: a project id has 6 to 30 lower-case letters, digits and hyphens, a letter first"
            " (the id, not the name nor the number)"
        )
    if region not in CODES:
        raise BadPlace(f"--region {region!r}: it must be one that has every service used here: {', '.join(CODES)}")
    if version and not _VERSION.fullmatch(version):
        raise BadPlace(f"--version {version!r}: lower-case letters, digits and hyphens, a letter first, 62 at most")
    if not _TAG.fullmatch(image_tag):
        raise BadPlace(f"--image-tag {image_tag!r}: letters, digits, '.', '_' and '-', 128 at most")
    place = Place(
        project=project, region=region, bridges=_bridges(bridges), public_url="", version=version, image_tag=image_tag
    )
    public_url = public_url.rstrip("/") or place.own_url
    if not _URL.fullmatch(public_url):
        raise BadPlace(f"--public-url {public_url!r}: an address such as https://charging.example.org")
    return replace(place, public_url=public_url, settings=_settings(settings, project, public_url))


def _bridges(texts: Iterable[str]) -> tuple[str, ...]:
    ids = [each.strip() for text in texts for each in text.split(",") if each.strip()]
    for bridge_id in ids:
        if not _BRIDGE.fullmatch(bridge_id):
            raise BadPlace(
                f"--bridge {bridge_id!r}: 1 to 22 lower-case letters, digits and hyphens, a letter first"
                " (accounts and machines are named after it)"
            )
    if twice := {each for each in ids if ids.count(each) > 1}:
        raise BadPlace(f"--bridge {min(twice)!r} is named twice")
    return tuple(ids)


def _settings(texts: Iterable[str], project: str, public_url: str) -> dict[str, str]:
    settings: dict[str, str] = {}
    for text in (part.strip() for each in texts for part in each.split(";") if part.strip()):
        name, equals, value = text.partition("=")
        if not equals:
            raise BadPlace(f"--set {text!r}: NAME=VALUE, such as KILOWAIT_REGISTRATION=closed")
        if name in _OURS:
            raise BadPlace(f"--set {name}: it follows from the project (the address from --public-url)")
        if "SECRET" in name or "PASSWORD" in name:
            raise BadPlace(f"--set {name}: everybody who may look at the deployment would read it; none is needed here")
        if not value.isprintable() or not name.startswith("KILOWAIT_"):
            raise BadPlace(f"--set {text!r}: only KILOWAIT_… variables, printable values")
        if BETWEEN_VARIABLES in f"{value}@":
            raise BadPlace(
                f"--set {name}: a value cannot hold {BETWEEN_VARIABLES} nor end in @: it separates variables"
            )
        settings[name] = value
    try:
        from_environment({**settings, "KILOWAIT_PUBLIC_URL": public_url, "KILOWAIT_BUS": f"pubsub:{project}"})
    except BadConfiguration as error:
        raise BadPlace(f"--set or --public-url: {error}") from error
    return settings
