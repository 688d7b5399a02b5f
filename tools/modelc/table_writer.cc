#include "table_writer.h"

#include <cstring>
#include <stdexcept>

namespace modelc {
namespace {

constexpr std::size_t kAlignment = 8;  // of the widest field, a double

template <class Record>
table::Section append(std::string& out, const std::vector<Record>& records) {
  out.resize((out.size() + kAlignment - 1) / kAlignment * kAlignment);
  const table::Section section{static_cast<std::uint32_t>(out.size()),
                               static_cast<std::uint32_t>(records.size())};
  out.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
  return section;
}

}  // namespace

TableWriter::TableWriter() {
  (void)text("");
  traits_.push_back({});
}

table::Text TableWriter::text(std::string_view text) {
  if (auto it = text_offsets_.find(std::string(text)); it != text_offsets_.end()) return it->second;
  if (text.size() > 0xffff) throw std::runtime_error("a string of over 65,535 bytes");
  const auto offset = static_cast<table::Text>(strings_.size());
  const auto size = static_cast<std::uint16_t>(text.size());
  strings_.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
  if (strings_.size() % 2 != 0) strings_ += '\0';  // lengths stay aligned
  text_offsets_.emplace(text, offset);
  return offset;
}

table::List TableWriter::list(const std::vector<std::uint32_t>& items) {
  if (items.empty()) return {0, 0};
  if (auto it = list_places_.find(items); it != list_places_.end()) return it->second;
  const table::List place{static_cast<std::uint32_t>(lists_.size()),
                          static_cast<std::uint32_t>(items.size())};
  lists_.insert(lists_.end(), items.begin(), items.end());
  list_places_.emplace(items, place);
  return place;
}

std::uint32_t TableWriter::range(const table::Range& range) {
  for (std::size_t i = 0; i < ranges_.size(); ++i)
    if (ranges_[i].min == range.min && ranges_[i].max == range.max)
      return static_cast<std::uint32_t>(i);
  ranges_.push_back(range);
  return static_cast<std::uint32_t>(ranges_.size() - 1);
}

std::uint8_t TableWriter::traits(const table::Traits& traits) {
  for (std::size_t i = 0; i < traits_.size(); ++i)
    if (std::memcmp(&traits_[i], &traits, sizeof traits) == 0) return static_cast<std::uint8_t>(i);
  if (traits_.size() > 0xff) throw std::runtime_error("over 255 kinds of rare traits");
  traits_.push_back(traits);
  return static_cast<std::uint8_t>(traits_.size() - 1);
}

std::string TableWriter::bytes() const {
  table::Header header{};
  std::memcpy(header.magic, table::kMagic, sizeof header.magic);
  header.version = table::kVersion;
  std::string out(sizeof header, '\0');
  header.services = append(out, services);
  header.operations = append(out, operations);
  header.shapes = append(out, shapes);
  header.members = append(out, members);
  header.traits = append(out, traits_);
  header.ranges = append(out, ranges_);
  header.lists = append(out, lists_);
  header.failures = append(out, failures);
  header.pages = append(out, pages);
  header.strings = append(out, std::vector<char>(strings_.begin(), strings_.end()));
  header.bytes = static_cast<std::uint32_t>(out.size());
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

}  // namespace modelc
