"""What outside systems are told: dashboards over MQTT, warehouses over Pub/Sub. After the commit, in order."""
