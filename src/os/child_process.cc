#include "os/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <vector>

#include "os/child_folder.h"
#include "os/child_lines.h"
#include "os/confinement.h"

namespace hikae::os {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kNobody = 65534;
constexpr rlim_t kChildProcesses = 256;  // of the other user, all its children together
constexpr rlim_t kChildFiles = 256;
constexpr Duration kStopLooks{100};  // how soon a child that is to be stopped hears of it

enum class Stage : int { Session, Streams, Limits, Folder, User, Confinement, Directory, Program };

std::string_view doing(Stage stage) {
  constexpr std::array<std::string_view, 8> kWords{"begin a session of its own",
                                                   "take its streams",
                                                   "set its limits",
                                                   "enter its folder",
                                                   "give up root",
                                                   "be confined",
                                                   "enter the working directory",
                                                   "execute the program"};
  return kWords[static_cast<std::size_t>(stage)];
}

struct Trouble {
  Stage stage;
  int error;
};

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] bool is_open() const { return ends_[0] >= 0; }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_end(int which) {
    if (ends_[which] >= 0) close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  int ends_[2];
};

/// All that the child needs, made before the fork: it may not allocate.
struct Prepared {
  const ChildJob& job;
  const ChildFolder& folder;
  const Confinement& confinement;
  ChildLines& lines;
  ChildCompanion* companion = nullptr;
  int user = -1;
  pid_t parent = 0;
  std::vector<std::string> texts;
  std::vector<char*> argv;
  std::vector<char*> env;
  Pipe in, out, err, trouble;
};

void point_at(std::vector<std::string>& texts, std::vector<char*>& pointers) {
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
}

/// The script where it can be found from any directory and by any user: below the folder's
/// descriptor.
std::vector<std::string> arguments(const ChildJob& job, const ChildFolder& folder) {
  auto texts = job.argv;
  if (!job.script) return texts;
  const auto written = "./" + job.script->name;
  const auto place =
      "/proc/self/fd/" + std::to_string(folder.descriptor()) + "/" + job.script->name;
  std::ranges::replace(texts, written, place);
  return texts;
}

/// How the child names its folder, wherever it is.
std::string home_of(const ChildFolder& folder, int user) {
  return user >= 0 ? "/proc/self/fd/" + std::to_string(folder.descriptor()) : folder.path();
}

/// A program of its working directory, for interpreters that want to open it by its name.
std::vector<std::string> arguments_within(const ChildJob& job, const std::string& home) {
  auto texts = job.argv;
  if (texts.front().starts_with("./"))
    texts.front() = home + "/" + job.directory + texts.front().substr(1);
  return texts;
}

/// A child of another user cannot walk down to its folder by name; it is there already.
std::vector<std::string> environment(const ChildJob& job, const ChildFolder& folder,
                                     const ChildLines& lines, int user) {
  const std::string home = user >= 0 ? "/proc/self/cwd" : folder.path();
  std::vector<std::string> env{"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "HOME=" + home,
                               "TMPDIR=" + home};
  env.insert(env.end(), job.env.begin(), job.env.end());
  if (lines.child_end() >= 0) env.push_back("HIKAE_LINES=" + std::to_string(lines.child_end()));
  return env;
}

/// Its working directory is the code's; the folder is found by its descriptor.
std::vector<std::string> environment_of(const Prepared& child) {
  if (!child.companion) return environment(child.job, child.folder, child.lines, child.user);
  auto env = child.companion->environment(home_of(child.folder, child.user));
  env.insert(env.end(), child.job.env.begin(), child.job.env.end());
  return env;
}

[[noreturn]] void give_up(const Prepared& child, Stage stage) {
  const Trouble trouble{stage, errno};
  (void)!write(child.trouble.writing(), &trouble, sizeof trouble);
  _exit(127);
}

bool limit(int what, rlim_t most) {
  const rlimit value{most, most};
  return setrlimit(static_cast<__rlimit_resource>(what), &value) == 0;
}

bool set_limits(const Prepared& child) {
  const auto& limits = child.job.limits;
  const auto cpu = static_cast<rlim_t>(to_seconds(limits.time) + 1);
  if (child.companion && !limit(RLIMIT_DATA, child.companion->data_bytes())) return false;
  return limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, cpu) &&
         limit(RLIMIT_FSIZE, limits.file_bytes) && limit(RLIMIT_NOFILE, kChildFiles) &&
         (limits.memory_bytes == 0 || limit(RLIMIT_AS, limits.memory_bytes)) &&
         // Counted for the user: for our own it would count what is none of ours.
         (child.user < 0 || limit(RLIMIT_NPROC, kChildProcesses));
}

bool give_up_root(int user) {
  if (user < 0) return true;
  const auto id = static_cast<uid_t>(user);
  return setgroups(0, nullptr) == 0 && setresgid(id, id, id) == 0 && setresuid(id, id, id) == 0;
}

