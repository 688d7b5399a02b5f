#include "zone/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>

namespace hikae::zone {
namespace {

constexpr std::size_t kNameBytes = 64;

/// Letters, digits and `_ + -` in parts between slashes: nothing that could walk through folders.
bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytes || name.front() == '/' || name.back() == '/')
    return false;
  return name.find("//") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '+' || c == '-' || c == '/';
         });
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

/// "Factory" means that nobody has set the zone: it is no zone to schedule by.
void add_name(Names& names, std::string_view name) {
  if (is_plain_name(name) && name != "Factory") names.all.emplace(name);
}

/// `Z NAME …` is a zone, `L TARGET NAME` a link, `# version 2026f` the release.
void read_zi_line(Names& names, std::string_view line) {
  const auto words = words_of(line);
  if (words.size() >= 3 && words[0] == "#" && words[1] == "version") names.version = words[2];
  if (words.size() >= 3 && words[0] == "Z") add_name(names, words[1]);
  if (words.size() == 3 && words[0] == "L") add_name(names, words[2]);
}

/// zone1970.tab: the third column is a name; `backward`: `Link TARGET NAME`.
void read_table_line(Names& names, std::string_view line) {
  if (line.starts_with('#')) return;
  const auto words = words_of(line);
  if (words.size() >= 3) add_name(names, words[2]);
}

bool read_lines(const std::string& path, Names& names, void (*take)(Names&, std::string_view)) {
  std::ifstream file(path);
  if (!file) return false;
  for (std::string line; std::getline(file, line);) take(names, line);
  return true;
}

Result<std::shared_ptr<const Names>> read_names(const std::string& folder) {
  auto names = std::make_shared<Names>();
  bool found = read_lines(folder + "/tzdata.zi", *names, read_zi_line);
  if (!found) {
    for (const char* table : {"/zone1970.tab", "/zone.tab", "/backward"})
      found = read_lines(folder + table, *names, read_table_line) || found;
  }
  if (!found || names->all.empty())
    return fail(ErrorKind::Io, fmt::format("no list of time zones in {} (looked for tzdata.zi and "
                                           "zone1970.tab): install the package tzdata",
                                           folder));
  names->all.insert("UTC");
  return names;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == ' ' ? '_' : lower(c);
  return out;
}

std::string_view city_of(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto kept = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({kept, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// Lower is closer; nothing where the two have nothing in common.
std::optional<std::size_t> closeness(std::string_view name, std::string_view wanted) {
  const auto whole = edit_distance(name, wanted);
  const auto city = edit_distance(city_of(name), city_of(wanted));
  const auto best = std::min(whole, city + 1);
  const auto bound = std::max<std::size_t>(2, city_of(wanted).size() / 3);
  if (best > bound) return std::nullopt;
  return best;
}

}  // namespace

Result<std::shared_ptr<const Names>> names_in(const std::string& folder) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const Names>> known;
  const std::scoped_lock lock(mutex);
  if (const auto at = known.find(folder); at != known.end()) return at->second;
  auto names = TRY(read_names(folder));
  known.emplace(folder, names);
  return names;
}

std::vector<std::string> close_names(const Names& names, std::string_view wanted,
                                     std::size_t count) {
  const auto key = folded(wanted.substr(0, kNameBytes));
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const auto& name : names.all)
    if (const auto distance = closeness(folded(name), key)) ranked.emplace_back(*distance, name);
  std::ranges::stable_sort(ranked, {}, [](const auto& entry) { return entry.first; });
  std::vector<std::string> out;
  for (const auto& [distance, name] : ranked)
    if (out.size() < count) out.push_back(name);
  return out;
}

}  // namespace hikae::zone
