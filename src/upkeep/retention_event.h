// The retention function's event, read and checked.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "upkeep/prune.h"

namespace hikae::upkeep {

struct RetentionEvent {
  std::string instance;     // "i-…"; empty: the article's shape
  std::string server_name;  // of the article's shape
  std::string generations;  // of the article's shape, not checked yet
  std::optional<retention::Rule> keep;
  std::string generation_tag;
  std::string topic_arn;     // may be empty
  std::string installation;  // may be empty
  std::string plan;          // may be empty
  DryRun dry_run = DryRun::No;
};

/// retention_handler.h has the shapes. Errors: `Invalid`, naming the member.
[[nodiscard]] Result<RetentionEvent> read_retention_event(const Value& event, const Value& config);

}  // namespace hikae::upkeep
