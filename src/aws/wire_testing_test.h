// Small words for the tests of the wire.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "aws/wire.h"
#include "text/json.h"

namespace hikae::aws::wire_tests {

inline Operation op(std::string_view service, std::string_view name) {
  auto found = Model::get().find(service, name);
  EXPECT_TRUE(found.has_value()) << service << ":" << name;
  return found.value_or(Operation{});
}

inline Value json(std::string_view text) {
  auto value = text::parse_json(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value.value_or(Value{});
}

inline HttpRequest form(std::string body) {
  return {"POST", "/", {{"Content-Type", "application/x-www-form-urlencoded"}}, std::move(body)};
}

inline HttpRequest targeted(std::string target, std::string body,
                            std::string type = "application/x-amz-json-1.1") {
  return {"POST",
          "/",
          {{"X-Amz-Target", std::move(target)}, {"Content-Type", std::move(type)}},
          std::move(body)};
}

inline HttpRequest plain(std::string method, std::string target, std::string body = "",
                         HttpHeaders headers = {}) {
  return {std::move(method), std::move(target), std::move(headers), std::move(body)};
}

/// What the client writes; the body alone.
inline std::string body_for(std::string_view service, std::string_view name,
                            std::string_view input) {
  const auto request = write_request(op(service, name), json(input));
  return request ? request->body : request.error().text();
}

/// What a server reads of it, as JSON; or the error.
inline std::string read_as(const HttpRequest& request, std::string_view signing_service) {
  const auto found = find_operation(request, signing_service);
  if (!found) return found.error().text();
  const auto read = read_request(*found, request);
  return read ? text::to_json(read->input) : read.error().text();
}

inline std::string found_as(const HttpRequest& request, std::string_view signing_service) {
  const auto found = find_operation(request, signing_service);
  if (!found) return found.error().code;
  return str(found->operation.service()) + ":" + str(found->operation.name());
}

/// What a client reads of an answer; or the error.
inline std::string answer_as(std::string_view service, std::string_view name,
                             const HttpResponse& response) {
  const auto read = read_response(op(service, name), response);
  return read ? text::to_json(*read) : read.error().text();
}

inline Found spoken(std::string_view service, std::string_view name, Dialect dialect) {
  return {op(service, name), dialect};
}

}  // namespace hikae::aws::wire_tests
