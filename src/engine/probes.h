// How a mutating call whose answer never came is settled: by looking at the world, never by sending
// blindly again (docs/reference/reliability.md 3).
#pragma once

#include <optional>

#include "aws/model.h"
#include "base/machine.h"

namespace hikae::engine {

/// What a look at the world says about a call.
struct Finding {
  enum class Kind {
    Done,  // it is as the call wanted it: `answer` stands for the lost one. Of a stop that must be
           // somebody else's the answer has PreviousState and StateTransitionReason, its proof
    Absent,  // nothing of it is to be seen (yet)
    Foreign  // something stands in its place that is not ours: `why`
  };
  Kind kind = Kind::Absent;
  Value answer;
  std::string why;
};

/// What follows where nothing of a call is to be seen for the whole horizon.
enum class Unseen {
  SentAgain,
  Unknown,  // nobody can say what a second one does
};

/// One operation's way of looking.
struct Probe {
  Call (*look)(const Call& call);
  /// `asked` is when the machine asked for the call: it left then or later.
  Finding (*judge)(const Call& call, const Result<Value>& seen, WallTime asked);
  /// How long "absent" may still mean "not visible yet".
  Duration horizon;
  Unseen unseen = Unseen::SentAgain;
};

/// Whether the image that a CreateImage was refused for can only be that call's own: it bears the
/// tags that the call would have given it, and was made after it was asked for. For a call that we
/// have sent once.
[[nodiscard]] bool is_surely_made_by(const Call& call, const Result<Value>& seen, WallTime asked);

/// The call's probe; nullptr where it has none. A command sent to machines has one where hikae made
/// its Comment ("hikae ID"), which is nobody else's.
[[nodiscard]] const Probe* probe_of(const Call& call);

}  // namespace hikae::engine
