#include "engine/store/segment_reader.h"

#include <fcntl.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tocsin {
namespace {

using journal_format::kBlockBytesMin;
using journal_format::kBlockHeaderBytes;
using journal_format::kBlockMagic;
using journal_format::kHashBytes;
using journal_format::kSegmentHeaderBytes;

constexpr size_t kScanBytes = size_t{1}
                              << 20;  // read at a time when looking through a damaged tail

}  // namespace

Error corrupt_error(const std::filesystem::path& path, const BadPlace& bad) {
  return Error{
      .kind = ErrorKind::kCorrupt,
      .message =
          path.string() + " is damaged at byte " + std::to_string(bad.offset) + ": " + bad.reason,
      .remedy =
          "restore this file from a backup; tocsin does not use a journal that it cannot prove"};
}

SegmentReader::SegmentReader(FileOps& files, FileHandle file, const SegmentFile& segment)
    : files_(&files), file_(std::move(file)), path_(segment.path), end_(segment.bytes) {}

Result<SegmentReader> SegmentReader::open(FileOps& files, const SegmentFile& segment) {
  auto file = open_file(files, segment.path, O_RDONLY);
  if (!file) return file.error();
  SegmentReader reader(files, std::move(*file), segment);
  std::string bytes(kSegmentHeaderBytes, '\0');
  const size_t wanted = std::min<uint64_t>(bytes.size(), segment.bytes);
  auto count = read_fully(files, reader.file_.get(), segment.path, bytes.data(), wanted, 0);
  if (!count) return count.error();
  // A segment gets its name only once its header is durable, so a short header is damage, never a
  // torn tail.
  if (*count < bytes.size())
    return corrupt_error(segment.path, {*count, "its header is cut short"});

  auto parsed = journal_format::parse_segment_header(bytes);
  if (const auto* fault = std::get_if<journal_format::SegmentHeaderFault>(&parsed)) {
    Error error = corrupt_error(segment.path, {fault->offset, fault->reason});
    if (fault->other_version) {
      error.message = "cannot use " + segment.path.string() + ": at byte " +
                      std::to_string(fault->offset) + " " + fault->reason;
      error.remedy = "use the tocsin that wrote it";
    }
    return error;
  }
  reader.header_ = std::get<journal_format::SegmentHeader>(parsed);
  if (reader.header_.index != segment.index) {
    return corrupt_error(segment.path,
                         {0, "its header says segment " + std::to_string(reader.header_.index)});
  }
  reader.next_number_ = reader.header_.first_number;
  reader.hash_ = reader.header_.hash_before;
  return reader;
}

std::string_view SegmentReader::payload() const {
  return std::string_view(bytes_).substr(kBlockHeaderBytes, block_.payload_bytes);
}

SegmentReader::Step SegmentReader::bad(std::string reason, bool may_be_torn) {
  bad_ = BadPlace{.offset = offset_, .reason = std::move(reason), .may_be_torn = may_be_torn};
  return Step::kBad;
}

Result<SegmentReader::Step> SegmentReader::next() {
  const uint64_t left = end_ - offset_;
  if (left == 0) return Step::kEnd;
  if (left < kBlockHeaderBytes) return bad("the block there is cut short", true);

  bytes_.resize(kBlockHeaderBytes);
  auto count = read_fully(*files_, file_.get(), path_, bytes_.data(), bytes_.size(), offset_);
  if (!count) return count.error();
  if (*count < bytes_.size()) return bad("the file became shorter while it was read", false);

  const auto header = journal_format::parse_block_header(bytes_);
  if (!header) {
    auto follows = block_header_follows();
    if (!follows) return follows.error();
    return bad("the block's header does not match its checksum", !*follows);
  }
  block_ = *header;
  if (block_.number != next_number_) {
    return bad("entry " + std::to_string(block_.number) + " stands where " +
                   std::to_string(next_number_) + " belongs",
               false);
  }
  // The header is proven, so its size is: whatever lies past the end was never written.
  if (left < block_.block_bytes()) return bad("the block there is cut short", true);
  return read_block();
}

Result<SegmentReader::Step> SegmentReader::read_block() {
  bytes_.resize(block_.block_bytes());
  const size_t rest_bytes = bytes_.size() - kBlockHeaderBytes;
  auto count = read_fully(*files_, file_.get(), path_, bytes_.data() + kBlockHeaderBytes,
                          rest_bytes, offset_ + kBlockHeaderBytes);
  if (!count) return count.error();
  if (*count < rest_bytes) return bad("the file became shorter while it was read", false);

  const std::string_view block = bytes_;
  const size_t hashed_bytes = block.size() - kHashBytes;
  const Hash hash =
      journal_format::sha256({journal_format::as_text(hash_), block.substr(0, hashed_bytes)});
  if (block.substr(hashed_bytes) != journal_format::as_text(hash)) {
    auto zeros = only_zeros_from(offset_ + block.size());
    if (!zeros) return zeros.error();
    return bad("the block does not match its hash", *zeros);
  }
  hash_ = hash;
  offset_ += block.size();
  ++next_number_;
  return Step::kBlock;
}

// Looks for any block header after the damaged place. A torn write leaves at most one unfinished
// block, and inside a block there is none.
Result<bool> SegmentReader::block_header_follows() {
  std::string window(kScanBytes, '\0');
  for (uint64_t at = offset_ + 1; at + kBlockHeaderBytes <= end_;
       at += kScanBytes - (kBlockHeaderBytes - 1)) {
    const size_t wanted = std::min<uint64_t>(window.size(), end_ - at);
    auto count = read_fully(*files_, file_.get(), path_, window.data(), wanted, at);
    if (!count) return count.error();
    const std::string_view seen(window.data(), *count);
    for (size_t found = seen.find(kBlockMagic); found != std::string_view::npos;
         found = seen.find(kBlockMagic, found + 1)) {
      if (found + kBlockHeaderBytes > seen.size())
        break;  // whole in the next window, which overlaps
      if (journal_format::parse_block_header(seen.substr(found, kBlockHeaderBytes))) return true;
    }
  }
  return false;
}

Result<bool> SegmentReader::only_zeros_from(uint64_t offset) {
  std::string window(kScanBytes, '\0');
  for (uint64_t at = offset; at < end_; at += kScanBytes) {
    const size_t wanted = std::min<uint64_t>(window.size(), end_ - at);
    auto count = read_fully(*files_, file_.get(), path_, window.data(), wanted, at);
    if (!count) return count.error();
    if (std::string_view(window.data(), *count).find_first_not_of('\0') != std::string_view::npos)
      return false;
  }
  return true;
}

}  // namespace tocsin
