#include "plan/config_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/limits.h"
#include "stack/template.h"

namespace hikae::plan {
namespace {

constexpr std::size_t kTextBytes = 1024;
constexpr std::size_t kListItems = 100;

std::string shown_word(const Value& value) {
  if (value.is_string()) return fmt::format("\"{}\"", text_of(value).substr(0, 80));
  return fmt::format("a {}", kind_of(value));
}

}  // namespace

std::string ConfigFields::pointer(std::string_view key) const {
  return text::pointer_to(pointer_, key);
}

std::string ConfigFields::path(std::string_view key) const {
  return path_.empty() ? str(key) : path_ + "." + str(key);
}

void ConfigFields::error(std::string_view key, std::string_view code, std::string message,
                         std::string hint) {
  text::report(source_.problems,
               {text::Severity::Error, str(code), source_.tree.places.at(pointer(key)), path(key),
                std::move(message), std::move(hint)});
}

void ConfigFields::error_item(std::string_view key, std::size_t index, std::string_view code,
                              std::string message, std::string hint) {
  if (!value(key) || !value(key)->is_array())
    return error(key, code, std::move(message), std::move(hint));
  text::report(source_.problems,
               {text::Severity::Error, str(code),
                source_.tree.places.at(text::pointer_to(pointer(key), index)),
                fmt::format("{}[{}]", path(key), index), std::move(message), std::move(hint)});
}

void ConfigFields::warn(std::string_view key, std::string_view code, std::string message,
                        std::string hint) {
  text::report(source_.problems,
               {text::Severity::Warning, str(code), source_.tree.places.at(pointer(key)), path(key),
                std::move(message), std::move(hint)});
}

void ConfigFields::error_here(std::string_view code, std::string message, std::string hint) {
  text::report(source_.problems,
               {text::Severity::Error, str(code), source_.tree.places.at(pointer_), path_,
                std::move(message), std::move(hint)});
}

void ConfigFields::only(std::initializer_list<std::string_view> known) {
  for (const auto& member : object_) {
    const std::string_view key = member.key();
    if (std::ranges::find(known, key) != known.end()) continue;
    text::report(
        source_.problems,
        {text::Severity::Error, "unknown-key", source_.tree.places.key_at(pointer(key)), path(key),
         fmt::format("there is no setting {}{}", key,
                     stack::did_you_mean(key, std::vector<std::string_view>(known))),
         fmt::format("use one of: {}", fmt::join(known, ", "))});
  }
}

void ConfigFields::wrong_kind(std::string_view key, std::string_view wanted, std::string hint) {
  error(key, "wrong-type", fmt::format("is {}, but must be {}", shown_word(*value(key)), wanted),
        std::move(hint));
}

std::optional<std::string> ConfigFields::text(std::string_view key) {
  const auto* found = value(key);
  if (!found) return {};
  const auto text = text_of(*found);
  if (found->is_string() && !text.empty() && text.size() <= kTextBytes) return str(text);
  if (found->is_string() && text.empty())
    wrong_kind(key, "a text that is not empty", "write it");
  else if (found->is_string())
    error(key, "too-long", "is too long", "use at most 1,024 bytes");
  else
    wrong_kind(key, "a text", "put it in quotes");
  return {};
}

std::optional<std::string> ConfigFields::digits(std::string_view key) {
  const auto* found = value(key);
  if (!found || found->is_string()) return text(key);
  if (const auto number = int_of(*found)) return fmt::format("{}", *number);
  wrong_kind(key, "a text of digits", "put it in quotes");
  return {};
}

std::optional<int> ConfigFields::whole(std::string_view key, int least, int most) {
  const auto* found = value(key);
  if (!found) return {};
  const auto number = int_of(*found);
  const auto range = fmt::format("a whole number from {} to {}", least, most);
  if (!number) {
    wrong_kind(key, range, "write the number without quotes");
  } else if (*number < least || *number > most) {
    error(key, "range", fmt::format("is {}, but must be {}", *number, range),
          fmt::format("write {}", range));
  } else {
    return static_cast<int>(*number);
  }
  return {};
}

std::optional<bool> ConfigFields::flag(std::string_view key) {
  const auto* found = value(key);
  if (!found) return {};
  if (found->is_bool()) return found->get_bool();
  wrong_kind(key, "true or false", "write true or false, without quotes");
  return {};
}

std::optional<std::vector<std::string>> ConfigFields::texts(std::string_view key) {
  const auto* found = value(key);
  if (!found) return {};
  const Array alone{*found};
  const auto& list = found->is_array() ? found->get_array() : alone;
  std::vector<std::string> out;
  for (const auto& item : list) {
    if (!item.is_string() || text_of(item).empty() || text_of(item).size() > kTextBytes) {
      error(key, "wrong-type",
            fmt::format("holds {}, but must be a list of texts", shown_word(item)),
            "write each as a line that begins with `- `");
      return {};
    }
    out.push_back(str(text_of(item)));
  }
  if (out.size() <= kListItems) return out;
  error(key, "too-long", fmt::format("has {} entries", out.size()), "use at most 100");
  return {};
}

std::optional<ConfigFields> ConfigFields::map(std::string_view key) {
  const auto* found = value(key);
  if (!found) return {};
  if (const auto* object = found->if_object())
    return ConfigFields(source_, *object, pointer(key), path(key));
  wrong_kind(key, "a map", "write its settings indented below it");
  return {};
}

std::optional<std::string> ConfigFields::one_of(std::string_view key,
                                                std::initializer_list<std::string_view> words) {
  const auto* found = value(key);
  if (!found) return {};
  const auto word = text_of(*found);
  if (std::ranges::find(words, word) != words.end()) return str(word);
  error(key, "value",
        fmt::format("is {}{}", shown_word(*found),
                    stack::did_you_mean(word, std::vector<std::string_view>(words))),
        fmt::format("write one of: {}", fmt::join(words, ", ")));
  return {};
}

}  // namespace hikae::plan
