"""Compares hikae's codec with botocore's serializer and parser.

usage: compare_botocore.py BOTOCORE_FOLDER OVERLAY CASES

CASES holds one JSON object a line, as src/aws/wire_botocore_test.cc writes them:
  {"kind": "request",  "service", "operation", "value", "request": {...}}
  {"kind": "response", "service", "operation", "value", "response": {...}}
  {"kind": "error",    "service", "operation", "code", "message", "response": {...}}
Bodies are base64. Ends with one line "compared …" and the exit code 0 where nothing differs; 77 where
botocore is absent.
"""
import base64
import collections
import datetime
import json
import math
import os
import sys
import urllib.parse

BOTOCORE, OVERLAY, CASES = sys.argv[1:4]
sys.path.insert(0, BOTOCORE)
try:
    import botocore
    from botocore import model, parsers, serialize, utils
    from botocore.compat import HTTPHeaders
except ImportError as error:
    print("botocore is absent:", error)
    sys.exit(77)

SHOWN = 20


def merged(base, extra):
    for key, value in extra.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged(base[key], value)
        elif isinstance(value, list) and isinstance(base.get(key), list):
            base[key] = base[key] + value
        else:
            base[key] = value
    return base


class Models:
    def __init__(self):
        self.overlay = json.load(open(OVERLAY, encoding="utf-8"))
        self.known = {}

    def operation(self, service, name):
        if service not in self.known:
            folder = os.path.join(BOTOCORE, "botocore", "data", service)
            versions = sorted(v for v in os.listdir(folder)
                              if os.path.exists(os.path.join(folder, v, "service-2.json")))
            path = os.path.join(folder, versions[-1], "service-2.json")
            raw = json.load(open(path, encoding="utf-8"))
            merged(raw, self.overlay.get(service, {}))
            self.known[service] = model.ServiceModel(raw, service)
        return self.known[service].operation_model(name)


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(
        tzinfo=datetime.timezone.utc)


def is_raw(owner, name):
    payload = owner.serialization.get("payload")
    return payload == name and owner.members[name].type_name in ("blob", "string")


def native(shape, value, raw=False):
    """hikae's value as botocore wants it."""
    kind = shape.type_name
    if utils.is_json_value_header(shape) or getattr(shape, "is_document_type", False):
        return value
    if kind == "structure":
        return {name: native(shape.members[name], item, is_raw(shape, name))
                for name, item in value.items()}
    if kind == "list":
        return [native(shape.member, item) for item in value]
    if kind == "map":
        return {key: native(shape.value, item) for key, item in value.items()}
    if kind == "timestamp":
        return instant(value)
    if kind == "blob":
        return value.encode() if raw else base64.b64decode(value)
    return value


def same(shape, mine, theirs, path=""):
    """The first path at which hikae's value and botocore's parsed one differ; None where none."""
    kind = shape.type_name
    if utils.is_json_value_header(shape) or getattr(shape, "is_document_type", False):
        return None if mine == theirs else path
    if kind == "structure":
        if not isinstance(theirs, dict) or set(mine) != set(theirs):
            return path + " members"
        for name, item in mine.items():
            if is_raw(shape, name):
                body = theirs[name]
                body = body.decode() if isinstance(body, bytes) else body
                if body != item:
                    return f"{path}.{name}"
                continue
            wrong = same(shape.members[name], item, theirs[name], f"{path}.{name}")
            if wrong:
                return wrong
        return None
    if kind == "list":
        if not isinstance(theirs, list) or len(mine) != len(theirs):
            return path + " length"
        for index, (a, b) in enumerate(zip(mine, theirs)):
            wrong = same(shape.member, a, b, f"{path}[{index}]")
            if wrong:
                return wrong
        return None
    if kind == "map":
        if set(mine) != set(theirs):
            return path + " keys"
        for key, item in mine.items():
            wrong = same(shape.value, item, theirs[key], f"{path}.{key}")
            if wrong:
                return wrong
        return None
    if kind == "timestamp":
        gap = abs((instant(mine) - theirs).total_seconds())
        return None if gap < 0.0005 else path
    if kind == "blob":
        return None if base64.b64decode(mine) == theirs else path
    if kind in ("float", "double"):
        return None if math.isclose(float(mine), float(theirs), rel_tol=1e-12) else path
    return None if mine == theirs and type(mine) is type(theirs) else path


