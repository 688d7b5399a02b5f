// What the handlers of all services check and say alike.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "aws/errors.h"
#include "base/entropy.h"
#include "plane/service.h"

namespace hikae::plane {

/// Letters and digits of ASCII, and what stands in `also`; not empty, at most `most` long.
[[nodiscard]] bool is_name(std::string_view text, std::string_view also, std::size_t most);

/// A UUID that nobody has had before.
[[nodiscard]] std::string new_uuid(Entropy& entropy);
/// Upper-case letters and digits, as in access keys and role ids.
[[nodiscard]] std::string new_key(Entropy& entropy, std::string_view prefix, std::size_t length);

/// page_of() in the words of one service: which members hold the token and the size, and which code
/// a wrong token is answered with.
struct PageWords {
  std::string_view token = "NextToken";
  std::string_view size = "MaxResults";
  std::string_view error_code = "InvalidNextToken";
};
[[nodiscard]] Result<Page> page_of(const Value& input, std::size_t total, std::size_t most,
                                   const PageWords& words);

/// Those of the members that `from` has, in that order.
[[nodiscard]] Object members_of_object(const Value& from,
                                       std::initializer_list<std::string_view> members);

/// Tags as {name: value}: merges a list of {Key, Value}; drops a list of keys.
void add_tags(Object& tags, const Array& list);
void drop_tags(Object& tags, const Array& keys);
/// A list of {Key, Value}.
[[nodiscard]] Array list_of_tags(const Object& tags);

/// Answers from the next turn on: for handlers that have nothing to wait for.
void answer_later(engine::Kernel& kernel, aws::Done done, Result<Value> answer);

/// The service's part of an ARN, its account, region and resource; empty where it is no ARN.
struct ArnParts {
  std::string_view service, region, account, resource;
};
[[nodiscard]] ArnParts parts_of_arn(std::string_view arn);

}  // namespace hikae::plane
