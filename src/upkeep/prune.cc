#include "upkeep/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "upkeep/deletion.h"
#include "upkeep/leftovers.h"
#include "upkeep/look.h"
#include "upkeep/of_plan.h"
#include "upkeep/prune_report.h"

namespace hikae::upkeep {
namespace {

class Prune : public std::enable_shared_from_this<Prune> {
 public:
  Prune(const Context& context, PruneRequest request, aws::Done done)
      : context_(context), request_(std::move(request)), done_(std::move(done)) {
    report_.instance = request_.instance;
    report_.plan = request_.plan;
    report_.dry_run = request_.dry_run;
  }

  void start() {
    look(context_, request_, {},
         [self = shared_from_this()](Result<Look> seen) { self->looked_first(std::move(seen)); });
  }

 private:
  void looked_first(Result<Look> seen) {
    if (!seen) return done_(std::unexpected(std::move(seen.error())));
    take(std::move(*seen));
    report_.good_before = last_.plan.good_before;
    if (!last_.choice.warning.empty()) report_.warnings.push_back(last_.choice.warning);
    look_for_leftovers();
  }

  void take(Look seen) {
    last_ = std::move(seen);
    report_.add(last_);
  }

  // Before anything is deleted, so that what this run fails at is left to the next. Where
  // everything is kept, that means these too.
  void look_for_leftovers() {
    if (last_.is_held || !last_.choice.rule) return next_image();
    find_leftovers(context_, request_.owner, request_.instance,
                   [self = shared_from_this()](Result<std::vector<Leftover>> found) {
                     self->got_leftovers(std::move(found));
                   });
  }

  void got_leftovers(Result<std::vector<Leftover>> found) {
    if (!found) {
      note_error("cannot look for snapshots left behind: " + found.error().text());
      return next_image();
    }
    for (auto& [row, began, plan] : *found) {
      const bool is_others = request_.owner.maker == Maker::Hikae &&
                             !why_of_another_plan(plan, request_.plan, last_.plans).empty();
      if (is_others) continue;
      const bool goes =
          would_go(last_, request_.instance, ImageId(row.image), began, context_.clock.now());
      if (!goes) row.outcome = "kept";
      if (!goes) row.detail = "its image is gone, but would be kept if it were there";
      report_.leftovers.push_back(std::move(row));
    }
    if (request_.dry_run == DryRun::Yes) return next_image();
    delete_snapshots(context_, std::move(report_.leftovers),
                     [self = shared_from_this()](std::vector<SnapshotOutcome> settled) {
                       self->deleted_leftovers(std::move(settled));
                     });
  }

  void deleted_leftovers(std::vector<SnapshotOutcome> settled) {
    note_failed_snapshots(settled);
    report_.leftovers = std::move(settled);
    next_image();
  }

  void next_image() {
    const auto* image =
        last_.oldest_to_go([this](const ImageId& id) { return report_.is_settled(id); });
    if (!image) return done_(report_.to_value());
    target_ = *image;
    attempts_ = 0;
    find_sharers(
        context_, target_.image.id,
        [self = shared_from_this()](const Result<std::string>& who) { self->got_sharers(who); });
  }

  void got_sharers(const Result<std::string>& who) {
    if (!who) return settle({"failed", "cannot see who shares it: " + who.error().text()});
    if (!who->empty()) return settle({"skipped", "it is shared with " + *who});
    if (request_.dry_run == DryRun::Yes) return settle({"planned"});
    look_again();
  }

  void look_again() {
    look(context_, request_, deregistered_,
         [self = shared_from_this()](Result<Look> seen) { self->looked_again(std::move(seen)); });
  }

  // Nothing stands between this look and the call: the rest of the pruning works by asking anew.
  void looked_again(Result<Look> seen) {
    if (!seen) return give_up(seen.error());
    take(std::move(*seen));
    if (!last_.find(target_.image.id)) return target_vanished();
    const auto* image =
        last_.oldest_to_go([this](const ImageId& id) { return id != target_.image.id; });
    if (!image) return next_image();
    target_ = *image;
    ++attempts_;
    deregister_once(context_, target_.image.id,
                    [self = shared_from_this()](const Result<Deregistered>& answer) {
                      self->deregistered(answer);
                    });
  }

  // Ours, if a call of ours may have removed it although its answer was lost.
  void target_vanished() {
    if (attempts_ == 0) return next_image();
    deregistered(Deregistered::WasGone);
  }

  void deregistered(const Result<Deregistered>& answer) {
    if (!answer) return did_not_go(answer.error());
    deregistered_.push_back(target_.image.id);
    delete_snapshots_of(context_, target_,
                        [self = shared_from_this(), how = *answer](ImageOutcome outcome) {
                          if (how == Deregistered::WasGone && outcome.detail.empty())
                            outcome.detail = "it was already gone";
                          self->settle(std::move(outcome));
                        });
  }

  void did_not_go(const Error& error) {
    if (attempts_ >= kAttemptsMax || !worth_repeating(error))
      return settle({"failed", error.text()});
    context_.timers.after(pause_after(attempts_, target_.image.id.text()),
                          [self = shared_from_this()] { self->look_again(); });
  }

  void settle(ImageOutcome outcome) {
    const auto& id = target_.image.id;
    if (outcome.outcome == "failed")
      note_error(fmt::format("image {} could not be deleted: {}", id.text(), outcome.detail));
    note_failed_snapshots(outcome.snapshots);
    report_.settle(id, std::move(outcome));
    next_image();
  }

  // Whoever cannot look does not delete.
  void give_up(const Error& error) {
    note_error(fmt::format("nothing more was deleted, because a look failed: {}", error.text()));
    if (attempts_ > 0)
      report_.settle(target_.image.id, {"failed", "whether it was deleted is not known"});
    for (std::size_t i = 0; i < last_.images.size(); ++i)
      if (const auto& id = last_.images[i].image.id;
          last_.plan.decisions[i].verdict == retention::Verdict::Delete && !report_.is_settled(id))
        report_.settle(id, {"skipped", "the look before its deletion failed"});
    done_(report_.to_value());
  }

  void note_failed_snapshots(const std::vector<SnapshotOutcome>& rows) {
    for (const auto& row : rows)
      if (row.outcome == "failed")
        note_error(fmt::format("snapshot {} of image {} could not be deleted: {}", row.snapshot,
                               row.image, row.detail));
  }

  void note_error(std::string text) { report_.errors.push_back(std::move(text)); }

  Context context_;
  PruneRequest request_;
  aws::Done done_;
  PruneReport report_;
  Look last_;
  FoundImage target_;  // the image to go next
  int attempts_ = 0;   // at the target
  std::vector<ImageId> deregistered_;
};

std::string turn_of(const Context& context, const InstanceId& instance) {
  return fmt::format("{}/{}/{}", context.scope.account, context.scope.region, instance.text());
}

}  // namespace

void prune(const Context& context, PruneRequest request, aws::Done done) {
  const bool only_reads = request.dry_run == DryRun::Yes;
  if (only_reads || !context.turns)
    return std::make_shared<Prune>(context, std::move(request), std::move(done))->start();
  const auto key = turn_of(context, request.instance);
  auto then = [turns = context.turns, key, done = std::move(done)](Result<Value> report) mutable {
    done(std::move(report));
    turns->leave(key);
  };
  context.turns->enter(key, [run = std::make_shared<Prune>(context, std::move(request),
                                                           std::move(then))] { run->start(); });
}

}  // namespace hikae::upkeep
