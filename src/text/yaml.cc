#include "text/yaml.h"

#include "base/limits.h"
#include "text/json_reader.h"
#include "text/yaml_composer.h"

namespace hikae::text {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::string_view behind_space(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

bool may_be_json(std::string_view text) {
  const auto content = behind_space(text);
  return content.starts_with('{') || content.starts_with('[');
}

std::unexpected<Error> refuse_tree(Diagnostics& problems, Diagnostic diagnostic) {
  Error error{ErrorKind::Invalid, {}, format(diagnostic, {})};
  report(problems, std::move(diagnostic));
  return std::unexpected(std::move(error));
}

std::unexpected<Error> refuse_json(Diagnostics& problems, const JsonFailure& failure) {
  return refuse_tree(problems, {.severity = Severity::Error,
                                .code = failure.code,
                                .position = failure.position,
                                .path = {},
                                .message = failure.message,
                                .hint = {}});
}

Result<Tree> read_yaml_tree(std::string_view text, Diagnostics& problems, YamlTags tags) {
  Tree tree;
  Diagnostics found;
  const bool composed = YamlComposer(text, tags, found).compose(tree);
  for (auto& diagnostic : found) report(problems, diagnostic);
  if (composed && !has_errors(found)) return tree;
  return std::unexpected(as_error(found, {}));
}

}  // namespace

FlowText flow_text_of(std::string_view file) {
  return file.ends_with(".json") ? FlowText::Json : FlowText::JsonOrYaml;
}

Result<Tree> read_tree(std::string_view text, Diagnostics& problems, const ReadOptions& options) {
  const auto bytes_max = options.bytes_max ? options.bytes_max : limits::kConfigBytes;
  if (text.size() > bytes_max)
    return refuse_tree(
        problems, {.severity = Severity::Error,
                   .code = "too-large",
                   .position = {},
                   .path = {},
                   .message = "the text has " + std::to_string(text.size()) + " bytes; at most " +
                              std::to_string(bytes_max) + " are read",
                   .hint = "split it"});
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!may_be_json(text)) return read_yaml_tree(text, problems, options.tags);
  Tree tree;
  auto value = read_json(text, {.duplicates = DuplicateKeys::Refuse,
                                .places = &tree.places,
                                .nodes_max = limits::kYamlNodes});
  if (value) return tree.value = *std::move(value), tree;
  if (value.error().code != "json-syntax" || options.flow_text == FlowText::Json)
    return refuse_json(problems, value.error());
  return read_yaml_tree(text, problems, options.tags);
}

}  // namespace hikae::text
