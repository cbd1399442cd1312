// Keys and values of the state store (engine/store/README.md, "LMDB layout").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/record/batch.h"
#include "engine/store/state_store.h"

namespace tocsin::state_format {

inline constexpr uint32_t kVersion = 5;

// --- keys: they sort as bytes, so numbers are big-endian
std::string number_key(uint64_t number);
uint64_t number_of(std::string_view number_key);
// Texts of any length. A long one is cut and hashed, so the value has to repeat it.
std::string text_key(std::string_view text);
std::string domain_key(uint32_t domain, std::string_view key);
std::string chunk_key(std::string_view domain_key, uint64_t number);

// What a domain_key says; `text` is nothing when the key was cut.
struct DomainKey {
  uint32_t domain = 0;
  std::optional<std::string_view> text;
};
std::optional<DomainKey> parse_domain_key(std::string_view domain_key);

// --- values; nullopt: not such a value
std::string write_meta(const StoreMeta& meta);
struct VersionedMeta {
  uint32_t version = 0;
  StoreMeta meta;  // empty when the version is not kVersion
};
std::optional<VersionedMeta> read_meta(std::string_view value);

std::string write_key_state(const KeyRecord& record);
std::optional<KeyRecord> read_key_state(std::string_view key, std::string_view value);

struct DueTime {
  uint32_t domain = 0;
  std::string_view key;
  int64_t due = INT64_MAX;
};
std::string write_due(const KeyRecord& record);
std::optional<DueTime> read_due(std::string_view key, std::string_view value);

std::string write_message(const Message& message);
std::optional<Message> read_message(std::string_view value);

std::string write_reject(const Reject& reject);
std::optional<Reject> read_reject(std::string_view value);

std::string write_source(const SourcePosition& position);
std::optional<SourcePosition> read_source(std::string_view value);

std::string write_cursor(const Acknowledgement& cursor);
std::optional<Acknowledgement> read_cursor(std::string_view value);

}  // namespace tocsin::state_format
