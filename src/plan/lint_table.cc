// The table of rules. Its texts are what the program shows; docs/linter.md tells the same at
// length.
#include <algorithm>
#include <array>

#include "plan/lint_rules.h"

namespace hikae::plan {
namespace {

using text::Severity;

constexpr std::array kLintEntries{
    LintEntry{{"P1", "a failure that looks like Success",
               "A step that does not count fails, nothing makes it good, and the run ends in "
               "Success: nobody learns that there is no backup or that the instance is down.",
               "let the step count (remove isCritical: false or onFailure: Continue), or let a "
               "later critical step make it good",
               Severity::Error},
              find_hidden_failures,
              true},
    LintEntry{{"P2", "told too late",
               "The event of a failed run comes only when its last step has ended. A sleep before "
               "that lets an hour pass in which nobody knows.",
               "publish a message (sns Publish) on the way after the failure, before the sleep",
               Severity::Warning},
              find_late_reports,
              true},
    LintEntry{{"P6", "only one spelling of a tag counts",
               "A branch compares a tag exactly and in capitals as written. Any other text, and no "
               "tag at all, falls to Default without a word.",
               "compare with the other legal answer too, and publish a warning for the rest",
               Severity::Warning},
              find_single_answers,
              false},
    LintEntry{{"P7", "one throttled look ends the run",
               "Describe calls are throttled when many runs begin in the same second. With one "
               "attempt the first throttled call is the end, and no backup is made.",
               "write maxAttempts: 3 at the first looks", Severity::Warning},
              find_single_looks,
              false},
    LintEntry{{"P8", "a child outlives its parent's time-out",
               "The parent step gives up while its child goes on, perhaps as far as a forced stop, "
               "and what comes next works on the same instance at the same time.",
               "give the step more time than its child can take, or switch the instance in a step "
               "of this document (aws:changeInstanceState)",
               Severity::Error},
              find_outliving_children,
              false},
    LintEntry{{"P9", "left stopped",
               "The instance was stopped for its backup, something else goes wrong, and the run "
               "ends without a start. Production is down in the morning because of a tag.",
               "lead onFailure and onCancel of every step behind the stop to the step that starts "
               "the instance",
               Severity::Error},
              find_left_stopped,
              true},
    LintEntry{{"P10", "stopped longer than needed, or not long enough",
               "A snapshot holds what was on the disk when it began, which is some time after "
               "CreateImage has answered. A start before that spoils the image; whatever is done "
               "after that with the instance still stopped is needless downtime.",
               "start the instance as soon as every volume's snapshot has begun; tag, wait and "
               "prune after that",
               Severity::Error},
              find_needless_downtime,
              true},
    LintEntry{{"P11", "restarts what was not to be stopped",
               "The repair after a failure restarts the instance whether or not this run had "
               "stopped it: a refused CreateImage becomes an outage.",
               "let a branch lead to it only where this run has stopped the instance; start, do "
               "not restart (for an image: NoReboot: true)",
               Severity::Error},
              find_needless_restarts,
              true},
    LintEntry{{"P12", "starts what was off on purpose",
               "Somebody had switched the instance off. The run does not look, and switches it on.",
               "look at State.Name directly before the stop (DescribeInstances), and start only "
               "where it was running",
               Severity::Error},
              find_blind_starts,
              true},
    LintEntry{{"P13", "a slow boot is taken for a failed one",
               "The start waits for both status checks. A large guest is still checking its disks "
               "when the time is over, and is stopped in the middle of it.",
               "wait for the state running only, and let nothing stop the instance after a start",
               Severity::Error},
              find_slow_boots_punished,
              false},
    LintEntry{{"P14", "a switch that can lose data or the instance",
               "A forced stop is a power cut. A start can be refused for want of capacity, for "
               "hours.",
               "stop without Force; try the start again, with pauses and a message (as hikae-start "
               "does)",
               Severity::Error},
              find_risky_switches,
              true},
    LintEntry{
        {"P16", "snapshots are looked up before they exist",
         "CreateImage answers before its snapshots are there, and DescribeSnapshots lags "
         "behind. The list is empty or short: snapshots stay without tags, or the step fails.",
         "tag in the CreateImage call (TagSpecifications for image and snapshot), or look at "
         "the image's BlockDeviceMappings once it is available",
         Severity::Error},
        find_snapshot_races,
        true},
    LintEntry{
        {"P17", "searches among everybody's",
         "Without an owner the call searches all public images or snapshots of the region: it "
         "is slow, gives one page, and may find a stranger's.",
         "add Owners or OwnerIds: self", Severity::Warning},
        find_foreign_looks,
        false},
    LintEntry{
        {"P18", "a list longer than an output",
         "An output holds 50 items, a call gives one page. What is beyond is left out without "
         "a word.",
         "avoid the list: tag in the call that makes the things, or filter by a tag",
         Severity::Warning},
        find_long_lists,
        false},
    LintEntry{
        {"P19", "an image name made of a tag",
         "EC2 allows few characters in image names. A Japanese Name tag, a colon or a missing "
         "tag is refused at 03:30.",
         "build the name of the instance's and the run's id; put the Name tag into a tag",
         Severity::Error},
        find_tag_names,
        false},
    LintEntry{
        {"P20", "two images of one name",
         "Image names are unique in an account. Two clones in the same second get the same "
         "name, and one has no backup.",
         "put the instance's id or {{ automation:EXECUTION_ID }} into the name", Severity::Warning},
        find_shared_names,
        false},
    LintEntry{{"P21", "a name with another zone's date",
               "{{ global:DATE_TIME }} is UTC. People read the name as local time and restore the "
               "wrong day.",
               "leave the date out: EC2 keeps CreationDate", Severity::Warning},
              find_dated_names,
              false},
    LintEntry{{"P22", "an image that is tagged later",
               "Between CreateImage and CreateTags a run can end. The image stays, without the tag "
               "by which pruning finds it, and costs money for ever.",
               "write TagSpecifications (image and snapshot) into the CreateImage call",
               Severity::Warning},
              find_late_tags,
              false},
    LintEntry{{"P23", "a failed image is not noticed",
               "A wait knows only what it is told to wait for: a failed image is polled until the "
               "time-out. Without any wait it counts as a backup.",
               "wait for available and failed, then refuse failed with an assert "
               "(aws:assertAwsResourceProperty)",
               Severity::Error},
              find_endless_waits,
              true},
    LintEntry{{"P24", "nothing says how consistent an image is",
               "Images of stopped and of running instances look the same. In the hour of need "
               "nobody knows which is which.",
               "make them in two steps, and write into a tag which kind it is", Severity::Warning},
              find_unmarked_consistency,
              true},
    LintEntry{{"P25", "a scope that takes in others",
               "A name is a scope that others share: 'web' is a prefix of 'web-db'. One server's "
               "backup deletes another's.",
               "key on the instance's id or on a tag with an exact value that only this document "
               "writes",
               Severity::Error},
              find_wide_scopes,
              false},
    LintEntry{{"P26", "old images are deleted before the new one is good",
               "The new image is still pending, or will fail. Night after night a good generation "
               "goes for a bad one.",
               "prune last, behind a wait for available and failed and an assert on available",
               Severity::Error},
              find_early_pruning,
              true},
    LintEntry{{"P27", "a number that nobody has checked",
               "The number of generations is a tag's text: missing, empty, 0 or negative. A loop "
               "over such a number deletes everything.",
               "give the function the instance's id and let it read and check the tag itself, or "
               "take the number from a parameter with an allowedPattern",
               Severity::Error},
              find_unchecked_numbers,
              false},
    LintEntry{{"P32", "a time-out above the cap",
               "The action has a cap of its own. Automation gives up there while the function goes "
               "on, and the next attempt runs beside it.",
               "write at most 300 (aws:invokeLambdaFunction) or 600 (aws:executeScript), and let "
               "the work end within it",
               Severity::Error},
              find_capped_timeouts,
              false},
    LintEntry{{"P33", "JSON put together as text",
               "Nothing escapes what is put into text. A quotation mark breaks the payload; a "
               "crafted tag adds keys, and decides whose backups are deleted.",
               "write InputPayload as a map with one reference a value", Severity::Error},
              find_text_payloads,
              false},
    LintEntry{{"P36", "children queue behind their parents",
               "Every child counts in the account's quota. With a full window the children wait "
               "while their parents' time-outs pass.",
               "switch the instance in a step of this document, or lower the window's concurrency",
               Severity::Warning},
              find_queueing_children,
              true},
    LintEntry{{"P40", "runs with somebody's rights",
               "Without assumeRole the steps have the rights of whoever starts the run. A person "
               "with fewer gets as far as the stop.",
               "add a parameter AutomationAssumeRole and assumeRole: '{{ AutomationAssumeRole }}'",
               Severity::Warning},
              find_borrowed_rights,
              false},
    LintEntry{{"P42", "a call that only ends the run",
               "A harmless call as last step can be throttled too, and then a good run is reported "
               "as failed.",
               "remove the step, and write isEnd: true at the last one that does something",
               Severity::Warning},
              find_idle_ends,
              false},
};

constexpr auto kLintRules = [] {
  std::array<LintRule, kLintEntries.size()> rules;
  std::ranges::transform(kLintEntries, rules.begin(), &LintEntry::rule);
  return rules;
}();

}  // namespace

std::span<const LintEntry> lint_entries() { return kLintEntries; }

std::span<const LintRule> lint_rules() { return kLintRules; }

const LintRule* lint_rule(std::string_view code) {
  const auto found = std::ranges::find(kLintRules, code, &LintRule::code);
  return found == kLintRules.end() ? nullptr : &*found;
}

}  // namespace hikae::plan
