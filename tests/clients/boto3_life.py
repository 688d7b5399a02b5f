#!/usr/bin/python3
"""The life of a backup by boto3's hands, against the hikae that the environment names.

Usage: boto3_life.py ENDPOINT [DOCUMENT]

Creates roles, topic, document, window, target, task and rules, runs instances, starts the
automation, polls it, reads steps, images, snapshots and tags, prunes. Prints one JSON line of what
it saw; any surprise ends it with a traceback.
"""
import json
import sys
import time

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
DOCUMENT = sys.argv[2] if len(sys.argv) > 2 else None
PATIENCE_S = 120

OWN_DOCUMENT = """
schemaVersion: '0.3'
parameters:
  InstanceId: {type: String}
mainSteps:
- name: image
  action: aws:createImage
  inputs:
    InstanceId: '{{ InstanceId }}'
    ImageName: 'life-{{ global:DATE_TIME }}'
    NoReboot: true
- name: tag
  action: aws:createTags
  inputs:
    ResourceType: EC2
    ResourceIds: ['{{ image.ImageId }}']
    Tags: [{Key: AutoBackup, Value: 'true'}]
"""


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT,
                        config=Config(retries={"max_attempts": 0}))


def until(what, check):
    deadline = time.monotonic() + PATIENCE_S
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {PATIENCE_S} s")
        time.sleep(0.2)


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        got = error.response["Error"]["Code"]
        assert got == code, f"{got} in place of {code}: {error}"
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        assert 400 <= status < 500, status
        return
    raise AssertionError(f"{call} was not refused with {code}")


