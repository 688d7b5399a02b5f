#!/usr/bin/python3
"""The life of a backup by the aws command line's hands, as its user would type it.

Usage: aws_life.py AWS_PROGRAM ENDPOINT

Prints one JSON line of what it saw; any surprise ends it with a traceback.
"""
import json
import subprocess
import sys
import tempfile
import time

AWS, ENDPOINT = sys.argv[1:3]
PATIENCE_S = 120

DOCUMENT = """
schemaVersion: '0.3'
parameters:
  InstanceId: {type: String}
mainSteps:
- name: image
  action: aws:createImage
  inputs: {InstanceId: '{{ InstanceId }}', ImageName: 'cli-{{ global:DATE_TIME }}', NoReboot: true}
"""


def aws(*words, fails_with=None):
    done = subprocess.run([AWS, "--endpoint-url", ENDPOINT, "--output", "json", *words],
                          capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    if fails_with:
        assert done.returncode != 0 and f"({fails_with})" in done.stderr, (words, done)
        return None
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else {}


def until(what, check):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {PATIENCE_S} s")
        time.sleep(0.5)


def main():
    account = aws("sts", "get-caller-identity")["Account"]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(DOCUMENT)
        file.flush()
        aws("ssm", "create-document", "--name", "cli", "--document-type", "Automation",
            "--document-format", "YAML", "--content", f"file://{file.name}")
    run = aws("ec2", "run-instances", "--image-id", "ami-0abcdef1234567890", "--count", "1",
              "--instance-type", "t3.micro", "--tag-specifications",
              "ResourceType=instance,Tags=[{Key=Name,Value=cli}]")
    instance = run["Instances"][0]["InstanceId"]
    aws("ec2", "wait", "instance-running", "--instance-ids", instance)
    started = aws("ssm", "start-automation-execution", "--document-name", "cli", "--parameters",
                  f"InstanceId={instance}")["AutomationExecutionId"]

    def ended():
        seen = aws("ssm", "get-automation-execution", "--automation-execution-id", started)
        status = seen["AutomationExecution"]["AutomationExecutionStatus"]
        return status if status not in ("Pending", "InProgress", "Waiting") else None

    status = until("the run", ended)
    images = aws("ec2", "describe-images", "--owners", "self", "--filters",
                 "Name=name,Values=cli-*")["Images"]
    assert len(images) == 1, images
    aws("ec2", "deregister-image", "--image-id", images[0]["ImageId"])
    window = aws("ssm", "create-maintenance-window", "--name", "mw-cli", "--schedule",
                 "cron(30 3 ? * * *)", "--schedule-timezone", "Asia/Tokyo", "--duration", "2",
                 "--cutoff", "1", "--no-allow-unassociated-targets")["WindowId"]
    aws("ssm", "get-maintenance-window", "--window-id", window)
    aws("ssm", "delete-maintenance-window", "--window-id", window)
    aws("ssm", "get-maintenance-window", "--window-id", window,
        fails_with="DoesNotExistException")
    aws("ssm", "put-parameter", "--name", "/cli/secret", "--type", "SecureString", "--value", "s3")
    got = aws("ssm", "get-parameters-by-path", "--path", "/cli", "--with-decryption")
    assert got["Parameters"][0]["Value"] == "s3", got
    aws("ec2", "terminate-instances", "--instance-ids", instance)
    aws("ec2", "describe-instances", "--instance-ids", "i-0123456789abcdef0",
        fails_with="InvalidInstanceID.NotFound")
    version = subprocess.run([AWS, "--version"], capture_output=True, text=True, check=True)
    print(json.dumps({"Account": account, "Status": status, "aws": version.stdout.strip()}))


main()
