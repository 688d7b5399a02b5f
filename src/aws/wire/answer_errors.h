// Errors in answers, both directions.
#pragma once

#include <optional>
#include <string_view>

#include "aws/wire.h"

namespace hikae::aws::wire {

/// The error that an answer holds; nothing where it is a success. Only answers whose status or body
/// says so are errors.
[[nodiscard]] std::optional<Error> error_in(Dialect dialect, const HttpResponse& response);
/// An answer that is none of the protocol's.
[[nodiscard]] Error unreadable(const HttpResponse& response, std::string_view why);

/// The code that a service of that dialect gives for an error of that kind which has none.
[[nodiscard]] std::string_view usual_code(Dialect dialect, ErrorKind kind);
/// The status that goes with it where the model says nothing.
[[nodiscard]] int usual_status(Dialect dialect, const Error& error);
/// "ParamValidation", "UnknownOperationException" and errors without a code in the service's words.
[[nodiscard]] Error in_words_of(Dialect dialect, Error error);

}  // namespace hikae::aws::wire
