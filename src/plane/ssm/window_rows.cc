#include "plane/ssm/window_rows.h"

#include "aws/errors.h"
#include "base/entropy.h"
#include "base/hash.h"
#include "plane/ssm/ssm.h"
#include "window/window.h"

namespace hikae::plane {
namespace {

/// The whole definition: what the window machine decides on.
Value definition_of(const Ask& ask, const Value& row, std::string_view window_id) {
  auto definition = row;
  Array targets;
  for (const auto* target : members_of(ask, kWindowTargetRows, window_id))
    targets.push_back(*target);
  Array tasks;
  for (const auto* task : members_of(ask, kWindowTaskRows, window_id)) tasks.push_back(*task);
  auto& members = definition.as_object();
  members["CreatedAt"] = text_at(row, "CreatedDate");
  // What AWS's windows have no member for stands in tags, so that one template fits both places.
  const auto* tags = find(row, "Tags");
  const auto tagged = tags ? tags_of(*tags) : Object();
  if (const auto gap = text_at(tagged, "hikae:dst-gap"); !gap.empty()) members["GapPolicy"] = gap;
  if (const auto late = text_at(tagged, "hikae:catch-up-minutes"); !late.empty())
    members["CatchUpMinutes"] = std::atoi(str(late).c_str());
  definition.as_object()["Targets"] = std::move(targets);
  definition.as_object()["Tasks"] = std::move(tasks);
  return definition;
}

}  // namespace

Result<const Value*> window_row(const Ask& ask, std::string_view window_id) {
  if (const auto* row = ask.row(kWindowRows, window_id)) return row;
  return aws::aws_error("DoesNotExistException",
                        "Maintenance window " + str(window_id) + " does not exist");
}

std::vector<const Value*> members_of(const Ask& ask, std::string_view kind,
                                     std::string_view window_id) {
  std::vector<const Value*> members;
  const auto prefix = str(window_id) + "/";
  const auto& rows = ask.rows(kind);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    members.push_back(&at->second);
  return members;
}

void sync_window(const Ask& ask, std::string_view window_id) {
  const MachineId machine{ask.scope, str(window::kWindowKind), str(window_id)};
  const auto* row = ask.row(kWindowRows, window_id);
  if (!row) {
    ask.turn.signal(machine, "delete", Object{});
    return;
  }
  auto definition = definition_of(ask, *row, window_id);
  if (!ask.turn.signal(machine, "update", definition))
    ask.turn.start(machine, std::move(definition));
}

Result<Value> page_of_windows(const Ask& ask, std::string_view list, Array items) {
  constexpr std::size_t kMost = 1000;
  const auto page = TRY(page_of(ask.input, items.size(), kMost));
  const auto first = items.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{{list, Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Object picked(const Value& from, std::initializer_list<std::string_view> members) {
  Object object;
  for (const auto member : members)
    if (const auto* value = find(from, member)) object[member] = *value;
  return object;
}

std::string new_member_id(const Ask& ask, std::string_view prefix, std::string_view of) {
  const auto token = text_at(ask.input, "ClientToken");
  const auto seed =
      token.empty() ? random_hex(ask.turn.entropy(), 32)
                    : ask.scope.account + "/" + ask.scope.region + "/" + str(of) + "/" + str(token);
  return prefix.empty() ? uuid_of(seed) : str(prefix) + hex_of(seed, 17);
}

}  // namespace hikae::plane
