// What `hikae check` found, file by file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "text/diagnostic.h"

namespace hikae::cli {

struct CheckedFile {
  std::string file;            // as it was named
  std::string kind;            // "document", "template", "configuration"; "file": no YAML, no JSON
  std::optional<Error> error;  // it could not be read at all; the rest is then empty
  text::Diagnostics findings{};  // by place
};

/// Reads and checks all. What a file is, is told by what is in it: `Resources` make a template,
/// `plans` a configuration, everything else is a document. Documents may call one another by the
/// file's name without its ending, and by the name that `hikae run` gives it ("file-NAME").
[[nodiscard]] std::vector<CheckedFile> check_files(const std::vector<std::string>& files);

}  // namespace hikae::cli
