#include "upkeep/agent_check.h"

#include <memory>

#include "base/escape.h"
#include "upkeep/images.h"
#include "upkeep/members.h"

namespace hikae::upkeep {
namespace {

constexpr int kAgentsPerPage = 50;  // Systems Manager's most
constexpr std::size_t kWindowsMax = 50;
constexpr std::int64_t kAgeHoursMost = 24 * 366;

Object report_of(const AgentFindings& findings) {
  return Object{{"Members", findings.members},
                {"Problems", findings.problems()},
                {"Published", false},
                {"Lost", finding_list(findings.lost)},
                {"Inactive", finding_list(findings.inactive)},
                {"Unregistered", finding_list(findings.unregistered)},
                {"StopTag", finding_list(findings.stop_tag)},
                {"GenerationTag", finding_list(findings.generation_tag)},
                {"LeftStopped", finding_list(findings.left_stopped)},
                {"Stopped", finding_list(findings.stopped)},
                {"Windows", finding_list(findings.backups.windows)},
                {"Never", finding_list(findings.backups.never)},
                {"Stale", finding_list(findings.backups.stale)}};
}

class AgentCheck : public std::enable_shared_from_this<AgentCheck> {
 public:
  AgentCheck(const Context& context, AgentCheckSettings settings, aws::Done done)
      : context_(context), settings_(std::move(settings)), done_(std::move(done)) {}

  void start() {
    list_members(
        context_, settings_.group_tag, settings_.group_value,
        [self = shared_from_this()](Result<Array> found) { self->got_members(std::move(found)); });
  }

 private:
  void got_members(Result<Array> members) {
    if (!members) return could_not_look("list the instances", members.error());
    instances_ = std::move(*members);
    list_all(context_, "ssm", "DescribeInstanceInformation", Object{{"MaxResults", kAgentsPerPage}},
             "InstanceInformationList",
             [self = shared_from_this()](Result<Array> found) { self->got_agents(found); });
  }

  void got_agents(const Result<Array>& agents) {
    if (!agents) return could_not_look("ask for the agents", agents.error());
    findings_ = examine(instances_, *agents, settings_);
    next_window();
  }

  void next_window() {
    if (windows_.size() == settings_.windows.size()) return look_for_images();
    const auto& id = settings_.windows[windows_.size()];
    ask(context_, "ssm", "GetMaintenanceWindow", Object{{"WindowId", id}},
        [self = shared_from_this(), id](Result<Value> answer) {
          self->windows_.push_back({id, std::move(answer)});
          self->next_window();
        });
  }

  void look_for_images() {
    if (!settings_.image_age_max) return judge({});
    find_images(context_, {Maker::Hikae, settings_.installation}, Array{},
                [self = shared_from_this()](Result<std::vector<FoundImage>> images) {
                  if (images) return self->judge(*images);
                  self->findings_.unseen = printable(images.error().text());
                  self->settings_.image_age_max.reset();
                  self->judge({});
                });
  }

  void judge(const std::vector<FoundImage>& images) {
    const auto now = context_.clock.now();
    add_backups(findings_, instances_, images, windows_, settings_, now);
    report_ = report_of(findings_);
    if (findings_.all_is_well()) return done_(Value(std::move(report_)));
    publish(context_, settings_.topic_arn, agent_subject(findings_),
            agent_message(findings_, settings_, now),
            [self = shared_from_this()](Result<Value> answer) { self->told(std::move(answer)); });
  }

  void told(Result<Value> answer) {
    if (!answer)
      return done_(in_context(std::move(answer), "the agent check's findings were not published"));
    report_["Published"] = true;
    done_(Value(std::move(report_)));
  }

  void could_not_look(std::string_view what, const Error& error) {
    failure_ = error;
    failure_.message = "the agent check could not " + str(what) + ": " + error.message;
    publish(context_, settings_.topic_arn, "hikae agent check failed",
            "Nobody knows tonight whether the agents answer: " + printable(failure_.text()) +
                ".\nThe backups are made all the same. Look at the permissions of the check and at "
                "the state of the service, then run the check again.\n",
            [self = shared_from_this()](const Result<Value>& answer) { self->failed(answer); });
  }

  void failed(const Result<Value>& answer) {
    if (!answer) failure_.message += "; and this could not be published: " + answer.error().text();
    done_(std::unexpected(failure_));
  }

  Context context_;
  AgentCheckSettings settings_;
  aws::Done done_;
  Array instances_;
  AgentFindings findings_;
  std::vector<WindowLook> windows_;
  Object report_;
  Error failure_;
};

}  // namespace

Result<AgentCheckSettings> read_agent_settings(const Value& event, const Value& config) {
  const auto member = [&](std::string_view key, std::string_view otherwise) {
    return str(text_at(event, key, text_at(config, key, otherwise)));
  };
  AgentCheckSettings settings;
  settings.group_tag = member("TagKey", settings.group_tag);
  settings.group_value = member("TagValue", settings.group_value);
  settings.stop_tag = member("StopTag", settings.stop_tag);
  settings.generation_tag = member("GenerationTag", settings.generation_tag);
  settings.topic_arn = member("TopicArn", member("SNS_TOPIC_ARN", ""));
  // Of the configuration alone: what hikae remembers is nothing that a caller tells.
  for (const auto& one : list_at(config, "LeftStopped"))
    settings.left_stopped[str(text_at(one, "InstanceId"))] = text_at(one, "Detail");
  for (const auto& id : list_at(event, "WindowIds"))
    if (settings.windows.size() < kWindowsMax) settings.windows.push_back(str(text_of(id)));
  settings.installation = member("Installation", "");
  if (const auto age = int_at(event, "MaxAgeHours")) {
    if (*age < 1 || *age > kAgeHoursMost)
      return fail(ErrorKind::Invalid,
                  "MaxAgeHours of the agent check is not from 1 to 8784: write the longest time "
                  "between two windows, in hours, and one more");
    settings.image_age_max = hours(*age);
  }
  const auto* keep = find(event, "Keep");
  if (!keep) keep = find(config, "Keep");
  if (keep) settings.keep = TRY(in_context(retention::read_rule(*keep), "Keep"));
  if (settings.topic_arn.empty())
    return fail(ErrorKind::Invalid,
                "the agent check has no topic to tell its findings to: set TopicArn, or the "
                "variable SNS_TOPIC_ARN of the function");
  return settings;
}

void agent_check_handler(const Context& context, const Value& event, const Value& config,
                         aws::Done done) {
  auto settings = read_agent_settings(event, config);
  if (!settings) {
    context.timers.soon([done = std::move(done), error = std::move(settings.error())]() mutable {
      done(std::unexpected(std::move(error)));
    });
    return;
  }
  std::make_shared<AgentCheck>(context, std::move(*settings), std::move(done))->start();
}

}  // namespace hikae::upkeep
