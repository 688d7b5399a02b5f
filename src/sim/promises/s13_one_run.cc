// S13: two runs never act on one instance at once. A run acts from its first change of the instance
// until it has ended.
#include <fmt/format.h>

#include <map>

#include "sim/promises/promises.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

class OneRunChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S13 one run per instance"; }

  void leaving(const World& world, const aws::Request& request) override {
    if (request.operation != "StopInstances" && request.operation != "CreateImage") return;
    auto instance = str(text_at(request.input, "InstanceId"));
    if (const auto& ids = list_at(request.input, "InstanceIds"); !ids.empty())
      instance = text_of(ids.front());
    const auto root = who_asks(world, request);
    if (root.empty()) return;
    auto& acting = acting_[instance];
    if (!acting.empty() && acting != root && lives(world, acting))
      broken(world, fmt::format("{}: run {} asks for {} while run {} acts on it", instance, root,
                                request.operation, acting));
    acting = root;
  }

 private:
  /// The topmost run whose open intent this is.
  static std::string who_asks(const World& world, const aws::Request& request) {
    const auto rows = query(world.database(),
                            "SELECT m.id, j.event FROM effects e JOIN machines m ON m.no = "
                            "e.machine JOIN journal j ON j.machine = m.no AND j.seq = 1 WHERE "
                            "e.settled_at IS NULL AND e.operation = ? AND e.input = ? AND "
                            "m.kind = 'run' ORDER BY e.no DESC",
                            {request.operation, text::to_json(request.input)});
    if (rows.empty()) return {};
    const auto started = text::parse_json(rows[0][1]);
    const auto root = started ? str(text_at(object_at(*started, "in"), "RootId")) : "";
    return root.empty() ? rows[0][0] : root;
  }

  static bool lives(const World& world, const std::string& run) {
    return query_number(world.database(),
                        "SELECT count(*) FROM machines WHERE kind = 'run' AND id = ? AND ended_at "
                        "IS NULL",
                        {run}) > 0;
  }

  std::map<std::string, std::string> acting_;
};

}  // namespace

std::unique_ptr<Checker> make_one_run_checker() { return std::make_unique<OneRunChecker>(); }

}  // namespace hikae::sim
