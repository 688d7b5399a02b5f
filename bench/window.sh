#!/usr/bin/env bash
# How late a window's work is: on the real clock, with every commit synced, one window starts a run
# for each of its targets at once. Lateness is counted from the second that the schedule names: till
# the run has begun (it is on disk); and till its first call was answered, for the runs that have one
# of the 100 places of AWS's own quota at once (the others wait for theirs, as in AWS).
# Usage: bench/window.sh [TARGETS] [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/env python3 - "${1:-1000}" "${2:-build/hikae}" "$folder" <<'PY'
import datetime, sqlite3, subprocess, sys, time
targets, program, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
data = folder + "/data"


def write(name, text):
    with open(folder + "/" + name, "w") as file:
        file.write(text)
    return folder + "/" + name


def command(*words):
    return [program, *words, "--data", data, "--clock", "real"]


def rows(query):
    with sqlite3.connect("file:" + data + "/hikae.db?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


fleet = write("fleet.yaml", "instances:\n  - {name: 'server-{n}', count: %d, tags: {BackupGroup: "
              "ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}}\n" % targets)
at = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=12)).replace(
    microsecond=0)
config = write("hikae.yaml", "plans:\n  - {name: now, schedule: at(%s), zone: UTC, targets: {tag: "
               "{BackupGroup: ssm-backup-group}}, keep: 2, concurrency: %d, agent_check_minutes: "
               "false}\n" % (at.strftime("%Y-%m-%dT%H:%M:%S"), targets))
subprocess.run(command("fleet", fleet), check=True, stdout=subprocess.DEVNULL)
subprocess.run(command("apply", config), check=True, stdout=subprocess.DEVNULL)
child = subprocess.Popen(command("up"), stdout=subprocess.PIPE)
assert child.stdout.readline().startswith(b"hikae is up")
answered = ("SELECT min(at) FROM journal JOIN machines ON machines.no = journal.machine "
            "WHERE kind = 'run' AND event LIKE '{\"e\":\"answered\"%' GROUP BY machine")
for _ in range(60):
    time.sleep(1)
    if len(rows(answered)) >= min(targets, 100):
        break
child.kill()
child.wait()


def table(name, instants):
    late = sorted(instant / 1000 - at.timestamp() for (instant,) in instants)
    share = lambda part: 1000 * late[min(len(late) - 1, int(part * len(late)))]
    print(f"{name:24} n {len(late):5}  p50 {share(0.5):6.0f} ms  p99 {share(0.99):6.0f} ms  "
          f"first {1000 * late[0]:.0f} ms  last {1000 * late[-1]:.0f} ms")


table("run begun", rows("SELECT started_at FROM machines WHERE kind = 'run'"))
table("first call answered", sorted(rows(answered))[:100])
PY
