// `hikae test FILE…`: a runbook author's tests (docs/testing-runbooks.md).
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "sim/rehearsal.h"

namespace hikae::cli {

enum class Shown { FailuresOnly, Everything };

struct TestOptions {
  Format format = Format::Text;
  std::vector<std::string> files;
  std::string filter;  // with wildcards over "FILE: NAME" or NAME; empty: all
  std::string root;    // what paths in the files are relative to; empty: each file's own folder
  std::string junit;   // where a JUnit report goes; empty: none
  Shown timelines = Shown::FailuresOnly;
};
/// Exit::Failed where a test failed; Exit::Invalid where a file could not be read, or no test is
/// left by the filter.
Exit test(const TestOptions& options);

/// The files that tests name, relative to that folder, and the environment's variables.
[[nodiscard]] sim::rehearsal::Sources sources_beside(const std::string& folder);

struct TestedFile {
  std::string file;                   // as it was named
  std::vector<std::string> mistakes;  // "FILE:12:5: error: …"; nothing of it was played then
  std::vector<sim::rehearsal::Played> tests;
};

/// One suite a file, one case a test; times are virtual, so that two reports of one file are equal.
[[nodiscard]] std::string to_junit(const std::vector<TestedFile>& files);
[[nodiscard]] Value to_value(const std::vector<TestedFile>& files);
/// What was expected and what was, then the timeline; plain text lines.
[[nodiscard]] std::vector<std::string> lines_about(const sim::rehearsal::Played& played,
                                                   const std::string& file);
/// "12:00:40.101  Run_EC2StopSV1  ec2:StopInstances  UnauthorizedOperation: …"
[[nodiscard]] std::vector<std::string> timeline_lines(
    const std::vector<sim::rehearsal::Moment>& timeline);

}  // namespace hikae::cli
