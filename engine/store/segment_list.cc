#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>

#include "engine/store/segment_reader.h"

namespace tocsin {
namespace {

constexpr std::string_view kSegmentSuffix = ".seg";
constexpr size_t kIndexDigits = 8;

// Nothing for files that are not segments (the lock, an unfinished segment).
std::optional<uint64_t> index_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (name.size() < kIndexDigits + kSegmentSuffix.size() || !name.ends_with(kSegmentSuffix))
    return std::nullopt;
  const char* const end = name.data() + name.size() - kSegmentSuffix.size();
  uint64_t index = 0;
  const auto parsed = std::from_chars(name.data(), end, index);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return index;
}

Result<std::vector<SegmentFile>> find_segments(const std::filesystem::path& dir) {
  std::vector<SegmentFile> segments;
  std::error_code error;
  std::filesystem::directory_iterator item(dir, error);
  for (; !error && item != std::filesystem::directory_iterator(); item.increment(error)) {
    const auto index = index_of(item->path());
    if (!index) continue;
    const uint64_t bytes = item->file_size(error);
    if (error) return file_error("read the size of", item->path(), error.value());
    segments.push_back({.index = *index, .bytes = bytes, .path = item->path()});
  }
  if (error) return file_error("list", dir, error.value());
  std::sort(segments.begin(), segments.end(),
            [](const SegmentFile& a, const SegmentFile& b) { return a.index < b.index; });
  return segments;
}

Result<Hash> last_hash_of(FileOps& files, const SegmentFile& segment) {
  auto file = open_file(files, segment.path, O_RDONLY);
  if (!file) return file.error();
  Hash hash{};
  auto count =
      read_fully(files, file->get(), segment.path, reinterpret_cast<char*>(hash.data()),
                 hash.size(), segment.bytes - std::min<uint64_t>(segment.bytes, hash.size()));
  if (!count) return count.error();
  return hash;
}

// Whether `segment` continues the one before: the cheap part of the proof, done at every start.
Status check_link(FileOps& files, const SegmentFile& before, const SegmentReader& segment) {
  if (segment.header().index != before.index + 1) {
    return Error{
        .kind = ErrorKind::kCorrupt,
        .message = fmt::format("{} is missing: {} follows {}",
                               segment_path(before.path.parent_path(), before.index + 1).string(),
                               segment.path().string(), before.path.string()),
        .remedy = "restore it from a backup"};
  }
  if (segment.header().first_number <= before.first_number) {
    return corrupt_error(segment.path(),
                         {0, "its entries do not come after those of the segment before"});
  }
  auto hash = last_hash_of(files, before);
  if (!hash) return hash.error();
  if (*hash != segment.header().hash_before) {
    return corrupt_error(before.path,
                         {before.bytes - std::min<uint64_t>(before.bytes, hash->size()),
                          "its last hash is not the one that the next segment continues"});
  }
  return Done{};
}

}  // namespace

std::filesystem::path segment_path(const std::filesystem::path& dir, uint64_t index) {
  return dir / fmt::format("{:0{}}{}", index, kIndexDigits, kSegmentSuffix);
}

Result<std::vector<SegmentFile>> list_segments(FileOps& files, const std::filesystem::path& dir) {
  auto segments = find_segments(dir);
  if (!segments) return segments;
  const SegmentFile* before = nullptr;
  for (SegmentFile& segment : *segments) {
    auto reader = SegmentReader::open(files, segment);
    if (!reader) return reader.error();
    segment.first_number = reader->header().first_number;
    if (before != nullptr) {
      if (Status linked = check_link(files, *before, *reader); !linked) return linked.error();
    }
    before = &segment;
  }
  return segments;
}

}  // namespace tocsin
