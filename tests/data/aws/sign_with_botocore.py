"""Signs requests with botocore: one JSON object a line in, one a line out.

usage: sign_with_botocore.py IN OUT
"""
import base64
import datetime
import json
import sys

import botocore
import botocore.auth as auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

now = [None]


class Clock(datetime.datetime):
    @classmethod
    def utcnow(cls):
        return now[0]


if hasattr(auth, "get_current_datetime"):
    auth.get_current_datetime = lambda *args, **kw: now[0]
else:
    holder = type("holder", (), {"datetime": Clock})
    auth.datetime = holder

SIGNERS = {
    ("header", False): auth.SigV4Auth,
    ("header", True): auth.S3SigV4Auth,
    ("query", False): auth.SigV4QueryAuth,
    ("query", True): auth.S3SigV4QueryAuth,
}


def sign(one):
    now[0] = datetime.datetime.strptime(one["time"], "%Y%m%dT%H%M%SZ")
    credentials = Credentials(one["key"], one["secret"], one["token"] or None)
    request = AWSRequest(
        method=one["method"], url=one["url"], data=base64.b64decode(one["body"])
    )
    for name, value in one["headers"]:
        request.headers[name] = value  # adds: an HTTPMessage keeps both of a name
    kind = SIGNERS[(one["form"], one["service"] == "s3")]
    args = (credentials, one["service"], one["region"])
    signer = kind(*args, expires=one["expires"]) if one["form"] == "query" else kind(*args)
    seen = {}
    canonical = signer.canonical_request
    signer.canonical_request = lambda r: seen.setdefault("canonical", canonical(r))
    signer.add_auth(request)
    return {
        "canonical": seen["canonical"],
        "authorization": request.headers.get("Authorization", ""),
        "url": request.url,
    }


with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w") as sink:
    sink.write(json.dumps({"version": botocore.__version__}) + "\n")
    for line in source:
        sink.write(json.dumps(sign(json.loads(line))) + "\n")
