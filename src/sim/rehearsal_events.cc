// What goes wrong in a test, what others answer, and what people do.
#include <fmt/format.h>

#include <array>

#include "aws/errors.h"
#include "aws/model.h"
#include "base/limits.h"
#include "sim/rehearsal_parts.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::array<std::string_view, 8> kAnswerKeys{"call",    "input", "gives", "error",
                                                      "message", "skip",  "times", "delay"};
constexpr std::array<std::string_view, 2> kSetupKeys{"call", "input"};
constexpr std::array<std::string_view, 2> kCancelKeys{"at", "after"};
constexpr std::array<std::string_view, 3> kRestartKeys{"at", "after", "down"};
constexpr std::array<std::string_view, 4> kMeanwhileKeys{"at", "after", "call", "input"};
constexpr Duration kUsualDown = seconds(10);

}  // namespace

void Parts::read_faults(const Layers& layers, Rehearsal& test) {
  const auto node = layers.find("faults");
  if (!node) return;
  const auto written = here_or_in_file(node);
  if (written.is_null()) return;  // told already
  auto rules = sandbox::read_faults(written);
  if (rules)
    test.faults = *std::move(rules);
  else
    notes_.wrong(node, rules.error());
}

std::pair<std::string, std::string> Parts::call_of(const Node& map) {
  const auto node = map.at("call");
  if (!node) {
    notes_.wrong(map, "names no call", "add \"call: SERVICE:Operation\"");
    return {};
  }
  const auto call = call_named(notes_.scalar(node));
  if (call) return *call;
  notes_.wrong(node, call.error());
  return {};
}

/// As the router would say it, but with its place.
void Parts::check_call(const Node& map, const std::string& service, const std::string& operation,
                       const Value& input) {
  const auto found = aws::Model::get().find(service, operation);
  if (service.empty() || !found) return;
  const auto checked = aws::Model::get().check_input(*found, input);
  if (!checked)
    notes_.wrong(map.at("input") ? map.at("input") : map, checked.error().message,
                 "write the API's own input of " + service + ":" + operation);
}

Value Parts::input_of(const Node& map, std::string_view key) {
  const auto node = map.at(key);
  if (!node || node.value->is_null()) return Object{};
  if (node.value->is_object()) return *node.value;
  notes_.wrong(node, fmt::format("this is a {}", kind_of(*node.value)),
               "write a map, as the API's input");
  return Object{};
}

void Parts::read_answers(const Layers& layers, Rehearsal& test) {
  const auto node = layers.find("answers");
  if (!node) return;
  for (const auto& item : notes_.items(node, "answers"))
    if (notes_.is_map(item, kAnswerKeys)) test.answers.push_back(answer(item));
}

CannedAnswer Parts::answer(const Node& node) {
  CannedAnswer canned;
  std::tie(canned.service, canned.operation) = call_of(node);
  canned.input = input_of(node, "input");
  canned.delay = notes_.duration(node, "delay");
  canned.skip = notes_.take(node.described().whole("skip", 0), node);
  if (node.at("times")) canned.times = notes_.take(node.described().whole("times", 0), node);
  const auto code = notes_.take(node.described().text("error"), node);
  const auto message = notes_.take(node.described().text("message"), node);
  if (code.empty() == !node.at("gives"))
    notes_.wrong(node, "must say either what the call gives or its error",
                 "write \"gives: {…}\" or \"error: CODE\"");
  if (code.empty())
    canned.answer = input_of(node, "gives");
  else
    canned.answer = aws::aws_error(code, message.empty() ? "refused by the test" : message);
  return canned;
}

void Parts::read_setup(const Layers& layers, Rehearsal& test) {
  const auto node = layers.find("setup");
  if (!node) return;
  for (const auto& item : notes_.items(node, "calls")) {
    if (!notes_.is_map(item, kSetupKeys)) continue;
    SetupCall call;
    std::tie(call.service, call.operation) = call_of(item);
    call.input = input_of(item, "input");
    check_call(item, call.service, call.operation, call.input);
    test.setup.push_back(std::move(call));
  }
}

Deed Parts::deed(const Node& node, Deed::Kind kind, std::span<const std::string_view> keys) {
  Deed deed{.kind = kind};
  if (!notes_.is_map(node, keys)) return deed;
  if (!node.at("at") && !node.at("after"))
    notes_.wrong(node, "does not say when", "add \"at: STEP\" or \"after: 90s\"");
  deed.step = notes_.take(node.described().text("at"), node);
  deed.after = notes_.duration(node, "after");
  return deed;
}

void Parts::read_deeds(const Layers& layers, Rehearsal& test) {
  if (const auto node = layers.find("cancel"))
    test.deeds.push_back(deed(node, Deed::Kind::Cancel, kCancelKeys));
  if (const auto node = layers.find("restart")) {
    auto restart = deed(node, Deed::Kind::Restart, kRestartKeys);
    const auto down = notes_.duration(node, "down");
    restart.down = down > Duration{0} ? down : kUsualDown;
    test.deeds.push_back(std::move(restart));
  }
  if (const auto node = layers.find("meanwhile"))
    for (const auto& item : notes_.items(node, "calls")) {
      auto call = deed(item, Deed::Kind::Call, kMeanwhileKeys);
      std::tie(call.service, call.operation) = call_of(item);
      call.input = input_of(item, "input");
      check_call(item, call.service, call.operation, call.input);
      test.deeds.push_back(std::move(call));
    }
}

}  // namespace hikae::sim::rehearsal
