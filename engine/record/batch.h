// What comes in, in the unit in which everything is decoded, journalled, evaluated and published.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "rules-dsl/plan/kind.h"

namespace tocsin {

// A line that could not even be framed (too long); its place in Chunk::bytes is an empty line.
struct FramingReject {
  uint64_t line = 0;         // 1-based, of the source
  uint64_t byte_offset = 0;  // of the source
  std::string reason;
  std::string text;  // the beginning of the line
};

// Consecutive lines of one source. Every line ends with '\n'; empty lines count and are skipped.
struct Chunk {
  std::string source;   // "" for a feeder that did not say hello: its lines are not counted across
                        // connections
  std::string as_type;  // record type of all lines, whatever a column `type` may say; empty: each
                        // line names its own
  uint64_t first_line = 1;   // 1-based number of the first line within the source
  uint64_t byte_offset = 0;  // of the first line within the source
  uint32_t lines = 0;
  std::string bytes;  // UTF-8 hoped for, not yet checked; capacity has at least 64 bytes beyond
                      // size (simdjson padding)
  std::vector<FramingReject> framing_rejects;
  uint64_t connection = 0;  // which connection an anonymous chunk came by; not journalled
};

// A named subscriber confirmed everything up to `seq`.
struct Acknowledgement {
  std::string subscriber;
  uint64_t seq = 0;
};

struct Batch {
  int64_t wall_micros =
      0;  // when the batch was closed; `emitted` of its messages, and the clock in wall mode
  // Records dated later are rejected: the clock of their source is wrong.
  int64_t latest_time = std::numeric_limits<int64_t>::max();
  std::vector<Chunk> chunks;
  std::vector<Acknowledgement> acknowledgements;

  bool empty() const { return chunks.empty() && acknowledgements.empty(); }
  size_t input_bytes() const {
    size_t total = 0;
    for (const Chunk& chunk : chunks) total += chunk.bytes.size();
    return total;
  }
};

enum class Event : uint8_t { kRaised, kChanged, kCleared, kWithdrawn };

// One line for subscribers, with what their filters ask for.
struct Message {
  uint64_t seq = 0;
  Event event = Event::kRaised;
  Kind kind = Kind::kWarning;
  uint8_t level = 0;  // index into plan::Program::levels
  bool open = false;  // the warning is open after this message; other kinds never are
  std::string rule;
  std::string region;  // "" when unknown
  std::string warning_id;
  std::string json;  // the whole line of engine.md 5, without '\n'
};

using Messages = std::vector<std::shared_ptr<const Message>>;

struct Reject {
  uint64_t number = 0;  // 1, 2, ... in the reject log
  std::string source;
  uint64_t line = 0;
  uint64_t byte_offset = 0;
  std::string reason;       // a sentence with the remedy
  std::string field;        // "" when it is about the whole line
  std::string text;         // the line, cut at limits::kRejectTextBytesMax
  uint64_t connection = 0;  // Chunk::connection, so that the feeder can be told; not stored

  size_t bytes() const {
    return sizeof *this + source.size() + reason.size() + field.size() + text.size();
  }
};

struct SourcePosition {
  std::string source;
  uint64_t lines = 0;  // durable
  uint64_t bytes = 0;
};

// Every record received was applied, a duplicate, outdated, or rejected: the parts add up.
struct BatchReport {
  uint64_t batch = 0;
  int64_t clock = 0;
  bool clock_known = false;  // false before the first record
  uint64_t received = 0;
  uint64_t applied = 0;
  uint64_t duplicates = 0;
  uint64_t outdated = 0;
  uint64_t late = 0;  // of the applied: not after all that its key had seen
  std::vector<Reject> rejects;
  std::vector<SourcePosition> positions;  // of the batch's named sources
};

}  // namespace tocsin
