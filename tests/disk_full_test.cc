// The real program on a small disk of its own that fills up in the middle of a night, on the real
// clock: docs/operator.md, "Disk full".
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>

#include "base/time.h"
#include "crash_record.h"
#include "mail_reader.h"
#include "world.h"

namespace hikae::tests {
namespace {

using std::chrono::seconds;

constexpr int kServers = 3;
constexpr const char* kSmallDisk = "size=160m";  // 64 MiB of it are hikae's reserve

constexpr std::string_view kSmallFleet =
    "instances:\n  - {name: 'server-{n}', count: 3, tags: {BackupGroup: ssm-backup-group, "
    "EC2BackupGen: '2', BackupEC2StopStart: 'true'}}\n";

/// A small disk that only this process and its children see, and that is gone with this object.
class SmallDisk {
 public:
  explicit SmallDisk(const std::string& folder) : folder_(folder) {
    before_ = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
    root_ = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    here_ = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    is_apart_ = before_ >= 0 && unshare(CLONE_NEWNS) == 0;
    std::filesystem::create_directory(folder);
    if (!is_apart_)
      refused("a mount namespace of its own");
    else if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
             mount("none", folder.c_str(), "tmpfs", 0, kSmallDisk) != 0)
      refused("mounting a tmpfs");
  }
  ~SmallDisk() {
    if (is_apart_) {
      umount2(folder_.c_str(), MNT_DETACH);
      EXPECT_EQ(setns(before_, CLONE_NEWNS), 0) << std::strerror(errno);
      // Coming back begins at the root of the mounts, which is not ours where we live in a chroot.
      EXPECT_TRUE(fchdir(root_) == 0 && chroot(".") == 0 && fchdir(here_) == 0)
          << std::strerror(errno);
    }
    for (const int file : {before_, root_, here_})
      if (file >= 0) close(file);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  /// Empty: it is there.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }
  /// Writes until nothing fits any more.
  void fill() const {
    const int file = open(ballast().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ASSERT_GE(file, 0) << std::strerror(errno);
    for (std::size_t size = 1 << 20; size > 0;) {
      const std::string bytes(size, 'x');
      if (write(file, bytes.data(), size) <= 0) size /= 2;
    }
    close(file);
  }
  void make_room() const { std::filesystem::remove(ballast()); }

 private:
  [[nodiscard]] std::string ballast() const { return folder_ + "/somebody-elses-file"; }
  void refused(const std::string& what) {
    why_not_ = what + " is not permitted here (" + std::strerror(errno) +
               "): run as root, or under `unshare --user --map-root-user --mount`";
  }

  std::string folder_;
  std::string why_not_;
  int before_ = -1, root_ = -1, here_ = -1;
  bool is_apart_ = false;
};

class DiskFull : public ::testing::Test {
 protected:
  void SetUp() override {
    disk_ = std::make_unique<SmallDisk>(folder_.file("disk"));
    if (!disk_->why_not().empty()) GTEST_SKIP() << disk_->why_not();
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"fleet", folder_.write("fleet.yaml", std::string(kSmallFleet))},
             {"apply", folder_.write("hikae.yaml", config())}}) {
      const auto ended = command(words);
      ASSERT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    }
  }

  /// One night, two servers at a time: when the disk is full, some are stopped and others wait.
  static std::string config() {
    const auto now = std::chrono::floor<seconds>(std::chrono::system_clock::now());
    const auto at = wall_ms((now + seconds(3)).time_since_epoch() / Patience(1));
    return "notify: [ops@example.com]\nplans:\n  - {name: nightly, schedule: at(" +
           iso(at).substr(0, 19) +
           "), zone: UTC, targets: {tag: {BackupGroup: ssm-backup-group}}, keep: 2, "
           "concurrency: 2, agent_check_minutes: false}\n";
  }
  [[nodiscard]] std::string data() const { return folder_.file("disk/data"); }
  [[nodiscard]] std::vector<std::string> words(std::vector<std::string> own) const {
    own.insert(own.begin(), program());
    for (const auto& more :
         {std::string("--data"), data(), std::string("--clock"), std::string("real")})
      own.push_back(more);
    return own;
  }
  Ended command(std::vector<std::string> own) { return run_process(words(std::move(own))); }

