#include "upkeep/retention_event.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "upkeep/event_members.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kInstanceIdMax = 64;

bool is_instance_id(std::string_view text) {
  return text.starts_with("i-") && text.size() > 2 && text.size() <= kInstanceIdMax &&
         std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-';
         });
}

Result<> read_own_shape(RetentionEvent& out, const Value& event, const Value& config) {
  if (!is_instance_id(out.instance))
    return fail(ErrorKind::Invalid,
                fmt::format("InstanceId \"{}\" is no instance id; write i- and what follows it",
                            printable(out.instance.substr(0, kInstanceIdMax))));
  const auto* keep = find(event, "Keep");
  if (!keep) keep = find(config, "Keep");
  if (keep) out.keep = TRY(in_context(retention::read_rule(*keep), "Keep"));
  return {};
}

}  // namespace

Result<RetentionEvent> read_retention_event(const Value& event, const Value& config) {
  RetentionEvent out;
  out.instance = member_text(event, config, "InstanceId");
  out.server_name = member_text(event, config, "ServerName");
  out.generations = member_text(event, config, "gen");
  out.generation_tag = member_text(event, config, "GenerationTag");
  if (out.generation_tag.empty()) out.generation_tag = kGenerationTag;
  out.topic_arn = member_text(event, config, "TopicArn");
  if (out.topic_arn.empty()) out.topic_arn = member_text(event, config, "SNS_TOPIC_ARN");
  out.dry_run = is_set(event, "DryRun") ? DryRun::Yes : DryRun::No;
  out.installation = member_text(event, config, "Installation");
  out.plan = member_text(event, config, "Plan");
  if (!out.instance.empty()) {
    TRY_DO(read_own_shape(out, event, config));
    return out;
  }
  if (out.server_name.empty())
    return fail(ErrorKind::Invalid,
                "the event names no machine: give InstanceId, or ServerName (not empty) and gen");
  return out;
}

}  // namespace hikae::upkeep
