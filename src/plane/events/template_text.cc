#include "plane/events/template_text.h"

#include "plane/checks.h"

namespace hikae::plane::events {
namespace {

/// The name that begins behind the '<' at `at`; empty where none does.
std::string_view name_at(std::string_view text, std::size_t at) {
  const auto end = text.find('>', at);
  if (end == std::string_view::npos) return {};
  const auto name = text.substr(at + 1, end - at - 1);
  return is_name(name, ".-_", 256) ? name : std::string_view();
}

class TemplateReader {
 public:
  explicit TemplateReader(std::string_view text) : text_(text) {}

  std::vector<TemplatePart> read() {
    while (at_ < text_.size()) step();
    end_text();
    return std::move(parts_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '<') {
      if (const auto name = name_at(text_, at_); !name.empty()) return take_name(name);
    } else if (c == '\\' && in_string_ && at_ + 1 < text_.size()) {
      written_ += c;
      written_ += text_[at_ + 1];
      at_ += 2;
      return;
    } else if (c == '"') {
      in_string_ = !in_string_;
    }
    written_ += c;
    ++at_;
  }

  void take_name(std::string_view name) {
    end_text();
    parts_.push_back(
        {in_string_ ? TemplatePart::Kind::InString : TemplatePart::Kind::Value, std::string(name)});
    at_ += name.size() + 2;
  }

  void end_text() {
    if (!written_.empty()) parts_.push_back({TemplatePart::Kind::Text, std::move(written_)});
    written_.clear();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool in_string_ = false;
  std::string written_;
  std::vector<TemplatePart> parts_;
};

}  // namespace

std::vector<TemplatePart> parts_of_template(std::string_view text) {
  return TemplateReader(text).read();
}

}  // namespace hikae::plane::events
