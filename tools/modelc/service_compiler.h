// One service's model (botocore's service-2.json and paginators-1.json) as records of the table.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "table_writer.h"

namespace modelc {

using Object = boost::json::object;

class ServiceCompiler {
 public:
  ServiceCompiler(TableWriter& out, const Object& model, const Object* paginators);
  /// Throws std::runtime_error, naming the place, where the model is not as expected.
  void compile(std::string_view name);

 private:
  void add_operation(std::string_view name, const Object& operation);
  std::uint32_t shape_of(const Object& owner, std::string_view key);
  std::uint32_t shape_id(std::string_view name);
  void fill_shapes();
  void fill_shape(std::uint32_t id, std::string_view name, const Object& shape);
  void fill_structure(table::Shape& record, const Object& shape);
  void fill_elements(table::Shape& record, const Object& shape,
                     std::initializer_list<std::string_view> keys);
  table::Member member(std::string_view name, const Object& reference);
  table::List failures(const Object& operation);
  std::uint32_t page(std::string_view operation);
  table::List texts(const Object& owner, std::string_view key);
  [[nodiscard]] const Object& shape(std::string_view name) const;
  [[nodiscard]] bool streams(const Object& operation, std::string_view direction) const;
  [[nodiscard]] std::string_view token_member(const Object& operation) const;

  TableWriter& out_;
  const Object& model_;
  const Object* paginators_;
  std::unordered_map<std::string, std::uint32_t> ids_;  // looked up only, never iterated
  std::unordered_map<std::string, std::uint32_t> failure_ids_;
  std::vector<std::string> names_;  // shapes in the order in which they were reached
  std::uint32_t first_shape_;
};

}  // namespace modelc
