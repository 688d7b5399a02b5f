// Shared by the tests of this folder.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "stack/template.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::stack::testing {

/// The folder of files that are not the project's; empty where there is none.
inline std::string shared_folder() {
  const char* given = std::getenv("HIKAE_SHARED");
  const std::string folder = given ? given : HIKAE_SOURCE_DIR "/../shared";
  return std::filesystem::exists(folder + "/compat") ? folder : std::string{};
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

inline Template template_from(std::string_view text) {
  text::Diagnostics problems;
  auto read = read_template(text, problems);
  EXPECT_TRUE(read.has_value()) << (problems.empty() ? "" : problems.front().message);
  return read ? std::move(*read) : Template{Object{}, {}};
}

/// Path and message of every error, one a line.
inline std::string errors_in(const text::Diagnostics& problems) {
  std::string out;
  for (const auto& problem : problems)
    if (problem.severity == text::Severity::Error)
      out += problem.path + ": " + problem.message + "\n";
  return out;
}

inline std::string errors_of(std::string_view text, const Checkers& checkers = {}) {
  return errors_in(validate(template_from(text), checkers));
}

}  // namespace hikae::stack::testing
