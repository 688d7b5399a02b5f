// P16-P26: images, snapshots, names, tags, and what is deleted when.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plan/lint_rules.h"
#include "plan/lint_source.h"
#include "runbook/resolve.h"

namespace hikae::plan {
namespace {

bool is_maker(const Effect& effect) {
  return effect.image == ImageWork::Make || effect.image == ImageWork::MakeAndWait;
}

/// The input that holds an image's name, and its key.
std::pair<std::string_view, const Value*> image_name_of(const runbook::Step& step) {
  const auto key = step.action == "aws:executeAwsApi" ? "Name" : "ImageName";
  return {key, find(step.inputs, key)};
}

bool refers_to(const LintSubject& subject, const Value& value, SourceKind kind,
               std::optional<std::size_t> step = std::nullopt) {
  for (const auto& reference : runbook::references_in(value)) {
    const auto source = source_of(subject.document, reference);
    if (source.kind == kind && (!step || source.step == *step)) return true;
  }
  return false;
}

/// The images still pending on some way here that the inputs name.
bool names_pending_image(const LintSubject& subject, std::size_t index) {
  for (const auto& reference : runbook::references_in(subject.step(index).inputs)) {
    const auto source = source_of(subject.document, reference);
    if (source.kind != SourceKind::ImageId) continue;
    for (const auto& node : subject.walk.nodes) {
      if (node.step != index) continue;
      const auto image = node.state.images.find(source.step);
      if (image != node.state.images.end() && image->second != Stage::Good) return true;
    }
  }
  return false;
}

bool is_limited_to_owner(const Value& inputs) {
  for (const auto key :
       {"OwnerIds", "Owners", "SnapshotIds", "ImageIds", "RestorableByUserIds", "ExecutableUsers"})
    if (find(inputs, key)) return true;
  return filter_values(inputs, "owner-id") || filter_values(inputs, "owner-alias") ||
         filter_values(inputs, "image-id") || filter_values(inputs, "snapshot-id");
}

bool tags_image_later(const LintSubject& subject, std::size_t maker) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const auto* resources = step.action == "aws:createTags"    ? find(step.inputs, "ResourceIds")
                            : calls(step, "ec2", "CreateTags") ? find(step.inputs, "Resources")
                                                               : nullptr;
    if (resources && refers_to(subject, *resources, SourceKind::ImageId, maker)) return true;
  }
  return false;
}

bool desires(const runbook::Step& step, std::string_view wanted) {
  const auto& values = list_at(step.inputs, "DesiredValues");
  return std::ranges::any_of(values, [&](const Value& value) { return text_of(value) == wanted; });
}

bool waits_for_state(const runbook::Step& step, std::string_view operation) {
  return step.action == "aws:waitForAwsResourceProperty" && calls(step, "ec2", operation) &&
         text_at(step.inputs, "PropertySelector").find("Stat") != std::string_view::npos;
}

std::set<std::size_t> images_nobody_checks(const LintSubject& subject) {
  std::set<std::size_t> makers;
  for (const auto& node : subject.walk.nodes)
    if (node.step == kEnd && node.state.mode == Mode::Well)
      for (const auto& [maker, stage] : node.state.images)
        if (stage != Stage::Good) makers.insert(maker);
  return makers;
}

/// A tag's text, or what the caller wrote, directly before a '*'.
bool is_prefix_of_free_text(const LintSubject& subject, std::string_view text) {
  for (const auto& found : runbook::find_references(text)) {
    if (!text.substr(found.begin + found.size).starts_with('*')) continue;
    const auto kind = source_of(subject.document, found.name).kind;
    const bool is_id = folded(found.name).ends_with("id");
    if (kind == SourceKind::TagText || (kind == SourceKind::Parameter && !is_id)) return true;
  }
  return false;
}

void find_prefixes(const LintSubject& subject, LintFindings& findings, std::size_t index) {
  const auto& filters = list_at(subject.step(index).inputs, "Filters");
  for (std::size_t f = 0; f < filters.size(); ++f) {
    const auto& values = list_at(filters[f], "Values");
    for (std::size_t v = 0; v < values.size(); ++v)
      if (is_prefix_of_free_text(subject, text_of(values[v])))
        findings.add(index, fmt::format("/inputs/Filters/{}/Values/{}", f, v),
                     "the filter takes everything whose text begins like this: what is meant for "
                     "'web' also finds 'web-db'");
  }
}

/// What a function is told: its payload, in either form.
const Value* payload_of(const runbook::Step& step) {
  const auto* structured = find(step.inputs, "InputPayload");
  return structured ? structured : find(step.inputs, "Payload");
}

bool names_an_instance(const LintSubject& subject, const Value& payload) {
  for (const auto& reference : runbook::references_in(payload)) {
    const auto kind = source_of(subject.document, reference).kind;
    if (kind == SourceKind::ImageId) return true;
    if (kind == SourceKind::Parameter && folded(reference).find("instance") != std::string::npos)
      return true;
  }
  return false;
}

}  // namespace

void find_snapshot_races(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    if (step.action != "aws:executeAwsApi" || !calls(step, "ec2", "DescribeSnapshots")) continue;
    if (names_pending_image(subject, i))
      findings.add(i, "/inputs",
                   "the image's snapshots are looked up right after CreateImage has answered, when "
                   "none or only some of them exist");
  }
}

