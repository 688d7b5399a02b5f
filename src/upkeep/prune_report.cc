#include "upkeep/prune_report.h"

#include <algorithm>
#include <numeric>

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

Object image_row(const FoundImage& found, const retention::Decision& decision,
                 const ImageOutcome& outcome) {
  Object row{{"ImageId", found.image.id.text()},
             {"Name", found.image.name},
             {"CreationDate", found.created_text},
             {"State", found.image.state},
             {"Good", decision.good},
             {"Verdict", to_string(decision.verdict)},
             {"Reason", decision.reason},
             {"Outcome", outcome.outcome}};
  add_detail(row, outcome.detail);
  if (!outcome.snapshots.empty()) row["Snapshots"] = snapshot_rows(outcome.snapshots);
  return row;
}

}  // namespace

Value PruneReport::to_value() const {
  std::vector<std::size_t> order(images.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tie(images[a].image.created, images[a].image.id) >
           std::tie(images[b].image.created, images[b].image.id);
  });
  Array rows;
  int good_after = plan.good_before;
  for (const auto i : order) {
    rows.emplace_back(image_row(images[i], plan.decisions[i], outcomes[i]));
    const auto& outcome = outcomes[i].outcome;
    const bool gone = outcome == "deleted" || outcome == "partly" || outcome == "planned";
    if (plan.decisions[i].good && gone) --good_after;
  }
  return Object{{"InstanceId", instance.text()},
                {"DryRun", dry_run == DryRun::Yes},
                {"Rule", choice.rule ? choice.rule->text() : "everything"},
                {"RuleSource", choice.source},
                {"GoodBefore", plan.good_before},
                {"GoodAfter", good_after},
                {"Images", std::move(rows)},
                {"Leftovers", snapshot_rows(leftovers)},
                {"Warnings", texts(warnings)},
                {"Errors", texts(errors)}};
}

}  // namespace hikae::upkeep
