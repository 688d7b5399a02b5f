// Real children of this machine: what they can, and what they cannot.
#include "os/spawner.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "os/data_folder.h"
#include "os/real_loop.h"

namespace hikae::os {
namespace {

class Spawned : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = new_temporary_folder().value();
    spawner_ = std::make_unique<ChildSpawner>(
        root_, [this](std::move_only_function<void()> work) { loop_.post(std::move(work)); });
  }
  void TearDown() override {
    spawner_.reset();
    std::filesystem::remove_all(root_);
  }

  static ChildJob shell(std::string script) {
    ChildJob job;
    job.argv = {"/bin/sh", "-c", std::move(script)};
    job.folder = "machines/one";
    job.limits.time = seconds(20);
    return job;
  }
  static ChildJob python(std::string script) {
    auto job = shell({});
    job.argv = {"/usr/bin/python3", "-I", "-c", std::move(script)};
    return job;
  }
  Result<ChildEnd> run(ChildJob job) {
    std::optional<Result<ChildEnd>> end;
    spawner_->spawn(std::move(job), [&](Result<ChildEnd> given) { end = std::move(given); });
    EXPECT_FALSE(end) << "answered inside the call";
    loop_.run_until([&] { return end.has_value(); });
    return *std::move(end);
  }
  /// What it wrote on stdout; on a failure what went wrong.
  std::string says(ChildJob job) {
    const auto end = run(std::move(job));
    if (!end) return end.error().text();
    return end->fate == ChildFate::Exited && end->code == 0 ? end->out : "failed: " + end->err;
  }
  std::string folder() const { return root_ + "/machines/one"; }

  std::string root_;
  RealLoop loop_;
  std::unique_ptr<ChildSpawner> spawner_;
};

TEST_F(Spawned, AChildIsGivenItsInputAndAnswersOnBothStreams) {
  auto job = shell("cat; echo problem >&2; exit 3");
  job.input = "hello";
  const auto end = run(job);
  ASSERT_TRUE(end) << end.error().text();
  EXPECT_EQ(end->fate, ChildFate::Exited);
  EXPECT_EQ(end->code, 3);
  EXPECT_EQ(end->out, "hello");
  EXPECT_EQ(end->err, "problem\n");
  EXPECT_FALSE(end->was_cut);
}

TEST_F(Spawned, InputAndOutputOfMegabytesPassBothWays) {
  auto job = shell("cat");
  job.input = std::string(3 << 20, 'x');
  job.limits.output_bytes = 8 << 20;
  EXPECT_EQ(says(job).size(), std::size_t{3} << 20);
}

TEST_F(Spawned, AChildThatReadsNothingDoesNotHoldUsUp) {
  auto job = shell("exec true");
  job.input = std::string(3 << 20, 'x');
  EXPECT_EQ(says(job), "");
}

TEST_F(Spawned, ASignalIsToldApartFromAnExit) {
  const auto end = run(shell("kill -TERM $$"));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->fate, ChildFate::Signalled);
  EXPECT_EQ(end->code, SIGTERM);
}

TEST_F(Spawned, WhenTheTimeIsUpTheWholeGroupIsKilled) {
  auto job = shell("(sleep 60; echo late >alive) & (setsid sleep 61 || sleep 62) & sleep 63");
  job.limits.time = Duration{400};
  const auto end = run(job);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->fate, ChildFate::TimedOut);
  EXPECT_LT(end->took, seconds(10));
  int sleeping = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    std::string line;
    std::getline(file, line);
    for (const auto* length : {"60", "61", "62", "63"})
      sleeping += line == std::string("sleep\0", 6) + length + '\0';
  }
  EXPECT_EQ(sleeping, 0);
}

TEST_F(Spawned, WhatAChildLeavesBehindIsKilledWithIt) {
  const auto end = run(shell("(sleep 1; echo late >alive) & echo done"));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out, "done\n");
  EXPECT_LT(end->took, Duration{900});
  usleep(1'300'000);
  EXPECT_FALSE(std::filesystem::exists(folder() + "/alive"));
}

