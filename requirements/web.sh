#!/usr/bin/env bash
# The pages' JavaScript, as web/package-lock.json pins it. npm is the system's, or Node's wheel in the environment given.
set -euo pipefail
environment=$1

if ! command -v npm >/dev/null; then
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
  PATH="$environment/bin:$PATH"
fi
echo "installing the pages' packages into web/node_modules"
npm ci --prefix web --silent --no-progress
sha256sum web/package-lock.json >web/node_modules/.kilowait-lock
