#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/escape.h"
#include "iam/operators.h"
#include "iam/policy.h"
#include "text/json.h"

namespace hikae::iam {
namespace {

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

std::string shown(std::string_view text) { return printable(text.substr(0, 100)); }

/// A number or a truth in a condition is its text.
std::optional<std::string> scalar_text(const Value& value) {
  if (value.is_string()) return str(text_of(value));
  if (value.is_bool() || value.is_number()) return text::to_json(value);
  return std::nullopt;
}

/// One text or a list of texts.
std::optional<std::vector<std::string>> texts_in(const Value& value) {
  if (const auto one = scalar_text(value)) return std::vector{*one};
  if (!value.is_array()) return std::nullopt;
  std::vector<std::string> out;
  for (const auto& item : value.get_array()) {
    const auto text = scalar_text(item);
    if (!text) return std::nullopt;
    out.push_back(*text);
  }
  return out;
}

class PolicyReader {
 public:
  PolicyReader(PolicyUse use, std::string_view code) : use_(use), code_(code) {}

  Result<Policy> read(const Value& document) {
    if (!document.is_object()) return refuse("Syntax errors in policy.");
    TRY_DO(check_members(document.get_object(), {"Version", "Id", "Statement"}));
    Policy policy;
    policy.id = text_at(document, "Id");
    const auto version = text_at(document, "Version", "2008-10-17");
    if (version != "2012-10-17" && version != "2008-10-17")
      return refuse(fmt::format("Policy document must be version 2012-10-17 or 2008-10-17, not {}",
                                shown(version)));
    if (version == "2012-10-17") policy.version = PolicyVersion::Of2012;
    const auto* given = find(document, "Statement");
    if (!given) return refuse("Syntax errors in policy: it has no Statement.");
    const auto statements = given->is_array() ? given->get_array() : Array{*given};
    if (statements.empty()) return refuse("Syntax errors in policy: Statement is empty.");
    for (const auto& one : statements) {
      ++number_;
      policy.statements.push_back(TRY(read_statement(one)));
    }
    return policy;
  }

 private:
  [[nodiscard]] std::unexpected<Error> refuse(std::string text) const {
    if (number_ > 0) text += fmt::format(" (statement {})", number_);
    return fail(ErrorKind::Invalid, str(code_), std::move(text));
  }

  Result<> check_members(const Object& object,
                         std::initializer_list<std::string_view> known) const {
    for (const auto& member : object)
      if (std::ranges::find(known, std::string_view(member.key())) == known.end())
        return refuse(fmt::format("Syntax errors in policy: \"{}\" is no element of it.",
                                  shown(member.key())));
    return {};
  }

  Result<Statement> read_statement(const Value& value) {
    if (!value.is_object()) return refuse("Syntax errors in policy.");
    TRY_DO(
        check_members(value.get_object(), {"Sid", "Effect", "Principal", "NotPrincipal", "Action",
                                           "NotAction", "Resource", "NotResource", "Condition"}));
    Statement out;
    TRY_DO(read_sid(value, out));
    const auto effect = text_at(value, "Effect");
    if (effect != "Allow" && effect != "Deny")
      return refuse(find(value, "Effect") ? fmt::format("Invalid effect: {}", shown(effect))
                                          : "Missing required field Effect");
    out.effect = effect == "Allow" ? Effect::Allow : Effect::Deny;
    TRY_DO(read_actions(value, out));
    TRY_DO(read_resources(value, out));
    TRY_DO(read_principals(value, out));
    TRY_DO(read_conditions(value, out));
    return out;
  }

  Result<> read_sid(const Value& value, Statement& out) {
    const auto* sid = find(value, "Sid");
    if (!sid) return {};
    out.sid = text_of(*sid);
    if (!sid->is_string()) return refuse("Syntax errors in policy: Sid is no text.");
    if (use_ == PolicyUse::Identity && !std::ranges::all_of(out.sid, is_alphanumeric))
      return refuse(
          "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
          "expression [0-9A-Za-z]*");
    if (!out.sid.empty() && !sids_.insert(out.sid).second)
      return refuse("Statement IDs (SID) in a single policy must be unique.");
    return {};
  }

  /// `name` or Not`name`: one of them, or neither.
  Result<std::optional<Names>> read_names(const Value& value, std::string_view name) const {
    const auto* is = find(value, name);
    const auto* is_not = find(value, "Not" + str(name));
    if (is && is_not)
      return refuse(fmt::format("Syntax errors in policy: both {} and Not{}.", name, name));
    if (!is && !is_not) return std::optional<Names>();
    const auto texts = texts_in(is ? *is : *is_not);
    if (!texts)
      return refuse(fmt::format("Syntax errors in policy: {} is no list of texts.", name));
    return std::optional<Names>({is ? Polarity::Is : Polarity::IsNot, *texts});
  }

  Result<> read_actions(const Value& value, Statement& out) const {
    auto names = TRY(read_names(value, "Action"));
    if (!names || names->patterns.empty()) return refuse("Policy statement must contain actions.");
    for (const auto& action : names->patterns) TRY_DO(check_action(action));
    out.actions = std::move(*names);
    return {};
  }

