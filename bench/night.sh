#!/usr/bin/env bash
# One night of 1,000 instances on the embedded cloud, in virtual time: wall seconds, peak memory,
# journal writes and EC2 calls per backup. Usage: bench/night.sh [INSTANCES] [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
instances="${1:-1000}"
program="${2:-build/hikae}"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/env python3 - "$instances" "$folder" "$program" <<'PY'
import json, os, resource, subprocess, sys, time
instances, folder, program = int(sys.argv[1]), sys.argv[2], sys.argv[3]
begin = time.monotonic()
out = subprocess.run([program, "demo", "--instances", str(instances), "--json", "--data",
                      folder + "/data"], check=True, capture_output=True, text=True).stdout
wall = time.monotonic() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
night = json.loads(out)
good = sum(row["Outcome"] == "Success" for row in night["Instances"])
counters = night["Counters"]
calls = sum(counters["Ec2Calls"].values())
writes = sum(counters["Journal" + name] for name in ("Events", "Effects", "Snapshots"))
size = sum(os.path.getsize(os.path.join(folder, "data", name)) for name in ("hikae.db", "sandbox.db"))
print(f"instances               {instances} ({good} backed up)")
print(f"wall                    {wall:.1f} s")
print(f"cpu                     {used.ru_utime + used.ru_stime:.1f} s")
print(f"peak memory             {used.ru_maxrss / 1024:.0f} MiB")
print(f"journal writes a backup {writes / instances:.1f} (events, effects, snapshots)")
print(f"commits a backup        {counters['JournalCommits'] / instances:.1f}")
print(f"EC2 calls a backup      {calls / instances:.1f}")
print(f"data on disk            {size / 2**20:.0f} MiB")
for operation, count in sorted(counters["Ec2Calls"].items(), key=lambda item: -item[1]):
    print(f"  {operation:36} {count / instances:6.2f}")
PY
