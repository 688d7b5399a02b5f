// The flat table of service models as it lies in the program (written by tools/modelc, read by
// aws/table.h): a header, then sections of fixed-size records, then one pool of strings.
//
// Records name strings by the offset of a 16-bit length in the pool (0: the empty string) and each
// other by index. Services are sorted by name, operations within a service by spelling_key(name).
// A structure's members stand in the model's order. Traits of a member and of the shape it names
// are merged (the member's win), as botocore does. Byte order: the machine's that built it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hikae::aws::table {

inline constexpr char kMagic[9] = "hikaemdl";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::uint32_t kNone = 0xffffffff;

using Text = std::uint32_t;  // offset in the pool

enum class Protocol : std::uint32_t { Ec2, Query, Json, RestJson, RestXml };
enum class Type : std::uint8_t {
  Structure,
  List,
  Map,
  String,
  Boolean,
  Integer,
  Long,
  Float,
  Double,
  Blob,
  Timestamp,
};
enum class TimestampFormat : std::uint8_t { Default, Iso8601, Unix, Rfc822 };
enum class Location : std::uint8_t { Body, Uri, Query, Header, Headers, StatusCode };

// Flags of members (also of a list's element and a map's key and value).
inline constexpr std::uint16_t kRequired = 1;
inline constexpr std::uint16_t kIdempotencyToken = 2;
inline constexpr std::uint16_t kJsonValue = 4;
inline constexpr std::uint16_t kFlattened = 8;
inline constexpr std::uint16_t kStreaming = 16;
inline constexpr std::uint16_t kXmlAttribute = 32;
inline constexpr std::uint16_t kEventPayload = 64;
inline constexpr std::uint16_t kHostLabel = 128;

// Flags of shapes.
inline constexpr std::uint16_t kUnion = 1;
inline constexpr std::uint16_t kDocument = 2;
inline constexpr std::uint16_t kEventStream = 4;
inline constexpr std::uint16_t kEvent = 8;
inline constexpr std::uint16_t kException = 16;
inline constexpr std::uint16_t kSensitive = 32;
inline constexpr std::uint16_t kShapeFlattened = 64;
inline constexpr std::uint16_t kWrapper = 128;
inline constexpr std::uint16_t kHasMin = 256;
inline constexpr std::uint16_t kHasMax = 512;

// Flags of operations.
inline constexpr std::uint16_t kIdempotent = 1;
inline constexpr std::uint16_t kStreamsIn = 2;
inline constexpr std::uint16_t kStreamsOut = 4;
inline constexpr std::uint16_t kChecksumRequired = 8;
inline constexpr std::uint16_t kNoAuth = 16;
inline constexpr std::uint16_t kUnsignedBody = 32;

struct Section {
  std::uint32_t offset;  // bytes from the table's begin
  std::uint32_t count;   // records; for strings: bytes
};

struct List {
  std::uint32_t first;  // in the section of lists
  std::uint32_t count;
};

struct Service {
  Text name, protocol_text, json_version, target_prefix, api_version, endpoint_prefix, signing_name,
      signature_version, service_id, xml_namespace, global_endpoint;
  Protocol protocol;
  std::uint32_t first_operation, operation_count;
};

struct Operation {
  Text name, method, uri, token_member, result_wrapper, input_location_name, input_xml_namespace,
      host_prefix, checksum_member;
  std::uint32_t service, input, output;  // shapes; kNone where there is none
  std::uint32_t page;                    // kNone where it has no pages
  List errors;                           // indices of Failure
  std::uint16_t response_code, flags;
};

struct Shape {
  Text name;
  std::uint32_t first;  // structure: members; list: its element; map: key and value; string: enum
  std::uint32_t count;  // in the section of members (for a string: of lists)
  std::uint32_t range;  // index in the section of ranges; kNone where neither is set
  std::uint16_t flags;
  std::uint16_t payload;  // the payload member's place among the members; 0xffff: none
  Type type;
  TimestampFormat timestamp;
  std::uint16_t unused;
};

struct Member {
  Text name, location_name;
  std::uint32_t shape;
  std::uint16_t flags;
  Location location;
  std::uint8_t traits;  // index in the section of traits; 0: none
};

/// Rare traits of a member.
struct Traits {
  Text query_name, xml_namespace, xml_prefix;
};

struct Range {
  double min, max;  // of a number; of the length of a string, list or blob
};

/// An error that an operation may answer.
struct Failure {
  Text code;
  std::uint32_t shape;
  std::uint32_t http_status;  // 0: not in the model
};

struct Page {
  List input_tokens, output_tokens, result_keys, non_aggregate_keys;
  Text limit_key, more_results;
};

struct Header {
  char magic[8];
  std::uint32_t version, bytes;
  Section services, operations, shapes, members, traits, ranges, lists, failures, pages, strings;
};

static_assert(sizeof(Member) == 16 && sizeof(Shape) == 24 && sizeof(Range) == 16);

/// One key for CreateImage, createImage, create_image and create-image.
[[nodiscard]] inline std::string spelling_key(std::string_view name) {
  std::string key;
  key.reserve(name.size());
  for (char c : name) {
    if (c == '-' || c == '_') continue;
    key += (c >= 'A' && c <= 'Z') ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return key;
}

}  // namespace hikae::aws::table
