// The flat table of service models, read in place (aws/table_format.h has the records). Read-only,
// shared by all threads, nothing allocated.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "aws/table_format.h"
#include "base/result.h"

namespace hikae::aws::table {

class Table {
 public:
  /// The table linked into the program.
  [[nodiscard]] static const Table& linked();
  /// Views `bytes`, which must outlive the table and be aligned to 8. Errors: `Invalid` where they
  /// are no table of this version, or a section lies outside of them. What the records say to each
  /// other is trusted: the builder of the program made them.
  [[nodiscard]] static Result<Table> open(std::span<const char> bytes);

  // text() and members() stand here because the wire asks for them with every value it writes.
  [[nodiscard]] std::string_view text(Text at) const {
    std::uint16_t size = 0;
    std::memcpy(&size, strings_.data() + at, sizeof size);
    return {strings_.data() + at + sizeof size, size};
  }
  [[nodiscard]] std::span<const Service> services() const { return services_; }
  [[nodiscard]] std::span<const Operation> operations() const { return operations_; }
  [[nodiscard]] std::span<const Operation> operations_of(const Service& service) const;
  [[nodiscard]] const Shape& shape(std::uint32_t index) const { return shapes_[index]; }
  /// A structure's members; a list's element; a map's key and value.
  [[nodiscard]] std::span<const Member> members(const Shape& shape) const {
    return members_.subspan(shape.first, shape.count);
  }
  [[nodiscard]] const Traits& traits(const Member& member) const { return traits_[member.traits]; }
  [[nodiscard]] const Range& range(const Shape& shape) const { return ranges_[shape.range]; }
  [[nodiscard]] std::span<const std::uint32_t> list(List list) const;
  [[nodiscard]] const Failure& failure(std::uint32_t index) const { return failures_[index]; }
  /// How the operation pages; nullptr where the model does not say.
  [[nodiscard]] const Page* page(const Operation& operation) const;

  /// nullptr where there is none.
  [[nodiscard]] const Service* find_service(std::string_view lower_case_name) const;
  [[nodiscard]] const Operation* find_operation(const Service& service,
                                                std::string_view any_spelling) const;
  [[nodiscard]] const Member* find_member(const Shape& structure, std::string_view name) const;

 private:
  Table() = default;
  std::span<const Service> services_;
  std::span<const Operation> operations_;
  std::span<const Shape> shapes_;
  std::span<const Member> members_;
  std::span<const Traits> traits_;
  std::span<const Range> ranges_;
  std::span<const std::uint32_t> lists_;
  std::span<const Failure> failures_;
  std::span<const Page> pages_;
  std::string_view strings_;
};

}  // namespace hikae::aws::table