def roles():
    iam = client("iam")
    trust = {"Version": "2012-10-17",
             "Statement": [{"Effect": "Allow", "Principal": {"Service": "ssm.amazonaws.com"},
                            "Action": "sts:AssumeRole"}]}
    made = iam.create_role(RoleName="life", AssumeRolePolicyDocument=json.dumps(trust))
    arn = made["Role"]["Arn"]
    assert iam.get_role(RoleName="life")["Role"]["AssumeRolePolicyDocument"] == trust
    iam.attach_role_policy(
        RoleName="life",
        PolicyArn="arn:aws:iam::aws:policy/service-role/AmazonSSMMaintenanceWindowRole")
    iam.put_role_policy(RoleName="life", PolicyName="own", PolicyDocument=json.dumps(
        {"Version": "2012-10-17",
         "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}))
    assert iam.list_role_policies(RoleName="life")["PolicyNames"] == ["own"]
    refused("EntityAlreadyExists", iam.create_role, RoleName="life",
            AssumeRolePolicyDocument=json.dumps(trust))
    return arn


def topic():
    sns = client("sns")
    arn = sns.create_topic(Name="life")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="ops@example.com")
    assert sns.publish(TopicArn=arn, Subject="hello", Message="there")["MessageId"]
    found = [t["TopicArn"] for page in sns.get_paginator("list_topics").paginate()
             for t in page["Topics"]]
    assert arn in found
    return arn


def fleet():
    ec2 = client("ec2")
    run = ec2.run_instances(
        ImageId="ami-0abcdef1234567890", InstanceType="t3.micro", MinCount=2, MaxCount=2,
        TagSpecifications=[{"ResourceType": "instance",
                            "Tags": [{"Key": "Name", "Value": "web 日本"},
                                     {"Key": "BackupGroup", "Value": "life"}]}])
    ids = sorted(i["InstanceId"] for i in run["Instances"])
    ec2.get_waiter("instance_running").wait(InstanceIds=ids,
                                            WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    seen = ec2.describe_instances(Filters=[{"Name": "tag:BackupGroup", "Values": ["li*"]},
                                           {"Name": "instance-state-name", "Values": ["running"]}])
    instances = [i for r in seen["Reservations"] for i in r["Instances"]]
    assert sorted(i["InstanceId"] for i in instances) == ids
    assert {"Key": "Name", "Value": "web 日本"} in instances[0]["Tags"]
    refused("InvalidInstanceID.NotFound", ec2.describe_instances,
            InstanceIds=["i-0123456789abcdef0"])
    refused("DryRunOperation", ec2.stop_instances, InstanceIds=ids, DryRun=True)
    return ids


def document():
    ssm = client("ssm")
    content = open(DOCUMENT, encoding="utf-8").read() if DOCUMENT else OWN_DOCUMENT
    made = ssm.create_document(Name="life", Content=content, DocumentType="Automation",
                               DocumentFormat="YAML")
    assert made["DocumentDescription"]["LatestVersion"] == "1"
    assert ssm.get_document(Name="life")["Content"] == content
    refused("DocumentAlreadyExists", ssm.create_document, Name="life", Content=content,
            DocumentType="Automation", DocumentFormat="YAML")
    refused("InvalidDocument", ssm.get_document, Name="nobody")
    return ssm


def window(ssm, role):
    window_id = ssm.create_maintenance_window(
        Name="mw-life", Schedule="cron(30 3 ? * * *)", ScheduleTimezone="Asia/Tokyo", Duration=2,
        Cutoff=1, AllowUnassociatedTargets=False)["WindowId"]
    target = ssm.register_target_with_maintenance_window(
        WindowId=window_id, ResourceType="INSTANCE",
        Targets=[{"Key": "tag:BackupGroup", "Values": ["life"]}])["WindowTargetId"]
    ssm.register_task_with_maintenance_window(
        WindowId=window_id, TaskArn="life", TaskType="AUTOMATION", ServiceRoleArn=role,
        Targets=[{"Key": "WindowTargetIds", "Values": [target]}], MaxConcurrency="2", MaxErrors="1",
        TaskInvocationParameters={"Automation": {
            "DocumentVersion": "$DEFAULT", "Parameters": {"InstanceId": ["{{TARGET_ID}}"]}}})
    tasks = ssm.describe_maintenance_window_tasks(WindowId=window_id)["Tasks"]
    assert [t["TaskArn"] for t in tasks] == ["life"]
    upcoming = ssm.describe_maintenance_window_schedule(WindowId=window_id, MaxResults=3)
    assert len(upcoming["ScheduledWindowExecutions"]) == 3
    return window_id


def rules(topic_arn):
    events = client("events")
    pattern = {"source": ["aws.ssm"], "detail-type": ["EC2 Automation Execution Status-change Notification"],
               "detail": {"Status": ["Failed", "TimedOut"]}}
    events.put_rule(Name="life", EventPattern=json.dumps(pattern))
    put = events.put_targets(Rule="life", Targets=[{"Id": "mail", "Arn": topic_arn}])
    assert put["FailedEntryCount"] == 0
    assert events.list_targets_by_rule(Rule="life")["Targets"][0]["Arn"] == topic_arn
    assert events.test_event_pattern(
        EventPattern=json.dumps({"detail": {"a": [1]}}),
        Event=json.dumps({"id": "1", "account": "1", "source": "s", "time": "2026-01-01T00:00:00Z",
                          "region": "r", "resources": [], "detail-type": "t",
                          "detail": {"a": 1}}))["Result"] is True


def run(ssm, instance):
    execution = ssm.start_automation_execution(
        DocumentName="life", Parameters={"InstanceId": [instance]})["AutomationExecutionId"]

    def ended():
        seen = ssm.get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
        return seen if seen["AutomationExecutionStatus"] not in (
            "Pending", "InProgress", "Waiting") else None

    seen = until("the run", ended)
    steps = ssm.describe_automation_step_executions(AutomationExecutionId=execution)
    names = [s["StepName"] for s in steps["StepExecutions"]]
    assert names, "no steps"
    assert seen["ExecutionStartTime"].tzinfo is not None
    return seen, names


def images(instance):
    ec2 = client("ec2")
    found = ec2.describe_images(Owners=["self"],
                                Filters=[{"Name": "source-instance-id", "Values": [instance]}])
    ids = [i["ImageId"] for i in found["Images"]]
    if not ids:  # what an older model does not know by that name
        every = ec2.describe_images(Owners=["self"])["Images"]
        ids = [i["ImageId"] for i in every]
    assert len(ids) == 1, ids
    ec2.get_waiter("image_available").wait(ImageIds=ids,
                                           WaiterConfig={"Delay": 1, "MaxAttempts": 90})
    image = ec2.describe_images(ImageIds=ids)["Images"][0]
    snapshots = [m["Ebs"]["SnapshotId"] for m in image["BlockDeviceMappings"] if "Ebs" in m]
    seen = ec2.describe_snapshots(SnapshotIds=snapshots)["Snapshots"]
    assert {s["State"] for s in seen} == {"completed"}, seen
    return ids[0], snapshots


def prune(image, snapshots):
    ec2 = client("ec2")
    refused("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=snapshots[0])
    ec2.deregister_image(ImageId=image)
    for snapshot in snapshots:
        ec2.delete_snapshot(SnapshotId=snapshot)
    refused("InvalidAMIID.NotFound", ec2.describe_images, ImageIds=[image])


def objects_and_queues():
    s3 = boto3.client("s3", endpoint_url=ENDPOINT, config=Config(s3={"addressing_style": "path"}))
    s3.create_bucket(Bucket="life-bucket",
                     CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    s3.put_object(Bucket="life-bucket", Key="a/日本 +.txt", Body=b"bytes\x00\xff",
                  ContentType="text/plain")
    got = s3.get_object(Bucket="life-bucket", Key="a/日本 +.txt")
    assert got["Body"].read() == b"bytes\x00\xff"
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="life-bucket")["Contents"]] == \
        ["a/日本 +.txt"]
    refused("NoSuchKey", s3.get_object, Bucket="life-bucket", Key="b")
    s3.delete_object(Bucket="life-bucket", Key="a/日本 +.txt")
    s3.delete_bucket(Bucket="life-bucket")
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="life")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="hello", MessageAttributes={
        "n": {"DataType": "Number", "StringValue": "1"}})
    message = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1,
                                  MessageAttributeNames=["All"])["Messages"][0]
    assert message["Body"] == "hello"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def main():
    who = client("sts").get_caller_identity()
    role, topic_arn, ids, ssm = roles(), topic(), fleet(), document()
    window(ssm, role)
    rules(topic_arn)
    seen, names = run(ssm, ids[0])
    status = seen["AutomationExecutionStatus"]
    pruned = None
    if status == "Success":
        image, snapshots = images(ids[0])
        prune(image, snapshots)
        pruned = image
    objects_and_queues()
    client("ec2").terminate_instances(InstanceIds=ids)
    print(json.dumps({"Account": who["Account"], "Status": status, "Steps": names,
                      "Failure": seen.get("FailureMessage"), "Pruned": pruned,
                      "boto3": boto3.__version__, "botocore": botocore.__version__}))


main()
