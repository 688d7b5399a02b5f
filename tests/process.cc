#include "process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

// The header of glibc 2.36 says nothing of C++.
extern "C" {
#include <sys/pidfd.h>
}

namespace hikae::tests {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) ends = {-1, -1};
  }
  int take_reading_end() {
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return ends[0];
  }
  void close_writing_end() const { ::close(ends[1]); }
  std::array<int, 2> ends{};
};

/// Milliseconds for poll(): never less than the time that is left.
int left_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<Patience>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

}  // namespace

Child::Child(const std::vector<std::string>& argv) {
  Pipe out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int refused = posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  out.close_writing_end();
  err.close_writing_end();
  out_ = out.take_reading_end();
  err_ = err.take_reading_end();
  if (refused == 0) {
    end_ = pidfd_open(pid_, 0);
    return;
  }
  is_reaped_ = true;
  ended_.exit_code = 127;
  ended_.err = argv[0] + ": " + std::strerror(refused);
}

Child::~Child() {
  if (!is_reaped_) {
    send(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  for (const int descriptor : {out_, err_, end_})
    if (descriptor >= 0) ::close(descriptor);
}

void Child::send(int signal) {
  if (!is_reaped_) kill(pid_, signal);
}

void Child::drain(int& descriptor, std::string& into) {
  std::array<char, 65536> bytes{};
  while (descriptor >= 0) {
    const auto got = ::read(descriptor, bytes.data(), bytes.size());
    if (got > 0) {
      into.append(bytes.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    ::close(std::exchange(descriptor, -1));
  }
}

void Child::reap() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return;
  is_reaped_ = true;
  ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  ended_.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  drain(out_, ended_.out);
  drain(err_, ended_.err);
}

Child::Looked Child::look(Clock::time_point deadline) {
  std::array<pollfd, 3> waits{
      {{out_, POLLIN, 0}, {err_, POLLIN, 0}, {is_reaped_ ? -1 : end_, POLLIN, 0}}};
  const int ready = poll(waits.data(), waits.size(), left_until(deadline));
  if (ready <= 0) return Looked::Nothing;
  drain(out_, ended_.out);
  drain(err_, ended_.err);
  if (waits[2].revents != 0) reap();
  return Looked::Something;
}

bool Child::says(const std::string& word, Patience patience) {
  const auto deadline = Clock::now() + patience;
  const auto is_said = [&] { return ended_.out.find(word) != std::string::npos; };
  for (bool is_late = false; !is_said() && !is_late && !is_reaped_;) {
    is_late = Clock::now() >= deadline;
    look(deadline);
  }
  return is_said();
}

bool Child::ends_within(Patience patience) {
  const auto deadline = Clock::now() + patience;
  while (!is_reaped_ && Clock::now() < deadline) look(deadline);
  return is_reaped_;
}

Ended Child::wait(Patience patience) {
  if (!ends_within(patience)) {
    ended_.out_of_patience = true;
    send(SIGKILL);
    ends_within(std::chrono::seconds(30));
  }
  return ended_;
}

Ended run_process(const std::vector<std::string>& argv, Patience patience) {
  return Child(argv).wait(patience);
}

Ended run_and_kill(const std::vector<std::string>& argv, Patience after) {
  Child child(argv);
  if (!child.ends_within(after)) child.send(SIGKILL);
  return child.wait(std::chrono::seconds(30));
}

TempFolder::TempFolder() {
  auto pattern = (std::filesystem::temp_directory_path() / "hikae-test-XXXXXX").string();
  if (const char* made = mkdtemp(pattern.data())) path_ = made;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  if (!std::getenv("HIKAE_KEEP")) std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(file(name), std::ios::binary) << text;
  return file(name);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace hikae::tests
