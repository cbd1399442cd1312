// The journal's bytes: segment headers, blocks, entries (engine/store/README.md, "journal format").
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/result.h"
#include "engine/store/journal.h"

namespace tocsin::journal_format {

inline constexpr uint32_t kVersion = 2;
inline constexpr size_t kHashBytes = 32;
inline constexpr size_t kCheckBytes = 8;  // of a header: the beginning of its SHA-256
inline constexpr size_t kVersionOffset = 8;
inline constexpr size_t kSegmentHeaderBytes = 8 + 4 + 4 + 8 + 8 + kHashBytes + kCheckBytes;
inline constexpr size_t kBlockHeaderBytes = 4 + 4 + 4 + 8 + kCheckBytes;
inline constexpr size_t kBlockBytesMin = kBlockHeaderBytes + 1 + kHashBytes;
// Of one entry before compression; a policy has at most 64 MiB, a batch about one. Keeps a hostile
// file from asking for all memory.
inline constexpr size_t kRawBytesMax = size_t{256} << 20;

inline constexpr std::string_view kBlockMagic = "TBK\x01";

struct SegmentHeader {
  uint64_t index = 1;         // 1, 2, ...; also the file's name
  uint64_t first_number = 1;  // of the entry in its first block
  Hash hash_before{};         // of the last block of the segment before; zeros in the first
};

struct BlockHeader {
  uint64_t number = 0;         // of the entry
  uint32_t payload_bytes = 0;  // compressed
  uint32_t raw_bytes = 0;      // before compression

  uint64_t block_bytes() const { return kBlockHeaderBytes + uint64_t{payload_bytes} + kHashBytes; }
};

Hash sha256(std::initializer_list<std::string_view> pieces);
std::string_view as_text(const Hash& hash);
std::string to_hex(const Hash& hash);

std::string encode_segment_header(const SegmentHeader& header);
// Why the header cannot be used, or the header. `bytes` holds kSegmentHeaderBytes.
struct SegmentHeaderFault {
  size_t offset = 0;
  std::string reason;
  bool other_version = false;  // nothing is damaged, another program wrote it
};
std::variant<SegmentHeader, SegmentHeaderFault> parse_segment_header(std::string_view bytes);

// nullopt: not a block header, or one that does not match its check. `bytes` holds
// kBlockHeaderBytes.
std::optional<BlockHeader> parse_block_header(std::string_view bytes);

// Turns entries into blocks, reusing its buffers. One thread at a time.
class BlockEncoder {
 public:
  explicit BlockEncoder(int compression_level);
  ~BlockEncoder();

  // The whole block, chained to the hash before; valid until the next call.
  // Errors: kInput - the entry is larger than kRawBytesMax.
  Result<std::string_view> encode(const JournalEntry& entry, const Hash& hash_before);
  // Of the block last encoded.
  const Hash& hash() const { return hash_; }

 private:
  struct Compressor;
  std::unique_ptr<Compressor> compressor_;
  std::string raw_;
  std::string block_;
  Hash hash_{};
};

// Turns payloads back into entries. One thread at a time.
class EntryDecoder {
 public:
  EntryDecoder();
  ~EntryDecoder();

  // nullopt: the payload is not what the header says.
  std::optional<JournalEntry> decode(const BlockHeader& header, std::string_view payload);

 private:
  struct Decompressor;
  std::unique_ptr<Decompressor> decompressor_;
  std::string raw_;
};

}  // namespace tocsin::journal_format
