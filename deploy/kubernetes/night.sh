#!/usr/bin/env bash
# One night of one target: of the one whose line in the list of targets has this pod's index.
#
#   SCIM_CONFIG   a folder with targets.toml, and with targets: the names, a line each
#   SCIM_SECRETS  a folder with NAME.env for each target that takes something from the environment
#   SCIM_STATE    a folder that outlives the pod: ledgers, reports, and each target's last night that judged
#   SCIM_WEBHOOK  optional: where changes.json is sent
set -euo pipefail
config=${SCIM_CONFIG:-/etc/scim-contract}
secrets=${SCIM_SECRETS:-/etc/scim-contract-secrets}
cd "${SCIM_STATE:-/var/lib/scim-contract}"

target=$(sed -n "$((JOB_COMPLETION_INDEX + 1))p" "$config/targets")
if [ -z "$target" ]; then
  echo "night.sh: no target has the index $JOB_COMPLETION_INDEX: completions exceeds the lines of $config/targets" >&2
  exit 2
fi
if [ -f "$secrets/$target.env" ]; then source "$secrets/$target.env"; fi
export SCIM_CONTRACT_TARGETS="$config/targets.toml"
mkdir -p baseline

# What a pod that was killed left is in its ledger, which is still here.
if compgen -G ".scim-contract/$target/*.jsonl" > /dev/null; then
  scim-contract cleanup --target "$target" || true
fi

# In the background, since a shell that waits for a command in front hears of no signal: the pod's end must reach the
# run, which then cleans up and writes its reports.
scim-contract run --target "$target" --baseline baseline --fail-on new --max-seconds "${SCIM_MAX_SECONDS:-3600}" "$@" &
run=$!
trap 'kill -TERM "$run"' TERM INT
set +e
wait "$run"; code=$?
if [ "$code" -gt 128 ]; then wait "$run"; code=$?; fi # the first wait ended with the signal, the second with the run
set -e

# A night that is inconclusive (3) or did not begin (2) is no baseline: what it did not judge would be new tomorrow.
if [ "$code" -le 1 ]; then
  mkdir -p "baseline/$target" && cp "reports/$target/report.json" "baseline/$target/report.json"
fi
if [ -n "${SCIM_WEBHOOK:-}" ] && [ -f "reports/$target/changes.json" ]; then
  python3 -c 'import httpx, pathlib, sys; httpx.post(sys.argv[1], content=pathlib.Path(sys.argv[2]).read_bytes(),
    headers={"Content-Type": "application/json"}).raise_for_status()' "$SCIM_WEBHOOK" "reports/$target/changes.json" || true
fi
exit "$code"
