#!/usr/bin/env bash
# What the tests need of the operating system: a browser and an MQTT broker, from Debian's packages.
# Installs them where that is possible without a question; else it says what is missing, and their tests are left out.
set -euo pipefail

missing=()
for package in chromium mosquitto; do
  PATH="$PATH:/usr/sbin" command -v "$package" >/dev/null || missing+=("$package")
done
[[ ${#missing[@]} -eq 0 ]] && exit 0

if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
  echo "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install --yes --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "not installed: ${missing[*]}; tests that need them are left out"
fi
