// The record of a stack operation; private to src/stack.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::stack {

enum class Phase { LookingUp, Working, CleaningUp, RollingBack, Deleting, Ended };

/// What was done to one resource, so that it can be undone.
enum class Deed { Created, Updated, Replaced };

struct Done {
  Deed deed = Deed::Created;
  std::string id;
  Value before;  // the resource as it was; null for Created
};

/// A resource as it stands in `Resources` of the outcome, and how it is called while in hand.
struct Deletion {
  std::string id;
  Value resource;
};

struct Record {
  Value input;
  Phase phase = Phase::LookingUp;
  Object parameters;                 // bound; looked-up ones replaced by their values
  std::vector<std::string> lookups;  // names of parameters whose answer is awaited
  Object references;                 // dynamic references looked up so far {name: text}
  std::vector<std::string> awaited_references;
  std::vector<std::string> order;  // logical ids still known to this operation, in order of need
  std::size_t next = 0;            // into `order`
  std::vector<Done> done;
  std::vector<Deletion> deletions;  // what remains to be deleted, the last first
  Object resources;                 // as in the outcome
  Object statuses;                  // as in the outcome
  std::int64_t calls = 0;           // sent so far; the number of the one in hand
  std::string in_hand;              // its logical id; empty: none
  std::string in_hand_operation;    // "CreateResource", …
  Value in_hand_properties;
  Value in_hand_before;  // the resource that is changed, replaced or deleted
  bool in_hand_replaces = false;
  Value settling;  // the answer of the call in hand whose resource is not ready yet; null: none
  bool cancelled = false;
  std::string reason;        // of the failure that began the rollback
  std::string undo_problem;  // the first problem while rolling back or deleting
  Object outputs;
  Array events;
  std::string status;

  [[nodiscard]] Value save() const;
  [[nodiscard]] static Result<Record> load(const Value& saved);
  [[nodiscard]] Value outcome() const;

  [[nodiscard]] std::string_view operation() const { return text_at(input, "Operation"); }
  [[nodiscard]] std::string_view stack_name() const { return text_at(input, "StackName"); }
  /// The ARN in whose name resources are made; empty: hikae itself.
  [[nodiscard]] std::string caller() const { return str(text_at(input, "Caller")); }
  [[nodiscard]] const Object& previous() const;  // its Resources
  /// A member of the outcome before; empty where there was none.
  [[nodiscard]] const Object& previous_member(std::string_view name) const;
  /// An event of a resource; the latest of each is kept in `statuses`.
  void note(WallTime now, std::string_view id, std::string_view type, std::string_view physical_id,
            std::string_view status, std::string_view why = {});
  /// An event of the stack itself; sets `status`.
  void note_stack(WallTime now, std::string_view new_status, std::string_view why = {});
  /// What the operation before has left: a resource that this one does not touch keeps its status.
  void remember_statuses();

 private:
  void keep_status(const Object& event);
};

}  // namespace hikae::stack
