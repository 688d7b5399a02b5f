#include "upkeep/prune_report.h"

#include <algorithm>

namespace hikae::upkeep {
namespace {

Array texts(const std::vector<std::string>& list) {
  Array out;
  for (const auto& text : list) out.emplace_back(text);
  return out;
}

void add_detail(Object& row, const std::string& detail) {
  if (!detail.empty()) row["Detail"] = detail;
}

Array snapshot_rows(const std::vector<SnapshotOutcome>& rows) {
  Array out;
  for (const auto& row : rows) {
    Object entry{{"SnapshotId", row.snapshot}, {"ImageId", row.image}, {"Outcome", row.outcome}};
    add_detail(entry, row.detail);
    out.emplace_back(std::move(entry));
  }
  return out;
}

Object image_row(const PruneRow& row) {
  const auto& [found, decision, outcome, is_settled] = row;
  Object out{{"ImageId", found.image.id.text()},
             {"Name", found.image.name},
             {"CreationDate", found.created_text},
             {"State", found.image.state},
             {"Good", decision.good},
             {"Foreign", decision.foreign},
             {"Verdict", to_string(decision.verdict)},
             {"Reason", decision.reason},
             {"Outcome", outcome.outcome}};
  add_detail(out, outcome.detail);
  if (!outcome.snapshots.empty()) out["Snapshots"] = snapshot_rows(outcome.snapshots);
  return out;
}

bool counts_afterwards(const PruneRow& row) {
  const auto& outcome = row.outcome.outcome;
  return row.decision.good && (outcome == "kept" || outcome == "skipped" || outcome == "failed");
}

}  // namespace

void PruneReport::add(const Look& look) {
  choice = look.choice;
  for (std::size_t i = 0; i < look.images.size(); ++i) {
    auto& row = rows[look.images[i].image.id];
    if (row.is_settled) continue;
    row.found = look.images[i];
    row.decision = look.plan.decisions[i];
    row.outcome = {};
  }
  for (auto& [id, row] : rows)
    if (!row.is_settled && !look.find(id))
      row.outcome = {"gone", "somebody else removed it meanwhile"};
}

void PruneReport::settle(const ImageId& id, ImageOutcome outcome) {
  auto& row = rows[id];
  row.outcome = std::move(outcome);
  row.is_settled = true;
}

bool PruneReport::is_settled(const ImageId& id) const {
  const auto at = rows.find(id);
  return at != rows.end() && at->second.is_settled;
}

Value PruneReport::to_value() const {
  std::vector<const PruneRow*> order;
  for (const auto& [id, row] : rows) order.push_back(&row);
  std::ranges::sort(order, [](const PruneRow* a, const PruneRow* b) {
    const auto& left = a->found.image;
    const auto& right = b->found.image;
    return std::tie(left.created, left.id) > std::tie(right.created, right.id);
  });
  Array images;
  int good_after = 0, foreign = 0;
  for (const auto* row : order) {
    images.emplace_back(image_row(*row));
    good_after += counts_afterwards(*row);
    foreign += row->decision.foreign;
  }
  return Object{{"InstanceId", instance.text()},
                {"Plan", plan},
                {"DryRun", dry_run == DryRun::Yes},
                {"Rule", choice.rule ? choice.rule->text() : "everything"},
                {"RuleSource", choice.source},
                {"GoodBefore", good_before},
                {"GoodAfter", good_after},
                {"Foreign", foreign},
                {"Images", std::move(images)},
                {"Leftovers", snapshot_rows(leftovers)},
                {"Warnings", texts(warnings)},
                {"Errors", texts(errors)}};
}

}  // namespace hikae::upkeep
