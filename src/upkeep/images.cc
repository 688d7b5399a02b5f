#include "upkeep/images.h"

#include <fmt/format.h>

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

std::vector<std::string> snapshot_ids(const Value& entry) {
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

std::string doubt_of_tag(const Value& entry) {
  const auto consistency = tag_of(entry, kConsistencyTag);
  return consistency == kConsistencyUnknown ? "its snapshots did not begin in time" : "";
}

Object images_input(Array filters) {
  return Object{{"Owners", Array{"self"}},
                {"IncludeDisabled", true},
                {"Filters", std::move(filters)},
                {"MaxResults", kPageSize}};
}

/// Lists images, then asks for all their snapshots: what EC2 says there decides of which instance
/// an image is, whether it is whole, and what goes with it.
class ImageSearch : public std::enable_shared_from_this<ImageSearch> {
 public:
  using Found = std::move_only_function<void(Result<std::vector<FoundImage>>)>;
  ImageSearch(const Context& context, Owner owner, Found done)
      : context_(context), owner_(std::move(owner)), done_(std::move(done)) {}

  void start(Array filters) {
    filters.push_back(exact_filter("tag:" + str(kAutoBackupTag), {str(kAutoBackupValue)}));
    list_all(context_, "ec2", "DescribeImages", images_input(std::move(filters)), "Images",
             [self = shared_from_this()](Result<Array> images) { self->got(std::move(images)); });
  }

 private:
  void got(Result<Array> images) {
    if (!images) return done_(std::unexpected(std::move(images.error())));
    entries_ = std::move(*images);
    for (const auto& entry : entries_)
      for (auto& id : snapshot_ids(entry)) wanted_.push_back(std::move(id));
    ask_snapshots();
  }

  void ask_snapshots() {
    if (wanted_.empty()) return finish();
    std::vector<std::string> some;
    while (!wanted_.empty() && some.size() < kSnapshotsAsked) {
      some.push_back(std::move(wanted_.back()));
      wanted_.pop_back();
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
    for (auto& snapshot : *snapshots)
      snapshots_[str(text_at(snapshot, "SnapshotId"))] = std::move(snapshot);
    ask_snapshots();
  }

  void finish() {
    std::vector<FoundImage> found;
    found.reserve(entries_.size());
    for (const auto& entry : entries_) found.push_back(read(entry));
    done_(std::move(found));
  }

  [[nodiscard]] FoundImage read(const Value& entry) const {
    FoundImage found;
    auto& image = found.image;
    image.id = ImageId(text_at(entry, "ImageId"));
    image.name = text_at(entry, "Name");
    image.state = text_at(entry, "State");
    image.source = InstanceId(source_of(entry));
    image.not_ours = why_not_ours(entry, owner_, context_.scope, image.source.text());
    image.protection = protection_of(entry);
    image.doubt = doubt_of_tag(entry);
    found.created_text = text_at(entry, "CreationDate");
    found.name_tag = tag_of(entry, kNameTag).value_or("");
    found.plan = tag_of(entry, kPlanTag).value_or("");
    // Without a date it has no place in the ranking, so it is left alone.
    const auto created = parse_iso(found.created_text);
    if (created) image.created = *created;
    if (!created && image.not_ours.empty()) image.not_ours = "EC2 does not say when it was made";
    image.ours = image.not_ours.empty() ? retention::Ours::Yes : retention::Ours::No;
    for (const auto& id : snapshot_ids(entry)) add_snapshot(id, found);
    return found;
  }

  [[nodiscard]] std::string source_of(const Value& entry) const {
    if (const auto told = text_at(entry, "SourceInstanceId"); !told.empty()) return str(told);
    for (const auto& id : snapshot_ids(entry)) {
      const auto it = snapshots_.find(id);
      if (it == snapshots_.end()) continue;
      auto origin = origin_of(text_at(it->second, "Description"));
      if (origin.image == text_at(entry, "ImageId")) return std::move(origin.instance);
    }
    return {};
  }

  void add_snapshot(const std::string& id, FoundImage& found) const {
    auto& doubt = found.image.doubt;
    const auto it = snapshots_.find(id);
    if (it == snapshots_.end()) {
      if (doubt.empty()) doubt = fmt::format("its snapshot {} is not there", id);
      return found.snapshots.push_back({id, "EC2 does not list it"});
    }
    const auto state = text_at(it->second, "State");
    if (doubt.empty() && state != "completed")
      doubt = fmt::format("its snapshot {} is {}", id, state.empty() ? "of unknown state" : state);
    found.snapshots.push_back({id, why_it_stays(it->second, found.image)});
  }

  [[nodiscard]] std::string why_it_stays(const Value& snapshot, const retention::Image& of) const {
    if (is_held(snapshot)) return "it is on hold (tag " + str(kHoldTag) + ")";
    const auto origin = origin_of(text_at(snapshot, "Description"));
    const bool born_with_it = origin.image == of.id.text() && origin.instance == of.source.text();
    if (!born_with_it || text_at(snapshot, "VolumeId") == kVolumeOfCopies)
      return "it was not made for this image";
    // The article's document tags its snapshots later, or not at all (P16, P22).
    if (owner_.maker == Maker::Article) return {};
    return why_snapshot_not_ours(snapshot, owner_, of.source.text());
  }

  Context context_;
  Owner owner_;
  Found done_;
  Array entries_;
  std::vector<std::string> wanted_;  // snapshots that are still to be asked for
  std::map<std::string, Value> snapshots_;
};

std::vector<std::string> used_by(const Array& images, const std::string& except,
                                 const std::vector<std::string>& asked) {
  std::vector<std::string> used;
  for (const auto& entry : images) {
    if (text_at(entry, "ImageId") == except || text_at(entry, "State") == "deregistered") continue;
    for (auto& id : snapshot_ids(entry))
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

void find_images(const Context& context, const Owner& owner, Array filters,
                 std::move_only_function<void(Result<std::vector<FoundImage>>)> done) {
  std::make_shared<ImageSearch>(context, owner, std::move(done))->start(std::move(filters));
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
