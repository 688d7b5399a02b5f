#include "iam/calls.h"

#include <algorithm>
#include <array>

#include "iam/call_table.h"

namespace hikae::iam {
namespace {

constexpr std::size_t kResourcesOfCall = 1'000;  // more ids than any call takes

/// Every text at the path ("Delete.Objects.Key"), lists gone through.
void collect_texts(const Value& value, std::string_view path, std::vector<std::string>& out) {
  if (value.is_array()) {
    for (const auto& item : value.get_array()) collect_texts(item, path, out);
    return;
  }
  if (path.empty()) {
    if (value.is_string() && out.size() < kResourcesOfCall) out.push_back(str(text_of(value)));
    return;
  }
  const auto dot = path.find('.');
  const auto* member = find(value, path.substr(0, dot));
  if (!member) return;
  collect_texts(*member, dot == std::string_view::npos ? "" : path.substr(dot + 1), out);
}

std::string shaped(std::string text, std::string_view shape) {
  if (shape == "slash" && text.starts_with('/')) return text.substr(1);
  if (shape == "last") return text.substr(text.rfind('/') + 1);
  return text;
}

/// "ec2:R:A:" -> "arn:aws:ec2:ap-northeast-1:123456789012:".
std::string with_place(std::string_view form, const Scope& scope) {
  std::string out = "arn:aws";
  for (int part = 0; part < 3; ++part) {
    const auto colon = form.find(':');
    const auto text = form.substr(0, colon);
    out += ':';
    out += part == 1 && text == "R"   ? scope.region
           : part == 2 && text == "A" ? scope.account
                                      : str(text);
    form.remove_prefix(colon + 1);
  }
  return out + ":" + str(form);
}

/// Each ARN that a form stands for; `done` is what stands before `rest`.
void expand_form(std::string done, std::string_view rest, const Value& input,
                 std::vector<std::string>& out) {
  const auto open = rest.find('{');
  if (open == std::string_view::npos) return out.push_back(done.append(rest));
  const auto close = rest.find('}', open);
  const auto name = rest.substr(open + 1, close - open - 1);
  const auto bar = name.find('|');
  const auto shape = bar == std::string_view::npos ? "" : name.substr(bar + 1);
  done.append(rest.substr(0, open));
  std::vector<std::string> texts;
  collect_texts(input, name.substr(0, bar), texts);
  if (texts.empty()) texts.emplace_back("*");
  for (const auto& text : texts) {
    if (text.starts_with("arn:"))
      out.push_back(text);
    else
      expand_form(done + shaped(text, shape), rest.substr(close + 1), input, out);
  }
}

std::vector<std::string> resources_of(const CallRow& row, const Scope& scope, const Value& input) {
  if (row.resources.empty()) return {"*"};
  std::vector<std::string> out;
  for (auto rest = row.resources; !rest.empty();) {
    const auto space = rest.find(' ');
    const auto form = rest.substr(0, space);
    expand_form("", form.starts_with('{') ? str(form) : with_place(form, scope), input, out);
    rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
  }
  return out;
}

// --- Tags

struct TaggedKind {
  std::string_view prefix;  // of ids
  std::string_view type;
  bool is_ours;  // its ARN names the account
};
constexpr TaggedKind kTaggedKinds[] = {
    {"i-", "instance", true},        {"ami-", "image", false},
    {"snap-", "snapshot", false},    {"vol-", "volume", true},
    {"sg-", "security-group", true}, {"eni-", "network-interface", true},
    {"subnet-", "subnet", true},     {"vpc-", "vpc", true},
    {"key-", "key-pair", true},
};

std::string ec2_arn_of(const Scope& scope, std::string_view type, std::string_view id,
                       bool is_ours) {
  return "arn:aws:ec2:" + scope.region + ":" + (is_ours ? scope.account : "") + ":" + str(type) +
         "/" + str(id);
}

std::string arn_of_id(const Scope& scope, std::string_view id) {
  for (const auto& kind : kTaggedKinds)
    if (id.starts_with(kind.prefix)) return ec2_arn_of(scope, kind.type, id, kind.is_ours);
  return ec2_arn_of(scope, "*", id, true);
}

bool is_type_ours(std::string_view type) {
  const auto* kind = std::ranges::find(kTaggedKinds, type, &TaggedKind::type);
  return kind == std::end(kTaggedKinds) || kind->is_ours;
}

/// Tags of a request: a list of {Key, Value}, a map, or a list of keys.
void add_request_tags(Context& context, const Value& tags) {
  const auto add = [&](std::string_view key, std::string_view value) {
    context.set("aws:RequestTag/" + str(key), str(value));
    context.add("aws:TagKeys", str(key));
  };
  if (const auto* map = tags.if_object())
    for (const auto& [key, value] : *map) add(key, text_of(value));
  if (const auto* list = tags.if_array())
    for (const auto& tag : *list) {
      if (tag.is_string())
        context.add("aws:TagKeys", str(text_of(tag)));
      else if (find(tag, "Key"))
        add(text_at(tag, "Key"), text_at(tag, "Value"));
    }
}

void add_resource_tags(Context& context, std::string_view service, const Object& tags) {
  for (const auto& [key, value] : tags) {
    context.set("aws:ResourceTag/" + str(key), str(text_of(value)));
    if (service == "ec2") context.set("ec2:ResourceTag/" + str(key), str(text_of(value)));
    if (service == "ssm") context.set("ssm:resourceTag/" + str(key), str(text_of(value)));
  }
}

// --- The needs of one call

class Needs {
 public:
  Needs(const Scope& scope, std::string_view vendor, std::string_view call, const Value& input,
        const Facts& facts)
      : scope_(scope), vendor_(vendor), call_(call), input_(input), facts_(facts) {}

