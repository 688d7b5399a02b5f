#include "sandbox/change_rows.h"

#include <charconv>

#include "text/json.h"

namespace hikae::sandbox {

std::string save_change(const Change& change) {
  Object body{{"at", unix_ms(change.at)}, {"what", change.what}, {"resource", change.resource}};
  if (!change.instance.empty()) body["instance"] = change.instance;
  if (!change.caller.empty()) body["caller"] = change.caller;
  if (!change.operation.empty()) body["operation"] = change.operation;
  return text::to_json(body);
}

Result<> load_change(Region& region, std::string_view id, std::string_view body) {
  const auto value = TRY(text::parse_json(body));
  if (region.changes.empty())
    std::from_chars(id.data(), id.data() + id.size(), region.first_change);
  region.changes.push_back({wall_ms(int_at(value, "at").value_or(0)), str(text_at(value, "what")),
                            str(text_at(value, "resource")), str(text_at(value, "instance")),
                            str(text_at(value, "caller")), str(text_at(value, "operation"))});
  return {};
}

}  // namespace hikae::sandbox
