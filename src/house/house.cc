#include "house/house.h"

#include <algorithm>

#include "delivery/delivery.h"
#include "house/account.h"
#include "house/checkers.h"
#include "house/routing.h"
#include "house/tell.h"
#include "plane/cloudformation/cloudformation.h"
#include "plane/desk.h"
#include "plane/events/events.h"
#include "plane/iam/access.h"
#include "plane/iam/iam.h"
#include "plane/lambda/invocation.h"
#include "plane/lambda/lambda.h"
#include "plane/ledger.h"
#include "plane/mail.h"
#include "plane/s3/s3.h"
#include "plane/script.h"
#include "plane/sns/sns.h"
#include "plane/sqs/sqs.h"
#include "plane/ssm/library.h"
#include "plane/ssm/ssm.h"
#include "plane/sts/key_ring.h"
#include "plane/sts/sts.h"
#include "plane/webhook.h"
#include "runbook/power.h"
#include "runbook/rate.h"
#include "stack/operation.h"
#include "upkeep/doctor.h"
#include "window/occurrence.h"
#include "window/rule.h"
#include "window/window.h"

namespace hikae::house {

/// In queues' URLs as long as nobody listens anywhere.
constexpr const char* kAddress = "http://127.0.0.1:4780";

/// Where nobody has given a key to seal with.
class NoSecretBox final : public SecretBox {
 public:
  Result<std::string> seal(std::string_view, std::string_view) const override { return refuse(); }
  Result<std::string> open(std::string_view, std::string_view) const override { return refuse(); }

 private:
  static std::unexpected<Error> refuse() {
    return fail(ErrorKind::Unsupported, "UnsupportedOperation",
                "this place has no key to seal secrets with");
  }
};

/// Built top to bottom, torn down bottom to top: whoever is used stands above who uses it.
struct House::Parts {
  Parts(const Ports& p, const Settings& s)
      : settings(s),
        router(p.timers),
        library(plane::aws_documents()),
        secrets(p.secrets ? *p.secrets : no_secrets) {}

