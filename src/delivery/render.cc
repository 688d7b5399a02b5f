#include "delivery/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "delivery/advice.h"
#include "delivery/clean.h"
#include "delivery/render_parts.h"
#include "text/json.h"

namespace hikae::delivery {
namespace {

constexpr std::size_t kFactCharacters = 300;

std::string subject_of(std::string_view text) {
  return clean_line("[hikae] " + std::string(text), kSubjectCharacters);
}

std::string topic_name(const Value& input) {
  const auto arn = text_at(input, "TopicArn");
  return clean_line(arn.substr(arn.rfind(':') + 1), 80);
}

std::string footer(const Value& input) {
  return fmt::format("-- \nSent by hikae for the topic {}.\n", topic_name(input));
}

// The end of a run.

/// "CreateImage refused", "step Stop timed out".
std::string short_cause(const RunFacts& run) {
  if (!run.failed) return clean_line(run.document, 40);
  const auto& step = *run.failed;
  const auto name = clean_line(step.name, 40);
  if (step.status == "TimedOut") return fmt::format("step {} timed out", name);
  if (step.status == "Cancelled") return fmt::format("cancelled at step {}", name);
  if (!step.error_code.empty() && !step.operation.empty())
    return fmt::format("{} refused", clean_line(step.operation, 40));
  return fmt::format("step {} failed", name);
}

std::string shouted(std::string_view status) {
  std::string out = clean_line(status, 60);
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return status == "TimedOut" ? "TIMED OUT" : out;
}

std::string what_happened(const RunFacts& run) {
  auto text = fmt::format("What happened\n  Run of {}: {}.\n", clean_line(run.document, 80),
                          clean_line(run.status, 20));
  if (!run.unknown.empty())
    return text + fmt::format("  Which step failed is not known; asking for the run failed: {}\n",
                              clean_line(run.unknown, kFactCharacters));
  if (!run.failed) return text;
  const auto& step = *run.failed;
  text += fmt::format("  Step: {} ({}{}{}), {}\n", clean_line(step.name, 80),
                      clean_line(step.action, 40), step.operation.empty() ? "" : " ",
                      clean_line(step.operation, 60), clean_line(step.status, 20));
  if (!step.message.empty())
    text += fmt::format("  AWS says: {}\n", clean_line(step.message, 1000));
  return text;
}

std::string image_line(const ImageFacts& image) {
  switch (image.state) {
    case ImageState::None: return "none was made by this run";
    case ImageState::Available: return image.id + ", available";
    case ImageState::Unverified: return image.id + ", NOT YET SEEN TO BE AVAILABLE";
    case ImageState::Unknown: break;
  }
  return "not known";
}

std::string run_lines(const Value& event, const RunFacts& run, std::string_view words) {
  auto text = fmt::format("Run\n  Id: {}\n  Document: {}{}{}\n", clean_line(run.id, 60),
                          clean_line(run.document, 80), run.version.empty() ? "" : ", version ",
                          clean_line(run.version, 20));
  text += fmt::format("  Started: {}\n  Ended: {}\n", shown_time(run.start), shown_time(run.end));
  if (!run.executed_by.empty())
    text += fmt::format("  In the name of: {}\n", clean_line(run.executed_by, 200));
  text += fmt::format("  Account and region: {}, {}\n", clean_line(text_at(event, "account"), 20),
                      clean_line(text_at(event, "region"), 30));
  if (is_plain_id(run.id))
    text += fmt::format("  More: hikae show {}{}{}\n", run.id, words.empty() ? "" : " ", words);
  return text;
}

std::string run_subject(const RunFacts& run, const InstanceFacts& instance, std::string_view whom,
                        std::string_view dash) {
  return fmt::format("[hikae] {} {}: {} {} {}", shouted(run.status), whom, short_cause(run), dash,
                     power_shortly(instance));
}

/// Where the name cannot stand in ASCII, or takes the room of what matters more, the id does alone.
std::string plain_subject(const RunFacts& run, InstanceFacts instance) {
  for (const bool with_name : {true, false}) {
    if (!with_name) instance.name.clear();
    auto text = run_subject(run, instance, instance_in_full(instance), "-");
    const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    if (is_ascii && text.size() <= kPlainSubjectCharacters) return text;
  }
  return fmt::format("[hikae] {} {} - {}", run.status == "TimedOut" ? "TIMED OUT" : "BAD END",
                     is_instance_id(instance.id) ? instance.id : "of a run",
                     power_shortly(instance));
}

Rendered render_run(const Value& input, const Value& event, const Answers& answers) {
  auto report = report_run(event, answers);
  return {std::move(report.subject),
          report.body + "\nThe event itself is attached as event.json.\n" + footer(input), true};
}

// Events.

Rendered render_hikae(const Value& input, const Value& event, const Answers& answers) {
  const auto& detail = object_at(event, "detail");
  const auto type = clean_line(text_at(event, "detail-type"), 60);
  const auto id = instance_of_event(event);
  const auto instance = read_instance(id, answers);
  Rendered mail;
  const auto whom = id.empty() ? whom_of(detail) : instance_shortly(instance);
  mail.subject = subject_of(fmt::format("{}{}{}", shouted(type), whom.empty() ? "" : ": ", whom));
  if (!id.empty()) mail.body = headline(instance) + "\n\n";
  mail.body += "What happened\n  " + type + "\n";
  for (const auto* key : {"Message", "reason", "Reason"})
    if (const auto text = text_at(detail, key); !text.empty())
      mail.body += "  " + clean_line(text, 1000) + "\n";
  if (!id.empty())
    mail.body += fmt::format("\nNow\n  Instance: {}\n  {}\n", instance_in_full(instance),
                             power_in_full(instance));
  mail.body += "\n" + numbered("What to do", advice_for_event(event, instance)) + "\n" +
               facts_of(event) + "\nThe event itself is attached as event.json.\n" + footer(input);
  mail.attach_event = true;
  return mail;
}

Rendered render_event(const Value& input, const Value& event) {
  Rendered mail;
  const auto type = clean_line(text_at(event, "detail-type"), 80);
  const auto given = text_at(input, "Subject");
  mail.subject = given.empty() ? subject_of(type) : clean_line(given, kSubjectCharacters);
  mail.body = fmt::format("{}\n\n{}\nThe event itself is attached as event.json.\n{}", type,
                          facts_of(event), footer(input));
  mail.attach_event = true;
  return mail;
}

// Texts.

Rendered render_text(const Value& input) {
  const auto message = text_at(input, "Message");
  const auto given = text_at(input, "Subject");
  Rendered mail;
  mail.subject = given.empty()
                     ? subject_of(topic_name(input) + ": " +
                                  clean_line(message.substr(0, message.find_first_of("\r\n")), 70))
                     : clean_line(given, kSubjectCharacters);
  mail.body = clean_lines(message) + "\n" + footer(input);
  return mail;
}

Rendered render_envelope(const Value& input, WallTime now) {
  Object envelope{{"Type", "Notification"},
                  {"MessageId", text_at(input, "MessageId")},
                  {"TopicArn", text_at(input, "TopicArn")}};
  const auto subject = text_at(input, "Subject");
  if (!subject.empty()) envelope["Subject"] = subject;
  envelope["Message"] = text_at(input, "Message");
  envelope["Timestamp"] = iso_ms(now);
  Rendered mail;
  mail.subject = subject.empty() ? subject_of("message of " + topic_name(input))
                                 : clean_line(subject, kSubjectCharacters);
  mail.body = text::to_json(envelope) + "\n";
  return mail;
}

}  // namespace

std::optional<Value> event_in(std::string_view message) {
  if (!message.starts_with('{')) return std::nullopt;
  auto value = text::parse_json(message);
  if (!value || text_at(*value, "source").empty() || text_at(*value, "detail-type").empty())
    return std::nullopt;
  return *std::move(value);
}

RunReport report_run(const Value& event, const Answers& answers, std::string_view words) {
  RunReport report;
  report.run = read_run(event, answers);
  const bool known = answers.run && *answers.run;
  report.instance = read_instance(known ? instance_of_run(**answers.run) : "", answers);
  const auto& run = report.run;
  const auto& instance = report.instance;
  report.subject =
      clean_line(run_subject(run, instance, instance_shortly(instance), "–"), kSubjectCharacters);
  report.plain_subject = plain_subject(run, instance);
  report.body =
      headline(instance) + "\n\n" + what_happened(run) + "\n" +
      fmt::format("Now\n  Instance: {}\n  {}\n  Image: {}\n\n", instance_in_full(instance),
                  power_in_full(instance), image_line(run.image)) +
      numbered("What to do", advice_for(run, instance, text_at(event, "region"), words)) + "\n" +
      run_lines(event, run, words);
  return report;
}

Rendered render(const Value& input, const std::optional<Value>& event, const Answers& answers,
                WallTime now) {
  if (text_at(input, "Protocol") == "email-json") return render_envelope(input, now);
  if (!event) return render_text(input);
  if (is_run_event(*event)) return render_run(input, *event, answers);
  if (text_at(*event, "source") == "hikae") return render_hikae(input, *event, answers);
  return render_event(input, *event);
}

}  // namespace hikae::delivery
