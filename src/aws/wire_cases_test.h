// Inputs and outputs made up for any operation, for the tests of the wire.
//
// They fit the model (required members, bounds) and leave out only what a protocol cannot carry: an
// empty list in ec2, an empty structure in a form, an empty flattened list in XML, control
// characters in XML and headers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aws/model.h"
#include "aws/table.h"
#include "base/value.h"

namespace hikae::aws {

enum class Fractions { Milliseconds, WholeSeconds };

class CaseMaker {
 public:
  CaseMaker(std::uint64_t seed, Fractions fractions) : state_(seed), fractions_(fractions) {}

  Value input(const Operation& operation);
  Value output(const Operation& operation);

 private:
  enum class Alphabet { Any, Header, Label, Host, Token };
  struct Place {
    bool is_request = false;
    bool is_form = false;  // nothing may be empty
    bool is_xml = false;
    bool is_header = false;
    bool is_uri = false;
    bool is_query = false;
    bool is_raw = false;  // the whole body
    table::Protocol protocol{};
  };

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

  Object top(const table::Shape& shape, Place place);
  std::optional<Value> value(const table::Member& member, Place place, int depth);
  std::optional<Value> structure(const table::Shape& shape, Place place, int depth);
  void say_something(const table::Shape& shape, Place place, int depth, Object& out);
  std::optional<Value> list(const table::Member& member, Place place, int depth);
  std::optional<Value> map(const table::Member& member, Place place, int depth);
  Value scalar(const table::Member& member, Place place);
  std::string text(const table::Shape& shape, Alphabet alphabet);
  std::string letters(Alphabet alphabet, std::size_t count);
  std::string instant(const table::Shape& shape, Place place);
  Value number(const table::Shape& shape);
  Value any(int depth);

  const table::Table& table_ = table::Table::linked();
  std::uint64_t state_;
  Fractions fractions_;
};

/// True where the operation sends or answers events, which no codec here speaks.
bool has_events(const Operation& operation);

}  // namespace hikae::aws
