"""OpenEVSE: over RAPI (a serial line or TCP), over its WiFi module's HTTP and WebSocket, and over MQTT."""
