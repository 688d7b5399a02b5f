// Who lives: every machine that has not finished, most of them asleep.
//
// A run may wait for a day, and there may be a million of them. One that only waits (for an
// instant, for another machine's end, for its place in a line) is put to sleep when too many are
// awake: its record and its open items are in its snapshot, and all that stays in memory is its
// number. What it waits for names that number, and wakes it.
//
// In memory only. On disk: the machine's row, whose snapshot is as of its last event when it
// sleeps.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/codec.h"
#include "engine/journal.h"

namespace hikae::engine {

class Roster {
 public:
  /// Makes a machine from its row; must not fail for a row that could be read before.
  using Load = std::function<std::unique_ptr<Slot>(const MachineRow&)>;

  Roster(Journal& journal, Load load) : journal_(journal), load_(std::move(load)) {}

  /// The machine, awake (woken where it was asleep); nullptr: it does not live.
  [[nodiscard]] Slot* find(const MachineId& id);
  [[nodiscard]] Slot* find(std::int64_t no);
  /// Without waking it: nullptr also where it is asleep.
  [[nodiscard]] Slot* awake(std::int64_t no) const;
  [[nodiscard]] Slot* awake(const MachineId& id) const;
  [[nodiscard]] bool lives(const MachineId& id);

  Slot& add(std::unique_ptr<Slot> slot);
  /// It has finished.
  [[nodiscard]] std::unique_ptr<Slot> remove(Slot& slot);
  /// A row of a machine that is not even looked at: it sleeps from the start.
  void add_asleep(std::int64_t no, const std::string& kind);

  /// After its events of a turn: whether it may be put to sleep when there are too many.
  void settled(Slot& slot);
  /// The one that has rested longest, where more are awake than `most`; nullptr: none.
  [[nodiscard]] Slot* one_too_many(std::size_t most) const;
  /// Its snapshot is as of its last event.
  void sleep(Slot& slot);

  [[nodiscard]] std::size_t count() const { return awake_.size() + asleep_.size(); }
  [[nodiscard]] std::size_t count(std::string_view kind) const;
  [[nodiscard]] const std::map<std::int64_t, std::unique_ptr<Slot>>& awake() const {
    return awake_;
  }
  /// By number; a row that cannot be read is left out.
  void each_asleep(const std::function<void(const MachineRow&)>& visit);

 private:
  Slot* wake(const MachineRow& row);

  Journal& journal_;
  Load load_;
  std::map<std::int64_t, std::unique_ptr<Slot>> awake_;
  std::map<MachineId, Slot*> by_id_;                       // of the awake
  std::unordered_map<std::int64_t, std::uint8_t> asleep_;  // number -> kind; never iterated
  std::vector<std::string> kinds_;                         // by that small number
  std::map<std::string, std::size_t, std::less<>> by_kind_;
  std::list<std::int64_t> resting_;  // those that may sleep, the longest first
  std::unordered_map<std::int64_t, std::list<std::int64_t>::iterator> place_;
};

}  // namespace hikae::engine
