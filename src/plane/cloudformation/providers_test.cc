#include "plane/cloudformation/providers.h"

#include <gtest/gtest.h>

#include "stack/resource_types.h"

namespace hikae::plane {
namespace {

TEST(StackProviders, MakeWhatTheTableSaysIsMade) {
  for (const auto type : stack::resource_type_names()) {
    const auto* known = stack::find_resource_type(type);
    if (known->any_properties) continue;
    EXPECT_EQ(provider_of(type) != nullptr, known->is_made) << type;
  }
}

}  // namespace
}  // namespace hikae::plane
