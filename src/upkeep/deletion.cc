#include "upkeep/deletion.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "aws/errors.h"
#include "base/seeded_bugs.h"

namespace hikae::upkeep {
namespace {

std::string sharers_in(const Value& attribute, std::string_view member) {
  std::string who;
  for (const auto& permission : list_at(attribute, member)) {
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
    ask(context_, "ec2", "DescribeSnapshotAttribute",
        Object{{"SnapshotId", rows_[at_].snapshot}, {"Attribute", "createVolumePermission"}},
        [self = shared_from_this()](const Result<Value>& answer) { self->got_sharers(answer); });
  }

 private:
  void got_sharers(const Result<Value>& answer) {
    // An endpoint that does not know the operation knows no sharing of snapshots either.
    const bool none = !answer && (aws::is_not_found(answer.error()) ||
                                  answer.error().kind == ErrorKind::Unsupported);
    if (!answer && !none)
      return settle("failed", "cannot see who shares it: " + answer.error().text());
    const auto who = none ? std::string() : sharers_in(*answer, "CreateVolumePermissions");
    if (!who.empty()) return settle("kept", "it is shared with " + who);
    ask(context_, "ec2", "DeleteSnapshot", Object{{"SnapshotId", rows_[at_].snapshot}},
        [self = shared_from_this()](const Result<Value>& a) { self->deleted(a); });
  }

  void deleted(const Result<Value>& answer) {
    if (answer) return settle("deleted", "");
    if (aws::is_not_found(answer.error())) return settle("deleted", "it was already gone");
    settle("failed", answer.error().text());
  }

  void settle(std::string outcome, std::string detail) {
    auto& row = rows_[at_++];
    row.outcome = std::move(outcome);
    row.detail = std::move(detail);
    next();
  }

  Context context_;
  std::vector<SnapshotOutcome> rows_;
  Done done_;
  std::size_t at_ = 0;
};

std::vector<SnapshotOutcome> snapshot_plan(const FoundImage& image,
                                           const Result<std::vector<std::string>>& used) {
  std::vector<SnapshotOutcome> rows;
  const auto& of = image.image.id.text();
  for (const auto& [id, stays] : image.snapshots) {
    if (!stays.empty())
      rows.push_back({id, of, "kept", stays});
    else if (!used)
      rows.push_back({id, of, "failed", "cannot see who uses it: " + used.error().text()});
    else if (std::ranges::binary_search(*used, id))
      rows.push_back({id, of, "kept", "another image uses it"});
    else
      rows.push_back({id, of, "planned", ""});
  }
  return rows;
}

ImageOutcome outcome_with(std::vector<SnapshotOutcome> rows) {
  const auto failed = std::ranges::count(rows, "failed", &SnapshotOutcome::outcome);
  if (failed == 0) return {"deleted", "", std::move(rows)};
  auto detail = fmt::format("{} of its {} snapshots could not be deleted; the next run tries again",
                            failed, rows.size());
  return {"partly", std::move(detail), std::move(rows)};
}

}  // namespace

void find_sharers(const Context& context, const ImageId& image,
                  std::move_only_function<void(Result<std::string>)> done) {
  ask(context, "ec2", "DescribeImageAttribute",
      Object{{"ImageId", image.text()}, {"Attribute", "launchPermission"}},
      [done = std::move(done)](Result<Value> answer) mutable {
        if (answer) return done(sharers_in(*answer, "LaunchPermissions"));
        if (aws::is_not_found(answer.error())) return done(std::string());
        done(std::unexpected(std::move(answer.error())));
      });
}

void deregister_once(const Context& context, const ImageId& image,
                     std::move_only_function<void(Result<Deregistered>)> done) {
  ask_once(context, "ec2", "DeregisterImage", Object{{"ImageId", image.text()}},
           [done = std::move(done)](Result<Value> answer) mutable {
             if (answer) return done(Deregistered::Now);
             if (aws::is_not_found(answer.error())) return done(Deregistered::WasGone);
             done(std::unexpected(std::move(answer.error())));
           });
}

void delete_snapshots_of(const Context& context, const FoundImage& image,
                         std::move_only_function<void(ImageOutcome)> done) {
  std::vector<std::string> ids;
  if (SeededBugs::has(SeededBug::SnapshotsLeftBehind)) return done(outcome_with({}));
  for (const auto& snapshot : image.snapshots) ids.push_back(snapshot.id);
  auto got_used = [context, image,
                   done = std::move(done)](const Result<std::vector<std::string>>& used) mutable {
    delete_snapshots(context, snapshot_plan(image, used),
                     [done = std::move(done)](std::vector<SnapshotOutcome> settled) mutable {
                       done(outcome_with(std::move(settled)));
                     });
  };
  if (ids.empty()) return got_used(std::vector<std::string>{});
  find_used_snapshots(context, ids, image.image.id.text(), std::move(got_used));
}

void delete_snapshots(const Context& context, std::vector<SnapshotOutcome> planned,
                      std::move_only_function<void(std::vector<SnapshotOutcome>)> done) {
  std::make_shared<SnapshotDeletion>(context, std::move(planned), std::move(done))->next();
}

}  // namespace hikae::upkeep
