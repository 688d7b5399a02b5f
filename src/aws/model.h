// The service models: every operation of every AWS service, compiled at build time from Debian's
// python3-botocore into one flat table (tools/modelc), nothing read at run time. What the wire
// needs beyond this header (locations, paginators, error codes) is aws/table.h, by
// Operation::index().
//
// Read-only and shared by all threads.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::aws {

/// What may be done with a call whose answer never came (docs/reference/reliability.md 3).
enum class RetryClass {
  Read,        // changes nothing: send again
  Idempotent,  // upsert or delete: sending again leads to the same world
  ByToken,     // the model marks an idempotency token: send again with the same token
  ByName,      // the cloud refuses a second one of the same name: look by name, then send again
  Probe,       // look at the world first; send again only where nothing has happened
  Never,       // never send again
};

/// One operation of the table; cheap to copy, lives for ever.
class Operation {
 public:
  [[nodiscard]] std::string_view service() const;
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] RetryClass retry_class() const;
  /// The top-level member that the model marks as idempotency token ("ClientToken"), or empty.
  [[nodiscard]] std::string_view token_member() const;
  /// Input or output is a stream: refused by executeAwsApi.
  [[nodiscard]] bool streams() const;
  /// Its place in the table (aws/table.h).
  [[nodiscard]] std::uint32_t index() const { return index_; }

 private:
  friend class Model;
  std::uint32_t index_ = 0;
};

class Model {
 public:
  /// The table linked into the program.
  [[nodiscard]] static const Model& get();

  /// `service` in any case ("EC2", "SQS"); `operation` in any of the spellings that documents use:
  /// CreateImage, createImage, create_image, create-image. Error: `Unsupported`, code
  /// "UnknownOperationException", naming the nearest spelling where one is near.
  [[nodiscard]] Result<Operation> find(std::string_view service, std::string_view operation) const;
  /// The operation at that place of the table, which must be one (aws/table.h).
  [[nodiscard]] Operation operation(std::uint32_t index) const;
  [[nodiscard]] bool knows_service(std::string_view service) const;
  [[nodiscard]] std::size_t service_count() const;
  [[nodiscard]] std::size_t operation_count() const;

  /// Checks `input` against the operation's shape: unknown members, missing required ones, types,
  /// least lengths and values. Enums are not checked (new values appear all the time), greatest
  /// lengths neither (AWS raises them). Null is an empty input, but no member may be null.
  /// Timestamps are ISO-8601 text, blobs text; nothing is converted: "5" is no integer, 3 is a
  /// double, and so are "NaN", "Infinity" and "-Infinity". Every problem is named with its path, at
  /// most ten are listed. Error: `Invalid`, code "ParamValidation", the message on one line as
  /// botocore words it: "Parameter validation failed: Missing required parameter in input: "Name";
  /// Unknown parameter in Filters[0]: "Value", must be one of: Name, Values". `Limit` where it is
  /// nested too deep.
  [[nodiscard]] Result<> check_input(const Operation& operation, const Value& input) const;
};

}  // namespace hikae::aws
