// Real environments of this machine, spoken to by the Runtime API: what they can, and what they
// cannot.
#include "os/functions.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "os/data_folder.h"
#include "os/real_loop.h"

namespace hikae::os {
namespace {

/// A runtime of few lines: runs `serve(event)` of the code for each invocation.
constexpr const char* kSmallRuntime = R"py(
import http.client, json, os, sys
sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def ask(method, path, body=None):
    api.request(method, "/2018-06-01/runtime/" + path, body)
    answer = api.getresponse()
    return answer.status, answer.headers, answer.read().decode()
def loop():
    import code_of_function as code
    while True:
        _, headers, body = ask("GET", "invocation/next")
        id = headers["Lambda-Runtime-Aws-Request-Id"]
        code.headers = headers
        try:
            ask("POST", "invocation/" + id + "/response", json.dumps(code.serve(json.loads(body))))
        except ValueError as error:
            ask("POST", "invocation/" + id + "/error",
                json.dumps({"errorMessage": str(error), "errorType": "ValueError"}))
loop()
)py";

class Functions : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = new_temporary_folder().value();
    host_ = std::make_unique<ProcessFunctions>(
        root_, [this](std::move_only_function<void()> work) { loop_.post(std::move(work)); });
  }
  void TearDown() override {
    host_.reset();
    std::filesystem::remove_all(root_);
  }

  static FunctionJob job(const std::string& code) {
    FunctionJob job;
    job.folder = "one";
    job.code.file_name = "code_of_function.py";
    job.code.file_text = code;
    job.program = kSmallRuntime;
    job.memory_bytes = std::size_t{256} << 20;
    job.init_time = seconds(60);
    return job;
  }
  Result<FunctionEnd> invoke(EnvironmentId id, std::string payload, Duration time = seconds(60)) {
    std::optional<Result<FunctionEnd>> end;
    FunctionCall call;
    call.request_id = "request-" + std::to_string(++last_);
    call.function_arn = "arn:one";
    call.trace_id = "Root=1";
    call.payload = std::move(payload);
    call.time = time;
    host_->invoke(id, std::move(call), [&](Result<FunctionEnd> given) { end = std::move(given); });
    loop_.run_until([&] { return end.has_value(); });
    return *std::move(end);
  }
  FunctionEnd end(const FunctionJob& of, std::string payload, Duration time = seconds(60)) {
    auto given = invoke(host_->open(of), std::move(payload), time);
    EXPECT_TRUE(given) << given.error().text();
    return given.value_or(FunctionEnd{});
  }
  std::string returned(const std::string& code, const std::string& payload = "{}") {
    const auto given = end(job(code), payload);
    EXPECT_EQ(given.fate, FunctionFate::Returned) << given.log;
    return given.payload;
  }

  std::string root_;
  RealLoop loop_;
  std::unique_ptr<ProcessFunctions> host_;
  int last_ = 0;
};

TEST_F(Functions, AnEnvironmentIsKeptForTheNextInvocation) {
  const auto id =
      host_->open(job("count = 0\ndef serve(event):\n    global count\n    count += event['by']\n"
                      "    print('now', count)\n    return count\n"));
  const auto first = invoke(id, R"({"by": 2})"), second = invoke(id, R"({"by": 3})");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->payload + second->payload, "25");
  EXPECT_EQ(first->log + second->log, "now 2\nnow 5\n");
  EXPECT_TRUE(first->is_warm && second->is_warm);
  EXPECT_GT(first->init.count(), 0);
  EXPECT_EQ(second->init.count(), 0);
  EXPECT_GT(second->memory, std::size_t{1} << 20);
}

TEST_F(Functions, AnInvocationComesWithWhatLambdaSaysOfIt) {
  EXPECT_EQ(returned("def serve(event):\n    return [headers[name] for name in (\n"
                     "        'Lambda-Runtime-Invoked-Function-Arn',\n"
                     "        'Lambda-Runtime-Trace-Id', 'Content-Type')]\n"),
            R"(["arn:one", "Root=1", "application/json"])");
}

TEST_F(Functions, AnErrorLeavesTheEnvironmentWarm) {
  const auto id = host_->open(job("def serve(event):\n    raise ValueError('no')\n"));
  for (int i = 0; i < 2; ++i) {
    const auto end = invoke(id, "{}");
    ASSERT_TRUE(end);
    EXPECT_EQ(end->fate, FunctionFate::Raised);
    EXPECT_EQ(end->payload, R"({"errorMessage": "no", "errorType": "ValueError"})");
    EXPECT_TRUE(end->is_warm);
  }
}

TEST_F(Functions, WhoTakesTooLongIsKilled) {
  const auto id = host_->open(job("import time\ndef serve(event):\n    time.sleep(600)\n"));
  const auto late = invoke(id, "{}", Duration(300));
  ASSERT_TRUE(late);
  EXPECT_EQ(late->fate, FunctionFate::TimedOut);
  EXPECT_FALSE(late->is_warm);
  EXPECT_EQ(invoke(id, "{}").error().kind, ErrorKind::NotFound);
}

