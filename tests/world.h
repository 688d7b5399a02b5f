// The program and the world it works in, for tests: commands with their JSON answers, machines put
// into a data folder, and a look at what became of them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "cli/session.h"
#include "process.h"

namespace hikae::tests {

/// What a command with --json said.
struct Answer {
  Ended ended;
  Value json;  // null where stdout was no JSON
};

/// The built program's path.
[[nodiscard]] std::string program();
/// Runs `hikae ARGS… --data DATA --json` to its end.
[[nodiscard]] Answer hikae(const std::string& data, std::vector<std::string> args,
                           Patience patience = std::chrono::seconds(60));

/// A file of the article, read in place; empty where the folder is absent.
[[nodiscard]] std::string article_file(const std::string& name);
/// The same, as text.
[[nodiscard]] std::string article_text(const std::string& name);

/// YAML written in a test.
[[nodiscard]] Value yaml(std::string_view text);

/// An installation in this process, wired as the program wires it. `ClockKind::Virtual`: a new
/// folder begins at 2026-05-01T12:00:00Z, 21:00 in Tokyo.
[[nodiscard]] std::unique_ptr<cli::Session> open_house(const std::string& data,
                                                       cli::ClockKind clock);
/// Puts machines into a data folder (docs/faults.md, "Fleets") and closes it.
void put_fleet(const std::string& data, std::string_view fleet, cli::ClockKind clock);
/// Lets virtual time go on for that long.
void let_pass(cli::Session& session, Duration duration);
/// Asks, and gives the answer; a refusal fails the test.
Value ask(cli::Session& session, std::string_view service, std::string_view operation,
          Object input);

/// A run's visited steps in their order: "CheckStopStartTag1 S, Run_EC2StopSV1 T". Steps that
/// stayed Pending are not visited; S, F, T, C as in docs/reference/hazards.md 10.1.
[[nodiscard]] std::string visited_steps(const Value& execution);
/// An instance's state now: "running".
[[nodiscard]] std::string power_of(const sandbox::Sandbox& sandbox, const Scope& scope,
                                   std::string_view instance);
/// What happened to its power since the fleet was loaded: "stopping stopped pending running".
[[nodiscard]] std::string power_changes(const sandbox::Sandbox& sandbox, const Scope& scope,
                                        std::string_view instance);

}  // namespace hikae::tests
