#include "upkeep/calls.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "text/json.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr int kPagesMax = 10'000;
constexpr std::size_t kSubjectMax = 99;          // SNS: fewer than 100 characters
constexpr std::size_t kMessageMax = 250 * 1024;  // SNS: 262,144 bytes, and some room

class PatientCall : public std::enable_shared_from_this<PatientCall> {
 public:
  PatientCall(const Context& context, aws::Request request, aws::Done done)
      : context_(context), request_(std::move(request)), done_(std::move(done)) {}

  void send() {
    ++attempts_;
    context_.cloud.call(request_, [self = shared_from_this()](Result<Value> answer) {
      self->answered(std::move(answer));
    });
  }

 private:
  void answered(Result<Value> answer) {
    if (answer || attempts_ >= kAttemptsMax || !worth_repeating(answer.error()))
      return done_(std::move(answer));
    const auto what = fmt::format("{}/{}/{}", request_.operation, request_.scope.account,
                                  text::to_json(request_.input));
    context_.timers.after(pause_after(attempts_, what),
                          [self = shared_from_this()] { self->send(); });
  }

  Context context_;
  aws::Request request_;
  aws::Done done_;
  int attempts_ = 0;
};

class PagedList : public std::enable_shared_from_this<PagedList> {
 public:
  using Items = std::move_only_function<void(Result<Array>)>;
  PagedList(const Context& context, std::string service, std::string operation, Object input,
            std::string member, Items done)
      : context_(context),
        service_(std::move(service)),
        operation_(std::move(operation)),
        input_(std::move(input)),
        member_(std::move(member)),
        done_(std::move(done)) {}

  void next_page() {
    ask(context_, service_, operation_, input_,
        [self = shared_from_this()](Result<Value> page) { self->got(std::move(page)); });
  }

 private:
  void got(Result<Value> page) {
    if (!page) return done_(std::unexpected(std::move(page.error())));
    take_items(*page);
    const auto token = text_at(*page, "NextToken");
    if (token.empty()) return done_(std::move(items_));
    if (++pages_ >= kPagesMax)
      return done_(fail(ErrorKind::Limit, fmt::format("{}:{} has more than {} pages", service_,
                                                      operation_, kPagesMax)));
    input_["NextToken"] = token;
    next_page();
  }

  void take_items(Value& page) {
    auto* members = page.if_object();
    auto* found = members ? members->if_contains(member_) : nullptr;
    auto* list = found ? found->if_array() : nullptr;
    if (!list) return;
    if (items_.empty()) return void(items_ = std::move(*list));
    for (auto& item : *list) items_.push_back(std::move(item));
  }

  Context context_;
  std::string service_, operation_;
  Object input_;
  std::string member_;
  Items done_;
  Array items_;
  int pages_ = 0;
};

/// Cut at a character's border, not inside of one.
std::string shortened(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  return text.substr(0, bytes_max) + "\n(cut here: the message is too long)";
}

std::string subject_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (out.size() == kSubjectMax) break;
    out += c >= ' ' && c <= '~' ? c : '?';
  }
  return out;
}

aws::Request request_for(const Context& context, std::string service, std::string operation,
                         Value input) {
  return {context.scope, std::move(service), std::move(operation), std::move(input),
          context.caller};
}

}  // namespace

bool worth_repeating(const Error& error) {
  return error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Unavailable ||
         error.kind == ErrorKind::Timeout || error.code == "InvalidSnapshot.InUse";
}

// 1, 2, 4, 8 s, of which the second half is spread by a hash: the same call waits the same time in
// every replay, and many calls throttled together do not come back together.
Duration pause_after(int attempt, std::string_view what) {
  const auto digits = hex_of(fmt::format("{}/{}", attempt, what), 4);
  unsigned spread = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), spread, 16);
  const auto half_ms = 500 << (attempt - 1);
  return Duration{half_ms + half_ms * static_cast<int>(spread) / 0xffff};
}

void ask(const Context& context, std::string service, std::string operation, Value input,
         aws::Done done) {
  auto request = request_for(context, std::move(service), std::move(operation), std::move(input));
  std::make_shared<PatientCall>(context, std::move(request), std::move(done))->send();
}

void ask_once(const Context& context, std::string service, std::string operation, Value input,
              aws::Done done) {
  context.cloud.call(
      request_for(context, std::move(service), std::move(operation), std::move(input)),
      std::move(done));
}

void list_all(const Context& context, std::string service, std::string operation, Object input,
              std::string member, std::move_only_function<void(Result<Array>)> done) {
  std::make_shared<PagedList>(context, std::move(service), std::move(operation), std::move(input),
                              std::move(member), std::move(done))
      ->next_page();
}

Value exact_filter(std::string_view name, const std::vector<std::string>& values) {
  Array escaped;
  for (const auto& value : values) {
    std::string literal;
    for (const char c : value) {
      if (c == '*' || c == '?' || c == '\\') literal += '\\';
      literal += c;
    }
    escaped.emplace_back(literal);
  }
  return Object{{"Name", name}, {"Values", std::move(escaped)}};
}

Value wildcard_filter(std::string_view name, std::string_view pattern) {
  return Object{{"Name", name}, {"Values", Array{pattern}}};
}

std::optional<std::string_view> tag_of(const Value& resource, std::string_view key) {
  for (const auto& tag : list_at(resource, "Tags"))
    if (text_at(tag, "Key") == key) return text_at(tag, "Value");
  return std::nullopt;
}

void publish(const Context& context, std::string topic_arn, std::string_view subject,
             std::string message, aws::Done done) {
  ask(context, "sns", "Publish",
      Object{{"TopicArn", topic_arn},
             {"Subject", subject_line(subject)},
             {"Message", shortened(std::move(message), kMessageMax)}},
      std::move(done));
}

}  // namespace hikae::upkeep
