#include "os/function_environment.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/value.h"
#include "os/unzip.h"
#include "text/json.h"

namespace hikae::os {
namespace {

constexpr std::string_view kRuntimePath = "/2018-06-01/runtime/";
constexpr std::size_t kLogKept = std::size_t{256} << 10;  // of one invocation
constexpr std::size_t kPayloadMost = std::size_t{6} << 20;
constexpr Duration kMeasureEvery{50};
constexpr Duration kLongest = hours(24);  // the pool ends an environment long before
constexpr std::size_t kFunctionFileBytes = std::size_t{512} << 20;  // as /tmp of Lambda

Duration since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - then);
}

std::string deadline_ms(Duration from_now) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string((std::chrono::duration_cast<Duration>(now) + from_now).count());
}

std::string error_text(std::string_view type, const std::string& message) {
  return text::to_json(
      Object{{"errorMessage", message}, {"errorType", type}, {"stackTrace", Array()}});
}

/// Bytes of memory that are in use; 0 where the process has gone.
std::size_t memory_of(pid_t child) {
  const auto path = "/proc/" + std::to_string(child) + "/statm";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  std::array<char, 128> text{};
  const auto got = read(file, text.data(), text.size());
  close(file);
  const std::string_view said(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  const auto blank = said.find(' ');
  if (blank == std::string_view::npos) return 0;
  std::size_t pages = 0;
  std::from_chars(said.data() + blank + 1, said.data() + said.size(), pages);
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::unexpected<Error> not_furnished(const char* what) {
  return fail(ErrorKind::Io,
              std::string("a function's ") + what + " cannot be made: " + std::strerror(errno));
}

Result<int> make_folder(int within, const char* name, mode_t mode, int user) {
  if (mkdirat(within, name, mode) != 0) return not_furnished("folder");
  const int made = openat(within, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (made < 0 || fchmod(made, mode) != 0 ||
      (user >= 0 && fchown(made, static_cast<uid_t>(user), static_cast<gid_t>(user)) != 0)) {
    if (made >= 0) close(made);
    return not_furnished("folder");
  }
  return made;
}

Result<> write_source(int folder, const FunctionCode& code) {
  const int file = openat(folder, code.file_name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return not_furnished("source");
  const auto size = static_cast<ssize_t>(code.file_text.size());
  const bool is_written =
      write(file, code.file_text.data(), code.file_text.size()) == size && fchmod(file, 0644) == 0;
  close(file);
  return is_written ? Result<>() : not_furnished("source");
}

Result<> check_bootstrap(int folder) {
  struct stat found {};
  if (fstatat(folder, "bootstrap", &found, AT_SYMLINK_NOFOLLOW) != 0)
    return fail(ErrorKind::Invalid, "Runtime.InvalidEntrypoint",
                "fork/exec /var/task/bootstrap: no such file or directory: put an executable "
                "named bootstrap into the root of the zip archive");
  if (S_ISREG(found.st_mode) && (found.st_mode & 0111) != 0) return {};
  return fail(ErrorKind::Invalid, "Runtime.InvalidEntrypoint",
              "fork/exec /var/task/bootstrap: permission denied: make bootstrap executable before "
              "it is packed");
}

Result<> fill_task(int folder, const FunctionJob& job) {
  TRY_DO(job.code.file_name.empty() ? unzip(job.code.zip, folder) : write_source(folder, job.code));
  return job.runtime == FunctionRuntime::Bootstrap ? check_bootstrap(folder) : Result<>();
}

bool is_named_in(const std::vector<std::string>& env, std::string_view name) {
  return std::ranges::any_of(env, [&](const std::string& one) {
    return one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=';
  });
}

}  // namespace

FunctionEnvironment::FunctionEnvironment(FunctionJob job, std::string python, Answer answer)
    : job_(std::move(job)),
      python_(std::move(python)),
      answer_(std::move(answer)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      begun_(Steady::now()),
      measured_(begun_) {}

FunctionEnvironment::~FunctionEnvironment() {
  if (wake_ >= 0) ::close(wake_);
}

void FunctionEnvironment::call(FunctionCall call, FunctionHost::Done done) {
  const auto now = Steady::now();
  const auto until = now + job_.init_time + call.time;
  {
    const std::lock_guard lock(mutex_);
    if (!is_over_ && !coming_) {
      coming_ = Work{std::move(call), std::move(done), now, until};
      eventfd_write(wake_, 1);
      return;
    }
  }
  answer_(std::move(done), fail(ErrorKind::NotFound, "the function's environment has ended"));
}

void FunctionEnvironment::close() {
  stop_ = true;
  eventfd_write(wake_, 1);
}

Result<> FunctionEnvironment::prepare() {
  lines_.emplace(TRY(RuntimeLines::open()));
  std::vector<NumericAddress> allowed{TRY(read_numeric_address(lines_->address()))};
  if (!job_.server.empty()) allowed.push_back(TRY(read_numeric_address(job_.server)));
  broker_.emplace(TRY(ConnectBroker::prepare(std::move(allowed))));
  return {};
}

Result<ChildJob> FunctionEnvironment::child_job() const {
  ChildJob child;
  if (job_.runtime == FunctionRuntime::Python)
    child.argv = {python_, "-B", "-u", "-c", job_.program};
  else
    child.argv = {"./bootstrap"};
  child.env = job_.env;
  child.folder = job_.folder;
  child.directory = "task";
  child.folder_after = FolderAfter::Removed;
  child.limits.time = kLongest;
  child.limits.memory_bytes = 0;  // addresses are cheap; data is limited
  child.limits.file_bytes = kFunctionFileBytes;
  return child;
}

void FunctionEnvironment::run(const std::string& root) {
  begun_ = Steady::now();
  const auto run_it = [&]() -> Result<ChildEnd> {
    TRY_DO(prepare());
    return run_child(TRY(child_job()), root, stop_, this);
  };
  ended(run_it());
}

Result<> FunctionEnvironment::furnish(const ChildFolder& folder, int user) {
  for (const auto& [name, mode, owner] :
       {std::tuple{"tmp", mode_t{0700}, user}, std::tuple{"task", mode_t{0755}, -1}}) {
    const int made = TRY(make_folder(folder.descriptor(), name, mode, owner));
    const auto filled = owner == user && mode == 0700 ? Result<>() : fill_task(made, job_);
    ::close(made);
    TRY_DO(filled);
  }
  return {};
}

std::vector<std::string> FunctionEnvironment::environment(const std::string& home) {
  const auto task = home + "/task";
  std::vector<std::string> env{"AWS_LAMBDA_RUNTIME_API=" + lines_->address(),
                               "LAMBDA_TASK_ROOT=" + task, "LAMBDA_RUNTIME_DIR=" + task};
  for (const auto& [name, value] :
       {std::pair<std::string, std::string>{"PATH", "/usr/local/bin:/usr/bin:/bin:" + task},
        {"LD_LIBRARY_PATH", task + "/lib"},
        {"LANG", "C.UTF-8"},
        {"TZ", ":UTC"},
        {"HOME", home + "/tmp"},
        {"TMPDIR", home + "/tmp"}})
    if (!is_named_in(job_.env, name)) env.push_back(name + "=" + value);
  return env;
}

/// Twice what it may use: what is asked for at once and in one piece is refused by the kernel,
/// what grows is noticed by measuring.
std::size_t FunctionEnvironment::data_bytes() const {
  return 2 * job_.memory_bytes + (std::size_t{128} << 20);
}

void FunctionEnvironment::add_polled(std::vector<pollfd>& polled) {
  polled.push_back({wake_, POLLIN, 0});
  polled.push_back({broker_->questions(), POLLIN, 0});
  lines_->add_polled(polled);
}

void FunctionEnvironment::look_at(const std::vector<pollfd>& polled) {
  eventfd_t woken = 0;
  eventfd_read(wake_, &woken);
  take_work();
  if ((polled[1].revents & POLLIN) != 0)
    if (const auto port = broker_->answer()) lines_->expect(*port);
  lines_->work(
      [this](RuntimeLines::LineId line, const HttpRequest& request) { asked(line, request); });
}

void FunctionEnvironment::heard(std::string_view bytes) {
  log_ += bytes;
  if (log_.size() > 2 * kLogKept) log_.erase(0, log_.size() - kLogKept);
}

void FunctionEnvironment::take_work() {
  {
    const std::lock_guard lock(mutex_);
    if (!coming_ || work_) return;
    work_ = std::exchange(coming_, std::nullopt);
  }
  if (waiting_) hand_out();
}

void FunctionEnvironment::hand_out() {
  const auto& call = work_->call;
  work_->is_told = true;
  work_->begun = Steady::now();
  work_->until = work_->begun + call.time;
  HttpHeaders headers{{"Content-Type", "application/json"},
                      {"Lambda-Runtime-Aws-Request-Id", call.request_id},
                      {"Lambda-Runtime-Deadline-Ms", deadline_ms(call.time)},
                      {"Lambda-Runtime-Invoked-Function-Arn", call.function_arn},
                      {"Lambda-Runtime-Trace-Id", call.trace_id}};
  if (!call.client_context.empty())
    headers.emplace_back("Lambda-Runtime-Client-Context", call.client_context);
  lines_->answer(*std::exchange(waiting_, std::nullopt), {200, std::move(headers), call.payload});
}

void FunctionEnvironment::asked(RuntimeLines::LineId line, const HttpRequest& request) {
  auto path = request.path();
  if (!path.starts_with(kRuntimePath)) return lines_->answer(line, {404, {}, ""});
  path.remove_prefix(kRuntimePath.size());
  if (request.method == "GET" && path == "invocation/next") return asked_for_next(line);
  if (request.method == "POST") return said(line, path, request.body);
  lines_->answer(line, {405, {}, ""});
}

void FunctionEnvironment::asked_for_next(RuntimeLines::LineId line) {
  if (work_ && work_->is_told)
    return lines_->answer(line, {403, {}, error_text("InvalidStateTransition", "not answered")});
  if (!init_) init_ = since(begun_);
  waiting_ = line;
  if (work_) hand_out();
}

void FunctionEnvironment::said(RuntimeLines::LineId line, std::string_view rest, std::string body) {
  const HttpResponse accepted{202, {{"Content-Type", "application/json"}}, R"({"status":"OK"})"};
  if (rest == "init/error") {
    lines_->answer(line, accepted);
    verdict_ = end_of(FunctionFate::InitFailed, std::move(body));
    return;
  }
  const auto of_work = [&](std::string_view what) {
    return work_ && work_->is_told && rest == "invocation/" + work_->call.request_id + str(what);
  };
  const bool is_response = of_work("/response");
  if (!is_response && !of_work("/error"))
    return lines_->answer(line, {400, {}, error_text("InvalidRequestID", "no such invocation")});
  if (body.size() > kPayloadMost) {
    lines_->answer(line, {413, {}, error_text("RequestEntityTooLarge", "over 6 MB")});
    return answer(end_of(FunctionFate::Raised,
                         error_text("Function.ResponseSizeTooLarge",
                                    "Response payload size exceeded maximum allowed payload size "
                                    "(6291556 bytes).")));
  }
  lines_->answer(line, accepted);
  // It is alive and waits for this answer: what took less than a measure's time is told all the
  // same.
  if (child_ != 0) memory_ = std::max(memory_, memory_of(child_));
  answer(end_of(is_response ? FunctionFate::Returned : FunctionFate::Raised, std::move(body)));
}

FunctionEnd FunctionEnvironment::end_of(FunctionFate fate, std::string payload) const {
  FunctionEnd end;
  end.fate = fate;
  end.payload = std::move(payload);
  end.is_warm = fate == FunctionFate::Returned || fate == FunctionFate::Raised;
  return end;
}

void FunctionEnvironment::answer(FunctionEnd end) {
  auto work = std::move(*std::exchange(work_, std::nullopt));
  end.log = std::exchange(log_, {});
  if (end.log.size() > kLogKept) end.log.erase(0, end.log.size() - kLogKept);
  end.took = since(work.begun);
  if (!std::exchange(is_init_told_, true)) end.init = init_.value_or(since(begun_));
  end.memory = memory_;
  answer_(std::move(work.done), std::move(end));
}

void FunctionEnvironment::measure(pid_t child) {
  const auto now = Steady::now();
  if (now - measured_ < kMeasureEvery) return;
  measured_ = now;
  const auto used = memory_of(child);
  memory_ = std::max(memory_, used);
  if (used > job_.memory_bytes) verdict_ = end_of(FunctionFate::OutOfMemory);
}

bool FunctionEnvironment::goes_on(pid_t child) {
  if (verdict_) return false;
  child_ = child;
  measure(child);
  if (work_ && Steady::now() >= work_->until) verdict_ = end_of(FunctionFate::TimedOut);
  return !verdict_;
}

void FunctionEnvironment::ended(const Result<ChildEnd>& end) {
  std::optional<Work> left;
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    left = std::exchange(coming_, std::nullopt);
  }
  const bool has_begun = work_ && (work_->is_told || !init_);
  if (!work_) std::swap(work_, left);
  if (!work_) return;
  if (!end) return answer_(std::move(work_->done), std::unexpected(end.error()));
  if (!has_begun && init_)
    return answer_(std::move(work_->done),
                   fail(ErrorKind::NotFound, "the function's environment has ended"));
  if (verdict_) return answer(*verdict_);
  auto told = end_of(FunctionFate::Stopped);
  if (end->fate == ChildFate::Exited) told.fate = FunctionFate::Exited;
  if (end->fate == ChildFate::Signalled) told.fate = FunctionFate::Signalled;
  told.code = end->code;
  answer(std::move(told));
}

}  // namespace hikae::os
