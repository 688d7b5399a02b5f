#include "plane/lambda/pool.h"

#include <algorithm>

#include "aws/errors.h"
#include "base/hash.h"
#include "plane/checks.h"
#include "plane/lambda/rows.h"

namespace hikae::plane::lambda {
namespace {

constexpr Duration kKeyLasts = hours(6);
constexpr Duration kKeyToSpare = minutes(20);  // an invocation takes 15 at most

std::int64_t concurrency_of(const engine::Tables& tables, const PoolCall& wanted) {
  const auto* row = tables.get(wanted.scope, kFunctionRows, wanted.name);
  return row ? int_at(*row, "Concurrency").value_or(kConcurrency) : kConcurrency;
}

std::unexpected<Error> too_many(std::string_view name) {
  return aws::aws_error("TooManyRequestsException",
                        "Rate Exceeded: all environments of " + str(name) + " are at work", 429);
}

/// A role that functions take is a session of it, by the function's name.
AccessKey key_of_function(engine::Turn& turn, const PoolCall& wanted, const Value& configuration) {
  auto key = new_access_key(turn.entropy(), KeyKind::Temporary);
  const auto role = text_at(configuration, "Role");
  key.account = wanted.scope.account;
  key.caller = "arn:aws:sts::" + wanted.scope.account + ":assumed-role/" +
               str(role.substr(role.rfind('/') + 1)) + "/" + wanted.name;
  key.user_id = "AROAHIKAEFUNCTION:" + wanted.name;
  key.level = std::min(KeyLevel::Operator, level_of_caller(turn.tables(), key.caller));
  key.expires = turn.now() + kKeyLasts;
  return key;
}

/// "s3://bucket/key".
std::optional<std::pair<std::string, std::string>> place_in_s3(std::string_view location) {
  constexpr std::string_view kScheme = "s3://";
  if (!location.starts_with(kScheme)) return std::nullopt;
  location.remove_prefix(kScheme.size());
  const auto slash = location.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return std::pair{str(location.substr(0, slash)), str(location.substr(slash + 1))};
}

Error no_code(const Error& why) {
  if (why.kind == ErrorKind::Throttled || why.kind == ErrorKind::Unavailable) return why;
  return {ErrorKind::Invalid, "FunctionNotRun",
          "the function's code cannot be read from S3: " + why.message +
              "; upload it to the bucket and key that the function names"};
}

std::string stream_name(WallTime now, Entropy& entropy) {
  const auto day = iso(now).substr(0, 10);
  return day.substr(0, 4) + "/" + day.substr(5, 2) + "/" + day.substr(8, 2) + "/[$LATEST]" +
         hex_of("log-stream/" + std::to_string(entropy.next()), 32);
}

}  // namespace

FunctionPool::FunctionPool(engine::Kernel& kernel, aws::Cloud& cloud, Timers& timers,
                           FunctionPorts ports)
    : kernel_(kernel), cloud_(cloud), timers_(timers), ports_(std::move(ports)) {}

FunctionPool::~FunctionPool() {
  for (const auto& one : environments_)
    if (one.id != 0) ports_.host->close(one.id);
}

std::int64_t FunctionPool::busy_of(const PoolCall& wanted) const {
  return std::ranges::count_if(environments_, [&](const Environment& one) {
    return one.is_busy && one.scope == wanted.scope && one.name == wanted.name;
  });
}

void FunctionPool::invoke(PoolCall wanted, Done done) {
  Asked asked{std::move(wanted), std::move(done), {}, {}};
  asked.configuration =
      stored_configuration(kernel_.tables(), asked.wanted.scope, asked.wanted.name);
  asked.wanted.call.time = seconds(int_at(asked.configuration, "Timeout").value_or(3));
  if (const auto place = warm(asked)) return use(*place, std::move(asked));
  if (const auto room = make_room(asked); !room)
    return timers_.soon([done = std::move(asked.done), error = room.error()]() mutable {
      done(std::unexpected(std::move(error)));
    });
  begin(std::move(asked));
}

std::optional<FunctionPool::Place> FunctionPool::warm(const Asked& asked) {
  const auto revision = text_at(asked.configuration, "RevisionId");
  const auto now = kernel_.now();
  for (auto place = environments_.end(); place != environments_.begin();) {
    --place;
    if (place->is_busy || place->scope != asked.wanted.scope || place->name != asked.wanted.name)
      continue;
    if (place->revision == revision && now < place->usable_until) return place;
    retire(place++);
  }
  return std::nullopt;
}

Result<> FunctionPool::make_room(const Asked& asked) {
  if (busy_of(asked.wanted) >= concurrency_of(kernel_.tables(), asked.wanted))
    return too_many(asked.wanted.name);
  if (environments_.size() < kEnvironmentsMost) return {};
  const auto idle = std::ranges::find(environments_, false, &Environment::is_busy);
  if (idle == environments_.end()) return too_many(asked.wanted.name);
  retire(idle);
  return {};
}

void FunctionPool::begin(Asked asked) {
  Environment one;
  one.scope = asked.wanted.scope;
  one.name = asked.wanted.name;
  one.revision = text_at(asked.configuration, "RevisionId");
  environments_.push_back(std::move(one));
  fetch_code(std::prev(environments_.end()), std::move(asked));
}

void FunctionPool::give_up(Place place, Asked asked, const Error& error) {
  retire(place);
  timers_.soon([done = std::move(asked.done), error]() mutable { done(std::unexpected(error)); });
}

void FunctionPool::fetch_code(Place place, Asked asked) {
  const auto runtime = runtime_of(asked.configuration);
  if (!runtime) return give_up(place, std::move(asked), runtime.error());
  const auto& tables = kernel_.tables();
  if (const auto* kept = tables.get(asked.wanted.scope, kCodeRows, asked.wanted.name))
    return give_access(place, std::move(asked), code_in(text_at(*kept, "ZipFile"), *runtime));
  const auto* row = tables.get(asked.wanted.scope, kFunctionRows, asked.wanted.name);
  const auto lies = place_in_s3(row ? text_at(*row, "Location") : "");
  if (!lies)
    return give_up(place, std::move(asked),
                   {ErrorKind::Unsupported, "FunctionNotRun",
                    "functions from container images do not run here; pack the code as a zip"});
  aws::Request read{asked.wanted.scope,
                    "s3",
                    "GetObject",
                    Object{{"Bucket", lies->first}, {"Key", lies->second}},
                    {}};
  cloud_.call(std::move(read), [this, alive = std::weak_ptr<bool>(alive_), place,
                                asked = std::move(asked)](Result<Value> answer) mutable {
    if (alive.expired()) return;
    if (!answer) return give_up(place, std::move(asked), no_code(answer.error()));
    FunctionCode code;
    code.zip = text_at(*answer, "Body");
    give_access(place, std::move(asked), std::move(code));
  });
}

void FunctionPool::give_access(Place place, Asked asked, FunctionCode code) {
  std::string url;
  if (ports_.door) {
    auto opened = ports_.door();
    if (!opened) return give_up(place, std::move(asked), opened.error());
    url = *std::move(opened);
  }
  kernel_.perform([this, alive = std::weak_ptr<bool>(alive_), place, asked = std::move(asked),
                   code = std::move(code), url](engine::Turn& turn) mutable {
    FunctionAccess access{url, key_of_function(turn, asked.wanted, asked.configuration)};
    const auto put = url.empty() ? Result<>() : put_key(turn, *ports_.secrets, access.key);
    place->key_id = put && !url.empty() ? access.key.id : "";
    asked.stream = stream_name(turn.now(), turn.entropy());
    place->usable_until = turn.now() + kKeyLasts - kKeyToSpare;
    turn.after_commit([this, alive, place, asked = std::move(asked), code = std::move(code),
                       access = std::move(access), put]() mutable {
      if (alive.expired()) return;
      if (!put) return give_up(place, std::move(asked), put.error());
      open(place, std::move(asked), std::move(code), access);
    });
  });
}

void FunctionPool::open(Place place, Asked asked, FunctionCode code, const FunctionAccess& access) {
  auto job =
      function_job(asked.configuration, asked.wanted.scope, std::move(code), access, asked.stream);
  if (!job) return give_up(place, std::move(asked), job.error());
  if (!ports_.host->has(job->runtime))
    return give_up(place, std::move(asked),
                   {ErrorKind::Unsupported, "FunctionNotRun",
                    "this machine has no /usr/bin/python3: install it to run Python functions"});
  ports_.log->info("lambda", "an environment begins", {{"function", asked.wanted.name}});
  place->id = ports_.host->open(*std::move(job));
  use(place, std::move(asked));
}

void FunctionPool::use(Place place, Asked asked) {
  place->is_busy = true;
  const bool was_warm = place->uses++ > 0;
  environments_.splice(environments_.end(), environments_, place);
  auto call = asked.wanted.call;
  ports_.host->invoke(place->id, std::move(call),
                      [this, alive = std::weak_ptr<bool>(alive_), place, asked = std::move(asked),
                       was_warm](Result<FunctionEnd> end) mutable {
                        if (alive.expired()) return;
                        used(place, std::move(asked), std::move(end), was_warm);
                      });
}

/// A warm environment may have ended while nobody looked: then this invocation has not begun.
void FunctionPool::used(Place place, Asked asked, Result<FunctionEnd> end, bool was_warm) {
  if (!end && end.error().kind == ErrorKind::NotFound && was_warm) {
    retire(place);
    return invoke(std::move(asked.wanted), std::move(asked.done));
  }
  end && end->is_warm ? rest(place) : retire(place);
  asked.done(std::move(end));
}

void FunctionPool::rest(Place place) {
  place->is_busy = false;
  timers_.after(kIdleMost,
                [this, alive = std::weak_ptr<bool>(alive_), id = place->id, uses = place->uses] {
                  if (alive.expired()) return;
                  const auto found = std::ranges::find(environments_, id, &Environment::id);
                  if (found != environments_.end() && !found->is_busy && found->uses == uses)
                    retire(found);
                });
}

void FunctionPool::retire(Place place) {
  if (place->id != 0) ports_.host->close(place->id);
  if (!place->key_id.empty())
    kernel_.perform([key_id = place->key_id](engine::Turn& turn) { erase_key(turn, key_id); });
  environments_.erase(place);
}

}  // namespace hikae::plane::lambda
