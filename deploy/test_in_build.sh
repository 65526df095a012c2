#!/usr/bin/env bash
# The whole test run inside Cloud Build: Debian with Python 3.13, to which Java, Google's emulators and a browser are added.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DEBIAN_FRONTEND=noninteractive
readonly KEY=/usr/share/keyrings/google-cloud.gpg

apt-get update --quiet
apt-get install --quiet --yes --no-install-recommends apt-transport-https ca-certificates curl gnupg make
curl --silent --show-error --fail https://packages.cloud.google.com/apt/doc/apt-key.gpg | gpg --dearmor --output "$KEY"
echo "deb [signed-by=$KEY] https://packages.cloud.google.com/apt cloud-sdk main" > /etc/apt/sources.list.d/google-cloud.list
apt-get update --quiet
apt-get install --quiet --yes --no-install-recommends chromium default-jre-headless google-cloud-cli \
  google-cloud-cli-firestore-emulator google-cloud-cli-pubsub-emulator

CI=1 exec .ci/run
