// The bucket in which a deployed stack's zips and templates lie. It belongs to one stack: its name
// is made of the account, the region and the stack's name, and an object in it says whose it is.
#pragma once

#include <string>
#include <string_view>

#include "cli/session.h"

namespace hikae::cli {

class CodeBucket {
 public:
  /// `session`: of the account; it outlives the bucket.
  CodeBucket(Session& session, std::string_view stack);

  [[nodiscard]] const std::string& name() const { return name_; }
  enum class Found { There, Made };
  /// Makes it where it is absent. Errors: `Conflict` where it is another stack's or account's.
  [[nodiscard]] Result<Found> ensure();
  enum class Put { There, Sent };
  /// An object of that key has that content already: keys are made of hashes.
  [[nodiscard]] Result<Put> put(std::string_view key, std::string_view bytes);
  /// The address of an object for CloudFormation.
  [[nodiscard]] Result<std::string> url_of(std::string_view key) const;
  enum class Removed { Absent, Gone };
  /// With all that is in it, all versions of it. Errors: `Conflict` where it says that it is not
  /// this stack's.
  [[nodiscard]] Result<Removed> remove();

 private:
  [[nodiscard]] Object input() const;
  [[nodiscard]] Result<bool> is_there();
  [[nodiscard]] Result<> expect_ours();
  [[nodiscard]] Result<> mark();
  [[nodiscard]] Result<> empty();

  Session& session_;
  std::string stack_;
  std::string name_;
};

}  // namespace hikae::cli
