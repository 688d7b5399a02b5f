// The documents of one installation, compiled: those that users created, and the AWS-owned ones
// that come with hikae. A run names its document by the hash of its content, so that a run in
// flight goes on with the text it began with, whatever happens to the document meanwhile.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/tables.h"
#include "runbook/document.h"

namespace hikae::plane {

/// A document that comes with the program.
struct BuiltinDocument {
  std::string name;  // "AWS-StopEC2Instance"
  std::string_view text;
};

class Library {
 public:
  explicit Library(std::vector<BuiltinDocument> builtins);

  /// The tables that hold the contents; before that nothing is found. They outlive the library.
  void attach(engine::Tables& tables) { tables_ = &tables; }

  /// The compiled document of a content hash; nullptr where no such content is stored.
  [[nodiscard]] std::shared_ptr<const runbook::Document> by_hash(std::string_view hash);
  /// Stores the text under its hash (within a turn) and gives the hash.
  std::string keep(std::string_view text);
  [[nodiscard]] std::string text_of_hash(std::string_view hash) const;
  [[nodiscard]] const BuiltinDocument* builtin(std::string_view name) const;
  [[nodiscard]] const std::vector<BuiltinDocument>& builtins() const { return builtins_; }

 private:
  std::vector<BuiltinDocument> builtins_;
  engine::Tables* tables_ = nullptr;
  std::map<std::string, std::shared_ptr<const runbook::Document>, std::less<>> compiled_;
};

/// The AWS-owned documents of the folder runbooks/ (aws-*.yaml).
[[nodiscard]] std::vector<BuiltinDocument> aws_documents();

}  // namespace hikae::plane
