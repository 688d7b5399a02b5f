#include <fmt/format.h>

#include "aws/errors.h"
#include "aws/wire/answer_errors.h"
#include "aws/wire/json_body.h"
#include "aws/wire/limits.h"
#include "aws/wire/xml_text.h"
#include "base/escape.h"

namespace hikae::aws::wire {
namespace {

constexpr int kFirstErrorStatus = 300;

/// What an answer says of itself; both may be missing.
struct Said {
  std::string code, message;
};

std::string_view begin_of(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : body.substr(first);
}

bool is_page(const HttpResponse& response) {
  const auto* type = find_header(response.headers, "Content-Type");
  const auto begin = begin_of(response.body);
  const auto starts = [&](std::string_view tag) {
    if (begin.size() < tag.size()) return false;
    for (std::size_t i = 0; i < tag.size(); ++i)
      if ((begin[i] | 0x20) != (tag[i] | 0x20)) return false;
    return true;
  };
  return starts("<html") || starts("<!doctype html") ||
         (type && type->starts_with("text/html") && !begin.starts_with("<?xml"));
}

// "com.amazonaws.sqs#QueueDoesNotExist", "ValidationException:http://…"
std::string bare_code(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const auto hash = code.rfind('#');
  return str(hash == std::string_view::npos ? code : code.substr(hash + 1));
}

std::string_view first_text(const Value& body, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (const auto text = text_at(body, name); !text.empty()) return text;
  return {};
}

/// "AWS.SimpleQueueService.NonExistentQueue;Sender"
std::string query_error_code(const HttpResponse& response) {
  const auto* header = find_header(response.headers, "x-amzn-query-error");
  return header ? header->substr(0, header->find(';')) : std::string();
}

std::optional<Said> said_in_json(const HttpResponse& response) {
  Reading reading(Side::Response);
  const auto body = parse_json_body(response.body, reading);
  if (!reading.ok() || !body.is_object()) return std::nullopt;
  Said said{query_error_code(response),
            str(first_text(body, {"message", "Message", "errorMessage"}))};
  if (!said.code.empty()) return said;
  const auto* type = find_header(response.headers, "x-amzn-errortype");
  said.code = bare_code(type ? std::string_view(*type)
                             : first_text(body, {"__type", "code", "Code", "error"}));
  return said;
}

std::optional<Said> said_in_xml(const HttpResponse& response) {
  if (begin_of(response.body).empty()) return Said{};
  Reading reading(Side::Response);
  pugi::xml_document document;
  const auto root = parse_xml(response.body, document, reading);
  if (!root) return std::nullopt;
  auto error = root;  // S3's stands alone
  if (const auto errors = child_named(root, "Errors")) error = child_named(errors, "Error");
  if (const auto framed = child_named(root, "Error")) error = framed;
  return Said{xml_text(child_named(error, "Code")), xml_text(child_named(error, "Message"))};
}

bool speaks_json(Dialect dialect) {
  return dialect == Dialect::Json10 || dialect == Dialect::Json11 || dialect == Dialect::RestJson ||
         dialect == Dialect::QueryAsJson;
}

// A HEAD has no body: its status is all there is. The words are those of botocore, which uses the
// status as the code.
Error by_status_alone(int status) {
  const auto code = fmt::format("{}", status);
  return {classify(code, status), code,
          fmt::format("the service answered with status {} and nothing else", status)};
}

// S3 begins some answers before it knows how they end: status 200, and then an error.
bool is_error_in_success(Dialect dialect, const HttpResponse& response) {
  const auto begin = begin_of(response.body);
  if (dialect != Dialect::S3 || !begin.starts_with("<")) return false;
  const auto root =
      begin.starts_with("<?xml") ? begin_of(begin.substr(begin.find('>') + 1)) : begin;
  return root.starts_with("<Error>") && root.find("<Code>") != std::string_view::npos;
}

}  // namespace

Error unreadable(const HttpResponse& response, std::string_view why) {
  return {
      ErrorKind::Unavailable, "",
      fmt::format("an answer with status {} that is none of this service's: {}; it begins \"{}\". "
                  "Look whether a proxy stands in between and whether the endpoint is right",
                  response.status, why,
                  printable(std::string_view(response.body).substr(0, kShownBytes)))};
}

std::optional<Error> error_in(Dialect dialect, const HttpResponse& response) {
  const bool hidden = is_error_in_success(dialect, response);
  if (response.status < kFirstErrorStatus && !hidden) return std::nullopt;
  if (is_page(response)) return unreadable(response, "it is a page for people");
  const auto said = speaks_json(dialect) ? said_in_json(response) : said_in_xml(response);
  if (!said) return unreadable(response, "its body cannot be read");
  if (said->code.empty() && said->message.empty()) return by_status_alone(response.status);
  const auto code = said->code.empty() ? fmt::format("{}", response.status) : said->code;
  return Error{classify(code, hidden ? 500 : response.status), code, said->message};
}

}  // namespace hikae::aws::wire
