// Parameter Store, as far as stacks and documents need it: String and StringList.
#include "aws/errors.h"
#include "plane/ssm/ssm.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kParameterRows = "parameter";
/// What CDK's bootstrap leaves behind; a template asks for it before anything else. Answered when
/// nobody has put it, so that a CDK template applies to a hikae that was never bootstrapped.
constexpr std::string_view kBootstrapVersion = "/cdk-bootstrap/hnb659fds/version";

Value parameter_answer(const Scope& scope, std::string_view name, const Value& row) {
  Object answer = row.is_object() ? row.get_object() : Object();
  answer["Name"] = name;
  answer["ARN"] = arn_of("ssm", scope, "parameter/" + str(name.substr(name.starts_with("/"))));
  return answer;
}

std::optional<Value> parameter(const Ask& ask, std::string_view name) {
  if (const auto* row = ask.row(kParameterRows, name))
    return parameter_answer(ask.scope, name, *row);
  if (name != kBootstrapVersion) return std::nullopt;
  return parameter_answer(ask.scope, name,
                          Object{{"Type", "String"}, {"Value", "21"}, {"Version", 1}});
}

Result<Value> put_parameter(const Ask& ask) {
  const auto name = text_at(ask.input, "Name");
  const auto type = text_at(ask.input, "Type", "String");
  const auto* old = ask.row(kParameterRows, name);
  if (type == "SecureString")
    return aws::aws_error("UnsupportedParameterType",
                          "SecureString parameters are not stored by this version");
  if (old && !is_true_at(ask.input, "Overwrite"))
    return aws::aws_error("ParameterAlreadyExists",
                          "The parameter already exists. To overwrite this value, set the "
                          "overwrite option in the request to true.");
  const auto version = (old ? int_at(*old, "Version").value_or(0) : 0) + 1;
  ask.put(kParameterRows, name,
          Object{{"Type", type},
                 {"Value", text_at(ask.input, "Value")},
                 {"Version", version},
                 {"LastModifiedDate", iso_ms(ask.turn.now())}});
  return Object{{"Version", version}, {"Tier", "Standard"}};
}

Result<Value> get_parameter(const Ask& ask) {
  const auto name = text_at(ask.input, "Name");
  if (auto found = parameter(ask, name)) return Object{{"Parameter", *std::move(found)}};
  return aws::aws_error("ParameterNotFound", "Parameter " + str(name) + " not found.");
}

Result<Value> get_parameters(const Ask& ask) {
  Array found;
  Array missing;
  for (const auto& name : list_at(ask.input, "Names")) {
    if (auto value = parameter(ask, text_of(name)))
      found.push_back(*std::move(value));
    else
      missing.push_back(name);
  }
  return Object{{"Parameters", std::move(found)}, {"InvalidParameters", std::move(missing)}};
}

Result<Value> delete_parameter(const Ask& ask) {
  const auto name = str(text_at(ask.input, "Name"));
  if (!ask.row(kParameterRows, name))
    return aws::aws_error("ParameterNotFound", "Parameter " + name + " not found.");
  ask.erase(kParameterRows, name);
  return Object{};
}

}  // namespace

void Ssm::add_parameters() {
  on("PutParameter", put_parameter);
  on("GetParameter", get_parameter);
  on("GetParameters", get_parameters);
  on("DeleteParameter", delete_parameter);
}

}  // namespace hikae::plane
