#include <algorithm>
#include <limits>

#include "connectors/cli/file_batches.h"
#include "rules-dsl/limits.h"

namespace tocsin {
namespace {

constexpr uint32_t kBatchLines = 4'096;  // unless --batch says otherwise

// splitmix64: small, and the same numbers everywhere (the standard's distributions are not).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9E3779B97F4A7C15;
    uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
    return mixed ^ (mixed >> 31);
  }

  // In [0, bound). What would make some numbers likelier is drawn again.
  uint64_t below(uint64_t bound) {
    const uint64_t limit =
        std::numeric_limits<uint64_t>::max() - std::numeric_limits<uint64_t>::max() % bound;
    uint64_t drawn = next();
    while (drawn >= limit) drawn = next();
    return drawn % bound;
  }

 private:
  uint64_t state_;
};

}  // namespace

ShuffledBatches::ShuffledBatches(const std::vector<InputFile>& files, uint32_t batch_lines)
    : files_(files),
      batch_lines_(batch_lines == 0 ? kBatchLines : batch_lines),
      rejects_(files.size()),
      next_line_(files.size(), 1) {}

Result<std::unique_ptr<ShuffledBatches>> ShuffledBatches::read(const std::vector<InputFile>& files,
                                                               uint32_t batch_lines,
                                                               uint64_t seed) {
  std::unique_ptr<ShuffledBatches> batches(new ShuffledBatches(files, batch_lines));
  for (uint32_t file = 0; file < files.size(); ++file) {
    FileBatches one({files[file]}, 0);
    Batch batch;
    while (one.next(batch)) {
      for (Chunk& chunk : batch.chunks) batches->add(file, std::move(chunk));
    }
    if (one.failure()) return *one.failure();
  }
  batches->shuffle(seed);
  return batches;
}

void ShuffledBatches::add(uint32_t file, Chunk chunk) {
  const auto number = static_cast<uint32_t>(chunks_.size());
  for (size_t begin = 0; begin < chunk.bytes.size();) {
    const size_t end = chunk.bytes.find('\n', begin);
    if (end > begin) {
      lines_.push_back(
          {file, number, static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
    }
    begin = end + 1;
  }
  std::vector<FramingReject>& rejects = rejects_[file];
  rejects.insert(rejects.end(), chunk.framing_rejects.begin(), chunk.framing_rejects.end());
  chunks_.push_back(std::move(chunk));
}

void ShuffledBatches::shuffle(uint64_t seed) {
  Random random(seed);
  for (size_t left = lines_.size(); left > 1; --left) {
    std::swap(lines_[left - 1], lines_[random.below(left)]);
  }
}

// Lines that could not be framed have no place in the order: all of them go first.
void ShuffledBatches::take_rejects(std::vector<Chunk>& by_file) {
  for (size_t file = 0; file < files_.size(); ++file) {
    Chunk& chunk = by_file[file];
    for (FramingReject& reject : rejects_[file]) {
      reject.line = next_line_[file] + chunk.lines++;
      reject.byte_offset = chunk.bytes.size();
      chunk.bytes += '\n';
      chunk.framing_rejects.push_back(std::move(reject));
    }
    rejects_[file].clear();
  }
}

// The lines of a batch are grouped by file, since a chunk has one type.
bool ShuffledBatches::next(Batch& batch) {
  batch = new_batch();
  const size_t end = std::min(lines_.size(), next_ + batch_lines_);
  std::vector<Chunk> by_file(files_.size());
  take_rejects(by_file);
  for (; next_ < end; ++next_) {
    const Line& line = lines_[next_];
    Chunk& chunk = by_file[line.file];
    chunk.bytes.append(chunks_[line.chunk].bytes, line.begin, line.bytes);
    chunk.bytes += '\n';
    ++chunk.lines;
  }
  for (size_t file = 0; file < files_.size(); ++file) {
    Chunk& chunk = by_file[file];
    if (chunk.lines == 0) continue;
    chunk.source = files_[file].path + " (shuffled)";
    chunk.as_type = files_[file].as_type;
    chunk.first_line = next_line_[file];
    next_line_[file] += chunk.lines;
    chunk.bytes.reserve(chunk.bytes.size() + limits::kPaddingBytes);
    batch.chunks.push_back(std::move(chunk));
  }
  return !batch.chunks.empty();
}

}  // namespace tocsin
