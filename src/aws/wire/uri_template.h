// The URIs of rest-json and rest-xml: "/{Bucket}/{Key+}?tagging". Labels are whole segments; one of
// them may be greedy, and something may follow it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http.h"

namespace hikae::aws::wire {

struct UriMatch {
  std::vector<std::pair<std::string, std::string>> labels;  // decoded
  int literals = 0;                                         // segments that are written out
};

/// `path` is undecoded. A slash at the end is as good as none, unless a greedy label takes it.
[[nodiscard]] std::optional<UriMatch> match_path(std::string_view uri, std::string_view path);

/// The part behind the '?' of the template: "list-type=2".
[[nodiscard]] std::string_view constant_query(std::string_view uri);

/// The template with every label replaced by what `label` appends for it (encoded by the caller).
using AppendLabel = std::function<void(std::string_view name, bool greedy, std::string& out)>;
[[nodiscard]] std::string fill_uri(std::string_view uri, const AppendLabel& label);

/// The path under which S3 finds a bucket that stands in the Host header
/// ("bucket.s3.amazonaws.com", "bucket.localhost:4780"); otherwise the request's own path.
[[nodiscard]] std::string s3_path(const HttpRequest& request);

}  // namespace hikae::aws::wire
