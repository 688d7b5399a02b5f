#include "plane/ssm/ssm.h"

namespace hikae::plane {

Ssm::Ssm(engine::Kernel& kernel, Library& library, const SecretBox& box, access::MachineTags tags)
    : Service("ssm", kernel), library_(library), box_(box), tags_(std::move(tags)) {
  library_.attach(kernel.tables());
  add_documents();
  add_automation();
  add_parameters();
  add_tags_of_resources();
  add_windows();
  add_window_members();
  add_window_records();
}

Object tags_of(const Value& list) {
  Object tags;
  if (const auto* items = list.if_array())
    for (const auto& item : *items) tags[text_at(item, "Key")] = text_at(item, "Value");
  return tags;
}

Array tag_list(const Object& tags) {
  Array list;
  for (const auto& [key, value] : tags) list.push_back(Object{{"Key", key}, {"Value", value}});
  return list;
}

}  // namespace hikae::plane
