// Maintenance windows as rows, and the machine that plays each of them.
#pragma once

#include "plane/service.h"

namespace hikae::plane {

inline constexpr std::string_view kWindowRows = "window";
inline constexpr std::string_view kWindowTargetRows = "window-target";
inline constexpr std::string_view kWindowTaskRows = "window-task";

/// The window's row, or DoesNotExistException.
[[nodiscard]] Result<const Value*> window_row(const Ask& ask, std::string_view window_id);
/// Rows of a kind that belong to a window: their ids begin with "<window id>/".
[[nodiscard]] std::vector<const Value*> members_of(const Ask& ask, std::string_view kind,
                                                   std::string_view window_id);
/// Tells the window's machine what the window is now; starts it where there is none.
void sync_window(const Ask& ask, std::string_view window_id);
/// A page of `items` under `list`: MaxResults of them, or (not given) a thousand. NextToken is
/// absent on the last page.
[[nodiscard]] Result<Value> page_of_windows(const Ask& ask, std::string_view list, Array items);
/// The members of `from` that are listed, as an object.
[[nodiscard]] Object picked(const Value& from, std::initializer_list<std::string_view> members);
/// "mw-" and 17 hex digits: from the token where one is given, else from entropy.
[[nodiscard]] std::string new_member_id(const Ask& ask, std::string_view prefix,
                                        std::string_view of);

}  // namespace hikae::plane
