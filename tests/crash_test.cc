// The program killed with -9 at random moments, 5 to 500 ms after its start, and started again, in
// a loop: in windows, while mails leave, while it prunes, and while it recovers from the kill
// before. The embedded cloud loses answers, throttles, has no capacity, refuses and spoils images
// meanwhile. After each kill the files are held against what is known outside (crash_expected.h).
//
//   HIKAE_KILLS=300 build/house_tests --gtest_filter='Crash.*'    # 30 where not set
//   HIKAE_SEED=7 …                                                # other moments
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/entropy.h"
#include "base/time.h"
#include "crash_expected.h"
#include "mail_server.h"
#include "world.h"

namespace hikae::tests {
namespace {

using CrashClock = std::chrono::steady_clock;

constexpr int kCrashKeep = 2;
constexpr std::string_view kCrashIds = "123456789abc";   // the last digit of each machine's id
constexpr const char* kHeldNow = "i-00000000000000b01";  // held and let go again
constexpr const char* kRefusedInstance = "i-00000000000000b0b";  // its CreateImage is refused
constexpr const char* kFlawed = "i-00000000000000b0c";           // its image ends failed
constexpr const char* kCramped = "i-00000000000000b02";          // finds no capacity, twice a life
constexpr const char* kOnPurpose = "i-00000000000000b0a";        // stopped, and to stay so
constexpr const char* kSubscribers[] = {"ops@example.com", "oncall@example.com"};
constexpr auto kNightEvery = std::chrono::seconds(20);

constexpr std::string_view kCrashFaults = R"(
- {action: error, operation: CreateImage, instance: i-00000000000000b0b, code: UnauthorizedOperation}
- {action: image_fails, instance: i-00000000000000b0c, delay: 2s}
- {action: lost_reply, operations: [StopInstances, CreateImage, StartInstances, DeregisterImage], probability: 0.2}
- {action: throttle, probability: 0.05}
- {action: throttle, operation: "*", probability: 0.01, for: 2}
- {action: no_capacity, instance: i-00000000000000b02, times: 2}
)";

std::string crash_id(std::size_t i) { return std::string("i-00000000000000b0") + kCrashIds[i]; }

/// Twelve machines, of which most are to be stopped; each with as many generations as it keeps.
std::string crash_fleet() {
  std::string fleet = "instances:\n";
  for (std::size_t i = 0; i < kCrashIds.size(); ++i) {
    const auto id = crash_id(i);
    const bool stops = i % 2 == 1 || id == kFlawed || id == kRefusedInstance;
    fleet +=
        "  - id: " + id + "\n    name: server-" + std::to_string(i + 1) +
        "\n    volumes: " + std::to_string(1 + i % 2) +
        (id == kOnPurpose ? "\n    state: stopped" : "") +
        "\n    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: '" +
        (stops ? "true" : "false") +
        "'}\n    images: [{name: 'hikae/{instance}/old-{n}', age: 1d, every: 1d, count: 2, "
        "tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', "
        "'hikae:run': 'old-{n}'}}]\n";
  }
  return fleet;
}

int kills_wanted() {
  const auto* wanted = std::getenv("HIKAE_KILLS");
  return wanted ? std::stoi(wanted) : 30;
}

class Crash : public ::testing::Test {
 protected:
  void SetUp() override {
    if (missing_for_mail_server().empty()) server_ = std::make_unique<MailServer>(kNothing);
    faults_ = folder_.write("faults.yaml", std::string(kCrashFaults));
    ASSERT_EQ(command({"fleet", folder_.write("fleet.yaml", crash_fleet())}).exit_code, 0);
    const auto applied = command({"apply", folder_.write("hikae.yaml", config())});
    ASSERT_EQ(applied.exit_code, 0) << applied.out << applied.err;
    for (const auto& row : read_crash_record(data(), folder_).runs)
      FAIL() << "a run before the first kill: " << row.first;
  }

  /// A night every 20 s, each a window of its own that opens once; a day long, since the runs of a
  /// server stand in line for it, and none may stop it after its window's close.
  std::string config() {
    std::string text = "stack: hikae\nnotify: [ops@example.com, oncall@example.com]\n" +
                       (server_ ? server_->config() : "") + "plans:\n";
    const auto seconds = kills_wanted() / 2 + 20;  // a kill, its look and its restart take as long
    const auto first = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                       std::chrono::seconds(4);
    for (int i = 0; i * kNightEvery < std::chrono::seconds(seconds); ++i) {
      const auto at = iso(wall_ms(std::chrono::duration_cast<std::chrono::milliseconds>(
                                      (first + i * kNightEvery).time_since_epoch())
                                      .count()));
      const auto name = "night-" + std::to_string(i);
      text += "  - {name: " + name + ", schedule: at(" + at.substr(0, 19) +
              "), zone: UTC, targets: {tag: {BackupGroup: ssm-backup-group}}, keep: 2, "
              "concurrency: 12, window_hours: 24, agent_check_minutes: false}\n";
      nights_.emplace_back(first + i * kNightEvery, "hikae-" + name + "/" + at);
    }
    return text;
  }

  [[nodiscard]] std::string data() const { return folder_.file("data"); }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> own) const {
    const bool is_hold = own[0] == "hold";
    own.insert(own.begin(), program());
    for (const auto& more : {std::string("--data"), data()}) own.push_back(more);
    if (is_hold) return own;  // it does one thing, and lets no world go on
    for (const auto& more : {"--clock", "real", "--faults", faults_.c_str()})
      own.emplace_back(more);
    return own;
  }
  Ended command(std::vector<std::string> own) { return run_process(words(std::move(own))); }
  [[nodiscard]] std::vector<ReadMail> mails() const {
    return read_mails(server_ ? server_->mails() : data() + "/mail");
  }
  Patience between(int least, int most) {
    return Patience(least + static_cast<int>(below(chance_, std::uint64_t(most - least + 1))));
  }

