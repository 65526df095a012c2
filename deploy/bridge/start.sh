#!/bin/bash
# Runs at every start of the bridge's machine (Container-Optimized OS): mounts the disk, fetches the secrets, starts the
# container. Every step may be done again. What it says is in Cloud Logging and at the serial port.
set -euo pipefail

readonly ROOT=${ROOT:-}  # a test's
readonly DISK=$ROOT/dev/disk/by-id/google-spool
readonly SPOOL=$ROOT/mnt/disks/spool
readonly SECRETS=$ROOT/run/kilowait
readonly BRIDGE_USER=10001
readonly METADATA=http://metadata.google.internal/computeMetadata/v1

metadata() {
  curl --silent --show-error --fail --retry 5 --retry-connrefused --header 'Metadata-Flavor: Google' "$METADATA/$1"
}

# The text of a field of a JSON object, where it holds no quotes; there is no jq here.
field() {
  tr -d '\n' | sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p"
}

# secret NAME FILE: the newest version, readable by the bridge only; 1 when there is none.
secret() {
  local found
  found=$(curl --silent --show-error --fail --header "Authorization: Bearer $token" \
    "https://secretmanager.googleapis.com/v1/projects/$project/secrets/$1/versions/latest:access") || return 1
  (umask 077 && field data <<< "$found" | base64 --decode > "$2.new")
  chown "$BRIDGE_USER:$BRIDGE_USER" "$2.new"
  mv "$2.new" "$2"
}

# Waits for what the operator has yet to add, so that the order of the two does not matter.
await_secret() {
  until secret "$1" "$2"; do
    echo "kilowait: secret $1 has no version yet; looking again in 30 s"
    sleep 30
    token=$(metadata instance/service-accounts/default/token | field access_token)
  done
}

mount_spool() {
  # A disk without file system is new; one with it is never formatted.
  if ! blkid "$DISK" > /dev/null; then
    mkfs.ext4 -q -m 0 "$DISK"
  fi
  mkdir -p "$SPOOL"
  if ! mountpoint --quiet "$SPOOL"; then
    fsck.ext4 -p "$DISK" || [ $? -le 1 ]  # 1: mended
    mount -o nodev,nosuid,noexec "$DISK" "$SPOOL"
  fi
  chown "$BRIDGE_USER:$BRIDGE_USER" "$SPOOL"
  chmod 700 "$SPOOL"
}

# The machine's own firewall drops what comes in; the network's lets only this port through.
open_port() {
  iptables --wait --check INPUT --protocol tcp --dport 443 --jump ACCEPT 2> /dev/null \
    || iptables --wait --append INPUT --protocol tcp --dport 443 --jump ACCEPT
}

start_bridge() {
  docker rm --force bridge > /dev/null 2>&1 || true
  docker run --detach --name bridge --restart always \
    --publish 443:9000 --user "$BRIDGE_USER:$BRIDGE_USER" \
    --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --stop-timeout 30 \
    --env-file "$SECRETS/environment" \
    --volume "$SPOOL:/spool" --volume "$SECRETS/files:/run/kilowait:ro" \
    "$image" --bridge-id "$bridge" --api "$api" --bus "pubsub:$project" --cert /run/kilowait/tls.pem
}

project=$(metadata project/project-id)
bridge=$(metadata instance/attributes/kilowait-bridge)
image=$(metadata instance/attributes/kilowait-image)
api=$(metadata instance/attributes/kilowait-api)
token=$(metadata instance/service-accounts/default/token | field access_token)

mount_spool
install --directory --mode 700 "$SECRETS"
install --directory --mode 700 --owner "$BRIDGE_USER" --group "$BRIDGE_USER" "$SECRETS/files"
await_secret "bridge-$bridge-control" "$SECRETS/control"
await_secret "bridge-$bridge-token" "$SECRETS/files/token"
await_secret "bridge-$bridge-tls" "$SECRETS/files/tls.pem"
(umask 077 && echo "KILOWAIT_CONTROL_SECRET=$(cat "$SECRETS/control")" > "$SECRETS/environment")

# The root's own home cannot be written to here.
export HOME=$ROOT/var/lib/kilowait
mkdir -p "$HOME"
docker-credential-gcr configure-docker --registries="${image%%/*}" > /dev/null
until docker pull "$image"; do
  echo "kilowait: the image cannot be fetched; trying again in 30 s"
  sleep 30
done
open_port
start_bridge
echo "kilowait: the bridge $bridge is started; its log: docker logs bridge"
