// Collects the records of the flat table (aws/table_format.h) and lays them out as one file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aws/table_format.h"

namespace modelc {

namespace table = hikae::aws::table;

class TableWriter {
 public:
  TableWriter();

  /// The pool's one copy of `text`.
  table::Text text(std::string_view text);
  table::List list(const std::vector<std::uint32_t>& items);
  std::uint32_t range(const table::Range& range);
  /// 0 where all of `traits` is empty.
  std::uint8_t traits(const table::Traits& traits);

  std::vector<table::Service> services;
  std::vector<table::Operation> operations;
  std::vector<table::Shape> shapes;
  std::vector<table::Member> members;
  std::vector<table::Failure> failures;
  std::vector<table::Page> pages;

  [[nodiscard]] std::string bytes() const;

 private:
  std::string strings_;
  std::unordered_map<std::string, table::Text> text_offsets_;  // looked up only, never iterated
  std::map<std::vector<std::uint32_t>, table::List> list_places_;
  std::vector<std::uint32_t> lists_;
  std::vector<table::Range> ranges_;
  std::vector<table::Traits> traits_;
};

}  // namespace modelc