TEST_F(Spawned, AChildCanBeStopped) {
  std::optional<Result<ChildEnd>> end;
  const auto id =
      spawner_->spawn(shell("sleep 60"), [&](Result<ChildEnd> given) { end = std::move(given); });
  EXPECT_EQ(spawner_->out(), 1);
  loop_.after(Duration{50}, [&] { spawner_->stop(id); });
  loop_.run_until([&] { return end.has_value(); });
  ASSERT_TRUE(*end);
  EXPECT_EQ((*end)->fate, ChildFate::Stopped);
  EXPECT_EQ(spawner_->out(), 0);
}

TEST_F(Spawned, WhenTheSpawnerEndsItsChildrenDoTooAndAreAnswered) {
  int answers = 0;
  for (int i = 0; i < 20; ++i)
    spawner_->spawn(shell("sleep 60"), [&](Result<ChildEnd>) { ++answers; });
  spawner_.reset();
  loop_.run_until([&] { return answers == 20; });
  EXPECT_EQ(answers, 20);
}

TEST_F(Spawned, OutputIsKeptUpToItsLimitAndTheChildGoesOn) {
  auto job = shell("head -c 1000000 /dev/zero; echo end >&2");
  job.limits.output_bytes = 1000;
  const auto end = run(job);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out.size(), 1000U);
  EXPECT_EQ(end->err, "end\n");
  EXPECT_TRUE(end->was_cut);
}

TEST_F(Spawned, MoreMemoryThanAllowedIsNotToBeHad) {
  auto job = python("x = bytearray(200 << 20); print('got it')");
  EXPECT_EQ(says(job), "got it\n");
  job.limits.memory_bytes = std::size_t{150} << 20;
  const auto end = run(job);
  ASSERT_TRUE(end);
  EXPECT_NE(end->err.find("MemoryError"), std::string::npos) << end->err;
}

TEST_F(Spawned, AFileLargerThanAllowedEndsIt) {
  auto job = shell("head -c 3000000 /dev/zero >big");
  job.limits.file_bytes = 1'000'000;
  const auto end = run(job);
  ASSERT_TRUE(end);
  EXPECT_NE(end->code, 0);
  EXPECT_LE(std::filesystem::file_size(folder() + "/big"), 1'000'000U);
}

TEST_F(Spawned, NothingOfOurEnvironmentReachesIt) {
  setenv("HIKAE_SMTP_PASSWORD", "canary", 1);
  auto job = shell("env | cut -d= -f1 | sort | tr '\\n' ' '; cat /proc/$PPID/environ");
  job.env = {"GIVEN=yes"};
  const auto end = run(job);
  unsetenv("HIKAE_SMTP_PASSWORD");
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out, "GIVEN HOME LANG PATH PWD TMPDIR ");
}

TEST_F(Spawned, ItIsNotRootAndCannotBecomeIt) {
  const auto told = says(shell("id -u; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status"));
  EXPECT_FALSE(told.starts_with("0\n")) << told;
  EXPECT_NE(told.find("CapEff:\t0000000000000000"), std::string::npos) << told;
  EXPECT_NE(told.find("NoNewPrivs:\t1"), std::string::npos) << told;
  EXPECT_NE(told.find("Seccomp:\t2"), std::string::npos) << told;
}

TEST_F(Spawned, ItWritesInItsFolderAndNowhereElse) {
  const auto outside = root_ + "/outside";
  std::filesystem::create_directories(outside);
  chmod(root_.c_str(), 0777);
  chmod(outside.c_str(), 0777);
  EXPECT_EQ(says(shell("echo mine >here && cat here && mkdir sub && mv here sub/there")), "mine\n");
  EXPECT_EQ(says(shell("echo x >/tmp/hikae-escape 2>&1 || echo refused")).find("refused") !=
                std::string::npos,
            true);
  EXPECT_NE(run(shell("echo x >" + outside + "/file"))->code, 0);
  EXPECT_FALSE(std::filesystem::exists(outside + "/file"));
  EXPECT_EQ(says(shell("ln -s " + outside + "/file link; echo x >link || echo refused")),
            "refused\n");
}

TEST_F(Spawned, ItReadsTheSystemsFilesAndNotOurs) {
  std::ofstream(root_ + "/secret") << "canary";
  chmod(root_.c_str(), 0777);
  chmod((root_ + "/secret").c_str(), 0666);
  EXPECT_NE(run(shell("cat " + root_ + "/secret"))->code, 0);
  EXPECT_EQ(run(shell("cat /etc/passwd >/dev/null"))->code, 0);
}

