#include "plane/ssm/library.h"

#include "base/hash.h"
#include "base/invariant.h"

extern "C" {
extern const char hikae_runbook_aws_stop_ec2_instance[];
extern const char hikae_runbook_aws_stop_ec2_instance_end[];
extern const char hikae_runbook_aws_start_ec2_instance[];
extern const char hikae_runbook_aws_start_ec2_instance_end[];
extern const char hikae_runbook_aws_restart_ec2_instance[];
extern const char hikae_runbook_aws_restart_ec2_instance_end[];
}

namespace hikae::plane {
namespace {

/// Contents are the same whoever stores them: they belong to no account.
const Scope kContents{};

std::string_view embedded(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::vector<BuiltinDocument> aws_documents() {
  return {
      {"AWS-StopEC2Instance",
       embedded(hikae_runbook_aws_stop_ec2_instance, hikae_runbook_aws_stop_ec2_instance_end)},
      {"AWS-StartEC2Instance",
       embedded(hikae_runbook_aws_start_ec2_instance, hikae_runbook_aws_start_ec2_instance_end)},
      {"AWS-RestartEC2Instance", embedded(hikae_runbook_aws_restart_ec2_instance,
                                          hikae_runbook_aws_restart_ec2_instance_end)},
  };
}

Library::Library(std::vector<BuiltinDocument> builtins) : builtins_(std::move(builtins)) {}

const BuiltinDocument* Library::builtin(std::string_view name) const {
  for (const auto& document : builtins_)
    if (document.name == name) return &document;
  return nullptr;
}

std::string Library::keep(std::string_view text) {
  INVARIANT(tables_ != nullptr, "the library is attached before documents are kept");
  auto hash = sha256_hex(text);
  if (!tables_->get(kContents, "content", hash))
    tables_->put(kContents, "content", hash, Value(str(text)));
  return hash;
}

std::string Library::text_of_hash(std::string_view hash) const {
  const auto* content = tables_ ? tables_->get(kContents, "content", hash) : nullptr;
  return content ? str(hikae::text_of(*content)) : std::string();
}

std::shared_ptr<const runbook::Document> Library::by_hash(std::string_view hash) {
  if (const auto found = compiled_.find(hash); found != compiled_.end()) return found->second;
  const auto content = text_of_hash(hash);
  if (content.empty()) return nullptr;
  text::Diagnostics problems;
  auto document = runbook::read_document(content, problems);
  if (!document) return nullptr;
  compiled_.emplace(hash, *document);
  return *document;
}

}  // namespace hikae::plane
