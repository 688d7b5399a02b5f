#include "base/result.h"

#include <array>

namespace hikae {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 10> kKindNames{{
    {ErrorKind::Invalid, "invalid"},
    {ErrorKind::NotFound, "not-found"},
    {ErrorKind::Conflict, "conflict"},
    {ErrorKind::Denied, "denied"},
    {ErrorKind::Throttled, "throttled"},
    {ErrorKind::Unavailable, "unavailable"},
    {ErrorKind::Timeout, "timeout"},
    {ErrorKind::Limit, "limit"},
    {ErrorKind::Io, "io"},
    {ErrorKind::Unsupported, "unsupported"},
}};

}  // namespace

std::string Error::text() const { return code.empty() ? message : code + ": " + message; }

std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, {}, std::move(message)});
}

std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message) {
  return std::unexpected(Error{kind, std::move(code), std::move(message)});
}

std::string_view to_string(ErrorKind kind) {
  for (const auto& [known, name] : kKindNames)
    if (known == kind) return name;
  return "invalid";
}

ErrorKind error_kind(std::string_view name) {
  for (const auto& [kind, known] : kKindNames)
    if (known == name) return kind;
  return ErrorKind::Invalid;
}

}  // namespace hikae
