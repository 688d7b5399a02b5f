#include "text/diagnostic.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace hikae::text {
namespace {

Diagnostic sample_finding(Severity severity) {
  return {severity, "unknown-step", {12, 5}, "step Stop", "there is no step 'X'", "name a step"};
}

TEST(Diagnostic, ItReadsAsPlaceStepCauseAndFix) {
  EXPECT_EQ(format(sample_finding(Severity::Error), "backup.yaml"),
            "backup.yaml:12:5: error: step Stop: there is no step 'X' (fix: name a step) "
            "[unknown-step]");
}

TEST(Diagnostic, AnUnknownPlaceAndFileAreLeftOut) {
  EXPECT_EQ(format({.message = "broken"}, ""), "error: broken");
}

TEST(Diagnostic, ControlCharactersOfAFileNeverReachTheTerminal) {
  EXPECT_EQ(format({.message = "a\x1b[31m\nb"}, "f"), "f: error: a?[31m?b");
}

TEST(Diagnostic, OnlyErrorsMakeTheError) {
  const Diagnostics list{sample_finding(Severity::Warning), sample_finding(Severity::Error)};
  EXPECT_EQ(as_error(list, "f").message, format(list[1], "f"));
  EXPECT_FALSE(has_errors({sample_finding(Severity::Warning)}));
}

TEST(Diagnostic, AFloodIsCutButAnErrorInItStillCounts) {
  Diagnostics list;
  for (int i = 0; i < 500; ++i) report(list, sample_finding(Severity::Warning));
  EXPECT_EQ(list.size(), limits::kDiagnostics + 1);
  EXPECT_FALSE(has_errors(list));
  report(list, sample_finding(Severity::Error));
  EXPECT_TRUE(has_errors(list));
}

}  // namespace
}  // namespace hikae::text
