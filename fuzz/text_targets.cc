// Documents, what stands in them, templates and hikae.yaml.
#include "plan/config.h"
#include "runbook/document.h"
#include "runbook/resolve.h"
#include "runbook/run.h"
#include "stack/template.h"
#include "targets.h"
#include "text/json.h"
#include "text/selector.h"

namespace hikae::fuzz {
namespace {

/// Every reference has a value that looks like a reference.
class Mirror final : public runbook::References {
 public:
  [[nodiscard]] Result<std::optional<Value>> value_of(std::string_view reference) const override {
    if (reference.size() % 5 == 0) return std::optional<Value>();
    if (reference.size() % 5 == 1) return std::optional<Value>(Array{"{{ a.b }}", 7});
    return std::optional<Value>(Value("{{ " + std::string(reference) + " }}"));
  }
};

/// Plays the document's run until it ends or has taken many events; every call is refused.
void play_refused(const std::shared_ptr<const runbook::Document>& document) {
  const auto kind = runbook::make_run_kind([&](std::string_view) { return document; });
  const MachineId id{{"123456789012", "eu-west-1"}, "run", "r"};
  auto machine = kind->fresh(id);
  std::vector<Event> events{event::Started{Object{{"DocumentName", "d"}}}};
  for (int i = 0; i < 200 && !events.empty(); ++i) {
    Commands commands;
    machine->decide(std::exchange(events, {}).front(), wall_ms(1'767'292'200'000), commands);
    for (auto& command : commands.take()) {
      if (std::holds_alternative<command::Finish>(command)) return;
      if (auto* send = std::get_if<command::Send>(&command))
        events.assign(1, event::Answered{send->tag, fail(ErrorKind::Denied, "No", "no")});
      else if (auto* pause = std::get_if<command::Pause>(&command); pause && events.empty())
        events.assign(1, event::Woke{pause->tag});
    }
    auto loaded = kind->load(id, machine->save());
    expect(loaded.has_value(), "what a run saves can be loaded");
    expect((*loaded)->save() == machine->save(), "a run that was loaded is the run that was saved");
    machine = *std::move(loaded);
  }
}

}  // namespace

void fuzz_document(std::string_view input) {
  text::Diagnostics problems;
  const auto document = runbook::read_document(input, problems);
  expect(document || !problems.empty(), "a refused document says why");
  if (document && runbook::bind_parameters(**document, Object())) play_refused(*document);
}

void fuzz_expression(std::string_view input) {
  const auto found = runbook::find_references(input);
  std::size_t end = 0;
  for (const auto& reference : found) {
    expect(reference.begin >= end, "references stand one behind the other");
    end = reference.begin + reference.size;
    expect(end <= input.size(), "a reference stands within its text");
  }
  (void)runbook::whole_reference(input);
  const auto value = text::parse_json(input);
  (void)runbook::resolve(value ? *value : Value(input), Mirror());
}

void fuzz_selector(std::string_view input) {
  const auto [selector_text, json_text] = halves(input);
  const auto selector = text::Selector::parse(selector_text);
  const auto root = text::parse_json(json_text);
  if (!selector || !root) return;
  const auto selected = selector->select(*root);
  if (selected && selector->yields_list())
    expect(selected->is_array(), "a list by its form is one");
}

void fuzz_template(std::string_view input) {
  text::Diagnostics problems;
  const auto read = stack::read_template(input, problems);
  expect(read || !problems.empty(), "a refused template says why");
}

void fuzz_config(std::string_view input) {
  text::Diagnostics problems;
  const auto config = plan::read_config(input, problems);
  expect(config || !problems.empty(), "a refused configuration says why");
}

}  // namespace hikae::fuzz