  /// As a kill at this moment would leave the files; `child` goes on afterwards.
  CrashRecord look(Child& child) {
    child.send(SIGSTOP);
    (void)child.ends_within(Patience(5));  // a write that was under way has come to its end
    record_ = read_crash_record(data(), folder_);
    child.send(SIGCONT);
    EXPECT_EQ(record_.damage, "");
    return record_;
  }
  bool comes(Child& child, seconds patience, const std::function<bool(const CrashRecord&)>& what) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < end) {
      if (what(look(child))) return true;
      if (child.ends_within(Patience(100))) return false;
    }
    return false;
  }
  static int successes(const CrashRecord& record) {
    return static_cast<int>(
        std::count_if(record.instants.begin(), record.instants.end(), [](const auto& row) {
          return row.first.second != "*" && row.second.outcome == "Success";
        }));
  }
  static bool have_runs_ended(const CrashRecord& record) {
    return std::none_of(record.runs.begin(), record.runs.end(),
                        [](const auto& run) { return run.second.status.empty(); });
  }
  static bool is_one_stopped(const CrashRecord& record) {
    return std::any_of(record.power.begin(), record.power.end(),
                       [](const auto& one) { return one.second == "stopped"; });
  }
  static bool do_all_run(const CrashRecord& record) {
    return std::all_of(record.power.begin(), record.power.end(),
                       [](const auto& one) { return one.second == "running"; });
  }
  [[nodiscard]] std::string shown() const {
    std::string text;
    for (const auto& [key, row] : record_.instants)
      text += key.first + " " + key.second + " " + row.outcome + "\n";
    return text + "mails:\n" + hikae::tests::shown(read_mails(data() + "/mail")) + "log:\n" +
           read_text(data() + "/hikae.log");
  }
  bool told(const std::string& word) {
    return !mails_that_say(read_mails(data() + "/mail"), "ops@example.com", {word}).empty();
  }

  TempFolder folder_;
  std::unique_ptr<SmallDisk> disk_;
  CrashRecord record_;
};

TEST_F(DiskFull, InTheMiddleOfANightEndsItWellBeginsNothingAndGoesOnWhenThereIsRoom) {
  Child up(words({"up"}));
  ASSERT_TRUE(comes(up, seconds(20), is_one_stopped)) << shown();
  disk_->fill();
  // What is under way ends well, and people are told, in the room that hikae has kept.
  ASSERT_TRUE(comes(up, seconds(60), [&](const CrashRecord& record) {
    return have_runs_ended(record) && do_all_run(record) && told("Disk Short Of Space");
  })) << shown();
  EXPECT_FALSE(std::filesystem::exists(data() + "/reserve"));
  const auto begun = record_.runs.size();
  EXPECT_LT(begun, std::size_t{kServers});
  EXPECT_EQ(successes(record_), static_cast<int>(begun)) << shown();
  EXPECT_FALSE(comes(
      up, seconds(10),
      [&](const CrashRecord& record) { return record.runs.size() > begun || !do_all_run(record); }))
      << "nothing is begun: " << shown();
  disk_->make_room();
  EXPECT_TRUE(comes(up, seconds(150), [](const CrashRecord& record) {
    return successes(record) == kServers && do_all_run(record);
  })) << shown();
  EXPECT_TRUE(told("Disk Has Space Again"));
  EXPECT_TRUE(std::filesystem::exists(data() + "/reserve"));
  up.send(SIGTERM);
  EXPECT_EQ(up.wait(seconds(10)).exit_code, 0);
  EXPECT_EQ(read_crash_record(data(), folder_).damage, "");
}

TEST_F(DiskFull, WithNoRoomAtAllItEndsSaysWhoIsStoppedAndGoesOnWhenThereIsRoom) {
  {
    Child up(words({"up"}));
    ASSERT_TRUE(comes(up, seconds(20), is_one_stopped)) << shown();
    for (int i = 0; i < 200 && !up.ends_within(Patience(50)); ++i) disk_->fill();
    const auto ended = up.wait(seconds(20));
    EXPECT_FALSE(ended.out_of_patience);
    // On the log, as far as it has room, else on standard error.
    const auto words_said = ended.err + read_text(data() + "/hikae.log");
    EXPECT_NE(words_said.find("hikae ends: nothing can be written any more"), std::string::npos)
        << words_said;
    const auto left = read_crash_record(data(), folder_);
    EXPECT_EQ(left.damage, "");
    for (const auto& instance : left.owed)
      EXPECT_NE(words_said.find(instance), std::string::npos) << words_said;
    EXPECT_FALSE(left.owed.empty());
  }
  disk_->make_room();
  Child up(words({"up"}));
  EXPECT_TRUE(comes(up, seconds(150), [](const CrashRecord& record) {
    return record.runs.size() == kServers && have_runs_ended(record) && do_all_run(record);
  })) << shown();
  up.send(SIGTERM);
  EXPECT_EQ(up.wait(seconds(10)).exit_code, 0);
}

}  // namespace
}  // namespace hikae::tests
