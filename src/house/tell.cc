#include "house/tell.h"

#include "base/entropy.h"
#include "runbook/events.h"
#include "runbook/power.h"

namespace hikae::house {
namespace {

using engine::DiskSpace;
using engine::Turn;

void emit(Turn& turn, const Scope& scope, std::string_view seed, std::string_view detail_type,
          const std::string& message) {
  auto event =
      runbook::hikae_event(scope, seed, detail_type, {}, Object{{"Message", message}}, turn.now());
  auto id = str(text_at(event, "id"));
  turn.start({scope, str(runbook::kEventKind), std::move(id)}, std::move(event));
}

std::string about(const MachineId& id) {
  if (id.kind == runbook::kPowerKind)
    return "Whether the instance of power obligation " + id.id +
           " runs is not watched any more. Look at it in the console and start it by hand if it is "
           "stopped.";
  return "Look what became of " + id.kind + " " + id.id +
         ", and whether its instance runs. Its record stays in the data folder: keep a copy and "
         "report it.";
}

/// On the log and its standard error: nothing else can be written any more.
void say_last_words(engine::Kernel& kernel, Log& log, const std::string& why) {
  log.error("engine", "hikae ends: nothing can be written any more", {{"why", why}});
  for (const auto& view : kernel.living_views(runbook::kPowerKind))
    log.error("engine", "an instance may be left stopped until hikae runs again",
              {{"obligation", view.id.id}, {"instance", text_at(view.record, "i")}});
}

}  // namespace

engine::Kernel::Tell make_tell(engine::Kernel& kernel, const Scope& scope, Log& log) {
  engine::Kernel::Tell tell;
  tell.machine_broken = [](Turn& turn, const MachineId& id, const std::string& why) {
    emit(turn, id.scope, "broken/" + id.kind + "/" + id.id, "Internal Failure",
         id.kind + " " + id.id + " " + why + ". " + about(id));
  };
  tell.disk_space = [&scope](Turn& turn, DiskSpace space) {
    const auto seed = "disk/" + iso_ms(turn.now());
    if (space == DiskSpace::Short)
      emit(turn, scope, seed, "Disk Short Of Space",
           "The disk of hikae's data folder is nearly full. No new run is begun and no instance is "
           "stopped until there is space. What is under way goes on, and stopped instances are "
           "started.");
    else
      emit(turn, scope, seed, "Disk Has Space Again",
           "The disk of hikae's data folder has space again: runs are begun as planned. Backups "
           "that did not happen meanwhile are not made up for.");
  };
  tell.last_words = [&kernel, &log](const std::string& why) { say_last_words(kernel, log, why); };
  return tell;
}

}  // namespace hikae::house
