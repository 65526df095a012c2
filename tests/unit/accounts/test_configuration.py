"""What a deployment may set, and the one line it gets for a mistake."""

import pytest

from docs.configuration import configuration_page
from services.configuration import BadConfiguration, Configuration, from_environment


def test_nothing_set_is_one_machine_on_sqlite():
    assert from_environment({"PATH": "/bin", "KILOWAITER": "x"}) == Configuration()


def test_everything_can_be_set():
    configuration = from_environment(
        {
            "KILOWAIT_STORE": "memory:",
            "KILOWAIT_BUS": "pubsub:my-project",
            "KILOWAIT_BRIDGE_URL": "http://127.0.0.1:7/",
            "KILOWAIT_CONTROL_SECRET": "0123456789abcdef",
            "KILOWAIT_REGISTRATION": "closed",
            "KILOWAIT_CORS_ORIGINS": "https://a.example.org, https://b.example.org",
            "KILOWAIT_TRUSTED_PROXIES": "1",
            "KILOWAIT_ADMIN_PASSWORD": "read elsewhere",
        }
    )
    assert configuration.bridge_url == "http://127.0.0.1:7"
    assert configuration.registration_open is False
    assert configuration.cors_origins == ("https://a.example.org", "https://b.example.org")
    assert configuration.trusted_proxies == 1
    assert "0123456789abcdef" not in repr(configuration)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KILOWAIT_STROE", "memory:"),
        ("KILOWAIT_STORE", ""),
        ("KILOWAIT_BUS", "rabbit"),
        ("KILOWAIT_BUS", "pubsub:"),
        ("KILOWAIT_BUS", "pubsub:My Project"),
        ("KILOWAIT_NOTIFIER", "pigeon"),
        ("KILOWAIT_NOTIFIER", "file:"),
        ("KILOWAIT_NOTIFIER", "fcm:"),
        ("KILOWAIT_NOTIFIER", "fcm:My Project"),
        ("KILOWAIT_NOTIFIER", "fcm:../x"),
        ("KILOWAIT_NOTIFIER", "log,"),
        ("KILOWAIT_NOTIFIER", "log,log"),
        ("KILOWAIT_NOTIFIER", "log, mail"),
        ("KILOWAIT_NOTIFIER", "fcm:a,fcm:b"),
        ("KILOWAIT_NOTIFIER", "log,webhook"),
        ("KILOWAIT_MAIL", "pigeon"),
        ("KILOWAIT_MAIL", "http://mail.example.org"),
        ("KILOWAIT_VAPID_SUBJECT", "ops@example.org"),
        ("KILOWAIT_PRIVATE_HOSTS", "chat.lan/x"),
        ("KILOWAIT_BRIDGE_URL", "ftp://x"),
        ("KILOWAIT_BRIDGE_URL", "nonsense"),
        ("KILOWAIT_CONTROL_SECRET", "short"),
        ("KILOWAIT_REGISTRATION", "yes"),
        ("KILOWAIT_TRUSTED_PROXIES", "many"),
        ("KILOWAIT_TRUSTED_PROXIES", "11"),
        ("KILOWAIT_LOG_LEVEL", "LOUD"),
        ("KILOWAIT_AUTHORITY_CERT", "a certificate without its key"),
        ("KILOWAIT_AUTHORITY_KEY", "a key without its certificate"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_variable(variable, value):
    with pytest.raises(BadConfiguration) as refused:
        from_environment({variable: value})
    assert variable in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bad_secret_is_not_repeated():
    with pytest.raises(BadConfiguration) as refused:
        from_environment({"KILOWAIT_CONTROL_SECRET": "shortsecret"})
    assert "shortsecret" not in str(refused.value)


def test_every_variable_is_on_its_page(tmp_path):
    page = configuration_page(tmp_path)
    for each in Configuration.__dataclass_fields__.values():
        assert f"| `{each.metadata['variable']}` |" in page
        assert each.metadata["meaning"] in page
