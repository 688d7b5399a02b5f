// SSM as hikae answers it: documents, automation, maintenance windows, parameters
// (docs/reference/ssm-automation.md 8, 9). What the machines themselves know (instance information,
// Run Command) is the sandbox's, or AWS's.
#pragma once

#include "base/secret_box.h"
#include "plane/iam/access.h"
#include "plane/service.h"
#include "plane/ssm/library.h"

namespace hikae::plane {

class Ssm final : public Service {
 public:
  /// `library` and `box` outlive the service. `tags`: of machines, by which windows' targets mean
  /// them; without it they are told by what a target names alone.
  Ssm(engine::Kernel& kernel, Library& library, const SecretBox& box,
      access::MachineTags tags = nullptr);

 private:
  void add_documents();
  void add_document_views();
  void add_automation();
  void add_parameters();
  void add_parameter_views();
  void add_parameter_lists();
  void add_parameter_labels();
  void add_tags_of_resources();
  void add_windows();
  void add_window_members();
  void add_window_records();

  Library& library_;
  const SecretBox& box_;
  access::MachineTags tags_;
};

/// Where a document's text stands: its hash, and the version that was asked for.
struct FoundDocument {
  std::string name;
  std::string version;
  std::string hash;
  Object tags;
};

/// By name or ARN, and version ("3", "$DEFAULT", "$LATEST", empty: the default). Keeps a builtin's
/// text in the tables. Error: `not_found_code`.
[[nodiscard]] Result<FoundDocument> find_document(const Ask& ask, Library& library,
                                                  std::string_view name_or_arn,
                                                  std::string_view version,
                                                  std::string_view not_found_code);

/// A list of {Key, Value} as an object, and back.
[[nodiscard]] Object tags_of(const Value& list);
[[nodiscard]] Array tag_list(const Object& tags);

}  // namespace hikae::plane
