#include "plane/lambda/own_functions.h"

#include "plane/lambda/rows.h"
#include "plane/sns/rows.h"
#include "upkeep/function_settings.h"

namespace hikae::plane::lambda {
namespace {

constexpr std::string_view kArticlesRetention = "lmd-del-backup-gen";
constexpr std::string_view kArticlesAgentCheck = "lmd-ssmagentcheck-send-sns";

}  // namespace

OwnFunction own_function(std::string_view name) {
  if (name.starts_with("hikae-retention") || name == kArticlesRetention)
    return OwnFunction::Retention;
  if (name.starts_with("hikae-agent-check") || name == kArticlesAgentCheck)
    return OwnFunction::AgentCheck;
  return OwnFunction::None;
}

bool is_articles(std::string_view name) {
  return name == kArticlesRetention || name == kArticlesAgentCheck;
}

Value configuration_of(const engine::Tables& tables, const Scope& scope, std::string_view name) {
  Object configuration;
  if (const auto* row = tables.get(scope, kFunctionRows, name)) {
    const auto* shown = find_path(*row, {"Configuration", "Environment", "Variables"});
    if (shown && shown->is_object())
      for (const auto& [variable, value] : shown->get_object())
        upkeep::add_setting(configuration, variable, text_of(value));
  }
  if (configuration.contains("TopicArn") || configuration.contains("SNS_TOPIC_ARN"))
    return configuration;
  const auto topics = sns::topics_with_subscribers(tables, scope);
  if (topics.size() == 1) configuration["TopicArn"] = topics.front();
  return configuration;
}

}  // namespace hikae::plane::lambda
