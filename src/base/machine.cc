#include "base/machine.h"

namespace hikae {

bool Machine::decides(std::string_view, const Result<Value>&) const { return true; }

}  // namespace hikae