def body_of(message):
    return base64.b64decode(message["body"])


def target_of(theirs):
    target = theirs["url_path"]
    query = theirs["query_string"]
    if query:
        target += ("&" if "?" in target else "?") + utils.percent_encode_sequence(query)
    return target


def header_text(value):
    """Botocore writes Python's own True and False; the services document true and false."""
    if value in ("True", "False"):
        return value.lower()
    return value.decode() if isinstance(value, bytes) else str(value)


def compare_request(operation, case):
    protocol = operation.metadata["protocol"]
    shape = operation.input_shape
    value = native(shape, case["value"]) if shape is not None else {}
    theirs = serialize.create_serializer(protocol, False).serialize_to_request(value, operation)
    mine = case["request"]
    if mine["method"] != theirs["method"]:
        return "method"
    if mine["target"] != target_of(theirs):
        return f"target {mine['target']} {target_of(theirs)}"
    headers = {name.lower(): text for name, text in mine["headers"]}
    for name, text in theirs["headers"].items():
        if headers.pop(name.lower(), None) != header_text(text):
            return f"header {name}"
    headers.pop("content-type", None)
    if (operation.http_checksum or {}).get("requestChecksumRequired"):
        headers.pop("x-amz-checksum-sha256", None)  # botocore adds its own later
    if headers:
        return f"more headers: {sorted(headers)}"
    body, wanted = body_of(mine), theirs["body"]
    if isinstance(wanted, dict):
        wanted = urllib.parse.urlencode(wanted, doseq=True).encode()
    if isinstance(wanted, str):
        wanted = wanted.encode()
    is_payload = shape is not None and any(is_raw(shape, name) for name in shape.members)
    if "json" in protocol and not is_payload:
        return None if json.loads(body or b"{}") == json.loads(wanted or b"{}") else "body as JSON"
    return None if body == wanted else f"body\n  mine   {body}\n  theirs {wanted}"


def wire_answer(message):
    headers = HTTPHeaders()
    for name, text in message["headers"]:
        headers[name] = text
    return {"body": body_of(message), "headers": headers, "status_code": message["status"],
            "context": {}}


def compare_response(operation, case):
    shape = operation.output_shape
    parser = parsers.create_parser(operation.metadata["protocol"])
    theirs = parser.parse(wire_answer(case["response"]), shape)
    theirs.pop("ResponseMetadata", None)
    if shape is None:
        return None if not theirs else "something instead of nothing"
    return same(shape, case["value"], theirs)


def compare_error(operation, case):
    answer = wire_answer(case["response"])
    theirs = parsers.create_parser(operation.metadata["protocol"]).parse(
        answer, operation.output_shape)
    error = theirs.get("Error", {})
    if error.get("Code") != case["code"] or error.get("Message") != case["message"]:
        return f"{error} instead of {case['code']}: {case['message']}"
    request_id = theirs["ResponseMetadata"].get("RequestId")
    return None if request_id == case["request_id"] else f"request id {request_id}"


COMPARE = {"request": compare_request, "response": compare_response, "error": compare_error}


def main():
    print("botocore", botocore.__version__, "of", os.path.dirname(botocore.__file__))
    models = Models()
    counts, differences = collections.Counter(), collections.Counter()
    with open(CASES, encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            operation = models.operation(case["service"], case["operation"])
            key = (case["kind"], operation.metadata["protocol"])
            counts[key] += 1
            try:
                wrong = COMPARE[case["kind"]](operation, case)
            except Exception as error:  # whatever botocore makes of it is a difference
                wrong = f"{type(error).__name__}: {error}"
            if not wrong:
                continue
            differences[key] += 1
            if sum(differences.values()) <= SHOWN:
                print("DIFFERS", case["kind"], case["service"], case["operation"], wrong)
    for key in sorted(counts):
        print("%-9s %-9s %6d compared, %d differ" % (*key, counts[key], differences[key]))
    total = sum(differences.values())
    print("compared %d, differences %d" % (sum(counts.values()), total))
    return 1 if total else 0


sys.exit(main())
