#include "plane/lambda/python_bootstrap.h"

#include "plane/endpoint_hook.h"

namespace hikae::plane::lambda {
namespace {

/// Ours are the frames of "<string>": nobody wants to read them.
constexpr std::string_view kBootstrap = R"py(
import http.client, importlib, json, logging, os, sys, time, traceback

API = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
TASK = os.environ["LAMBDA_TASK_ROOT"]

def ask(method, path, body=None, headers={}):
    API.request(method, "/2018-06-01/runtime/" + path, body, headers)
    answer = API.getresponse()
    return answer.status, answer.headers, answer.read()

class Trouble(Exception):
    def __init__(self, kind, message, frames=()):
        self.report = {"errorMessage": message, "errorType": kind, "requestId": "",
                       "stackTrace": list(frames)}

def frames_of(error):
    stack = traceback.extract_tb(error.__traceback__)
    kept = [frame for frame in stack
            if frame.filename != "<string>" and "importlib" not in frame.filename]
    return [text.replace(TASK, "/var/task") for text in traceback.format_list(kept)]

def report_of(error, request=""):
    report = (dict(error.report) if isinstance(error, Trouble) else
              {"errorMessage": str(error), "errorType": type(error).__name__,
               "stackTrace": frames_of(error)})
    report["requestId"] = request
    shown = "[ERROR] %s: %s" % (report["errorType"], report["errorMessage"])
    if report["stackTrace"]:
        shown += "\nTraceback (most recent call last):\n" + "".join(report["stackTrace"]).rstrip()
    print(shown)
    return json.dumps(report)

def find_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError:
        raise Trouble("Runtime.MalformedHandlerName",
                      "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Trouble("Runtime.ImportModuleError",
                      "Unable to import module '%s': %s" % (module_name, error))
    except SyntaxError as error:
        where = '  File "/var/task/%s" Line %s\n    %s' % (
            os.path.basename(error.filename or ""), error.lineno, (error.text or "").rstrip())
        raise Trouble("Runtime.UserCodeSyntaxError",
                      "Syntax error in module '%s': %s" % (module_name, error), [where])
    handler = getattr(module, function_name, None)
    if handler is None:
        raise Trouble("Runtime.HandlerNotFound",
                      "Handler '%s' missing on module '%s'" % (function_name, module_name))
    return handler

class Identity:
    cognito_identity_id = None
    cognito_identity_pool_id = None

class Client:
    installation_id = app_title = app_version_name = app_version_code = app_package_name = None

class ClientContext:
    def __init__(self, given):
        self.custom, self.env, self.client = given.get("custom"), given.get("env"), Client()
        for name, value in (given.get("client") or {}).items():
            setattr(self.client, name, value)

class Context:
    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers["Lambda-Runtime-Invoked-Function-Arn"]
        self.function_name = env["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = env["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = env["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = env["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = Identity()
        client = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self._deadline = int(headers["Lambda-Runtime-Deadline-Ms"])
    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))
    def log(self, message):
        sys.stdout.write(str(message))

class Request(logging.Filter):
    id = ""
    def filter(self, record):
        record.aws_request_id = Request.id
        return True

def log_as_lambda_does():
    handler = logging.StreamHandler(sys.stdout)
    shape = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t"
                              "%(message)s", "%Y-%m-%dT%H:%M:%S")
    shape.converter = time.gmtime
    handler.setFormatter(shape)
    handler.addFilter(Request())
    logging.getLogger().addHandler(handler)

def serve(handler, headers, body):
    try:
        event = json.loads(body)
    except ValueError as error:
        raise Trouble("Runtime.UnmarshalError", "Unable to unmarshal input: %s" % error)
    returned = handler(event, Context(headers))
    try:
        return json.dumps(returned, ensure_ascii=False, default=decimal)
    except (TypeError, ValueError) as error:
        raise Trouble("Runtime.MarshalError", "Unable to marshal response: %s" % error)

def decimal(value):
    import decimal as numbers
    if isinstance(value, numbers.Decimal):
        return float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)

def bootstrap():
    sys.path[:] = [TASK] + [path for path in sys.path if path]
    sys.argv = ["bootstrap"]
    if "AWS_ENDPOINT_URL" in os.environ:
        heed_endpoint(os.environ["AWS_ENDPOINT_URL"])
    log_as_lambda_does()
    try:
        handler = find_handler(os.environ["_HANDLER"])
    except BaseException as error:
        ask("POST", "init/error", report_of(error).encode())
        sys.exit(1)
    while True:
        _, headers, body = ask("GET", "invocation/next")
        Request.id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
        answer_to = "invocation/" + Request.id
        try:
            answer, kind = serve(handler, headers, body), "/response"
        except Exception as error:
            answer, kind = report_of(error, Request.id), "/error"
        sys.stdout.flush()
        sys.stderr.flush()
        ask("POST", answer_to + kind, answer.encode(), {"Content-Type": "application/json"})

bootstrap()
)py";

}  // namespace

std::string python_bootstrap() { return std::string(kEndpointHook) + std::string(kBootstrap); }

}  // namespace hikae::plane::lambda
