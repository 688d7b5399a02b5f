#include "plane/lambda/stand_in.h"

#include "aws/model.h"

namespace hikae::plane::lambda {

void StandIn::call(aws::Request request, aws::Done done) {
  const auto operation = aws::Model::get().find(request.service, request.operation);
  if (operation && operation->retry_class() == aws::RetryClass::Read) request.caller.clear();
  cloud_.call(std::move(request), std::move(done));
}

}  // namespace hikae::plane::lambda