  Result<> check_action(std::string_view action) const {
    if (action == "*" && use_ != PolicyUse::Trust) return {};
    const auto colon = action.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == action.size())
      return refuse(fmt::format(
          "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: {}",
          shown(action)));
    const auto vendor = action.substr(0, colon);
    if (!std::ranges::all_of(vendor, [](char c) { return is_alphanumeric(c) || c == '-'; }))
      return refuse(fmt::format("Vendor {} is not valid", shown(vendor)));
    if (action.find(':', colon + 1) != std::string_view::npos)
      return refuse("Actions/Condition can contain only one colon.");
    if (use_ == PolicyUse::Trust && vendor != "sts")
      return refuse("AssumeRole policy may only specify STS AssumeRole actions.");
    return {};
  }

  Result<> read_resources(const Value& value, Statement& out) const {
    out.resources = TRY(read_names(value, "Resource"));
    if (use_ == PolicyUse::Trust)
      return out.resources ? refuse("Has prohibited field Resource") : Result<>();
    if (!out.resources || out.resources->patterns.empty())
      return refuse("Policy statement must contain resources.");
    for (const auto& resource : out.resources->patterns) TRY_DO(check_resource(resource));
    return {};
  }

  Result<> check_resource(std::string_view resource) const {
    // Buckets and queues take other forms in policies of their own.
    if (resource == "*" || resource.starts_with("arn:") || use_ == PolicyUse::Resource) return {};
    return refuse(fmt::format("Resource {} must be in ARN format or \"*\".", shown(resource)));
  }

  Result<> read_principals(const Value& value, Statement& out) const {
    const auto* is = find(value, "Principal");
    const auto* is_not = find(value, "NotPrincipal");
    if (use_ == PolicyUse::Identity)
      return is || is_not ? refuse("Policy document should not specify a principal.") : Result<>();
    if (!is && !is_not) return refuse("Missing required field Principal");
    if (is && is_not) return refuse("Syntax errors in policy: both Principal and NotPrincipal.");
    out.principals.emplace();
    out.principals->polarity = is ? Polarity::Is : Polarity::IsNot;
    return add_principals(is ? *is : *is_not, out.principals->names);
  }

  Result<> add_principals(const Value& value, std::vector<PrincipalName>& names) const {
    if (text_of(value) == "*") {
      names.push_back({"*", "*"});
      return {};
    }
    if (!value.is_object() || value.get_object().empty())
      return refuse("Invalid principal in policy");
    for (const auto& [kind, given] : value.get_object()) {
      if (kind != "AWS" && kind != "Service" && kind != "Federated" && kind != "CanonicalUser")
        return refuse(fmt::format("Invalid principal in policy: \"{}\"", shown(kind)));
      const auto texts = texts_in(given);
      if (!texts) return refuse("Invalid principal in policy");
      for (const auto& name : *texts) {
        if (name.empty() || (name.find('*') != std::string::npos && name != "*"))
          return refuse(
              fmt::format("Invalid principal in policy: \"{}\":\"{}\"", str(kind), shown(name)));
        names.push_back({str(kind), name});
      }
    }
    return {};
  }

  Result<> read_conditions(const Value& value, Statement& out) const {
    const auto* conditions = find(value, "Condition");
    if (!conditions) return {};
    if (!conditions->is_object()) return refuse("Syntax errors in policy: Condition is no map.");
    for (const auto& [name, keys] : conditions->get_object()) {
      const auto kind = operator_of(name);
      if (!kind) return refuse(fmt::format("Invalid Condition type : {}", shown(name)));
      if (!keys.is_object()) return refuse("Syntax errors in policy: a condition names no key.");
      for (const auto& [key, given] : keys.get_object())
        out.conditions.push_back(TRY(read_condition(*kind, key, given)));
    }
    return {};
  }

  Result<Condition> read_condition(Condition condition, std::string_view key,
                                   const Value& given) const {
    if (key.find(':') == std::string_view::npos)
      return refuse(fmt::format(
          "Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: {}", shown(key)));
    auto values = texts_in(given);
    if (!values)
      return refuse(fmt::format("Syntax errors in policy: {} has no list of values.", shown(key)));
    condition.key = key;
    condition.values = std::move(*values);
    return condition;
  }

  PolicyUse use_;
  std::string_view code_;
  std::size_t number_ = 0;  // of the statement; 0: none yet
  std::set<std::string> sids_;
};

}  // namespace

Result<Policy> read_policy(const Value& document, PolicyUse use, std::string_view error_code) {
  return PolicyReader(use, error_code).read(document);
}

Result<Policy> parse_policy(std::string_view json_text, PolicyUse use,
                            std::string_view error_code) {
  if (json_text.size() > kPolicyTextMost)
    return fail(ErrorKind::Invalid, str(error_code),
                fmt::format("The policy has more than {} characters.", kPolicyTextMost));
  const auto document = text::parse_json(json_text, text::DuplicateKeys::Refuse);
  if (document) return read_policy(*document, use, error_code);
  return fail(ErrorKind::Invalid, str(error_code),
              (use == PolicyUse::Trust ? "This policy contains invalid Json: "
                                       : "Syntax errors in policy: ") +
                  document.error().message);
}

std::size_t size_of_policy(std::string_view json_text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      json_text, [](char c) { return c != ' ' && c != '\n' && c != '\t' && c != '\r'; }));
}

}  // namespace hikae::iam
