// The engine with its journal on this machine's disk: steps per second with one run and with many,
// beside the raw speed of fsync; memory of runs that wait; time to bring runs back.
//
//   bench_durable [FOLDER]      prints one table; FOLDER: where the databases are put (default ".")
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>

#include "base/entropy.h"
#include "engine/kernel.h"
#include "runbook/run.h"

namespace hikae {
namespace {

const Scope kScope{"123456789012", "eu-west-1"};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

/// Time passes only when nothing else is to be done; then all pauses are over at once.
class Loop final : public WallClock, public Timers {
 public:
  [[nodiscard]] WallTime now() const override { return wall_ms(1746124200000) + passed_; }
  [[nodiscard]] SteadyTime steady_now() const override { return SteadyTime{passed_}; }
  TimerId at(WallTime when, std::move_only_function<void()> callback) override {
    return after(when - now(), std::move(callback));
  }
  TimerId after(Duration wait, std::move_only_function<void()> callback) override {
    const auto id = ++last_;
    const auto due = passed_ + std::max(wait, Duration{0});
    timers_.emplace(std::pair{due, id}, std::move(callback));
    due_.emplace(id, due);
    return id;
  }
  void soon(std::move_only_function<void()> callback) override {
    ready_.push_back(std::move(callback));
  }
  void when_idle(std::move_only_function<void()> callback) override {
    idle_.push_back(std::move(callback));
  }
  void cancel(TimerId id) override {
    if (const auto found = due_.extract(id)) timers_.erase({found.mapped(), id});
  }
  /// False: nothing is left before `until`.
  bool step(Duration until) {
    for (auto* queue : {&ready_, &idle_}) {
      if (queue->empty()) continue;
      auto next = std::move(queue->front());
      queue->pop_front();
      next();
      return true;
    }
    if (timers_.empty() || timers_.begin()->first.first > until) return false;
    auto first = timers_.extract(timers_.begin());
    due_.erase(first.key().second);
    passed_ = std::max(passed_, first.key().first);
    first.mapped()();
    return true;
  }

 private:
  Duration passed_{0};
  std::deque<std::move_only_function<void()>> ready_, idle_;
  std::map<std::pair<Duration, TimerId>, std::move_only_function<void()>> timers_;
  std::map<TimerId, Duration> due_;
  TimerId last_ = 0;
};

/// Answers every call in the next round.
class EasyCloud final : public aws::Cloud {
 public:
  explicit EasyCloud(Timers& timers) : timers_(timers) {}
  void call(aws::Request, aws::Done done) override {
    timers_.soon([this, done = std::move(done)]() mutable { done(answer_); });
  }

 private:
  Timers& timers_;
  Value answer_ = Object{{"Status", "ok"}};
};

/// The rest of the house is left out: events end where they begin.
class Mute final : public Machine {
 public:
  void decide(const Event&, WallTime, Commands& commands) override { commands.finish({}); }
  [[nodiscard]] Value save() const override { return {}; }
};
class MuteKind final : public MachineKind {
 public:
  explicit MuteKind(std::string_view name) : name_(name) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId&) const override {
    return std::make_unique<Mute>();
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId&,
                                                      const Value&) const override {
    return std::make_unique<Mute>();
  }

 private:
  std::string_view name_;
};

std::shared_ptr<const runbook::Document> document_of(int steps, std::string_view step) {
  std::string text = "schemaVersion: '0.3'\nmainSteps:\n";
  for (int i = 0; i < steps; ++i) text += fmt::format("- {{name: s{}, {}}}\n", i, step);
  text::Diagnostics problems;
  return runbook::read_document(text, problems).value();
}

constexpr std::string_view kRead =
    "action: 'aws:executeAwsApi', inputs: {Service: ssm, Api: DescribeParameters}";
constexpr std::string_view kChange =
    "action: 'aws:executeAwsApi', inputs: {Service: ssm, Api: AddTagsToResource}";
constexpr std::string_view kWait = "action: 'aws:sleep', inputs: {Duration: P1D}";

class Engine {
 public:
  Engine(const std::string& file, std::shared_ptr<const runbook::Document> document)
      : document_(std::move(document)),
        log_(loop_, [](std::string_view) {}),
        database_(store::Database::open(file, store::Sync::Full).value()),
        cloud_(loop_) {
    std::vector<std::unique_ptr<MachineKind>> kinds;
    kinds.push_back(runbook::make_run_kind([this](std::string_view) { return document_; }));
    kinds.push_back(std::make_unique<MuteKind>("event"));
    kernel_ =
        engine::Kernel::open(*database_, {loop_, loop_, entropy_, log_}, cloud_, std::move(kinds))
            .value();
    if (auto done = kernel_->recover(); !done) throw std::runtime_error(done.error().text());
    run({});
  }
  void start(int first, int runs) {
    for (int i = first; i < first + runs; ++i)
      kernel_->perform([i](engine::Turn& turn) {
        turn.start({kScope, "run", fmt::format("00000000-0000-4000-8000-{:012}", i)},
                   Object{{"DocumentName", "bench"}, {"DocumentHash", "h"}, {"ExecutedBy", "me"}});
      });
  }
  void run(Duration until) {
    while (loop_.step(until)) {
    }
  }
  engine::Kernel& kernel() { return *kernel_; }

