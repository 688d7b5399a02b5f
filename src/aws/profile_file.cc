#include "aws/profile_file.h"

#include <fmt/format.h>

#include <optional>

#include "base/escape.h"
#include "base/value.h"

namespace hikae::aws {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const auto from = text.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kBlank) - from + 1);
}

/// A comment behind a value begins with a blank and '#' or ';'.
std::string_view without_comment(std::string_view value) {
  for (const std::string_view mark : {" #", " ;", "\t#", "\t;"})
    if (const auto at = value.find(mark); at != std::string_view::npos)
      value = trimmed(value.substr(0, at));
  return value;
}

/// The profile that a section names; nothing where it names something else.
std::optional<std::string> profile_of_section(std::string_view inside, ProfileFile kind) {
  inside = trimmed(inside);
  if (kind == ProfileFile::Credentials || inside == "default") return str(inside);
  constexpr std::string_view kWord = "profile";
  if (!inside.starts_with(kWord)) return std::nullopt;
  auto name = inside.substr(kWord.size());
  if (name.empty() || (name.front() != ' ' && name.front() != '\t')) return std::nullopt;
  name = trimmed(name);
  if (name.size() > 1 && name.front() == '"' && name.back() == '"')
    name = name.substr(1, name.size() - 2);
  return str(name);
}

class ProfileReader {
 public:
  ProfileReader(ProfileFile kind, std::string_view file_name, Profiles& profiles)
      : kind_(kind), file_name_(file_name), profiles_(profiles) {}

  Result<> line(std::string_view raw, int number) {
    const auto text = trimmed(raw);
    if (text.empty() || text.front() == '#' || text.front() == ';') return {};
    if (text.front() == '[') return section(text, number);
    // Indented: belongs to the setting above ("s3 =").
    if (raw.front() == ' ' || raw.front() == '\t') return {};
    return setting(text, number);
  }

 private:
  Result<> section(std::string_view text, int number) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) return bad(number, "a section wants a closing bracket");
    const auto name = profile_of_section(text.substr(1, close - 1), kind_);
    profile_ = name ? &profiles_[*name] : &other_;
    return {};
  }

  Result<> setting(std::string_view text, int number) {
    const auto sign = text.find('=');
    if (sign == std::string_view::npos) return bad(number, "write NAME = VALUE or [profile NAME]");
    if (!profile_) return bad(number, "a setting stands before the first section");
    (*profile_)[str(trimmed(text.substr(0, sign)))] =
        str(without_comment(trimmed(text.substr(sign + 1))));
    return {};
  }

  [[nodiscard]] std::unexpected<Error> bad(int number, std::string_view why) const {
    return fail(ErrorKind::Invalid, fmt::format("{}:{}: {}", printable(file_name_), number, why));
  }

  ProfileFile kind_;
  std::string_view file_name_;
  Profiles& profiles_;
  Profile other_;
  Profile* profile_ = nullptr;
};

}  // namespace

Result<> read_profiles(std::string_view text, ProfileFile kind, std::string_view file_name,
                       Profiles& profiles) {
  ProfileReader reader(kind, file_name, profiles);
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    TRY_DO(reader.line(text.substr(0, end), number));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

}  // namespace hikae::aws
