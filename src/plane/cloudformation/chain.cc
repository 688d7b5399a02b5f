#include "plane/cloudformation/chain.h"

#include <memory>

namespace hikae::plane {
namespace {

struct ChainRun : std::enable_shared_from_this<ChainRun> {
  aws::Cloud& cloud;
  Scope scope;
  std::string caller;
  Chain chain;
  aws::Done done;
  Answers answers;

  ChainRun(aws::Cloud& c, const Scope& s, const std::string& who, Chain ch, aws::Done d)
      : cloud(c), scope(s), caller(who), chain(std::move(ch)), done(std::move(d)) {}

  void next() {
    while (answers.size() < chain.steps.size()) {
      auto call = chain.steps[answers.size()](answers);
      if (call) return send(*std::move(call));
      answers.emplace_back(nullptr);
    }
    done(chain.result(answers));
  }

  void send(Call call) {
    cloud.call({scope, call.service, call.operation, std::move(call.input), caller},
               [self = shared_from_this()](Result<Value> answer) {
                 if (!answer && !self->chain.tolerated.contains(answer.error().code))
                   return self->done(std::move(answer));
                 self->answers.push_back(answer ? *std::move(answer) : Value(nullptr));
                 self->next();
               });
  }
};

}  // namespace

void run_chain(aws::Cloud& cloud, const Scope& scope, const std::string& caller, Chain chain,
               aws::Done done) {
  std::make_shared<ChainRun>(cloud, scope, caller, std::move(chain), std::move(done))->next();
}

}  // namespace hikae::plane
