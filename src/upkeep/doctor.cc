#include "upkeep/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/invariant.h"
#include "upkeep/doctor_calls.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kTrialsAtOnce = 8;
constexpr std::size_t kInstancesInFilter = 200;  // EC2: at most 200 values in a filter
constexpr const char* kQuotaOfImages = "L-B665C33B";

bool is_terminated(const Value& instance) {
  const auto state = text_at(object_at(instance, "State"), "Name");
  return state == "terminated" || state == "shutting-down";
}

/// The night stops only where the tag says so.
bool is_to_be_tried(const NeededCall& call, const Value& instance, const DoctorOrder& order) {
  if (call.operation != "StopInstances" && call.operation != "StartInstances") return true;
  return tag_of(instance, order.tags.stop_tag) == "true";
}

struct Trial {
  const NeededCall* call;
  std::string subject;
  Object input;
};

/// One plan's examination: a list of steps, each of which asks and then calls next().
class Examination : public std::enable_shared_from_this<Examination> {
 public:
  using Ended = std::move_only_function<void(std::vector<Check>)>;
  Examination(const Context& context, DoctorOrder order, Ended done)
      : context_(context), order_(std::move(order)), done_(std::move(done)) {}

  void next() {
    using Step = void (Examination::*)();
    static constexpr Step kSteps[] = {
        &Examination::list_members, &Examination::list_near_misses, &Examination::list_agents,
        &Examination::list_backups, &Examination::count_images,     &Examination::list_volumes,
        &Examination::ask_keys,     &Examination::ask_profiles,     &Examination::ask_quota,
        &Examination::plan_trials,  &Examination::try_calls,        &Examination::conclude};
    INVARIANT(step_ < std::size(kSteps), "the last step calls nothing next");
    (this->*kSteps[step_++])();
  }

 private:
  void list_members() {
    list("ec2", "DescribeInstances", order_.instances, "Reservations", [this](Array found) {
      for (const auto& reservation : found)
        for (const auto& instance : list_at(reservation, "Instances"))
          if (!is_terminated(instance)) members_.push_back(instance);
      std::ranges::sort(members_, [](const Value& a, const Value& b) {
        return text_at(a, "InstanceId") < text_at(b, "InstanceId");
      });
      if (members_.empty())
        file({Grade::Failure, "group", order_.window,
              "no instance fits this plan: nothing would be backed up",
              "tag the instances as the plan's targets say, or correct the targets"});
    });
  }

  void list_near_misses() {
    if (list_at(order_.instances, "Filters").empty()) return next();
    list("ec2", "DescribeInstances", Object{}, "Reservations", [this](Array found) {
      Array all;
      for (const auto& reservation : found)
        for (const auto& instance : list_at(reservation, "Instances"))
          if (!is_terminated(instance)) all.push_back(instance);
      for (auto& check : check_near_misses(all, order_)) file(std::move(check));
    });
  }

  void list_agents() {
    list("ssm", "DescribeInstanceInformation", Object{{"MaxResults", 50}},
         "InstanceInformationList", [this](Array found) {
           for (auto& agent : found) agents_[str(text_at(agent, "InstanceId"))] = std::move(agent);
         });
  }

  void list_backups() {
    find_images(context_, order_.owner, {}, [self = shared_from_this()](auto found) {
      if (found)
        self->images_ = std::move(*found);
      else
        self->refused("ec2", "DescribeImages", found.error());
      self->next();
    });
  }

  void count_images() {
    list("ec2", "DescribeImages",
         Object{{"Owners", Array{"self"}}, {"IncludeDisabled", true}, {"MaxResults", 1000}},
         "Images", [this](const Array& found) { images_in_account_ = found.size(); });
  }

  void list_volumes() {
    if (asked_ >= members_.size()) return next();
    std::vector<std::string> ids;
    for (; asked_ < members_.size() && ids.size() < kInstancesInFilter; ++asked_)
      ids.push_back(str(text_at(members_[asked_], "InstanceId")));
    --step_;  // once more, until all are asked for
    list("ec2", "DescribeVolumes",
         Object{{"Filters", Array{exact_filter("attachment.instance-id", ids)}}}, "Volumes",
         [this](const Array& found) {
           for (const auto& volume : found) note_key(volume);
         });
  }

  void note_key(const Value& volume) {
    if (!is_true_at(volume, "Encrypted")) return;
    auto key = str(text_at(volume, "KmsKeyId"));
    if (key.empty()) key = "a key that EC2 does not name";
    for (const auto& attachment : list_at(volume, "Attachments"))
      keys_of_[str(text_at(attachment, "InstanceId"))].insert(key);
    keys_to_ask_.insert(key);
  }

