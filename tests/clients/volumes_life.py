#!/usr/bin/python3
"""The life of volumes, snapshots and the images made of them by boto3's hands, against the hikae
that the environment names.

Usage: volumes_life.py ENDPOINT

Prints one JSON line of what it saw; any surprise ends it with a traceback.
"""
import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = sys.argv[1]
OTHER_REGION = "eu-west-1"
SOON = {"Delay": 1, "MaxAttempts": 60}


def client(**words):
    return boto3.client("ec2", endpoint_url=ENDPOINT,
                        config=Config(retries={"max_attempts": 0}), **words)


def refused(call, **words):
    try:
        call(**words)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def same(seen, expected):
    assert seen == expected, f"{seen!r} is not {expected!r}"


def wait(ec2, what, **words):
    ec2.get_waiter(what).wait(WaiterConfig=SOON, **words)


def named(kind, name):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def run_machine(ec2):
    machine = ec2.run_instances(ImageId="ami-0abcdef1234567890", MinCount=1,
                                MaxCount=1)["Instances"][0]
    wait(ec2, "instance_running", InstanceIds=[machine["InstanceId"]])
    return machine["InstanceId"], machine["Placement"]["AvailabilityZone"]


def make_volume(ec2, zone):
    order = dict(AvailabilityZone=zone, Size=20, VolumeType="gp3", Iops=4000, ClientToken="data",
                 TagSpecifications=named("volume", "data"))
    made = ec2.create_volume(**order)
    same((made["State"], made["Iops"], made["Throughput"]), ("creating", 4000, 125))
    assert isinstance(made["CreateTime"], datetime.datetime), made
    same(ec2.create_volume(**order)["VolumeId"], made["VolumeId"])
    same(refused(ec2.create_volume, **{**order, "Size": 21}), "IdempotentParameterMismatch")
    same(refused(ec2.create_volume, **{**order, "Iops": 99999}), "InvalidParameterValue")
    same(refused(ec2.create_volume, AvailabilityZone="us-east-1a", Size=1), "InvalidZone.NotFound")
    wait(ec2, "volume_available", VolumeIds=[made["VolumeId"]])
    return made["VolumeId"]


def attach(ec2, volume, machine):
    words = dict(VolumeId=volume, InstanceId=machine, Device="/dev/sdf")
    same(refused(ec2.attach_volume, DryRun=True, **words), "DryRunOperation")
    same(ec2.attach_volume(**words)["State"], "attaching")
    same(refused(ec2.attach_volume, **words), "VolumeInUse")
    same(refused(ec2.delete_volume, VolumeId=volume), "VolumeInUse")
    wait(ec2, "volume_in_use", VolumeIds=[volume])
    shown = ec2.describe_volumes(Filters=[
        {"Name": "attachment.instance-id", "Values": [machine]}, {"Name": "tag:Name",
                                                                  "Values": ["data"]}])["Volumes"]
    same([a["Device"] for a in shown[0]["Attachments"]], ["/dev/sdf"])


def grow(ec2, volume):
    made = ec2.modify_volume(VolumeId=volume, Size=30)["VolumeModification"]
    same((made["ModificationState"], made["OriginalSize"], made["TargetSize"]),
         ("modifying", 20, 30))
    same(refused(ec2.modify_volume, VolumeId=volume, Size=40), "IncorrectModificationState")
    shown = ec2.describe_volumes_modifications(VolumeIds=[volume])["VolumesModifications"]
    same([m["VolumeId"] for m in shown], [volume])


def status(ec2, volume):
    rows = ec2.describe_volume_status(VolumeIds=[volume])["VolumeStatuses"]
    same([r["VolumeStatus"]["Status"] for r in rows], ["ok"])
    ec2.modify_volume_attribute(VolumeId=volume, AutoEnableIO={"Value": True})
    attribute = ec2.describe_volume_attribute(VolumeId=volume, Attribute="autoEnableIO")
    same(attribute["AutoEnableIO"]["Value"], True)


def image_with_the_volume(ec2, machine, volume):
    image = ec2.create_image(InstanceId=machine, Name="with data", NoReboot=True)["ImageId"]
    wait(ec2, "image_available", ImageIds=[image])
    disks = ec2.describe_images(ImageIds=[image])["Images"][0]["BlockDeviceMappings"]
    same([d["DeviceName"] for d in disks], ["/dev/xvda", "/dev/sdf"])
    taken = ec2.describe_snapshots(SnapshotIds=[disks[1]["Ebs"]["SnapshotId"]])["Snapshots"][0]
    same(taken["VolumeId"], volume)
    return image


