#include "sandbox/records.h"

#include <array>
#include <utility>

#include "sandbox/archive.h"
#include "text/json.h"

namespace hikae::sandbox {

// One list of members a record; the archives call it in both directions.

template <class A>
void members(A& a, Attachment& r) {
  a("device", r.device);
  a("volume", r.volume);
  a("delete_on_termination", r.delete_on_termination);
  a("attached", r.attached);
  a("act", r.act);
}

template <class A>
void members(A& a, GroupRef& r) {
  a("id", r.id);
  a("name", r.name);
}

template <class A>
void members(A& a, Mapping& r) {
  a("device", r.device);
  a("volume", r.volume);
  a("snapshot", r.snapshot);
  a("size_gib", r.size_gib);
  a("type", r.type);
  a("delete_on_termination", r.delete_on_termination);
  a("encrypted", r.encrypted);
  a("iops", r.iops);
  a("throughput", r.throughput);
  a("key", r.key);
}

template <class A>
void members(A& a, Instance& r) {
  a("id", r.id);
  a("tags", r.tags);
  a("power", r.power);
  a("type", r.type);
  a("image", r.image);
  a("zone", r.zone);
  a("private_ip", r.private_ip);
  a("platform", r.platform);
  a("profile", r.profile);
  a("reservation", r.reservation);
  a("client_token", r.client_token);
  a("request_hash", r.request_hash);
  a("launched", r.launched);
  a("checks_ok", r.checks_ok);
  a("agent", r.agent);
  a("agent_from", r.agent_from);
  a("last_ping", r.last_ping);
  a("transition_reason", r.transition_reason);
  a("reason_code", r.reason_code);
  a("reason_message", r.reason_message);
  a("volumes", r.volumes);
  a("groups", r.groups);
  a("architecture", r.architecture);
  a("key", r.key);
  a("user_data", r.user_data);
  a("shutdown_behavior", r.shutdown_behavior);
  a("http_tokens", r.http_tokens);
  a("sriov", r.sriov);
  a("kernel", r.kernel);
  a("ramdisk", r.ramdisk);
  a("credits", r.credits);
  a("association", r.association);
  a("interface_tags", r.interface_tags);
  a("launch_index", r.launch_index);
  a("http_hops", r.http_hops);
  a("monitored", r.monitored);
  a("ebs_optimized", r.ebs_optimized);
  a("routes_others", r.routes_others);
  a("keeps_power", r.keeps_power);
  a("keeps_alive", r.keeps_alive);
  a("ena_off", r.ena_off);
  a("metadata_off", r.metadata_off);
  a("metadata_ipv6", r.metadata_ipv6);
  a("metadata_tags", r.metadata_tags);
  a("profile_since", r.profile_since);
  a("root", r.root);
}

template <class A>
void members(A& a, VolumeModification& r) {
  a("state", r.state);
  a("original_type", r.original.type);
  a("original_size", r.original.size_gib);
  a("original_iops", r.original.iops);
  a("original_throughput", r.original.throughput);
  a("target_type", r.target.type);
  a("target_size", r.target.size_gib);
  a("target_iops", r.target.iops);
  a("target_throughput", r.target.throughput);
  a("started", r.started);
  a("ends", r.ends);
}

template <class A>
void members(A& a, Volume& r) {
  a("id", r.id);
  a("tags", r.tags);
  a("zone", r.zone);
  a("type", r.type);
  a("size_gib", r.size_gib);
  a("encrypted", r.encrypted);
  a("created", r.created);
  a("snapshot", r.snapshot);
  a("instance", r.instance);
  a("device", r.device);
  a("delete_on_termination", r.delete_on_termination);
  a("attached", r.attached);
  a("iops", r.iops);
  a("throughput", r.throughput);
  a("key", r.key);
  a("client_token", r.client_token);
  a("request_hash", r.request_hash);
  a("act", r.act);
  a("auto_enables_io", r.auto_enables_io);
  a("modifications", r.modifications);
}

template <class A>
void members(A& a, Image& r) {
  a("id", r.id);
  a("name", r.name);
  a("description", r.description);
  a("owner", r.owner);
  a("owner_alias", r.owner_alias);
  a("created", r.created);
  a("state", r.state);
  a("reason_code", r.reason_code);
  a("reason_message", r.reason_message);
  a("source_instance", r.source_instance);
  a("platform", r.platform);
  a("tags", r.tags);
  a("snapshot_tags", r.snapshot_tags);
  a("mappings", r.mappings);
  a("is_public", r.is_public);
  a("guarded", r.guarded);
  a("shared_with", r.shared_with);
  a("architecture", r.architecture);
  a("root_device", r.root_device);
  a("source_image", r.source_image);
  a("source_region", r.source_region);
  a("client_token", r.client_token);
  a("request_hash", r.request_hash);
  a("boot_mode", r.boot_mode);
  a("lacks_ena", r.lacks_ena);
  a("needs_imds_tokens", r.needs_imds_tokens);
  a("deprecates", r.deprecates);
}

template <class A>
void members(A& a, Snapshot& r) {
  a("id", r.id);
  a("owner", r.owner);
  a("owner_alias", r.owner_alias);
  a("description", r.description);
  a("volume", r.volume);
  a("size_gib", r.size_gib);
  a("image", r.image);
  a("instance", r.instance);
  a("started", r.started);
  a("completes", r.completes);
  a("state", r.state);
  a("message", r.message);
  a("encrypted", r.encrypted);
  a("is_public", r.is_public);
  a("tags", r.tags);
  a("key", r.key);
  a("shared_with", r.shared_with);
}

template <class A>
void members(A& a, Transition& r) {
  a("id", r.id);
  a("due", r.due);
  a("step", r.step);
  a("subject", r.subject);
  a("device", r.device);
  a("lasts", r.lasts);
  a("caller", r.caller);
  a("operation", r.operation);
}

namespace {

void add_tag_terms(const Tags& tags, std::vector<Term>& terms) {
  for (const auto& [key, value] : tags) terms.emplace_back(key, value);
}

}  // namespace

std::string save(const Instance& row) { return row_text(row); }
std::string save(const Volume& row) { return row_text(row); }
std::string save(const Image& row) { return row_text(row); }
std::string save(const Snapshot& row) { return row_text(row); }
std::string save(const Transition& row) { return row_text(row); }
Result<> load(std::string_view text, Instance& row) { return read_row(text, row); }
Result<> load(std::string_view text, Volume& row) { return read_row(text, row); }
Result<> load(std::string_view text, Image& row) { return read_row(text, row); }
Result<> load(std::string_view text, Snapshot& row) { return read_row(text, row); }
Result<> load(std::string_view text, Transition& row) { return read_row(text, row); }

// A tag's term is its bare key: no filter of the API has the name of a tag without "tag:" in front,
// and a clash would only add candidates, which are tested all the same.
std::vector<Term> terms_of(const Instance& row) {
  std::vector<Term> terms;
  add_tag_terms(row.tags, terms);
  return terms;
}

std::vector<Term> terms_of(const Volume& row) {
  std::vector<Term> terms{{"attachment.instance-id", row.instance}};
  if (!row.client_token.empty()) terms.emplace_back(kClientTokenTerm, row.client_token);
  add_tag_terms(row.tags, terms);
  return terms;
}

std::vector<Term> terms_of(const Image& row) {
  std::vector<Term> terms{{"name", row.name}, {"source-instance-id", row.source_instance}};
  for (const auto& mapping : row.mappings)
    terms.emplace_back("block-device-mapping.snapshot-id", mapping.snapshot);
  if (!row.client_token.empty()) terms.emplace_back(kClientTokenTerm, row.client_token);
  add_tag_terms(row.tags, terms);
  return terms;
}

std::vector<Term> terms_of(const Snapshot& row) {
  std::vector<Term> terms{{"volume-id", row.volume}};
  add_tag_terms(row.tags, terms);
  return terms;
}

std::string_view to_string(Power power) {
  constexpr std::array<std::string_view, 6> kNames{"pending", "running",       "stopping",
                                                   "stopped", "shutting-down", "terminated"};
  return kNames[static_cast<std::size_t>(power)];
}

std::string_view to_string(Agent agent) {
  constexpr std::array<std::string_view, 4> kNames{"none", "online", "lost", "inactive"};
  return kNames[static_cast<std::size_t>(agent)];
}

std::string_view to_string(ImageState state) {
  constexpr std::array<std::string_view, 4> kNames{"pending", "available", "failed",
                                                   "deregistered"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(SnapshotState state) {
  constexpr std::array<std::string_view, 3> kNames{"pending", "completed", "error"};
  return kNames[static_cast<std::size_t>(state)];
}

std::string_view to_string(ModificationState state) {
  constexpr std::array<std::string_view, 3> kNames{"modifying", "optimizing", "completed"};
  return kNames[static_cast<std::size_t>(state)];
}

int state_code(Power power) {
  constexpr std::array<int, 6> kCodes{0, 16, 64, 80, 32, 48};
  return kCodes[static_cast<std::size_t>(power)];
}

}  // namespace hikae::sandbox