  void ask_keys() {
    if (keys_to_ask_.empty()) return next();
    const auto key = *keys_to_ask_.begin();
    keys_to_ask_.erase(keys_to_ask_.begin());
    --step_;
    if (key.starts_with("a key")) return next();
    ask_account("DescribeKey", Object{{"KeyId", key}}, [this, key](Result<Value> answer) {
      const bool nobody = !answer && answer.error().kind == ErrorKind::Unsupported;
      if (!nobody) keys_.emplace(key, std::move(answer));
    });
  }

  void ask_profiles() {
    while (profile_ < members_.size() && !is_profile_asked_for(members_[profile_])) ++profile_;
    if (profile_ >= members_.size()) return next();
    const auto arn = str(text_at(object_at(members_[profile_++], "IamInstanceProfile"), "Arn"));
    --step_;
    const auto name = arn.substr(arn.rfind('/') + 1);
    ask_iam(
        "GetInstanceProfile", Object{{"InstanceProfileName", name}},
        [self = shared_from_this(), arn](Result<Value> answer) { self->got_profile(arn, answer); });
  }

  bool is_profile_asked_for(const Value& instance) const {
    const auto arn = str(text_at(object_at(instance, "IamInstanceProfile"), "Arn"));
    const auto* agent = agent_of(instance);
    const bool pings = agent && text_at(*agent, "PingStatus") == "Online";
    return !arn.empty() && !pings && !policies_.contains(arn);
  }

  void got_profile(const std::string& arn, const Result<Value>& answer) {
    auto& policies = policies_[arn];
    if (!answer) {
      // A profile that is not there grants nothing; of another error nobody knows.
      if (answer.error().kind == ErrorKind::NotFound) policies.emplace();
      return next();
    }
    const auto& roles = list_at(object_at(*answer, "InstanceProfile"), "Roles");
    if (roles.empty()) {
      policies.emplace();
      return next();
    }
    ask_iam("ListAttachedRolePolicies", Object{{"RoleName", text_at(roles[0], "RoleName")}},
            [self = shared_from_this(), arn](const Result<Value>& attached) {
              if (attached) {
                auto& names = self->policies_[arn].emplace();
                for (const auto& one : list_at(*attached, "AttachedPolicies"))
                  names.push_back(str(text_at(one, "PolicyName")));
              }
              self->next();
            });
  }

  void ask_quota() {
    ask_account("GetServiceQuota", Object{{"ServiceCode", "ec2"}, {"QuotaCode", kQuotaOfImages}},
                [this](const Result<Value>& answer) {
                  file(check_image_quota(images_in_account_, members_.size(), answer));
                });
  }

  void plan_trials() {
    for (const auto& call : needed_calls())
      if (call.of == NeedOf::Account && call.by == NeedBy::Night) add_trial(call, "", {});
    for (const auto& member : members_) {
      const auto specimen = specimen_of(str(text_at(member, "InstanceId")));
      for (const auto& call : needed_calls())
        if (call.of != NeedOf::Account && is_to_be_tried(call, member, order_))
          add_trial(call, specimen.instance, specimen);
    }
    answers_.resize(trials_.size());
    next();
  }

  void add_trial(const NeededCall& call, const std::string& subject, const Specimen& specimen) {
    if (auto input = trial_input(call, specimen))
      trials_.push_back({&call, subject, std::move(*input)});
  }

  /// The oldest backup of ours: what tonight would delete first.
  Specimen specimen_of(const std::string& instance) const {
    Specimen specimen{instance, "", ""};
    const FoundImage* oldest = nullptr;
    for (const auto& found : images_) {
      const auto& image = found.image;
      if (image.ours == retention::Ours::No || image.source.text() != instance) continue;
      if (!oldest || image.created < oldest->image.created) oldest = &found;
    }
    if (!oldest) return specimen;
    specimen.image = oldest->image.id.text();
    if (!oldest->snapshots.empty()) specimen.snapshot = oldest->snapshots.front().id;
    return specimen;
  }

  void try_calls() {
    if (trials_.empty()) return next();
    while (sent_ < trials_.size() && sent_ - answered_ < kTrialsAtOnce) {
      const auto at = sent_++;
      const auto& trial = trials_[at];
      ask(context_, str(trial.call->service), str(trial.call->operation), trial.input,
          [self = shared_from_this(), at](Result<Value> answer) {
            self->answers_[at] = std::move(answer);
            ++self->answered_;
            if (self->answered_ == self->trials_.size()) return self->next();
            self->try_calls();
          });
    }
  }

