"""Starting the bridge: one readable line when it cannot, and TLS where it is asked for."""

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
import websocket

from tests.contracts.bridge.conftest import ROOT, BridgeProcess
from tests.fakes.bridge_api import FakeApi
from tests.fakes.charge_point import basic

MakeBridge = Callable[..., BridgeProcess]


def refusal(tmp_path: Path, *more: str, secret: str = "s", **options: str) -> str:
    token = tmp_path / "token"
    token.write_text("t")
    given = {
        "listen": "127.0.0.1:0",
        "control": "127.0.0.1:0",
        "api": "http://127.0.0.1:1",
        "token-file": str(token),
        "spool": str(tmp_path / "spool.db"),
        **options,
    }
    arguments = [part for name, value in given.items() for part in (f"--{name}", value)]
    ended = subprocess.run(
        [sys.executable, "-m", "ocpp_bridge", *arguments, *more],
        cwd=ROOT,
        env={**os.environ, "KILOWAIT_CONTROL_SECRET": secret},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    return ended.stderr


def test_without_the_control_secret_it_does_not_start(tmp_path: Path) -> None:
    text = refusal(tmp_path, secret="")
    assert re.fullmatch(r"ocpp_bridge: .*KILOWAIT_CONTROL_SECRET.*\n", text)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"bus": "smoke"}, "a bus is 'local' or 'pubsub:PROJECT'"),
        ({"bus": "pubsub:"}, "a bus is"),
        ({"bus": "pubsub:My Project"}, "a project id of Google Cloud"),
        ({"bus": "pubsub:my-project", "bridge-id": "ü" * 64}, "does not fit in the name of a topic"),
        ({"api": "127.0.0.1:8080"}, "--api is"),
        ({"token-file": "/nowhere/token"}, "--token-file"),
        ({"listen": "8080"}, "--listen is HOST:PORT"),
        ({"control": "127.0.0.1:x"}, "--control is HOST:PORT"),
        ({"spool": "/nowhere/spool.db"}, "unable to open"),
        ({"cert": "/nowhere/cert.pem"}, "certificate cannot be used"),
        ({"key": "/nowhere/key.pem"}, "need --cert"),
    ],
)
def test_a_bad_setting_is_one_readable_line(tmp_path: Path, options: dict[str, str], why: str) -> None:
    text = refusal(tmp_path, **options)
    assert text.count("\n") == 1
    assert text.startswith("ocpp_bridge: ")
    assert why in text


def test_started_twice_on_one_spool_the_second_leaves_the_first_alone(
    bridge: BridgeProcess, api: FakeApi, tmp_path: Path
) -> None:
    with bridge.charge_point() as point:
        point.boot()
        api.wait_for_kind("boot")
        point.answers["UnlockConnector"] = None
        bridge.command("ocpp", command_id="c", action="UnlockConnector", payload={"connectorId": 1})
        point.next_call("UnlockConnector")
        text = refusal(tmp_path, api=api.root, spool=str(bridge.spool))
        assert text.endswith("another bridge uses this spool\n")
        assert text.count("\n") == 1
        point.send([3, point.last_call_id, {"status": "Unlocked"}])
        (result,) = api.wait_for_result("c")
    assert result["outcome"] == "accepted"


def test_an_address_in_use_is_one_readable_line(bridge: BridgeProcess, tmp_path: Path) -> None:
    taken = bridge.ocpp.removeprefix("ws://").removesuffix("/ocpp")
    (line,) = [
        line
        for line in refusal(tmp_path, listen=taken, spool=str(tmp_path / "other.db")).splitlines()
        if line.startswith("ocpp_bridge")
    ]
    assert "address already in use" in line


def test_the_api_root_may_end_in_api(make_bridge: MakeBridge, api: FakeApi) -> None:
    make_bridge("--api", f"{api.root}/api/")
    api.wait_for(lambda fake: fake.config_polls)


def test_the_configuration_is_polled_with_its_cursor(make_bridge: MakeBridge, api: FakeApi) -> None:
    make_bridge("--config-s", "0.1")
    polls = api.wait_for(lambda fake: len(fake.config_polls) >= 3 and fake.config_polls)
    assert polls[0] == ""
    assert polls[1] == polls[2] != ""


def test_profiles_2_and_3_work_over_tls(make_bridge: MakeBridge, api: FakeApi, tmp_path: Path) -> None:
    authority = trustme.CA()
    server = authority.issue_cert("localhost", "127.0.0.1")
    chain, key, roots = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "roots.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in server.cert_chain_pems))
    key.write_bytes(server.private_key_pem.bytes())
    authority.cert_pem.write_to_path(roots)
    api.add_charge_point("PW", security_profile=2)
    api.add_charge_point("CERT", password=None, security_profile=3)
    bridge = make_bridge("--cert", str(chain), "--key", str(key), "--client-ca", str(roots))
    api.wait_for(lambda fake: fake.config_polls)
    assert bridge.ocpp.startswith("wss://")

    def connect(name: str, client: str = "", header: str = "") -> websocket.WebSocket:
        context = ssl.create_default_context(cafile=roots)
        if client:
            certificate = authority.issue_cert(f"{client}.example", common_name=client)
            path = tmp_path / f"{client}.pem"
            certificate.private_key_and_cert_chain_pem.write_to_path(path)
            context.load_cert_chain(path)
        return websocket.create_connection(
            f"{bridge.ocpp}/{name}",
            sslopt={"context": context},
            subprotocols=["ocpp1.6"],
            header=[f"Authorization: {header}"] if header else [],
            timeout=10,
        )

    connect("PW", header=basic("PW", b"secret")).close()
    connect("CERT", client="CERT").close()
    for name, client, header in [("PW", "", ""), ("CERT", "", ""), ("CERT", "PW", "")]:
        with pytest.raises(websocket.WebSocketBadStatusException) as refused:
            connect(name, client, header)
        assert refused.value.status_code in {401, 403}
