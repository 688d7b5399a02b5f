#!/usr/bin/env bash
# How long a restart takes with runs in flight: the program is killed with -9 at a random moment, 5
# to 500 ms after it was up, and started again; from the start of the process until it says that it
# is up, which it does when every run is back and its first turn is on disk.
# Usage: bench/restart.sh [RUNS] [KILLS] [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/env python3 - "${1:-1000}" "${2:-200}" "${3:-build/hikae}" "$folder" <<'PY'
import datetime, os, random, sqlite3, subprocess, sys, time
runs, kills, program, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
data = folder + "/data"


def write(name, text):
    with open(folder + "/" + name, "w") as file:
        file.write(text)
    return folder + "/" + name


def command(*words):
    return [program, *words, "--data", data, "--clock", "real"]


def in_flight():
    with sqlite3.connect("file:" + data + "/hikae.db?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT count(*) FROM machines WHERE kind = 'run' AND ended_at IS NULL").fetchone()[0]


def up():
    """Starts it; gives the child and how long it took until it was up."""
    begin = time.monotonic()
    child = subprocess.Popen(command("up", "--faults", faults), stdout=subprocess.PIPE)
    line = child.stdout.readline()
    took = time.monotonic() - begin
    assert line.startswith(b"hikae is up"), line
    return child, took


def kill(child):
    child.kill()
    child.wait()
    child.stdout.close()


# Every image hangs, so that no run ends meanwhile.
faults = write("faults.yaml", "- {action: image_hangs}\n")
fleet = write("fleet.yaml", "instances:\n  - {name: 'server-{n}', count: %d, tags: {BackupGroup: "
              "ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}\n" % runs)
at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=10)
config = write("hikae.yaml", "plans:\n  - {name: now, schedule: at(%s), zone: UTC, targets: {tag: "
               "{BackupGroup: ssm-backup-group}}, keep: 2, concurrency: %d, agent_check_minutes: "
               "false}\n" % (at.strftime("%Y-%m-%dT%H:%M:%S"), runs))
subprocess.run(command("fleet", fleet), check=True, stdout=subprocess.DEVNULL)
subprocess.run(command("apply", config), check=True, stdout=subprocess.DEVNULL)
child, _ = up()
for _ in range(120):
    time.sleep(1)
    if in_flight() >= runs:
        break
kill(child)

took = []
random.seed(20260501)
for _ in range(kills):
    child, seconds = up()
    took.append(seconds)
    time.sleep(random.uniform(0.005, 0.5))
    kill(child)
took.sort()
share = lambda part: 1000 * took[min(len(took) - 1, int(part * len(took)))]
print(f"runs in flight          {in_flight()} of {runs}")
print(f"kills                   {kills}")
print(f"restart p50             {share(0.50):.0f} ms")
print(f"restart p90             {share(0.90):.0f} ms")
print(f"restart p99             {share(0.99):.0f} ms")
print(f"restart, the longest    {1000 * took[-1]:.0f} ms")
print(f"journal                 {os.path.getsize(data + '/hikae.db') / 2**20:.1f} MiB")
PY
