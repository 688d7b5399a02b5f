#!/usr/bin/python3
"""What an operator does to machines, by boto3's hands, against the hikae that the environment names:
key pairs, attributes, protection, types, monitoring, profiles, and every filter that botocore
documents.

Usage: machines_life.py ENDPOINT

Prints one JSON line of what it saw; any surprise ends it with a traceback.
"""
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
IMAGE = "ami-0123456789abcdef0"
ec2 = boto3.client("ec2", endpoint_url=ENDPOINT, config=Config(retries={"max_attempts": 0}))


def refused(call, **words):
    try:
        call(**words)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def same(seen, expected):
    assert seen == expected, f"{seen!r} is not {expected!r}"


def public_half(material):
    """What ssh-keygen makes of a private key."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "key")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(material)
        done = subprocess.run(["ssh-keygen", "-y", "-f", path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[:2]


def keys():
    for kind in ("rsa", "ed25519"):
        made = ec2.create_key_pair(KeyName=kind, KeyType=kind, TagSpecifications=[
            {"ResourceType": "key-pair", "Tags": [{"Key": "k", "Value": kind}]}])
        shown = ec2.describe_key_pairs(KeyNames=[kind], IncludePublicKey=True)["KeyPairs"][0]
        same((shown["KeyFingerprint"], shown["KeyType"], shown["Tags"]),
             (made["KeyFingerprint"], kind, made["Tags"]))
        assert "KeyMaterial" not in shown
        if shutil.which("ssh-keygen"):
            same(public_half(made["KeyMaterial"]), shown["PublicKey"].split()[:2])
        ec2.import_key_pair(KeyName="again-" + kind, PublicKeyMaterial=shown["PublicKey"].encode())
    same(refused(ec2.create_key_pair, KeyName="rsa"), "InvalidKeyPair.Duplicate")
    same(refused(ec2.import_key_pair, KeyName="x", PublicKeyMaterial=b"x"), "InvalidKey.Format")
    same(refused(ec2.describe_key_pairs, KeyNames=["none"]), "InvalidKeyPair.NotFound")
    ec2.delete_key_pair(KeyName="again-rsa")
    found = ec2.describe_key_pairs(Filters=[{"Name": "key-name", "Values": ["*25519"]}])
    same(sorted(k["KeyName"] for k in found["KeyPairs"]), ["again-ed25519", "ed25519"])


def launch():
    words = {"ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    same(refused(ec2.run_instances, KeyName="none", **words), "InvalidKeyPair.NotFound")
    same(refused(ec2.run_instances, KeyName="rsa", DryRun=True, **words), "DryRunOperation")
    made = ec2.run_instances(KeyName="rsa", **words)["Instances"][0]
    same(made["KeyName"], "rsa")
    wait("running", made["InstanceId"])
    return made["InstanceId"]


def wait(state, machine):
    ec2.get_waiter("instance_" + state).wait(
        InstanceIds=[machine], WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def attribute(machine, name, member):
    return ec2.describe_instance_attribute(InstanceId=machine, Attribute=name)[member]["Value"]


def protection(machine):
    named = {"InstanceId": machine}
    ec2.modify_instance_attribute(DisableApiTermination={"Value": True}, **named)
    ec2.modify_instance_attribute(Attribute="disableApiStop", Value="true", **named)
    same(attribute(machine, "disableApiStop", "DisableApiStop"), True)
    same(refused(ec2.terminate_instances, InstanceIds=[machine]), "OperationNotPermitted")
    same(refused(ec2.stop_instances, InstanceIds=[machine]), "OperationNotPermitted")
    ec2.modify_instance_attribute(DisableApiTermination={"Value": False}, **named)
    ec2.modify_instance_attribute(DisableApiStop={"Value": False}, **named)


def attributes(machine):
    named = {"InstanceId": machine}
    same(refused(ec2.modify_instance_attribute, InstanceType={"Value": "m5.large"}, **named),
         "IncorrectInstanceState")
    ec2.stop_instances(InstanceIds=[machine])
    wait("stopped", machine)
    ec2.modify_instance_attribute(InstanceType={"Value": "m5.large"}, **named)
    ec2.modify_instance_attribute(UserData={"Value": b"#!/bin/sh\n"}, **named)
    same(attribute(machine, "instanceType", "InstanceType"), "m5.large")
    same(attribute(machine, "userData", "UserData"), "IyEvYmluL3NoCg==")
    ec2.modify_instance_attribute(SourceDestCheck={"Value": False}, **named)
    ec2.reset_instance_attribute(Attribute="sourceDestCheck", **named)
    same(attribute(machine, "sourceDestCheck", "SourceDestCheck"), True)
    disk = ec2.describe_instance_attribute(Attribute="blockDeviceMapping", **named)
    ec2.modify_instance_attribute(BlockDeviceMappings=[{
        "DeviceName": disk["BlockDeviceMappings"][0]["DeviceName"],
        "Ebs": {"DeleteOnTermination": False}}], **named)
    kept = ec2.describe_volumes(Filters=[
        {"Name": "attachment.instance-id", "Values": [machine]},
        {"Name": "attachment.delete-on-termination", "Values": ["false"]}])
    same(len(kept["Volumes"]), 1)
    ec2.start_instances(InstanceIds=[machine])


def options(machine):
    same(ec2.monitor_instances(InstanceIds=[machine])["InstanceMonitorings"][0]["Monitoring"],
         {"State": "pending"})
    changed = ec2.modify_instance_metadata_options(InstanceId=machine, HttpTokens="required")
    same(changed["InstanceMetadataOptions"]["HttpTokens"], "required")
    same(ec2.get_console_output(InstanceId=machine)["InstanceId"], machine)
    profile = {"IamInstanceProfile": {"Name": "ops"}, "InstanceId": machine}
    made = ec2.associate_iam_instance_profile(**profile)["IamInstanceProfileAssociation"]
    same(refused(ec2.associate_iam_instance_profile, **profile), "IncorrectState")
    shown = ec2.describe_iam_instance_profile_associations(
        AssociationIds=[made["AssociationId"]])["IamInstanceProfileAssociations"][0]
    same((shown["State"], shown["InstanceId"]), ("associated", machine))
    ec2.disassociate_iam_instance_profile(AssociationId=made["AssociationId"])


def types():
    pages = ec2.get_paginator("describe_instance_types").paginate(
        PaginationConfig={"PageSize": 20})
    names = [t["InstanceType"] for page in pages for t in page["InstanceTypes"]]
    assert len(names) == len(set(names)) > 80, names
    offered = ec2.get_paginator("describe_instance_type_offerings").paginate(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["m5.large"]}])
    same(len([o for page in offered for o in page["InstanceTypeOfferings"]]), 3)
    same(ec2.describe_account_attributes(AttributeNames=["supported-platforms"])
         ["AccountAttributes"][0]["AttributeValues"], [{"AttributeValue": "VPC"}])


def documented_filters(operation):
    """The names in the list of botocore's description of Filters."""
    shape = ec2.meta.service_model.operation_model(operation).input_shape.members["Filters"]
    names = re.findall(r"<li> ?<p> ?<code>([^<]+)</code>", shape.documentation)
    for name in map(html.unescape, names):
        yield "tag:Name" if name in ("tag:<key>", "tag", "tag :<key>") else name


