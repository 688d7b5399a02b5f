#include "sim/court.h"

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

constexpr std::size_t kViolationsKept = 50;

}  // namespace

void Checker::broken(const World& world, std::string what) {
  if (list_->size() < kViolationsKept)
    list_->push_back({str(promise()), std::move(what), world.now()});
}

Court::Court(World& world, Facts facts) : world_(world), facts_(std::move(facts)) {
  checkers_.push_back(make_power_checker());
  checkers_.push_back(make_theft_checker(facts_));
  checkers_.push_back(make_bounded_stop_checker());
  checkers_.push_back(make_one_image_checker());
  checkers_.push_back(make_good_checker());
  checkers_.push_back(make_generations_checker(facts_));
  checkers_.push_back(make_only_ours_checker());
  checkers_.push_back(make_deletion_order_checker(facts_));
  checkers_.push_back(make_intent_checker());
  checkers_.push_back(make_replay_checker());
  checkers_.push_back(make_instants_checker(facts_));
  checkers_.push_back(make_on_time_checker(facts_));
  checkers_.push_back(make_one_run_checker());
  checkers_.push_back(make_told_checker(facts_));
  checkers_.push_back(make_event_once_checker());
  checkers_.push_back(make_history_checker());
  checkers_.push_back(make_liveness_checker());
  for (const auto& checker : checkers_) checker->list_ = &violations_;
  world_.watch(this);
}

Court::~Court() { world_.watch(nullptr); }

void Court::leaving(const aws::Request& request) {
  for (const auto& checker : checkers_) checker->leaving(world_, request);
}
void Court::changed(const sandbox::Change& change) {
  for (const auto& checker : checkers_) checker->changed(world_, change);
}
void Court::committed() {
  for (const auto& checker : checkers_) checker->committed(world_);
}
void Court::died(bool is_exact) {
  for (const auto& checker : checkers_) checker->died(world_, is_exact);
}
void Court::revived() {
  for (const auto& checker : checkers_) checker->revived(world_);
}
void Court::rested() {
  for (const auto& checker : checkers_) checker->rested(world_);
}

std::vector<std::string> Court::promises() const {
  std::vector<std::string> names;
  for (const auto& checker : checkers_) names.push_back(str(checker->promise()));
  return names;
}

}  // namespace hikae::sim
