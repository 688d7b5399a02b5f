// Child processes for tests: the program as a user starts it, without a shell, with every wait
// bounded.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hikae::tests {

using Patience = std::chrono::milliseconds;

/// How a child ended. `exit_code` is -1 where a signal ended it.
struct Ended {
  int exit_code = -1;
  int signal = 0;
  bool out_of_patience = false;  // it was killed because it took too long
  std::string out;
  std::string err;
};

/// A running child. What it writes is kept; destroying it kills it (-9) and reaps it.
class Child {
 public:
  /// argv[0] is a path. A child that cannot be started ends with exit code 127 and says why in err.
  explicit Child(const std::vector<std::string>& argv);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void send(int signal);
  /// True as soon as `word` stands in what it wrote on stdout; false where it ended or the time is
  /// over.
  [[nodiscard]] bool says(const std::string& word, Patience patience);
  /// What stands on stdout so far.
  [[nodiscard]] const std::string& out() const { return ended_.out; }
  /// Whether it ended within that time.
  bool ends_within(Patience patience);
  /// Waits for its end; a child that takes longer is killed.
  [[nodiscard]] Ended wait(Patience patience);

 private:
  enum class Looked { Something, Nothing };
  Looked look(std::chrono::steady_clock::time_point deadline);
  void drain(int& descriptor, std::string& into);
  void reap();

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  int end_ = -1;  // becomes readable when the child has ended
  bool is_reaped_ = false;
  Ended ended_;
};

/// Starts it and waits for its end.
[[nodiscard]] Ended run_process(const std::vector<std::string>& argv,
                                Patience patience = std::chrono::seconds(60));
/// Starts it and kills it with -9 after that time, unless it has ended before.
[[nodiscard]] Ended run_and_kill(const std::vector<std::string>& argv, Patience after);

/// A new folder, removed with all that is in it; kept where HIKAE_KEEP is set.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

/// The whole file; empty where there is none.
[[nodiscard]] std::string read_text(const std::string& path);

}  // namespace hikae::tests