  Settings settings;
  aws::Router router;
  plane::Library library;
  NoSecretBox no_secrets;
  const SecretBox& secrets;
  std::unique_ptr<engine::Kernel> kernel;
  std::unique_ptr<plane::TableKeyRing> keys;
  std::vector<std::unique_ptr<aws::Cloud>> services;
  plane::Sqs* queues = nullptr;             // one of the services
  plane::ScriptService* scripts = nullptr;  // likewise; absent: nobody runs any
  plane::Desk* desk = nullptr;
};

namespace {

std::vector<std::unique_ptr<MachineKind>> machine_kinds(plane::Library& library) {
  std::vector<std::unique_ptr<MachineKind>> kinds;
  kinds.push_back(runbook::make_execution_kind(
      [&library](std::string_view hash) { return library.by_hash(hash); }));
  kinds.push_back(runbook::make_power_kind());
  kinds.push_back(window::make_window_kind());
  kinds.push_back(window::make_occurrence_kind());
  kinds.push_back(window::make_rule_kind());
  kinds.push_back(delivery::make_event_kind());
  kinds.push_back(delivery::make_delivery_kind());
  kinds.push_back(delivery::make_mail_kind());
  kinds.push_back(plane::lambda::make_invocation_kind());
  kinds.push_back(stack::make_stack_kind(make_checkers()));
  return kinds;
}

/// Policies bind where hikae.yaml says so; AWS itself asks them of whoever works on its machines.
void guard_by_policies(aws::Router& router, engine::Kernel& kernel, const Ports& ports) {
  router.guard([&kernel, &clock = ports.clock,
                tags = ports.machine_tags](const aws::Request& request) -> Result<> {
    if (!plane::access::is_enforced(kernel.tables())) return {};
    return plane::access::check_call({kernel.tables(), clock.now(), tags}, request);
  });
}

}  // namespace

House::House(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

House::~House() {
  // Services end before the kernel that they use.
  if (parts_) parts_->services.clear();
}

Result<std::unique_ptr<House>> House::assemble(const Ports& ports, const Settings& settings,
                                               store::Database& database, aws::Cloud& machines) {
  auto parts = std::make_unique<Parts>(ports, settings);
  auto& router = parts->router;
  parts->kernel = TRY(engine::Kernel::open(
      database, {ports.clock, ports.timers, ports.entropy, ports.log, ports.reserve}, router,
      machine_kinds(parts->library)));
  auto& kernel = *parts->kernel;
  engine::Keeping keeping;
  keeping.carriers = {"event", "delivery", "mail", "invocation"};
  kernel.keep(std::move(keeping));
  kernel.tell_by(make_tell(kernel, parts->settings.scope, ports.log));

  Answerers answerers;
  answerers.tables = &kernel.tables();
  // Whoever makes them, they are answered under their service's name.
  const auto answers = [&]<class Service>(const char* name, std::unique_ptr<Service> service) {
    auto& answering = *service;
    router.add(name, answering);
    answerers.own[name] = &answering;
    parts->services.push_back(std::move(service));
    return &answering;
  };
  answers("ssm",
          std::make_unique<plane::Ssm>(kernel, parts->library, parts->secrets, ports.machine_tags));
  auto* events = answers("events", std::make_unique<plane::Events>(kernel));
  router.add("hikae-bus", events->bus());
  answers("sns", std::make_unique<plane::Sns>(kernel));
  parts->queues = answers("sqs", std::make_unique<plane::Sqs>(kernel, ports.timers, kAddress));
  if (ports.blobs) answers("s3", std::make_unique<plane::S3>(kernel, *ports.blobs, ports.log));
  answers("lambda", std::make_unique<plane::Lambda>(
                        kernel, router, ports.clock, ports.timers,
                        plane::lambda::FunctionPorts{ports.functions, &parts->secrets, &ports.log,
                                                     ports.function_door}));
  answers("iam", std::make_unique<plane::Iam>(kernel, parts->secrets));
  answers("sts", std::make_unique<plane::Sts>(kernel, parts->secrets));
  answers("cloudformation",
          std::make_unique<plane::CloudFormation>(kernel, make_checkers(), router));
  answers("hikae-stack", std::make_unique<plane::ResourceProvider>(kernel, router));
  answers("hikae-ledger", std::make_unique<plane::Ledger>(kernel, ports.log));
  if (ports.spawner)
    parts->scripts = answers(
        "hikae-script",
        std::make_unique<plane::ScriptService>(kernel, *ports.spawner, parts->secrets, ports.log));
  if (ports.webhooks)
    answers("hikae-webhook",
            std::make_unique<plane::WebhookService>(kernel, *ports.webhooks, ports.log));
  if (settings.machines == Machines::Aws) {
    answerers.aws = &machines;
    answerers.embedded = ports.embedded;
    lay_routes(router, plan::routes_with(settings.routes), answerers, parts->services);
    parts->services.push_back(std::make_unique<AccountReader>(machines, ports.timers));
    router.add(upkeep::kAccountService, *parts->services.back());
  } else {
    answerers.embedded = &machines;
    lay_embedded_routes(router, answerers);
    guard_by_policies(router, kernel, ports);
  }
  parts->desk = answers("hikae-desk", std::make_unique<plane::Desk>(kernel, parts->secrets));
  parts->keys = std::make_unique<plane::TableKeyRing>(kernel, parts->secrets);
  answers("hikae-mail", std::make_unique<plane::MailService>(kernel, ports.mailer));

  TRY_DO(kernel.recover());
  return std::unique_ptr<House>(new House(std::move(parts)));
}

aws::Cloud& House::cloud() { return parts_->router; }
engine::Kernel& House::kernel() { return *parts_->kernel; }
plane::Desk& House::desk() { return *parts_->desk; }
const aws::KeyRing& House::keys() const { return *parts_->keys; }
const Scope& House::scope() const { return parts_->settings.scope; }
void House::serve_at(const std::string& url) {
  parts_->queues->serve_at(url);
  if (parts_->scripts) parts_->scripts->serve_at(url);
}

std::vector<std::pair<std::string, std::string>> House::answered() const {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& cloud : parts_->services) {
    const auto* service = dynamic_cast<const plane::Service*>(cloud.get());
    if (!service) continue;
    for (auto& operation : service->operations()) all.emplace_back(service->name(), operation);
  }
  std::ranges::sort(all);
  return all;
}

void House::observe(std::function<void(const aws::Request&)> observer) {
  parts_->router.observe(std::move(observer));
}

}  // namespace hikae::house