TEST_F(Spawned, ItHasNoNetwork) {
  const auto end =
      run(python("import socket\nfor family in (socket.AF_INET, socket.AF_INET6, "
                 "socket.AF_UNIX):\n  try:\n    socket.socket(family)\n    "
                 "print('open')\n  except PermissionError:\n    print('none')"));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->out, "none\nnone\nnone\n") << end->err;
}

TEST_F(Spawned, ItCannotSignalUs) { EXPECT_NE(run(shell("kill -0 $PPID"))->code, 0); }

TEST_F(Spawned, AScriptIsExecutedByTheInterpreterThatItNamesAndGoneAfterwards) {
  auto job = shell({});
  job.argv = {"./go"};
  job.script = ChildScript{"go", "#!/usr/bin/python3 -I\nimport os\nprint(len(os.listdir('.')))\n"};
  EXPECT_EQ(says(job), "1\n");
  EXPECT_FALSE(std::filesystem::exists(folder() + "/go"));
}

TEST_F(Spawned, AScriptIsNeverWrittenThroughALinkOfAnEarlierChild) {
  std::ofstream(root_ + "/victim") << "whole";
  ASSERT_EQ(run(shell("ln -s ../../victim go"))->code, 0);
  auto job = shell({});
  job.argv = {"/bin/sh", "./go"};
  job.script = ChildScript{"go", "echo fine"};
  EXPECT_EQ(says(job), "fine\n");
  EXPECT_EQ(read_file(root_ + "/victim", 100).value(), "whole");
}

TEST_F(Spawned, ItsFolderStaysOrGoesAsItIsAsked) {
  EXPECT_EQ(says(shell("echo kept >file")), "");
  EXPECT_EQ(says(shell("cat file")), "kept\n");
  auto job = shell("cat file");
  job.folder_after = FolderAfter::Removed;
  EXPECT_EQ(says(job), "kept\n");
  EXPECT_FALSE(std::filesystem::exists(folder()));
}

TEST_F(Spawned, AWorkingDirectoryBelowTheFolderIsEntered) {
  ASSERT_EQ(run(shell("mkdir sub; echo in >sub/file"))->code, 0);
  auto job = shell("cat file");
  job.directory = "sub";
  EXPECT_EQ(says(job), "in\n");
  job.argv = {"./go"};
  job.script = ChildScript{"go", "#!/bin/sh\ncat file"};
  EXPECT_EQ(says(job), "in\n");
  job.directory = "absent";
  EXPECT_NE(says(job).find("enter the working directory: No such file"), std::string::npos);
}

TEST_F(Spawned, AProgramThatIsNotThereIsAnError) {
  auto job = shell({});
  job.argv = {"/usr/bin/no-such-program"};
  const auto end = run(job);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().kind, ErrorKind::Io);
  EXPECT_NE(end.error().message.find("could not execute the program"), std::string::npos);
  EXPECT_FALSE(spawner_->program("no-such-program"));
  EXPECT_TRUE(spawner_->program("sh"));
}

TEST_F(Spawned, AFolderNameThatLeadsElsewhereIsRefused) {
  for (const auto* name : {"../up", "/etc", "a//b", "a/../b", "", "a/"}) {
    auto job = shell("true");
    job.folder = name;
    const auto end = run(job);
    ASSERT_FALSE(end) << name;
    EXPECT_EQ(end.error().kind, ErrorKind::Invalid) << name;
  }
}

TEST_F(Spawned, ManyChildrenAtOnceAreAllAnswered) {
  int good = 0;
  int answers = 0;
  for (int i = 0; i < 60; ++i) {
    auto job = shell("echo " + std::to_string(i));
    job.folder = "machines/m" + std::to_string(i);
    spawner_->spawn(job, [&, i](Result<ChildEnd> end) {
      ++answers;
      good += end && end->out == std::to_string(i) + "\n";
    });
  }
  loop_.run_until([&] { return answers == 60; });
  EXPECT_EQ(good, 60);
}

}  // namespace
}  // namespace hikae::os