TEST_F(Functions, WhoEndsSaysHow) {
  EXPECT_EQ(end(job("import os\ndef serve(event):\n    os._exit(7)\n"), "{}").code, 7);
  EXPECT_EQ(end(job("import os\nos._exit(9)\n"), "{}").code, 9);
}

TEST_F(Functions, WhoUsesTooMuchMemoryIsKilled) {
  auto hungry =
      job("import time\ndef serve(event):\n    kept = []\n    while True:\n"
          "        kept.append(b'x' * 4000000)\n        time.sleep(0.02)\n");
  hungry.memory_bytes = std::size_t{64} << 20;
  EXPECT_EQ(end(hungry, "{}").fate, FunctionFate::OutOfMemory);
}

TEST_F(Functions, NothingButItsOwnAddressesIsReached) {
  const int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  own.sin_family = AF_INET;
  own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof own;
  auto* address = reinterpret_cast<sockaddr*>(&own);
  ASSERT_TRUE(bind(other, address, size) == 0 && listen(other, 4) == 0 &&
              getsockname(other, address, &size) == 0);
  const auto port = std::to_string(ntohs(own.sin_port));
  const auto code =
      "import socket\ndef attempt(*kind):\n    try:\n        with socket.socket(*kind) as one:\n"
      "            one.connect(('127.0.0.1', " +
      port +
      "))\n            return 'reached'\n    except OSError as error:\n"
      "        return type(error).__name__\n"
      "def fast():\n    with socket.socket() as one:\n        try:\n"
      "            one.sendto(b'x', socket.MSG_FASTOPEN, ('127.0.0.1', " +
      port +
      "))\n            return 'reached'\n        except OSError as error:\n"
      "            return type(error).__name__\n"
      "def serve(event):\n    return ' '.join([attempt(), attempt(2, 2), attempt(1, 1), fast()])\n";
  EXPECT_EQ(returned(code), "\"PermissionError PermissionError PermissionError PermissionError\"");
  auto allowed = job(code);
  allowed.server = "127.0.0.1:" + port;
  EXPECT_EQ(end(allowed, "{}").payload,
            "\"reached PermissionError PermissionError PermissionError\"");
  close(other);
}

TEST_F(Functions, ASocketOfTheNewerInternetReachesTheSameAddress) {
  EXPECT_EQ(returned("import os, socket\ndef serve(event):\n"
                     "    port = int(os.environ['AWS_LAMBDA_RUNTIME_API'].split(':')[1])\n"
                     "    with socket.socket(socket.AF_INET6) as one:\n"
                     "        one.connect(('::ffff:127.0.0.1', port))\n"
                     "        one.sendall(b'GET /other HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n')\n"
                     "        return one.recv(12).decode()\n"),
            "\"HTTP/1.1 404\"");
}

TEST_F(Functions, NobodyElseOfThisMachineSpeaksToItsRuntime) {
  const auto id = host_->open(
      job("import os, time\ndef serve(event):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']\n"));
  const auto said = invoke(id, "{}");
  ASSERT_TRUE(said);
  const auto colon = said->payload.rfind(':');
  const int stranger = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(said->payload.substr(colon + 1))));
  ASSERT_EQ(connect(stranger, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  const std::string_view ask =
      "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: a\r\n\r\n";
  (void)!send(stranger, ask.data(), ask.size(), MSG_NOSIGNAL);
  ASSERT_TRUE(invoke(id, "{}"));
  char byte = 0;
  EXPECT_LE(recv(stranger, &byte, 1, 0), 0);
  close(stranger);
}

TEST_F(Functions, FilesAreWrittenInItsOwnFolderOnly) {
  EXPECT_EQ(returned("import os, tempfile\ndef serve(event):\n"
                     "    with tempfile.TemporaryFile() as file:\n        file.write(b'x')\n"
                     "    try:\n        open('/tmp/hikae-function', 'w')\n"
                     "    except OSError as error:\n        return type(error).__name__\n"),
            "\"PermissionError\"");
  host_.reset();
  EXPECT_TRUE(std::filesystem::is_empty(root_ + "/functions/environments"));
}

TEST_F(Functions, ALogIsKeptSmall) {
  for (int i = 0; i < 5; ++i) host_->keep_log("web", std::string(1'000'000, 'x') + "\n");
  host_->keep_log("../escape", "x");
  EXPECT_LE(std::filesystem::file_size(root_ + "/functions/logs/web.log"), 2'100'000U);
  EXPECT_TRUE(std::filesystem::exists(root_ + "/functions/logs/web.log.1"));
  EXPECT_FALSE(std::filesystem::exists(root_ + "/functions/escape.log"));
}

}  // namespace
}  // namespace hikae::os
