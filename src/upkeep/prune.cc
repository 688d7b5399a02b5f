#include "upkeep/prune.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "upkeep/deletion.h"
#include "upkeep/leftovers.h"
#include "upkeep/prune_report.h"

namespace hikae::upkeep {
namespace {

class Prune : public std::enable_shared_from_this<Prune> {
 public:
  Prune(const Context& context, PruneRequest request, aws::Done done)
      : context_(context), request_(std::move(request)), done_(std::move(done)) {
    report_.instance = request_.instance;
    report_.dry_run = request_.dry_run;
  }

  void start() {
    if (request_.images) {
      report_.images = std::move(*request_.images);
      return ask_tags();
    }
    const auto& id = request_.instance.text();
    find_images(context_, Array{exact_filter("source-instance-id", {id})},
                [self = shared_from_this()](Result<std::vector<FoundImage>> found) {
                  self->got_images_by_source(std::move(found));
                });
  }

 private:
  // An EC2-compatible endpoint may not know that filter; its own images carry our tag.
  void got_images_by_source(Result<std::vector<FoundImage>> found) {
    if (found || found.error().kind != ErrorKind::Invalid) return got_images(std::move(found));
    find_images(context_,
                Array{exact_filter("tag:" + str(kSourceInstanceTag), {request_.instance.text()})},
                [self = shared_from_this()](Result<std::vector<FoundImage>> again) {
                  self->got_images(std::move(again));
                });
  }

  void got_images(Result<std::vector<FoundImage>> found) {
    if (!found)
      return done_(in_context(Result<Value>(std::unexpected(std::move(found.error()))),
                              "cannot list the images of " + request_.instance.text()));
    report_.images = std::move(*found);
    ask_tags();
  }

  void ask_tags() {
    list_all(context_, "ec2", "DescribeTags",
             Object{{"Filters", Array{exact_filter("resource-id", {request_.instance.text()})}}},
             "Tags", [self = shared_from_this()](Result<Array> tags) { self->got_tags(tags); });
  }

  void got_tags(const Result<Array>& tags) {
    if (!tags)
      return done_(in_context(Result<Value>(std::unexpected(tags.error())),
                              "cannot read the tags of " + request_.instance.text()));
    const Value instance = Object{{"Tags", *tags}};
    held_ = is_held(instance);
    auto tag = tag_of(instance, request_.generation_tag);
    if (request_.generations) tag = *request_.generations;
    decide(retention::choose_rule(request_.generation_tag, tag, request_.keep));
    look_for_leftovers();
  }

  void decide(retention::Choice choice) {
    if (!choice.warning.empty()) report_.warnings.push_back(choice.warning);
    auto why = choice.warning;
    report_.choice = std::move(choice);
    auto rule = report_.choice.rule;
    if (held_) {
      rule.reset();
      why = "the instance is on hold (tag " + str(kHoldTag) + ")";
    }
    std::vector<retention::Image> images;
    for (const auto& found : report_.images) images.push_back(found.image);
    report_.plan = retention::decide(request_.instance, images, rule, context_.clock.now(), why);
    report_.outcomes.resize(images.size());
    for (std::size_t i = 0; i < images.size(); ++i)
      if (report_.plan.decisions[i].verdict == retention::Verdict::Delete) queue_.push_back(i);
    // The newest first, to be taken from the end: the oldest goes first.
    std::ranges::sort(queue_, [&](std::size_t a, std::size_t b) {
      return std::tie(images[a].created, images[a].id) > std::tie(images[b].created, images[b].id);
    });
  }

  // Before anything is deleted, so that what this run fails at is left to the next. Where
  // everything is kept, that means these too.
  void look_for_leftovers() {
    if (held_ || !report_.choice.rule) return next_image();
    find_leftovers(context_, request_.instance, where_to_look(),
                   [self = shared_from_this()](Result<std::vector<SnapshotOutcome>> found) {
                     self->got_leftovers(std::move(found));
                   });
  }

  [[nodiscard]] LookFor where_to_look() const {
    const bool untagged = std::ranges::any_of(
        report_.images, [](const FoundImage& found) { return found.source_tag.empty(); });
    return untagged || request_.sweep == Sweep::Yes ? LookFor::Described : LookFor::Tagged;
  }

  void got_leftovers(Result<std::vector<SnapshotOutcome>> found) {
    if (!found) {
      note_error("cannot look for snapshots left behind: " + found.error().text());
      return next_image();
    }
    report_.leftovers = std::move(*found);
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
    if (queue_.empty()) return done_(report_.to_value());
    const auto index = queue_.back();
    queue_.pop_back();
    auto settle = [self = shared_from_this(), index](ImageOutcome outcome) {
      self->settled(index, std::move(outcome));
    };
    if (request_.dry_run == DryRun::Yes)
      rehearse_deletion(context_, report_.images[index], std::move(settle));
    else
      delete_image(context_, report_.images[index], std::move(settle));
  }

  void settled(std::size_t index, ImageOutcome outcome) {
    const auto& id = report_.images[index].image.id.text();
    if (outcome.outcome == "failed")
      note_error(fmt::format("image {} could not be deleted: {}", id, outcome.detail));
    note_failed_snapshots(outcome.snapshots);
    report_.outcomes[index] = std::move(outcome);
    next_image();
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
  bool held_ = false;
  std::vector<std::size_t> queue_;  // images to delete, taken from the end
};

}  // namespace

void prune(const Context& context, PruneRequest request, aws::Done done) {
  std::make_shared<Prune>(context, std::move(request), std::move(done))->start();
}

}  // namespace hikae::upkeep
