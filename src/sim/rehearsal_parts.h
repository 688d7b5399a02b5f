// The parts of a test, each read from the nearest layer that has it: documents, parameters, the
// fleet, what goes wrong, what people do.
#pragma once

#include "sim/rehearsal_notes.h"

namespace hikae::sim::rehearsal {

class Parts {
 public:
  Parts(Notes& notes, const Sources& sources) : notes_(notes), sources_(sources) {}

  void read_documents(const Layers& layers, Rehearsal& test);
  void read_parameters(const Layers& layers, Rehearsal& test);
  /// With `tags` written over it; one that the embedded cloud refuses is a finding.
  void read_fleet(const Layers& layers, Rehearsal& test);
  void read_faults(const Layers& layers, Rehearsal& test);
  void read_answers(const Layers& layers, Rehearsal& test);
  void read_setup(const Layers& layers, Rehearsal& test);
  /// `cancel`, `restart`, `meanwhile`.
  void read_deeds(const Layers& layers, Rehearsal& test);

 private:
  [[nodiscard]] DocumentText document(const Node& node);
  /// The file's text; empty, and a finding at `node`, where it cannot be read.
  [[nodiscard]] std::string file(const Node& node, std::string path);
  /// The value itself, or what stands in the file that it names.
  [[nodiscard]] Value here_or_in_file(const Node& node);
  void retag(Value& fleet, const std::string& server, const Node& tags);
  [[nodiscard]] CannedAnswer answer(const Node& node);
  [[nodiscard]] std::pair<std::string, std::string> call_of(const Node& map);
  void check_call(const Node& map, const std::string& service, const std::string& operation,
                  const Value& input);
  [[nodiscard]] Value input_of(const Node& map, std::string_view key);
  [[nodiscard]] Deed deed(const Node& node, Deed::Kind kind,
                          std::span<const std::string_view> keys);

  Notes& notes_;
  const Sources& sources_;
};

}  // namespace hikae::sim::rehearsal
