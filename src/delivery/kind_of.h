// A kind whose machines are made from an id and loaded by their own `load`.
#pragma once

#include <memory>

#include "base/machine.h"

namespace hikae::delivery {

/// M: constructible from MachineId, with a member `Result<> load(const Value&)`.
template <class M>
class KindOf final : public MachineKind {
 public:
  explicit KindOf(std::string_view name) : name_(name) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::unique_ptr<Machine> fresh(const MachineId& id) const override {
    return std::make_unique<M>(id);
  }
  [[nodiscard]] Result<std::unique_ptr<Machine>> load(const MachineId& id,
                                                      const Value& saved) const override {
    auto machine = std::make_unique<M>(id);
    TRY_DO(machine->load(saved));
    return machine;
  }

 private:
  std::string_view name_;
};

}  // namespace hikae::delivery
