#include "plane/script.h"

#include "plane/checks.h"
#include "plane/script_job.h"
#include "plane/settings.h"

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

}  // namespace

ScriptService::ScriptService(engine::Kernel& kernel, Spawner& spawner, Log& log)
    : Service("hikae-script", kernel),
      spawner_(spawner),
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
  auto name = str(text_at(request.input, "RunId")) + "/" + str(text_at(request.input, "StepName"));
  once_.call(
      request.scope, token,
      [this, key = Key{request.scope, token}, job = *std::move(job), name = std::move(name)](
          aws::Done ended) mutable { start(key, std::move(job), name, std::move(ended)); },
      std::move(done));
}

void ScriptService::start(const Key& key, ChildJob job, const std::string& name, aws::Done done) {
  if (stopped_.erase(key) > 0)
    return answer_later(kernel(), std::move(done),
                        script_answer({.fate = ChildFate::Stopped}, job));
  log_.info("script", "a script begins", {{"step", name}});
  auto child = job;
  children_[key] = spawner_.spawn(
      std::move(child), [this, alive = std::weak_ptr<bool>(alive_), key, name, job = std::move(job),
                         done = std::move(done)](Result<ChildEnd> end) mutable {
        if (alive.expired()) return;
        children_.erase(key);
        auto answer = end ? script_answer(*end, job) : std::unexpected(end.error());
        log_.info("script", "a script has ended",
                  {{"step", name},
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