 private:
  std::shared_ptr<const runbook::Document> document_;
  Loop loop_;
  SeededEntropy entropy_{1};
  Log log_;
  std::unique_ptr<store::Database> database_;
  EasyCloud cloud_;
  std::unique_ptr<engine::Kernel> kernel_;
};

class Folder {
 public:
  explicit Folder(const std::string& below) : path_(below + "/hikae-bench-XXXXXX") {
    if (!mkdtemp(path_.data())) throw std::runtime_error("cannot make a folder in " + below);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

double fsyncs_per_second(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  int written = 0;
  const auto begun = Clock::now();
  while (seconds_since(begun) < 1.0) {
    if (pwrite(file, page.data(), page.size(), written * 4096L) < 0 || fdatasync(file) != 0) break;
    ++written;
  }
  const auto rate = written / seconds_since(begun);
  close(file);
  return rate;
}

std::int64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  in >> size >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

void durable(const Folder& folder, const char* name, int runs, int steps, std::string_view step) {
  Engine engine(folder.file(name), document_of(steps, step));
  engine.start(0, runs);
  const auto begun = Clock::now();
  engine.run(hours(1000));
  const auto took = seconds_since(begun);
  const auto& counters = engine.kernel().journal_counters();
  fmt::print("{:<34} {:>10.0f} steps/s {:>9.0f} runs/s {:>8} commits {:>6.1f} rows/step\n", name,
             runs * static_cast<double>(steps) / took, runs / took, counters.commits,
             static_cast<double>(counters.events + 2 * counters.effects + counters.snapshots) /
                 (static_cast<double>(runs) * steps));
}

void waiting(const Folder& folder, int runs) {
  const auto file = folder.file("waiting");
  const auto document = document_of(1, kWait);
  {
    Engine engine(file, document);
    const auto before = resident_bytes();
    const auto begun = Clock::now();
    constexpr int kBatch = 10'000;
    for (int i = 0; i < runs; i += kBatch) {
      engine.start(i, kBatch);
      engine.run({});
    }
    const auto grown = resident_bytes() - before;
    fmt::print("{:<34} {:>10} runs wait, {:.0f} bytes each, {:.0f} MiB in all, begun in {:.1f} s\n",
               "waiting", engine.kernel().living("run"), static_cast<double>(grown) / runs,
               static_cast<double>(grown) / (1 << 20), seconds_since(begun));
  }
  const auto begun = Clock::now();
  Engine engine(file, document);
  fmt::print("{:<34} {:>10} runs brought back in {:.2f} s\n", "recovery",
             engine.kernel().living("run"), seconds_since(begun));
}

void all(const std::string& below, int waiting_runs) {
  const Folder folder(below);
  fmt::print("{:<34} {:>10.0f} fdatasync/s\n", "raw disk", fsyncs_per_second(folder.file("raw")));
  durable(folder, "one run, reading", 1, 500, kRead);
  durable(folder, "one run, changing", 1, 500, kChange);
  durable(folder, "1,000 runs, reading", 1000, 100, kRead);
  durable(folder, "1,000 runs, changing", 1000, 100, kChange);
  waiting(folder, 100'000);
  if (waiting_runs > 0) {
    const Folder other(below);
    waiting(other, waiting_runs);
  }
}

}  // namespace
}  // namespace hikae

int main(int argc, char** argv) {
  try {
    hikae::all(argc > 1 ? argv[1] : ".", argc > 2 ? std::atoi(argv[2]) : 0);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "bench_durable: {}\n", problem.what());
    return 1;
  }
}
