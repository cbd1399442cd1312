// Walks the blocks of one segment, verifying every checksum and the chain, and tells a torn tail
// from damage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/result.h"
#include "engine/store/file_ops.h"
#include "engine/store/journal_format.h"

namespace tocsin {

// A segment as found in or written to the directory.
struct SegmentFile {
  uint64_t index = 0;
  uint64_t first_number = 0;
  uint64_t bytes = 0;  // that count
  std::filesystem::path path;
};

// The first place of a segment that cannot be used.
struct BadPlace {
  uint64_t offset = 0;
  std::string reason;
  // Nothing valid follows within the segment, so if it is the last one a crash while writing
  // explains it.
  bool may_be_torn = false;
};

// "data/journal/00000002.seg is damaged at byte 4711: …"
Error corrupt_error(const std::filesystem::path& path, const BadPlace& bad);

std::filesystem::path segment_path(const std::filesystem::path& dir, uint64_t index);

// The segments of a journal directory in order, their headers read and linked: names without a gap,
// numbers ascending, each header holding the last hash of the segment before. Blocks are not
// verified.
Result<std::vector<SegmentFile>> list_segments(FileOps& files, const std::filesystem::path& dir);

class SegmentReader {
 public:
  enum class Step { kBlock, kEnd, kBad };

  // Reads the header; of the file only its first `segment.bytes` exist for the reader.
  // `files` must outlive the reader.
  static Result<SegmentReader> open(FileOps& files, const SegmentFile& segment);

  // Moves to the next block. After kEnd and kBad there is no further one. An error means that
  // reading failed.
  Result<Step> next();

  const journal_format::SegmentHeader& header() const { return header_; }
  // After kBlock, until the next call:
  const journal_format::BlockHeader& block() const { return block_; }
  std::string_view payload() const;
  // After kBad:
  const BadPlace& bad() const { return bad_; }

  const std::filesystem::path& path() const { return path_; }
  uint64_t good_end() const { return offset_; }  // just after the last valid block
  uint64_t next_number() const { return next_number_; }
  const Hash& hash() const { return hash_; }  // of the last valid block, or before the first

 private:
  SegmentReader(FileOps& files, FileHandle file, const SegmentFile& segment);

  Result<Step> read_block();
  Step bad(std::string reason, bool may_be_torn);
  Result<bool> block_header_follows();
  Result<bool> only_zeros_from(uint64_t offset);

  FileOps* files_;
  FileHandle file_;
  std::filesystem::path path_;
  uint64_t end_;
  journal_format::SegmentHeader header_;
  journal_format::BlockHeader block_;
  std::string bytes_;  // of the current block
  BadPlace bad_;
  uint64_t offset_ = journal_format::kSegmentHeaderBytes;
  uint64_t next_number_ = 1;
  Hash hash_{};
};

}  // namespace tocsin