  void conclude() {
    for (std::size_t i = 0; i < trials_.size(); ++i)
      file(check_call(*trials_[i].call, trials_[i].subject, *answers_[i]));
    for (const auto& member : members_) conclude_on(member);
    std::ranges::stable_sort(checks_, {}, &Check::subject);
    done_(std::move(checks_));
  }

  void conclude_on(const Value& member) {
    const auto id = str(text_at(member, "InstanceId"));
    const auto* agent = agent_of(member);
    file(check_agent(member, agent, order_));
    file(check_endpoints(member, agent));
    const auto arn = str(text_at(object_at(member, "IamInstanceProfile"), "Arn"));
    const auto known = policies_.find(arn);
    file(check_profile(member, agent, known == policies_.end() ? std::nullopt : known->second,
                       order_));
    for (auto& check : check_tags(member, order_)) file(std::move(check));
    for (auto& check : check_other_backups(images_, id, context_.clock.now()))
      file(std::move(check));
    for (const auto& key : keys_of_[id]) {
      const auto said = keys_.find(key);
      file(check_key(id, key, said == keys_.end() ? std::nullopt : std::optional(said->second)));
    }
    if (specimen_of(id).image.empty())
      file(
          {Grade::Inferred, "deletion", id,
           "there is no backup of it yet on which a deletion could be tried; none is due tonight"});
  }

  [[nodiscard]] const Value* agent_of(const Value& instance) const {
    const auto found = agents_.find(text_at(instance, "InstanceId"));
    return found == agents_.end() ? nullptr : &found->second;
  }

  void list(std::string service, std::string operation, Object input, std::string member,
            std::move_only_function<void(Array)> then) {
    list_all(context_, service, operation, std::move(input), std::move(member),
             [self = shared_from_this(), service, operation,
              then = std::move(then)](Result<Array> found) mutable {
               if (found)
                 then(std::move(*found));
               else
                 self->refused(service, operation, found.error());
               self->next();
             });
  }

  void ask_account(std::string operation, Object input,
                   std::move_only_function<void(Result<Value>)> then) {
    ask(context_, kAccountService, std::move(operation), std::move(input),
        [self = shared_from_this(), then = std::move(then)](Result<Value> answer) mutable {
          then(std::move(answer));
          self->next();
        });
  }

  /// IAM is the account's; in the embedded cloud hikae's own.
  void ask_iam(const std::string& operation, const Object& input, aws::Done then) {
    ask(context_, kAccountService, operation, input,
        [self = shared_from_this(), operation, input,
         then = std::move(then)](Result<Value> answer) mutable {
          if (answer || answer.error().kind != ErrorKind::Unsupported)
            return then(std::move(answer));
          ask(self->context_, "iam", operation, input, std::move(then));
        });
  }

  void refused(std::string_view service, std::string_view operation, const Error& error) {
    for (const auto& call : needed_calls())
      if (call.service == service && call.operation == operation)
        return file(check_call(call, "", std::unexpected(error)));
  }

  /// A listing and a trial of it may be refused alike: said once.
  void file(Check check) {
    if (std::ranges::find(checks_, check) == checks_.end()) checks_.push_back(std::move(check));
  }

  Context context_;
  DoctorOrder order_;
  Ended done_;
  std::size_t step_ = 0;
  std::vector<Check> checks_;
  Array members_;
  std::map<std::string, Value, std::less<>> agents_;
  std::vector<FoundImage> images_;
  std::size_t images_in_account_ = 0;
  std::size_t asked_ = 0, profile_ = 0;
  std::map<std::string, std::set<std::string>> keys_of_;  // by instance
  std::set<std::string> keys_to_ask_;
  std::map<std::string, Result<Value>> keys_;
  std::map<std::string, std::optional<std::vector<std::string>>> policies_;  // by profile
  std::vector<Trial> trials_;
  std::vector<std::optional<Result<Value>>> answers_;
  std::size_t sent_ = 0, answered_ = 0;
};

}  // namespace

void examine_plan(const Context& context, DoctorOrder order,
                  std::move_only_function<void(std::vector<Check>)> done) {
  std::make_shared<Examination>(context, std::move(order), std::move(done))->next();
}

}  // namespace hikae::upkeep
