#include "iam/context.h"

#include <algorithm>

namespace hikae::iam {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

void Context::set(std::string_view key, std::vector<std::string> values) {
  values_[lower(key)] = std::move(values);
}

void Context::add(std::string_view key, std::string value) {
  values_[lower(key)].push_back(std::move(value));
}

const std::vector<std::string>* Context::find(std::string_view key) const {
  const auto at = values_.find(lower(key));
  return at == values_.end() ? nullptr : &at->second;
}

void Context::join(const Context& other) {
  for (const auto& [key, values] : other.values_) values_.try_emplace(key, values);
}

}  // namespace hikae::iam
