#include "plane/cloudformation/template_url.h"

#include <algorithm>

#include "aws/errors.h"
#include "base/limits.h"

namespace hikae::plane::cfn {
namespace {

std::unexpected<Error> wrong_url(std::string_view url) {
  return aws::aws_error("ValidationError", "TemplateURL must be a supported URL. ('" + str(url) +
                                               "' names no object of a bucket)");
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = i + 2 < text.size() && text[i] == '%' ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : text[i];
    if (low >= 0) i += 2;
  }
  return out;
}

/// What stands in front of the service's own name in a host; empty: the bucket is in the path.
std::string_view bucket_in_host(std::string_view host) {
  if (host.ends_with(".localhost")) {
    host.remove_suffix(10);
    return host.substr(0, std::min(host.find(".s3"), host.size()));
  }
  for (const std::string_view mark : {".s3.", ".s3-"})
    if (const auto at = host.find(mark); at != std::string_view::npos) return host.substr(0, at);
  return {};
}

}  // namespace

Result<TemplatePlace> template_place(std::string_view url) {
  const auto scheme = url.find("://");
  const auto name = url.substr(0, scheme);
  if (scheme == std::string_view::npos || (name != "http" && name != "https" && name != "s3"))
    return wrong_url(url);
  auto rest = url.substr(scheme + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return wrong_url(url);
  const auto authority = rest.substr(0, slash);
  const auto host = authority.substr(0, authority.find(':'));
  auto path = rest.substr(slash + 1);
  auto bucket = name == "s3" ? authority : bucket_in_host(host);
  if (bucket.empty()) {
    const auto end = path.find('/');
    if (end == std::string_view::npos) return wrong_url(url);
    bucket = path.substr(0, end);
    path = path.substr(end + 1);
  }
  if (bucket.empty() || path.empty()) return wrong_url(url);
  return TemplatePlace{str(bucket), percent_decoded(path)};
}

Result<std::string> template_in_answer(const Result<Value>& answer) {
  if (!answer) return aws::aws_error("ValidationError", "S3 error: " + answer.error().message);
  const auto body = text_at(*answer, "Body");
  if (body.size() > limits::kTemplateBytes)
    return aws::aws_error("ValidationError", "Template may not exceed 1048576 bytes in size.");
  if (body.empty()) return aws::aws_error("ValidationError", "Template file is empty.");
  return str(body);
}

}  // namespace hikae::plane::cfn
