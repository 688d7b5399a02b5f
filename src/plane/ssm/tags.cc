// Tags of SSM's resources: documents, windows, parameters, executions.
#include "plane/checks.h"
#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/ssm.h"
#include "plane/ssm/window_rows.h"
#include "runbook/run.h"

namespace hikae::plane {
namespace tagged {
namespace {

constexpr std::size_t kTags = 50;  // SSM's own
/// Tags that were put on an execution after its start: {Tags}, by its id.
constexpr std::string_view kRunTagRows = "automation-tags";

std::unexpected<Error> no_resource(std::string_view type, std::string_view id) {
  return aws::aws_error("InvalidResourceId", str(type) + " " + str(id) + " does not exist");
}

/// A resource with its tags as {key: value}, and where they go back to.
struct Tagged {
  Object tags;
  std::function<void(Object)> store;
};

Tagged in_row(const Ask& ask, std::string kind, std::string id, const Value& row) {
  return {object_at(row, "Tags"),
          [&ask, kind = std::move(kind), id = std::move(id), next = row](Object tags) mutable {
            next.as_object()["Tags"] = std::move(tags);
            ask.put(kind, id, std::move(next));
          }};
}

/// A window keeps its tags as the list that came, and its machine reads them.
Tagged of_window(const Ask& ask, std::string id, const Value& row) {
  const auto* list = find(row, "Tags");
  return {list ? tags_of(*list) : Object(),
          [&ask, id = std::move(id), next = row](Object tags) mutable {
            next.as_object()["Tags"] = tag_list(tags);
            ask.put(kWindowRows, id, std::move(next));
            sync_window(ask, id);
          }};
}

Result<Tagged> of_run(const Ask& ask, const std::string& id) {
  const auto view = ask.turn.kernel().view({ask.scope, str(runbook::kRunKind), id});
  if (!view) return no_resource("Automation", id);
  const auto* row = ask.row(kRunTagRows, id);
  return Tagged{object_at(row ? *row : view->record, "Tags"), [&ask, id](Object tags) {
                  ask.put(kRunTagRows, id, Object{{"Tags", std::move(tags)}});
                }};
}

Result<Tagged> find_tagged(const Ask& ask) {
  const auto type = text_at(ask.input, "ResourceType");
  const auto id = str(text_at(ask.input, "ResourceId"));
  if (type == "Automation") return of_run(ask, id);
  if (type == "MaintenanceWindow") {
    const auto* row = ask.row(kWindowRows, id);
    return row ? Result<Tagged>(of_window(ask, id, *row)) : no_resource(type, id);
  }
  if (type != "Document" && type != "Parameter")
    return aws::aws_error("InvalidResourceType",
                          "The resource type " + str(type) +
                              " has no tags here: Document, MaintenanceWindow, Parameter, "
                              "Automation");
  const bool is_document = type == "Document";
  const auto name = is_document ? str(name_in_arn(id)) : parameter::selected(id).name;
  const auto* kind = is_document ? "document" : "parameter";
  const auto* row = ask.row(kind, name);
  return row ? Result<Tagged>(in_row(ask, kind, name, *row)) : no_resource(type, id);
}

Result<> check_tags(const Array& tags) {
  for (const auto& tag : tags) {
    const auto key = text_at(tag, "Key");
    if (key.empty() || key.size() > 128 || text_at(tag, "Value").size() > 256)
      return aws::aws_error("ValidationException",
                            "A tag's key has 1 to 128 characters, its value at most 256");
    if (key.starts_with("aws:"))
      return aws::aws_error("ValidationException",
                            "The tag key " + str(key) + " begins with the reserved 'aws:'");
  }
  return {};
}

Result<Value> add_to_resource(const Ask& ask) {
  auto found = TRY(find_tagged(ask));
  const auto& given = list_at(ask.input, "Tags");
  TRY_DO(check_tags(given));
  add_tags(found.tags, given);
  if (found.tags.size() > kTags)
    return aws::aws_error("TooManyTagsError", "A resource has at most 50 tags.");
  found.store(std::move(found.tags));
  return Object{};
}

Result<Value> remove_from_resource(const Ask& ask) {
  auto found = TRY(find_tagged(ask));
  drop_tags(found.tags, list_at(ask.input, "TagKeys"));
  found.store(std::move(found.tags));
  return Object{};
}

Result<Value> list_for_resource(const Ask& ask) {
  return Object{{"TagList", list_of_tags(TRY(find_tagged(ask)).tags)}};
}

}  // namespace
}  // namespace tagged

void Ssm::add_tags_of_resources() {
  on("AddTagsToResource", tagged::add_to_resource);
  on("RemoveTagsFromResource", tagged::remove_from_resource);
  on("ListTagsForResource", tagged::list_for_resource);
}

}  // namespace hikae::plane
