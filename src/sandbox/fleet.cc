#include "sandbox/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/limits.h"
#include "sandbox/fleet_images.h"

namespace hikae::sandbox {
namespace {

constexpr std::array<std::string_view, 2> kFleetKeys{"instances", "images"};
constexpr std::array<std::string_view, 12> kMachineKeys{"name",     "id",      "count",   "tags",
                                                        "state",    "agent",   "type",    "zone",
                                                        "platform", "profile", "volumes", "images"};
constexpr std::array<std::string_view, 6> kDiskKeys{"device", "size",      "type",
                                                    "tags",   "encrypted", "keep"};
constexpr std::array<std::string_view, 2> kStateWords{"running", "stopped"};
constexpr std::array<std::string_view, 4> kAgentWords{"none", "online", "lost", "inactive"};
constexpr std::array<std::string_view, 2> kPlatformWords{"linux", "windows"};
constexpr std::array<std::string_view, 3> kZoneWords{"a", "b", "c"};
constexpr Duration kUpSince = hours(24 * 30);

std::string usual_device(std::size_t index) {
  constexpr std::size_t kLetters = 11;  // f to p, as EC2 recommends for data disks
  if (index == 0) return "/dev/xvda";
  const auto letter = static_cast<char>('f' + (index - 1) % kLetters);
  const auto round = (index - 1) / kLetters;
  return round == 0 ? fmt::format("/dev/sd{}", letter) : fmt::format("/dev/sd{}{}", letter, round);
}

/// When the agent last pinged: within the agent's state, never later than now.
WallTime usual_last_ping(Agent agent, Power power, WallTime now) {
  if (agent == Agent::None) return {};
  if (agent == Agent::Lost) return now - hours(48);
  if (agent == Agent::Inactive) return now - hours(24 * 40);
  return power == Power::Running ? now : now - hours(24);
}

class FleetReader {
 public:
  FleetReader(World& world, const Region& region) : world_(world), region_(region) {}

  Result<FleetDraft> read(const Value& fleet) {
    const Described top(fleet, "fleet:");
    TRY_DO(top.only(kFleetKeys));
    for (const auto& machine : TRY(top.items("instances", limits::kFleetInstances)))
      TRY_DO(read_machines(machine));
    ImageReader images(world_, region_.scope, draft_);
    for (const auto& image : TRY(top.items("images", limits::kFleetImages)))
      TRY_DO(images.read(image, nullptr));
    return std::move(draft_);
  }

 private:
  Result<> read_machines(const Described& from) {
    TRY_DO(from.only(kMachineKeys));
    const auto count = TRY(from.whole("count", 1));
    const auto room = static_cast<std::int64_t>(limits::kFleetInstances - draft_.instances.size());
    if (count < 1 || count > room)
      return from.wrong("count",
                        fmt::format("is {}; write a whole number from 1 to {}", count, room));
    if (count > 1 && from.has("id"))
      return from.wrong("id", "cannot stand with a count above 1; leave it out");
    for (std::int64_t n = 1; n <= count; ++n) TRY_DO(read_machine(from, n, count));
    return {};
  }

  Result<> read_machine(const Described& from, std::int64_t n, std::int64_t count) {
    Instance machine;
    machine.id = TRY(read_id(from));
    machine.tags = TRY(from.tags("tags"));
    const auto name = TRY(numbered_name(from, n, count));
    if (!name.empty()) machine.tags["Name"] = name;
    if (machine.tags.size() > limits::kTagsPerResource)
      return from.wrong("tags", fmt::format("makes {} tags with the name; EC2 allows {}",
                                            machine.tags.size(), limits::kTagsPerResource));
    TRY_DO(read_kind(from, machine));
    TRY_DO(read_condition(from, machine));
    TRY_DO(read_disks(from, machine));
    ImageReader images(world_, region_.scope, draft_);
    for (const auto& image : TRY(from.items("images", limits::kFleetImages)))
      TRY_DO(images.read(image, &machine));
    draft_.instances.push_back(std::move(machine));
    return {};
  }

  Result<std::string> read_id(const Described& from) {
    auto id = TRY(from.text("id"));
    if (id.empty()) return world_.new_id("i-");
    if (is_well_formed(id, kInstanceIds)) return id;
    return from.wrong("id", fmt::format("\"{}\" is no instance id; write i- and 17 (or 8) hex "
                                        "digits, or leave it out",
                                        id));
  }

  /// Several machines of one description are told apart by {n}, padded so that they sort.
  static Result<std::string> numbered_name(const Described& from, std::int64_t n,
                                           std::int64_t count) {
    auto name = TRY(from.text("name"));
    if (name.empty() || count == 1) return name;
    const auto width = fmt::format("{}", count).size();
    const auto number = fmt::format("{:0{}}", n, width);
    const auto at = name.find("{n}");
    if (at == std::string::npos) return name + "-" + number;
    return name.replace(at, 3, number);
  }

  Result<> read_kind(const Described& from, Instance& machine) {
    machine.type = TRY(from.text("type"));
    if (machine.type.empty()) machine.type = "t3.medium";
    machine.zone = region_.scope.region + TRY(from.word("zone", kZoneWords, "a"));
    if (TRY(from.word("platform", kPlatformWords, "linux")) == "windows")
      machine.platform = "windows";
    machine.profile = TRY(from.text("profile"));
    machine.private_ip = world_.new_address(machine.zone);
    machine.reservation = world_.new_id("r-");
    machine.image = "ami-" + std::string(17, '0');
    return {};
  }

