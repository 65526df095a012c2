const VERSION = {{ version|tojson }};
const FILES = {{ files|tojson }};