def snapshots(ec2, machine):
    made = ec2.create_snapshots(
        InstanceSpecification={"InstanceId": machine, "ExcludeBootVolume": True},
        TagSpecifications=named("snapshot", "all"))["Snapshots"]
    same(len(made), 1)
    both = ec2.create_snapshots(InstanceSpecification={"InstanceId": machine})["Snapshots"]
    ids = [s["SnapshotId"] for s in both]
    wait(ec2, "snapshot_completed", SnapshotIds=ids)
    share = dict(SnapshotId=ids[0], Attribute="createVolumePermission")
    ec2.modify_snapshot_attribute(OperationType="add", UserIds=["111122223333"], **share)
    permissions = ec2.describe_snapshot_attribute(**share)["CreateVolumePermissions"]
    same(permissions, [{"UserId": "111122223333"}])
    ec2.reset_snapshot_attribute(**share)
    same(ec2.describe_snapshot_attribute(**share)["CreateVolumePermissions"], [])
    return ids


def copies(ec2, snapshot):
    other = client(region_name=OTHER_REGION)
    here = ec2.meta.region_name
    copy = other.copy_snapshot(SourceRegion=here, SourceSnapshotId=snapshot, Encrypted=True,
                               TagSpecifications=named("snapshot", "copy"))["SnapshotId"]
    wait(other, "snapshot_completed", SnapshotIds=[copy])
    shown = other.describe_snapshots(SnapshotIds=[copy])["Snapshots"][0]
    same((shown["Encrypted"], shown["Tags"][0]["Value"]), (True, "copy"))
    other.delete_snapshot(SnapshotId=copy)
    same(refused(other.describe_snapshots, SnapshotIds=[copy]), "InvalidSnapshot.NotFound")


def registered(ec2, snapshot):
    words = dict(Name="registered", RootDeviceName="/dev/xvda", VirtualizationType="hvm",
                 EnaSupport=True, Architecture="x86_64", BlockDeviceMappings=[
                     {"DeviceName": "/dev/xvda", "Ebs": {"SnapshotId": snapshot}}])
    image = ec2.register_image(**words)["ImageId"]
    same(refused(ec2.register_image, **words), "InvalidAMIName.Duplicate")
    wait(ec2, "image_available", ImageIds=[image])
    same(refused(ec2.delete_snapshot, SnapshotId=snapshot), "InvalidSnapshot.InUse")
    day = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=30)
    ec2.enable_image_deprecation(ImageId=image, DeprecateAt=day)
    assert "DeprecationTime" in ec2.describe_images(ImageIds=[image])["Images"][0]
    ec2.disable_image_deprecation(ImageId=image)
    ec2.modify_image_attribute(ImageId=image, LaunchPermission={"Add": [{"Group": "all"}]})
    ec2.reset_image_attribute(ImageId=image, Attribute="launchPermission")
    same(ec2.describe_image_attribute(ImageId=image, Attribute="launchPermission")
         ["LaunchPermissions"], [])
    ec2.deregister_image(ImageId=image)
    ec2.delete_snapshot(SnapshotId=snapshot)


def restore(ec2, zone, snapshot):
    """A volume of a snapshot is as large as it, and no smaller."""
    made = ec2.create_volume(AvailabilityZone=zone, SnapshotId=snapshot)
    same(refused(ec2.create_volume, AvailabilityZone=zone, SnapshotId=snapshot, Size=1),
         "InvalidParameterValue")
    wait(ec2, "volume_available", VolumeIds=[made["VolumeId"]])
    ec2.delete_volume(VolumeId=made["VolumeId"])
    wait(ec2, "volume_deleted", VolumeIds=[made["VolumeId"]])
    return made["Size"]


def detach(ec2, volume, machine):
    same(refused(ec2.detach_volume, VolumeId=volume, InstanceId=machine, Device="/dev/sdg"),
         "InvalidAttachment.NotFound")
    same(ec2.detach_volume(VolumeId=volume)["State"], "detaching")
    wait(ec2, "volume_available", VolumeIds=[volume])
    ec2.delete_volume(VolumeId=volume)
    wait(ec2, "volume_deleted", VolumeIds=[volume])


def main():
    ec2 = client()
    machine, zone = run_machine(ec2)
    volume = make_volume(ec2, zone)
    attach(ec2, volume, machine)
    grow(ec2, volume)
    status(ec2, volume)
    image = image_with_the_volume(ec2, machine, volume)
    root, data = snapshots(ec2, machine)
    copies(ec2, root)
    registered(ec2, root)
    size = restore(ec2, zone, data)
    detach(ec2, volume, machine)
    gone = ec2.deregister_image(ImageId=image)
    print(json.dumps({"Size": size, "Gone": gone["ResponseMetadata"]["HTTPStatusCode"]}))


main()