void find_foreign_looks(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const bool looks =
        calls(step, "ec2", "DescribeSnapshots") || calls(step, "ec2", "DescribeImages");
    if (looks && !is_limited_to_owner(step.inputs))
      findings.add(i, "/inputs",
                   "no owner is named, so public and shared ones of all accounts are searched: "
                   "slow, and a stranger's may be found");
  }
}

void find_long_lists(const LintSubject& subject, LintFindings& findings) {
  std::set<std::string> used;
  for (std::size_t i = 0; i < subject.size(); ++i)
    if (!subject.effects[i].only_looks && subject.step(i).action != "aws:branch")
      for (auto& reference : runbook::references_in(subject.step(i).inputs))
        used.insert(std::move(reference));
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    if (!subject.effects[i].only_looks) continue;
    for (std::size_t o = 0; o < step.outputs.size(); ++o)
      if (step.outputs[o].selector.yields_list() &&
          used.contains(step.name + "." + step.outputs[o].name))
        findings.add(i, fmt::format("/outputs/{}/Selector", o),
                     fmt::format("{} is a list of any length, but an output holds 50 items and the "
                                 "call gives one page: what is over that is left out",
                                 step.outputs[o].name));
  }
}

void find_tag_names(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (!is_maker(subject.effects[i])) continue;
    const auto [key, name] = image_name_of(subject.step(i));
    if (name && refers_to(subject, *name, SourceKind::TagText))
      findings.add(i, fmt::format("/inputs/{}", key),
                   "the image's name is made of a tag's text: Japanese, ':', '#' or more than 128 "
                   "characters are refused, and a missing tag fails the step");
  }
}

void find_shared_names(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (!is_maker(subject.effects[i])) continue;
    const auto [key, name] = image_name_of(subject.step(i));
    if (!name || runbook::whole_reference(text_of(*name))) continue;
    const auto text = plain_references(text_of(*name));
    const auto& machine = subject.effects[i].machine;
    const bool by_run = text.find("{{automation:EXECUTION_ID}}") != std::string::npos;
    const bool by_machine = !machine.empty() && text.find(machine) != std::string::npos;
    if (!by_run && !by_machine)
      findings.add(i, fmt::format("/inputs/{}", key),
                   "two instances can get the same image name in the same second, and EC2 refuses "
                   "the second image");
  }
}

void find_dated_names(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (!is_maker(subject.effects[i])) continue;
    const auto [key, name] = image_name_of(subject.step(i));
    if (name && plain_references(text_of(*name)).find("{{global:DATE") != std::string::npos)
      findings.add(i, fmt::format("/inputs/{}", key),
                   "the date in the name is UTC's: in Tokyo an image of 03:30 carries the day "
                   "before");
  }
}

void find_late_tags(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    if (!is_maker(subject.effects[i]) || find(step.inputs, "TagSpecifications")) continue;
    if (step.action == "aws:executeAwsApi" && tags_image_later(subject, i))
      findings.add(i, "/inputs",
                   "the image is tagged by a later step; if the run ends in between, an image "
                   "without tags stays, which no pruning ever finds");
  }
}

void find_endless_waits(const LintSubject& subject, LintFindings& findings) {
  bool waits = false;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const bool image = waits_for_state(step, "DescribeImages") && desires(step, "available") &&
                       !desires(step, "failed");
    const bool snapshot = waits_for_state(step, "DescribeSnapshots") &&
                          desires(step, "completed") && !desires(step, "error");
    waits = waits || image || snapshot;
    if (image || snapshot)
      findings.add(i, "/inputs/DesiredValues",
                   fmt::format("{} is not waited for: {} that ends so is looked at again and again "
                               "until the time-out of {} s",
                               image ? "'failed'" : "'error'", image ? "an image" : "a snapshot",
                               to_seconds(subject.effects[i].longest / step.max_attempts)));
  }
  for (const auto maker : images_nobody_checks(subject))
    findings.add(maker, "",
                 "a run ends in Success although no step has made sure that this image became "
                 "available",
                 text::Severity::Warning);
}

void find_unmarked_consistency(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (!is_maker(effect) || !subject.works_on_stopped(effect.machine)) continue;
    bool off = false, on = false;
    for (const auto& node : subject.walk.nodes) {
      if (node.step != i) continue;
      (is_off(machine_at(node.state, effect.machine)) ? off : on) = true;
    }
    if (off && on)
      findings.add(i, "",
                   "this step makes images of stopped and of running instances alike, and nothing "
                   "in name or tags tells which is which");
  }
}

void find_wide_scopes(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    find_prefixes(subject, findings, i);
    const auto& step = subject.step(i);
    if (!prunes_by_function(subject, i)) continue;
    const auto* payload = payload_of(step);
    if (payload && refers_to(subject, *payload, SourceKind::TagText) &&
        !names_an_instance(subject, *payload))
      findings.add(i, "/inputs",
                   "the function learns whose images to delete from a tag's text only: servers of "
                   "equal or similar names lose each other's backups");
  }
}

void find_early_pruning(const LintSubject& subject, LintFindings& findings) {
  std::set<std::size_t> found;
  for (const auto& node : subject.walk.nodes) {
    if (node.step == kEnd || subject.effects[node.step].image != ImageWork::Prune) continue;
    const auto& images = node.state.images;
    const bool unsure =
        std::ranges::any_of(images, [](const auto& image) { return image.second != Stage::Good; });
    if ((unsure || node.state.image_missing) && found.insert(node.step).second)
      findings.add(node.step, "",
                   unsure ? "old images are deleted before the new one is known to be available"
                          : "old images are deleted also where no new one could be made");
  }
}

}  // namespace hikae::plan
