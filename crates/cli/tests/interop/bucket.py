"""What somebody tries who has keys to the bucket, with Amazon's own library.

    bucket.py URL ID SECRET create NAME [MODE DAYS]
    bucket.py URL ID SECRET attack NAME KEY

`attack` prints as JSON what succeeded of what must not, and why the rest was refused.
"""

import datetime
import json
import sys
import time

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

url, key_id, secret, command, bucket, *rest = sys.argv[1:]
s3 = boto3.client(
    "s3",
    endpoint_url=url,
    aws_access_key_id=key_id,
    aws_secret_access_key=secret,
    region_name="us-east-1",
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
)


def lock(mode, days):
    rule = {"DefaultRetention": {"Mode": mode, "Days": int(days)}}
    s3.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
    )


if command == "create":
    for attempt in range(120):
        try:
            s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=bool(rest))
            break
        except (ClientError, BotoCoreError):
            if attempt == 119:
                raise
            time.sleep(0.5)
    if rest:
        lock(*rest)
elif command == "attack":
    name = rest[0]
    listed = s3.list_object_versions(Bucket=bucket, Prefix=name)["Versions"]
    first = [it for it in listed if it["Key"] == name][-1]["VersionId"]
    body = lambda: s3.get_object(Bucket=bucket, Key=name, VersionId=first)["Body"].read()
    before = body()
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=1)
    version = {"Bucket": bucket, "Key": name, "VersionId": first}
    shorter = lambda mode: {"Mode": mode, "RetainUntilDate": soon}
    attempts = {
        "delete the version": lambda: s3.delete_object(**version),
        "delete it past governance": lambda: s3.delete_object(
            **version, BypassGovernanceRetention=True
        ),
        "shorten": lambda: s3.put_object_retention(**version, Retention=shorter("COMPLIANCE")),
        "loosen": lambda: s3.put_object_retention(
            **version, Retention=shorter("GOVERNANCE"), BypassGovernanceRetention=True
        ),
        "create again": lambda: s3.put_object(
            Bucket=bucket, Key=name, Body=b"forged", IfNoneMatch="*"
        ),
        "stop keeping versions": lambda: s3.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
        "delete the bucket": lambda: s3.delete_bucket(Bucket=bucket),
    }
    succeeded, refused = [], {}
    for what, attempt in attempts.items():
        try:
            attempt()
            succeeded.append(what)
        except ClientError as error:
            refused[what] = error.response["Error"]["Code"]
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": name, "VersionId": first}]}
    )
    if answer.get("Errors"):
        refused["delete many"] = answer["Errors"][0]["Code"]
    else:
        succeeded.append("delete many")
    # What S3 allows, and what has to be without effect: something on top, and a marker that hides it.
    s3.put_object(Bucket=bucket, Key=name, Body=b"forged")
    s3.delete_object(Bucket=bucket, Key=name)
    print(json.dumps({"succeeded": succeeded, "refused": refused, "kept": body() == before}))
