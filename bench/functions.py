#!/usr/bin/python3
"""Cold start and warm invoke of Lambda functions: hikae's in C++ beside the article's in Python.

Usage: bench/functions.py [--hikae PROGRAM] [--functions FOLDER] [--article FOLDER] [--rounds N]

Both kinds run as Lambda runs them: a process with an environment of its own that asks one Runtime
API (this script) for its work, and calls one AWS (a served hikae with a small fleet). Cold is
measured from the start of the process, once a round, in turns; warm is every further invocation.
The Python functions run under /usr/bin/python3 with Debian's boto3, which does not know
AWS_ENDPOINT_URL: the small bootstrap below hands the address to boto3.client.
"""
import argparse
import configparser
import http.server
import json
import os
import queue
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

FLEET = """
instances:
  - name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '9', BackupEC2StopStart: 'true'}
    images:
      - {name: "web-{stamp}", age: 2h, every: 1d, count: 5, tags: {Name: web, AutoBackup: "true"}}
  - {name: "worker-{n}", count: 20, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '9', BackupEC2StopStart: 'true'}}
"""

PYTHON_BOOTSTRAP = """
import importlib.util, json, os, sys, urllib.request
import boto3
usual = boto3.client
boto3.client = lambda service: usual(service, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
spec = importlib.util.spec_from_file_location("index", sys.argv[1])
index = importlib.util.module_from_spec(spec)
spec.loader.exec_module(index)
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as got:
        event, number = json.load(got), got.headers["Lambda-Runtime-Aws-Request-Id"]
    answer = json.dumps(index.lambda_handler(event, None)).encode()
    urllib.request.urlopen(urllib.request.Request(api + number + "/response", answer)).close()
"""


class RuntimeApi(http.server.ThreadingHTTPServer):
    """Events to hand out, and when each was asked for and answered."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Lines)
        self.events = queue.Queue()
        self.asked = queue.Queue()
        self.answered = queue.Queue()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a function that is killed breaks its connection


class Lines(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: else a kept connection waits 40 ms for an ACK
    disable_nagle_algorithm = True

    def do_GET(self):
        self.server.asked.put(time.perf_counter())
        body = json.dumps(self.server.events.get()).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-0000-0000-000000000001")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn",
                         "arn:aws:lambda:ap-northeast-1:123456789012:function:bench")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.answered.put((time.perf_counter(), self.path, body))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def serve_aws(hikae, folder):
    fleet = os.path.join(folder, "fleet.yaml")
    with open(fleet, "w") as file:
        file.write(FLEET)
    data = os.path.join(folder, "data")
    subprocess.run([hikae, "fleet", fleet, "--data", data, "--clock", "real"], check=True,
                   stdout=subprocess.DEVNULL)
    served = subprocess.Popen(
        [hikae, "up", "--listen", "127.0.0.1:0", "--data", data, "--json", "--region",
         "ap-northeast-1"], stdout=subprocess.PIPE, text=True)
    text = ""
    while not (found := re.search(r'"Url": *"([^"]+)"', text)):
        line = served.stdout.readline()
        if not line:
            sys.exit("hikae did not come up: " + text)
        text += line
    keys = configparser.ConfigParser()
    keys.read(os.path.join(data, "aws", "credentials"))
    return served, found.group(1), keys["hikae"]


def measure(command, event, environment, warm):
    """(start to first `next`, start to first answer, each warm invoke, peak memory), ms and MiB."""
    api = RuntimeApi()
    environment = dict(environment, AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{api.server_port}")
    api.events.put(event)
    began = time.perf_counter()
    function = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def answer():
        when, path, body = api.answered.get(timeout=60)
        if not path.endswith("/response"):
            sys.exit(f"{command}: {body.decode()}")
        return when

    cold = (answer() - began) * 1000
    asked = (api.asked.get() - began) * 1000
    times = []
    for _ in range(warm):
        api.asked.get(timeout=60)  # it waits for the next one
        time.sleep(0.005)
        sent = time.perf_counter()
        api.events.put(event)
        times.append((answer() - sent) * 1000)
    with open(f"/proc/{function.pid}/status") as file:
        peak = int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)) / 1024
    function.kill()
    function.wait()
    api.shutdown()
    return asked, cold, times, peak


def main():
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("--hikae", default=here + "/build/hikae")
    words.add_argument("--functions", default=here + "/build/functions")
    words.add_argument("--article", default=here + "/../shared/compat/lambda")
    words.add_argument("--rounds", type=int, default=10)
    words.add_argument("--warm", type=int, default=20)
    given = words.parse_args()
    prune = {"ServerName": "web", "gen": "9"}
    python = ["/usr/bin/python3", "-c", PYTHON_BOOTSTRAP]
    kinds = [
        ("retention, C++", [given.functions + "/retention/bootstrap"], prune),
        ("retention, Python", python + [given.article + "/backup-gen/index.py"], prune),
        ("agent check, C++", [given.functions + "/agent_check/bootstrap"], {}),
        ("agent check, Python", python + [given.article + "/ssmagentcheck/index.py"], {}),
        ("report, C++", [given.functions + "/report/bootstrap"], {"Images": "article"}),
    ]
    with tempfile.TemporaryDirectory() as folder:
        served, url, keys = serve_aws(given.hikae, folder)
        environment = {
            "AWS_REGION": "ap-northeast-1", "AWS_DEFAULT_REGION": "ap-northeast-1",
            "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": keys["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["aws_secret_access_key"], "TZ": "UTC",
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8",
        }
        environment["SNS_TOPIC_ARN"] = make_topic(environment)
        taken = {name: [] for name, _, _ in kinds}
        try:
            for _ in range(given.rounds):
                for name, command, event in kinds:
                    taken[name].append(measure(command, event, environment, given.warm))
        finally:
            served.terminate()
            served.wait()
    print("| function | start to first `next` | start to first answer | warm invoke | peak memory |")
    print("|---|---|---|---|---|")
    for name, rounds in taken.items():
        asked, cold, peak = (statistics.median(one[i] for one in rounds) for i in (0, 1, 3))
        warm = statistics.median(time_ms for one in rounds for time_ms in one[2])
        print(f"| {name} | {asked:.1f} ms | {cold:.1f} ms | {warm:.1f} ms | {peak:.0f} MiB |")


def make_topic(environment):
    made = subprocess.run(
        ["/usr/bin/python3", "-c",
         "import boto3, os; print(boto3.client('sns', endpoint_url=os.environ['AWS_ENDPOINT_URL'])"
         ".create_topic(Name='bench')['TopicArn'])"],
        env=environment, check=True, capture_output=True, text=True)
    return made.stdout.strip()


main()
