// The wire: AWS's five protocols in both directions, from the model table alone. Pure functions: no
// clock, no socket, no state; any thread.
//
// A client writes requests and reads answers; a server finds the operation, reads the request,
// writes the answer or the error. Both use the same value: an object with the operation's members
// under the model's names.
//
// Inside a value
// - a timestamp is ISO-8601 text with milliseconds ("2026-01-01T18:30:00.000Z");
// - a blob is what stands on the wire: base64 text where it is a member among others (SNS's
//   BinaryValue, Lambda's ZipFile), the bytes themselves where it is the whole body (Lambda's
//   Payload, S3's Body);
// - whole numbers are kept to 64 bits; "NaN", "Infinity" and "-Infinity" are text, since JSON has
// no
//   such numbers;
// - a `jsonvalue` in a header is the JSON it holds; a document type is any value.
// A member that is null counts as absent.
//
// Source: docs/reference/stack.md 5; what cannot travel is in docs/differences.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/model.h"
#include "base/http.h"
#include "base/result.h"
#include "base/value.h"

namespace hikae::aws {

/// How requests, answers and errors are written.
enum class Dialect {
  Ec2,
  Query,
  Json10,
  Json11,
  QueryAsJson,  // a query service that newer clients speak to in JSON 1.0 (SQS)
  RestJson,
  RestXml,
  S3,  // rest-xml, its errors without a frame
};

// The client's side.

/// The request as its service's protocol writes it, to be signed and sent. `target` holds path and
/// query; S3's buckets stand in the path. Idempotency tokens are the caller's to fill in.
/// Errors: `Invalid`, "ParamValidation", where the input does not fit the model, a blob is no
/// base64, or a header or path cannot hold a value; `Unsupported` for event streams.
[[nodiscard]] Result<HttpRequest> write_request(const Operation& operation, const Value& input);

/// What the model puts in front of the host's name ("data-", "123456789012."); mostly empty.
/// Errors: `Invalid` where a member is missing or no part of a host's name.
[[nodiscard]] Result<std::string> host_prefix(const Operation& operation, const Value& input);

/// The output as an object, or the error that the service answered: AWS's code verbatim, its
/// message, the kind by aws/errors.h. An answer that is none of the protocol's (a proxy's page, a
/// body cut off) is `Unavailable` with an empty code: nobody knows whether the call was executed.
/// Members that are newer than the model are kept where the protocol is JSON, dropped in XML.
[[nodiscard]] Result<Value> read_response(const Operation& operation, const HttpResponse& response);

// The server's side.

struct Found {
  Operation operation;
  Dialect dialect = Dialect::Json11;
};

/// Which operation a request means. `signing_service` is the one of its signature's scope ("s3",
/// "ec2"), or empty where nobody signed: then any service whose form fits.
/// Errors: `Unsupported`, with the code that the service itself would give ("InvalidAction",
/// "UnknownOperationException"); `Invalid`, "MissingAction".
[[nodiscard]] Result<Found> find_operation(const HttpRequest& request,
                                           std::string_view signing_service);

/// The dialect in which to refuse a request whose operation is not known (yet).
[[nodiscard]] Dialect dialect_of(const HttpRequest& request, std::string_view signing_service);

struct ReadInput {
  Value input;
  /// What the request holds and the model does not know: to be ignored, and logged once.
  std::vector<std::string> ignored;
};

/// The input, checked as the service checks it: types, required members, least lengths and values.
/// A body in S3's own chunks has been joined before (aws/aws_chunked.h).
/// Errors: `Invalid`, in the service's own code and words ("SerializationException",
/// "ValidationException", "MissingParameter"); `Limit` where it is too large, too deep or too many.
[[nodiscard]] Result<ReadInput> read_request(const Found& found, const HttpRequest& request);

/// Never fails: what does not fit the model is written as it is (JSON) or left out (XML).
[[nodiscard]] HttpResponse write_response(const Found& found, const Value& output,
                                          std::string_view request_id);

/// The status is the model's where it knows the code, else by kind; 5xx only where a client shall
/// send the request again. "ParamValidation" and our own errors (no code) get the code that the
/// service would give.
[[nodiscard]] HttpResponse write_error(const Found& found, const Error& error,
                                       std::string_view request_id);
/// The same where the operation is not known.
[[nodiscard]] HttpResponse write_error(Dialect dialect, const Error& error,
                                       std::string_view request_id);

}  // namespace hikae::aws
