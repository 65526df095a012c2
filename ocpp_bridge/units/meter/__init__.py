"""A meter beside a charger without any protocol: its samples come over HTTP or MQTT, all else is derived."""