  /// Some command, killed at some moment.
  Ended live_and_die(const std::vector<std::string>& own, Patience after) {
    const auto ended = run_and_kill(words(own), after);
    kills_ += ended.signal == SIGKILL;
    EXPECT_TRUE(ended.signal == SIGKILL || ended.signal == 0)
        << own[0] << " ended by signal " << ended.signal << ": " << ended.err;
    EXPECT_TRUE(ended.signal == SIGKILL || own[0] != "up")
        << "up ended by itself with " << ended.exit_code << ": " << ended.out << ended.err;
    return ended;
  }
  /// Killed as soon as the server has taken a mail: before that can have been noted.
  void die_when_a_mail_is_taken() {
    if (!server_) return;
    const auto before = server_->count("accepted ");
    Child child(words({"up"}));
    const auto end = CrashClock::now() + Patience(500);
    while (CrashClock::now() < end && server_->count("accepted ") == before)
      child.ends_within(Patience(1));
    child.send(SIGKILL);
    EXPECT_EQ(child.wait(std::chrono::seconds(10)).signal, SIGKILL);
    ++kills_;
  }
  void hold_or_let_go() {
    const auto wanted = below(chance_, 2) == 0 ? CrashExpected::Hold::On : CrashExpected::Hold::Off;
    std::vector<std::string> own{"hold", kHeldNow};
    if (wanted == CrashExpected::Hold::Off) own.emplace_back("--off");
    const auto ended = live_and_die(own, between(5, 60));
    expected_.hold(
        kHeldNow, wanted,
        ended.exit_code == 0 ? CrashExpected::Acknowledged::Yes : CrashExpected::Acknowledged::No);
  }
  void one_life() {
    const auto dice = below(chance_, 100);
    if (dice < 40) {
      live_and_die({"up"}, between(5, 500));
    } else if (dice < 60) {
      live_and_die({"up"}, between(5, 60));  // while it recovers from the kill before
    } else if (dice < 70) {
      die_when_a_mail_is_taken();
    } else if (dice < 80) {
      live_and_die({"prune"}, between(5, 120));
    } else if (dice < 88) {
      hold_or_let_go();
    } else {
      const auto ended =
          live_and_die({"backup", crash_id(below(chance_, kCrashIds.size()))}, between(5, 500));
      expected_.said(ended.out);
    }
  }
  void look() {
    for (const auto& wrong : expected_.look(read_crash_record(data(), folder_), mails()))
      ADD_FAILURE() << "after kill " << kills_ << ": " << wrong;
  }
  /// In virtual time what is on its way comes to its end, however long that takes: an answer that
  /// was lost is waited for, an instance is started again and again.
  void play_to_the_end() {
    auto own = words({"up"});
    std::replace(own.begin(), own.end(), std::string("real"), std::string("virtual"));
    const auto ended = run_process(own, std::chrono::seconds(300));
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> instants_until(
      std::chrono::system_clock::time_point end) const {
    std::vector<std::pair<std::string, std::string>> due;
    for (const auto& [at, name] : nights_)
      for (std::size_t i = 0; at <= end && i < kCrashIds.size(); ++i)
        due.emplace_back(name, crash_id(i));
    return due;
  }

  static inline const std::vector<std::string> kNothing;
  TempFolder folder_;
  std::unique_ptr<MailServer> server_;
  std::string faults_;
  std::vector<std::pair<std::chrono::system_clock::time_point, std::string>> nights_;
  std::uint64_t seed_ =
      std::getenv("HIKAE_SEED") ? std::stoull(std::getenv("HIKAE_SEED")) : 20260501;
  SeededEntropy chance_{seed_};
  int kills_ = 0;
  CrashExpected expected_{
      {kCrashKeep, {kOnPurpose}, {std::begin(kSubscribers), std::end(kSubscribers)}}};
};

TEST_F(Crash, AtAnyMomentLosesNothingAndDoesNothingTwice) {
  SCOPED_TRACE("seed " + std::to_string(seed_));
  while (kills_ < kills_wanted() && !HasFailure()) {
    one_life();
    look();
  }
  const auto due = instants_until(std::chrono::system_clock::now());
  EXPECT_FALSE(due.empty()) << "a night must have begun";
  play_to_the_end();
  look();
  const auto record = read_crash_record(data(), folder_);
  for (const auto& wrong : expected_.look_at_end(record, mails(), due)) ADD_FAILURE() << wrong;
  for (const auto& [id, run] : record.runs) {
    const bool fails = run.instance == kRefusedInstance || run.instance == kFlawed;
    const bool has_failed = run.status == "Failed" || run.status == "TimedOut";
    // Each restart has no capacity anew, so that start may be given up: told, as all failures are.
    EXPECT_TRUE(fails == has_failed || run.instance == kCramped)
        << run.instance << " " << id << " " << run.status;
  }
  EXPECT_EQ(read_text(data() + "/hikae.log").find("cannot be brought back"), std::string::npos);
  std::printf("%d kills, %zu runs, %zu mails, %zu events, seed %llu\n", kills_, record.runs.size(),
              mails().size(), record.events.size(), static_cast<unsigned long long>(seed_));
}

}  // namespace
}  // namespace hikae::tests
