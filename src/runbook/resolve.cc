#include "runbook/resolve.h"

#include "base/limits.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

/// What a copy of `value` costs in memory, roughly.
std::size_t bytes_of(const Value& value) {
  std::size_t bytes = sizeof(Value);
  if (value.is_string()) bytes += value.get_string().size();
  if (const auto* array = value.if_array())
    for (const auto& item : *array) bytes += bytes_of(item);
  if (const auto* object = value.if_object())
    for (const auto& member : *object) bytes += member.key().size() + bytes_of(member.value());
  return bytes;
}

class Resolver {
 public:
  explicit Resolver(const References& references) : references_(references) {}

  Result<Value> resolve_value(const Value& input) {
    if (input.is_string()) return resolve_text(text_of(input));
    if (const auto* array = input.if_array()) return resolve_list(*array);
    if (const auto* object = input.if_object()) return resolve_map(*object);
    TRY_DO(spend(sizeof(Value)));
    return input;
  }

 private:
  Result<Value> resolve_text(std::string_view text) {
    if (const auto name = whole_reference(text)) return value_of(*name);
    std::string out;
    std::size_t behind = 0;
    for (const auto& found : find_references(text)) {
      out += text.substr(behind, found.begin - behind);
      out += as_text(TRY(value_of(found.name)));
      behind = found.begin + found.size;
    }
    out += text.substr(behind);
    TRY_DO(spend(out.size()));
    return Value(out);
  }

  Result<Value> resolve_list(const Array& list) {
    Array out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto length = path_.size();
      path_ += "[" + std::to_string(i) + "]";
      auto item = TRY(resolve_value(list[i]));
      TRY_DO(append_item(out, list[i], std::move(item)));
      path_.resize(length);
    }
    return Value(std::move(out));
  }

  /// A list in place of one reference is spliced in; a list that was written stays a list.
  Result<> append_item(Array& out, const Value& written, Value item) {
    const bool spliced = item.is_array() && whole_reference(text_of(written)).has_value();
    if (!spliced) return out.push_back(std::move(item)), Result<>{};
    for (auto& element : item.get_array()) out.push_back(std::move(element));
    if (out.size() <= limits::kSplicedItems) return {};
    return fail(ErrorKind::Limit, place() + " has more than " +
                                      std::to_string(limits::kSplicedItems) +
                                      " items once its references are lists");
  }

  Result<Value> resolve_map(const Object& map) {
    Object out;
    out.reserve(map.size());
    for (const auto& member : map) {
      const auto length = path_.size();
      if (!path_.empty()) path_ += '.';
      path_ += std::string_view(member.key());
      out.insert_or_assign(member.key(), TRY(resolve_value(member.value())));
      path_.resize(length);
    }
    return Value(std::move(out));
  }

  Result<Value> value_of(const std::string& name) {
    auto value = TRY(in_context(references_.value_of(name), place()));
    if (!value)
      return fail(ErrorKind::Invalid,
                  place() + ": {{ " + name +
                      " }} has no value: the step that would set it found nothing, or did not run");
    TRY_DO(spend(bytes_of(*value)));
    return *std::move(value);
  }

  Result<> spend(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ <= limits::kResolvedBytes) return {};
    return fail(ErrorKind::Limit, "the resolved inputs are larger than " +
                                      std::to_string(limits::kResolvedBytes) + " bytes (at " +
                                      place() + ")");
  }

  [[nodiscard]] std::string place() const { return path_.empty() ? "the input" : path_; }

  const References& references_;
  std::string path_;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<Value> resolve(const Value& input, const References& references) {
  return Resolver(references).resolve_value(input);
}

std::string as_text(const Value& value) {
  return value.is_string() ? str(text_of(value)) : text::to_json(value);
}

std::string global_date(WallTime now) { return iso(now).substr(0, 10); }

std::string global_date_time(WallTime now) {
  const auto text = iso(now);
  return text.substr(0, 10) + "_" + text.substr(11, 2) + "." + text.substr(14, 2) + "." +
         text.substr(17, 2);
}

}  // namespace hikae::runbook
