#include "world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "text/json.h"
#include "text/yaml.h"

namespace hikae::tests {
namespace {

char letter_of(std::string_view status) {
  if (status == "Success") return 'S';
  if (status == "Failed") return 'F';
  if (status == "TimedOut") return 'T';
  return status == "Cancelled" ? 'C' : '?';
}

bool is_power(std::string_view what) {
  for (const auto* state :
       {"stopping", "stopped", "pending", "running", "rebooted", "shutting-down", "terminated"})
    if (what == state) return true;
  return false;
}

}  // namespace

std::string program() { return HIKAE_BINARY_DIR "/hikae"; }

Answer hikae(const std::string& data, std::vector<std::string> args, Patience patience) {
  args.insert(args.begin(), program());
  for (const auto* more : {"--data", data.c_str(), "--json"}) args.emplace_back(more);
  Answer answer{run_process(args, patience), {}};
  if (auto value = text::parse_json(answer.ended.out)) answer.json = *std::move(value);
  return answer;
}

std::string article_file(const std::string& name) {
  const auto* shared = std::getenv("HIKAE_SHARED");
  const auto folder =
      std::filesystem::path(shared ? shared : HIKAE_SOURCE_DIR "/../shared") / "compat";
  return std::filesystem::is_directory(folder) ? (folder / name).lexically_normal().string() : "";
}

std::string article_text(const std::string& name) { return read_text(article_file(name)); }

Value yaml(std::string_view text) {
  text::Diagnostics problems;
  auto tree = text::read_tree(text, problems);
  EXPECT_TRUE(tree) << text::as_error(problems, "test").message;
  return tree ? std::move(tree->value) : Value();
}

std::unique_ptr<cli::Session> open_house(const std::string& data, cli::ClockKind clock) {
  cli::SessionOptions options;
  options.data = data;
  options.clock = clock;
  options.start = wall_ms(1'777'636'800'000);
  auto session = cli::Session::open(options);
  EXPECT_TRUE(session) << session.error().text();
  return session ? *std::move(session) : nullptr;
}

void put_fleet(const std::string& data, std::string_view fleet, cli::ClockKind clock) {
  const auto session = open_house(data, clock);
  ASSERT_NE(session, nullptr);
  const auto loaded = session->sandbox().load_fleet(session->scope(), yaml(fleet));
  ASSERT_TRUE(loaded) << loaded.error().text();
}

void let_pass(cli::Session& session, Duration duration) {
  const auto until = session.now() + duration;
  // A limit alone stops before the next timer, wherever that is.
  session.run_until([&] { return session.now() >= until; }, until);
}

Value ask(cli::Session& session, std::string_view service, std::string_view operation,
          Object input) {
  auto answer = session.call(service, operation, std::move(input));
  EXPECT_TRUE(answer) << service << ":" << operation << ": " << answer.error().text();
  return answer ? *std::move(answer) : Value();
}

std::string visited_steps(const Value& execution) {
  std::string visited;
  for (const auto& step : list_at(execution, "StepExecutions")) {
    const auto status = text_at(step, "StepStatus");
    if (status == "Pending") continue;
    if (!visited.empty()) visited += ", ";
    visited += str(text_at(step, "StepName")) + " " + letter_of(status);
  }
  return visited;
}

std::string power_of(const sandbox::Sandbox& sandbox, const Scope& scope,
                     std::string_view instance) {
  for (const auto& one : sandbox.instances(scope))
    if (text_at(one, "InstanceId") == instance)
      if (const auto* state = find_path(one, {"State", "Name"})) return str(text_of(*state));
  return "unknown";
}

std::string power_changes(const sandbox::Sandbox& sandbox, const Scope& scope,
                          std::string_view instance) {
  std::string changes;
  for (const auto& change : sandbox.changes(scope)) {
    if (change.resource != instance || change.operation.empty() || !is_power(change.what)) continue;
    if (!changes.empty()) changes += " ";
    changes += change.what;
  }
  return changes;
}

}  // namespace hikae::tests
