#include "plan/lint_source.h"

#include <algorithm>

#include "runbook/resolve.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

constexpr std::string_view kSampleTag = "sample-tag";
constexpr std::string_view kSampleState = "sample-state";
constexpr std::string_view kSampleImage = "sample-image";

/// What EC2's answers look like. A selector is kept compiled, so what an output is about is told by
/// what the selector finds here.
const Value& sample_answer() {
  static const Value kSample = [] {
    const Array tags{Object{{"Key", "k"}, {"Value", kSampleTag}}};
    const Object state{{"Name", kSampleState}};
    const Object instance{{"State", state}, {"Tags", tags}};
    const Object image{{"ImageId", kSampleImage}, {"Tags", tags}};
    return Value(Object{{"Tags", tags},
                        {"ImageId", kSampleImage},
                        {"Images", Array{image}},
                        {"Snapshots", Array{Object{{"Tags", tags}}}},
                        {"StoppingInstances", Array{Object{{"PreviousState", state}}}},
                        {"InstanceStatuses", Array{Object{{"InstanceState", state}}}},
                        {"Reservations", Array{Object{{"Instances", Array{instance}}}}}});
  }();
  return kSample;
}

bool finds_sample(const runbook::StepOutput& output, std::string_view sample) {
  const auto found = output.selector.select(sample_answer());
  if (!found) return false;
  if (found->is_string()) return text_of(*found) == sample;
  const auto* list = found->if_array();
  return list && !list->empty() && text_of(list->front()) == sample;
}

bool makes_image(const runbook::Step& step, std::string_view output) {
  if (output != "ImageId") return false;
  return step.action == "aws:createImage" || step.action == "aws:copyImage" ||
         (step.action == "aws:executeAwsApi" &&
          (calls(step, "ec2", "CreateImage") || calls(step, "ec2", "CopyImage")));
}

std::string machine_looked_at(const runbook::Step& step) {
  if (!calls(step, "ec2", "DescribeInstances") && !calls(step, "ec2", "DescribeInstanceStatus"))
    return {};
  const auto by_id = machine_of(find(step.inputs, "InstanceIds"));
  return by_id.empty() ? machine_of(filter_values(step.inputs, "instance-id")) : by_id;
}

Source output_source(const runbook::Document& document, std::size_t index, std::string_view name) {
  const auto& step = document.steps[index];
  if (makes_image(step, name)) return {SourceKind::ImageId, index, {}};
  const auto output = std::ranges::find(step.outputs, name, &runbook::StepOutput::name);
  if (output == step.outputs.end() || step.action != "aws:executeAwsApi")
    return {SourceKind::Output, index, {}};
  if (finds_sample(*output, kSampleTag)) return {SourceKind::TagText, index, {}};
  const bool is_image = calls(step, "ec2", "CreateImage") || calls(step, "ec2", "CopyImage");
  if (is_image && finds_sample(*output, kSampleImage)) return {SourceKind::ImageId, index, {}};
  if (!finds_sample(*output, kSampleState)) return {SourceKind::Output, index, {}};
  if (calls(step, "ec2", "StopInstances"))
    return {SourceKind::StopAnswer, index, machine_of(find(step.inputs, "InstanceIds"))};
  auto machine = machine_looked_at(step);
  const auto kind = machine.empty() ? SourceKind::Output : SourceKind::PowerState;
  return {kind, index, std::move(machine)};
}

void gather_texts(const Value& value, std::string& texts) {
  if (const auto* list = value.if_array())
    for (const auto& item : *list) gather_texts(item, texts);
  if (!value.is_string()) return;
  if (!texts.empty()) texts += ',';
  texts += plain_references(text_of(value));
}

}  // namespace

Source source_of(const runbook::Document& document, std::string_view reference) {
  if (reference.find(':') != std::string_view::npos) return {};
  const auto dot = reference.find('.');
  if (dot == std::string_view::npos) return {SourceKind::Parameter, 0, {}};
  const auto step = document.step_index(reference.substr(0, dot));
  if (!step) return {SourceKind::Parameter, 0, {}};
  return output_source(document, *step, reference.substr(dot + 1));
}

bool calls(const runbook::Step& step, std::string_view service, std::string_view operation) {
  return folded(text_at(step.inputs, "Service")) == service &&
         folded(text_at(step.inputs, "Api")) == folded(operation);
}

std::string named_by(const runbook::Document& document, const Value* input) {
  if (!input || !input->is_string()) return {};
  const auto reference = runbook::whole_reference(text_of(*input));
  if (!reference) return str(text_of(*input));
  const auto* parameter = document.parameter(*reference);
  return parameter && parameter->default_value ? str(text_of(*parameter->default_value)) : "";
}

std::string machine_of(const Value* input) {
  std::string texts;
  if (input) gather_texts(*input, texts);
  return texts;
}

const Value* filter_values(const Value& inputs, std::string_view name) {
  for (const auto& filter : list_at(inputs, "Filters"))
    if (text_at(filter, "Name") == name) return find(filter, "Values");
  return nullptr;
}

std::string plain_references(std::string_view text) {
  std::string plain;
  std::size_t at = 0;
  for (const auto& found : runbook::find_references(text)) {
    plain += text.substr(at, found.begin - at);
    plain += "{{" + found.name + "}}";
    at = found.begin + found.size;
  }
  plain += text.substr(at);
  return plain;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '_' && c != '-') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

}  // namespace hikae::plan
