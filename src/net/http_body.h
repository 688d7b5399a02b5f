// The body of a message, as its head framed it.
#pragma once

#include "net/http_head.h"

namespace hikae::net {

enum class BodyEnd {
  Framed,    // by its length or its last chunk; none where the head names neither
  ByClosing  // an answer without either: it goes on to the end of the connection
};

/// Takes a body's bytes out of what has come. Chunks are joined; a trailer is read as strictly as a
/// head, and dropped: nobody may add a header after the fact.
class BodyReader {
 public:
  BodyReader(const BodyFraming& framing, BodyEnd end, const HttpLimits& limits);

  /// Appends to `body` what is there, and returns how many of `bytes` have been used up. What it
  /// leaves is the begin of a line that has not all come; it is never longer than a line may be.
  [[nodiscard]] std::expected<std::size_t, HttpFault> take(std::string_view bytes,
                                                           std::string& body);
  [[nodiscard]] bool is_whole() const { return stage_ == Stage::Whole; }
  /// The connection has ended: whether the body was to end with it.
  [[nodiscard]] bool may_end() const { return is_whole() || stage_ == Stage::ToTheEnd; }

 private:
  enum class Stage { Counted, ToTheEnd, Size, Data, DataEnd, Trailer, Whole };

  [[nodiscard]] std::expected<std::size_t, HttpFault> take_data(std::string_view bytes,
                                                                std::string& body);
  [[nodiscard]] std::expected<std::size_t, HttpFault> take_line(std::string_view bytes,
                                                                const std::string& body);
  [[nodiscard]] std::optional<HttpFault> take_size(std::string_view line, std::size_t so_far);
  [[nodiscard]] std::optional<HttpFault> take_trailer(std::string_view line);

  const HttpLimits* limits_;
  Stage stage_ = Stage::Whole;
  std::uint64_t left_ = 0;  // of the body, or of the chunk
  std::size_t trailer_bytes_ = 0;
};

}  // namespace hikae::net
