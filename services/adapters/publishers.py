"""The adapters of the ``Publisher`` port, as the configuration names them."""

from dataclasses import replace

from services.adapters.mqtt_publisher import MqttPublisher
from services.adapters.pubsub_publisher import PubSubPublisher
from services.configuration import Configuration
from services.ports import Publisher
from services.publishing.address import Topic, address_of


def publisher_of(configuration: Configuration) -> Publisher | None:
    """None: nobody is told.

    In the cloud a function publishes, which comes and goes: only on one machine the broker tells whether we are there.
    """
    if not configuration.publish:
        return None
    address = address_of(configuration.publish)
    if isinstance(address, Topic):
        return PubSubPublisher(address.project)
    broker = replace(
        address,
        password=configuration.publish_password,
        ca_file=configuration.publish_ca,
        client_id=configuration.publish_client_id,
    )
    return MqttPublisher(broker, stays=configuration.bus == "local")
