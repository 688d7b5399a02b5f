// An occurrence of the test window under a script, with the answers it waits for.
#pragma once

#include "window/occurrence.h"
#include "window/script_test.h"

namespace hikae::window {

inline constexpr const char* kOpened = "2026-01-10T18:30:00Z";

inline Object instance_value(std::string_view id, std::string_view group = "group") {
  return {{"InstanceId", id},
          {"State", Object{{"Name", "running"}}},
          {"Tags", Array{Object{{"Key", "BackupGroup"}, {"Value", group}}}}};
}

inline Value instances_answer(const std::vector<std::string>& ids, std::string_view next = {}) {
  Array instances;
  for (const auto& id : ids) instances.push_back(instance_value(id));
  Object answer{{"Reservations", Array{Object{{"Instances", std::move(instances)}}}}};
  if (!next.empty()) answer["NextToken"] = next;
  return answer;
}

inline Value agents_answer(const std::vector<std::string>& ids) {
  Array list;
  for (const auto& id : ids)
    list.push_back(Object{{"InstanceId", id}, {"PingStatus", "ConnectionLost"}});
  return Object{{"InstanceInformationList", std::move(list)}};
}

inline std::vector<std::string> some_ids(std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back(fmt::format("i-{:017x}", i + 1));
  return ids;
}

inline Object& only_task(Object& definition) {
  return definition["Tasks"].as_array()[0].as_object();
}

inline Script occurrence_script(Object definition = test_definition(),
                                std::string_view now = kOpened) {
  const auto instant = *parse_iso(kOpened);
  Script script(make_occurrence_kind(), occurrence_id(kTestWindow, instant), now);
  script.start_with(occurrence_input(definition, instant, OpenAs::Running));
  return script;
}

/// An occurrence whose lookups have found that many registered instances.
inline Script running_script(std::size_t count, Object definition = test_definition()) {
  auto script = occurrence_script(std::move(definition));
  script.answer("look", instances_answer(some_ids(count)));
  script.answer("look", agents_answer(some_ids(count)));
  return script;
}

inline void answer_start(Script& script, const std::string& tag) {
  script.answer(tag, Object{{"AutomationExecutionId", "run-of-" + tag.substr(6)}});
}

inline void end_run(Script& script, const std::string& tag, std::string_view status = "Success") {
  Object outcome{{"Status", status}};
  if (status != "Success") {
    outcome["FailedStep"] = "Image";
    outcome["FailureMessage"] = "no image";
  }
  script.end(tag, std::move(outcome));
}

inline std::string target_row(std::size_t n) {
  return fmt::format("{}/{}/i-{:017x}", kTestWindow, kOpened, n);
}
inline std::string whole_row() { return fmt::format("{}/{}/*", kTestWindow, kOpened); }

inline Value detail_of(const Value& event) { return object_at(event, "detail"); }

inline std::string final_status(const Script& script) {
  return script.finished ? str(text_at(*script.finished, "Status")) : "still running";
}

}  // namespace hikae::window
