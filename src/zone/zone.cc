// The only file that knows absl::time.
//
// The problem: a civil time is no instant. 02:30 of 8 March 2026 never comes in New York; 01:30 of
// 1 November comes twice. absl answers both honestly, but it is too friendly with names: asked for
// a zone it does not know it hands out UTC, and "../../etc/passwd" or "Fixed/UTC+01:00:00" are
// names to it. So names pass tzdata's own list first (zone/names.h), and absl is then given the
// absolute path ("file:" is its prefix for that), which also keeps its cache apart for each folder.
#include "zone/zone.h"

#include <absl/time/time.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "base/escape.h"
#include "zone/names.h"

namespace hikae::zone {

struct Zone::Data {
  std::string name;
  absl::TimeZone zone;
};

namespace {

constexpr std::size_t kSuggestions = 3;

WallTime wall_of(absl::Time time) { return wall_ms(absl::ToUnixMillis(time)); }

absl::CivilSecond absl_of(const Civil& civil) {
  return absl::CivilSecond(
      static_cast<int>(civil.date.year()), static_cast<unsigned>(civil.date.month()),
      static_cast<unsigned>(civil.date.day()), civil.hour, civil.minute, civil.second);
}

Civil civil_of(const absl::CivilSecond& cs) {
  return {std::chrono::year{static_cast<int>(cs.year())} /
              std::chrono::month{static_cast<unsigned>(cs.month())} /
              std::chrono::day{static_cast<unsigned>(cs.day())},
          cs.hour(), cs.minute(), cs.second()};
}

std::unexpected<Error> unknown_zone(const Names& names, std::string_view name) {
  const auto close = close_names(names, name, kSuggestions);
  const auto hint = close.empty() ? std::string("write a name like Asia/Tokyo or UTC")
                                  : fmt::format("did you mean {}?", fmt::join(close, ", "));
  return fail(ErrorKind::Invalid, fmt::format("time zone '{}' is not in tzdata {}: {}",
                                              printable(name.substr(0, 64)), names.version, hint));
}

}  // namespace

std::string text(const Civil& civil) {
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(civil.date.year()),
                     static_cast<unsigned>(civil.date.month()),
                     static_cast<unsigned>(civil.date.day()), civil.hour, civil.minute,
                     civil.second);
}

Civil plus_days(const Civil& civil, int days) {
  if (days == 0) return civil;
  Civil out = civil;
  out.date = std::chrono::sys_days{civil.date} + std::chrono::days{days};
  return out;
}

std::string data_folder() {
  const char* folder = std::getenv("TZDIR");
  return folder && *folder ? folder : "/usr/share/zoneinfo";
}

std::string tzdata_version(const std::string& folder) {
  const auto names = names_in(folder);
  return names && !(*names)->version.empty() ? (*names)->version : "unknown";
}

Result<Zone> Zone::load(std::string_view name, const std::string& folder) {
  if (name == "UTC") return utc();
  const auto names = TRY(names_in(folder));
  const auto known = names->all.find(name);
  if (known == names->all.end()) return unknown_zone(*names, name);
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(fmt::format("file:{}/{}", folder, *known), &zone))
    return fail(ErrorKind::Io,
                fmt::format("time zone '{}' is in the list of tzdata {}, but {}/{} cannot be read: "
                            "install the packages tzdata and tzdata-legacy",
                            *known, names->version, folder, *known));
  return Zone(std::make_shared<const Data>(Data{*known, zone}));
}

Zone Zone::utc() {
  static const auto kUtc = std::make_shared<const Data>(Data{"UTC", absl::UTCTimeZone()});
  return Zone(kUtc);
}

const std::string& Zone::name() const { return data_->name; }

Instants Zone::instants_of(const Civil& civil) const {
  const auto info = data_->zone.At(absl_of(civil));
  const auto transition = wall_of(info.trans);
  switch (info.kind) {
    case absl::TimeZone::TimeInfo::UNIQUE: break;
    case absl::TimeZone::TimeInfo::SKIPPED:
      return {CivilKind::Skipped, transition, transition, transition};
    case absl::TimeZone::TimeInfo::REPEATED:
      return {CivilKind::Repeated, wall_of(info.pre), wall_of(info.post), transition};
  }
  return {CivilKind::Unique, wall_of(info.pre), wall_of(info.pre), wall_of(info.pre)};
}

Local Zone::local(WallTime instant) const {
  const auto info = data_->zone.At(absl::FromUnixMillis(unix_ms(instant)));
  return {civil_of(info.cs), info.offset, info.zone_abbr};
}

std::optional<WallTime> Zone::next_change(WallTime after) const {
  absl::TimeZone::CivilTransition change;
  if (!data_->zone.NextTransition(absl::FromUnixMillis(unix_ms(after)), &change))
    return std::nullopt;
  return wall_of(data_->zone.At(change.to).trans);
}

}  // namespace hikae::zone
