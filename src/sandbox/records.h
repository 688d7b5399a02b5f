// The rows of the embedded cloud: machines, their disks, images, snapshots, and what is running.
// Values: they copy and know nothing of each other but ids. Every member has an initialiser, so
// that the compiler lets designated initialisers leave it out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::sandbox {

using Tags = std::map<std::string, std::string, std::less<>>;

enum class Power { Pending, Running, Stopping, Stopped, ShuttingDown, Terminated };
/// What the SSM agent on a machine is like while the machine runs.
enum class Agent { None, Online, Lost, Inactive };
enum class ImageState { Pending, Available, Failed, Deregistered };
enum class SnapshotState { Pending, Completed, Error };
/// What a volume is in the middle of. Rows keep the number, as of all enumerations here.
enum class VolumeAct { None, Creating, Attaching, Detaching, Deleting };
enum class ModificationState { Modifying, Optimizing, Completed };

/// EC2's names ("shutting-down").
[[nodiscard]] std::string_view to_string(Power power);
[[nodiscard]] std::string_view to_string(Agent agent);
[[nodiscard]] std::string_view to_string(ImageState state);
[[nodiscard]] std::string_view to_string(SnapshotState state);
[[nodiscard]] std::string_view to_string(ModificationState state);
/// EC2's numbers: 0, 16, 64, 80, 32, 48.
[[nodiscard]] int state_code(Power power);

struct Attachment {
  std::string device{};
  std::string volume{};
  bool delete_on_termination = true;
  WallTime attached{};
  VolumeAct act = VolumeAct::None;  // Attaching, Detaching; None: attached
};

/// A security group of a machine. Its name never changes, so that both stand here.
struct GroupRef {
  std::string id{};
  std::string name{};
};

struct Instance {
  std::string id{};
  Tags tags{};
  Power power = Power::Running;
  std::string type{};
  std::string image{};
  std::string zone{};
  std::string private_ip{};
  std::string platform{};  // "windows", or empty
  std::string profile{};   // instance profile's ARN, or empty
  std::string reservation{};
  std::string client_token{};
  std::string request_hash{};  // of the RunInstances call that carried the token
  WallTime launched{};
  WallTime checks_ok{};  // while running: when both status checks are ok
  Agent agent = Agent::None;
  WallTime agent_from{};  // while running: when the agent begins to ping
  WallTime last_ping{};   // of the time before; zero: never registered
  std::string transition_reason{};
  std::string reason_code{};
  std::string reason_message{};
  std::vector<Attachment> volumes{};
  std::vector<GroupRef> groups{};   // empty: the default group
  std::string architecture{};       // empty: x86_64
  std::string key{};                // the key pair's name
  std::string user_data{};          // Base64, as given
  std::string shutdown_behavior{};  // empty: stop
  std::string http_tokens{};        // empty: optional
  std::string sriov{};              // "simple", or empty
  std::string kernel{};             // aki-…, or empty
  std::string ramdisk{};            // ari-…, or empty
  std::string credits{};            // "standard", "unlimited"; empty: the type's usual
  std::string association{};        // iip-assoc-…; empty: it follows from the machine's id
  Tags interface_tags{};
  std::int64_t launch_index = 0;
  std::int64_t http_hops = 0;  // 0: 1
  bool monitored = false;
  bool ebs_optimized = false;
  bool routes_others = false;  // SourceDestCheck is off
  bool keeps_power = false;    // DisableApiStop
  bool keeps_alive = false;    // DisableApiTermination
  bool ena_off = false;
  bool metadata_off = false;   // HttpEndpoint
  bool metadata_ipv6 = false;  // HttpProtocolIpv6
  bool metadata_tags = false;  // InstanceMetadataTags
  WallTime profile_since{};    // zero: since its launch
  std::string root{};          // the root device's name; empty: the first volume's
};

/// What ModifyVolume can change. 0: the type's own, or none.
struct VolumeShape {
  std::string type{};
  std::int64_t size_gib = 8;
  std::int64_t iops = 0;
  std::int64_t throughput = 0;  // MiB/s

  bool operator==(const VolumeShape&) const = default;
};

struct VolumeModification {
  ModificationState state = ModificationState::Modifying;
  VolumeShape original{};
  VolumeShape target{};
  WallTime started{};
  WallTime ends{};  // when it will be, or was, completed
};

