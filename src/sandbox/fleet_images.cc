#include "sandbox/fleet_images.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/limits.h"
#include "sandbox/public_images.h"

namespace hikae::sandbox {
namespace {

constexpr std::array<std::string_view, 14> kFleetImageKeys{
    "name",  "id",     "age",         "every",     "count", "state",         "description",
    "owner", "public", "shared_with", "protected", "tags",  "snapshot_tags", "snapshots"};
constexpr std::array<std::string_view, 3> kImageStateWords{"pending", "available", "failed"};
constexpr Duration kOldest = hours(24 * 365 * 20);
constexpr std::int64_t kImagesPerItem = 10'000;

/// Texts may speak of what they belong to: {instance}, {name}, {image}, {stamp}, {created}, {n}.
struct Words {
  std::string instance{}, name{}, image{}, stamp{}, created{}, n{};
};

std::string fill_in(std::string text, const Words& words) {
  const std::array<std::pair<std::string_view, const std::string*>, 6> all{
      {{"{instance}", &words.instance},
       {"{name}", &words.name},
       {"{image}", &words.image},
       {"{stamp}", &words.stamp},
       {"{created}", &words.created},
       {"{n}", &words.n}}};
  for (const auto& [word, value] : all)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      text.replace(at, word.size(), *value);
      at += value->size();
    }
  return text;
}

/// "2026-01-01_18.30.00": what a name may hold.
std::string stamp_of(WallTime created) {
  auto stamp = iso(created);
  stamp.resize(19);
  std::ranges::replace(stamp, 'T', '_');
  std::ranges::replace(stamp, ':', '.');
  return stamp;
}

Words words_for(const Instance* machine, const Image& image, std::int64_t n) {
  Words words{.image = image.id,
              .stamp = stamp_of(image.created),
              .created = iso(image.created),
              .n = fmt::format("{}", n)};
  if (!machine) return words;
  words.instance = machine->id;
  const auto name = machine->tags.find("Name");
  if (name != machine->tags.end()) words.name = name->second;
  return words;
}

Tags fill_in_tags(Tags tags, const Words& words) {
  for (auto& [key, value] : tags) value = fill_in(value, words);
  return tags;
}

}  // namespace

Result<> ImageReader::read(const Described& from, const Instance* machine) {
  TRY_DO(from.only(kFleetImageKeys));
  const auto count = TRY(from.whole("count", 1));
  if (count < 1 || count > kImagesPerItem ||
      draft_.images.size() + static_cast<std::size_t>(count) > limits::kFleetImages)
    return from.wrong("count", fmt::format("is {}; write 1 to {} (all together at most {})", count,
                                           kImagesPerItem, limits::kFleetImages));
  if (count > 1 && from.has("id"))
    return from.wrong("id", "cannot stand with a count above 1; leave it out");
  for (std::int64_t n = 1; n <= count; ++n) TRY_DO(read_one(from, machine, n));
  return {};
}

Result<> ImageReader::read_one(const Described& from, const Instance* machine, std::int64_t n) {
  Image image;
  image.id = TRY(from.text("id"));
  if (image.id.empty()) image.id = new_image_id(world_, *world_.find_region(scope_));
  if (!is_well_formed(image.id, kImageIds))
    return from.wrong("id", fmt::format("\"{}\" is no image id; write ami- and 17 (or 8) hex "
                                        "digits, or leave it out",
                                        image.id));
  const auto age = TRY(from.duration("age", kOldest));
  const auto every = from.has("every") ? TRY(from.duration("every", kOldest)) : hours(24);
  image.created = world_.now() - age - every * (n - 1);
  if (machine) image.source_instance = machine->id;
  TRY_DO(read_facts(from, image));
  TRY_DO(read_texts(from, machine, n, image));
  add_disks(machine, image);
  if (TRY(from.flag("snapshots", true))) add_snapshots(image);
  draft_.images.push_back(std::move(image));
  return {};
}

Result<> ImageReader::read_facts(const Described& from, Image& image) {
  const auto state = TRY(from.word("state", kImageStateWords, "available"));
  image.state = static_cast<ImageState>(std::ranges::find(kImageStateWords, state) -
                                        kImageStateWords.begin());
  if (image.state == ImageState::Failed) {
    image.reason_code = "Server.InternalError";
    image.reason_message = "Server.InternalError: an internal error ended the image's creation";
  }
  image.owner = TRY(from.text("owner"));
  if (image.owner.empty() || image.owner == "self") image.owner = scope_.account;
  image.is_public = TRY(from.flag("public", false));
  image.guarded = TRY(from.flag("protected", false));
  for (const auto& account : TRY(from.text_or_list("shared_with")))
    image.shared_with.insert(account);
  return {};
}

Result<> ImageReader::read_texts(const Described& from, const Instance* machine, std::int64_t n,
                                 Image& image) {
  const auto words = words_for(machine, image, n);
  image.name = TRY(from.text("name"));
  if (image.name.empty()) image.name = machine ? "{instance}-{stamp}" : "{image}-{stamp}";
  image.name = fill_in(image.name, words);
  image.description = fill_in(TRY(from.text("description")), words);
  image.tags = fill_in_tags(TRY(from.tags("tags")), words);
  const auto* snapshot_tags = from.has("snapshot_tags") ? "snapshot_tags" : "tags";
  image.snapshot_tags = fill_in_tags(TRY(from.tags(snapshot_tags)), words);
  if (image.tags.size() <= limits::kTagsPerResource) return {};
  return from.wrong("tags", fmt::format("has {} tags; EC2 allows {}", image.tags.size(),
                                        limits::kTagsPerResource));
}

void ImageReader::add_disks(const Instance* machine, Image& image) {
  if (!machine) {
    image.mappings.push_back(
        {.device = "/dev/xvda", .volume = world_.new_id("vol-"), .type = "gp3"});
    return;
  }
  image.platform = machine->platform;
  for (const auto& disk : machine->volumes) {
    // From the back: the machine's own disks are the last ones of the draft.
    const auto volume =
        std::ranges::find(draft_.volumes.rbegin(), draft_.volumes.rend(), disk.volume, &Volume::id);
    image.mappings.push_back({.device = disk.device,
                              .volume = disk.volume,
                              .size_gib = volume->size_gib,
                              .type = volume->type,
                              .delete_on_termination = disk.delete_on_termination,
                              .encrypted = volume->encrypted});
  }
}

void ImageReader::add_snapshots(Image& image) {
  for (auto& mapping : image.mappings) {
    mapping.snapshot = world_.new_id("snap-");
    const bool is_done = image.state == ImageState::Available;
    draft_.snapshots.push_back(
        {.id = mapping.snapshot,
         .owner = image.owner,
         .description =
             fmt::format("Created by CreateImage({}) for {}", image.source_instance, image.id),
         .volume = mapping.volume,
         .size_gib = mapping.size_gib,
         .image = image.id,
         .instance = image.source_instance,
         .started = image.created + seconds(3),
         .completes = image.created + minutes(3),
         .state = is_done ? SnapshotState::Completed : SnapshotState::Pending,
         .encrypted = mapping.encrypted,
         .is_public = image.is_public,
         .tags = image.snapshot_tags});
  }
}

}  // namespace hikae::sandbox
