#include "os/spawner.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "os/child_process.h"

namespace hikae::os {
namespace {

constexpr std::size_t kChildrenAtOnce = 8;
constexpr std::size_t kChildrenWaiting = 1000;

}  // namespace

struct ChildSpawner::Workers {
  struct Waiting {
    ChildId id = 0;
    ChildJob job;
    Done done;
    std::shared_ptr<std::atomic<bool>> stop;
  };

  Workers(std::string folder, Post to) : root(std::move(folder)), post(std::move(to)) {}

  void answer(Waiting of, Result<ChildEnd> end) {
    post([out = out, done = std::move(of.done), end = std::move(end)]() mutable {
      --*out;
      done(std::move(end));
    });
  }

  void work() {
    while (auto next = take()) {
      auto end = run_child(next->job, root, *next->stop);
      {
        const std::lock_guard lock(mutex);
        stops.erase(next->id);
      }
      answer(*std::move(next), std::move(end));
    }
  }

  std::optional<Waiting> take() {
    std::unique_lock lock(mutex);
    ++idle;
    changed.wait(lock, [&] { return is_ending || !waiting.empty(); });
    --idle;
    if (waiting.empty()) return std::nullopt;
    auto next = std::move(waiting.front());
    waiting.pop_front();
    return next;
  }

  /// False where too many wait already; `next` is then as it was.
  bool take_in(Waiting& next) {
    const std::lock_guard lock(mutex);
    if (waiting.size() >= kChildrenWaiting) return false;
    stops[next.id] = next.stop;
    waiting.push_back(std::move(next));
    if (idle < waiting.size() && threads.size() < kChildrenAtOnce)
      threads.emplace_back([this] { work(); });
    return true;
  }

  const std::string root;
  const Post post;
  const std::shared_ptr<int> out = std::make_shared<int>(0);  // the engine's thread only
  ChildId last = 0;                                           // so is this
  std::mutex mutex;                                           // guards what follows
  std::condition_variable changed;
  std::deque<Waiting> waiting;
  std::map<ChildId, std::shared_ptr<std::atomic<bool>>> stops;
  std::size_t idle = 0;
  bool is_ending = false;
  std::vector<std::thread> threads;
};

ChildSpawner::ChildSpawner(std::string root, Post post)
    : workers_(std::make_unique<Workers>(std::move(root), std::move(post))) {}

ChildSpawner::~ChildSpawner() {
  {
    const std::lock_guard lock(workers_->mutex);
    workers_->is_ending = true;
    for (auto& [id, stop] : workers_->stops) *stop = true;
  }
  workers_->changed.notify_all();
  for (auto& thread : workers_->threads) thread.join();
}

ChildId ChildSpawner::spawn(ChildJob job, Done done) {
  Workers::Waiting next{++workers_->last, std::move(job), std::move(done),
                        std::make_shared<std::atomic<bool>>(false)};
  const auto id = next.id;
  ++*workers_->out;
  if (workers_->take_in(next))
    workers_->changed.notify_one();
  else
    workers_->answer(std::move(next), fail(ErrorKind::Io,
                                           "too many scripts are waiting to be run already; start "
                                           "fewer at once"));
  return id;
}

void ChildSpawner::stop(ChildId id) {
  const std::lock_guard lock(workers_->mutex);
  if (const auto found = workers_->stops.find(id); found != workers_->stops.end())
    *found->second = true;
}

std::optional<std::string> ChildSpawner::program(std::string_view name) const {
  constexpr std::array kFolders{"/usr/bin/", "/usr/local/bin/", "/bin/",
                                "/opt/microsoft/powershell/7/"};
  for (const auto* folder : kFolders) {
    auto path = folder + std::string(name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

int ChildSpawner::out() const { return *workers_->out; }

}  // namespace hikae::os
