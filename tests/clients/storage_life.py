#!/usr/bin/python3
"""The life of a bucket and of a queue by boto3's and the aws command line's hands, against the hikae
that the environment names.

Usage: storage_life.py ENDPOINT AWS

Prints one JSON line of what it saw; any surprise ends it with a traceback.
"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, AWS = sys.argv[1:3]
BUCKET = "storage-life"
KEY = "a b/控え+é.bin"
BYTES = bytes(range(256)) * 50
PART = b"x" * (5 << 20)


def client(service):
    return boto3.client(service, endpoint_url=ENDPOINT,
                        config=Config(retries={"max_attempts": 0}))


def refused(call, **words):
    try:
        call(**words)
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return None


def same(seen, expected):
    assert seen == expected, f"{seen!r} is not {expected!r}"


def objects(s3):
    put = s3.put_object(Bucket=BUCKET, Key=KEY, Body=BYTES, ContentType="x/y",
                        Metadata={"k": "v"}, Tagging="a=1")
    same(put["ETag"], f'"{hashlib.md5(BYTES).hexdigest()}"')
    got = s3.get_object(Bucket=BUCKET, Key=KEY)
    same((got["Body"].read(), got["ContentType"], got["Metadata"]), (BYTES, "x/y", {"k": "v"}))
    part = s3.get_object(Bucket=BUCKET, Key=KEY, Range="bytes=5-9")
    same((part["Body"].read(), part["ResponseMetadata"]["HTTPStatusCode"]), (BYTES[5:10], 206))
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": KEY})
    same(s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read(), BYTES)
    same([o["Key"] for o in s3.list_objects_v2(Bucket=BUCKET)["Contents"]], [KEY, "copy"])
    folded = s3.list_objects(Bucket=BUCKET, Delimiter="/")
    same([p["Prefix"] for p in folded["CommonPrefixes"]], ["a b/"])


def refusals(s3):
    same(refused(s3.get_object, Bucket=BUCKET, Key="none"), ("NoSuchKey", 404))
    same(refused(s3.head_object, Bucket=BUCKET, Key="none"), ("404", 404))
    same(refused(s3.head_bucket, Bucket="not-" + BUCKET), ("404", 404))
    same(refused(s3.get_object, Bucket=BUCKET, Key=KEY, Range="bytes=99999-"),
         ("InvalidRange", 416))
    same(refused(s3.get_object, Bucket=BUCKET, Key=KEY, IfMatch='"x"'),
         ("PreconditionFailed", 412))
    same(refused(s3.get_object, Bucket=BUCKET, Key=KEY, IfNoneMatch="*")[1], 304)
    same(refused(s3.delete_bucket, Bucket=BUCKET), ("BucketNotEmpty", 409))


def uploads(s3):
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big")["UploadId"]
    named = dict(Bucket=BUCKET, Key="big", UploadId=upload)
    parts = [{"PartNumber": n, "ETag": s3.upload_part(PartNumber=n, Body=body, **named)["ETag"]}
             for n, body in ((1, PART), (2, b"end"))]
    same([p["Size"] for p in s3.list_parts(**named)["Parts"]], [len(PART), 3])
    done = s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **named)
    assert done["ETag"].endswith('-2"'), done
    same(s3.get_object(Bucket=BUCKET, Key="big")["Body"].read(), PART + b"end")


def settings(s3):
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy)
    same(s3.get_bucket_policy(Bucket=BUCKET)["Policy"], policy)
    rule = {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    same(s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"], [rule])
    tags = [{"Key": "a", "Value": "b"}]
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": tags})
    same(s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"], tags)
    block = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    same(set(block.values()), {True})
    encryption = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
    same(encryption["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
    same(s3.get_bucket_acl(Bucket=BUCKET)["Grants"][0]["Permission"], "FULL_CONTROL")


def versions(s3):
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket=BUCKET, Key="v", Body=body)
    s3.delete_object(Bucket=BUCKET, Key="v")
    listed = s3.list_object_versions(Bucket=BUCKET, Prefix="v")
    same((len(listed["Versions"]), len(listed["DeleteMarkers"])), (2, 1))


def empty(s3):
    listed = s3.list_object_versions(Bucket=BUCKET)
    gone = [{"Key": v["Key"], "VersionId": v["VersionId"]}
            for v in listed["Versions"] + listed["DeleteMarkers"]]
    same(len(s3.delete_objects(Bucket=BUCKET, Delete={"Objects": gone})["Deleted"]), len(gone))
    s3.delete_bucket(Bucket=BUCKET)


def aws(*words):
    done = subprocess.run([AWS, "--endpoint-url", ENDPOINT, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def command_line():
    """What `aws s3` makes of it: a large file goes up in parts, a folder is compared."""
    aws("s3", "mb", "s3://storage-life-cli")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "large"), "wb") as file:
            file.write(os.urandom(9 << 20))
        aws("s3", "sync", folder, "s3://storage-life-cli/all")
        assert "large" in aws("s3", "ls", "s3://storage-life-cli/all/")
        same(aws("s3", "sync", folder, "s3://storage-life-cli/all"), "")
        back = os.path.join(folder, "back")
        aws("s3", "cp", "s3://storage-life-cli/all/large", back)
        same(open(back, "rb").read(), open(os.path.join(folder, "large"), "rb").read())
    aws("s3", "rb", "--force", "s3://storage-life-cli")


def messages(sqs):
    url = sqs.create_queue(QueueName="life", Attributes={"VisibilityTimeout": "30"},
                           tags={"a": "b"})["QueueUrl"]
    same(url, f"{ENDPOINT}/123456789012/life")
    # boto3 itself compares the digests of bodies and attributes.
    sqs.send_message(QueueUrl=url, MessageBody="hello\n控え", MessageAttributes={
        "n": {"DataType": "Number", "StringValue": "1"},
        "b": {"DataType": "Binary", "BinaryValue": b"\0\1"}})
    got = sqs.receive_message(QueueUrl=url, AttributeNames=["All"], MessageAttributeNames=["All"],
                              WaitTimeSeconds=1)["Messages"][0]
    same((got["Body"], got["MessageAttributes"]["b"]["BinaryValue"]), ("hello\n控え", b"\0\1"))
    named = dict(QueueUrl=url, ReceiptHandle=got["ReceiptHandle"])
    sqs.change_message_visibility(VisibilityTimeout=10, **named)
    sqs.delete_message(**named)
    sent = sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "1", "MessageBody": "a"}, {"Id": "2", "MessageBody": "\x01"}])
    same([f["Code"] for f in sent["Failed"]], ["InvalidMessageContents"])
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    same(counted["ApproximateNumberOfMessages"], "1")
    same(refused(sqs.get_queue_url, QueueName="none"),
         ("AWS.SimpleQueueService.NonExistentQueue", 400))
    return url, counted["QueueArn"]


def notifications(sqs, url, queue):
    sns = client("sns")
    topic = sns.create_topic(Name="life")["TopicArn"]
    sqs.purge_queue(QueueUrl=url)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    sns.publish(TopicArn=topic, Message="news")
    got = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"][0]
    sns.delete_topic(TopicArn=topic)
    sqs.delete_queue(QueueUrl=url)
    return json.loads(got["Body"])["Message"]


def main():
    s3 = client("s3")
    region = s3.meta.region_name
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": region})
    same(s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"], region)
    for life in (objects, refusals, uploads, settings, versions, empty):
        life(s3)
    command_line()
    sqs = client("sqs")
    print(json.dumps({"Heard": notifications(sqs, *messages(sqs))}))


main()
