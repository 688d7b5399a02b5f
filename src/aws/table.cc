#include "aws/table.h"

#include <algorithm>
#include <cstring>

#include "base/invariant.h"

extern "C" const char hikae_models_table[];
extern "C" const char hikae_models_table_end[];

namespace hikae::aws::table {
namespace {

template <class Record>
bool view_section(std::span<const char> bytes, Section section, std::span<const Record>& view) {
  const auto size = std::uint64_t{section.count} * sizeof(Record);
  if (section.offset % alignof(Record) != 0 || section.offset + size > bytes.size()) return false;
  view = {reinterpret_cast<const Record*>(bytes.data() + section.offset), section.count};
  return true;
}

constexpr int kEndOfKey = -1;

/// The next character of a spelling_key. Every call of any service looks its operation up, so no
/// key is built for it.
int next_of_key(std::string_view text, std::size_t& at) {
  while (at < text.size() && (text[at] == '-' || text[at] == '_')) ++at;
  if (at == text.size()) return kEndOfKey;
  const char c = text[at++];
  return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/// spelling_key(left) < spelling_key(right)
bool is_spelled_before(std::string_view left, std::string_view right) {
  for (std::size_t at = 0, other = 0;;) {
    const int a = next_of_key(left, at);
    const int b = next_of_key(right, other);
    if (a != b) return a < b;
    if (a == kEndOfKey) return false;
  }
}

Table open_linked() {
  auto table = Table::open({hikae_models_table, hikae_models_table_end});
  INVARIANT(table.has_value(), "the table linked into the program is the one its build made");
  return *table;
}

}  // namespace

const Table& Table::linked() {
  static const Table table = open_linked();
  return table;
}

Result<Table> Table::open(std::span<const char> bytes) {
  Header header{};
  if (bytes.size() < sizeof header)
    return fail(ErrorKind::Invalid, "the table of service models is cut off");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof header.magic) != 0 || header.version != kVersion)
    return fail(ErrorKind::Invalid, "this is no table of service models of this version");
  Table table;
  std::span<const char> strings;
  const bool fits = header.bytes == bytes.size() &&
                    view_section(bytes, header.services, table.services_) &&
                    view_section(bytes, header.operations, table.operations_) &&
                    view_section(bytes, header.shapes, table.shapes_) &&
                    view_section(bytes, header.members, table.members_) &&
                    view_section(bytes, header.traits, table.traits_) &&
                    view_section(bytes, header.ranges, table.ranges_) &&
                    view_section(bytes, header.lists, table.lists_) &&
                    view_section(bytes, header.failures, table.failures_) &&
                    view_section(bytes, header.pages, table.pages_) &&
                    view_section(bytes, header.strings, strings);
  if (!fits) return fail(ErrorKind::Invalid, "the table of service models is cut off");
  table.strings_ = {strings.data(), strings.size()};
  return table;
}

std::span<const Operation> Table::operations_of(const Service& service) const {
  return operations_.subspan(service.first_operation, service.operation_count);
}

std::span<const std::uint32_t> Table::list(List list) const {
  return lists_.subspan(list.first, list.count);
}

const Page* Table::page(const Operation& operation) const {
  return operation.page == kNone ? nullptr : &pages_[operation.page];
}

const Service* Table::find_service(std::string_view lower_case_name) const {
  const auto it = std::ranges::lower_bound(services_, lower_case_name, {},
                                           [&](const Service& s) { return text(s.name); });
  return it != services_.end() && text(it->name) == lower_case_name ? &*it : nullptr;
}

const Operation* Table::find_operation(const Service& service,
                                       std::string_view any_spelling) const {
  const auto all = operations_of(service);
  const auto it = std::ranges::lower_bound(all, any_spelling, is_spelled_before,
                                           [&](const Operation& o) { return text(o.name); });
  const bool is_it = it != all.end() && !is_spelled_before(any_spelling, text(it->name));
  return is_it ? &*it : nullptr;
}

const Member* Table::find_member(const Shape& structure, std::string_view name) const {
  for (const auto& member : members(structure))
    if (text(member.name) == name) return &member;
  return nullptr;
}

}  // namespace hikae::aws::table
