#include "upkeep/morning_report.h"

#include <memory>

#include "base/escape.h"
#include "upkeep/images.h"
#include "upkeep/members.h"

namespace hikae::upkeep {
namespace {

Object report_of_morning(const FreshnessFindings& findings) {
  return Object{{"Members", findings.members},
                {"WithoutBackup", findings.without_backup()},
                {"Published", false},
                {"Never", finding_list(findings.never)},
                {"Stale", finding_list(findings.stale)},
                {"LeftStopped", finding_list(findings.left_stopped)},
                {"Windows", finding_list(findings.windows)}};
}

class MorningReport : public std::enable_shared_from_this<MorningReport> {
 public:
  MorningReport(const Context& context, MorningOrder order, aws::Done done)
      : context_(context), order_(std::move(order)), done_(std::move(done)) {}

  void start() {
    list_members(context_, order_.settings.group_tag, order_.settings.group_value,
                 [self = shared_from_this()](Result<Array> members) {
                   self->got_group(std::move(members));
                 });
  }

 private:
  void got_group(Result<Array> members) {
    if (!members) return could_not_read("list the instances", members.error());
    members_ = std::move(*members);
    find_images(context_, order_.owner, Array{},
                [self = shared_from_this()](Result<std::vector<FoundImage>> images) {
                  self->got_backups(std::move(images));
                });
  }

  void got_backups(Result<std::vector<FoundImage>> images) {
    if (!images) return could_not_read("list the images", images.error());
    images_ = std::move(*images);
    next_window();
  }

  void next_window() {
    if (windows_.size() == order_.windows.size()) return judge();
    const auto& id = order_.windows[windows_.size()];
    ask(context_, "ssm", "GetMaintenanceWindow", Object{{"WindowId", id}},
        [self = shared_from_this(), id](Result<Value> answer) {
          self->windows_.push_back({id, std::move(answer)});
          self->next_window();
        });
  }

  void judge() {
    const auto now = context_.clock.now();
    const auto findings = examine_backups(members_, images_, windows_, order_.settings, now);
    report_ = report_of_morning(findings);
    if (findings.all_is_well() && order_.heartbeat == Heartbeat::No)
      return done_(Value(std::move(report_)));
    publish(context_, order_.topic_arn, freshness_subject(findings),
            freshness_message(findings, order_.settings, now, order_.words),
            [self = shared_from_this()](Result<Value> answer) { self->told(std::move(answer)); });
  }

  void told(Result<Value> answer) {
    if (!answer)
      return done_(in_context(std::move(answer), "the report of the morning was not published"));
    report_["Published"] = true;
    done_(Value(std::move(report_)));
  }

  void could_not_read(std::string_view what, const Error& error) {
    failure_ = error;
    failure_.message = "the report of the morning could not " + str(what) + ": " + error.message;
    publish(
        context_, order_.topic_arn, "hikae: the report of the morning failed",
        "Nobody knows this morning whether there are fresh backups: " + printable(failure_.text()) +
            ".\nLook at the permissions of the report and at the state of the service, then "
            "invoke it again.\n",
        [self = shared_from_this()](const Result<Value>& answer) { self->failed(answer); });
  }

  void failed(const Result<Value>& answer) {
    if (!answer) failure_.message += "; and this could not be published: " + answer.error().text();
    done_(std::unexpected(failure_));
  }

  Context context_;
  MorningOrder order_;
  aws::Done done_;
  Array members_;
  std::vector<FoundImage> images_;
  std::vector<WindowLook> windows_;
  Object report_;
  Error failure_;
};

}  // namespace

void report_morning(const Context& context, MorningOrder order, aws::Done done) {
  std::make_shared<MorningReport>(context, std::move(order), std::move(done))->start();
}

}  // namespace hikae::upkeep
