// AWS::SSM::Document and Parameter.
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

Object document_input(const ResourceAsk& ask, std::string_view name) {
  const auto* content = ask.property("Content");
  // A map is written as JSON; a template without DocumentFormat means JSON too.
  Object input{{"Name", name}, {"Content", content ? json_text(*content) : ""}};
  input["DocumentFormat"] = ask.text("DocumentFormat").empty() || (content && content->is_object())
                                ? "JSON"
                                : str(ask.text("DocumentFormat"));
  return input;
}

Chain create_document(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.name_or_made_up("Name", 128);
  auto input = document_input(ask, name);
  const auto type = ask.text("DocumentType");
  input["DocumentType"] = type.empty() ? "Command" : str(type);
  copy_members(ask.properties, input, {"TargetType", "VersionName", "Tags"});
  chain.add("ssm", "CreateDocument", std::move(input));
  chain.result = always(made(name));
  return chain;
}

Chain update_document(const ResourceAsk& ask) {
  Chain chain;
  auto input = document_input(ask, ask.physical_id);
  input["DocumentVersion"] = "$LATEST";
  chain.tolerated = {"DuplicateDocumentContent"};
  chain.add("ssm", "UpdateDocument", std::move(input));
  chain.add([name = ask.physical_id](const Answers& answers) -> std::optional<Call> {
    const auto* version = find_path(answers[0], {"DocumentDescription", "DocumentVersion"});
    if (!version) return std::nullopt;
    return Call{"ssm",
                "UpdateDocumentDefaultVersion",
                Object{{"Name", name}, {"DocumentVersion", *version}},
                {}};
  });
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain delete_document(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"InvalidDocument"};
  chain.add("ssm", "DeleteDocument", Object{{"Name", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain put_parameter(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.physical_id.empty() ? ask.name_or_made_up("Name", 1000) : ask.physical_id;
  Object input{{"Name", name}, {"Overwrite", !ask.physical_id.empty()}};
  copy_members(ask.properties, input, {"Type", "Value", "Description"});
  chain.add("ssm", "PutParameter", std::move(input));
  chain.result =
      always(made(name, Object{{"Type", ask.text("Type")}, {"Value", ask.text("Value")}}));
  return chain;
}

Chain delete_parameter(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"ParameterNotFound"};
  chain.add("ssm", "DeleteParameter", Object{{"Name", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* ssm_provider(std::string_view type) {
  static constexpr Provider kDocument{create_document, update_document, delete_document};
  static constexpr Provider kParameter{put_parameter, put_parameter, delete_parameter};
  if (type == "AWS::SSM::Document") return &kDocument;
  return type == "AWS::SSM::Parameter" ? &kParameter : nullptr;
}

}  // namespace hikae::plane
