#include "aws/wire/uri_template.h"

#include <algorithm>

#include "aws/wire/percent.h"

namespace hikae::aws::wire {
namespace {

using Segments = std::vector<std::string_view>;

Segments segments_of(std::string_view path) {
  Segments out;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool is_label(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}
bool is_greedy(std::string_view segment) { return is_label(segment) && segment.ends_with("+}"); }

std::string label_name(std::string_view segment) {
  return std::string(segment.substr(1, segment.size() - (is_greedy(segment) ? 3 : 2)));
}

void drop_empty_end(Segments& segments) {
  if (!segments.empty() && segments.back().empty()) segments.pop_back();
}

bool match_one(std::string_view wanted, std::string_view given, UriMatch& match) {
  if (is_label(wanted)) {
    if (given.empty()) return false;
    match.labels.emplace_back(label_name(wanted), decoded(given, Plus::IsPlus));
    return true;
  }
  ++match.literals;
  return wanted == given || wanted == decoded(given, Plus::IsPlus);
}

/// Everything from the first of `given` to the last, slashes between them kept.
std::string_view joined(const Segments& given, std::size_t first, std::size_t count) {
  const auto& last = given[first + count - 1];
  const auto* begin = given[first].data();
  return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
}

std::optional<UriMatch> match_greedy(const Segments& wanted, std::size_t greedy, Segments given) {
  const auto behind = wanted.size() - greedy - 1;
  if (behind > 0) drop_empty_end(given);
  if (given.size() < wanted.size()) return std::nullopt;
  const auto taken = given.size() - wanted.size() + 1;
  UriMatch match;
  for (std::size_t i = 0; i < greedy; ++i)
    if (!match_one(wanted[i], given[i], match)) return std::nullopt;
  const auto text = joined(given, greedy, taken);
  if (text.empty()) return std::nullopt;
  match.labels.emplace_back(label_name(wanted[greedy]), decoded(text, Plus::IsPlus));
  for (std::size_t i = 0; i < behind; ++i)
    if (!match_one(wanted[greedy + 1 + i], given[greedy + taken + i], match)) return std::nullopt;
  return match;
}

bool has_bucket_suffix(std::string_view rest) {
  return rest == "localhost" || rest.starts_with("localhost:") || rest.starts_with("s3.") ||
         rest.starts_with("s3-");
}

}  // namespace

std::string_view constant_query(std::string_view uri) {
  const auto mark = uri.find('?');
  return mark == std::string_view::npos ? std::string_view() : uri.substr(mark + 1);
}

std::optional<UriMatch> match_path(std::string_view uri, std::string_view path) {
  auto wanted = segments_of(uri.substr(0, uri.find('?')));
  auto given = segments_of(path);
  const auto greedy = std::ranges::find_if(wanted, is_greedy);
  if (greedy != wanted.end())
    return match_greedy(wanted, static_cast<std::size_t>(greedy - wanted.begin()),
                        std::move(given));
  drop_empty_end(wanted);
  drop_empty_end(given);
  if (wanted.size() != given.size()) return std::nullopt;
  UriMatch match;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (!match_one(wanted[i], given[i], match)) return std::nullopt;
  return match;
}

std::string fill_uri(std::string_view uri, const AppendLabel& label) {
  std::string out;
  while (!uri.empty()) {
    const auto open = uri.find('{');
    out += uri.substr(0, open);
    if (open == std::string_view::npos) break;
    uri.remove_prefix(open);
    const auto part = uri.substr(0, uri.find('}') + 1);
    label(label_name(part), is_greedy(part), out);
    uri.remove_prefix(part.size());
  }
  return out;
}

std::string s3_path(const HttpRequest& request) {
  const auto path = std::string(request.path());
  const auto* host = find_header(request.headers, "Host");
  if (!host) return path;
  if (host->starts_with("s3.") || host->starts_with("s3-")) return path;
  for (auto dot = host->find('.'); dot != std::string::npos; dot = host->find('.', dot + 1))
    if (dot > 0 && has_bucket_suffix(std::string_view(*host).substr(dot + 1)))
      return "/" + host->substr(0, dot) + (path == "/" ? "" : path);
  return path;
}

}  // namespace hikae::aws::wire