bool take_streams(const Prepared& child) {
  constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC
  const bool are_taken = dup2(child.in.reading(), 0) == 0 && dup2(child.out.writing(), 1) == 1 &&
                         dup2(child.err.writing(), 2) == 2;
  // Ours are all closed on exec; a library's may not be.
  syscall(SYS_close_range, 3U, ~0U, kCloseOnExec);
  const int lines = child.lines.child_end();
  return are_taken && fcntl(child.folder.descriptor(), F_SETFD, 0) == 0 &&
         (lines < 0 || fcntl(lines, F_SETFD, 0) == 0);
}

void reset_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
}

/// A script that was written a moment ago is busy while another worker's child, forked in that
/// moment, has not executed its own program yet.
void execute(const Prepared& child) {
  constexpr int kTries = 100;
  const timespec a_moment{0, 10'000'000};
  for (int i = 0; i < kTries; ++i) {
    execve(child.argv[0], child.argv.data(), child.env.data());
    if (errno != ETXTBSY) return;
    nanosleep(&a_moment, nullptr);
  }
}

[[noreturn]] void be_child(const Prepared& child) {
  reset_signals();
  umask(077);
  if (setsid() < 0) give_up(child, Stage::Session);
  if (!take_streams(child)) give_up(child, Stage::Streams);
  if (!set_limits(child)) give_up(child, Stage::Limits);
  if (fchdir(child.folder.descriptor()) != 0) give_up(child, Stage::Folder);
  if (!give_up_root(child.user)) give_up(child, Stage::User);
  // After the change of user, which takes it back; a parent that died before sends nothing.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != child.parent)
    give_up(child, Stage::Session);
  int questions = -1;
  if (!child.confinement.put_on(questions) ||
      (child.companion && !child.companion->broker().hand_over(questions)))
    give_up(child, Stage::Confinement);
  if (!child.job.directory.empty() && chdir(child.job.directory.c_str()) != 0)
    give_up(child, Stage::Directory);
  execute(child);
  give_up(child, Stage::Program);
}

/// One of the child's streams as it comes in.
struct Stream {
  int descriptor = -1;
  std::string* kept = nullptr;
};

/// Feeds stdin, keeps what comes out, and watches the time until the child has ended.
class Watch {
 public:
  Watch(Prepared& child, pid_t pid, const std::atomic<bool>& stop)
      : child_(child),
        pid_(pid),
        stop_(stop),
        rest_(child.job.input),
        asked_for_lines_(child.lines.our_end()) {
    streams_ = {Stream{child.out.reading(), &end_.out}, Stream{child.err.reading(), &end_.err}};
    for (const int descriptor : {child.in.writing(), child.out.reading(), child.err.reading()})
      fcntl(descriptor, F_SETFL, O_NONBLOCK);
  }

  ChildEnd run() {
    const auto begun = Steady::now();
    const auto deadline = begun + child_.job.limits.time;
    while (!has_ended()) {
      if (Steady::now() >= deadline) fate(ChildFate::TimedOut);
      if (stop_.load()) fate(ChildFate::Stopped);
      if (child_.companion && !child_.companion->goes_on(pid_)) fate(ChildFate::Stopped);
      if (is_over_) kill(-pid_, SIGKILL);
      look(kStopLooks);
    }
    // Still a zombie: the group's number is nobody else's. What it left behind goes too.
    kill(-pid_, SIGKILL);
    for (auto& stream : streams_) drain(stream);
    reap();
    end_.took = std::chrono::duration_cast<Duration>(Steady::now() - begun);
    return std::move(end_);
  }

 private:
  void fate(ChildFate why) {
    if (!std::exchange(is_over_, true)) end_.fate = why;
  }

