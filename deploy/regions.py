"""Deployment: the regions that have every service used here, and the code App Engine puts in its addresses.

From Google's page "How requests are routed" (App Engine); a step of the part `store` holds the code against what the
project itself says.
"""

CODES = {
    "asia-east1": "de",
    "asia-east2": "df",
    "asia-northeast1": "an",
    "asia-northeast2": "dt",
    "asia-northeast3": "du",
    "asia-south1": "el",
    "asia-southeast1": "as",
    "asia-southeast2": "et",
    "australia-southeast1": "ts",
    "europe-central2": "lm",
    "europe-west1": "ew",
    "europe-west2": "nw",
    "europe-west3": "ey",
    "europe-west6": "oa",
    "northamerica-northeast1": "nn",
    "southamerica-east1": "rj",
    "us-central1": "uc",
    "us-east1": "ue",
    "us-east4": "uk",
    "us-west1": "uw",
    "us-west2": "wl",
    "us-west3": "wm",
    "us-west4": "wn",
}
ZONES = {"europe-west1": "b", "us-east1": "b"}
"""The zone machines are put in; where nothing is said: a. These two have no zone a."""
_ELDEST = {"europe-west1": "europe-west", "us-central1": "us-central"}


def app_engine_region(region: str) -> str:
    """App Engine's own name of a region: its two eldest have no number."""
    return _ELDEST.get(region, region)


def zone_in(region: str) -> str:
    """A zone of the region."""
    return f"{region}-{ZONES.get(region, 'a')}"
