"""The operator's commands that make keys: ``flask --app main create-authority DIR``, ``… create-vapid-keys FILE``."""

import os
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from api.commands import fail
from api.wiring import services

CERTIFICATE, KEY = "authority.pem", "authority-key.pem"


def install(app: Flask) -> None:
    """Add them to ``flask --app main``."""
    app.cli.add_command(create_authority)
    app.cli.add_command(create_vapid_keys)


@click.command("create-authority", help="Make the authority that signs charge points' certificates, in the folder DIR.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--organisation", required=True, metavar="NAME", help="Whose charge points they are: `CpoName` in OCPP.")
@with_appcontext
def create_authority(folder: Path, organisation: str) -> None:
    """Write a certificate and its key, which only their owner may read; one that is there is never overwritten."""
    from services.authority.making import make_authority  # noqa: PLC0415 -- loads `cryptography`

    try:
        certificate, key = make_authority(organisation, services().clock.now())
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in ((KEY, key), (CERTIFICATE, certificate)):
            _write_new(folder / name, content)
    except FileExistsError as error:
        fail(f"{error.filename} is there already; another authority would make all its certificates worthless.")
    except (OSError, ValueError) as error:
        fail(error)
    click.echo(f"KILOWAIT_AUTHORITY_CERT={folder / CERTIFICATE}")
    click.echo(f"KILOWAIT_AUTHORITY_KEY={folder / KEY}")
    click.echo("Give the first file to the bridge too (--client-ca), and guard the second.", err=True)


@click.command("create-vapid-keys", help="Make the key that browsers know this deployment by (Web Push), in FILE.")
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
def create_vapid_keys(file: Path) -> None:
    """Write the private key, which only its owner may read; one that is there is never overwritten."""
    from services.adapters.vapid import new_private_key, read_keys  # noqa: PLC0415 -- loads `cryptography`

    pem = new_private_key()
    try:
        _write_new(file, pem)
    except FileExistsError:
        fail(f"{file} is there already; with another key every browser would have to subscribe anew.")
    except OSError as error:
        fail(error)
    click.echo(f"KILOWAIT_VAPID_KEY={file}")
    click.echo(f"Its public half, which browsers are given: {read_keys(pem.decode(), '').public_key}", err=True)


def _write_new(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
