#include "os/confinement.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

namespace hikae::os {
namespace {

// Landlock's later rights, which the headers of an older system do not know.
constexpr std::uint64_t kRefer = 1ULL << 13;
constexpr std::uint64_t kTruncate = 1ULL << 14;
constexpr std::uint64_t kScopeAbstractSockets = 1ULL << 0;
constexpr std::uint64_t kScopeSignals = 1ULL << 1;

/// As the kernel has it since ABI 6; earlier ones take the beginning.
struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scoped;
};

constexpr std::uint64_t kReadRights =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kFirstRights = (1ULL << 13) - 1;  // all of ABI 1
constexpr std::uint64_t kDeviceRights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;

constexpr std::array kReadableFolders{"/usr", "/bin", "/sbin", "/lib",  "/lib32", "/lib64",
                                      "/etc", "/opt", "/nix",  "/proc", "/sys"};
constexpr std::array kDevices{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"};

constexpr std::array kForbiddenCalls{
    // Nobody listens, nobody sends by another way than those that are looked at.
    SYS_bind, SYS_listen, SYS_io_uring_setup,
    // Nobody leaves the group that is killed when the time is up.
    SYS_setsid, SYS_setpgid,
    // No look into other processes, no other view of the file system.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_unshare, SYS_setns, SYS_mount,
    SYS_umount2, SYS_pivot_root, SYS_chroot,
    // Parts of the kernel that no script needs.
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key,
    SYS_init_module, SYS_finit_module, SYS_kexec_load, SYS_reboot};

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

constexpr std::uint32_t kForbid =
    SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(EPERM) & SECCOMP_RET_DATA);
constexpr std::uint32_t kOtherNumbering = 0x40000000;  // x32's system calls

sock_filter statement(std::uint16_t code, std::uint32_t value) { return {code, 0, 0, value}; }

/// Goes on with the next instruction where the test holds, else with the one behind it.
sock_filter test(std::uint16_t operation, std::uint32_t value) {
  return {static_cast<std::uint16_t>(BPF_JMP | operation | BPF_K), 0, 1, value};
}

sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

/// The lower half of a call's argument, on little-endian machines.
sock_filter load_argument(int which) {
  return load(offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(which));
}

sock_filter jump(std::uint16_t operation, long value, std::uint8_t yes, std::uint8_t no) {
  return {static_cast<std::uint16_t>(BPF_JMP | operation | BPF_K), yes, no,
          static_cast<std::uint32_t>(value)};
}

void add(std::vector<sock_filter>& filter, std::initializer_list<sock_filter> more) {
  filter.insert(filter.end(), more);
}

/// No network, not even to a daemon of this machine; a connection that was handed in stays the one
/// it is.
void forbid_sockets(std::vector<sock_filter>& filter) {
  const auto forbid = statement(BPF_RET | BPF_K, kForbid);
  for (const long call : {SYS_socket, SYS_connect})
    add(filter, {jump(BPF_JEQ, call, 0, 1), forbid});
}

/// TCP sockets are made freely and connected by the parent; fast open would connect in a send.
void broker_sockets(std::vector<sock_filter>& filter) {
  constexpr long kStream = 1, kTypeBits = 0xF, kTcp = 6, kFastOpen = 0x20000000;
  const auto forbid = statement(BPF_RET | BPF_K, kForbid);
  const auto allow = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  add(filter, {jump(BPF_JEQ, SYS_connect, 0, 1), statement(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
               jump(BPF_JEQ, SYS_socket, 0, 11),  //
               load_argument(0), jump(BPF_JEQ, AF_INET, 1, 0), jump(BPF_JEQ, AF_INET6, 0, 6),
               load_argument(1), statement(BPF_ALU | BPF_AND | BPF_K, kTypeBits),
               jump(BPF_JEQ, kStream, 0, 3),                                         //
               load_argument(2), jump(BPF_JEQ, 0, 2, 0), jump(BPF_JEQ, kTcp, 1, 0),  //
               forbid, allow});
  for (const auto& [call, flags] :
       {std::pair{SYS_sendto, 3}, std::pair{SYS_sendmsg, 2}, std::pair{SYS_sendmmsg, 3}})
    add(filter, {jump(BPF_JEQ, call, 0, 4), load_argument(flags), jump(BPF_JSET, kFastOpen, 0, 1),
                 forbid, allow});
}

std::vector<sock_filter> make_filter(Sockets sockets) {
  const auto forbid = statement(BPF_RET | BPF_K, kForbid);
  std::vector<sock_filter> filter{load(offsetof(seccomp_data, arch))};
  filter.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, kArchitecture});
  filter.push_back(forbid);
  filter.push_back(load(offsetof(seccomp_data, nr)));
  filter.push_back(test(BPF_JGE, kOtherNumbering));
  filter.push_back(forbid);
  for (const auto call : kForbiddenCalls) {
    filter.push_back(test(BPF_JEQ, static_cast<std::uint32_t>(call)));
    filter.push_back(forbid);
  }
  sockets == Sockets::None ? forbid_sockets(filter) : broker_sockets(filter);
  filter.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  return filter;
}

