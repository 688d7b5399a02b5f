#!/usr/bin/env bash
# All figures of bench/README.md but the HTTP ones, one table: name, figure, unit. Takes about ten
# minutes; the machine should have nothing else to do.
# Usage: bench/all.sh BUILD-FOLDER   (Release, -DHIKAE_BENCH=ON; see bench/README.md)
set -euo pipefail
cd "$(dirname "$0")/.."
build="${1:?usage: bench/all.sh BUILD-FOLDER}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

section() { printf '\n== %s\n' "$1"; }

section "pure parts, items per second"
"$build/bench_core" --benchmark_format=json 2>/dev/null | /usr/bin/env python3 -c '
import json, sys
for row in json.load(sys.stdin)["benchmarks"]:
    print("%-44s %14s" % (row["name"], format(int(row["items_per_second"]), ",")))'

section "the engine on its disk"
"$build/bench_durable" "$folder" 1000000

section "lateness of a window, 1,000 targets"
bench/window.sh 1000 "$build/hikae"

section "a restart with 1,000 runs in flight"
bench/restart.sh 1000 200 "$build/hikae"

section "a night of 1,000 instances"
bench/night.sh 1000 "$build/hikae"

section "a year of 50 instances, simulated"
TIMEFORMAT='wall                    %R s (%U s of CPU)'
time "$build/hikae" simulate --days 365 --instances 50 >/dev/null
