#include "upkeep/images.h"

#include <algorithm>
#include <map>
#include <memory>

#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr int kPageSize = 500;
constexpr std::size_t kSnapshotsAsked = 200;  // EC2: at most 200 values in a filter

bool is_id_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

std::string_view leading_id(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_id_char);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::vector<std::string> snapshots_of(const Value& entry) {
  std::vector<std::string> ids;
  for (const auto& device : list_at(entry, "BlockDeviceMappings"))
    if (const auto* ebs = find(device, "Ebs"))
      if (const auto id = text_at(*ebs, "SnapshotId"); !id.empty()) ids.emplace_back(id);
  return ids;
}

std::string protection_of(const Value& entry) {
  if (is_held(entry)) return "it is on hold (tag " + str(kHoldTag) + ")";
  if (text_at(entry, "DeregistrationProtection").starts_with("enabled"))
    return "it is protected from deregistration";
  if (is_true_at(entry, "Public")) return "it is public";
  return {};
}

bool is_ours(const Value& entry, const Scope& scope) {
  const auto owner = text_at(entry, "OwnerId");
  const bool own_account = owner.empty() || scope.account.empty() || owner == scope.account;
  return own_account && tag_of(entry, kAutoBackupTag) == kAutoBackupValue;
}

Object images_input(Array filters) {
  return Object{{"Owners", Array{"self"}},
                {"IncludeDisabled", true},
                {"Filters", std::move(filters)},
                {"MaxResults", kPageSize}};
}

/// Lists images, then asks for the snapshots of those whose source EC2 did not tell.
class ImageSearch : public std::enable_shared_from_this<ImageSearch> {
 public:
  using Found = std::move_only_function<void(Result<std::vector<FoundImage>>)>;
  ImageSearch(const Context& context, Found done) : context_(context), done_(std::move(done)) {}

  void start(Array filters) {
    filters.push_back(exact_filter("tag:" + str(kAutoBackupTag), {str(kAutoBackupValue)}));
    list_all(context_, "ec2", "DescribeImages", images_input(std::move(filters)), "Images",
             [self = shared_from_this()](Result<Array> images) { self->got(std::move(images)); });
  }

 private:
  void got(Result<Array> images) {
    if (!images) return done_(std::unexpected(std::move(images.error())));
    for (const auto& entry : *images) {
      found_.push_back(read_image(entry, context_.scope));
      if (found_.back().image.source.empty())
        for (const auto& id : found_.back().snapshots) unknown_.push_back(id);
    }
    ask_snapshots();
  }

  void ask_snapshots() {
    if (unknown_.empty()) return finish();
    std::vector<std::string> some;
    while (!unknown_.empty() && some.size() < kSnapshotsAsked) {
      some.push_back(std::move(unknown_.back()));
      unknown_.pop_back();
    }
    list_all(
        context_, "ec2", "DescribeSnapshots",
        Object{{"OwnerIds", Array{"self"}}, {"Filters", Array{exact_filter("snapshot-id", some)}}},
        "Snapshots", [self = shared_from_this()](Result<Array> snapshots) {
          self->got_snapshots(std::move(snapshots));
        });
  }

  void got_snapshots(Result<Array> snapshots) {
    if (!snapshots) return done_(std::unexpected(std::move(snapshots.error())));
    for (const auto& snapshot : *snapshots)
      origins_[str(text_at(snapshot, "SnapshotId"))] = origin_of(text_at(snapshot, "Description"));
    ask_snapshots();
  }

  void finish() {
    for (auto& found : found_)
      if (found.image.source.empty()) found.image.source = InstanceId(source_told(found));
    done_(std::move(found_));
  }

  [[nodiscard]] std::string source_told(const FoundImage& found) const {
    for (const auto& id : found.snapshots) {
      const auto it = origins_.find(id);
      if (it != origins_.end() && it->second.image == found.image.id.text())
        return it->second.instance;
    }
    return found.source_tag;
  }

  Context context_;
  Found done_;
  std::vector<FoundImage> found_;
  std::vector<std::string> unknown_;  // snapshots whose description is to be read
  std::map<std::string, SnapshotOrigin> origins_;
};

std::vector<std::string> used_by(const Array& images, const std::string& except,
                                 const std::vector<std::string>& asked) {
  std::vector<std::string> used;
  for (const auto& entry : images) {
    if (text_at(entry, "ImageId") == except || text_at(entry, "State") == "deregistered") continue;
    for (auto& id : snapshots_of(entry))
      if (std::ranges::find(asked, id) != asked.end()) used.push_back(std::move(id));
  }
  std::ranges::sort(used);
  used.erase(std::unique(used.begin(), used.end()), used.end());
  return used;
}

}  // namespace

SnapshotOrigin origin_of(std::string_view description) {
  constexpr std::string_view kBegin = "Created by CreateImage(";
  constexpr std::string_view kMiddle = ") for ";
  if (!description.starts_with(kBegin)) return {};
  const auto rest = description.substr(kBegin.size());
  const auto instance = leading_id(rest);
  if (!instance.starts_with("i-") || !rest.substr(instance.size()).starts_with(kMiddle)) return {};
  const auto image = leading_id(rest.substr(instance.size() + kMiddle.size()));
  if (!image.starts_with("ami-")) return {};
  return {str(instance), str(image)};
}

FoundImage read_image(const Value& entry, const Scope& scope) {
  FoundImage found;
  found.image.id = ImageId(text_at(entry, "ImageId"));
  found.image.name = text_at(entry, "Name");
  found.image.state = text_at(entry, "State");
  found.image.source = InstanceId(text_at(entry, "SourceInstanceId"));
  found.image.ours = is_ours(entry, scope) ? retention::Ours::Yes : retention::Ours::No;
  found.image.protection = protection_of(entry);
  found.created_text = text_at(entry, "CreationDate");
  found.name_tag = tag_of(entry, kNameTag).value_or("");
  found.source_tag = tag_of(entry, kSourceInstanceTag).value_or("");
  found.snapshots = snapshots_of(entry);
  if (tag_of(entry, kConsistencyTag) == kConsistencyUnknown)
    found.image.doubt = "its snapshots did not begin in time";
  // Without a date it has no place in the ranking, so it is left alone.
  if (const auto created = parse_iso(found.created_text))
    found.image.created = *created;
  else
    found.image.ours = retention::Ours::No;
  return found;
}

void find_images(const Context& context, Array filters,
                 std::move_only_function<void(Result<std::vector<FoundImage>>)> done) {
  std::make_shared<ImageSearch>(context, std::move(done))->start(std::move(filters));
}

void find_used_snapshots(const Context& context, const std::vector<std::string>& snapshots,
                         std::string except,
                         std::move_only_function<void(Result<std::vector<std::string>>)> done) {
  list_all(context, "ec2", "DescribeImages",
           images_input(Array{exact_filter("block-device-mapping.snapshot-id", snapshots)}),
           "Images",
           [done = std::move(done), except = std::move(except),
            snapshots](Result<Array> images) mutable {
             if (!images) return done(std::unexpected(std::move(images.error())));
             done(used_by(*images, except, snapshots));
           });
}

}  // namespace hikae::upkeep
