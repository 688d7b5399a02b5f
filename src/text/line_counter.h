// Byte offsets to lines and columns, for offsets asked in rising order: one walk over the text.
#pragma once

#include <string_view>

#include "text/diagnostic.h"

namespace hikae::text {

class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  /// `offset` is not smaller than at the call before.
  [[nodiscard]] Position at(std::size_t offset) {
    for (; at_ < offset && at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n')
        position_ = {position_.line + 1, 1};
      else if ((static_cast<unsigned char>(text_[at_]) & 0xC0U) != 0x80U)
        ++position_.column;
    }
    return position_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Position position_{1, 1};
};

}  // namespace hikae::text