def filters():
    """None is refused, and none of them finds everything."""
    counted = 0
    for operation, call, rows in (
            ("DescribeInstances", ec2.describe_instances, "Reservations"),
            ("DescribeInstanceStatus", ec2.describe_instance_status, "InstanceStatuses"),
            ("DescribeImages", ec2.describe_images, "Images"),
            ("DescribeSnapshots", ec2.describe_snapshots, "Snapshots"),
            ("DescribeVolumes", ec2.describe_volumes, "Volumes"),
            ("DescribeTags", ec2.describe_tags, "Tags"),
            ("DescribeKeyPairs", ec2.describe_key_pairs, "KeyPairs"),
            ("DescribeInstanceTypes", ec2.describe_instance_types, "InstanceTypes")):
        for name in documented_filters(operation):
            same(call(Filters=[{"Name": name, "Values": ["no such value"]}])[rows], [])
            counted += 1
        same(refused(call, Filters=[{"Name": "no-such", "Values": ["x"]}]),
             "InvalidParameterValue")
    return counted


def main():
    keys()
    machine = launch()
    protection(machine)
    attributes(machine)
    options(machine)
    types()
    counted = filters()
    ec2.terminate_instances(InstanceIds=[machine])
    print(json.dumps({"Filters": counted, "Machine": machine}))


main()
