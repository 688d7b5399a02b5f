#include "plane/checks.h"

#include <algorithm>

#include "base/hash.h"

namespace hikae::plane {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What stands before the next ':'; `rest` goes on behind it.
std::string_view take_part(std::string_view& rest) {
  const auto colon = rest.find(':');
  const auto part = rest.substr(0, colon);
  rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  return part;
}

}  // namespace

bool is_name(std::string_view text, std::string_view also, std::size_t most) {
  if (text.empty() || text.size() > most) return false;
  return std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || also.find(c) != std::string_view::npos;
  });
}

std::string new_uuid(Entropy& entropy) { return uuid_of(random_hex(entropy, 32)); }

std::string new_key(Entropy& entropy, std::string_view prefix, std::size_t length) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  auto key = str(prefix);
  while (key.size() < length) key += kLetters[below(entropy, kLetters.size())];
  return key;
}

Result<Page> page_of(const Value& input, std::size_t total, std::size_t most,
                     const PageWords& words) {
  Object common;
  if (const auto* token = find(input, words.token)) common["NextToken"] = *token;
  if (const auto* size = find(input, words.size)) common["MaxResults"] = *size;
  auto page = page_of(Value(std::move(common)), total, most);
  if (!page) page.error().code = words.error_code;
  return page;
}

Object members_of_object(const Value& from, std::initializer_list<std::string_view> members) {
  Object object;
  for (const auto member : members)
    if (const auto* value = find(from, member)) object[member] = *value;
  return object;
}

void add_tags(Object& tags, const Array& list) {
  for (const auto& tag : list) tags[text_at(tag, "Key")] = text_at(tag, "Value");
}

void drop_tags(Object& tags, const Array& keys) {
  for (const auto& key : keys) tags.erase(text_of(key));
}

Array list_of_tags(const Object& tags) {
  Array list;
  for (const auto& [key, value] : tags)
    list.push_back(Object{{"Key", std::string_view(key)}, {"Value", value}});
  return list;
}

void answer_later(engine::Kernel& kernel, aws::Done done, Result<Value> answer) {
  kernel.perform([done = std::move(done), answer = std::move(answer)](engine::Turn& turn) mutable {
    turn.after_commit([done = std::move(done), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  });
}

ArnParts parts_of_arn(std::string_view arn) {
  ArnParts parts;
  if (!arn.starts_with("arn:")) return parts;
  take_part(arn);  // arn
  take_part(arn);  // the partition
  parts.service = take_part(arn);
  parts.region = take_part(arn);
  parts.account = take_part(arn);
  parts.resource = arn;
  return parts;
}

}  // namespace hikae::plane
