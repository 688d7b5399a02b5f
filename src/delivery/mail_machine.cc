// One published message to one email address: look at what it is about, render it once, then send
// that very mail until the server has it or the reason why not is in the ledger.
#include <fmt/format.h>

#include "base/hash.h"
#include "delivery/burial.h"
#include "delivery/clean.h"
#include "delivery/delivery.h"
#include "delivery/facts.h"
#include "delivery/kind_of.h"
#include "delivery/render.h"
#include "delivery/retry.h"
#include "text/json.h"

namespace hikae::delivery {
namespace {

constexpr std::string_view kRunTag = "run";
constexpr std::string_view kInstanceTag = "instance";
constexpr std::string_view kSendTag = "send";
constexpr std::string_view kSendAgainTag = "send-again";

Value saved_answer(const std::optional<Result<Value>>& answer) {
  if (!answer) return nullptr;
  if (*answer) return Object{{"Ok", **answer}};
  const auto& error = answer->error();
  return Object{{"Kind", to_string(error.kind)}, {"Code", error.code}, {"Message", error.message}};
}

std::optional<Result<Value>> loaded_answer(const Value& saved) {
  if (!saved.is_object()) return std::nullopt;
  if (const auto* ok = find(saved, "Ok")) return Result<Value>(*ok);
  return Result<Value>(fail(error_kind(text_at(saved, "Kind")), str(text_at(saved, "Code")),
                            str(text_at(saved, "Message"))));
}

class MailMachine final : public Machine {
 public:
  explicit MailMachine(MachineId id) : id_(std::move(id)) {}

  void decide(const Event& event, WallTime now, Commands& commands) override {
    if (burial_.take(event, commands)) return;
    if (const auto* started = std::get_if<event::Started>(&event)) {
      input_ = started->input;
      look_first(now, commands);
    } else if (const auto* woke = std::get_if<event::Woke>(&event)) {
      if (woke->tag == kSendAgainTag) send(commands);
    } else if (const auto* answered = std::get_if<event::Answered>(&event)) {
      take_answer(*answered, now, commands);
    }
  }

  [[nodiscard]] Value save() const override {
    return Object{{"Input", input_},
                  {"Run", saved_answer(answers_.run)},
                  {"Instances", saved_answer(answers_.instances)},
                  {"Mail", mail_},
                  {"Attempts", attempts_},
                  {"Since", unix_ms(since_)},
                  {"Burial", burial_.save()}};
  }

  Result<> load(const Value& saved) {
    const auto* input = find(saved, "Input");
    if (!input)
      return fail(ErrorKind::Invalid, "the saved machine of mail " + id_.id +
                                          " has no input in it: the database is damaged");
    input_ = *input;
    if (const auto* run = find(saved, "Run")) answers_.run = loaded_answer(*run);
    if (const auto* list = find(saved, "Instances")) answers_.instances = loaded_answer(*list);
    mail_ = object_at(saved, "Mail");
    attempts_ = int_at(saved, "Attempts").value_or(0);
    since_ = wall_ms(int_at(saved, "Since").value_or(0));
    if (const auto* burial = find(saved, "Burial")) burial_.load(*burial);
    return {};
  }

 private:
  [[nodiscard]] bool is_rendered() const { return text_at(input_, "Protocol") != "email-json"; }
  [[nodiscard]] std::optional<Value> event() const { return event_in(text_at(input_, "Message")); }

  void look_first(WallTime now, Commands& commands) {
    const auto told = is_rendered() ? event() : std::nullopt;
    if (told && is_run_event(*told)) {
      const auto run = text_at(object_at(*told, "detail"), "ExecutionId");
      return commands.send(
          str(kRunTag),
          {"ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", run}}, {}});
    }
    if (told && text_at(*told, "source") == "hikae")
      return look_at(instance_of_event(*told), now, commands);
    compose(now, commands);
  }

  void look_at(const std::string& instance, WallTime now, Commands& commands) {
    if (instance.empty()) return compose(now, commands);
    commands.send(
        str(kInstanceTag),
        {"ec2", "DescribeInstances", Object{{"InstanceIds", Array{Value(instance)}}}, {}});
  }

  void take_answer(const event::Answered& answered, WallTime now, Commands& commands) {
    if (answered.tag == kRunTag) {
      answers_.run = answered.answer;
      look_at(answered.answer ? instance_of_run(*answered.answer) : "", now, commands);
    } else if (answered.tag == kInstanceTag) {
      answers_.instances = answered.answer;
      compose(now, commands);
    } else if (answered.tag == kSendTag) {
      sent(answered.answer, now, commands);
    }
  }

