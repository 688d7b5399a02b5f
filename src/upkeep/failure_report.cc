#include "upkeep/failure_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/escape.h"
#include "delivery/render.h"

namespace hikae::upkeep {
namespace {

constexpr int kStepsPerPage = 50;  // Systems Manager's most
constexpr std::size_t kIdShown = 80;

/// Both spellings of the cancelled one are met in rules (docs/reference/ssm-automation.md 7.6).
constexpr std::array<std::string_view, 6> kBadEnds = {
    "Failed", "TimedOut", "Cancelled", "Canceled", "CompletedWithFailure", "Rejected"};

class FailureReport : public std::enable_shared_from_this<FailureReport> {
 public:
  FailureReport(const Context& context, FailureOrder order, Value event, aws::Done done)
      : context_(context),
        order_(std::move(order)),
        event_(std::move(event)),
        done_(std::move(done)) {}

  void start() {
    const auto& detail = object_at(event_, "detail");
    id_ = text_at(detail, "ExecutionId");
    report_ = {{"Published", false}, {"ExecutionId", id_}, {"Status", text_at(detail, "Status")}};
    if (id_.empty())
      return end_with(fail(ErrorKind::Invalid,
                           "the event of a run has no detail.ExecutionId: nobody knows which run "
                           "it is about"));
    if (std::ranges::find(kBadEnds, text_at(detail, "Status")) == kBadEnds.end())
      return end_with(Value(std::move(report_)));
    ask(context_, "ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", id_}},
        [self = shared_from_this()](Result<Value> run) { self->got_run(std::move(run)); });
  }

 private:
  void got_run(Result<Value> run) {
    answers_.run = std::move(run);
    const auto* shown = *answers_.run ? find(**answers_.run, "AutomationExecution") : nullptr;
    if (!shown || !is_true_at(*shown, "StepExecutionsTruncated")) return look_at_instance();
    list_all(
        context_, "ssm", "DescribeAutomationStepExecutions",
        Object{{"AutomationExecutionId", id_}, {"MaxResults", kStepsPerPage}}, "StepExecutions",
        [self = shared_from_this()](Result<Array> steps) { self->got_steps(std::move(steps)); });
  }

  void got_steps(Result<Array> steps) {
    if (steps)
      (**answers_.run).as_object()["AutomationExecution"].as_object()["StepExecutions"] =
          std::move(*steps);
    else
      remark_ =
          "\nOnly the first steps of the run could be read: " + printable(steps.error().text()) +
          "\n";
    look_at_instance();
  }

  void look_at_instance() {
    const auto instance = *answers_.run ? delivery::instance_of_run(**answers_.run) : std::string();
    if (instance.empty()) return tell();
    ask(context_, "ec2", "DescribeInstances", Object{{"InstanceIds", Array{Value(instance)}}},
        [self = shared_from_this()](Result<Value> instances) {
          self->answers_.instances = std::move(instances);
          self->tell();
        });
  }

  void tell() {
    auto text = delivery::report_run(event_, answers_, order_.words);
    report_["InstanceId"] = text.instance.id;
    report_["Step"] = text.run.failed ? text.run.failed->name : "";
    report_["Power"] = text.instance.state;
    report_["Subject"] = text.plain_subject;
    publish(context_, order_.topic_arn, text.plain_subject, text.body + remark_,
            [self = shared_from_this()](Result<Value> answer) { self->told(std::move(answer)); });
  }

  void told(Result<Value> answer) {
    if (!answer)
      return done_(in_context(std::move(answer),
                              fmt::format("the end of the run {} was not published",
                                          printable(std::string_view(id_).substr(0, kIdShown)))));
    report_["Published"] = true;
    done_(Value(std::move(report_)));
  }

  void end_with(Result<Value> result) {
    context_.timers.soon([self = shared_from_this(), result = std::move(result)]() mutable {
      self->done_(std::move(result));
    });
  }

  Context context_;
  FailureOrder order_;
  Value event_;
  aws::Done done_;
  std::string id_;
  delivery::Answers answers_;
  std::string remark_;
  Object report_;
};

}  // namespace

void report_failure(const Context& context, FailureOrder order, Value event, aws::Done done) {
  std::make_shared<FailureReport>(context, std::move(order), std::move(event), std::move(done))
      ->start();
}

}  // namespace hikae::upkeep
