// Who answers: the route table of this house, as the router has it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "aws/cloud.h"
#include "aws/router.h"
#include "engine/tables.h"
#include "plan/routes.h"

namespace hikae::house {

/// Those who may answer; all outlive the router.
struct Answerers {
  std::map<std::string, aws::Cloud*> own;  // hikae's services by name
  aws::Cloud* embedded = nullptr;          // hikae's model of EC2 and of its agents
  aws::Cloud* aws = nullptr;               // absent: all is hikae's
  const engine::Tables* tables = nullptr;  // where hikae's functions and topics stand
};

/// Calls that hikae answers where it has the function or topic they name, and AWS else: one service
/// of either.
class KnownOrAws final : public aws::Cloud {
 public:
  KnownOrAws(const engine::Tables& tables, aws::Cloud& own, aws::Cloud& aws)
      : tables_(tables), own_(own), aws_(aws) {}
  void call(aws::Request request, aws::Done done) override;

 private:
  const engine::Tables& tables_;
  aws::Cloud& own_;
  aws::Cloud& aws_;
};

/// Whether hikae has the function (by name or ARN) or topic (by ARN) that the call names, in the
/// account and region of the call; a call that names none is hikae's. Its retention and agent check
/// it has under their names, whoever made them (plane/lambda/own_functions.h).
[[nodiscard]] bool is_known_here(const engine::Tables& tables, const aws::Request& request);

/// Lays these lines; a line whose answerer is absent is not laid, so nobody answers. What the
/// router needs besides goes into `helpers`, which outlive it.
void lay_routes(aws::Router& router, const std::vector<plan::Route>& routes,
                const Answerers& answerers, std::vector<std::unique_ptr<aws::Cloud>>& helpers);

/// The lines where nothing is AWS's: the machines' calls to the model, the rest to the services.
void lay_embedded_routes(aws::Router& router, const Answerers& answerers);

}  // namespace hikae::house
