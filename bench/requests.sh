#!/usr/bin/env bash
# What a running hikae answers: requests a second, p50 and p99, CPU a request, with 1, 16 and 256
# connections, signatures on and off; start-up to the first answer; resident memory with 1,000
# instances and 1,000 images; and the raw fsync rate of the same disk in the same run.
# Usage: bench/requests.sh BUILD-FOLDER   (Release, -DHIKAE_BENCH=ON; see bench/README.md)
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
/usr/bin/env python3 - "${1:?usage: bench/requests.sh BUILD-FOLDER}" "$folder" <<'PY'
import configparser, os, re, signal, subprocess, sys, time, urllib.request
build, folder = sys.argv[1:3]
INSTANCE = "i-0000000000000abcd"
NOTHING = """schemaVersion: '0.3'
mainSteps:
  - name: nothing
    action: aws:sleep
    inputs: {Duration: PT0S}
"""


def write(name, text):
    with open(folder + "/" + name, "w") as file:
        file.write(text)
    return folder + "/" + name


def start(data, *words):
    begin = time.monotonic()
    child = subprocess.Popen([build + "/hikae", "up", "--data", data, "--clock", "real", "--region",
                              "us-east-1", "--listen", "127.0.0.1:0", *words],
                             stdout=subprocess.PIPE, text=True)
    for line in child.stdout:
        found = re.search(r"https?://127\.0\.0\.1:(\d+)", line)
        if found:
            break
    port = int(found.group(1))
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
    except urllib.error.HTTPError as answer:
        answer.read()
    return child, port, 1000 * (time.monotonic() - begin)


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def raw_fsyncs_per_second():
    with open(folder + "/raw", "wb") as file:
        count, begin = 0, time.monotonic()
        while time.monotonic() - begin < 2:
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            count += 1
    return count / 2


fleet = write("fleet.yaml", f"""instances:
  - {{name: one, id: {INSTANCE}}}
  - {{name: 'server-{{n}}', count: 999}}
images:
  - {{name: 'image-{{n}}', count: 1000, every: 1h}}
""")
print(f"raw fdatasync           {raw_fsyncs_per_second():.0f} a second")
for words in ([], ["--auth", "off"]):
    data = folder + ("/signed" if not words else "/unsigned")
    subprocess.run([build + "/hikae", "fleet", fleet, "--data", data, "--clock", "real",
                    "--region", "us-east-1"], check=True,
                   stdout=subprocess.DEVNULL)
    key = []
    child, port, started_ms = start(data, *words)
    if not words:
        print(f"start to first answer   {started_ms:.0f} ms (new keys are made)")
        child.send_signal(signal.SIGTERM)
        child.wait()
        child, port, started_ms = start(data)
        print(f"start to first answer   {started_ms:.0f} ms")
        print(f"resident                {resident_mib(child.pid):.0f} MiB")
        profile = configparser.ConfigParser()
        profile.read(data + "/aws/credentials")
        section = profile[profile.sections()[0]]
        key = [section["aws_access_key_id"], section["aws_secret_access_key"]]
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=(key or ["x"])[0], AWS_SECRET_ACCESS_KEY=(
        key or ["", "x"])[1], AWS_DEFAULT_REGION="us-east-1",
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}")
    subprocess.run(["/usr/bin/env", "aws", "ssm", "create-document", "--name", "bench-nothing",
                    "--document-type", "Automation", "--document-format", "YAML", "--content",
                    NOTHING, "--endpoint-url", f"http://127.0.0.1:{port}"], check=True,
                   env=environment, stdout=subprocess.DEVNULL)
    subprocess.run([build + "/bench_requests", str(port), str(child.pid), INSTANCE, *key], check=True)
    print(f"resident afterwards     {resident_mib(child.pid):.0f} MiB")
    child.send_signal(signal.SIGTERM)
    child.wait()
PY