/// 0 where the kernel has none.
long landlock_version() {
  const auto version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version > 0 ? version : 0;
}

std::uint64_t rights_of(long version) {
  return kFirstRights | (version >= 2 ? kRefer : 0) | (version >= 3 ? kTruncate : 0);
}

int make_ruleset(long version) {
  RulesetAttributes attributes{rights_of(version), 0, 0};
  std::size_t size = sizeof attributes.files;
  if (version >= 6) {
    attributes.scoped = kScopeAbstractSockets | kScopeSignals;
    size = sizeof attributes;
  }
  return static_cast<int>(syscall(SYS_landlock_create_ruleset, &attributes, size, 0));
}

bool allow_below(int ruleset, int descriptor, std::uint64_t rights) {
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = descriptor;
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/// What this machine does not have needs no rule.
bool allow_path(int ruleset, const char* path, std::uint64_t rights) {
  const int descriptor = open(path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return true;
  const bool is_allowed = allow_below(ruleset, descriptor, rights);
  close(descriptor);
  return is_allowed;
}

bool fill_ruleset(int ruleset, int writable, long version) {
  for (const auto* path : kReadableFolders)
    if (!allow_path(ruleset, path, kReadRights)) return false;
  for (const auto* path : kDevices)
    if (!allow_path(ruleset, path, kDeviceRights)) return false;
  return allow_below(ruleset, writable, rights_of(version));
}

}  // namespace

Confinement::Confinement(Confinement&& other) noexcept
    : sockets_(other.sockets_),
      ruleset_(std::exchange(other.ruleset_, -1)),
      filter_(std::move(other.filter_)) {}

Confinement::~Confinement() {
  if (ruleset_ >= 0) close(ruleset_);
}

Result<Confinement> Confinement::prepare(int writable, bool has_other_user, Sockets sockets) {
  Confinement made;
  made.sockets_ = sockets;
  made.filter_ = make_filter(sockets);
  const auto version = landlock_version();
  if (version == 0) {
    if (has_other_user) return made;
    return fail(
        ErrorKind::Unsupported,
        "scripts are not run on this machine: its kernel cannot confine them (no Landlock) "
        "and hikae does not run as root, which could give them another user; use Linux 5.13 "
        "or later with Landlock switched on");
  }
  made.ruleset_ = make_ruleset(version);
  if (made.ruleset_ < 0 || !fill_ruleset(made.ruleset_, writable, version))
    return fail(ErrorKind::Io, std::string("the rules that confine a script cannot be made: ") +
                                   std::strerror(errno));
  return made;
}

bool Confinement::put_on(int& questions) const {
  questions = -1;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (ruleset_ >= 0 && syscall(SYS_landlock_restrict_self, ruleset_, 0) != 0) return false;
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter_.size());
  program.filter = const_cast<sock_filter*>(filter_.data());
  if (sockets_ == Sockets::None)
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
  questions = static_cast<int>(
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
  return questions >= 0;
}

}  // namespace hikae::os
