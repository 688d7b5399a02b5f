#include "delivery/target_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "text/json.h"

namespace hikae::delivery {
namespace {

struct TargetArn {
  std::string_view service;
  std::string_view region;
  std::string_view account;
  std::string_view resource;  // all that is left
};

std::string_view take_arn_part(std::string_view& arn) {
  const auto colon = arn.find(':');
  const auto part = arn.substr(0, colon);
  arn.remove_prefix(colon == std::string_view::npos ? arn.size() : colon + 1);
  return part;
}

Result<TargetArn> read_target(std::string_view text) {
  auto rest = text;
  const bool is_arn = take_arn_part(rest) == "arn" && take_arn_part(rest).starts_with("aws");
  TargetArn arn;
  arn.service = take_arn_part(rest);
  arn.region = take_arn_part(rest);
  arn.account = take_arn_part(rest);
  arn.resource = rest;
  if (is_arn && !arn.service.empty() && !arn.resource.empty()) return arn;
  return fail(ErrorKind::Invalid,
              fmt::format("the target '{}' is no ARN: name the rule's target by its ARN",
                          printable(text.substr(0, 200))));
}

Result<> check_place(const Scope& scope, const TargetArn& arn, std::string_view text) {
  const bool here =
      arn.region == scope.region && (arn.account == scope.account || arn.account.empty());
  if (here) return {};
  return fail(ErrorKind::Unsupported,
              fmt::format("the target {} is not in account {}, region {}: hikae delivers within "
                          "one account and region",
                          printable(text), scope.account, scope.region));
}

bool is_text_list(const Value& value) {
  const auto* list = value.if_array();
  return list && std::ranges::all_of(*list, [](const Value& item) { return item.is_string(); });
}

/// Parameters from a target's input: {"InstanceId": ["i-…"]}; a single text is a list of one. An
/// event passed on as it is names no parameters.
Result<Object> parameters_in(std::string_view body) {
  Object parameters;
  if (body.empty()) return parameters;
  const auto value = TRY(in_context(text::parse_json(body), "the target's input"));
  const auto* object = value.if_object();
  if (object && object->contains("detail-type") && object->contains("detail")) return parameters;
  const auto bad = [] {
    return fail(ErrorKind::Invalid,
                "the input of an Automation target must be a map of parameter names to lists of "
                "texts, like {\"InstanceId\": [\"i-…\"]}");
  };
  if (!object) return bad();
  for (const auto& [name, given] : *object) {
    if (given.is_string())
      parameters[name] = Array{given};
    else if (is_text_list(given))
      parameters[name] = given;
    else
      return bad();
  }
  return parameters;
}

/// The queue's URL as AWS writes it: the account and the name in it say all. A message that is sent
/// again is known by its token.
Call queue_call(const TargetArn& arn, const Value& input, std::string_view token) {
  Object message{{"QueueUrl", fmt::format("https://sqs.{}.amazonaws.com/{}/{}", arn.region,
                                          arn.account, arn.resource)},
                 {"MessageBody", text_at(input, "Body")},
                 {"MessageDeduplicationId", token}};
  if (const auto* group = find(input, "GroupId")) message["MessageGroupId"] = *group;
  if (const auto* attributes = find(input, "MessageAttributes"))
    message["MessageAttributes"] = *attributes;
  return {"sqs", "SendMessage", std::move(message), {}};
}

Result<Call> automation_call(std::string_view document, std::string_view body,
                             std::string_view token) {
  const auto colon = document.find(':');
  Object input{{"DocumentName", document.substr(0, colon)}, {"ClientToken", token}};
  if (colon != std::string_view::npos) input["DocumentVersion"] = document.substr(colon + 1);
  auto parameters = TRY(parameters_in(body));
  if (!parameters.empty()) input["Parameters"] = std::move(parameters);
  return Call{"ssm", "StartAutomationExecution", std::move(input), {}};
}

}  // namespace

Result<Call> call_of_target(const Scope& scope, const Value& input, std::string_view token) {
  constexpr std::string_view kDefinition = "automation-definition/";
  const auto text = text_at(input, "TargetArn");
  const auto body = text_at(input, "Body");
  const auto arn = TRY(read_target(text));
  Call call;
  if (arn.service == "sns") {
    // A delivery that is sent again is the same message: the topic knows it by this token.
    call = {"sns",
            "Publish",
            Object{{"TopicArn", text}, {"Message", body}, {"MessageDeduplicationId", token}},
            {}};
  } else if (arn.service == "lambda" && arn.resource.starts_with("function:")) {
    call = {"lambda",
            "Invoke",
            Object{{"FunctionName", text}, {"InvocationType", "Event"}, {"Payload", body}},
            {}};
  } else if (arn.service == "sqs") {
    call = queue_call(arn, input, token);
  } else if (arn.service == "ssm" && arn.resource.starts_with(kDefinition)) {
    call = TRY(automation_call(arn.resource.substr(kDefinition.size()), body, token));
  } else {
    return fail(ErrorKind::Unsupported,
                fmt::format("hikae cannot deliver to {}: use an SNS topic, an SQS queue, a Lambda "
                            "function or an SSM Automation document as the rule's target",
                            printable(text.substr(0, 200))));
  }
  TRY_DO(check_place(scope, arn, text));
  call.caller = text_at(input, "RoleArn");
  return call;
}

}  // namespace hikae::delivery
