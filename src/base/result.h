// Errors that are expected are values. A `Result<T>` is either a T or an `Error`; `TRY` hands the
// error to the caller. Broken invariants go through base/invariant.h and end the process.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hikae {

/// What a caller may branch on. Everything finer stands in `Error::code`.
enum class ErrorKind {
  Invalid,      // the input is wrong: the same request will fail again
  NotFound,     // the thing does not exist (or is not visible yet)
  Conflict,     // the thing exists already, or is in a state that forbids this
  Denied,       // credentials or permissions
  Throttled,    // not executed; may be sent again later
  Unavailable,  // 5xx, reset, connection refused: whether it was executed is unknown
  Timeout,      // no answer in time: whether it was executed is unknown
  Limit,        // one of our own limits (base/limits.h) was passed
  Io,           // disk, database
  Unsupported,  // well-formed, but this place does not do it
};

/// An expected failure.
/// - `code`: the AWS error code verbatim ("InvalidAMIName.Duplicate"), or empty for our own errors.
/// - `message`: what is wrong, where, why, and what to do next; one line, for a person.
struct Error {
  ErrorKind kind = ErrorKind::Invalid;
  std::string code;
  std::string message;

  /// "Code: message", or the message alone where there is no code.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T = void>
using Result = std::expected<T, Error>;

/// An error without an AWS code.
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string message);
/// An error as an AWS API answers it.
[[nodiscard]] std::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message);

[[nodiscard]] std::string_view to_string(ErrorKind kind);
[[nodiscard]] ErrorKind error_kind(std::string_view name);

/// Puts "while …" in front of an error on its way up.
template <class T>
[[nodiscard]] Result<T> in_context(Result<T> result, std::string_view what) {
  if (!result) result.error().message = std::string(what) + ": " + result.error().message;
  return result;
}

}  // namespace hikae

// A name of its own for each, so that a TRY inside a TRY shadows nothing.
#define HIKAE_JOIN_(a, b) a##b
#define HIKAE_JOIN(a, b) HIKAE_JOIN_(a, b)
#define HIKAE_TRY_NAME HIKAE_JOIN(try_result_, __COUNTER__)

/// `auto image = TRY(find_image(id));` returns the error to the caller, or yields the value.
#define TRY(expr) HIKAE_TRY_AS(HIKAE_TRY_NAME, expr)
#define HIKAE_TRY_AS(name, expr)                     \
  __extension__({                                    \
    auto&& name = (expr);                            \
    if (!name) return std::unexpected(name.error()); \
    *std::move(name);                                \
  })

/// The same for a `Result<>` without a value.
#define TRY_DO(expr) HIKAE_TRY_DO_AS(HIKAE_TRY_NAME, expr)
#define HIKAE_TRY_DO_AS(name, expr)                  \
  do {                                               \
    auto&& name = (expr);                            \
    if (!name) return std::unexpected(name.error()); \
  } while (false)
