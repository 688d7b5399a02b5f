#include "plane/desk.h"

#include <fmt/format.h>

#include <array>

#include "base/escape.h"
#include "plane/checks.h"
#include "plane/events/rows.h"
#include "plane/settings.h"
#include "plane/sts/keys.h"

namespace hikae::plane {
namespace {

constexpr std::size_t kNameBytes = 64;
constexpr std::size_t kKeysOfDesk = 100;
constexpr std::array<std::string_view, 10> kKinds{"run",        "power", "window", "occurrence",
                                                  "rule",       "event", "mail",   "delivery",
                                                  "invocation", "stack"};

Result<std::string> desk_name(const Ask& ask, std::string_view member) {
  const auto name = text_at(ask.input, member);
  if (!name.empty() && name.size() <= kNameBytes) return str(name);
  return fail(ErrorKind::Invalid, "ValidationException",
              fmt::format("hikae-desk: {} must have 1 to {} characters", member, kNameBytes));
}

Result<Value> list_machines(const Ask& ask) {
  const auto kind = TRY(desk_name(ask, "Kind"));
  Array machines;
  for (auto& view : ask.turn.kernel().living_views(kind))
    machines.push_back(Object{{"Id", view.id.id}, {"Record", std::move(view.record)}});
  return Object{{"Machines", std::move(machines)}};
}

/// EventBridge has no operation that says from when a rate counts.
Result<Value> list_scheduled_rules(const Ask& ask) {
  Array rules;
  for (const auto& [name, rule] : ask.rows(events::kRuleRows)) {
    const auto expression = text_at(rule, "ScheduleExpression");
    if (expression.empty()) continue;
    rules.push_back(Object{{"Name", name},
                           {"ScheduleExpression", expression},
                           {"CreatedAt", text_at(rule, "CreatedAt")},
                           {"Enabled", events::is_enabled(rule)}});
  }
  return Object{{"Rules", std::move(rules)}};
}

Result<Value> get_setting(const Ask& ask) {
  const auto* row = setting_row(ask.turn.tables(), TRY(desk_name(ask, "Name")));
  return Object{{"Value", row ? *row : Value()}};
}

void put_setting_row(const Ask& ask, const std::string& name) {
  const auto* value = find(ask.input, "Value");
  auto& tables = ask.turn.tables();
  if (value && !value->is_null())
    tables.put(Scope{}, kSettingRows, name, *value);
  else if (setting_row(tables, name))
    tables.erase(Scope{}, kSettingRows, name);
}

bool is_desk_key(const Value& row) {
  return text_at(row, "Caller").find(":user/hikae/") != std::string_view::npos;
}

Result<KeyLevel> level_asked(const Ask& ask) {
  const auto named = text_at(ask.input, "Level", "admin");
  if (const auto level = key_level(named)) return *level;
  return fail(ErrorKind::Invalid, "ValidationException",
              fmt::format("\"{}\" is no level of a key: write read-only, operator or admin",
                          printable(named)));
}

std::size_t count_desk_keys(const Ask& ask) {
  std::size_t count = 0;
  for (const auto& [id, row] : ask.turn.tables().rows(Scope{}, kAccessKeyRows))
    count += is_desk_key(row) ? 1 : 0;
  return count;
}

Result<Value> create_desk_key(const Ask& ask, const SecretBox& box) {
  const auto name = TRY(desk_name(ask, "Name"));
  const auto level = TRY(level_asked(ask));
  if (count_desk_keys(ask) >= kKeysOfDesk)
    return fail(ErrorKind::Limit, "LimitExceededException",
                fmt::format("this installation has {} keys; delete some first", kKeysOfDesk));
  auto key = new_access_key(ask.turn.entropy(), KeyKind::Lasting);
  key.account = ask.scope.account;
  key.caller = fmt::format("arn:aws:iam::{}:user/hikae/{}", key.account, name);
  key.user_id = "AIDA" + key.id.substr(4);
  key.user_name = name;
  key.level = level;
  TRY_DO(put_key(ask.turn, box, key));
  return Object{{"AccessKeyId", key.id}, {"SecretAccessKey", key.secret}};
}

Result<Value> list_desk_keys(const Ask& ask) {
  Array keys;
  for (const auto& [id, row] : ask.turn.tables().rows(Scope{}, kAccessKeyRows)) {
    if (!is_desk_key(row)) continue;
    Object shown;
    shown["AccessKeyId"] = id;
    shown["Name"] = text_at(row, "UserName");
    for (const auto* member : {"Level", "Status", "CreateDate"})
      shown[member] = text_at(row, member);
    keys.push_back(std::move(shown));
  }
  return Object{{"Keys", std::move(keys)}};
}

Result<Value> delete_desk_key(const Ask& ask) {
  const auto id = TRY(desk_name(ask, "AccessKeyId"));
  const auto* row = ask.turn.tables().get(Scope{}, kAccessKeyRows, id);
  if (!row || !is_desk_key(*row))
    return fail(ErrorKind::NotFound, "NoSuchEntity",
                printable(id) + " is no key of this installation; see hikae key list");
  erase_key(ask.turn, id);
  return Object();
}

}  // namespace

bool outlives_reset(std::string_view kind, std::string_view id, const Value& row) {
  if (kind == kAccessKeyRows) return is_desk_key(row);
  return kind == kSettingRows && (id == kInstallationSetting || id == "clock" || id == "scope");
}

Desk::Desk(engine::Kernel& kernel, const SecretBox& box) : Service("hikae-desk", kernel) {
  on("DescribePlace", [this](const Ask& ask) -> Result<Value> {
    auto& machines = ask.turn.kernel();
    Object living{{"", static_cast<std::int64_t>(machines.living())}};
    for (const auto kind : kKinds) living[kind] = static_cast<std::int64_t>(machines.living(kind));
    return Object{{"Now", iso_ms(ask.turn.now())},
                  {"MailGoesTo", outside_.mail_goes_to ? outside_.mail_goes_to() : ""},
                  {"Living", std::move(living)}};
  });
  on("ListMachines", list_machines);
  on("ListScheduledRules", list_scheduled_rules);
  on("GetSetting", get_setting);
  on("PutSetting", [this](const Ask& ask) -> Result<Value> {
    put_setting_row(ask, TRY(desk_name(ask, "Name")));
    ask.turn.after_commit([this] {
      if (outside_.settings_changed) outside_.settings_changed();
    });
    return Object();
  });
  on("CreateKey", [&box](const Ask& ask) { return create_desk_key(ask, box); });
  on("ListKeys", list_desk_keys);
  on("DeleteKey", delete_desk_key);
}

}  // namespace hikae::plane