struct Volume {
  std::string id{};
  Tags tags{};
  std::string zone{};
  std::string type{};
  std::int64_t size_gib = 8;
  bool encrypted = false;
  WallTime created{};
  std::string snapshot{};
  std::string instance{};
  std::string device{};
  bool delete_on_termination = true;
  WallTime attached{};  // zero: when it was created
  std::int64_t iops = 0;
  std::int64_t throughput = 0;
  std::string key{};  // KMS key, or empty
  std::string client_token{};
  std::string request_hash{};
  VolumeAct act = VolumeAct::None;
  bool auto_enables_io = false;
  std::vector<VolumeModification> modifications{};  // the latest one, or none
};

/// One disk of an image. `snapshot` is empty until the snapshot has begun.
struct Mapping {
  std::string device{};
  std::string volume{};
  std::string snapshot{};
  std::int64_t size_gib = 8;
  std::string type{};
  bool delete_on_termination = true;
  bool encrypted = false;
  std::int64_t iops = 0;
  std::int64_t throughput = 0;
  std::string key{};  // KMS key, or empty
};

struct Image {
  std::string id{};
  std::string name{};
  std::string description{};
  std::string owner{};
  std::string owner_alias{};
  WallTime created{};
  ImageState state = ImageState::Pending;
  std::string reason_code{};
  std::string reason_message{};
  std::string source_instance{};
  std::string platform{};
  Tags tags{};
  Tags snapshot_tags{};  // for the snapshots that have not begun
  std::vector<Mapping> mappings{};
  bool is_public = false;
  bool guarded = false;  // deregistration protection
  std::set<std::string> shared_with{};
  std::string architecture{};   // empty: x86_64
  std::string root_device{};    // empty: the first mapping's
  std::string source_image{};   // of a copy
  std::string source_region{};  // of a copy
  std::string client_token{};
  std::string request_hash{};
  std::string boot_mode{};  // empty: none was given
  bool lacks_ena = false;
  bool needs_imds_tokens = false;  // ImdsSupport v2.0
  WallTime deprecates{};           // zero: never
};

struct Snapshot {
  std::string id{};
  std::string owner{};
  std::string owner_alias{};
  std::string description{};
  std::string volume{};
  std::int64_t size_gib = 8;
  std::string image{};
  std::string instance{};
  WallTime started{};
  WallTime completes{};
  SnapshotState state = SnapshotState::Pending;
  std::string message{};
  bool encrypted = false;
  bool is_public = false;
  Tags tags{};
  std::string key{};  // KMS key, or empty
  std::set<std::string> shared_with{};
};

enum class Step {
  Stopped,
  Running,
  StartFailed,
  Terminated,
  SnapshotBegins,
  SnapshotEnds,
  ImageAvailable,
  ImageFailed,
  Forget,
  CommandDelivers,
  VolumeCreated,
  VolumeAttached,
  VolumeDetached,
  VolumeModified,
  VolumeOptimized,
  VolumeDeleted,
};

/// Something that will have happened at `due`; a row until then.
struct Transition {
  std::int64_t id = 0;
  WallTime due{};
  Step step = Step::Forget;
  std::string subject{};  // i-…, ami-…, snap-…, vol-… or a command's id
  std::string device{};   // SnapshotBegins: whose snapshot; CommandDelivers: to which machine
  Duration lasts{};       // SnapshotBegins: until it is completed
  std::string caller{};
  std::string operation{};
};

/// Rows as text, and back. A text that is no row of this kind is an `Io` error.
[[nodiscard]] std::string save(const Instance& row);
[[nodiscard]] std::string save(const Volume& row);
[[nodiscard]] std::string save(const Image& row);
[[nodiscard]] std::string save(const Snapshot& row);
[[nodiscard]] std::string save(const Transition& row);
[[nodiscard]] Result<> load(std::string_view text, Instance& row);
[[nodiscard]] Result<> load(std::string_view text, Volume& row);
[[nodiscard]] Result<> load(std::string_view text, Image& row);
[[nodiscard]] Result<> load(std::string_view text, Snapshot& row);
[[nodiscard]] Result<> load(std::string_view text, Transition& row);

/// How a resource is found quickly: pairs of a filter's name and one value of the row.
using Term = std::pair<std::string_view, std::string_view>;
inline constexpr std::string_view kClientTokenTerm = "client-token";  // of volumes and images
[[nodiscard]] std::vector<Term> terms_of(const Instance& row);
[[nodiscard]] std::vector<Term> terms_of(const Volume& row);
[[nodiscard]] std::vector<Term> terms_of(const Image& row);
[[nodiscard]] std::vector<Term> terms_of(const Snapshot& row);

}  // namespace hikae::sandbox