  std::vector<Need> all() {
    if (call_ == "ec2:CreateTags" || call_ == "ec2:DeleteTags")
      tags_by_hand();
    else
      by_table();
    tags_at_creation();
    roles_passed();
    return std::move(needs_);
  }

 private:
  void add(std::string action, std::string resource, Context context) {
    if (resource != "*") add_resource_tags(context, vendor_, facts_.tags_of(resource));
    needs_.push_back({std::move(action), std::move(resource), std::move(context)});
  }

  [[nodiscard]] Context own_context() const {
    Context context;
    for (const std::string_view member : {"Tags", "TagKeys", "tags"})
      if (const auto* tags = find(input_, member)) add_request_tags(context, *tags);
    if (vendor_ == "s3") {
      for (const auto& [member, key] :
           {std::pair{"Prefix", "s3:prefix"}, std::pair{"Delimiter", "s3:delimiter"}})
        if (find(input_, member)) context.set(key, str(text_at(input_, member)));
    }
    return context;
  }

  void by_table() {
    const auto rows = rows_of_call(call_);
    if (rows.empty()) return add(call_, "*", own_context());
    for (const auto* row : rows)
      for (auto& arn : resources_of(*row, scope_, input_))
        add_of_row(row->action.empty() ? call_ : str(row->action), std::move(arn));
  }

  void add_of_row(std::string action, std::string arn) {
    auto context = own_context();
    if (vendor_ == "iam") arn = facts_.with_path(std::move(arn));
    if (call_ == "ssm:StartAutomationExecution") arn = definition_arn(std::move(arn));
    if (call_ == "ssm:SendCommand" && text_at(input_, "DocumentName").starts_with("AWS-"))
      arn = without_account(std::move(arn), ":document/AWS-");
    if (action == "lambda:InvokeFunction") context.set("lambda:FunctionArn", arn);
    if (vendor_ == "ec2") creation_tags(context, arn);
    if (call_ == "sts:AssumeRole") session_keys(context);
    add(std::move(action), std::move(arn), std::move(context));
  }

  /// AWS's own documents are nobody's.
  [[nodiscard]] std::string without_account(std::string arn, std::string_view mark) const {
    const auto at = arn.find(mark);
    if (at == std::string::npos || at < scope_.account.size()) return arn;
    return arn.erase(at - scope_.account.size(), scope_.account.size());
  }

  [[nodiscard]] std::string definition_arn(std::string arn) const {
    if (text_at(input_, "DocumentName").starts_with("AWS-"))
      arn = without_account(std::move(arn), ":automation-definition/AWS-");
    return arn + ":" + str(text_at(input_, "DocumentVersion", "$DEFAULT"));
  }

