// The functions that hikae answers itself, told by their names.
#pragma once

#include <string_view>

#include "base/value.h"
#include "engine/tables.h"

namespace hikae::plane::lambda {

enum class OwnFunction { None, Retention, AgentCheck };

[[nodiscard]] OwnFunction own_function(std::string_view name);

/// One of the article's two: its role was made for other code than hikae's.
[[nodiscard]] bool is_articles(std::string_view name);

/// What stands in for members that the event lacks: the function's variables under their own names
/// and as members (TAG_KEY also as TagKey). Where neither names a topic and the scope has exactly
/// one that somebody listens to, that one is told.
[[nodiscard]] Value configuration_of(const engine::Tables& tables, const Scope& scope,
                                     std::string_view name);

}  // namespace hikae::plane::lambda
