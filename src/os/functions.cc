#include "os/functions.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <thread>
#include <utility>

#include "os/function_environment.h"

namespace hikae::os {
namespace {

constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kEnvironmentFolders = "functions/environments";
constexpr const char* kFunctionLogs = "functions/logs";
constexpr off_t kFunctionLogBytes = off_t{1} << 20;  // then it becomes the older of two

bool is_log_name(std::string_view name) {
  return !name.empty() && name.size() <= 140 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '_';
  });
}

}  // namespace

struct ProcessFunctions::Parts {
  struct Running {
    std::unique_ptr<FunctionEnvironment> environment;
    std::thread thread;
    std::atomic<bool> is_over{false};
  };
  std::string root;
  Post post;
  EnvironmentId last = 0;
  std::map<EnvironmentId, std::shared_ptr<Running>> running;

  void begin(Running& one) {
    one.thread = std::thread([this, &one] {
      one.environment->run(root);
      one.is_over = true;
    });
  }

  /// Threads that have ended are joined by whoever comes next.
  void sweep() {
    std::erase_if(running, [](auto& entry) {
      auto& [id, one] = entry;
      if (!one->is_over) return false;
      one->thread.join();
      return true;
    });
  }
};

ProcessFunctions::ProcessFunctions(std::string root, Post post)
    : parts_(std::make_unique<Parts>()) {
  parts_->root = std::move(root);
  parts_->post = std::move(post);
  std::error_code ignored;  // what cannot be removed is in nobody's way: folders have new names
  std::filesystem::remove_all(parts_->root + "/" + kEnvironmentFolders, ignored);
}

ProcessFunctions::~ProcessFunctions() {
  for (auto& [id, one] : parts_->running) one->environment->close();
  for (auto& [id, one] : parts_->running)
    if (one->thread.joinable()) one->thread.join();
}

EnvironmentId ProcessFunctions::open(FunctionJob job) {
  parts_->sweep();
  const auto id = ++parts_->last;
  job.folder = std::string(kEnvironmentFolders) + "/" + job.folder + "-" + std::to_string(id);
  auto one = std::make_shared<Parts::Running>();
  one->environment = std::make_unique<FunctionEnvironment>(
      std::move(job), kPython, [post = parts_->post](Done done, Result<FunctionEnd> end) {
        post([done = std::move(done), end = std::move(end)]() mutable { done(std::move(end)); });
      });
  parts_->running[id] = std::move(one);
  return id;
}

void ProcessFunctions::invoke(EnvironmentId id, FunctionCall call, Done done) {
  const auto found = parts_->running.find(id);
  if (found == parts_->running.end())
    return parts_->post([done = std::move(done)]() mutable {
      done(fail(ErrorKind::NotFound, "the function's environment has ended"));
    });
  auto& one = *found->second;
  one.environment->call(std::move(call), std::move(done));
  if (!one.thread.joinable()) parts_->begin(one);
}

void ProcessFunctions::close(EnvironmentId id) {
  if (const auto found = parts_->running.find(id); found != parts_->running.end()) {
    found->second->environment->close();
    if (!found->second->thread.joinable()) parts_->running.erase(found);
  }
  parts_->sweep();
}

void ProcessFunctions::keep_log(const std::string& function, std::string_view text) {
  if (!is_log_name(function)) return;
  const auto folder = parts_->root + "/" + kFunctionLogs;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto path = folder + "/" + function + ".log";
  struct stat found {};
  if (stat(path.c_str(), &found) == 0 && found.st_size > kFunctionLogBytes)
    std::filesystem::rename(path, path + ".1", problem);
  const int file =
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (file < 0) return;
  (void)!write(file, text.data(), text.size());
  ::close(file);
}

bool ProcessFunctions::has(FunctionRuntime runtime) const {
  return runtime != FunctionRuntime::Python || access(kPython, X_OK) == 0;
}

}  // namespace hikae::os