  void session_keys(Context& context) const {
    for (const auto& [member, key] : {std::pair{"ExternalId", "sts:ExternalId"},
                                      std::pair{"RoleSessionName", "sts:RoleSessionName"},
                                      std::pair{"SourceIdentity", "sts:SourceIdentity"}})
      if (find(input_, member)) context.set(key, str(text_at(input_, member)));
  }

  /// Those of the TagSpecifications whose type the ARN is of.
  void creation_tags(Context& context, std::string_view arn) const {
    for (const auto& specification : list_at(input_, "TagSpecifications"))
      if (arn.find(":" + str(text_at(specification, "ResourceType")) + "/") !=
          std::string_view::npos)
        if (const auto* tags = find(specification, "Tags")) add_request_tags(context, *tags);
  }

  void tags_by_hand() {
    std::vector<std::string> ids;
    collect_texts(input_, "Resources", ids);
    for (const auto& id : ids) add(call_, arn_of_id(scope_, id), own_context());
    if (ids.empty()) add(call_, "*", own_context());
  }

  void tags_at_creation() {
    if (vendor_ != "ec2") return;
    for (const auto& specification : list_at(input_, "TagSpecifications")) {
      const auto* tags = find(specification, "Tags");
      if (!tags || list_at(specification, "Tags").empty()) continue;
      const auto type = text_at(specification, "ResourceType");
      Context context;
      add_request_tags(context, *tags);
      context.set("ec2:CreateAction", call_.substr(call_.find(':') + 1));
      add("ec2:CreateTags", ec2_arn_of(scope_, type, "*", is_type_ours(type)), std::move(context));
    }
  }

  void roles_passed() {
    std::vector<std::string> roles;
    std::string_view to;
    if (const auto passed = passed_role(call_)) {
      collect_texts(input_, passed->member, roles);
      to = passed->to;
    } else if (call_ == "ssm:StartAutomationExecution") {
      roles.push_back(facts_.assumed_by_run(input_));
      to = "ssm.amazonaws.com";
    } else if (call_ == "ec2:RunInstances") {
      const auto& profile = object_at(input_, "IamInstanceProfile");
      const auto arn = text_at(profile, "Arn");
      roles.push_back(facts_.role_in_profile(arn.empty() ? text_at(profile, "Name")
                                                         : arn.substr(arn.rfind('/') + 1)));
      to = "ec2.amazonaws.com";
    }
    for (auto& role : roles) {
      if (role.empty()) continue;
      Context context;
      context.set("iam:PassedToService", str(to));
      add("iam:PassRole", std::move(role), std::move(context));
    }
  }

  const Scope& scope_;
  std::string_view vendor_;
  std::string call_;
  const Value& input_;
  const Facts& facts_;
  std::vector<Need> needs_;
};

constexpr std::array<std::array<std::string_view, 2>, 8> kVendors{{
    {"cloudwatch", "cloudwatch"},
    {"efs", "elasticfilesystem"},
    {"elb", "elasticloadbalancing"},
    {"elbv2", "elasticloadbalancing"},
    {"resourcegroupstaggingapi", "tag"},
    {"sesv2", "ses"},
    {"stepfunctions", "states"},
    {"resource-groups", "resource-groups"},
}};

}  // namespace

Object Facts::tags_of(std::string_view) const { return {}; }

std::string Facts::assumed_by_run(const Value& input) const {
  const auto& given = list_at(object_at(input, "Parameters"), "AutomationAssumeRole");
  return given.empty() ? std::string() : str(text_of(given.front()));
}

std::string Facts::role_in_profile(std::string_view) const { return {}; }

std::string_view vendor_of(std::string_view service) {
  for (const auto& [name, vendor] : kVendors)
    if (name == service) return vendor;
  return service;
}

std::vector<Need> needs_of(const Scope& scope, std::string_view service, std::string_view operation,
                           const Value& input, const Facts& facts) {
  const auto vendor = vendor_of(service);
  return Needs(scope, vendor, str(vendor) + ":" + str(operation), input, facts).all();
}

}  // namespace hikae::iam
