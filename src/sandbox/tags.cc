// CreateTags, DeleteTags, DescribeTags: over all kinds of resources, all or nothing.
#include <fmt/format.h>

#include <array>

#include "sandbox/operations.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {
namespace {

/// One tag of one resource, as DescribeTags sees it.
struct TagRow {
  std::string_view resource;
  std::string_view type;
  std::string_view key;
  std::string_view value;
};

/// Ordered by resource, then key; a key has no line break in EC2's order of pages.
std::string tag_page_key(const TagRow& row) { return fmt::format("{}\n{}", row.resource, row.key); }

/// Calls `act` with the table that holds ids of this form. False: no such form.
template <class Act>
bool with_table_of(Region& region, std::string_view id, Act act) {
  if (is_well_formed(id, kInstanceIds)) return act(region.instances, kInstanceIds), true;
  if (is_well_formed(id, kImageIds)) return act(region.images, kImageIds), true;
  if (is_well_formed(id, kSnapshotIds)) return act(region.snapshots, kSnapshotIds), true;
  if (is_well_formed(id, kVolumeIds)) return act(region.volumes, kVolumeIds), true;
  if (is_well_formed(id, kGroupIds)) return act(region.groups, kGroupIds), true;
  if (is_well_formed(id, kKeyIds)) return act(region.keys, kKeyIds), true;
  return false;
}

Result<> resource_exists(const Incoming& in, const std::string& id) {
  bool exists = false;
  IdKind kind = kInstanceIds;
  const bool is_known_form = with_table_of(in.region, id, [&](auto& table, const IdKind& of) {
    exists = in.see(table, id) != nullptr && table.find(id) != nullptr;
    kind = of;
  });
  if (!is_known_form)
    return std::unexpected(ec2_error("InvalidID", fmt::format("The ID '{}' is not valid", id)));
  const bool is_gone = kind.prefix == kImageIds.prefix && exists &&
                       in.region.images.find(id)->state == ImageState::Deregistered;
  if (!exists || is_gone) return std::unexpected(not_found({id}, kind));
  return {};
}

Result<std::vector<std::string>> tagged_resources(const Incoming& in) {
  auto ids = TRY(text_list(in, "Resources"));
  if (ids.empty()) return std::unexpected(missing_parameter("Resources"));
  for (const auto& id : ids) TRY_DO(resource_exists(in, id));
  return ids;
}

const Tags& tags_of(Region& region, const std::string& id) {
  const Tags* tags = nullptr;
  with_table_of(region, id, [&](auto& table, const IdKind&) { tags = &table.find(id)->tags; });
  return *tags;
}

template <class Edit>
void edit_tags(Incoming& in, const std::string& id, Edit edit) {
  with_table_of(in.region, id, [&](auto& table, const IdKind&) {
    table.change(id, in.now, [&](auto& row) { edit(row.tags); });
  });
}

/// What DeleteTags is to remove: keys, and with a value only where it is that value.
struct Doomed {
  std::string key;
  std::optional<std::string> value;
};

std::vector<Doomed> read_doomed(const Value& input) {
  std::vector<Doomed> list;
  for (const auto& tag : list_at(input, "Tags")) {
    const auto* value = find(tag, "Value");
    list.push_back({str(text_at(tag, "Key")),
                    value ? std::optional<std::string>(text_of(*value)) : std::nullopt});
  }
  return list;
}

void remove_tags(Tags& tags, const std::vector<Doomed>& doomed) {
  if (doomed.empty()) {
    std::erase_if(tags, [](const auto& tag) { return !tag.first.starts_with("aws:"); });
    return;
  }
  for (const auto& [key, value] : doomed) {
    const auto found = tags.find(key);
    if (found != tags.end() && (!value || found->second == *value)) tags.erase(found);
  }
}

// DescribeTags.

constexpr std::array<std::string_view, 4> kTagFilters{"key", "resource-id", "resource-type",
                                                      "value"};

Result<> check_tag_filters(const std::vector<Filter>& filters) {
  for (const auto& filter : filters)
    if ((!filter.name.starts_with("tag:") || filter.name.size() == 4) &&
        std::ranges::find(kTagFilters, filter.name) == kTagFilters.end())
      return std::unexpected(
          ec2_error("InvalidParameterValue", "The filter '" + filter.name + "' is invalid"));
  return {};
}

bool tag_row_fits(const TagRow& row, const Filter& filter) {
  if (filter.name == "key") return filter.accepts(row.key);
  if (filter.name == "value") return filter.accepts(row.value);
  if (filter.name == "resource-id") return filter.accepts(row.resource);
  if (filter.name == "resource-type") return filter.accepts(row.type);
  return row.key == std::string_view(filter.name).substr(4) && filter.accepts(row.value);
}

class TagCollector {
 public:
  TagCollector(const Incoming& in, const std::vector<Filter>& filters)
      : in_(in), filters_(filters) {}

