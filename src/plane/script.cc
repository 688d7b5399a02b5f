#include "plane/script.h"

#include <algorithm>

#include "plane/checks.h"
#include "plane/script_job.h"
#include "plane/settings.h"
#include "plane/sts/keys.h"

namespace hikae::plane {
namespace {

bool are_scripts_allowed(const engine::Tables& tables) {
  const auto* row = setting_row(tables, kScriptSetting);
  return row && is_true_at(*row, "Allowed");
}

std::unexpected<Error> scripts_are_off() {
  return fail(ErrorKind::Unsupported, "ScriptsAreOff",
              "scripts are off: write `scripts: allow` into hikae.yaml and apply it");
}

constexpr Duration kKeyOutlives = seconds(60);  // the script's time: what it asked last is answered

/// As a role that was taken is named; without one, hikae itself is.
std::string caller_of_script(const Scope& scope, std::string_view role, std::string_view run) {
  const auto parts = parts_of_arn(role);
  if (parts.service != "iam" || !parts.resource.starts_with("role/"))
    return "arn:aws:iam::" + scope.account + ":user/hikae";
  const auto role_name = parts.resource.substr(parts.resource.rfind('/') + 1);
  return "arn:aws:sts::" + str(parts.account) + ":assumed-role/" + str(role_name) + "/" +
         str(run.substr(0, 64));
}

AccessKey key_of_script(engine::Turn& turn, const Scope& scope, std::string_view role,
                        std::string_view run, Duration lasts) {
  auto key = new_access_key(turn.entropy(), KeyKind::Temporary);
  key.account = scope.account;
  key.caller = caller_of_script(scope, role, run);
  key.user_id = "AIDAHIKAESCRIPT:" + str(run);
  key.level = std::min(KeyLevel::Operator, level_of_caller(turn.tables(), key.caller));
  key.expires = turn.now() + lasts + kKeyOutlives;
  return key;
}

}  // namespace

ScriptService::ScriptService(engine::Kernel& kernel, Spawner& spawner, const SecretBox& box,
                             Log& log)
    : Service("hikae-script", kernel),
      spawner_(spawner),
      box_(box),
      log_(log),
      once_(kernel, "script", "the script") {
  on_late("Run", [this](aws::Request request, aws::Done done) {
    run(std::move(request), std::move(done));
  });
  on_late("Stop", [this](aws::Request request, aws::Done done) { stop(request, std::move(done)); });
}

void ScriptService::run(aws::Request request, aws::Done done) {
  if (!are_scripts_allowed(kernel().tables()))
    return answer_later(kernel(), std::move(done), scripts_are_off());
  const auto token = str(text_at(request.input, "Token"));
  if (token.empty())
    return answer_later(
        kernel(), std::move(done),
        fail(ErrorKind::Invalid, "ValidationException", "hikae-script:Run wants a Token"));
  auto job = script_job(request.input, spawner_);
  if (!job) return answer_later(kernel(), std::move(done), std::unexpected(job.error()));
  Begun begun;
  begun.key = Key{request.scope, token};
  begun.job = *std::move(job);
  begun.name = str(text_at(request.input, "RunId")) + "/" + str(text_at(request.input, "StepName"));
  begun.role = text_at(request.input, "Caller");
  once_.call(
      request.scope, token,
      [this, begun = std::move(begun)](aws::Done ended) mutable {
        url_.empty() ? start(std::move(begun), std::move(ended))
                     : give_key(std::move(begun), std::move(ended));
      },
      std::move(done));
}

void ScriptService::give_key(Begun begun, aws::Done done) {
  kernel().perform(
      [this, begun = std::move(begun), done = std::move(done)](engine::Turn& turn) mutable {
        const auto& [scope, token] = begun.key;
        const auto run = begun.name.substr(0, begun.name.find('/'));
        const auto key = key_of_script(turn, scope, begun.role, run, begun.job.limits.time);
        if (const auto put = put_key(turn, box_, key); !put)
          return turn.after_commit([done = std::move(done), error = put.error()]() mutable {
            done(std::unexpected(std::move(error)));
          });
        give_access(begun.job, {url_, scope.region, key.id, key.secret, key.token});
        begun.key_id = key.id;
        turn.after_commit([this, begun = std::move(begun), done = std::move(done)]() mutable {
          start(std::move(begun), std::move(done));
        });
      });
}

void ScriptService::forget_key(const std::string& key_id) {
  if (key_id.empty()) return;
  kernel().perform([key_id](engine::Turn& turn) { erase_key(turn, key_id); });
}

void ScriptService::start(Begun begun, aws::Done done) {
  if (stopped_.erase(begun.key) > 0) {
    forget_key(begun.key_id);
    return answer_later(kernel(), std::move(done),
                        script_answer({.fate = ChildFate::Stopped}, begun.job));
  }
  log_.info("script", "a script begins", {{"step", begun.name}});
  auto child = begun.job;
  const auto key = begun.key;
  children_[key] = spawner_.spawn(
      std::move(child), [this, alive = std::weak_ptr<bool>(alive_), begun = std::move(begun),
                         done = std::move(done)](Result<ChildEnd> end) mutable {
        if (alive.expired()) return;
        children_.erase(begun.key);
        forget_key(begun.key_id);
        auto answer = end ? script_answer(*end, begun.job) : std::unexpected(end.error());
        log_.info("script", "a script has ended",
                  {{"step", begun.name},
                   {"good", answer.has_value()},
                   {"took_ms", end ? end->took.count() : 0}});
        done(std::move(answer));
      });
}

void ScriptService::stop(const aws::Request& request, aws::Done done) {
  const Key key{request.scope, str(text_at(request.input, "Token"))};
  if (const auto child = children_.find(key); child != children_.end())
    spawner_.stop(child->second);
  else if (once_.is_under_way(key.first, key.second))
    stopped_.insert(key);
  answer_later(kernel(), std::move(done), Object{});
}

}  // namespace hikae::plane