  Result<> read_condition(const Described& from, Instance& machine) {
    const auto now = world_.now();
    const auto state = TRY(from.word("state", kStateWords, "running"));
    machine.power = state == "running" ? Power::Running : Power::Stopped;
    const auto agent = TRY(from.word("agent", kAgentWords, "online"));
    machine.agent = static_cast<Agent>(std::ranges::find(kAgentWords, agent) - kAgentWords.begin());
    machine.launched = now - kUpSince;
    machine.checks_ok = machine.launched + minutes(5);
    machine.agent_from = machine.checks_ok;
    machine.last_ping = usual_last_ping(machine.agent, machine.power, now);
    return {};
  }

  /// `volumes` is a number of usual disks, or a list of described ones.
  Result<> read_disks(const Described& from, Instance& machine) {
    const auto* volumes = from.member("volumes");
    if (volumes && volumes->is_array()) {
      for (const auto& disk : TRY(from.items("volumes", limits::kVolumesPerInstance)))
        TRY_DO(read_disk(disk, machine));
      if (machine.volumes.empty()) return from.wrong("volumes", "is empty; write at least one");
      return {};
    }
    const auto count = TRY(from.whole("volumes", 1));
    if (count < 1 || count > static_cast<std::int64_t>(limits::kVolumesPerInstance))
      return from.wrong("volumes", fmt::format("is {}; write 1 to {}, or a list", count,
                                               limits::kVolumesPerInstance));
    for (std::int64_t i = 0; i < count; ++i) add_disk(machine, usual_disk(machine));
    return {};
  }

  Volume usual_disk(const Instance& machine) {
    return {.id = world_.new_id("vol-"),
            .zone = machine.zone,
            .type = "gp3",
            .created = machine.launched,
            .instance = machine.id,
            .device = usual_device(machine.volumes.size())};
  }

  Result<> read_disk(const Described& from, Instance& machine) {
    constexpr std::int64_t kMostGib = 65'536;
    TRY_DO(from.only(kDiskKeys));
    auto disk = usual_disk(machine);
    if (from.has("device")) disk.device = TRY(from.text("device"));
    if (from.has("type")) disk.type = TRY(from.text("type"));
    disk.size_gib = TRY(from.whole("size", 8));
    if (disk.size_gib < 1 || disk.size_gib > kMostGib)
      return from.wrong("size",
                        fmt::format("is {}; write GiB from 1 to {}", disk.size_gib, kMostGib));
    disk.encrypted = TRY(from.flag("encrypted", false));
    disk.delete_on_termination = !TRY(from.flag("keep", false));
    disk.tags = TRY(from.tags("tags"));
    if (std::ranges::find(machine.volumes, disk.device, &Attachment::device) !=
        machine.volumes.end())
      return from.wrong("device", fmt::format("\"{}\" is there twice", disk.device));
    add_disk(machine, std::move(disk));
    return {};
  }

  void add_disk(Instance& machine, Volume disk) {
    machine.volumes.push_back({disk.device, disk.id, disk.delete_on_termination, disk.created});
    draft_.volumes.push_back(std::move(disk));
  }

  World& world_;
  const Region& region_;
  FleetDraft draft_;
};

Result<> ids_are_new(const Region& region, const FleetDraft& draft) {
  std::set<std::string_view> seen;
  for (const auto& row : draft.instances)
    if (region.instances.find(row.id) || !seen.insert(row.id).second)
      return fail(ErrorKind::Conflict,
                  fmt::format("fleet: the id {} is in use; write another one", row.id));
  for (const auto& row : draft.images)
    if (region.images.find(row.id) || !seen.insert(row.id).second)
      return fail(ErrorKind::Conflict,
                  fmt::format("fleet: the id {} is in use; write another one", row.id));
  return {};
}

Result<> image_names_are_new(const Region& region, const FleetDraft& draft) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const auto& image : draft.images) {
    bool is_used = !seen.insert({image.owner, image.name}).second;
    for (const auto id : region.images.candidates({"name", image.name})) {
      const auto& other = *region.images.find(id);
      is_used |= other.name == image.name && other.owner == image.owner;
    }
    if (is_used)
      return fail(ErrorKind::Conflict,
                  fmt::format("fleet: two images of {} are named \"{}\"; use {{n}} or {{stamp}} in "
                              "the name",
                              image.owner, image.name));
  }
  return {};
}

}  // namespace

Result<FleetDraft> read_fleet(World& world, const Region& region, const Value& fleet) {
  return FleetReader(world, region).read(fleet);
}

Result<> add_fleet(World& world, Region& region, FleetDraft draft) {
  TRY_DO(ids_are_new(region, draft));
  TRY_DO(image_names_are_new(region, draft));
  const auto now = world.now();
  for (auto& row : draft.instances) region.instances.add(std::move(row), now);
  for (auto& row : draft.volumes) region.volumes.add(std::move(row), now);
  for (auto& row : draft.images) region.images.add(std::move(row), now);
  for (auto& row : draft.snapshots) region.snapshots.add(std::move(row), now);
  return world.flush();
}

}  // namespace hikae::sandbox
