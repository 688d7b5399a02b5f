#include "upkeep/ours.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "base/seeded_bugs.h"
#include "upkeep/calls.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kRunIdMax = 64;
constexpr std::size_t kShownBytes = 60;

/// A run's id: digits, letters, hyphens.
bool is_run_id(std::string_view text) {
  return !text.empty() && text.size() <= kRunIdMax && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

std::string shown(std::string_view text) {
  return printable(text.substr(0, kShownBytes)) + (text.size() > kShownBytes ? "…" : "");
}

bool bears_marks(const Value& resource) {
  return tag_of(resource, kRunTag) || tag_of(resource, kSourceInstanceTag);
}

// Images from before the tag bear none: they are whose all the other marks say.
std::string why_of_another_installation(const Value& resource, const Owner& owner) {
  const auto installation = tag_of(resource, kInstallationTag).value_or("");
  if (installation.empty() || installation == owner.installation) return {};
  return fmt::format("another hikae made it ({} is {})", kInstallationTag, shown(installation));
}

/// By the tags that hikae-backup writes in the same call as the image.
std::string why_not_born_ours(const Value& resource, const Owner& owner, std::string_view source) {
  if (!is_run_id(tag_of(resource, kRunTag).value_or("")))
    return fmt::format("hikae did not make it (no tag {})", kRunTag);
  const auto tagged = tag_of(resource, kSourceInstanceTag).value_or("");
  if (tagged != source)
    return fmt::format("its tag {} says \"{}\", EC2 says \"{}\"", kSourceInstanceTag, shown(tagged),
                       shown(source));
  return why_of_another_installation(resource, owner);
}

}  // namespace

std::string image_name(std::string_view instance, std::string_view run) {
  return fmt::format("hikae/{}/{}", instance, run);
}

std::string why_not_ours(const Value& image, const Owner& owner, const Scope& scope,
                         std::string_view source) {
  const auto account = text_at(image, "OwnerId");
  if (!account.empty() && !scope.account.empty() && account != scope.account)
    return "it belongs to the account " + shown(account);
  if (tag_of(image, kAutoBackupTag) != kAutoBackupValue)
    return fmt::format("it has no tag {}={}", kAutoBackupTag, kAutoBackupValue);
  if (owner.maker == Maker::Article)
    return bears_marks(image) ? "hikae-backup made it, not the article's document" : "";
  if (SeededBugs::has(SeededBug::ForeignCountsAsOurs)) return {};
  if (source.empty()) return "EC2 does not say of which instance it was made";
  if (auto why = why_not_born_ours(image, owner, source); !why.empty()) return why;
  const auto name = image_name(source, *tag_of(image, kRunTag));
  if (text_at(image, "Name") != name)
    return fmt::format("its name is not {}, which hikae would have given it", shown(name));
  return {};
}

std::string why_snapshot_not_ours(const Value& snapshot, const Owner& owner,
                                  std::string_view source) {
  if (tag_of(snapshot, kAutoBackupTag) != kAutoBackupValue)
    return fmt::format("it has no tag {}={}", kAutoBackupTag, kAutoBackupValue);
  if (owner.maker == Maker::Article)
    return bears_marks(snapshot) ? "hikae-backup made it, not the article's document" : "";
  return why_not_born_ours(snapshot, owner, source);
}

}  // namespace hikae::upkeep
