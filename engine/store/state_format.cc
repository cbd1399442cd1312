#include "engine/store/state_format.h"

#include "engine/store/byte_codec.h"
#include "engine/store/journal_format.h"

namespace tocsin::state_format {
namespace {

constexpr char kWhole = '\0';
constexpr char kCut = '\1';
constexpr size_t kWholeBytesMax =
    480;  // LMDB takes keys of 511 bytes; a domain, the tag and a chunk's number are thirteen
constexpr size_t kCutBytes = 440;  // keeps neighbours together; followed by a SHA-256

void append_text_key(std::string_view text, std::string& out) {
  if (text.size() <= kWholeBytesMax) {
    out.push_back(kWhole);
    out.append(text);
    return;
  }
  out.push_back(kCut);
  out.append(text.substr(0, kCutBytes));
  out.append(journal_format::as_text(journal_format::sha256({text})));
}

template <class Int>
void append_big_endian(Int number, std::string& out) {
  for (size_t i = sizeof(Int); i-- > 0;) out.push_back(static_cast<char>(number >> (8 * i)));
}

template <class Int>
Int big_endian(std::string_view bytes) {
  Int number = 0;
  for (size_t i = 0; i < sizeof(Int) && i < bytes.size(); ++i) {
    number = static_cast<Int>((number << 8) | static_cast<uint8_t>(bytes[i]));
  }
  return number;
}

// What both databases by key begin their values with: the due time, and the key if it was cut.
void write_key_head(const KeyRecord& record, ByteWriter& writer) {
  writer.fixed(record.due);
  writer.text(record.key.size() > kWholeBytesMax ? record.key : std::string_view());
}

std::optional<DueTime> read_key_head(std::string_view key, ByteReader& reader) {
  const auto parsed = parse_domain_key(key);
  if (!parsed) return std::nullopt;
  DueTime head{.domain = parsed->domain, .key = {}, .due = reader.fixed<int64_t>()};
  const std::string_view repeated = reader.text();
  head.key = parsed->text.value_or(repeated);
  if (reader.failed() || parsed->text.has_value() != repeated.empty()) return std::nullopt;
  return head;
}

template <class Value>
std::optional<Value> finished(const ByteReader& reader, Value value) {
  if (reader.failed() || !reader.at_end()) return std::nullopt;
  return value;
}

}  // namespace

std::string number_key(uint64_t number) {
  std::string out;
  append_big_endian(number, out);
  return out;
}

uint64_t number_of(std::string_view number_key) { return big_endian<uint64_t>(number_key); }

std::string text_key(std::string_view text) {
  std::string out;
  append_text_key(text, out);
  return out;
}

std::string domain_key(uint32_t domain, std::string_view key) {
  std::string out;
  append_big_endian(domain, out);
  append_text_key(key, out);
  return out;
}

std::string chunk_key(std::string_view domain_key, uint64_t number) {
  std::string out(domain_key);
  append_big_endian(number, out);
  return out;
}

std::optional<DomainKey> parse_domain_key(std::string_view domain_key) {
  constexpr size_t kTagOffset = sizeof(uint32_t);
  if (domain_key.size() <= kTagOffset) return std::nullopt;
  DomainKey parsed{.domain = big_endian<uint32_t>(domain_key), .text = std::nullopt};
  if (domain_key[kTagOffset] == kWhole) parsed.text = domain_key.substr(kTagOffset + 1);
  return parsed;
}

std::string write_meta(const StoreMeta& meta) {
  std::string out;
  ByteWriter writer(out);
  writer.fixed(kVersion);
  writer.fixed(meta.batch);
  writer.fixed(meta.clock);
  writer.fixed(meta.last_seq);
  writer.fixed(meta.last_reject);
  writer.fixed(meta.key_set);
  writer.text(meta.policy_hash);
  return out;
}

std::optional<VersionedMeta> read_meta(std::string_view value) {
  ByteReader reader(value);
  VersionedMeta meta;
  meta.version = reader.fixed<uint32_t>();
  if (!reader.failed() && meta.version != kVersion) return meta;
  meta.meta.batch = reader.fixed<uint64_t>();
  meta.meta.clock = reader.fixed<int64_t>();
  meta.meta.last_seq = reader.fixed<uint64_t>();
  meta.meta.last_reject = reader.fixed<uint64_t>();
  meta.meta.key_set = reader.fixed<uint8_t>();
  if (meta.meta.key_set > 1) return std::nullopt;
  meta.meta.policy_hash = reader.text();
  return finished(reader, std::move(meta));
}

std::string write_key_state(const KeyRecord& record) {
  std::string out;
  ByteWriter writer(out);
  write_key_head(record, writer);
  writer.fixed(record.cold.begin);
  writer.fixed(record.cold.end);
  writer.text(record.state);
  return out;
}

std::optional<KeyRecord> read_key_state(std::string_view key, std::string_view value) {
  ByteReader reader(value);
  const auto head = read_key_head(key, reader);
  if (!head) return std::nullopt;
  KeyRecord record{
      .domain = head->domain, .key = std::string(head->key), .due = head->due, .state = {}};
  record.cold.begin = reader.fixed<uint64_t>();
  record.cold.end = reader.fixed<uint64_t>();
  record.state = reader.text();
  return finished(reader, std::move(record));
}

std::string write_due(const KeyRecord& record) {
  std::string out;
  ByteWriter writer(out);
  write_key_head(record, writer);
  return out;
}

std::optional<DueTime> read_due(std::string_view key, std::string_view value) {
  ByteReader reader(value);
  const auto head = read_key_head(key, reader);
  if (!head) return std::nullopt;
  return finished(reader, *head);
}

std::string write_message(const Message& message) {
  std::string out;
  ByteWriter writer(out);
  writer.fixed(message.seq);
  writer.fixed(static_cast<uint8_t>(message.event));
  writer.fixed(static_cast<uint8_t>(message.kind));
  writer.fixed(message.level);
  writer.fixed(static_cast<uint8_t>(message.open));
  writer.text(message.rule);
  writer.text(message.region);
  writer.text(message.warning_id);
  writer.text(message.json);
  return out;
}

std::optional<Message> read_message(std::string_view value) {
  ByteReader reader(value);
  Message message;
  message.seq = reader.fixed<uint64_t>();
  const auto event = reader.fixed<uint8_t>();
  if (event > static_cast<uint8_t>(Event::kWithdrawn)) return std::nullopt;
  message.event = static_cast<Event>(event);
  const auto kind = reader.fixed<uint8_t>();
  if (kind >= kKindNames.size()) return std::nullopt;
  message.kind = static_cast<Kind>(kind);
  message.level = reader.fixed<uint8_t>();
  message.open = reader.fixed<uint8_t>() != 0;
  message.rule = reader.text();
  message.region = reader.text();
  message.warning_id = reader.text();
  message.json = reader.text();
  return finished(reader, std::move(message));
}

std::string write_reject(const Reject& reject) {
  std::string out;
  ByteWriter writer(out);
  writer.fixed(reject.number);
  writer.text(reject.source);
  writer.varint(reject.line);
  writer.varint(reject.byte_offset);
  writer.text(reject.reason);
  writer.text(reject.field);
  writer.text(reject.text);
  return out;
}

std::optional<Reject> read_reject(std::string_view value) {
  ByteReader reader(value);
  Reject reject;
  reject.number = reader.fixed<uint64_t>();
  reject.source = reader.text();
  reject.line = reader.varint();
  reject.byte_offset = reader.varint();
  reject.reason = reader.text();
  reject.field = reader.text();
  reject.text = reader.text();
  return finished(reader, std::move(reject));
}

std::string write_source(const SourcePosition& position) {
  std::string out;
  ByteWriter writer(out);
  writer.text(position.source);
  writer.varint(position.lines);
  writer.varint(position.bytes);
  return out;
}

std::optional<SourcePosition> read_source(std::string_view value) {
  ByteReader reader(value);
  SourcePosition position;
  position.source = reader.text();
  position.lines = reader.varint();
  position.bytes = reader.varint();
  return finished(reader, std::move(position));
}

std::string write_cursor(const Acknowledgement& cursor) {
  std::string out;
  ByteWriter writer(out);
  writer.text(cursor.subscriber);
  writer.varint(cursor.seq);
  return out;
}

std::optional<Acknowledgement> read_cursor(std::string_view value) {
  ByteReader reader(value);
  Acknowledgement cursor;
  cursor.subscriber = reader.text();
  cursor.seq = reader.varint();
  return finished(reader, std::move(cursor));
}

}  // namespace tocsin::state_format
