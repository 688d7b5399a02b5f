// S9: no effect leaves the process before its intent is on disk, and none outlives its outcome.
// The two deletions of pruning keep no record: they are repeated from what the cloud says.
#include <fmt/format.h>

#include "sim/promises/promises.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

class IntentChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S9 intent first"; }

  void committed(const World& world) override {
    on_disk_ = query_number(world.database(), "SELECT max(no) FROM effects");
  }
  void revived(const World& world) override { committed(world); }

  void leaving(const World& world, const aws::Request& request) override {
    if (request.operation == "DeregisterImage" || request.operation == "DeleteSnapshot") return;
    const auto no = query_number(world.database(),
                                 "SELECT max(no) FROM effects WHERE settled_at IS NULL AND "
                                 "operation = ? AND input = ?",
                                 {request.operation, text::to_json(request.input)});
    if (no == 0 || no > on_disk_)
      broken(world, request.operation + " left before its intent was on disk");
  }

  void rested(const World& world) override {
    // A call whose answer was not waited for any longer stays open; one that was answered may not.
    const auto open = query(world.database(),
                            "SELECT e.operation, m.id FROM effects e JOIN machines m ON "
                            "m.no = e.machine WHERE e.settled_at IS NULL AND EXISTS (SELECT 1 FROM "
                            "journal j WHERE j.machine = e.machine AND j.at >= e.intended_at AND "
                            "json_extract(j.event, '$.e') = 'answered' AND "
                            "json_extract(j.event, '$.tag') = e.tag)");
    for (const auto& row : open)
      broken(world, fmt::format("{} of {} has no outcome on disk", row[0], row[1]));
  }

 private:
  std::int64_t on_disk_ = 0;
};

}  // namespace

std::unique_ptr<Checker> make_intent_checker() { return std::make_unique<IntentChecker>(); }

}  // namespace hikae::sim
