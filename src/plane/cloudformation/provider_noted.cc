// AWS::KMS::Key, AWS::KMS::Alias and AWS::ECR::Repository: hikae has neither service. They are
// noted as far as cdk bootstrap needs them: what names them finds an id or an ARN
// (docs/differences.md, "Functions, roles, stacks").
#include <algorithm>

#include "plane/cloudformation/providers.h"
#include "plane/service.h"

namespace hikae::plane {
namespace {

Chain note(std::string_view physical_id, Object attributes) {
  Chain chain;
  chain.result = always(made(physical_id, std::move(attributes)));
  return chain;
}

/// AWS's form of a key's id; the same however often the call is sent.
Chain note_key(const ResourceAsk& ask) {
  const auto id = ask.physical_id.empty() ? ask.token : ask.physical_id;
  return note(id, Object{{"Arn", arn_of("kms", ask.scope, "key/" + id)}, {"KeyId", id}});
}

Chain note_alias(const ResourceAsk& ask) { return note(ask.text("AliasName"), {}); }

std::string repository_name(const ResourceAsk& ask) {
  if (!ask.physical_id.empty()) return ask.physical_id;
  auto name = ask.name_or_made_up("RepositoryName", 256);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return name;
}

Chain note_repository(const ResourceAsk& ask) {
  const auto name = repository_name(ask);
  return note(name, Object{{"Arn", arn_of("ecr", ask.scope, "repository/" + name)},
                           {"RepositoryUri", ask.scope.account + ".dkr.ecr." + ask.scope.region +
                                                 ".amazonaws.com/" + name}});
}

}  // namespace

const Provider* noted_provider(std::string_view type) {
  static constexpr Provider kKey{note_key, note_key, nothing};
  static constexpr Provider kAlias{note_alias, note_alias, nothing};
  static constexpr Provider kRepository{note_repository, note_repository, nothing};
  if (type == "AWS::KMS::Key") return &kKey;
  if (type == "AWS::KMS::Alias") return &kAlias;
  return type == "AWS::ECR::Repository" ? &kRepository : nullptr;
}

}  // namespace hikae::plane
