#include "engine/store/journal_format.h"

#include <openssl/evp.h>
#include <zstd.h>

#include <cassert>
#include <cstdlib>
#include <cstring>

#include "engine/store/byte_codec.h"
#include "engine/store/journal_entry.h"

namespace tocsin::journal_format {
namespace {

constexpr std::string_view kSegmentMagic = "TOCSINJ\n";
static_assert(kSegmentMagic.size() == kVersionOffset);
static_assert(ZSTD_COMPRESSBOUND(kRawBytesMax) < UINT32_MAX,
              "sizes in a block header have 32 bits");

// The beginning of the SHA-256 of everything in the header before it.
std::string_view check_of(std::string_view fields, Hash& scratch) {
  scratch = sha256({fields});
  return as_text(scratch).substr(0, kCheckBytes);
}

void append_check(std::string& header) {
  Hash scratch;
  header.append(check_of(header, scratch));
}

bool check_matches(std::string_view header) {
  Hash scratch;
  const size_t fields_bytes = header.size() - kCheckBytes;
  return header.substr(fields_bytes) == check_of(header.substr(0, fields_bytes), scratch);
}

std::string encode_block_header(const BlockHeader& header) {
  std::string out(kBlockMagic);
  ByteWriter writer(out);
  writer.fixed(header.payload_bytes);
  writer.fixed(header.raw_bytes);
  writer.fixed(header.number);
  append_check(out);
  assert(out.size() == kBlockHeaderBytes);
  return out;
}

}  // namespace

Hash sha256(std::initializer_list<std::string_view> pieces) {
  Hash hash;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  bool fine = context != nullptr && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1;
  for (const std::string_view piece : pieces) {
    fine = fine && EVP_DigestUpdate(context, piece.data(), piece.size()) == 1;
  }
  fine = fine && EVP_DigestFinal_ex(context, hash.data(), nullptr) == 1;
  EVP_MD_CTX_free(context);
  if (!fine)
    std::abort();  // no memory, or a libcrypto without SHA-256: nothing can be stored safely
  return hash;
}

std::string_view as_text(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string to_hex(const Hash& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : hash) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

std::string encode_segment_header(const SegmentHeader& header) {
  std::string out(kSegmentMagic);
  ByteWriter writer(out);
  writer.fixed(kVersion);
  writer.fixed(uint32_t{0});  // flags, for later
  writer.fixed(header.index);
  writer.fixed(header.first_number);
  out.append(as_text(header.hash_before));
  append_check(out);
  assert(out.size() == kSegmentHeaderBytes);
  return out;
}

std::variant<SegmentHeader, SegmentHeaderFault> parse_segment_header(std::string_view bytes) {
  assert(bytes.size() == kSegmentHeaderBytes);
  if (!bytes.starts_with(kSegmentMagic))
    return SegmentHeaderFault{0, "it does not begin like a segment"};
  ByteReader reader(bytes.substr(kVersionOffset));
  const auto version = reader.fixed<uint32_t>();
  // Before the check: another format may lay out the rest in another way.
  if (version != kVersion) {
    return SegmentHeaderFault{kVersionOffset,
                              "it has format version " + std::to_string(version) +
                                  ", this program reads version " + std::to_string(kVersion),
                              true};
  }
  if (!check_matches(bytes)) return SegmentHeaderFault{0, "its header does not match its checksum"};
  const auto flags = reader.fixed<uint32_t>();
  if (flags != 0) return SegmentHeaderFault{kVersionOffset + 4, "its flags are unknown"};
  SegmentHeader header;
  header.index = reader.fixed<uint64_t>();
  header.first_number = reader.fixed<uint64_t>();
  std::memcpy(header.hash_before.data(),
              bytes.data() + kSegmentHeaderBytes - kCheckBytes - kHashBytes, kHashBytes);
  return header;
}

std::optional<BlockHeader> parse_block_header(std::string_view bytes) {
  assert(bytes.size() == kBlockHeaderBytes);
  if (!bytes.starts_with(kBlockMagic) || !check_matches(bytes)) return std::nullopt;
  ByteReader reader(bytes.substr(kBlockMagic.size()));
  BlockHeader header;
  header.payload_bytes = reader.fixed<uint32_t>();
  header.raw_bytes = reader.fixed<uint32_t>();
  header.number = reader.fixed<uint64_t>();
  const bool sizes_possible = header.raw_bytes >= 1 && header.raw_bytes <= kRawBytesMax &&
                              header.payload_bytes >= 1 &&
                              header.payload_bytes <= ZSTD_COMPRESSBOUND(kRawBytesMax);
  return sizes_possible ? std::optional(header) : std::nullopt;
}

struct BlockEncoder::Compressor {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ~Compressor() { ZSTD_freeCCtx(context); }
};

BlockEncoder::BlockEncoder(int compression_level) : compressor_(std::make_unique<Compressor>()) {
  ZSTD_CCtx_setParameter(compressor_->context, ZSTD_c_compressionLevel, compression_level);
}

BlockEncoder::~BlockEncoder() = default;

Result<std::string_view> BlockEncoder::encode(const JournalEntry& entry, const Hash& hash_before) {
  raw_.clear();
  write_entry(entry, raw_);
  if (raw_.size() > kRawBytesMax) {
    return Error{ErrorKind::kInput,
                 "a journal entry of " + std::to_string(raw_.size()) +
                     " bytes is larger than the " + std::to_string(kRawBytesMax) +
                     " that one may have",
                 "send smaller batches"};
  }
  // Compressed straight into its place, so that the block is one piece for one write.
  block_.resize(kBlockHeaderBytes + ZSTD_compressBound(raw_.size()));
  const size_t payload_bytes =
      ZSTD_compress2(compressor_->context, block_.data() + kBlockHeaderBytes,
                     block_.size() - kBlockHeaderBytes, raw_.data(), raw_.size());
  if (ZSTD_isError(payload_bytes)) {
    return Error{
        ErrorKind::kEnvironment,
        std::string("cannot compress a journal entry: ") + ZSTD_getErrorName(payload_bytes),
        "check that there is enough memory"};
  }
  const std::string header =
      encode_block_header({.number = entry.number,
                           .payload_bytes = static_cast<uint32_t>(payload_bytes),
                           .raw_bytes = static_cast<uint32_t>(raw_.size())});
  block_.replace(0, kBlockHeaderBytes, header);
  block_.resize(kBlockHeaderBytes + payload_bytes);
  hash_ = sha256({as_text(hash_before), block_});
  block_.append(as_text(hash_));
  return std::string_view(block_);
}

struct EntryDecoder::Decompressor {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  ~Decompressor() { ZSTD_freeDCtx(context); }
};

EntryDecoder::EntryDecoder() : decompressor_(std::make_unique<Decompressor>()) {}
EntryDecoder::~EntryDecoder() = default;

std::optional<JournalEntry> EntryDecoder::decode(const BlockHeader& header,
                                                 std::string_view payload) {
  // The frame repeats the size, so a header that lies is found before memory is touched.
  if (ZSTD_getFrameContentSize(payload.data(), payload.size()) != header.raw_bytes)
    return std::nullopt;
  raw_.resize(header.raw_bytes);
  const size_t raw_bytes = ZSTD_decompressDCtx(decompressor_->context, raw_.data(), raw_.size(),
                                               payload.data(), payload.size());
  if (ZSTD_isError(raw_bytes) || raw_bytes != raw_.size()) return std::nullopt;
  return read_entry(header.number, raw_);
}

}  // namespace tocsin::journal_format
