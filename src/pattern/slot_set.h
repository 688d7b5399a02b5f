// A set of slots (small numbers) that is a list while it is small and a bitmap once that is
// cheaper to go through; what a condition or a field knows of the rules that use it.
#pragma once

#include <cstdint>
#include <vector>

namespace hikae::pattern {

using Words = std::vector<std::uint64_t>;
using Slot = std::uint32_t;

inline void set_bit(Words& words, Slot slot) { words[slot / 64] |= std::uint64_t{1} << slot % 64; }
inline void clear_bit(Words& words, Slot slot) {
  words[slot / 64] &= ~(std::uint64_t{1} << slot % 64);
}

class SlotSet {
 public:
  /// `slot` is greater than all that were added before.
  void add(Slot slot) {
    ++size_;
    if (words_.empty()) {
      list_.push_back(slot);
      // A bitmap is read 64 slots at a time: below one slot in 64 the list is shorter.
      if (list_.size() > 32 && list_.size() * 64 > slot) make_bitmap();
      return;
    }
    words_.resize(slot / 64 + 1);
    set_bit(words_, slot);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  void add_to(Words& words) const {
    for (const auto slot : list_) set_bit(words, slot);
    for (std::size_t i = 0; i < words_.size(); ++i) words[i] |= words_[i];
  }
  void take_from(Words& words) const {
    for (const auto slot : list_) clear_bit(words, slot);
    for (std::size_t i = 0; i < words_.size(); ++i) words[i] &= ~words_[i];
  }
  /// words |= this set without `without`.
  void add_to_without(Words& words, const Words& without) const {
    for (const auto slot : list_)
      if (!(without[slot / 64] >> slot % 64 & 1)) set_bit(words, slot);
    for (std::size_t i = 0; i < words_.size(); ++i) words[i] |= words_[i] & ~without[i];
  }

 private:
  void make_bitmap() {
    words_.resize(list_.back() / 64 + 1);
    for (const auto slot : list_) set_bit(words_, slot);
    list_ = {};
  }

  std::vector<Slot> list_;
  Words words_;
  std::size_t size_ = 0;
};

}  // namespace hikae::pattern
