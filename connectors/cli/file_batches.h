// Files as the engine's batches, for `replay`.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/cli/input_file.h"
#include "connectors/file/line_source.h"
#include "engine/engine.h"

namespace tocsin {

// Stamped with the wall clock.
Batch new_batch();

// One file after another; a batch is one chunk. Stops at the first file that cannot be read on.
class FileBatches : public BatchSource {
 public:
  // batch_lines 0: about a megabyte a batch.
  FileBatches(std::vector<InputFile> files, uint32_t batch_lines);

  bool next(Batch& batch) override;

  // Why it stopped before the end.
  const std::optional<Error>& failure() const { return failure_; }
  // Of all files, as stored. From any thread.
  uint64_t stored_bytes_read() const { return bytes_read_.load(std::memory_order_relaxed); }

 private:
  // Opens the next file; false when there is none, or it cannot be opened.
  bool advance();

  const std::vector<InputFile> files_;
  const uint32_t batch_lines_;
  size_t next_file_ = 0;
  std::unique_ptr<LineSource> current_;
  uint64_t bytes_before_ = 0;  // of the files done
  std::atomic<uint64_t> bytes_read_ = 0;
  std::optional<Error> failure_;
};

// All lines of all files in an order that `seed` alone decides, the same on every machine. Holds
// them in memory. Their source is "FILE (shuffled)", since line numbers mean nothing any more.
class ShuffledBatches : public BatchSource {
 public:
  static Result<std::unique_ptr<ShuffledBatches>> read(const std::vector<InputFile>& files,
                                                       uint32_t batch_lines, uint64_t seed);

  bool next(Batch& batch) override;
  uint64_t lines() const { return lines_.size(); }

 private:
  struct Line {
    uint32_t file;
    uint32_t chunk;
    uint32_t begin;
    uint32_t bytes;  // without the line end
  };
  ShuffledBatches(const std::vector<InputFile>& files, uint32_t batch_lines);
  void add(uint32_t file, Chunk chunk);
  void shuffle(uint64_t seed);
  void take_rejects(std::vector<Chunk>& by_file);

  const std::vector<InputFile> files_;
  const uint32_t batch_lines_;
  std::vector<Chunk> chunks_;
  std::vector<Line> lines_;
  std::vector<std::vector<FramingReject>> rejects_;  // by file
  std::vector<uint64_t> next_line_;                  // by file
  size_t next_ = 0;
};

}  // namespace tocsin
