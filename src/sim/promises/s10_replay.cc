// S10: what lived when the process ended is, read back from its journal, what it was, byte for
// byte.
#include <fmt/format.h>

#include <map>

#include "sim/promises/promises.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

constexpr std::string_view kKinds[] = {"run",   "power",    "window", "occurrence", "rule",
                                       "event", "delivery", "mail",   "invocation", "stack"};

class ReplayChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S10 replay"; }

  void died(const World& world, bool is_exact) override {
    before_.reset();
    if (is_exact) before_ = records(world);
  }

  void revived(const World& world) override {
    if (!before_) return;
    const auto after = records(world);
    for (const auto& [id, record] : *before_) {
      const auto found = after.find(id);
      if (found == after.end())
        broken(world, id + " was not brought back");
      else if (found->second != record)
        broken(world, fmt::format("{} came back as {}, and was {}", id, found->second, record));
    }
    if (after.size() > before_->size()) broken(world, "more came back than there was");
    before_.reset();
  }

 private:
  using Records = std::map<std::string, std::string>;
  static Records records(const World& world) {
    Records all;
    for (const auto kind : kKinds)
      for (const auto& view : world.house()->kernel().living_views(kind))
        all[view.id.kind + "/" + view.id.id] = text::to_json(view.record);
    return all;
  }

  std::optional<Records> before_;
};

}  // namespace

std::unique_ptr<Checker> make_replay_checker() { return std::make_unique<ReplayChecker>(); }

}  // namespace hikae::sim
