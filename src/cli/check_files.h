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
  std::string kind;            // "document", "template", "configuration", "tests"; "file": unknown
  std::optional<Error> error;  // it could not be read at all; the rest is then empty
  text::Diagnostics findings{};  // by place
};

/// Reads and checks all. What a file is, is told by its keys: `Resources` make a template, `plans`
/// a configuration, `mainSteps` a document, `tests` tests of one (docs/testing-runbooks.md); then
/// by its name, hikae.yaml; then by keys that only one kind has. Documents may call one another by
/// the file's name without its ending, and by the name that `hikae run` gives it ("file-NAME").
[[nodiscard]] std::vector<CheckedFile> check_files(const std::vector<std::string>& files);

}  // namespace hikae::cli