  /// From here on the mail is the same however often it is sent; what it was made of is let go.
  void compose(WallTime now, Commands& commands) {
    const auto told = event();
    const auto rendered = render(input_, told, answers_, now);
    const auto display_name = clean_line(text_at(input_, "DisplayName"), 100);
    mail_ = Object{{"MessageId", message_id()},
                   {"FromName", display_name.empty() ? "hikae" : display_name},
                   {"To", text_at(input_, "Endpoint")},
                   {"Subject", rendered.subject},
                   {"Body", rendered.body}};
    Array attachments;
    if (rendered.attach_event && told)
      attachments.push_back(Object{{"Name", "event.json"},
                                   {"ContentType", "application/json"},
                                   {"Content", text::to_pretty_json(*told) + "\n"}});
    mail_["Attachments"] = std::move(attachments);
    mail_["About"] = told ? about(*told) : Object();
    answers_ = {};
    if (auto* input = input_.if_object()) input->erase("Message");
    since_ = now;
    send(commands);
  }

  /// Which run and which instance the event names, for whoever counts the mails afterwards.
  [[nodiscard]] Object about(const Value& told) const {
    Object about;
    const auto set = [&](std::string_view key, std::string_view id) {
      if (!id.empty()) about[key] = id;
    };
    const auto& detail = object_at(told, "detail");
    if (is_run_event(told)) {
      set("RunId", text_at(detail, "ExecutionId"));
      if (answers_.run && *answers_.run) set("InstanceId", instance_of_run(**answers_.run));
    } else if (text_at(told, "source") == "hikae") {
      set("RunId", text_at(detail, "RunId"));
      set("InstanceId", instance_of_event(told));
    }
    return about;
  }

  [[nodiscard]] std::string message_id() const {
    const auto seed = fmt::format("mail\n{}\n{}\n{}", text_at(input_, "MessageId"),
                                  text_at(input_, "SubscriptionArn"), text_at(input_, "Endpoint"));
    return uuid_of(seed) + "@hikae";
  }

  void send(Commands& commands) {
    ++attempts_;
    commands.send(str(kSendTag), {"hikae-mail", "Send", mail_, {}});
  }

  void sent(const Result<Value>& answer, WallTime now, Commands& commands) {
    if (answer)
      return commands.finish(
          Object{{"Status", "Sent"}, {"MessageId", message_id()}, {"Attempts", attempts_}});
    // A server that refuses may be set right by the morning; only what is wrong with the mail
    // itself stays wrong.
    const auto kind = answer.error().kind;
    const bool is_hopeless = kind == ErrorKind::Invalid || kind == ErrorKind::Limit;
    const auto delay = is_hopeless ? std::nullopt : mail_delay(attempts_, now - since_);
    if (delay) return commands.pause(str(kSendAgainTag), *delay);
    bury(answer.error(), now, commands);
  }

  void bury(const Error& error, WallTime now, Commands& commands) {
    const auto reason = fmt::format("no mail server took it in {} attempts over {}: {}", attempts_,
                                    human(now - since_), error.text());
    burial_.begin("mail/" + id_.id,
                  Object{{"MessageId", message_id()},
                         {"TopicArn", text_at(input_, "TopicArn")},
                         {"SubscriptionArn", text_at(input_, "SubscriptionArn")},
                         {"To", text_at(input_, "Endpoint")},
                         {"Subject", text_at(mail_, "Subject")},
                         {"Body", beginning_of(text_at(mail_, "Body"), 4000)},
                         {"Attempts", attempts_},
                         {"Notice", is_true_at(input_, "Notice")},
                         {"Reason", reason}},
                  Object{{"Status", "Dead"},
                         {"MessageId", message_id()},
                         {"Attempts", attempts_},
                         {"Reason", reason}},
                  now, commands);
  }

  MachineId id_;
  Value input_;
  Answers answers_;
  Object mail_;
  std::int64_t attempts_ = 0;
  WallTime since_{};  // its first attempt
  Burial burial_;
};

}  // namespace

std::unique_ptr<MachineKind> make_mail_kind() {
  return std::make_unique<KindOf<MailMachine>>(kMailKind);
}

MachineId mail_machine(const Scope& scope, std::string_view message_id,
                       std::string_view subscription_arn) {
  return {scope, str(kMailKind),
          uuid_of(fmt::format("mail\n{}\n{}", message_id, subscription_arn))};
}

}  // namespace hikae::delivery
