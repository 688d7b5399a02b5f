#include "sim/night.h"

#include <algorithm>

#include "text/json.h"
#include "upkeep/tags.h"

namespace hikae::sim {
namespace {

constexpr int kRunsOfANight = 20'000;

std::string tag_in(const Value& resource, std::string_view key) {
  for (const auto& tag : list_at(resource, "Tags"))
    if (text_at(tag, "Key") == key) return str(text_at(tag, "Value"));
  return {};
}

/// How long each instance was not to be used: from the order to stop until it ran again (or now).
std::map<std::string, Duration, std::less<>> stopped_times(const sandbox::Sandbox& sandbox,
                                                           const Scope& scope, WallTime from,
                                                           WallTime now) {
  std::map<std::string, Duration, std::less<>> total;
  std::map<std::string, WallTime, std::less<>> down;
  for (const auto& change : sandbox.changes(scope)) {
    if (change.at < from) continue;
    if (change.what == "stopping") down.emplace(change.resource, change.at);
    if (change.what != "running") continue;
    if (const auto since = down.extract(change.resource); !since.empty())
      total[change.resource] += change.at - since.mapped();
  }
  for (const auto& [instance, since] : down) total[instance] += now - since;
  return total;
}

/// The newest image of the night, by instance.
std::map<std::string, Value, std::less<>> images_of_night(const sandbox::Sandbox& sandbox,
                                                          const Scope& scope, WallTime from) {
  std::map<std::string, Value, std::less<>> newest;
  for (const auto& image : sandbox.images(scope)) {
    const auto created = parse_iso(text_at(image, "CreationDate"));
    if (!created || *created < from) continue;
    auto& found = newest[str(text_at(image, "SourceInstanceId"))];
    if (found.is_null() || text_at(found, "CreationDate") < text_at(image, "CreationDate"))
      found = image;
  }
  return newest;
}

/// The root runs of the night about one instance, oldest first.
std::map<std::string, std::vector<engine::View>, std::less<>> runs_by_instance(house::House& house,
                                                                               WallTime from) {
  std::map<std::string, std::vector<engine::View>, std::less<>> runs;
  for (auto& view : house.kernel().list(house.scope(), "run", kRunsOfANight)) {
    if (view.started_at < from || !text_at(view.record, "up").empty()) continue;
    const auto* parameters = find(view.record, "par");
    const auto instance = parameters ? text_at(*parameters, "InstanceId") : std::string_view();
    auto& list = runs[str(instance)];
    list.insert(list.begin(), std::move(view));
  }
  return runs;
}

/// The retention function's report, from the run's outputs; null where it pruned nothing.
Value prune_report(const Value& outcome) {
  for (const auto& [name, values] : object_at(outcome, "Outputs")) {
    if (!std::string_view(name).ends_with(".Payload")) continue;
    const auto* list = values.if_array();
    const auto text = list && !list->empty() ? text_of(list->front()) : text_of(values);
    if (auto report = text::parse_json(text); report) return *std::move(report);
  }
  return {};
}

void add_pruned(NightRow& row, const Value& outcome) {
  const auto report = prune_report(outcome);
  for (const auto& instance : list_at(report, "Instances"))
    for (const auto& image : list_at(instance, "Images"))
      if (text_at(image, "Outcome") == "deleted")
        row.pruned.push_back({str(text_at(image, "ImageId")), str(text_at(image, "Reason"))});
}

void add_run(NightRow& row, const engine::View& view) {
  row.run = view.id.id;
  row.outcome = view.ended_at ? text_at(view.outcome, "Status") : "InProgress";
  row.reason = text_at(view.outcome, "FailureMessage");
  add_pruned(row, view.outcome);
}

std::vector<NightMail> mails_since(house::House& house, WallTime from) {
  std::vector<NightMail> mails;
  for (const auto& [id, row] : house.kernel().tables().rows(house.scope(), "mail")) {
    const auto at = parse_iso(text_at(row, "At"));
    if (!at || *at < from || text_at(row, "Outcome") != "Accepted") continue;
    mails.push_back({*at, str(text_at(row, "To")), str(text_at(row, "Subject")),
                     str(text_at(row, "InstanceId")), str(text_at(row, "RunId"))});
  }
  std::stable_sort(mails.begin(), mails.end(),
                   [](const NightMail& a, const NightMail& b) { return a.at < b.at; });
  return mails;
}

int mails_about(const std::vector<NightMail>& mails, const std::string& instance,
                const std::vector<engine::View>& runs) {
  return static_cast<int>(std::ranges::count_if(mails, [&](const NightMail& mail) {
    if (!mail.instance.empty()) return mail.instance == instance;
    return std::ranges::any_of(runs, [&](const auto& run) { return run.id.id == mail.run; });
  }));
}

}  // namespace

Generations count_generations(const sandbox::Sandbox& sandbox, const Scope& scope) {
  Generations counts;
  for (const auto& image : sandbox.images(scope))
    if (text_at(image, "State") == "available" &&
        tag_in(image, upkeep::kAutoBackupTag) == upkeep::kAutoBackupValue)
      ++counts[str(text_at(image, "SourceInstanceId"))];
  return counts;
}

Night tell_night(house::House& house, const sandbox::Sandbox& sandbox, WallTime from,
                 const Generations& before) {
  Night night;
  const auto& scope = house.scope();
  const auto after = count_generations(sandbox, scope);
  const auto count_in = [](const Generations& all, const std::string& id) {
    const auto found = all.find(id);
    return found == all.end() ? 0 : found->second;
  };
  const auto runs = runs_by_instance(house, from);
  const auto images = images_of_night(sandbox, scope, from);
  night.mails = mails_since(house, from);
  const auto stopped = stopped_times(sandbox, scope, from, house.kernel().now());
  for (const auto& instance : sandbox.instances(scope)) {
    NightRow row;
    row.instance = text_at(instance, "InstanceId");
    row.name = tag_in(instance, "Name");
    row.outcome = "-";
    static const std::vector<engine::View> kNoRuns;
    const auto found_runs = runs.find(row.instance);
    const auto& own_runs = found_runs == runs.end() ? kNoRuns : found_runs->second;
    for (const auto& view : own_runs) add_run(row, view);
    row.mails = mails_about(night.mails, row.instance, own_runs);
    if (const auto found = images.find(row.instance); found != images.end()) {
      row.image = text_at(found->second, "ImageId");
      row.image_state = text_at(found->second, "State");
    }
    if (const auto found = stopped.find(row.instance); found != stopped.end())
      row.stopped = found->second;
    if (const auto* state = find_path(instance, {"State", "Name"})) row.power = text_of(*state);
    row.before = count_in(before, row.instance);
    row.after = count_in(after, row.instance);
    night.rows.push_back(std::move(row));
  }
  std::sort(night.rows.begin(), night.rows.end(),
            [](const NightRow& a, const NightRow& b) { return a.instance < b.instance; });
  return night;
}

Value to_value(const Night& night) {
  Array instances;
  for (const auto& row : night.rows) {
    Array pruned;
    for (const auto& one : row.pruned)
      pruned.push_back(Object{{"ImageId", one.image}, {"Reason", one.why}});
    instances.push_back(Object{{"InstanceId", row.instance},
                               {"Name", row.name},
                               {"Outcome", row.outcome},
                               {"Reason", row.reason},
                               {"RunId", row.run},
                               {"ImageId", row.image},
                               {"ImageState", row.image_state},
                               {"StoppedSeconds", to_seconds(row.stopped)},
                               {"Power", row.power},
                               {"GenerationsBefore", row.before},
                               {"GenerationsAfter", row.after},
                               {"Pruned", std::move(pruned)},
                               {"Mails", row.mails}});
  }
  Array mails;
  for (const auto& mail : night.mails)
    mails.push_back(Object{{"At", iso(mail.at)}, {"To", mail.to}, {"Subject", mail.subject}});
  return Object{{"Instances", std::move(instances)}, {"Mails", std::move(mails)}};
}

}  // namespace hikae::sim
