#include "upkeep/retention_handler.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "base/escape.h"
#include "upkeep/images.h"
#include "upkeep/prune.h"
#include "upkeep/retention_event.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

class RetentionRun : public std::enable_shared_from_this<RetentionRun> {
 public:
  RetentionRun(const Context& context, RetentionEvent event, aws::Done done)
      : context_(context), event_(std::move(event)), done_(std::move(done)) {}

  void start() {
    if (!event_.instance.empty()) {
      queue_.push_back({.instance = InstanceId(event_.instance),
                        .owner = {Maker::Hikae, event_.installation},
                        .plan = event_.plan,
                        .keep = event_.keep,
                        .generation_tag = event_.generation_tag,
                        .dry_run = event_.dry_run});
      return next_instance();
    }
    find_images(context_, {Maker::Article},
                Array{exact_filter("tag:" + str(kNameTag), {event_.server_name})},
                [self = shared_from_this()](Result<std::vector<FoundImage>> found) {
                  self->got_images(std::move(found));
                });
  }

 private:
  void got_images(Result<std::vector<FoundImage>> found) {
    if (!found)
      return done_(in_context(
          Result<Value>(std::unexpected(std::move(found.error()))),
          fmt::format("cannot list the images of the server {}", printable(event_.server_name))));
    std::map<InstanceId, int> by_source;
    for (const auto& image : *found)
      if (image.name_tag == event_.server_name) ++by_source[image.image.source];
    for (const auto& [source, images] : by_source)
      source.empty() ? note_unknown(images) : add_instance(source);
    next_instance();
  }

  void note_unknown(int images) {
    warnings_.push_back(
        fmt::format("{} images named {} are kept: of which instance they were made is not known",
                    images, printable(event_.server_name)));
  }

  void add_instance(const InstanceId& source) {
    queue_.push_back({.instance = source,
                      .owner = {Maker::Article},
                      .server_name = event_.server_name,
                      .generation_tag = "gen",
                      .generations = event_.generations,
                      .dry_run = event_.dry_run});
  }

  void next_instance() {
    if (at_ == queue_.size()) return tell();
    auto request = std::move(queue_[at_++]);
    prune(context_, request,
          [self = shared_from_this(), id = request.instance.text()](Result<Value> report) {
            self->got_report(id, std::move(report));
          });
  }

  void got_report(const std::string& instance, Result<Value> report) {
    // Of a single instance there is nothing else to go on with.
    if (!report && queue_.size() == 1) return done_(std::move(report));
    if (!report) {
      errors_.push_back(instance + ": " + report.error().text());
      return next_instance();
    }
    for (const auto& text : list_at(*report, "Warnings"))
      warnings_.push_back(instance + ": " + str(text_of(text)));
    for (const auto& text : list_at(*report, "Errors"))
      errors_.push_back(instance + ": " + str(text_of(text)));
    for (const auto& image : list_at(*report, "Images")) {
      const auto outcome = text_at(image, "Outcome");
      if (outcome == "deleted" || outcome == "partly") ++deleted_;
    }
    reports_.push_back(std::move(*report));
    next_instance();
  }

  void tell() {
    if (warnings_.empty() && errors_.empty()) return end();
    if (event_.dry_run == DryRun::Yes) return end();
    if (event_.topic_arn.empty())
      return errors_.empty() ? end() : done_(incomplete("; no topic is given to tell it to"));
    publish(context_, event_.topic_arn, subject(), message(),
            [self = shared_from_this()](const Result<Value>& answer) { self->told(answer); });
  }

  void told(const Result<Value>& answer) {
    if (!answer)
      return done_(incomplete("; and it could not be published: " + answer.error().text()));
    published_ = true;
    end();
  }

  [[nodiscard]] std::string about() const {
    return event_.instance.empty() ? printable(event_.server_name) : event_.instance;
  }

  [[nodiscard]] std::string subject() const {
    return errors_.empty() ? fmt::format("hikae: backups of {} are all kept", about())
                           : fmt::format("hikae: old backups of {} could not be deleted", about());
  }

  [[nodiscard]] std::string message() const {
    std::string text =
        fmt::format("Retention of the backups of {}, {}.\n", about(), iso(context_.clock.now()));
    if (!warnings_.empty())
      text += "\nNothing was deleted here, because it is not clear what may go:\n";
    for (const auto& warning : warnings_) text += "  " + printable(warning) + "\n";
    if (!errors_.empty())
      text +=
          "\nThese failed. No backup is lost; the next night tries again. If it comes every "
          "night, look at the permissions and at who uses the image or snapshot:\n";
    for (const auto& error : errors_) text += "  " + printable(error) + "\n";
    return text;
  }

  [[nodiscard]] std::unexpected<Error> incomplete(const std::string& why) const {
    std::string all;
    for (const auto* list : {&errors_, &warnings_})
      for (const auto& text : *list) all.append(all.empty() ? "" : "; ").append(text);
    return fail(ErrorKind::Unavailable, "RetentionIncomplete", all + why);
  }

  static Array texts(const std::vector<std::string>& list) {
    Array out;
    for (const auto& text : list) out.emplace_back(text);
    return out;
  }

  void end() {
    done_(Value(Object{{"Deleted", deleted_},
                       {"Instances", std::move(reports_)},
                       {"Warnings", texts(warnings_)},
                       {"Errors", texts(errors_)},
                       {"Published", published_}}));
  }

  Context context_;
  RetentionEvent event_;
  aws::Done done_;
  std::vector<PruneRequest> queue_;
  std::size_t at_ = 0;
  Array reports_;
  std::vector<std::string> warnings_;
  std::vector<std::string> errors_;
  std::int64_t deleted_ = 0;
  bool published_ = false;
};

}  // namespace

void retention_handler(const Context& context, const Value& event, const Value& config,
                       aws::Done done) {
  auto read = read_retention_event(event, config);
  if (!read) {
    context.timers.soon([done = std::move(done), error = std::move(read.error())]() mutable {
      done(std::unexpected(std::move(error)));
    });
    return;
  }
  std::make_shared<RetentionRun>(context, std::move(*read), std::move(done))->start();
}

}  // namespace hikae::upkeep
