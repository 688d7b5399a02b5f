// Whose an image is (docs/reference/reliability.md S7).
//
// The problem: AutoBackup=true is a tag that many tools write, and the article's document does too.
// An image that another tool made of the same instance must neither count as a generation (it
// would push out one of ours) nor be deleted.
//
// The idea: an image cannot be renamed, and EC2 itself writes of which instance it was made. So
// ours is what hikae-backup makes, and all of it: the name hikae/INSTANCE/RUN, the very same
// instance and run in the tags that were born with it, and EC2's own word for the instance. One of
// them alone proves nothing: tags can be written by anybody.
//
// Where several hikae share an account, each writes its own id into hikae:installation when the
// image is born: an image with another id is foreign. One without that tag was made before hikae
// wrote it, or by AWS from a template without an id: it is ours by the other marks, to each of
// several hikae alike, as it always was.
//
// The article's own event is about the article's images, of which only AutoBackup=true is known;
// what bears hikae's marks is not among them, so that each keeps its own generations.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/value.h"

namespace hikae::upkeep {

/// Whose images are meant: hikae-backup's of one installation, or those of the article's document.
enum class Maker { Hikae, Article };

struct Owner {
  Maker maker = Maker::Hikae;
  std::string installation{};  // our hikae:installation; empty: only images without one are ours
};

/// hikae/INSTANCE/RUN, as hikae-backup names its image.
[[nodiscard]] std::string image_name(std::string_view instance, std::string_view run);

/// Why this entry of DescribeImages is not the owner's, for a person; empty where it is. `source`
/// is the instance that EC2 names; empty where EC2 names none.
[[nodiscard]] std::string why_not_ours(const Value& image, const Owner& owner, const Scope& scope,
                                       std::string_view source);

/// The same for an entry of DescribeSnapshots that EC2 made for an image of `source`: by its tags.
[[nodiscard]] std::string why_snapshot_not_ours(const Value& snapshot, const Owner& owner,
                                                std::string_view source);

}  // namespace hikae::upkeep
