#include "plan/template_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"

namespace hikae::plan {

std::vector<Audience> audiences_of(const Config& config) {
  std::vector<Audience> audiences;
  for (const auto& plan : config.plans) {
    auto addresses = plan.notify;
    std::ranges::sort(addresses);
    const auto repeated = std::ranges::unique(addresses);
    addresses.erase(repeated.begin(), repeated.end());
    const auto same = std::ranges::find(audiences, addresses, &Audience::addresses);
    if (same != audiences.end()) {
      same->plans.push_back(&plan);
      continue;
    }
    const auto suffix = audiences.empty() ? std::string{} : plan.name;
    const auto part = suffix.empty() ? std::string{} : "For" + logical_name(suffix);
    audiences.push_back(
        {suffix, part, "Topic" + part, "BackupDocument" + part, addresses, {&plan}});
  }
  return audiences;
}

Value ref_to(std::string_view name) { return Object{{"Ref", name}}; }

Value get_att(std::string_view resource, std::string_view attribute) {
  return Object{{"Fn::GetAtt", Array{resource, attribute}}};
}

Value sub(std::string text) { return Object{{"Fn::Sub", text}}; }

std::string sub_literal(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text.substr(i, 2) == "${") {
      out += "{!";
      ++i;
    }
  }
  return out;
}

std::string logical_name(std::string_view name) {
  std::string out;
  bool capital = true;
  bool plain = true;
  for (const char c : name) {
    const bool small = c >= 'a' && c <= 'z';
    const bool kept = small || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (kept)
      out += capital && small ? static_cast<char>(c - 'a' + 'A') : c;
    else
      plain = false;
    capital = !kept;
  }
  // "a-b" and "a.b" are two plans, and so are "ab" and "Ab".
  const bool unchanged = plain && !name.empty() && !(name[0] >= 'A' && name[0] <= 'Z');
  return unchanged ? out : out + hex_of(name, 6);
}

Value tag(std::string_view key, std::string_view value) {
  return Object{{"Key", key}, {"Value", value}};
}

Object resource(std::string_view type, Object properties) {
  return Object{{"Type", type}, {"Properties", std::move(properties)}};
}

Array texts_value(const std::vector<std::string>& texts) {
  Array out;
  for (const auto& text : texts) out.push_back(Value(text));
  return out;
}

std::string window_id_of(const Plan& plan) { return "Window" + logical_name(plan.name); }

std::string agent_window_id_of(const Plan& plan) {
  return "AgentCheckWindow" + logical_name(plan.name);
}

std::string report_window_id_of(const Plan& plan) {
  return "ReportWindow" + logical_name(plan.name);
}

Value installation_of(const Draft& draft) {
  if (!draft.on_aws()) return ref_to(kInstallationParameter);
  // arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID
  return Object{
      {"Fn::Select", Array{"2", Object{{"Fn::Split", Array{"/", ref_to("AWS::StackId")}}}}}};
}

Object statement(std::string_view sid, Value actions, Value resources, Object condition) {
  Object out{{"Sid", sid},
             {"Effect", "Allow"},
             {"Action", std::move(actions)},
             {"Resource", std::move(resources)}};
  if (!condition.empty()) out["Condition"] = std::move(condition);
  return out;
}

Object policy_document(Array statements) {
  return Object{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}};
}

}  // namespace hikae::plan
