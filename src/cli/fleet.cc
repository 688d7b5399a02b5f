// `hikae fleet FILE`: puts servers into the embedded cloud (docs/faults.md, "Fleets").
#include "base/limits.h"
#include "cli/commands.h"
#include "os/data_folder.h"
#include "text/yaml.h"

namespace hikae::cli {
namespace {

/// How many there are after loading.
Result<std::size_t> load_file(const FleetOptions& options, Session& session, const Value& fleet) {
  TRY_DO(in_context(session.sandbox().load_fleet(session.scope(), fleet), options.file));
  return session.sandbox().instances(session.scope()).size();
}

Result<Value> fleet_in(const std::string& file) {
  const auto text = TRY(os::read_file(file, limits::kConfigBytes));
  text::Diagnostics problems;
  auto tree = text::read_tree(text, problems, {.flow_text = text::flow_text_of(file)});
  if (!tree) return std::unexpected(text::as_error(problems, file));
  return std::move(tree->value);
}

}  // namespace

Exit fleet(const FleetOptions& options) {
  Output out(options.common.format);
  const auto described = fleet_in(options.file);
  if (!described) return report(out, described.error());
  auto session = open_session(options.common, options.world, Sharing::Alone, Folder::MayBeNew);
  if (!session) return report(out, session.error());
  const auto before = (*session)->sandbox().instances((*session)->scope()).size();
  const auto after = load_file(options, **session, *described);
  if (!after) return report(out, after.error());
  if (out.json()) {
    Array instances;
    for (const auto& instance : (*session)->sandbox().instances((*session)->scope()))
      instances.emplace_back(text_at(instance, "InstanceId"));
    out.value(Object{{"Added", static_cast<std::int64_t>(*after - before)},
                     {"Account", (*session)->scope().account},
                     {"Region", (*session)->scope().region},
                     {"Instances", std::move(instances)}});
    return Exit::Ok;
  }
  out.line(std::to_string(*after - before) + " servers added, " + std::to_string(*after) +
           " in the embedded cloud (" + (*session)->scope().account + ", " +
           (*session)->scope().region + ")");
  return Exit::Ok;
}

}  // namespace hikae::cli
