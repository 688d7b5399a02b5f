// Every size, depth, count and time that something from outside may reach, with its reason.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace hikae::limits {

// Text that comes in.
inline constexpr std::size_t kDocumentBytes = 64 * 1024;    // SSM's own limit of a document
inline constexpr std::size_t kTemplateBytes = 1024 * 1024;  // CloudFormation's limit by URL
inline constexpr std::size_t kConfigBytes = 1024 * 1024;    // hikae.yaml, fleets, fault rules
inline constexpr std::size_t kJsonBytes = 8 * 1024 * 1024;  // any JSON text; Lambda's 6 MB fits
inline constexpr int kTextDepth = 64;                       // nesting of JSON and YAML
inline constexpr std::size_t kYamlNodes = 100'000;          // after alias expansion
inline constexpr std::size_t kSelectorBytes = 512;          // a JSONPath
inline constexpr std::size_t kSelectorMatches = 10'000;     // values one selector may yield
inline constexpr std::size_t kDiagnostics = 100;            // reported for one file

// Documents.
inline constexpr std::size_t kSteps = 10'000;
inline constexpr int kMaxAttempts = 100;
inline constexpr int kChildDepth = 5;                 // executeAutomation in itself
inline constexpr std::size_t kSplicedItems = 10'000;  // list splicing in one input

// Schedules and patterns.
inline constexpr std::size_t kScheduleBytes = 256;         // all three services' limit
inline constexpr std::size_t kPatternBytes = 4096;         // API model: 4,096 at most
inline constexpr std::size_t kPatternCombinations = 1000;  // of $or
inline constexpr std::size_t kEventBytes = 256 * 1024;

// The engine.
inline constexpr Duration kStepSafetyCap = hours(48);  // actions without a documented cap
inline constexpr std::size_t kEventsPerTurn = 4096;    // one commit gathers at most so many

// Text, further: of its nodes and of patterns in it.
inline constexpr std::size_t kYamlExpandedBytes = 8 * 1024 * 1024;  // scalars after aliases
inline constexpr std::size_t kPlacesBytes = 16 * 1024 * 1024;       // pointers kept for one text
inline constexpr std::size_t kPointerBytes = 2048;                  // the longest of them
inline constexpr std::size_t kNumberChars = 400;                    // digits of one JSON number
inline constexpr std::size_t kRegexBytes = 2048;                    // an allowedPattern
inline constexpr std::size_t kRegexProgram = 10'000;                // its states, repeats unrolled
inline constexpr std::size_t kRegexText = 4096;                     // characters matched against it

// The embedded cloud.
inline constexpr std::size_t kFilterValues = 200;         // of one request: EC2's own limit
inline constexpr std::size_t kFilterPatternBytes = 2048;  // of its values with wildcards
inline constexpr std::size_t kSandboxInstances = 50'000;  // of one account and region
inline constexpr std::size_t kSandboxImages = 500'000;    // of one account and region
inline constexpr std::size_t kPageTokenBytes = 1024;      // a key in hexadecimal
inline constexpr std::size_t kIdsPerCall = 1000;          // EC2's own limit of most lists of ids
inline constexpr std::size_t kTagsPerResource = 50;       // EC2's own
inline constexpr std::size_t kSandboxChanges = 200'000;   // a night of 1,000 machines makes 20,000
inline constexpr std::size_t kSandboxScopes = 64;         // places of account and region
inline constexpr std::size_t kFaultRules = 1000;          // of one file
inline constexpr std::size_t kFleetInstances = 20'000;    // of one file
inline constexpr std::size_t kFleetImages = 200'000;      // of one file
inline constexpr std::size_t kVolumesPerInstance = 128;   // EC2 attaches no more
inline constexpr Duration kFaultDelay = hours(24 * 30);   // the longest a fault rule may name

// Documents, further.
inline constexpr std::size_t kResolvedBytes = 8 * 1024 * 1024;  // one step's inputs, resolved
inline constexpr std::size_t kParameterValues = 50;        // values of one parameter (the API's)
inline constexpr std::size_t kParameterBytes = 64 * 1024;  // one value given at start

// Patterns and delivery, further.
inline constexpr std::size_t kConsistencySteps = 1'000'000;  // to choose elements of lists
inline constexpr std::size_t kMailsWaiting = 10'000;         // in memory, for one server

// Windows and schedules.
inline constexpr std::size_t kWindowPages = 2000;         // of instances and agents, an opening
inline constexpr std::size_t kUpcomingInstants = 10'000;  // one question about a schedule

// The server's door.
inline constexpr std::size_t kServedBodyBytes = 72 * 1024 * 1024;  // an S3 object of 64 MiB
inline constexpr std::size_t kLoggedOnce = 1000;  // different things that are logged a single time

}  // namespace hikae::limits
