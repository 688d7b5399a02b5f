#include "upkeep/deletion.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "aws/errors.h"

namespace hikae::upkeep {
namespace {

enum class Rehearse { No, Yes };

std::string shared_with(const Value& attribute) {
  std::string who;
  for (const auto& permission : list_at(attribute, "LaunchPermissions")) {
    auto name = text_at(permission, "UserId", text_at(permission, "Group"));
    if (name.empty()) name = text_at(permission, "OrganizationArn");
    if (name.empty()) name = text_at(permission, "OrganizationalUnitArn", "someone");
    who.append(who.empty() ? "" : ", ").append(name);
  }
  return who;
}

class SnapshotDeletion : public std::enable_shared_from_this<SnapshotDeletion> {
 public:
  using Done = std::move_only_function<void(std::vector<SnapshotOutcome>)>;
  SnapshotDeletion(const Context& context, std::vector<SnapshotOutcome> planned, Done done)
      : context_(context), rows_(std::move(planned)), done_(std::move(done)) {}

  void next() {
    while (at_ < rows_.size() && rows_[at_].outcome != "planned") ++at_;
    if (at_ == rows_.size()) return done_(std::move(rows_));
    ask(context_, "ec2", "DeleteSnapshot", Object{{"SnapshotId", rows_[at_].snapshot}},
        [self = shared_from_this()](const Result<Value>& answer) { self->got(answer); });
  }

 private:
  void got(const Result<Value>& answer) {
    auto& row = rows_[at_++];
    const bool gone = answer || aws::is_not_found(answer.error());
    row.outcome = gone ? "deleted" : "failed";
    if (!answer) row.detail = gone ? "it was already gone" : answer.error().text();
    next();
  }

  Context context_;
  std::vector<SnapshotOutcome> rows_;
  Done done_;
  std::size_t at_ = 0;
};

class ImageDeletion : public std::enable_shared_from_this<ImageDeletion> {
 public:
  using Done = std::move_only_function<void(ImageOutcome)>;
  ImageDeletion(const Context& context, const FoundImage& image, Rehearse rehearse, Done done)
      : context_(context),
        id_(image.image.id.text()),
        snapshots_(image.snapshots),
        rehearse_(rehearse),
        done_(std::move(done)) {}

  void start() {
    ask(context_, "ec2", "DescribeImageAttribute",
        Object{{"ImageId", id_}, {"Attribute", "launchPermission"}},
        [self = shared_from_this()](const Result<Value>& answer) { self->got_shares(answer); });
  }

 private:
  void got_shares(const Result<Value>& answer) {
    const bool gone = !answer && aws::is_not_found(answer.error());
    if (!answer && !gone)
      return end("failed", "cannot see who shares it: " + answer.error().text());
    const auto who = gone ? std::string() : shared_with(*answer);
    if (!who.empty()) return end("skipped", "it is shared with " + who);
    if (rehearse_ == Rehearse::Yes) return end("planned", "");
    ask(context_, "ec2", "DeregisterImage", Object{{"ImageId", id_}},
        [self = shared_from_this()](const Result<Value>& a) { self->deregistered(a); });
  }

  void deregistered(const Result<Value>& answer) {
    if (!answer && !aws::is_not_found(answer.error())) return end("failed", answer.error().text());
    outcome_.outcome = "deleted";
    if (!answer) outcome_.detail = "it was already gone";
    if (snapshots_.empty()) return done_(std::move(outcome_));
    find_used_snapshots(context_, snapshots_, id_,
                        [self = shared_from_this()](const Result<std::vector<std::string>>& used) {
                          self->got_used(used);
                        });
  }

  void got_used(const Result<std::vector<std::string>>& used) {
    std::vector<SnapshotOutcome> rows;
    for (const auto& id : snapshots_) {
      if (!used)
        rows.push_back({id, id_, "failed", "cannot see who uses it: " + used.error().text()});
      else if (std::ranges::binary_search(*used, id))
        rows.push_back({id, id_, "kept", "another image uses it"});
      else
        rows.push_back({id, id_, "planned", ""});
    }
    delete_snapshots(context_, std::move(rows),
                     [self = shared_from_this()](std::vector<SnapshotOutcome> settled) {
                       self->got_snapshots(std::move(settled));
                     });
  }

  void got_snapshots(std::vector<SnapshotOutcome> rows) {
    const auto failed = std::ranges::count(rows, "failed", &SnapshotOutcome::outcome);
    outcome_.snapshots = std::move(rows);
    if (failed == 0) return done_(std::move(outcome_));
    end("partly",
        fmt::format("{} of its {} snapshots could not be deleted; the next run tries again", failed,
                    snapshots_.size()));
  }

  void end(std::string outcome, std::string detail) {
    outcome_.outcome = std::move(outcome);
    outcome_.detail = std::move(detail);
    done_(std::move(outcome_));
  }

  Context context_;
  std::string id_;
  std::vector<std::string> snapshots_;
  Rehearse rehearse_;
  Done done_;
  ImageOutcome outcome_;
};

}  // namespace

void delete_image(const Context& context, const FoundImage& image,
                  std::move_only_function<void(ImageOutcome)> done) {
  std::make_shared<ImageDeletion>(context, image, Rehearse::No, std::move(done))->start();
}

void rehearse_deletion(const Context& context, const FoundImage& image,
                       std::move_only_function<void(ImageOutcome)> done) {
  std::make_shared<ImageDeletion>(context, image, Rehearse::Yes, std::move(done))->start();
}

void delete_snapshots(const Context& context, std::vector<SnapshotOutcome> planned,
                      std::move_only_function<void(std::vector<SnapshotOutcome>)> done) {
  std::make_shared<SnapshotDeletion>(context, std::move(planned), std::move(done))->next();
}

}  // namespace hikae::upkeep