  /// One table whole.
  template <class T>
  void scan(const Table<T>& table, std::string_view type) {
    if (!in_.is_past()) {
      for (const auto& [id, row] : table.rows()) take(row, type);
      return;
    }
    for (const auto id : table.ids_ever()) take_id(table, type, id);
  }
  template <class T>
  void take_id(const Table<T>& table, std::string_view type, std::string_view id) {
    if (const auto* row = in_.see(table, id)) take(*row, type);
  }
  std::vector<TagRow> rows() && {
    std::ranges::sort(rows_, {}, [](const TagRow& r) { return std::pair(r.resource, r.key); });
    return std::move(rows_);
  }

 private:
  template <class T>
  void take(const T& row, std::string_view type) {
    for (const auto& [key, value] : row.tags) {
      const TagRow tag{row.id, type, key, value};
      if (std::ranges::all_of(filters_, [&](const Filter& f) { return tag_row_fits(tag, f); }))
        rows_.push_back(tag);
    }
  }

  const Incoming& in_;
  const std::vector<Filter>& filters_;
  std::vector<TagRow> rows_;
};

std::string_view type_of(const IdKind& kind) {
  if (kind.prefix == kInstanceIds.prefix) return "instance";
  if (kind.prefix == kImageIds.prefix) return "image";
  if (kind.prefix == kGroupIds.prefix) return "security-group";
  if (kind.prefix == kKeyIds.prefix) return "key-pair";
  return kind.prefix == kSnapshotIds.prefix ? "snapshot" : "volume";
}

/// A filter that names resources exactly needs no scan.
const Filter* resource_filter(const std::vector<Filter>& filters) {
  for (const auto& filter : filters)
    if (filter.name == "resource-id" && filter.is_literal()) return &filter;
  return nullptr;
}

std::vector<TagRow> collect_tags(const Incoming& in, const std::vector<Filter>& filters) {
  TagCollector collector(in, filters);
  if (const auto* named = resource_filter(filters)) {
    std::set<std::string_view> ids;
    for (const auto& value : named->values) ids.insert(value.text());
    for (const auto id : ids)
      with_table_of(in.region, id, [&](auto& table, const IdKind& kind) {
        collector.take_id(table, type_of(kind), id);
      });
    return std::move(collector).rows();
  }
  collector.scan(in.region.images, "image");
  collector.scan(in.region.instances, "instance");
  collector.scan(in.region.snapshots, "snapshot");
  collector.scan(in.region.volumes, "volume");
  collector.scan(in.region.groups, "security-group");
  collector.scan(in.region.keys, "key-pair");
  return std::move(collector).rows();
}

}  // namespace

Result<Value> create_tags(Incoming& in) {
  const auto ids = TRY(tagged_resources(in));
  const auto tags = TRY(read_tags(in.input()));
  if (tags.empty()) return std::unexpected(missing_parameter("Tags"));
  TRY_DO(end_dry_run(in));
  for (const auto& id : ids) TRY_DO(fits_tag_limit(tags_of(in.region, id), tags));
  for (const auto& id : ids)
    edit_tags(in, id, [&](Tags& have) {
      for (const auto& [key, value] : tags) have.insert_or_assign(key, value);
    });
  return Object{};
}

Result<Value> delete_tags(Incoming& in) {
  const auto ids = TRY(tagged_resources(in));
  const auto doomed = read_doomed(in.input());
  TRY_DO(end_dry_run(in));
  for (const auto& id : ids) edit_tags(in, id, [&](Tags& have) { remove_tags(have, doomed); });
  return Object{};
}

Result<Value> describe_tags(Incoming& in) {
  const auto page = TRY(read_page(in.input(), {.operation = "DescribeTags"}));
  const auto filters = TRY(read_filters(in.input()));
  TRY_DO(check_tag_filters(filters));
  TRY_DO(end_dry_run(in));
  auto rows = collect_tags(in, filters);
  Object output;
  cut_page(rows, page, tag_page_key, output);
  Array list;
  for (const auto& row : rows)
    list.push_back(Object{{"Key", row.key},
                          {"ResourceId", row.resource},
                          {"ResourceType", row.type},
                          {"Value", row.value}});
  output["Tags"] = std::move(list);
  return output;
}

}  // namespace hikae::sandbox
