#include "upkeep/finding_text.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kListedMax = 200;  // of one heading; SNS takes 256 KB

std::string finding_line(const Finding& finding) {
  std::string line = "  " + printable(finding.instance);
  if (!finding.name.empty()) line += " (" + printable(finding.name) + ")";
  if (!finding.detail.empty()) line += ": " + finding.detail;
  return line + "\n";
}

}  // namespace

void append_section(std::string& out, std::string_view title, std::string_view advice,
                    const std::vector<Finding>& findings) {
  if (findings.empty()) return;
  out += fmt::format("\n{} ({})\n{}\n", title, findings.size(), advice);
  for (std::size_t i = 0; i < findings.size() && i < kListedMax; ++i)
    out += finding_line(findings[i]);
  if (findings.size() > kListedMax)
    out += fmt::format("  and {} more\n", findings.size() - kListedMax);
}

Array finding_list(const std::vector<Finding>& findings) {
  Array out;
  for (const auto& f : findings)
    out.emplace_back(Object{{"InstanceId", f.instance}, {"Name", f.name}, {"Detail", f.detail}});
  return out;
}

}  // namespace hikae::upkeep
