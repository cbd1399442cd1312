#include "engine/store/journal_entry.h"

#include "engine/store/byte_codec.h"
#include "rules-dsl/limits.h"

namespace tocsin::journal_format {
namespace {

constexpr int64_t kEventClock = INT64_MIN;  // in the place of the wall clock

enum class EntryKind : uint8_t { kBatch = 0, kPolicyChange = 1 };

void write_chunk(const Chunk& chunk, ByteWriter& writer) {
  writer.text(chunk.source);
  writer.text(chunk.as_type);
  writer.varint(chunk.first_line);
  writer.varint(chunk.byte_offset);
  writer.fixed(chunk.lines);
  writer.text(chunk.bytes);
  writer.varint(chunk.framing_rejects.size());
  for (const FramingReject& reject : chunk.framing_rejects) {
    writer.varint(reject.line);
    writer.varint(reject.byte_offset);
    writer.text(reject.reason);
    writer.text(reject.text);
  }
}

Chunk read_chunk(ByteReader& reader) {
  Chunk chunk;
  chunk.source = reader.text();
  chunk.as_type = reader.text();
  chunk.first_line = reader.varint();
  chunk.byte_offset = reader.varint();
  chunk.lines = reader.fixed<uint32_t>();
  const std::string_view bytes = reader.text();
  chunk.bytes.reserve(bytes.size() + limits::kPaddingBytes);
  chunk.bytes = bytes;
  for (uint64_t left = reader.varint(); left > 0 && !reader.failed(); --left) {
    FramingReject& reject = chunk.framing_rejects.emplace_back();
    reject.line = reader.varint();
    reject.byte_offset = reader.varint();
    reject.reason = reader.text();
    reject.text = reader.text();
  }
  return chunk;
}

void write_batch(const Batch& batch, ByteWriter& writer) {
  writer.fixed(batch.wall_micros);
  writer.fixed(batch.latest_time);
  writer.varint(batch.chunks.size());
  for (const Chunk& chunk : batch.chunks) write_chunk(chunk, writer);
  writer.varint(batch.acknowledgements.size());
  for (const Acknowledgement& acknowledgement : batch.acknowledgements) {
    writer.text(acknowledgement.subscriber);
    writer.varint(acknowledgement.seq);
  }
}

Batch read_batch(ByteReader& reader) {
  Batch batch;
  batch.wall_micros = reader.fixed<int64_t>();
  batch.latest_time = reader.fixed<int64_t>();
  for (uint64_t left = reader.varint(); left > 0 && !reader.failed(); --left) {
    batch.chunks.push_back(read_chunk(reader));
  }
  for (uint64_t left = reader.varint(); left > 0 && !reader.failed(); --left) {
    Acknowledgement& acknowledgement = batch.acknowledgements.emplace_back();
    acknowledgement.subscriber = reader.text();
    acknowledgement.seq = reader.varint();
  }
  return batch;
}

}  // namespace

void write_entry(const JournalEntry& entry, std::string& out) {
  ByteWriter writer(out);
  writer.fixed(
      static_cast<uint8_t>(entry.policy_change ? EntryKind::kPolicyChange : EntryKind::kBatch));
  writer.fixed(entry.wall_clock.value_or(kEventClock));
  if (entry.policy_change) {
    writer.text(entry.policy_hash);
    writer.text(entry.policy_text);
  }
  write_batch(entry.batch, writer);
}

std::optional<JournalEntry> read_entry(uint64_t number, std::string_view bytes) {
  ByteReader reader(bytes);
  JournalEntry entry;
  entry.number = number;
  const auto kind = reader.fixed<uint8_t>();
  entry.policy_change = kind == static_cast<uint8_t>(EntryKind::kPolicyChange);
  if (kind > static_cast<uint8_t>(EntryKind::kPolicyChange)) return std::nullopt;
  const auto wall_clock = reader.fixed<int64_t>();
  if (wall_clock != kEventClock) entry.wall_clock = wall_clock;
  if (entry.policy_change) {
    entry.policy_hash = reader.text();
    entry.policy_text = reader.text();
  }
  entry.batch = read_batch(reader);
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return entry;
}

}  // namespace tocsin::journal_format