  bool has_ended() const {
    siginfo_t info{};
    return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  void look(Duration most) {
    std::vector<pollfd> polled{
        pollfd{child_.in.writing(), POLLOUT, 0}, pollfd{streams_[0].descriptor, POLLIN, 0},
        pollfd{streams_[1].descriptor, POLLIN, 0}, pollfd{asked_for_lines_, POLLIN, 0}};
    const auto own = polled.size();
    if (child_.companion) child_.companion->add_polled(polled);
    const bool is_silent = streams_[0].descriptor < 0 && streams_[1].descriptor < 0;
    // Without streams its end is all that can come: looked for more often.
    const auto wait = is_silent ? Duration{5} : std::min(most, wait_);
    const auto ready = poll(polled.data(), polled.size(), static_cast<int>(wait.count()));
    wait_ = ready > 0 ? Duration{2} : std::min<Duration>(wait_ * 2, most);
    if (polled[0].revents != 0) feed();
    for (std::size_t i = 0; i < streams_.size(); ++i)
      if (polled[i + 1].revents != 0) take(streams_[i]);
    if (polled[3].revents != 0 && !child_.lines.serve()) asked_for_lines_ = -1;
    if (!child_.companion) return;
    // What it wrote before it answered counts as written before.
    for (auto& stream : streams_) drain(stream);
    polled.erase(polled.begin(), polled.begin() + static_cast<std::ptrdiff_t>(own));
    child_.companion->look_at(polled);
  }

  void feed() {
    const auto written = write(child_.in.writing(), rest_.data(), rest_.size());
    if (written > 0) rest_.remove_prefix(static_cast<std::size_t>(written));
    if (rest_.empty() || (written < 0 && errno != EAGAIN)) child_.in.close_end(1);
  }

  /// False where nothing more is there at the moment.
  bool take(Stream& stream) {
    std::array<char, 16'384> buffer;
    const auto got = read(stream.descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return true;
    if (got == 0) stream.descriptor = -1;
    if (got <= 0) return false;
    if (child_.companion) {
      child_.companion->heard({buffer.data(), static_cast<std::size_t>(got)});
      return true;
    }
    const auto room = child_.job.limits.output_bytes - stream.kept->size();
    const auto kept = std::min(room, static_cast<std::size_t>(got));
    stream.kept->append(buffer.data(), kept);
    end_.was_cut |= kept < static_cast<std::size_t>(got);
    return true;
  }

  /// What was written before the end is in the pipes: a bounded number of their lengths.
  void drain(Stream& stream) {
    constexpr int kReads = 64;
    for (int i = 0; i < kReads && stream.descriptor >= 0 && take(stream); ++i) continue;
  }

  void reap() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    if (is_over_) return;
    end_.fate = WIFEXITED(status) ? ChildFate::Exited : ChildFate::Signalled;
    end_.code = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
    if (end_.fate == ChildFate::Signalled && end_.code == SIGXCPU) end_.fate = ChildFate::TimedOut;
  }

  Prepared& child_;
  const pid_t pid_;
  const std::atomic<bool>& stop_;
  std::string_view rest_;
  int asked_for_lines_;
  std::array<Stream, 2> streams_;
  ChildEnd end_;
  Duration wait_{2};
  bool is_over_ = false;
};

/// Empty where the child has executed its program.
std::optional<Trouble> trouble_of(const Pipe& pipe) {
  Trouble trouble{};
  ssize_t got = 0;
  do got = read(pipe.reading(), &trouble, sizeof trouble);
  while (got < 0 && errno == EINTR);
  if (got != sizeof trouble) return std::nullopt;
  return trouble;
}

std::unexpected<Error> not_started(const ChildJob& job, const Trouble& trouble) {
  return fail(ErrorKind::Io, job.argv.front() + " was not started: the child could not " +
                                 std::string(doing(trouble.stage)) + ": " +
                                 std::strerror(trouble.error));
}

/// A child that reads none of its input must not end this process: the write says EPIPE instead.
void block_broken_pipes() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
}

Result<ChildEnd> run_prepared(Prepared& child, const std::atomic<bool>& stop) {
  block_broken_pipes();
  const auto pid = fork();
  if (pid == 0) be_child(child);
  if (pid < 0)
    return fail(ErrorKind::Io, std::string("no child could be made: ") + std::strerror(errno));
  child.in.close_end(0);
  child.lines.close_child_end();
  if (child.companion) child.companion->broker().take();
  for (auto* pipe : {&child.out, &child.err, &child.trouble}) pipe->close_end(1);
  const auto trouble = trouble_of(child.trouble);
  auto end = Watch(child, pid, stop).run();
  if (trouble) return not_started(child.job, *trouble);
  return end;
}

}  // namespace

Result<ChildEnd> run_child(const ChildJob& job, const std::string& root,
                           const std::atomic<bool>& stop, ChildCompanion* companion) {
  const int user = geteuid() == 0 ? kNobody : -1;
  const auto folder = TRY(ChildFolder::open(job, root, user));
  if (companion) TRY_DO(companion->furnish(folder, user));
  const auto confinement = TRY(Confinement::prepare(folder.descriptor(), user >= 0,
                                                    companion ? Sockets::Brokered : Sockets::None));
  auto lines = TRY(ChildLines::prepare(job.server));
  Prepared child{
      .job = job,
      .folder = folder,
      .confinement = confinement,
      .lines = lines,
      .companion = companion,
      .user = user,
      .parent = getpid(),
      .texts = companion ? arguments_within(job, home_of(folder, user)) : arguments(job, folder),
      .argv = {},
      .env = {},
      .in = {},
      .out = {},
      .err = {},
      .trouble = {}};
  auto environment_texts = environment_of(child);
  point_at(child.texts, child.argv);
  point_at(environment_texts, child.env);
  if (!child.in.is_open() || !child.out.is_open() || !child.err.is_open() ||
      !child.trouble.is_open())
    return fail(ErrorKind::Io, std::string("no pipe could be made: ") + std::strerror(errno));
  return run_prepared(child, stop);
}

}  // namespace hikae::os
